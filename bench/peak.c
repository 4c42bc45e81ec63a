/*
 * The most multiply-adds that this CPU does, GFLOP/s in float32, as lines of JSON: first the best of many short bursts of
 * one thread, and of as many at once as are asked for; then, for each line on stdin, what these reach together in a tenth
 * of a second of that moment, which is what a shared machine leaves of the best.
 *
 *   cc -O3 -march=native -ffp-contract=fast -Isrc/compiler/c bench/peak.c -o peak -pthread -lm && ./peak 2 < /dev/null
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

enum { CHAINS = 10, STEPS = 200000 };

struct rates {
  double seconds; /* how long to go on */
  double best, mean;
};

/* Ten chains, since a multiply-add takes four or five cycles and two begin in one. */
static void *multiply_add(void *argument) {
  struct rates *rates = argument;
  const vf x = v_set(0.999f), y = v_set(0.001f);
  const double first = now(), flop = 2e-9 * CHAINS * TRM_LANES * STEPS;
  double end = first;
  volatile float kept;
  rates->best = 0;
  int bursts = 0;
  for (; end - first < rates->seconds; bursts++) {
    vf a = x, b = a + 1, c = b + 1, d = c + 1, e = d + 1, f = e + 1, g = f + 1, h = g + 1, i = h + 1, j = i + 1;
    const double begun = now();
    for (int step = 0; step < STEPS; step++) {
      a = a * x + y, b = b * x + y, c = c * x + y, d = d * x + y, e = e * x + y;
      f = f * x + y, g = g * x + y, h = h * x + y, i = i * x + y, j = j * x + y;
    }
    end = now();
    const double rate = flop / (end - begun);
    rates->best = rate > rates->best ? rate : rates->best;
    kept = v_sum(a + b + c + d + e + f + g + h + i + j);
  }
  (void)kept;
  rates->mean = flop * bursts / (end - first);
  return NULL;
}

static struct rates at_once(int threads, double seconds) {
  pthread_t thread[threads];
  struct rates each[threads], sum = {seconds, 0, 0};
  for (int i = 0; i < threads; i++) each[i] = sum, pthread_create(&thread[i], NULL, multiply_add, &each[i]);
  for (int i = 0; i < threads; i++)
    pthread_join(thread[i], NULL), sum.best += each[i].best, sum.mean += each[i].mean;
  return sum;
}

int main(int count, char **arguments) {
  const int threads = count > 1 ? atoi(arguments[1]) : 1;
  const double alone = at_once(1, 0.5).best, together = at_once(threads, 0.5).best;
  printf("{\"lanes\": %d, \"alone\": %.1f, \"together\": %.1f}\n", TRM_LANES, alone, together);
  fflush(stdout);
  for (char line[64]; fgets(line, sizeof line, stdin) && line[0] != 'q';) {
    printf("{\"gflops\": %.1f}\n", at_once(threads, 0.1).mean);
    fflush(stdout);
  }
  return 0;
}
