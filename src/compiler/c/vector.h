/*
 * Vectors of floats by GCC's and clang's vector extensions, and the operators of src/graph/scalars.ts on them: v_NAME
 * on a vector, s_NAME on a number. The width follows the instructions that the compiler may use; -DTRM_LANES=n sets it.
 *
 * v_exp, v_log, v_atan, v_sigmoid, v_softplus and v_silu are within 2 units in the last place of the exact value for
 * every float, subnormal ones too; the rest is rounded once. NaN and infinity go through as in JavaScript. What a
 * comparison gives is 1 or 0. Polynomials are minimax fits of the exact function in relative error.
 */
#ifndef TRM_VECTOR_H
#define TRM_VECTOR_H

#include <math.h>
#include <string.h>

#ifndef TRM_LANES
#if defined(__AVX512F__)
#define TRM_LANES 16
#elif defined(__AVX__)
#define TRM_LANES 8
#else
#define TRM_LANES 4
#endif
#endif

typedef float vf __attribute__((vector_size(4 * TRM_LANES)));
typedef int vi __attribute__((vector_size(4 * TRM_LANES)));
typedef unsigned vu __attribute__((vector_size(4 * TRM_LANES)));
/* The same at any address, and over floats that are declared otherwise. */
typedef float vf_anywhere __attribute__((vector_size(4 * TRM_LANES), aligned(4), may_alias));

#define TRM_INLINE static inline __attribute__((always_inline, unused))

/* Instructions by the compilers' own names, where they have them: <immintrin.h> takes as long to read as a small program to
   compile. */
#ifdef __has_builtin
#define TRM_HAS(name) __has_builtin(name)
#else
#define TRM_HAS(name) 0
#endif
#if TRM_LANES == 16 && defined(__AVX512F__) && TRM_HAS(__builtin_ia32_loadups512_mask) && TRM_HAS(__builtin_ia32_storeups512_mask)
#define TRM_MASKS_512
#elif TRM_LANES == 8 && defined(__AVX__) && TRM_HAS(__builtin_ia32_maskloadps256) && TRM_HAS(__builtin_ia32_blendvps256)
#define TRM_MASKS_256
#endif

/* ---- in and out of memory ---- */

TRM_INLINE vf v_load(const float *from) { return *(const vf_anywhere *)from; }
TRM_INLINE void v_store(float *to, vf x) { *(vf_anywhere *)to = x; }
/* x - 0 is x, of -0 too. */
TRM_INLINE vf v_set(float x) { return x - (vf){0}; }

/* -1 in the first n lanes, 0 in the others. */
#if TRM_LANES == 16
#define TRM_PLACES (vi){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
#elif TRM_LANES == 8
#define TRM_PLACES (vi){0, 1, 2, 3, 4, 5, 6, 7}
#elif TRM_LANES == 4
#define TRM_PLACES (vi){0, 1, 2, 3}
#else
#error "TRM_LANES is 4, 8 or 16"
#endif
TRM_INLINE vi v_lanes(long n) { return TRM_PLACES < (int)n; }

/* The first n < TRM_LANES; the others are 0 and their memory is not touched. */
#ifdef TRM_MASKS_512
TRM_INLINE vf v_load_n(const float *from, long n) {
  return (vf)__builtin_ia32_loadups512_mask(from, (vf){0}, (unsigned short)((1 << n) - 1));
}
#elif defined(TRM_MASKS_256)
TRM_INLINE vf v_load_n(const float *from, long n) { return __builtin_ia32_maskloadps256((const vf *)from, v_lanes(n)); }
#else
TRM_INLINE vf v_load_n(const float *from, long n) {
  float lanes[TRM_LANES] = {0};
  for (long i = 0; i < n; i++) lanes[i] = from[i];
  return v_load(lanes);
}
#endif

TRM_INLINE void v_store_n(float *to, vf x, long n) {
#ifdef TRM_MASKS_512
  __builtin_ia32_storeups512_mask(to, x, (unsigned short)((1 << n) - 1));
#else /* AVX's masked store takes longer than these pieces */
  float lanes[TRM_LANES];
  v_store(lanes, x);
  if (TRM_LANES > 8 && n & 8) memcpy(to, lanes, 32);
  if (TRM_LANES > 4 && n & 4) memcpy(to + (n & 8), lanes + (n & 8), 16);
  if (n & 2) memcpy(to + (n & 12), lanes + (n & 12), 8);
  if (n & 1) to[n - 1] = lanes[n - 1];
#endif
}

