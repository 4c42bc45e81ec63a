/*
 * The most multiply-adds that this CPU does: GFLOP/s in float32 of one thread, and of as many at once as are asked for, as
 * a line of JSON.
 *
 *   cc -O3 -march=native -ffp-contract=fast -Isrc/compiler/c bench/peak.c -o peak -pthread -lm && ./peak 2
 */
#include "vector.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

enum { CHAINS = 10, STEPS = 200000, BURSTS = 1000 };

/* Ten chains, since a multiply-add takes four or five cycles and two begin in one. The best of many short bursts. */
static void *multiply_add(void *gflops) {
  const vf x = v_set(0.999f), y = v_set(0.001f);
  double best = 0;
  volatile float kept;
  for (int burst = 0; burst < BURSTS; burst++) {
    vf a = x, b = a + 1, c = b + 1, d = c + 1, e = d + 1, f = e + 1, g = f + 1, h = g + 1, i = h + 1, j = i + 1;
    const double begun = now();
    for (int step = 0; step < STEPS; step++) {
      a = a * x + y, b = b * x + y, c = c * x + y, d = d * x + y, e = e * x + y;
      f = f * x + y, g = g * x + y, h = h * x + y, i = i * x + y, j = j * x + y;
    }
    const double rate = 2e-9 * CHAINS * TRM_LANES * STEPS / (now() - begun);
    best = rate > best ? rate : best;
    kept = v_sum(a + b + c + d + e + f + g + h + i + j);
  }
  (void)kept;
  *(double *)gflops = best;
  return NULL;
}

int main(int count, char **arguments) {
  const int threads = count > 1 ? atoi(arguments[1]) : 1;
  pthread_t thread[threads];
  double alone, together[threads], sum = 0;
  multiply_add(&alone);
  for (int i = 0; i < threads; i++) pthread_create(&thread[i], NULL, multiply_add, &together[i]);
  for (int i = 0; i < threads; i++) pthread_join(thread[i], NULL), sum += together[i];
  printf("{\"lanes\": %d, \"alone\": %.1f, \"together\": %.1f}\n", TRM_LANES, alone, sum);
  return 0;
}
