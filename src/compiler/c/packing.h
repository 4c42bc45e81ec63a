/*
 * Operands of products in the order in which tiles read them.
 *
 * Of A, in float32 each tile of rows is [s][cells][rows]; in bfloat16 rows lie one below the other, [s][cells] each. Of B
 * each panel of TRM_NR columns is [s][cells][TRM_NR]. A and B that are used often are packed whole, once, into PACKED_A and
 * PACKED_B floats; of others the part that is about to be used.
 */
#ifndef TRM_PACKING_H
#define TRM_PACKING_H

#include "tiles.h"

#ifdef TRM_BFLOAT16
#define PACKED_A(m, k) (TRM_PADDED(m) * TRM_PADDED(TRM_CELLS(k)))
#else
#define PACKED_A(m, k) ((m) * (k))
#endif
#define PACKED_B(n, k) (((n) + TRM_NR - 1) / TRM_NR * TRM_NR * TRM_PADDED(TRM_CELLS(k)))

TRM_INLINE long trm_least(long a, long b) { return a < b ? a : b; }

/* How the rows of A are cut into tiles, of two heights: the first `higher` ones have more rows. AMX computes 16 rows or 32,
   so all tiles but the last are whole; in vectors there are as few as there can be, and they differ by one row. */
struct trm_rows {
  long m, tiles, higher, lower_rows;
};

TRM_INLINE struct trm_rows trm_rows_of(long m) {
  const long tiles = (m + TRM_MR - 1) / TRM_MR;
#ifdef TRM_AMX
  return (struct trm_rows){m, tiles, m / TRM_MR, m % TRM_MR};
#else
  return (struct trm_rows){m, tiles, m % tiles, m / tiles};
#endif
}

/* The first row of a tile. */
TRM_INLINE long trm_first_row(const struct trm_rows *rows, long tile) {
#ifdef TRM_AMX
  return trm_least(tile * TRM_MR, rows->m);
#else
  return tile * rows->lower_rows + trm_least(tile, rows->higher);
#endif
}

typedef float trm_four __attribute__((vector_size(16), aligned(4), may_alias));
typedef int trm_four_places __attribute__((vector_size(16)));
#if defined(__clang__)
#define TRM_FOUR(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
#define TRM_FOUR(x, y, ...) __builtin_shuffle(x, y, (trm_four_places){__VA_ARGS__})
#endif

/* Four rows of four cells, as columns: 4 x 4 whatever TRM_LANES is. */
TRM_INLINE void trm_transpose(float *to, long to_stride, const float *from, long stride) {
  const trm_four a = *(const trm_four *)from, b = *(const trm_four *)(from + stride);
  const trm_four c = *(const trm_four *)(from + 2 * stride), d = *(const trm_four *)(from + 3 * stride);
  const trm_four ab_low = TRM_FOUR(a, b, 0, 4, 1, 5), ab_high = TRM_FOUR(a, b, 2, 6, 3, 7);
  const trm_four cd_low = TRM_FOUR(c, d, 0, 4, 1, 5), cd_high = TRM_FOUR(c, d, 2, 6, 3, 7);
  *(trm_four *)to = TRM_FOUR(ab_low, cd_low, 0, 1, 4, 5);
  *(trm_four *)(to + to_stride) = TRM_FOUR(ab_low, cd_low, 2, 3, 6, 7);
  *(trm_four *)(to + 2 * to_stride) = TRM_FOUR(ab_high, cd_high, 0, 1, 4, 5);
  *(trm_four *)(to + 3 * to_stride) = TRM_FOUR(ab_high, cd_high, 2, 3, 6, 7);
}

/* ---- A ---- */

#ifdef TRM_BFLOAT16

/* One of s. */
TRM_STATIC void trm_pack_rows(float *to, const float *from, long rows, long k, long a_m, long a_k, long stride) {
  const long cells = TRM_CELLS(k);
  if (a_k == 1) {
    for (long m = 0; m < rows; m++) trm_to_cells(to + m * stride, from + m * a_m, k);
    return;
  }
  long m = 0;
  for (; a_m == 1 && m + TRM_LANES <= rows; m += TRM_LANES) {
    long j = 0;
    for (; j + 4 <= cells; j += 4) {
      float some[4][TRM_LANES];
      for (int i = 0; i < 4; i++) v_store(some[i], v_cell(from + m, j + i, k, a_k));
      for (int i = 0; i < TRM_LANES; i += 4) trm_transpose(to + (m + i) * stride + j, stride, &some[0][i], TRM_LANES);
    }
    for (; j < cells; j++)
      for (int i = 0; i < TRM_LANES; i++) to[(m + i) * stride + j] = trm_cell(from + m + i, j, k, a_k);
  }
  for (; m < rows; m++)
    for (long j = 0; j < cells; j++) to[m * stride + j] = trm_cell(from + m * a_m, j, k, a_k);
}

TRM_STATIC void trm_pack_tiles(float *to, const float *from, const struct trm_rows *in, long tile_0, long tile_n, long s, long k,
                               long a_m, long a_k, long a_s) {
  const long rows = trm_first_row(in, tile_n) - trm_first_row(in, tile_0), cells = s * TRM_CELLS(k), stride = TRM_PADDED(cells);
  for (long i = 0; i < s; i++) trm_pack_rows(to + i * TRM_CELLS(k), from + i * a_s, rows, k, a_m, a_k, stride);
  for (long row = 0; cells < stride && row < rows; row++) memset(to + row * stride + cells, 0, 4 * (stride - cells));
}

