/*
 * Matrix products.
 *
 *   C[m][n] = (accumulate ? C[m][n] : 0) + scale * sum over s < S, k < K of A(s, m, k) * B(s, k, n)
 *
 * Strides count floats; C has rows of stride c_m. An operand that is used often is packed first (pack_a, pack_b, into
 * PACKED_A or PACKED_B floats): its strides are then ignored, and S is 1. Several threads may share a product or a
 * packing: each does `part` of `parts`.
 *
 * C is computed in tiles that stay in registers while k runs (tiles.h). For a block of k the panel of B under a tile stays
 * in the first-level cache and the rows of A in the second (Goto and van de Geijn, Anatomy of High-Performance Matrix
 * Multiplication, 2008). What is not packed is copied into that form where its strides ask for it (packing.h). An element of
 * C is one lane that adds its products in the order of s and k, block by block: its bits depend neither on the tile it is in
 * nor on `parts`.
 *
 * With -DTRM_BFLOAT16 both operands are rounded to bfloat16 and their products are added in float32 (cells.h).
 */
#ifndef TRM_PRODUCT_H
#define TRM_PRODUCT_H

#include "packing.h"

struct product {
  long m, n, k, s;
  long a_m, a_k, a_s;
  long b_k, b_n, b_s;
  long c_m;
  float scale;
  int accumulate;
  int a_packed, b_packed;
};

/* A block of the sum: a panel of B, half the first-level cache (48 KiB on the CPUs with AMX); so many tiles of A that they
   stay in the second. */
#ifdef TRM_AMX
#define TRM_BLOCK_CELLS 256
#define TRM_BLOCK_TILES 8
#else
#define TRM_BLOCK_CELLS (4096 / TRM_NR)
#define TRM_BLOCK_TILES 32
#endif

/* What one thread does: some tiles and panels of C, for one block of the sum: k of each of s, from (s_0, k_0) on. */
struct trm_share {
  long tile_0, tile_n, panel_0, panel_n;
  long s_0, s, k_0, k;
};

/* The tiles [tile_0, tile_n), at most TRM_BLOCK_TILES, under all panels of the share. `room` is for a copy of A, or NULL. */
TRM_STATIC void trm_run_panels(const struct product *p, const struct trm_rows *in, const struct trm_share *at, const float *a,
                               const float *b, float *c, float *room, long tile_0, long tile_n) {
  float panel_of_b[TRM_BLOCK_CELLS * TRM_NR] __attribute__((aligned(64)));
  const long row_0 = trm_first_row(in, tile_0);
  const long cells = TRM_CELLS(at->k), cells_0 = at->k_0 / TRM_IN_CELL, all_cells = TRM_CELLS(p->k);
  const float *a_block = a + at->s_0 * p->a_s + at->k_0 * p->a_k, *b_block = b + at->s_0 * p->b_s + at->k_0 * p->b_k;
  struct trm_tiles t = {.s = at->s, .cells = cells, .c_m = p->c_m, .scale = p->scale};
  t.accumulate = p->accumulate || at->s_0 > 0 || at->k_0 > 0;
  if (room) trm_pack_tiles(room, a_block + row_0 * p->a_m, in, tile_0, tile_n, at->s, at->k, p->a_m, p->a_k, p->a_s);
  if (room) t.s = 1, t.cells = at->s * cells;
  for (long panel = at->panel_0; panel < at->panel_n; panel++) {
    const long column = panel * TRM_NR, columns = trm_least(TRM_NR, p->n - column);
    t.tail = columns % TRM_LANES;
    t.b = b + column * TRM_PADDED(all_cells) + cells_0 * TRM_NR;
    if (!p->b_packed) {
      t.b = panel_of_b;
      trm_pack_panels(panel_of_b, b_block + column * p->b_n, columns, at->s, at->k, p->b_n, p->b_k, p->b_s);
    }
    for (long tile = tile_0; tile < tile_n; tile += t.count) {
      const long row = trm_first_row(in, tile), rows = trm_first_row(in, tile + 1) - row;
      t.count = (tile < in->higher ? trm_least(in->higher, tile_n) : tile_n) - tile;
      if (p->a_packed) {
        trm_from_packed(&t, a, row, rows, all_cells);
        t.a += cells_0 * t.a_k;
      } else if (room) {
        trm_from_packed(&t, room, row - row_0, rows, t.cells);
      } else {
        t.a = a_block + row * p->a_m;
        t.a_tile = rows * p->a_m, t.a_m = p->a_m, t.a_k = p->a_k, t.a_s = p->a_s;
      }
      t.c = c + row * p->c_m + column;
      trm_compute(&t, rows, columns > TRM_LANES);
    }
  }
}

TRM_STATIC void trm_run_blocks(const struct product *p, const float *a, const float *b, float *c, float *room, int part, int parts) {
  const struct trm_rows in = trm_rows_of(p->m);
  const long tiles = in.tiles, panels = (p->n + TRM_NR - 1) / TRM_NR;
  const int by_tiles = tiles > panels;
  struct trm_share at = {0, tiles, 0, panels, 0, 0, 0, 0};
  *(by_tiles ? &at.tile_0 : &at.panel_0) = (by_tiles ? tiles : panels) * part / parts;
  *(by_tiles ? &at.tile_n : &at.panel_n) = (by_tiles ? tiles : panels) * (part + 1) / parts;
  const long cells = TRM_CELLS(p->k), blocks = (cells + TRM_BLOCK_CELLS - 1) / TRM_BLOCK_CELLS;
  const long step = blocks > 1 ? 1 : TRM_BLOCK_CELLS / cells;
  for (at.s_0 = 0; at.s_0 < p->s; at.s_0 += step)
    for (long block = 0; block < blocks; block++) {
      at.s = trm_least(step, p->s - at.s_0);
      at.k_0 = TRM_PADDED(block * cells / blocks) * TRM_IN_CELL;
      at.k = trm_least(TRM_PADDED((block + 1) * cells / blocks) * TRM_IN_CELL, p->k) - at.k_0;
      for (long tile = at.tile_0; tile < at.tile_n; tile += TRM_BLOCK_TILES)
        trm_run_panels(p, &in, &at, a, b, c, room, tile, trm_least(tile + TRM_BLOCK_TILES, at.tile_n));
    }
}

TRM_STATIC __attribute__((noinline)) void trm_copying_a(const struct product *p, const float *a, const float *b, float *c,
                                                        int part, int parts) {
  float room[TRM_BLOCK_TILES * TRM_MR * TRM_BLOCK_CELLS] __attribute__((aligned(64)));
  trm_run_blocks(p, a, b, c, room, part, parts);
}

TRM_STATIC void product(const struct product *p, const float *a, const float *b, float *c, int part, int parts) {
  if (!p->a_packed && (TRM_IN_CELL > 1 || (p->a_k != 1 && p->n > TRM_NR))) trm_copying_a(p, a, b, c, part, parts);
  else trm_run_blocks(p, a, b, c, NULL, part, parts);
}

#endif