TRM_INLINE vf v_strided(const float *from, long stride) {
  vf x;
  for (int i = 0; i < TRM_LANES; i++) x[i] = from[i * stride];
  return x;
}

TRM_INLINE vf v_strided_n(const float *from, long stride, long n) {
  float lanes[TRM_LANES] = {0};
  for (long i = 0; i < n; i++) lanes[i] = from[i * stride];
  return v_load(lanes);
}

/* ---- choices ---- */

TRM_INLINE vf v_select(vi mask, vf yes, vf no) {
#ifdef TRM_MASKS_256
  return __builtin_ia32_blendvps256(no, yes, (vf)mask);
#else
  return (vf)((mask & (vi)yes) | (~mask & (vi)no));
#endif
}
TRM_INLINE vf v_flag(vi mask) { return (vf)(mask & (vi)v_set(1)); }

/* Within a bound; NaN stays. */
TRM_INLINE vf v_at_most(vf x, float most) {
#ifdef TRM_MASKS_256
  return __builtin_ia32_minps256(v_set(most), x);
#else
  return v_select(x > most, v_set(most), x);
#endif
}
TRM_INLINE vf v_at_least(vf x, float least) {
#ifdef TRM_MASKS_256
  return __builtin_ia32_maxps256(v_set(least), x);
#else
  return v_select(x < least, v_set(least), x);
#endif
}

TRM_INLINE vf v_less(vf a, vf b) { return v_flag(a < b); }
TRM_INLINE vf v_greater(vf a, vf b) { return v_flag(a > b); }
TRM_INLINE vf v_greaterOrEqual(vf a, vf b) { return v_flag(a >= b); }
TRM_INLINE vf v_equal(vf a, vf b) { return v_flag(a == b); }
TRM_INLINE vf v_where(vf condition, vf yes, vf no) { return v_select(condition != 0, yes, no); }

/* NaN wins, and of the two zeros the positive one: where a and b are equal, their bits differ in the sign of 0 alone. */
TRM_INLINE vf v_maximum(vf a, vf b) {
  vf larger = v_select((a > b) | (a != a), a, b);
  return v_select(a == b, (vf)((vi)a & (vi)b), larger);
}

TRM_INLINE vf v_minimum(vf a, vf b) {
  vf smaller = v_select((a < b) | (a != a), a, b);
  return v_select(a == b, (vf)((vi)a | (vi)b), smaller);
}

/* ---- over the lanes, always in this order ---- */

/* Neighbours change places in groups of 1, 2, 4, 8. */
#if defined(__clang__)
#define TRM_PERMUTE(x, ...) __builtin_shufflevector(x, x, __VA_ARGS__)
#else
#define TRM_PERMUTE(x, ...) __builtin_shuffle(x, (vi){__VA_ARGS__})
#endif
#if TRM_LANES == 16
#define TRM_SWAP_8(x) TRM_PERMUTE(x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
#define TRM_SWAP_4(x) TRM_PERMUTE(x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11)
#define TRM_SWAP_2(x) TRM_PERMUTE(x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)
#define TRM_SWAP_1(x) TRM_PERMUTE(x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#elif TRM_LANES == 8
#define TRM_SWAP_4(x) TRM_PERMUTE(x, 4, 5, 6, 7, 0, 1, 2, 3)
#define TRM_SWAP_2(x) TRM_PERMUTE(x, 2, 3, 0, 1, 6, 7, 4, 5)
#define TRM_SWAP_1(x) TRM_PERMUTE(x, 1, 0, 3, 2, 5, 4, 7, 6)
#elif TRM_LANES == 4
#define TRM_SWAP_2(x) TRM_PERMUTE(x, 2, 3, 0, 1)
#define TRM_SWAP_1(x) TRM_PERMUTE(x, 1, 0, 3, 2)
#endif

TRM_INLINE float v_sum(vf x) {
#if TRM_LANES > 8
  x += TRM_SWAP_8(x);
#endif
#if TRM_LANES > 4
  x += TRM_SWAP_4(x);
#endif
  x += TRM_SWAP_2(x);
  x += TRM_SWAP_1(x);
  return x[0];
}

