/*
 * Matrix products.
 *
 *   C[m][n] = (accumulate ? C[m][n] : 0) + scale * sum over s < S, k < K of A(s, m, k) * B(s, k, n)
 *
 * Strides count floats; C has rows of stride c_m. An operand that is used often is packed first (pack_a, pack_b, into
 * PACKED_A or PACKED_B floats): its strides are then ignored, and S is 1. Several threads may share a product or a
 * packing: each does `part` of `parts`, and the bits do not depend on how many there are.
 */
#ifndef TRM_PRODUCT_H
#define TRM_PRODUCT_H

#include "vector.h"

#define TRM_NR (2 * TRM_LANES)

struct product {
  long m, n, k, s;
  long a_m, a_k, a_s;
  long b_k, b_n, b_s;
  long c_m;
  float scale;
  int accumulate;
  int a_packed, b_packed;
};

#define PACKED_A(m, k) ((m) * (k))
#define PACKED_B(n, k) (((n) + TRM_NR - 1) / TRM_NR * TRM_NR * (k))

#define TRM_STATIC static __attribute__((unused))

TRM_STATIC void pack_a(float *to, const float *from, long m, long k, long stride_m, long stride_k, int part, int parts) {
  for (long i = m * part / parts; i < m * (part + 1) / parts; i++)
    for (long j = 0; j < k; j++) to[i * k + j] = from[i * stride_m + j * stride_k];
}

TRM_STATIC void pack_b(float *to, const float *from, long n, long k, long stride_n, long stride_k, int part, int parts) {
  long panels = (n + TRM_NR - 1) / TRM_NR;
  for (long panel = panels * part / parts; panel < panels * (part + 1) / parts; panel++)
    for (long j = 0; j < k; j++)
      for (long lane = 0; lane < TRM_NR; lane++) {
        long i = panel * TRM_NR + lane;
        to[(panel * k + j) * TRM_NR + lane] = i < n ? from[i * stride_n + j * stride_k] : 0;
      }
}

TRM_STATIC void product(const struct product *p, const float *a, const float *b, float *c, int part, int parts) {
  for (long m = p->m * part / parts; m < p->m * (part + 1) / parts; m++)
    for (long n = 0; n < p->n; n++) {
      float sum = 0;
      for (long s = 0; s < p->s; s++)
        for (long k = 0; k < p->k; k++) {
          float left = p->a_packed ? a[m * p->k + k] : a[m * p->a_m + k * p->a_k + s * p->a_s];
          float right = p->b_packed ? b[(n / TRM_NR * p->k + k) * TRM_NR + n % TRM_NR]
                                    : b[k * p->b_k + n * p->b_n + s * p->b_s];
          sum += left * right;
        }
      float *to = c + m * p->c_m + n;
      *to = (p->accumulate ? *to : 0) + p->scale * sum;
    }
}

#endif
