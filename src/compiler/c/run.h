/*
 * The frame of every program: memory, threads, and the order in which chunks of rows are computed. The generated file
 * comes before it, with
 *   chunks, lane_count, lane_size (floats), once_bytes, own_bytes, scratch_bytes
 *   run_once(...)      what depends on no row
 *   run_rows(...)      one chunk of rows
 *   sum_outputs(...)   the sums of the lanes, to where the caller wants them
 *
 * Chunks go to lanes, each with sums of its own, which are added up in the order of the lanes: how many threads there are
 * changes no bit. A single chunk is shared by all threads.
 */
#ifndef TRM_RUN_H
#define TRM_RUN_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define TRM_LARGE_PAGE (1L << 21)

struct context {
  team *threads;
  char *memory;
  char *once;    /* what depends on no row, for all threads */
  char *own;     /* of each thread: what a chunk needs      */
  char *scratch; /* of each thread: between nested calls    */
  float *lanes;
  void **tensors;
  atomic_int next;
};

static void work(void *argument, int worker, int workers) {
  struct context *c = argument;
  char *scratch = c->scratch + (long)scratch_bytes * worker;
  product_begin_thread();
  run_once(c->threads, c->tensors, c->once, worker, workers);
  if (chunks == 1 && worker == 0) memset(c->lanes, 0, lane_size * sizeof(float));
  if (workers > 1) team_barrier(c->threads);
  if (chunks == 1) {
    run_rows(c->threads, c->tensors, c->once, c->own, scratch, c->lanes, 0, worker, workers);
  } else {
    char *own = c->own + (long)own_bytes * worker;
    for (long lane; (lane = atomic_fetch_add(&c->next, 1)) < lane_count;) {
      float *sums = c->lanes + lane * lane_size;
      memset(sums, 0, lane_size * sizeof(float));
      for (long chunk = lane; chunk < chunks; chunk += lane_count)
        run_rows(c->threads, c->tensors, c->once, own, scratch, sums, chunk, 0, 1);
    }
  }
  product_end_thread();
  if (workers > 1) team_barrier(c->threads);
  sum_outputs(c->tensors, c->lanes, worker, workers);
}

/* Threads that have something to do. */
static int useful(int threads) { return chunks > 1 && threads > lane_count ? lane_count : threads; }

long trm_bytes(int threads) {
  const long workers = useful(threads), owners = chunks > 1 ? workers : 1;
  return 64 + once_bytes + own_bytes * owners + scratch_bytes * workers + 4L * lane_count * lane_size;
}

void trm_close(void *context) {
  struct context *c = context;
  if (!c) return;
  if (c->threads) team_close(c->threads);
  free(c->memory);
  free(c);
}

/* NULL where memory or threads are short. Weights and activations lie in large pages where the system has them: rows of a
   product are far apart, and each would want a page of the small ones. */
void *trm_open(int threads) {
  const int workers = useful(threads);
  const long bytes = (trm_bytes(threads) + TRM_LARGE_PAGE - 1) / TRM_LARGE_PAGE * TRM_LARGE_PAGE;
  struct context *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  c->memory = bytes > TRM_LARGE_PAGE ? aligned_alloc(TRM_LARGE_PAGE, bytes) : aligned_alloc(64, bytes);
  c->threads = team_open(workers);
  if (!c->memory || !c->threads) {
    trm_close(c);
    return NULL;
  }
#ifdef MADV_HUGEPAGE
  if (bytes > TRM_LARGE_PAGE) madvise(c->memory, bytes, MADV_HUGEPAGE);
#endif
  c->once = c->memory;
  c->own = c->once + once_bytes;
  c->scratch = c->own + (long)own_bytes * (chunks > 1 ? workers : 1);
  c->lanes = (float *)(c->scratch + (long)scratch_bytes * workers);
  return c;
}

void trm_run(void *context, void **tensors) {
  struct context *c = context;
  c->tensors = tensors;
  atomic_store(&c->next, 0);
  team_run(c->threads, work, c);
}

#endif