TRM_INLINE float v_largest(vf x) {
#if TRM_LANES > 8
  x = v_maximum(x, TRM_SWAP_8(x));
#endif
#if TRM_LANES > 4
  x = v_maximum(x, TRM_SWAP_4(x));
#endif
  x = v_maximum(x, TRM_SWAP_2(x));
  x = v_maximum(x, TRM_SWAP_1(x));
  return x[0];
}

/* ---- arithmetic ---- */

TRM_INLINE vf v_add(vf a, vf b) { return a + b; }
TRM_INLINE vf v_sub(vf a, vf b) { return a - b; }
TRM_INLINE vf v_mul(vf a, vf b) { return a * b; }
TRM_INLINE vf v_div(vf a, vf b) { return a / b; }
/* a b + c, rounded once where there is an instruction for it: what the compiler may not take apart. */
TRM_INLINE vf v_fused(vf a, vf b, vf c) {
#if defined(__FMA__) || defined(__aarch64__)
  for (int i = 0; i < TRM_LANES; i++) c[i] = __builtin_fmaf(a[i], b[i], c[i]);
  return c;
#else
  return a * b + c;
#endif
}

TRM_INLINE vf v_neg(vf x) { return -x; }
TRM_INLINE vf v_abs(vf x) { return (vf)((vi)x & 0x7fffffff); }
TRM_INLINE vf v_reciprocal(vf x) { return 1 / x; }
/* 0, -0 and NaN are their own sign. */
TRM_INLINE vf v_sign(vf x) {
  vf one = (vf)((vi)v_set(1) | ((vi)x & (int)0x80000000));
  return v_select(v_abs(x) > 0, one, x);
}

TRM_INLINE vf v_sqrt(vf x) {
  vf root;
  for (int i = 0; i < TRM_LANES; i++) root[i] = __builtin_sqrtf(x[i]);
  return root;
}

/* ---- exponentials ---- */

/* 2^n for -127 < n < 128; 0 for n = -127. */
TRM_INLINE vf v_power(vi n) { return (vf)((vu)(n + 127) << 23); }

/* e^x = (1 + t) 2^n with e^|t| within [sqrt(1/2), sqrt(2)]: gives t. |x| < 300. */
TRM_INLINE vf v_exp_parts(vf x, vi *n) {
  const float shift = 12582912; /* 1.5 2^23: what is added to it is rounded to a whole number, in its low bits */
  vf shifted = x * 1.44269504f + shift;
  vf whole = shifted - shift;
  *n = (vi)shifted - (vi)v_set(shift);
  vf rest = x - whole * 0.693359375f; /* log(2) in two parts; whole times the first is exact */
  rest = rest + whole * 2.12194440e-4f;
  vf p = v_set(1.3813144760206342e-3f);
  p = p * rest + 8.369418792426586e-3f;
  p = p * rest + 4.166845604777336e-2f;
  p = p * rest + 1.6666515171527863e-1f;
  p = p * rest + 4.999999403953552e-1f;
  return rest * rest * p + rest;
}

/* Where it overflows or underflows is beyond the bounds; 2^n comes in two factors since n = 128 and n < -126 are there. */
TRM_INLINE vf v_exp(vf x) {
  vi n;
  vf t = v_exp_parts(v_at_least(v_at_most(x, 89), -104), &n);
  vi half = n >> 1;
  vf power = v_power(half);
  return (t * power + power) * v_power(n - half);
}

/*
 * factor / (1 + e^-x) as factor u / (u + e^-x u) with u a power of 2 that is 1 for x > 0 and goes to 0 for x near -176:
 * so e^-x does not overflow and the result keeps its bits until it is rounded.
 */
TRM_INLINE vf v_logistic(vf factor, vf x) {
  vi n;
  vf t = v_exp_parts(v_at_most(v_at_least(-x, -40), 176), &n);
  vi half = (n & ~(n >> 31)) >> 1;
  vf u = v_power(-half);
  vf power = v_power(n - half);
  return factor * u / (power + (t * power + u));
}

TRM_INLINE vf v_sigmoid(vf x) { return v_logistic(v_set(1), x); }
TRM_INLINE vf v_silu(vf x) { return v_logistic(x, x); }

/* ---- logarithms ---- */

/* atanh(s) / s - 1 for s^2 = z <= 1/9 */
TRM_INLINE vf v_atanh_rest(vf z) {
  vf p = v_set(1.2154160439968109e-1f);
  p = p * z + 1.0712926089763641e-1f;
  p = p * z + 1.4308518171310425e-1f;
  p = p * z + 1.9999437034130096e-1f;
  p = p * z + 3.333333730697632e-1f;
  return p * z;
}

