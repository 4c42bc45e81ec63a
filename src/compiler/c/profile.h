/* How a program calls its kernels: with -DTRM_PROFILE it prints at its end how much processor time each took. */
#ifndef TRM_PROFILE_H
#define TRM_PROFILE_H

/* A long row of calls. To put its instructions into a better order takes GCC a third of an answer's compiling, for nothing. */
#ifdef __clang__
#define CALLS __attribute__((noinline))
#else
#define CALLS __attribute__((noinline, optimize("no-schedule-insns2")))
#endif

/* Where several threads share a chunk, they meet after each call. */
#define MEET if (parts > 1) team_barrier(threads)

#ifdef TRM_PROFILE /* meant for one thread */
#include <stdio.h>

static long kernel_time[kernel_count], kernel_calls[kernel_count]; /* nanoseconds */

static long spent(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

#define CALL(kernel, call)                \
  do {                                    \
    const long begun = spent();           \
    call;                                 \
    kernel_time[kernel] += spent() - begun; \
    kernel_calls[kernel]++;               \
  } while (0)

__attribute__((destructor)) static void print_profile(void) {
  for (int i = 0; i < kernel_count; i++)
    fprintf(stderr, "%-12s %8ld calls %10.3f ms\n", kernel_names[i], kernel_calls[i], kernel_time[i] / 1e6);
}
#else
#define CALL(kernel, call) call
#endif

#endif
