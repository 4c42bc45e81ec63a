/*
 * A team of threads that do one piece of work together, and sleep in between.
 *
 * The thread that calls team_run is a worker itself, the last one, so a team of n has n - 1 threads of its own. Between
 * two runs these sleep and cost nothing. Inside a run a worker that waits for the others spins for a moment, since they
 * are mostly a few microseconds behind, and then sleeps: where other programs want the cores too, it does not keep them.
 *
 * Work may keep 1 MiB on its stack: threads of the team have twice that, and so must the thread that calls team_run.
 *
 * Plain POSIX threads and C11 atomics: Linux and macOS alike, and the thread sanitizer understands them.
 */
#ifndef TRM_TEAM_H
#define TRM_TEAM_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define TEAM_STACK (2048 * 1024)  /* bytes, of each thread                                          */
#define TEAM_SPIN 30000           /* nanoseconds: about what it takes to wake a sleeping thread     */
#define TEAM_PAUSES 32            /* between two looks at the clock                                 */
#define TEAM_LINE 128             /* bytes that one core at most takes from another with a write    */

/* What threads wait at: a number that only goes up. */
typedef struct {
  _Alignas(TEAM_LINE) atomic_uint turn;
  atomic_uint sleepers;
  pthread_mutex_t mutex;
  pthread_cond_t moved;
} team_gate;

typedef struct team team;

typedef struct {
  team *of;
  pthread_t thread;
  int index;
} team_member;

struct team {
  team_gate start;    /* moves with each run                                  */
  team_gate barrier;  /* moves when all workers have come to it               */
  _Alignas(TEAM_LINE) atomic_int arrived;
  _Alignas(TEAM_LINE) void (*work)(void *argument, int worker, int workers); /* NULL: go home */
  void *argument;
  int size;
  long spin;  /* nanoseconds */
  team_member *members;
};

static inline void team_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield");
#endif
}

static long team_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

static void team_gate_open(team_gate *gate) {
  atomic_init(&gate->turn, 0);
  atomic_init(&gate->sleepers, 0);
  pthread_mutex_init(&gate->mutex, NULL);
  pthread_cond_init(&gate->moved, NULL);
}

static void team_gate_close(team_gate *gate) {
  pthread_cond_destroy(&gate->moved);
  pthread_mutex_destroy(&gate->mutex);
}

/*
 * Who moves the gate first changes its turn and then looks for sleepers; who sleeps first says so and then looks at the
 * turn. Both in one order that all threads agree on, so one of them sees the other.
 */
static void team_gate_move(team_gate *gate) {
  atomic_fetch_add(&gate->turn, 1);
  if (atomic_load(&gate->sleepers) == 0) return;
  pthread_mutex_lock(&gate->mutex);
  pthread_cond_broadcast(&gate->moved);
  pthread_mutex_unlock(&gate->mutex);
}

static void team_gate_sleep(team_gate *gate, unsigned turn) {
  pthread_mutex_lock(&gate->mutex);
  atomic_fetch_add(&gate->sleepers, 1);
  while (atomic_load(&gate->turn) == turn) pthread_cond_wait(&gate->moved, &gate->mutex);
  atomic_fetch_sub(&gate->sleepers, 1);
  pthread_mutex_unlock(&gate->mutex);
}

static void team_gate_wait(team_gate *gate, unsigned turn, long spin) {
  long begun = team_clock();
  do {
    for (int i = 0; i < TEAM_PAUSES; i++) {
      if (atomic_load_explicit(&gate->turn, memory_order_acquire) != turn) return;
      team_pause();
    }
  } while (team_clock() - begun < spin);
  team_gate_sleep(gate, turn);
}

static int team_size(const team *team) { return team->size; }

/* Inside work: returns when all workers have called it. */
static void team_barrier(team *team) {
  if (team->size == 1) return;
  unsigned turn = atomic_load_explicit(&team->barrier.turn, memory_order_relaxed);
  if (atomic_fetch_add(&team->arrived, 1) + 1 < team->size) {
    team_gate_wait(&team->barrier, turn, team->spin);
    return;
  }
  atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
  team_gate_move(&team->barrier);
}

static void *team_member_main(void *pointer) {
  team_member *member = pointer;
  team *team = member->of;
  for (unsigned turn = 0;; turn++) {
    team_gate_sleep(&team->start, turn);
    if (!team->work) return NULL;
    team->work(team->argument, member->index, team->size);
    team_barrier(team);
  }
}

/* work runs once on each worker, at the same time; returns when all have returned. One run at a time. */
static void team_run(team *team, void (*work)(void *argument, int worker, int workers), void *argument) {
  team->work = work;
  team->argument = argument;
  if (team->size > 1) team_gate_move(&team->start);
  work(argument, team->size - 1, team->size);
  team_barrier(team);
}

static void team_close(team *team) {
  team->work = NULL;
  team_gate_move(&team->start);
  for (int i = 0; i < team->size - 1; i++) pthread_join(team->members[i].thread, NULL);
  team_gate_close(&team->start);
  team_gate_close(&team->barrier);
  free(team->members);
  free(team);
}

/* Starts the threads, which leave signals to the program's own. Returns how many there are. */
static int team_start(team *team, int threads) {
  pthread_attr_t attributes;
  sigset_t all, before;
  int started = 0;
  if (pthread_attr_init(&attributes) != 0) return 0;
  pthread_attr_setstacksize(&attributes, TEAM_STACK);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (started < threads) {
    team_member *member = &team->members[started];
    *member = (team_member){.of = team, .index = started};
    if (pthread_create(&member->thread, &attributes, team_member_main, member) != 0) break;
    started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return started;
}

/* A team of `threads` workers, the caller among them; NULL where the machine does not give so many. */
static team *team_open(int threads) {
  void *memory;
  if (threads < 1 || posix_memalign(&memory, TEAM_LINE, sizeof(team)) != 0) return NULL;
  team *team = memory;
  team->size = threads;
  team->spin = threads <= sysconf(_SC_NPROCESSORS_ONLN) ? TEAM_SPIN : 0; /* else the others need the core */
  team->work = NULL;
  team->members = calloc((size_t)threads, sizeof *team->members);
  atomic_init(&team->arrived, 0);
  team_gate_open(&team->start);
  team_gate_open(&team->barrier);
  int started = team->members ? team_start(team, threads - 1) : 0;
  if (team->members && started == threads - 1) return team;
  team->size = started + 1; /* those that are there are sent home */
  team_close(team);
  return NULL;
}

#endif
