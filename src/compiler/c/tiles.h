/*
 * Tiles of a product's result, which stay in registers while k runs: in vector registers, or on a CPU with AMX, for bfloat16,
 * in its own. Rows of the left operand come from where it lies or from a packed copy, columns of the right one from a panel
 * (packing.h).
 */
#ifndef TRM_TILES_H
#define TRM_TILES_H

#include "cells.h"

#if defined(TRM_BFLOAT16) && TRM_LANES == 16
#include "amx.h"
#endif

/* Columns of a tile, and rows: in vectors, the sums of a tile take twice as many of the 32 registers of AVX-512 and NEON, of
   the 16 of AVX and SSE. */
#define TRM_NR (2 * TRM_LANES)
#if TRM_LANES == 16 || defined(__aarch64__)
#define TRM_HEIGHT 8
#else
#define TRM_HEIGHT 6
#endif

/* A tile of AMX is two by two of its registers, and reads 16 cells of k at once, so that where it reads cells behind the last
   they must be 0. */
#ifdef TRM_AMX
#define TRM_MR 32
#define TRM_PADDED(count) (((count) + 15) / 16 * 16)
#else
#define TRM_MR TRM_HEIGHT
#define TRM_PADDED(count) (count)
#endif

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
  long tail; /* columns of the last vector, where it is not full */
};

TRM_INLINE void trm_write(float *to, vf sum, vf scale, int accumulate) {
  v_store(to, v_fused(scale, sum, accumulate ? v_load(to) : v_set(0)));
}

/* A tile from memory, [rows][TRM_NR], whose last vector of columns is not full. */
TRM_STATIC void trm_write_narrow(const struct trm_tiles *t, float *to, const float *sums, long rows, int width) {
  const vf scale = v_set(t->scale);
  for (long m = 0; m < rows; m++, to += t->c_m, sums += TRM_NR) {
    if (width == 2) trm_write(to, v_load(sums), scale, t->accumulate);
    float *last = to + (width - 1) * TRM_LANES;
    const vf before = t->accumulate ? v_load_n(last, t->tail) : v_set(0);
    v_store_n(last, v_fused(scale, v_load(sums + (width - 1) * TRM_LANES), before), t->tail);
  }
}

/* ---- in vectors ---- */

