/*
 * The smallest library of the kind that a graph becomes: doubles four numbers, two workers a half each. Compiled, loaded and
 * run once before an engine says that it can work; tells, too, what vector instructions the compiler was allowed. As a program
 * of its own it ends with 0 where it doubles.
 */
#include "team.h"

static void twice(void *argument, int worker, int workers) {
  const float *from = ((void **)argument)[0];
  float *to = ((void **)argument)[1];
  for (int i = 4 * worker / workers; i < 4 * (worker + 1) / workers; i++) to[i] = 2 * from[i];
}

long trm_bytes(int threads) { return 0 * threads; }
void *trm_open(int threads) { return team_open(threads); }
void trm_run(void *context, void **tensors) { team_run(context, twice, tensors); }
void trm_close(void *context) { team_close(context); }

const char *trm_vectors(void) {
#if defined(__AMX_BF16__) || defined(__AMXBF16__)
  return "AVX-512 and AMX";
#elif defined(__AVX512BF16__)
  return "AVX-512 with bfloat16";
#elif defined(__AVX512F__)
  return "AVX-512";
#elif defined(__AVX2__)
  return "AVX2";
#elif defined(__ARM_NEON)
  return "NEON";
#else
  return "no wide vectors";
#endif
}

int main(void) {
  float from[4] = { 1, -2, 3, 0.5f }, to[4] = { 0 };
  void *context = trm_open(2), *tensors[2] = { from, to };
  if (!context) return 1;
  trm_run(context, tensors);
  trm_close(context);
  for (int i = 0; i < 4; i++)
    if (to[i] != 2 * from[i]) return 1;
  return 0;
}