#else

/* Some rows as a tile, [s][k][rows]. */
TRM_INLINE void trm_pack_rows(float *to, const float *from, const int rows, long s, long k, long a_m, long a_k, long a_s) {
  for (long i = 0; i < s; i++)
    for (long j = 0; j < k; j++, to += rows)
      if (a_m == 1) memcpy(to, from + i * a_s + j * a_k, 4 * rows);
      else
        for (int m = 0; m < rows; m++) to[m] = from[i * a_s + m * a_m + j * a_k];
}

TRM_STATIC void trm_pack_tiles(float *to, const float *from, const struct trm_rows *in, long tile_0, long tile_n, long s, long k,
                               long a_m, long a_k, long a_s) {
  for (long tile = tile_0; tile < tile_n; tile++) {
    const long rows = trm_first_row(in, tile + 1) - trm_first_row(in, tile);
    switch (rows) {
#define TRM_ROWS(n) case n: trm_pack_rows(to, from, n, s, k, a_m, a_k, a_s); break
      TRM_ROWS(1); TRM_ROWS(2); TRM_ROWS(3); TRM_ROWS(4); TRM_ROWS(5); TRM_ROWS(6); TRM_ROWS(7); TRM_ROWS(8);
    }
    to += rows * s * k;
    from += rows * a_m;
  }
}

#endif

/* The packed rows from `row` on, where tiles of `rows` rows begin, `cells` of them in each row. */
TRM_INLINE void trm_from_packed(struct trm_tiles *t, const float *packed, long row, long rows, long cells) {
#ifdef TRM_BFLOAT16
  t->a_m = TRM_PADDED(cells), t->a_k = 1;
#else
  t->a_m = 1, t->a_k = rows;
#endif
  t->a = packed + row * TRM_PADDED(cells);
  t->a_tile = rows * TRM_PADDED(cells);
}

TRM_STATIC void pack_a(float *to, const float *from, long m, long k, long stride_m, long stride_k, int part, int parts) {
  const struct trm_rows in = trm_rows_of(m);
  const long tile_0 = in.tiles * part / parts, tile_n = in.tiles * (part + 1) / parts, row = trm_first_row(&in, tile_0);
  trm_pack_tiles(to + row * TRM_PADDED(TRM_CELLS(k)), from + row * stride_m, &in, tile_0, tile_n, 1, k, stride_m, stride_k, 0);
}

/* ---- B ---- */

/* Four cells of four columns, [cells][TRM_NR], columns being contiguous along k. */
TRM_INLINE void trm_pack_four(float *to, const float *from, long b_n) {
#ifdef TRM_BFLOAT16
  float cells[4][4];
  for (int i = 0; i < 4; i++) trm_to_cells(cells[i], from + i * b_n, 8);
  trm_transpose(to, TRM_NR, cells[0], 4);
#else
  trm_transpose(to, TRM_NR, from, b_n);
#endif
}

/* The first `columns` <= TRM_NR columns as a panel [cells][TRM_NR]; the others are 0. */
TRM_STATIC void trm_pack_panel(float *to, const float *from, long columns, long k, long b_n, long b_k) {
  const long cells = TRM_CELLS(k);
  if (columns < TRM_NR) memset(to, 0, 4 * TRM_NR * cells);
  const long vectors = b_n == 1 ? columns / TRM_LANES : 0;
  for (long j = 0; vectors > 0 && j < cells; j++) {
    v_store(to + j * TRM_NR, v_cell(from, j, k, b_k));
    if (vectors == 2) v_store(to + j * TRM_NR + TRM_LANES, v_cell(from + TRM_LANES, j, k, b_k));
  }
  long n = vectors * TRM_LANES;
  for (; b_k == 1 && n + 4 <= columns; n += 4) {
    long j = 0;
    for (; (j + 4) * TRM_IN_CELL <= k; j += 4) trm_pack_four(to + j * TRM_NR + n, from + n * b_n + j * TRM_IN_CELL, b_n);
    for (; j < cells; j++)
      for (long i = n; i < n + 4; i++) to[j * TRM_NR + i] = trm_cell(from + i * b_n, j, k, b_k);
  }
  for (long j = 0; n < columns && j < cells; j++)
    for (long i = n; i < columns; i++) to[j * TRM_NR + i] = trm_cell(from + i * b_n, j, k, b_k);
}

/* A panel of several matrices one below the other, and cells of 0 up to where AMX reads. */
TRM_STATIC void trm_pack_panels(float *to, const float *from, long columns, long s, long k, long b_n, long b_k, long b_s) {
  const long cells = TRM_CELLS(k), all = s * cells;
  for (long i = 0; i < s; i++) trm_pack_panel(to + i * cells * TRM_NR, from + i * b_s, columns, k, b_n, b_k);
  memset(to + all * TRM_NR, 0, 4 * TRM_NR * (TRM_PADDED(all) - all));
}

TRM_STATIC void pack_b(float *to, const float *from, long n, long k, long stride_n, long stride_k, int part, int parts) {
  const long panels = (n + TRM_NR - 1) / TRM_NR;
  for (long panel = panels * part / parts; panel < panels * (part + 1) / parts; panel++)
    trm_pack_panels(to + panel * TRM_PADDED(TRM_CELLS(k)) * TRM_NR, from + panel * TRM_NR * stride_n,
                    trm_least(TRM_NR, n - panel * TRM_NR), 1, k, stride_n, stride_k, 0);
}

#endif
