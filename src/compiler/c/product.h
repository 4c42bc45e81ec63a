/*
 * Matrix products.
 *
 *   C[m][n] = (accumulate ? C[m][n] : 0) + scale * sum over s < S, k < K of A(s, m, k) * B(s, k, n)
 *
 * Strides count floats; C has rows of stride c_m. An operand that is used often is packed first (pack_a, pack_b, into
 * PACKED_A or PACKED_B floats): its strides are then ignored, and S is 1. Several threads may share a product or a
 * packing: each does `part` of `parts`.
 *
 * C is computed in tiles of up to TRM_MR rows and TRM_NR columns that stay in registers while k runs. For a block of k
 * the panel of B under a tile, [k][TRM_NR], stays in the first-level cache and the rows of A in the second (Goto and van
 * de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008). What is not packed is copied into that form where
 * its strides ask for it. An element of C is one lane that adds its products in the order of s and k, block by block:
 * its bits depend neither on the tile it is in nor on `parts`.
 *
 * With -DTRM_BFLOAT16 both operands are rounded to bfloat16 (to nearest, ties to even) and their products are added in
 * float32. A cell of 32 bits then holds the numbers of k and k + 1, in what is packed as in the copies, and everything
 * else is the same: with float32 a cell is one number.
 */
#ifndef TRM_PRODUCT_H
#define TRM_PRODUCT_H

#include "vector.h"
#if defined(TRM_BFLOAT16) && defined(__AVX512BF16__)
#include <immintrin.h>
#endif

struct product {
  long m, n, k, s;
  long a_m, a_k, a_s;
  long b_k, b_n, b_s;
  long c_m;
  float scale;
  int accumulate;
  int a_packed, b_packed;
};

/* A tile's sums take TRM_MR * 2 of the 32 vector registers of AVX-512 and NEON, of the 16 of AVX and SSE. */
#define TRM_NR (2 * TRM_LANES)
#if TRM_LANES == 16 || defined(__aarch64__)
#define TRM_MR 8
#else
#define TRM_MR 6
#endif

/* A block of the sum: a panel of B, half the first-level cache; so many tiles of A that they stay in the second. */
#define TRM_BLOCK_CELLS (4096 / TRM_NR)
#define TRM_BLOCK_TILES 32

#ifdef TRM_BFLOAT16
#define TRM_IN_CELL 2
#else
#define TRM_IN_CELL 1
#endif
#define TRM_CELLS(k) (((k) + TRM_IN_CELL - 1) / TRM_IN_CELL)

#define PACKED_A(m, k) ((m) * TRM_CELLS(k))
#define PACKED_B(n, k) (((n) + TRM_NR - 1) / TRM_NR * TRM_NR * TRM_CELLS(k))

#define TRM_STATIC static __attribute__((unused))
#define TRM_UNROLL _Pragma("GCC unroll 16")

/* ---- cells ---- */

TRM_INLINE long trm_least(long a, long b) { return a < b ? a : b; }

#ifdef TRM_BFLOAT16

