/*
 * Holds vector.h and product.h to libm and to plain loops in double. Prints each fault and ends with 1, or prints
 * nothing; reading and writing where nothing may be touched is the sanitizers' to see, so arrays end where they must.
 */
#include "product.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int faults;

static void check(int holds, const char *what, double got, double expected) {
  if (holds || faults++ > 20) return;
  printf("%s: got %a, expected %a\n", what, got, expected);
}

static int same(double a, double b) { return a == b ? signbit(a) == signbit(b) : a != a && b != b; }

static float from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

/* ---- elementwise operators ---- */

#define UNARY(V) V(neg) V(abs) V(sign) V(exp) V(log) V(sqrt) V(reciprocal) V(atan) V(sigmoid) V(softplus) V(silu)
#define BINARY(V) V(add) V(sub) V(mul) V(div) V(maximum) V(minimum) V(less) V(greater) V(greaterOrEqual) V(equal)

/* Not inlined: what is tested is what runs on numbers that the compiler does not know. */
#define V(name) static __attribute__((noinline)) vf run_##name(vf x) { return v_##name(x); }
UNARY(V)
#undef V
#define V(name) static __attribute__((noinline)) vf run_##name(vf a, vf b) { return v_##name(a, b); }
BINARY(V)
#undef V

static double exact_neg(double x) { return -x; }
static double exact_abs(double x) { return fabs(x); }
static double exact_sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
static double exact_exp(double x) { return exp(x); }
static double exact_log(double x) { return log(x); }
static double exact_sqrt(double x) { return sqrt(x); }
static double exact_reciprocal(double x) { return 1 / x; }
static double exact_atan(double x) { return atan(x); }
static double exact_sigmoid(double x) { return 1 / (1 + exp(-x)); }
static double exact_softplus(double x) { return (x < 0 ? 0 : x) + log1p(exp(-fabs(x))); }
static double exact_silu(double x) { return x / (1 + exp(-x)); }

static double exact_add(double a, double b) { return a + b; }
static double exact_sub(double a, double b) { return a - b; }
static double exact_mul(double a, double b) { return a * b; }
static double exact_div(double a, double b) { return a / b; }
static double exact_maximum(double a, double b) {
  return a != a || b != b ? NAN : a == b ? (signbit(a) ? b : a) : a > b ? a : b;
}
static double exact_minimum(double a, double b) {
  return a != a || b != b ? NAN : a == b ? (signbit(a) ? a : b) : a < b ? a : b;
}
static double exact_less(double a, double b) { return a < b; }
static double exact_greater(double a, double b) { return a > b; }
static double exact_greaterOrEqual(double a, double b) { return a >= b; }
static double exact_equal(double a, double b) { return a == b; }

/* The distance of floats where the exact value lies. */
static double unit(double exact) {
  int exponent;
  frexp(fmin(fabs(exact), 3.4e38), &exponent);
  return ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
}

/* Within so many units of the exact value; what is infinite, NaN or zero as in JavaScript. */
static void check_close(const char *name, float got, double exact, double units) {
  const float rounded = (float)exact;
  const int close = fabs(got - exact) <= units * unit(exact);
  const int borderline = fabs(exact) > 3.402823e38 && isinf(got) && units > 0.5;
  check(same(got, rounded) || (isfinite(rounded) && (close || borderline)), name, got, exact);
}

static void check_unary(const char *name, vf (*run)(vf), float (*scalar)(float), double (*exact)(double), double units) {
  const uint32_t special[] = {0, 1, 0x7fffff, 0x800000, 0x3f800000, 0x7f7fffff, 0x7f800000, 0x7fc00000};
  const uint32_t step = 4093;
  for (uint64_t bits = 0; bits < (UINT64_C(1) << 32) + 16 * step; bits += step * TRM_LANES) {
    float x[TRM_LANES];
    for (int i = 0; i < TRM_LANES; i++) {
      uint64_t at = bits + (uint64_t)i * step;
      uint64_t beyond = (at - (UINT64_C(1) << 32)) / step;
      x[i] = at >> 32 ? from_bits(special[beyond % 8] | (beyond & 8 ? 0x80000000 : 0)) : from_bits((uint32_t)at);
    }
    const vf y = run(v_load(x));
    for (int i = 0; i < TRM_LANES; i++) {
      check_close(name, y[i], exact(x[i]), units);
      check_close(name, scalar(x[i]), exact(x[i]), units);
    }
  }
}

