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
 */
#ifndef TRM_PRODUCT_H
#define TRM_PRODUCT_H

#include "vector.h"

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

#define TRM_PANEL_FLOATS 4096 /* 16 KB */
#define TRM_KC (TRM_PANEL_FLOATS / TRM_NR)
#define TRM_MC 192

#define PACKED_A(m, k) ((m) * (k))
#define PACKED_B(n, k) (((n) + TRM_NR - 1) / TRM_NR * TRM_NR * (k))

#define TRM_STATIC static __attribute__((unused))
#define TRM_UNROLL _Pragma("GCC unroll 16")

/* ---- one tile ---- */

struct trm_tile {
  long s, k;
  const float *a;
  long a_m, a_k, a_s;
  const float *b;
  long b_k, b_s;
  float *c;
  long c_m, columns;
  float scale;
  int accumulate;
};

TRM_INLINE void trm_tile(const struct trm_tile *t, const int rows, const int width) {
  vf sum[TRM_MR][2];
  const float *row[TRM_MR];
  TRM_UNROLL for (int m = 0; m < rows; m++) TRM_UNROLL for (int w = 0; w < width; w++) sum[m][w] = v_set(0);
  for (long s = 0; s < t->s; s++) {
    TRM_UNROLL for (int m = 0; m < rows; m++) row[m] = t->a + s * t->a_s + m * t->a_m;
    const float *b = t->b + s * t->b_s;
    const long b_k = t->b_k, a_k = t->a_k;
    long offset = 0;
    for (long k = t->k; k > 0; k--) {
      vf right[2];
      TRM_UNROLL for (int w = 0; w < width; w++) right[w] = v_load(b + w * TRM_LANES);
      TRM_UNROLL for (int m = 0; m < rows; m++) {
        vf left = v_set(row[m][offset]);
        TRM_UNROLL for (int w = 0; w < width; w++) sum[m][w] += left * right[w];
      }
      b += b_k;
      offset += a_k;
    }
  }
  const vf scale = v_set(t->scale);
  TRM_UNROLL for (int m = 0; m < rows; m++) TRM_UNROLL for (int w = 0; w < width; w++) {
    float *c = t->c + m * t->c_m + w * TRM_LANES;
    long columns = t->columns - w * TRM_LANES;
    if (columns >= TRM_LANES) {
      v_store(c, t->accumulate ? v_load(c) + scale * sum[m][w] : scale * sum[m][w]);
    } else if (columns > 0) {
      v_store_n(c, t->accumulate ? v_load_n(c, columns) + scale * sum[m][w] : scale * sum[m][w], columns);
    }
  }
}

#define TRM_TILE(rows)                                                                \
  TRM_STATIC void trm_tile_##rows##_1(const struct trm_tile *t) { trm_tile(t, rows, 1); } \
  TRM_STATIC void trm_tile_##rows##_2(const struct trm_tile *t) { trm_tile(t, rows, 2); }
TRM_TILE(1) TRM_TILE(2) TRM_TILE(3) TRM_TILE(4) TRM_TILE(5) TRM_TILE(6)
#if TRM_MR == 8
TRM_TILE(7) TRM_TILE(8)
#endif

static void (*const trm_tiles[TRM_MR][2])(const struct trm_tile *) = {
  {trm_tile_1_1, trm_tile_1_2}, {trm_tile_2_1, trm_tile_2_2}, {trm_tile_3_1, trm_tile_3_2},
  {trm_tile_4_1, trm_tile_4_2}, {trm_tile_5_1, trm_tile_5_2}, {trm_tile_6_1, trm_tile_6_2},
#if TRM_MR == 8
  {trm_tile_7_1, trm_tile_7_2}, {trm_tile_8_1, trm_tile_8_2},
#endif
};

/* ---- packing ---- */

/* m rows are cut into tiles of equal height, give or take one: tile t begins at row t * m / tiles. */
TRM_INLINE long trm_tiles_of(long m) { return (m + TRM_MR - 1) / TRM_MR; }