/* The upper half of the bits, rounded; NaN stays NaN. */
TRM_INLINE unsigned trm_rounded(float x) {
  unsigned bits;
  memcpy(&bits, &x, 4);
  return (x != x ? bits | 0x400000 : bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

TRM_INLINE float trm_pair(float even, float odd) {
  const unsigned bits = trm_rounded(even) | trm_rounded(odd) << 16;
  float cell;
  memcpy(&cell, &bits, 4);
  return cell;
}

/* The cell of the numbers 2 j and 2 j + 1 of k. */
TRM_INLINE float trm_cell(const float *from, long j, long k, long stride) {
  return trm_pair(from[2 * j * stride], 2 * j + 1 < k ? from[(2 * j + 1) * stride] : 0);
}

/* sum + a b for both of each cell, the odd one first as vdpbf16ps does it. The product of two bfloat16 is exact. */
TRM_INLINE vf trm_add_product(vf sum, vf a, vf b) {
#if defined(__AVX512BF16__) && TRM_LANES == 16
  return (vf)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
#else
  const int odd = (int)0xffff0000;
  sum += (vf)((vi)a & odd) * (vf)((vi)b & odd);
  return sum + (vf)((vu)a << 16) * (vf)((vu)b << 16);
#endif
}

#else

TRM_INLINE float trm_cell(const float *from, long j, long k, long stride) {
  (void)k;
  return from[j * stride];
}

TRM_INLINE vf trm_add_product(vf sum, vf a, vf b) { return sum + a * b; }

#endif

/* ---- tiles ---- */

/* `count` tiles of the same height, one below the other. */
struct trm_tiles {
  long count, s, cells;
  const float *a;
  long a_tile, a_m, a_k, a_s;
  const float *b; /* a panel, [s][cells][TRM_NR] */
  float *c;
  long c_m;
  float scale;
  int accumulate;
};

TRM_INLINE void trm_tiles(const struct trm_tiles *t, const int rows, const int width) {
  const long s_n = t->s, cells = t->cells, a_m = t->a_m, a_k = t->a_k, a_s = t->a_s, c_m = t->c_m;
  const int accumulate = t->accumulate;
  const vf scale = v_set(t->scale);
  const float *a_tile = t->a;
  float *c = t->c;
  for (long tile = t->count; tile > 0; tile--) {
    vf sum[TRM_MR][2];
    const float *right = t->b;
    TRM_UNROLL for (int m = 0; m < rows; m++) TRM_UNROLL for (int w = 0; w < width; w++) sum[m][w] = v_set(0);
    for (long s = 0; s < s_n; s++) {
      const float *left[TRM_MR];
      TRM_UNROLL for (int m = 0; m < rows; m++) left[m] = a_tile + s * a_s + m * a_m;
      long at = 0;
      for (long cell = cells; cell > 0; cell--) {
        vf b[2];
        TRM_UNROLL for (int w = 0; w < width; w++) b[w] = v_load(right + w * TRM_LANES);
        TRM_UNROLL for (int m = 0; m < rows; m++) {
          const vf a = v_set(left[m][at]);
          TRM_UNROLL for (int w = 0; w < width; w++) sum[m][w] = trm_add_product(sum[m][w], a, b[w]);
        }
        right += TRM_NR;
        at += a_k;
      }
    }
    TRM_UNROLL for (int m = 0; m < rows; m++) TRM_UNROLL for (int w = 0; w < width; w++) {
      float *to = c + m * c_m + w * TRM_LANES;
      const vf before = accumulate ? v_load(to) : v_set(0);
      v_store(to, v_fused(scale, sum[m][w], before));
    }
    a_tile += t->a_tile;
    c += rows * c_m;
  }
}

#define TRM_HEIGHT(rows)                                                                   \
  TRM_STATIC void trm_tiles_##rows##_1(const struct trm_tiles *t) { trm_tiles(t, rows, 1); } \
  TRM_STATIC void trm_tiles_##rows##_2(const struct trm_tiles *t) { trm_tiles(t, rows, 2); }
TRM_HEIGHT(1) TRM_HEIGHT(2) TRM_HEIGHT(3) TRM_HEIGHT(4) TRM_HEIGHT(5) TRM_HEIGHT(6)
#if TRM_MR == 8
TRM_HEIGHT(7) TRM_HEIGHT(8)
#endif

static void (*const trm_tiles_of[TRM_MR][2])(const struct trm_tiles *) = {
  {trm_tiles_1_1, trm_tiles_1_2}, {trm_tiles_2_1, trm_tiles_2_2}, {trm_tiles_3_1, trm_tiles_3_2},
  {trm_tiles_4_1, trm_tiles_4_2}, {trm_tiles_5_1, trm_tiles_5_2}, {trm_tiles_6_1, trm_tiles_6_2},
#if TRM_MR == 8
  {trm_tiles_7_1, trm_tiles_7_2}, {trm_tiles_8_1, trm_tiles_8_2},
#endif
};

/* ---- packing ---- */

/* m rows are cut into as few tiles as there can be, of two heights: the first m % tiles have a row more. */
TRM_INLINE long trm_tiles_in(long m) { return (m + TRM_MR - 1) / TRM_MR; }
TRM_INLINE long trm_row_of(long tile, long m) {
  const long tiles = trm_tiles_in(m);
  return tile * (m / tiles) + trm_least(tile, m % tiles);
}

/* Some rows of A as a tile, [s][cells][rows]. */
TRM_INLINE void trm_pack_rows(float *to, const float *from, const int rows, long s, long k, long a_m, long a_k, long a_s) {
  for (long i = 0; i < s; i++)
    for (long j = 0; j < TRM_CELLS(k); j++, to += rows)
      if (TRM_IN_CELL == 1 && a_m == 1) memcpy(to, from + i * a_s + j * a_k, 4 * rows);
      else
        for (int m = 0; m < rows; m++) to[m] = trm_cell(from + i * a_s + m * a_m, j, k, a_k);
}

TRM_STATIC void trm_pack_tile(float *to, const float *from, long rows, long s, long k, long a_m, long a_k, long a_s) {
  switch (rows) {
#define TRM_ROWS(n) case n: trm_pack_rows(to, from, n, s, k, a_m, a_k, a_s); return
    TRM_ROWS(1); TRM_ROWS(2); TRM_ROWS(3); TRM_ROWS(4); TRM_ROWS(5); TRM_ROWS(6); TRM_ROWS(7); TRM_ROWS(8);
  }
}

/* Each tile is [cells][rows], at its first row times the cells. */
TRM_STATIC void pack_a(float *to, const float *from, long m, long k, long stride_m, long stride_k, int part, int parts) {
  const long tiles = trm_tiles_in(m);
  for (long tile = tiles * part / parts; tile < tiles * (part + 1) / parts; tile++) {
    const long row = trm_row_of(tile, m), rows = trm_row_of(tile + 1, m) - row;
    trm_pack_tile(to + row * TRM_CELLS(k), from + row * stride_m, rows, 1, k, stride_m, stride_k, 0);
  }
}

typedef float trm_four __attribute__((vector_size(16), aligned(4), may_alias));
typedef int trm_four_places __attribute__((vector_size(16)));
#if defined(__clang__)
#define TRM_FOUR(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
#define TRM_FOUR(x, y, ...) __builtin_shuffle(x, y, (trm_four_places){__VA_ARGS__})
#endif

/* Four columns of B that are contiguous along k, four k of them, into a panel: 4 x 4 whatever TRM_LANES is. */
TRM_INLINE void trm_transpose(float *to, const float *from, long stride) {
  const trm_four a = *(const trm_four *)from, b = *(const trm_four *)(from + stride);
  const trm_four c = *(const trm_four *)(from + 2 * stride), d = *(const trm_four *)(from + 3 * stride);
  const trm_four ab_low = TRM_FOUR(a, b, 0, 4, 1, 5), ab_high = TRM_FOUR(a, b, 2, 6, 3, 7);
  const trm_four cd_low = TRM_FOUR(c, d, 0, 4, 1, 5), cd_high = TRM_FOUR(c, d, 2, 6, 3, 7);
  *(trm_four *)to = TRM_FOUR(ab_low, cd_low, 0, 1, 4, 5);
  *(trm_four *)(to + TRM_NR) = TRM_FOUR(ab_low, cd_low, 2, 3, 6, 7);
  *(trm_four *)(to + 2 * TRM_NR) = TRM_FOUR(ab_high, cd_high, 0, 1, 4, 5);
  *(trm_four *)(to + 3 * TRM_NR) = TRM_FOUR(ab_high, cd_high, 2, 3, 6, 7);
}

/* The first `columns` <= TRM_NR columns of B, as a panel [cells][TRM_NR]; the others are 0. */
TRM_STATIC void trm_pack_panel(float *to, const float *from, long columns, long k, long b_n, long b_k) {
  const long cells = TRM_CELLS(k);
  if (TRM_IN_CELL == 1 && b_n == 1 && columns == TRM_NR) {
    for (long j = 0; j < k; j++)
      for (long n = 0; n < TRM_NR; n += TRM_LANES) v_store(to + j * TRM_NR + n, v_load(from + j * b_k + n));
    return;
  }
  if (b_n == 1 && columns == TRM_NR) {
    for (long j = 0; j < k / TRM_IN_CELL; j++)
      for (long n = 0; n < TRM_NR; n++) to[j * TRM_NR + n] = trm_cell(from + n, j, k, b_k);
    for (long n = 0; k % TRM_IN_CELL && n < TRM_NR; n++) to[(cells - 1) * TRM_NR + n] = trm_cell(from + n, cells - 1, k, b_k);
    return;
  }
  if (columns < TRM_NR) memset(to, 0, 4 * TRM_NR * cells);
  long n = 0;
  for (; TRM_IN_CELL == 1 && b_k == 1 && n + 4 <= columns; n += 4) {
    long j = 0;
    for (; j + 4 <= k; j += 4) trm_transpose(to + j * TRM_NR + n, from + n * b_n + j, b_n);
    for (; j < k; j++)
      for (long i = n; i < n + 4; i++) to[j * TRM_NR + i] = from[i * b_n + j];
  }
  for (long j = 0; j < cells; j++)
    for (long i = n; i < columns; i++) to[j * TRM_NR + i] = trm_cell(from + i * b_n, j, k, b_k);
}

TRM_STATIC void pack_b(float *to, const float *from, long n, long k, long stride_n, long stride_k, int part, int parts) {
  const long panels = (n + TRM_NR - 1) / TRM_NR;
  for (long panel = panels * part / parts; panel < panels * (part + 1) / parts; panel++)
    trm_pack_panel(to + panel * TRM_CELLS(k) * TRM_NR, from + panel * TRM_NR * stride_n, trm_least(TRM_NR, n - panel * TRM_NR), k,
                   stride_n, stride_k);
}

/* ---- the whole ---- */

/* What one thread does: some tiles and panels of C, for one block of the sum: k of each of s, from (s_0, k_0) on. */
struct trm_share {
  long tile_0, tile_n, panel_0, panel_n;
  long s_0, s, k_0, k;
};

/* Tiles of one height under one panel, whose last columns may not fill it: they go by way of a panel of C. */
TRM_STATIC void trm_run_tiles(struct trm_tiles *t, long rows, long columns) {
  float panel_of_c[TRM_BLOCK_TILES * TRM_MR * TRM_NR] __attribute__((aligned(64)));
  void (*const run)(const struct trm_tiles *) = trm_tiles_of[rows - 1][columns > TRM_LANES];
  if (columns % TRM_LANES == 0) {
    run(t);
    return;
  }
  struct trm_tiles all = *t;
  all.c = panel_of_c;
  all.c_m = TRM_NR;
  all.scale = 1;
  all.accumulate = 0;
  run(&all);
  for (long m = 0; m < t->count * rows; m++)
    for (long n = 0; n < columns; n++) {
      float *to = t->c + m * t->c_m + n;
      const float before = t->accumulate ? *to : 0;
      *to = v_fused(v_set(t->scale), v_set(panel_of_c[m * TRM_NR + n]), v_set(before))[0];
    }
}

/* The tiles [tile_0, tile_n), at most TRM_BLOCK_TILES, under all panels of the share. `room` is for a copy of A, or NULL. */
TRM_STATIC void trm_run_panels(const struct product *p, const struct trm_share *at, const float *a, const float *b, float *c,
                               float *room, long tile_0, long tile_n) {
  float panel_of_b[TRM_BLOCK_CELLS * TRM_NR] __attribute__((aligned(64)));
  const long row_0 = trm_row_of(tile_0, p->m), cells = TRM_CELLS(at->k), cells_0 = at->k_0 / TRM_IN_CELL, higher = p->m % trm_tiles_in(p->m);
  const float *a_block = a + at->s_0 * p->a_s + at->k_0 * p->a_k, *b_block = b + at->s_0 * p->b_s + at->k_0 * p->b_k;
  struct trm_tiles t = {.s = at->s, .cells = cells, .c_m = p->c_m, .scale = p->scale};
  t.accumulate = p->accumulate || at->s_0 > 0 || at->k_0 > 0;
  for (long tile = tile_0; room && tile < tile_n; tile++) {
    const long row = trm_row_of(tile, p->m), rows = trm_row_of(tile + 1, p->m) - row;
    trm_pack_tile(room + (row - row_0) * at->s * cells, a_block + row * p->a_m, rows, at->s, at->k, p->a_m, p->a_k, p->a_s);
  }
  for (long panel = at->panel_0; panel < at->panel_n; panel++) {
    const long column = panel * TRM_NR, columns = trm_least(TRM_NR, p->n - column);
    t.b = b + column * TRM_CELLS(p->k) + cells_0 * TRM_NR;
    if (!p->b_packed) {
      t.b = panel_of_b;
      for (long s = 0; s < at->s; s++)
        trm_pack_panel(panel_of_b + s * cells * TRM_NR, b_block + s * p->b_s + column * p->b_n, columns, at->k, p->b_n, p->b_k);
    }
    for (long tile = tile_0; tile < tile_n; tile += t.count) {
      const long row = trm_row_of(tile, p->m), rows = trm_row_of(tile + 1, p->m) - row;
      t.count = (tile < higher ? trm_least(higher, tile_n) : tile_n) - tile;
      if (p->a_packed) {
        t.a = a + row * TRM_CELLS(p->k) + cells_0 * rows;
        t.a_tile = rows * TRM_CELLS(p->k), t.a_m = 1, t.a_k = rows, t.a_s = 0;
      } else if (room) {
        t.a = room + (row - row_0) * at->s * cells;
        t.a_tile = rows * at->s * cells, t.a_m = 1, t.a_k = rows, t.a_s = rows * cells;
      } else {
        t.a = a_block + row * p->a_m;
        t.a_tile = rows * p->a_m, t.a_m = p->a_m, t.a_k = p->a_k, t.a_s = p->a_s;
      }
      t.c = c + row * p->c_m + column;
      trm_run_tiles(&t, rows, columns);
    }
  }
}

TRM_STATIC void trm_run_blocks(const struct product *p, const float *a, const float *b, float *c, float *room, int part, int parts) {
  const long tiles = trm_tiles_in(p->m), panels = (p->n + TRM_NR - 1) / TRM_NR;
  const int by_tiles = tiles > panels;
  struct trm_share at = {0, tiles, 0, panels, 0, 0, 0, 0};
  *(by_tiles ? &at.tile_0 : &at.panel_0) = (by_tiles ? tiles : panels) * part / parts;
  *(by_tiles ? &at.tile_n : &at.panel_n) = (by_tiles ? tiles : panels) * (part + 1) / parts;
  const long cells = TRM_CELLS(p->k), blocks = (cells + TRM_BLOCK_CELLS - 1) / TRM_BLOCK_CELLS;
  const long step = blocks > 1 ? 1 : TRM_BLOCK_CELLS / cells;
  for (at.s_0 = 0; at.s_0 < p->s; at.s_0 += step)
    for (long block = 0; block < blocks; block++) {
      at.s = trm_least(step, p->s - at.s_0);
      at.k_0 = block * cells / blocks * TRM_IN_CELL;
      at.k = trm_least((block + 1) * cells / blocks * TRM_IN_CELL, p->k) - at.k_0;
      for (long tile = at.tile_0; tile < at.tile_n; tile += TRM_BLOCK_TILES)
        trm_run_panels(p, &at, a, b, c, room, tile, trm_least(tile + TRM_BLOCK_TILES, at.tile_n));
    }
}

TRM_STATIC __attribute__((noinline)) void trm_copying_a(const struct product *p, const float *a, const float *b, float *c,
                                                        int part, int parts) {
  float room[TRM_BLOCK_TILES * TRM_MR * TRM_BLOCK_CELLS] __attribute__((aligned(64)));
  trm_run_blocks(p, a, b, c, room, part, parts);
}

/* Each thread calls it once, before its first product. */
TRM_STATIC void product_begin_thread(void) {}

TRM_STATIC void product(const struct product *p, const float *a, const float *b, float *c, int part, int parts) {
  if (!p->a_packed && (TRM_IN_CELL > 1 || (p->a_k != 1 && p->n > TRM_NR))) trm_copying_a(p, a, b, c, part, parts);
  else trm_run_blocks(p, a, b, c, NULL, part, parts);
}

#endif
