/*
 * What operands of products are made of: cells of 32 bits along k. In float32 a cell is a number. With -DTRM_BFLOAT16 it holds
 * the numbers of k and k + 1, rounded to bfloat16 (to nearest, ties to even), the even one in the lower half: so vdpbf16ps
 * and AMX read them.
 */
#ifndef TRM_CELLS_H
#define TRM_CELLS_H

#include "vector.h"
#if defined(TRM_BFLOAT16) && defined(__AVX512BF16__)
#include <immintrin.h>
#endif

#define TRM_STATIC static __attribute__((unused))
#define TRM_UNROLL _Pragma("GCC unroll 16")

#ifdef TRM_BFLOAT16
#define TRM_IN_CELL 2
#else
#define TRM_IN_CELL 1
#endif
#define TRM_CELLS(k) (((k) + TRM_IN_CELL - 1) / TRM_IN_CELL)

#ifdef TRM_BFLOAT16

/* The bits of bfloat16 in the upper half; NaN stays NaN. */
TRM_INLINE unsigned trm_rounded(float x) {
  unsigned bits;
  memcpy(&bits, &x, 4);
  return x != x ? bits | 0x400000 : bits + 0x7fff + (bits >> 16 & 1);
}

TRM_INLINE vu v_rounded(vf x) {
  const vu bits = (vu)x, nearest = bits + 0x7fff + (bits >> 16 & 1);
  return (vu)v_select(x != x, (vf)(bits | 0x400000), (vf)nearest);
}

/* Cell j of k numbers, `stride` apart. */
TRM_INLINE float trm_cell(const float *from, long j, long k, long stride) {
  const float odd = 2 * j + 1 < k ? from[(2 * j + 1) * stride] : 0;
  const unsigned bits = trm_rounded(from[2 * j * stride]) >> 16 | (trm_rounded(odd) & 0xffff0000);
  float cell;
  memcpy(&cell, &bits, 4);
  return cell;
}

/* Cell j of as many rows or columns as a vector holds, which are next to one another. */
TRM_INLINE vf v_cell(const float *from, long j, long k, long stride) {
  const vf odd = 2 * j + 1 < k ? v_load(from + (2 * j + 1) * stride) : v_set(0);
  return (vf)(v_rounded(v_load(from + 2 * j * stride)) >> 16 | (v_rounded(odd) & 0xffff0000));
}

/* k numbers that are next to one another, as cells. */
TRM_INLINE void trm_to_cells(float *to, const float *from, long k) {
  typedef unsigned short halves __attribute__((vector_size(2 * TRM_LANES)));
  long i = 0;
  for (; i + TRM_LANES <= k; i += TRM_LANES) {
#if defined(__AVX512BF16__) && TRM_LANES == 16
    const __m256bh rounded = _mm512_cvtneps_pbh((__m512)v_load(from + i)); /* subnormal ones to 0, which products do, too */
#else
    const halves rounded = __builtin_convertvector(v_rounded(v_load(from + i)) >> 16, halves);
#endif
    memcpy(to + i / 2, &rounded, sizeof(halves));
  }
  for (long j = i / 2; j < TRM_CELLS(k); j++) to[j] = trm_cell(from, j, k, 1);
}

/* sum + a b for both numbers of each cell, the odd ones first as vdpbf16ps does it. The product of two bfloat16 is exact. */
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

TRM_INLINE vf v_cell(const float *from, long j, long k, long stride) {
  (void)k;
  return v_load(from + j * stride);
}

TRM_INLINE vf trm_add_product(vf sum, vf a, vf b) { return sum + a * b; }

#endif

#endif