/* Rows of A as tiles, each [k][rows]: tile t lies at its first row times k. */
TRM_STATIC void trm_pack_tiles(float *to, const float *from, long m, long k, long stride_m, long stride_k, long first, long last) {
  const long tiles = trm_tiles_of(m);
  for (long tile = first; tile < last; tile++) {
    const long row = tile * m / tiles, rows = (tile + 1) * m / tiles - row;
    for (long j = 0; j < k; j++)
      for (long i = 0; i < rows; i++) to[row * k + j * rows + i] = from[(row + i) * stride_m + j * stride_k];
  }
}

TRM_STATIC void pack_a(float *to, const float *from, long m, long k, long stride_m, long stride_k, int part, int parts) {
  const long tiles = trm_tiles_of(m);
  trm_pack_tiles(to, from, m, k, stride_m, stride_k, tiles * part / parts, tiles * (part + 1) / parts);
}

typedef float trm_four __attribute__((vector_size(16), aligned(4), may_alias));

/* Four rows of four to four columns, 4 x 4 whatever TRM_LANES is. */
TRM_INLINE void trm_transpose_four(float *to, const float *from, long stride) {
  const trm_four a = *(const trm_four *)from, b = *(const trm_four *)(from + stride);
  const trm_four c = *(const trm_four *)(from + 2 * stride), d = *(const trm_four *)(from + 3 * stride);
#if defined(__clang__)
#define TRM_FOUR(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
  typedef int four_indices __attribute__((vector_size(16)));
#define TRM_FOUR(x, y, ...) __builtin_shuffle(x, y, (four_indices){__VA_ARGS__})
#endif
  const trm_four ab_low = TRM_FOUR(a, b, 0, 4, 1, 5), ab_high = TRM_FOUR(a, b, 2, 6, 3, 7);
  const trm_four cd_low = TRM_FOUR(c, d, 0, 4, 1, 5), cd_high = TRM_FOUR(c, d, 2, 6, 3, 7);
  *(trm_four *)to = TRM_FOUR(ab_low, cd_low, 0, 1, 4, 5);
  *(trm_four *)(to + TRM_NR) = TRM_FOUR(ab_low, cd_low, 2, 3, 6, 7);
  *(trm_four *)(to + 2 * TRM_NR) = TRM_FOUR(ab_high, cd_high, 0, 1, 4, 5);
  *(trm_four *)(to + 3 * TRM_NR) = TRM_FOUR(ab_high, cd_high, 2, 3, 6, 7);
}

/* The first `columns` <= TRM_NR columns of B, as a panel [k][TRM_NR]; the others are 0. */
TRM_STATIC void trm_pack_panel(float *to, const float *from, long columns, long k, long stride_n, long stride_k) {
  if (stride_n == 1 && columns == TRM_NR) {
    for (long j = 0; j < k; j++) {
      v_store(to + j * TRM_NR, v_load(from + j * stride_k));
      v_store(to + j * TRM_NR + TRM_LANES, v_load(from + j * stride_k + TRM_LANES));
    }
    return;
  }
  long i = 0;
  if (stride_k == 1)
    for (; i + 4 <= columns; i += 4) {
      long j = 0;
      for (; j + 4 <= k; j += 4) trm_transpose_four(to + j * TRM_NR + i, from + i * stride_n + j, stride_n);
      for (; j < k; j++)
        for (long n = i; n < i + 4; n++) to[j * TRM_NR + n] = from[n * stride_n + j];
    }
  for (long j = 0; j < k; j++)
    for (long n = i; n < TRM_NR; n++) to[j * TRM_NR + n] = n < columns ? from[n * stride_n + j * stride_k] : 0;
}

TRM_INLINE long trm_smaller(long a, long b) { return a < b ? a : b; }

TRM_STATIC void pack_b(float *to, const float *from, long n, long k, long stride_n, long stride_k, int part, int parts) {
  const long panels = (n + TRM_NR - 1) / TRM_NR;
  for (long panel = panels * part / parts; panel < panels * (part + 1) / parts; panel++)
    trm_pack_panel(to + panel * k * TRM_NR, from + panel * TRM_NR * stride_n, trm_smaller(TRM_NR, n - panel * TRM_NR), k,
                   stride_n, stride_k);
}

/* ---- the whole ---- */

/* A block of the sum: k of each of s, from (s0, k0) on. */
struct trm_block {
  long s0, s, k0, k;
};