static void check_binary(const char *name, vf (*run)(vf, vf), float (*scalar)(float, float), double (*exact)(double, double)) {
  const float values[] = {0, -0.0f, 1, -1, 3, 0.1f, -2.5e-39f, 3e38f, -3e38f, INFINITY, -INFINITY, NAN};
  for (int i = 0; i < 12; i++)
    for (int j = 0; j < 12; j++) {
      const float expected = (float)exact(values[i], values[j]), got = run(v_set(values[i]), v_set(values[j]))[TRM_LANES - 1];
      check(same(got, expected), name, got, expected);
      check(same(scalar(values[i], values[j]), expected), name, scalar(values[i], values[j]), expected);
    }
}

static void check_operators(void) {
  const double two[] = {2, 0.5};
#define UNITS(name) two[strstr("neg abs sign sqrt reciprocal", #name) != NULL]
#define V(name) check_unary(#name, run_##name, s_##name, exact_##name, UNITS(name));
  UNARY(V)
#undef V
#define V(name) check_binary(#name, run_##name, s_##name, exact_##name);
  BINARY(V)
#undef V
  const float conditions[] = {0, -0.0f, 1, -1, 1e-45f, INFINITY, NAN};
  for (int i = 0; i < 7; i++) {
    const float expected = conditions[i] != 0 ? 2 : 3;
    check(v_where(v_set(conditions[i]), v_set(2), v_set(3))[0] == expected, "where", conditions[i], expected);
    check(s_where(conditions[i], 2, 3) == expected, "where", conditions[i], expected);
  }
}

/* ---- memory and lanes ---- */

static void check_lanes(void) {
  float all[TRM_LANES], sum = 0;
  for (int i = 0; i < TRM_LANES; i++) sum += all[i] = (float)(i * i - 7);
  check(v_sum(v_load(all)) == sum, "sum", v_sum(v_load(all)), sum);
  check(v_largest(v_load(all)) == all[TRM_LANES - 1], "largest", v_largest(v_load(all)), all[TRM_LANES - 1]);
  for (int i = 0; i < TRM_LANES; i++) {
    vf x = v_load(all);
    x[i] = NAN;
    check(isnan(v_sum(x)) && isnan(v_largest(x)), "NaN survives", v_largest(x), NAN);
    x[i] = 1e9f;
    check(v_largest(x) == 1e9f, "largest", v_largest(x), 1e9);
  }
  for (long n = 0; n < TRM_LANES; n++) {
    float *from = malloc(4 * n + 1), *to = malloc(4 * n + 1), *strided = malloc(12 * n + 1);
    for (long i = 0; i < n; i++) from[i] = (float)(i + 1);
    for (long i = 0; i + 2 < 3 * n; i++) strided[i] = i % 3 == 0 ? (float)(i / 3 + 1) : -1;
    const vf x = v_load_n(from, n), y = v_strided_n(strided, 3, n);
    v_store_n(to, x, n);
    for (long i = 0; i < TRM_LANES; i++) {
      check(x[i] == (i < n ? i + 1 : 0), "load_n", x[i], (double)i + 1);
      check(y[i] == (i < n ? i + 1 : 0), "strided_n", y[i], (double)i + 1);
      if (i < n) check(to[i] == i + 1, "store_n", to[i], (double)i + 1);
    }
    free(from), free(to), free(strided);
  }
  float spread[3 * TRM_LANES];
  for (int i = 0; i < 3 * TRM_LANES; i++) spread[i] = (float)i;
  for (int i = 0; i < TRM_LANES; i++) check(v_strided(spread, 3)[i] == 3 * i, "strided", v_strided(spread, 3)[i], 3 * i);
}

/* ---- products ---- */

static long below(long n) { return rand() % n; }

static float *numbers(long count) {
  float *x = malloc(4 * count);
  for (long i = 0; i < count; i++) x[i] = (float)(below(17) - 8);
  return x;
}

