/* What fused loops and sums need beside vectors. */
#ifndef TRM_LOOPS_H
#define TRM_LOOPS_H

#include "vector.h"

/* The first n lanes of x, and another number in those behind. */
TRM_INLINE vf v_first(vf x, long n, float other) { return v_select(v_lanes(n), x, v_set(other)); }

/* Sums of the lanes of a run, in their order; `stride` floats from one lane to the next. */
static __attribute__((unused)) void sum_lanes(float *to, const float *lanes, long count, long stride, long size, int part, int parts) {
  const long end = size * (part + 1) / parts;
  long i = size * part / parts;
  for (; i + TRM_LANES <= end; i += TRM_LANES) {
    vf sum = v_load(lanes + i);
    for (long lane = 1; lane < count; lane++) sum += v_load(lanes + lane * stride + i);
    v_store(to + i, sum);
  }
  for (; i < end; i++) {
    float sum = lanes[i];
    for (long lane = 1; lane < count; lane++) sum += lanes[lane * stride + i];
    to[i] = sum;
  }
}

#endif
