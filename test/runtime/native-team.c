/*
 * A team at work, as a program: native-team.test.ts runs it with different numbers of workers.
 *
 *   team WORKERS   counts what runs and barriers add up to, then what idle threads cost; a line of JSON
 */
#include <stdio.h>
#include <sys/resource.h>

#include "team.h"

enum { RUNS = 500, ROUNDS = 20, MOST = 64 };

struct state {
  team *team;
  long written[MOST];  /* by each worker, in its own place: read by all after a barrier */
  long runs[MOST];     /* of each worker  */
  long faults[MOST];   /* values that a worker saw too early or too late */
};

static void work(void *argument, int worker, int workers) {
  struct state *state = argument;
  state->runs[worker]++;
  for (long round = 1; round <= ROUNDS; round++) {
    state->written[worker] = state->runs[worker] * ROUNDS + round;
    team_barrier(state->team);
    for (int other = 0; other < workers; other++)
      if (state->written[other] != state->written[worker]) state->faults[worker]++;
    team_barrier(state->team);
  }
}

static void deep(void *argument, int worker, int workers) {
  volatile char stack[1000 * 1000];
  for (unsigned i = 0; i < sizeof stack; i += 512) stack[i] = 1;
  ((struct state *)argument)->runs[worker] += stack[512] * workers / workers;
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int count, char **arguments) {
  int workers = count > 1 ? atoi(arguments[1]) : 1;
  static struct state state;
  state.team = team_open(workers);
  if (!state.team) return 2;
  for (int run = 0; run < RUNS; run++) team_run(state.team, work, &state);
  team_run(state.team, deep, &state);
  double before = cpu_seconds();
  nanosleep(&(struct timespec){.tv_nsec = 300 * 1000 * 1000}, NULL);
  double idle = cpu_seconds() - before;
  int size = team_size(state.team);
  team_close(state.team);
  long runs = 0, faults = 0;
  for (int worker = 0; worker < workers; worker++) {
    runs += state.runs[worker];
    faults += state.faults[worker];
  }
  for (int i = 0; i < 100; i++) team_close(team_open(workers)); /* at once, before they have slept */
  printf("{\"size\": %d, \"runs\": %ld, \"faults\": %ld, \"idle\": %g}\n", size, runs, faults, idle);
  return 0;
}