TRM_INLINE void trm_tiles(const struct trm_tiles *t, const int rows, const int width) {
  const long s_n = t->s, cells = t->cells, a_m = t->a_m, a_k = t->a_k, a_s = t->a_s, c_m = t->c_m;
  const int accumulate = t->accumulate;
  const vf scale = v_set(t->scale);
  const float *a_tile = t->a;
  float *c = t->c;
  for (long tile = t->count; tile > 0; tile--) {
    vf sum[TRM_HEIGHT][2];
    const float *right = t->b;
    TRM_UNROLL for (int m = 0; m < rows; m++) TRM_UNROLL for (int w = 0; w < width; w++) sum[m][w] = v_set(0);
    for (long s = 0; s < s_n; s++) {
      const float *left[TRM_HEIGHT];
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
    if (t->tail) {
      float sums[TRM_HEIGHT][TRM_NR];
      TRM_UNROLL for (int m = 0; m < rows; m++) TRM_UNROLL for (int w = 0; w < width; w++)
        v_store(sums[m] + w * TRM_LANES, sum[m][w]);
      trm_write_narrow(t, c, sums[0], rows, width);
    } else {
      TRM_UNROLL for (int m = 0; m < rows; m++) TRM_UNROLL for (int w = 0; w < width; w++)
        trm_write(c + m * c_m + w * TRM_LANES, sum[m][w], scale, accumulate);
    }
    a_tile += t->a_tile;
    c += rows * c_m;
  }
}

#define TRM_TILES(rows)                                                                      \
  TRM_STATIC void trm_tiles_##rows##_1(const struct trm_tiles *t) { trm_tiles(t, rows, 1); } \
  TRM_STATIC void trm_tiles_##rows##_2(const struct trm_tiles *t) { trm_tiles(t, rows, 2); }
TRM_TILES(1) TRM_TILES(2) TRM_TILES(3) TRM_TILES(4) TRM_TILES(5) TRM_TILES(6)
#if TRM_HEIGHT == 8
TRM_TILES(7) TRM_TILES(8)
#endif

static void (*const trm_tiles_of[TRM_HEIGHT][2])(const struct trm_tiles *) = {
  {trm_tiles_1_1, trm_tiles_1_2}, {trm_tiles_2_1, trm_tiles_2_2}, {trm_tiles_3_1, trm_tiles_3_2},
  {trm_tiles_4_1, trm_tiles_4_2}, {trm_tiles_5_1, trm_tiles_5_2}, {trm_tiles_6_1, trm_tiles_6_2},
#if TRM_HEIGHT == 8
  {trm_tiles_7_1, trm_tiles_7_2}, {trm_tiles_8_1, trm_tiles_8_2},
#endif
};

/* ---- in AMX's registers: 0 to 3 are the sums, 4 and 5 rows of A, 6 and 7 columns of B ---- */

#ifdef TRM_AMX

static const struct amx_shapes trm_amx_shapes = {
  .palette = 1,
  .bytes = {64, 64, 64, 64, 64, 64, 64, 64},
  .rows = {16, 16, 16, 16, 16, 16, 16, 16},
};

/* Where the system refuses, the same tiles are computed in vectors. */
static int trm_amx_granted;
__attribute__((constructor)) static void trm_amx_ask(void) { trm_amx_granted = amx_ask(); }

/* More than 16 rows where it is high, more than 16 columns where it is wide. Rows behind the last are read and not written. */
TRM_INLINE void trm_amx_tiles(const struct trm_tiles *t, long rows, const int high, const int wide) {
  float sums[32][TRM_NR] __attribute__((aligned(64)));
  const long a_bytes = 4 * t->a_m, b_bytes = 4 * TRM_NR, c_bytes = sizeof sums[0], below = 16 * t->a_m, cells = t->cells;
  const vf scale = v_set(t->scale);
  for (long tile = 0; tile < t->count; tile++) {
    const float *a = t->a + tile * t->a_tile, *b = t->b;
    float *c = t->c + tile * rows * t->c_m;
    amx_zero(0);
    if (wide) amx_zero(1);
    if (high) amx_zero(2);
    if (high && wide) amx_zero(3);
    for (long cell = 0; cell < cells; cell += 16, a += 16, b += 16 * TRM_NR) {
      amx_load(6, b, b_bytes);
      amx_load(4, a, a_bytes);
      amx_multiply(0, 4, 6);
      if (high) {
        amx_load(5, a + below, a_bytes);
        amx_multiply(2, 5, 6);
      }
      if (wide) {
        amx_load(7, b + 16, b_bytes);
        amx_multiply(1, 4, 7);
      }
      if (high && wide) amx_multiply(3, 5, 7);
    }
    amx_store(0, &sums[0][0], c_bytes);
    if (wide) amx_store(1, &sums[0][16], c_bytes);
    if (high) amx_store(2, &sums[16][0], c_bytes);
    if (high && wide) amx_store(3, &sums[16][16], c_bytes);
    if (t->tail) trm_write_narrow(t, c, sums[0], rows, 1 + wide);
    for (long m = 0; !t->tail && m < rows; m++)
      for (int n = 0; n < 16 * (1 + wide); n += 16) trm_write(c + m * t->c_m + n, v_load(&sums[m][n]), scale, t->accumulate);
  }
}

TRM_STATIC void trm_run_amx(const struct trm_tiles *t, long rows, int wide) {
  if (rows > 16 && wide) trm_amx_tiles(t, rows, 1, 1);
  else if (rows > 16) trm_amx_tiles(t, rows, 1, 0);
  else if (wide) trm_amx_tiles(t, rows, 0, 1);
  else trm_amx_tiles(t, rows, 0, 0);
}

/* The same tiles in vectors: a packed row is as far from the next in another tile as in its own. */
TRM_STATIC void trm_run_vectors(const struct trm_tiles *t, long rows, int wide) {
  const long all = t->count * rows, left = all % TRM_HEIGHT;
  struct trm_tiles some = *t;
  some.a_tile = TRM_HEIGHT * t->a_m;
  some.count = all / TRM_HEIGHT;
  trm_tiles_of[TRM_HEIGHT - 1][wide](&some);
  if (left == 0) return;
  some.a += (all - left) * t->a_m;
  some.c += (all - left) * t->c_m;
  some.count = 1;
  trm_tiles_of[left - 1][wide](&some);
}

#endif

/* Tiles of so many rows, and of one vector's columns or of two: `wide`. */
TRM_INLINE void trm_compute(const struct trm_tiles *t, long rows, int wide) {
#ifdef TRM_AMX
  if (trm_amx_granted) trm_run_amx(t, rows, wide);
  else trm_run_vectors(t, rows, wide);
#else
  trm_tiles_of[rows - 1][wide](t);
#endif
}

/* Each thread calls them before its first product and after its last. */
TRM_STATIC void product_begin_thread(void) {
#ifdef TRM_AMX
  if (trm_amx_granted) amx_begin(&trm_amx_shapes);
#endif
}
TRM_STATIC void product_end_thread(void) {
#ifdef TRM_AMX
  if (trm_amx_granted) amx_end();
#endif
}

#endif