/* One of random shape and strides. Whole numbers: any order of the sum gives the same bits. */
static void check_product(long most, long most_k) {
  struct product p = {.m = 1 + below(most), .n = 1 + below(most), .k = 1 + below(most_k), .s = 1 + below(4)};
  p.a_packed = below(3) == 0, p.b_packed = below(3) == 0;
  if (p.a_packed || p.b_packed) p.s = 1;
  const long inner = 1 + (below(9) == 0);
  if (below(2)) p.a_m = inner, p.a_k = inner * p.m + below(3), p.a_s = p.a_k * p.k;
  else p.a_k = inner, p.a_m = inner * p.k + below(3), p.a_s = p.a_m * p.m;
  if (below(2)) p.b_n = inner, p.b_k = inner * p.n + below(3), p.b_s = p.b_k * p.k;
  else p.b_k = inner, p.b_n = inner * p.k + below(3), p.b_s = p.b_n * p.n;
  p.c_m = p.n + below(3), p.scale = below(2) ? 1 : 0.375f, p.accumulate = (int)below(2);
  float *a = numbers((p.m - 1) * p.a_m + (p.k - 1) * p.a_k + (p.s - 1) * p.a_s + 1);
  float *b = numbers((p.k - 1) * p.b_k + (p.n - 1) * p.b_n + (p.s - 1) * p.b_s + 1);
  const long size = (p.m - 1) * p.c_m + p.n;
  float *c = numbers(size), *expected = malloc(4 * size);
  memcpy(expected, c, 4 * size);
  for (long m = 0; m < p.m; m++)
    for (long n = 0; n < p.n; n++) {
      double sum = 0;
      for (long s = 0; s < p.s; s++)
        for (long k = 0; k < p.k; k++)
          sum += (double)a[m * p.a_m + k * p.a_k + s * p.a_s] * b[k * p.b_k + n * p.b_n + s * p.b_s];
      float *to = expected + m * p.c_m + n;
      *to = (float)((p.accumulate ? *to : 0) + p.scale * sum);
    }
  const int parts = 1 + (int)below(4);
  float *packed_a = malloc(4 * PACKED_A(p.m, p.k)), *packed_b = malloc(4 * PACKED_B(p.n, p.k));
  for (int part = 0; part < parts; part++) {
    if (p.a_packed) pack_a(packed_a, a, p.m, p.k, p.a_m, p.a_k, part, parts);
    if (p.b_packed) pack_b(packed_b, b, p.n, p.k, p.b_n, p.b_k, part, parts);
  }
  for (int part = 0; part < parts; part++)
    product(&p, p.a_packed ? packed_a : a, p.b_packed ? packed_b : b, c, part, parts);
  char what[200];
  snprintf(what, sizeof what, "product m %ld n %ld k %ld s %ld, a %ld %ld %d, b %ld %ld %d, %d parts", p.m, p.n, p.k, p.s,
           p.a_m, p.a_k, p.a_packed, p.b_k, p.b_n, p.b_packed, parts);
  for (long i = 0; i < size; i++) check(c[i] == expected[i], what, c[i], expected[i]);
  free(a), free(b), free(c), free(expected), free(packed_a), free(packed_b);
}

/* Rounded sums: the bits of an element depend neither on the threads nor on where its row is. */
static void check_parts(long m, long n, long k, long s) {
  const struct product p = {m, n, k, s, k, 1, m * k, n, 1, n * k, n, 0.3f, 0, 0, 0};
  float *a = numbers(m * k * s), *b = numbers(n * k * s), *c = malloc(4 * m * n), *other = malloc(4 * m * n);
  for (long i = 0; i < m * k * s; i++) a[i] /= 7;
  for (long i = 0; i < n * k * s; i++) b[i] /= 11;
  product(&p, a, b, c, 0, 1);
  for (int parts = 2; parts < 6; parts++) {
    for (int part = 0; part < parts; part++) product(&p, a, b, other, part, parts);
    check(memcmp(c, other, 4 * m * n) == 0, "bits by parts", parts, 1);
  }
  struct product below_first = p;
  below_first.m = m - 1;
  product(&below_first, a + k, b, other, 0, 1);
  check(memcmp(c + n, other, 4 * (m - 1) * n) == 0, "bits by row", 0, 0);
  double worst = 0;
  for (long i = 0; i < m; i++)
    for (long j = 0; j < n; j++) {
      double sum = 0, size = 0;
      for (long l = 0; l < s; l++)
        for (long h = 0; h < k; h++) {
          const double term = 0.3 * a[i * k + h + l * m * k] * b[h * n + j + l * n * k];
          sum += term, size += fabs(term);
        }
      worst = fmax(worst, fabs(c[i * n + j] - sum) / size);
    }
#ifdef TRM_BFLOAT16
  check(worst > 1e-5 && worst < 0.004, "bfloat16's rounding", worst, 0.004);
#else
  check(worst < 1e-6, "float32's rounding", worst, 1e-6);
#endif
  free(a), free(b), free(c), free(other);
}