TRM_STATIC void trm_block(const struct product *p, const float *a, const float *b, float *c, struct trm_block block,
                          long first_tile, long last_tile, long first_panel, long last_panel) {
  float tiles_of_a[TRM_MC * TRM_KC] __attribute__((aligned(64)));
  float panel_of_b[TRM_PANEL_FLOATS] __attribute__((aligned(64)));
  const long tiles = trm_tiles_of(p->m), sums = block.s * block.k;
  const int begins = block.s0 == 0 && block.k0 == 0;
  const int pack_tiles = !p->a_packed && p->a_k != 1;
  struct trm_tile t = {.c_m = p->c_m, .scale = p->scale, .accumulate = !begins || p->accumulate};
  const float *a_block = a + block.s0 * p->a_s + block.k0 * p->a_k;
  const float *b_block = b + block.s0 * p->b_s + block.k0 * p->b_k;
  for (long tile_0 = first_tile; tile_0 < last_tile; tile_0 += TRM_MC / TRM_MR) {
    const long tile_n = trm_smaller(last_tile, tile_0 + TRM_MC / TRM_MR);
    const long row_0 = tile_0 * p->m / tiles;
    if (pack_tiles) {
      const long row_n = tile_n * p->m / tiles;
      for (long tile = tile_0; tile < tile_n; tile++) {
        const long row = tile * p->m / tiles, rows = (tile + 1) * p->m / tiles - row;
        float *to = tiles_of_a + (row - row_0) * sums;
        for (long s = 0; s < block.s; s++)
          for (long k = 0; k < block.k; k++)
            for (long i = 0; i < rows; i++) *to++ = a_block[s * p->a_s + k * p->a_k + (row + i) * p->a_m];
      }
      (void)row_n;
    }
    for (long panel = first_panel; panel < last_panel; panel++) {
      t.columns = trm_smaller(TRM_NR, p->n - panel * TRM_NR);
      t.b_k = TRM_NR;
      t.b_s = block.k * TRM_NR;
      if (p->b_packed) {
        t.b = b + (panel * p->k + block.k0) * TRM_NR;
      } else {
        for (long s = 0; s < block.s; s++)
          trm_pack_panel(panel_of_b + s * t.b_s, b_block + s * p->b_s + panel * TRM_NR * p->b_n, t.columns, block.k, p->b_n, p->b_k);
        t.b = panel_of_b;
      }
      const int wide = t.columns > TRM_LANES;
      for (long tile = tile_0; tile < tile_n; tile++) {
        const long row = tile * p->m / tiles, rows = (tile + 1) * p->m / tiles - row;
        t.s = block.s;
        t.k = block.k;
        if (pack_tiles) {
          t.a = tiles_of_a + (row - row_0) * sums;
          t.a_m = 1;
          t.a_k = rows;
          t.a_s = block.k * rows;
        } else if (p->a_packed) {
          t.a = a + row * p->k + block.k0 * rows;
          t.a_m = 1;
          t.a_k = rows;
        } else {
          t.a = a_block + row * p->a_m;
          t.a_m = p->a_m;
          t.a_k = p->a_k;
          t.a_s = p->a_s;
        }
        t.c = c + row * p->c_m + panel * TRM_NR;
        trm_tiles[rows - 1][wide](&t);
      }
    }
  }
}

TRM_STATIC void product(const struct product *p, const float *a, const float *b, float *c, int part, int parts) {
  const long tiles = trm_tiles_of(p->m), panels = (p->n + TRM_NR - 1) / TRM_NR;
  long first_tile = 0, last_tile = tiles, first_panel = 0, last_panel = panels;
  if (tiles > panels) {
    first_tile = tiles * part / parts;
    last_tile = tiles * (part + 1) / parts;
  } else {
    first_panel = panels * part / parts;
    last_panel = panels * (part + 1) / parts;
  }
  const long k_blocks = (p->k + TRM_KC - 1) / TRM_KC, s_step = p->k >= TRM_KC ? 1 : TRM_KC / p->k;
  for (long s = 0; s < p->s; s += s_step)
    for (long block = 0; block < k_blocks; block++) {
      const long k = block * p->k / k_blocks;
      const struct trm_block at = {s, trm_smaller(s_step, p->s - s), k, (block + 1) * p->k / k_blocks - k};
      trm_block(p, a, b, c, at, first_tile, last_tile, first_panel, last_panel);
    }
}

#endif