/* log(1 + f) + low, |f| <= 1, arranged as in fdlibm so that f itself is added last. */
TRM_INLINE vf v_log_of_sum(vf f, vf low) {
  vf s = f / (2 + f);
  vf half = 0.5f * f * f;
  return f - (half - (s * (half + 2 * v_atanh_rest(s * s)) + low));
}

/* log(m 2^n) with m between sqrt(1/2) and sqrt(2). */
TRM_INLINE vf v_log(vf x) {
  vi tiny = x < 1.17549435e-38f;
  vi shifted = (vi)((vu)v_select(tiny, x * 8388608, x) - 0x3f3504f3u); /* the bits of sqrt(1/2) */
  vf whole = __builtin_convertvector((shifted >> 23) - (tiny & 23), vf);
  vf f = (vf)((shifted & 0x007fffff) + 0x3f3504f3) - 1;
  vf y = whole * 0.693359375f + v_log_of_sum(f, whole * -2.12194440e-4f);
  y = v_select(x == INFINITY, x, y);
  y = v_select(x == 0, v_set(-INFINITY), y);
  return v_select((x < 0) | (x != x), v_set(NAN), y);
}

/* max(x, 0) + log(1 + e^-|x|) */
TRM_INLINE vf v_softplus(vf x) { return v_log_of_sum(v_exp(-v_abs(x)), v_select(x < 0, v_set(0), x)); }

/* ---- arctangent: beyond 1 it is pi / 2 - atan(1 / |x|) ---- */

TRM_INLINE vf v_atan(vf x) {
  vf size = v_abs(x);
  vi beyond = size > 1;
  vf a = v_select(beyond, -1 / size, size);
  vf z = a * a;
  vf p = v_set(-1.7936222720891237e-3f);
  p = p * z + 1.0914608836174011e-2f;
  p = p * z + -3.117785044014454e-2f;
  p = p * z + 5.795760080218315e-2f;
  p = p * z + -8.40345099568367e-2f;
  p = p * z + 1.0952185839414597e-1f;
  p = p * z + -1.4264242351055145e-1f;
  p = p * z + 1.9998548924922943e-1f;
  p = p * z + -3.3333298563957214e-1f;
  vf angle = a + a * z * p;
  angle = v_select(beyond, angle + 1.57079637f, angle);
  return (vf)((vi)angle | ((vi)x & (int)0x80000000));
}

/* ---- the same on one number, for what is rare ---- */

#define TRM_SCALAR static inline __attribute__((unused)) float

TRM_SCALAR s_add(float a, float b) { return a + b; }
TRM_SCALAR s_sub(float a, float b) { return a - b; }
TRM_SCALAR s_mul(float a, float b) { return a * b; }
TRM_SCALAR s_div(float a, float b) { return a / b; }
TRM_SCALAR s_neg(float x) { return -x; }
TRM_SCALAR s_abs(float x) { return fabsf(x); }
TRM_SCALAR s_sign(float x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
TRM_SCALAR s_sqrt(float x) { return sqrtf(x); }
TRM_SCALAR s_reciprocal(float x) { return 1 / x; }
TRM_SCALAR s_exp(float x) { return v_exp(v_set(x))[0]; }
TRM_SCALAR s_log(float x) { return v_log(v_set(x))[0]; }
TRM_SCALAR s_atan(float x) { return v_atan(v_set(x))[0]; }
TRM_SCALAR s_sigmoid(float x) { return v_sigmoid(v_set(x))[0]; }
TRM_SCALAR s_softplus(float x) { return v_softplus(v_set(x))[0]; }
TRM_SCALAR s_silu(float x) { return v_silu(v_set(x))[0]; }
TRM_SCALAR s_maximum(float a, float b) { return v_maximum(v_set(a), v_set(b))[0]; }
TRM_SCALAR s_minimum(float a, float b) { return v_minimum(v_set(a), v_set(b))[0]; }
TRM_SCALAR s_less(float a, float b) { return a < b; }
TRM_SCALAR s_greater(float a, float b) { return a > b; }
TRM_SCALAR s_greaterOrEqual(float a, float b) { return a >= b; }
TRM_SCALAR s_equal(float a, float b) { return a == b; }
TRM_SCALAR s_where(float condition, float yes, float no) { return condition != 0 ? yes : no; }

#endif