#ifdef TRM_BFLOAT16
/* 8 bits of precision, to the nearest, ties to even; what is too large becomes infinite. */
static void check_rounding(void) {
  const float pairs[][2] = {{1.00390625f, 1}, {1.01171875f, 1.015625f}, {1.005f, 1.0078125f}, {-1.00390625f, -1},
                            {3.4e38f, INFINITY}, {INFINITY, INFINITY}, {NAN, NAN}, {0, 0}};
  const struct product p = {.m = 1, .n = 1, .k = 1, .s = 1, .a_m = 1, .a_k = 1, .b_k = 1, .b_n = 1, .c_m = 1, .scale = 1};
  for (int i = 0; i < 8; i++) {
    float c, one = 1;
    product(&p, pairs[i], &one, &c, 0, 1);
    check(same(c, pairs[i][1]), "rounding of a", c, pairs[i][1]);
    product(&p, &one, pairs[i], &c, 0, 1);
    check(same(c, pairs[i][1]), "rounding of b", c, pairs[i][1]);
  }
}
#endif

#ifdef TRM_AMX
/* Registers of different shapes, numbers that are large, small, subnormal and none, held to what the manual says bit by bit:
   on a CPU with AMX the instructions themselves. */
static float half_of(uint32_t cell, int odd) { return from_bits(odd ? cell & 0xffff0000 : cell << 16); }
static float flushed(float x) { return fabsf(x) < 0x1p-126f ? copysignf(0, x) : x; }

static void check_amx(void) {
  enum { ROWS = 5, CELLS = 3, COLUMNS = 7, STRIDE = 20 };
  static const struct amx_shapes shapes = {
    .palette = 1, .bytes = {4 * COLUMNS, 4 * CELLS, 4 * COLUMNS}, .rows = {ROWS, ROWS, CELLS}};
  static const uint32_t halves[] = {0x3f80, 0xbf81, 0x4049, 0x3eab, 0xc2c8, 0x7f00, 0x0080, 0x8080, 0x0001, 0x0000, 0x8000,
                                    0x7f80, 0xff80, 0x7fc0};
  for (int kinds = 5; kinds <= 14; kinds++) {
    uint32_t a[ROWS * STRIDE], b[CELLS * COLUMNS], c[ROWS * COLUMNS], before[ROWS * COLUMNS];
    for (int i = 0; i < ROWS * STRIDE; i++) a[i] = halves[below(kinds)] | halves[below(kinds)] << 16;
    for (int i = 0; i < CELLS * COLUMNS; i++) b[i] = halves[below(kinds)] | halves[below(kinds)] << 16;
    for (int i = 0; i < ROWS * COLUMNS; i++) before[i] = halves[below(kinds)] << 16;
    product_end_thread();
    amx_begin(&shapes);
    amx_load(0, before, 4 * COLUMNS);
    amx_load(1, a, 4 * STRIDE);
    amx_load(2, b, 4 * COLUMNS);
    amx_multiply(0, 1, 2);
    amx_store(0, c, 4 * COLUMNS);
    amx_end();
    product_begin_thread();
    for (int m = 0; m < ROWS; m++)
      for (int n = 0; n < COLUMNS; n++) {
        float sum[2] = {0, 0};
        for (int k = 0; k < CELLS; k++)
          for (int odd = 0; odd < 2; odd++)
            sum[odd] = flushed(fmaf(flushed(half_of(a[m * STRIDE + k], odd)), flushed(half_of(b[k * COLUMNS + n], odd)), sum[odd]));
        const float got = from_bits(c[m * COLUMNS + n]), was = from_bits(before[m * COLUMNS + n]);
        const float expected = flushed(flushed(was) + flushed(sum[0] + sum[1]));
        check(same(got, expected), "a product of tiles", got, expected);
      }
  }
}
#endif

int main(void) {
  product_begin_thread();
  check_operators();
  check_lanes();
#ifdef TRM_BFLOAT16
  check_rounding();
#endif
#ifdef TRM_AMX
  if (trm_amx_granted) check_amx();
#endif
  for (int i = 0; i < 300; i++) check_product(20, 30);
  for (int i = 0; i < 40; i++) check_product(150, 60);
  for (int i = 0; i < 12; i++) check_product(60, 1200);
  check_product(260, 300);
  check_parts(97, 85, 70, 5);
  check_parts(20, 300, 600, 1);
  check_parts(210, 5, 33, 3);
  product_end_thread();
  return faults > 0;
}
