/*
 * The tile registers of AMX: eight of up to 16 rows of 64 bytes, the products of bfloat16 in them (Intel 64 and IA-32
 * Architectures Software Developer's Manual, volume 2, and volume 1 on the state), and Linux's leave to use them
 * (Documentation/arch/x86/xstate.rst). The numbers of registers are literals.
 *
 * Two forms of the same functions: the compiler's intrinsics, and with -DTRM_AMX_PLAIN=1 what the manual says of each
 * instruction, in C, so that all that is built on them can be tested on any CPU. -DTRM_AMX_PLAIN=0 is a system that refuses.
 */
#ifndef TRM_AMX_H
#define TRM_AMX_H

#include "cells.h"

#if defined(TRM_AMX_PLAIN) || ((defined(__AMX_BF16__) || defined(__AMXBF16__)) && defined(__linux__)) /* the latter by clang 14 */
#define TRM_AMX

/* What LDTILECFG reads: the shape of each register. Static ones only: gcc 12 does not see that all of it is read. */
struct amx_shapes {
  unsigned char palette, start_row, reserved[14];
  unsigned short bytes[16]; /* of a row */
  unsigned char rows[16];
};

#ifndef TRM_AMX_PLAIN

#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For the process and its threads. Not where the kernel is older than 5.16, a sandbox forbids it, or a thread has too small
   a stack for signals. */
TRM_STATIC int amx_ask(void) {
  enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };
  return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

/* The registers are a thread's own; until it releases them they are saved at each switch of threads. */
TRM_STATIC void amx_begin(const struct amx_shapes *shapes) { _tile_loadconfig(shapes); }
TRM_STATIC void amx_end(void) { _tile_release(); }

/* Rows of a tile are `stride` bytes apart. What was written before must be in memory: gcc 12 does not see that it is read. */
#define amx_load(tile, from, stride)     \
  do {                                   \
    __asm__ volatile("" ::: "memory");   \
    _tile_loadd(tile, (from), (stride)); \
  } while (0)
#define amx_store(tile, to, stride) _tile_stored(tile, (to), (stride))
#define amx_zero(tile) _tile_zero(tile)
#define amx_multiply(c, a, b) _tile_dpbf16ps(c, a, b) /* c += a b */

#else

#include <stdlib.h>

static __thread struct amx_shapes amx_now;
static __thread float amx_registers[8][16][16];

TRM_STATIC int amx_ask(void) { return TRM_AMX_PLAIN; }

TRM_STATIC void amx_begin(const struct amx_shapes *shapes) {
  amx_now = *shapes;
  memset(amx_registers, 0, sizeof amx_registers);
}
TRM_STATIC void amx_end(void) { amx_now.palette = 0; }

/* An instruction that a CPU refuses. */
TRM_STATIC void amx_require(int holds) {
  if (!holds || amx_now.palette != 1) abort();
}

TRM_STATIC void amx_zero(int tile) {
  amx_require(1);
  memset(amx_registers[tile], 0, sizeof amx_registers[tile]);
}
TRM_STATIC void amx_load(int tile, const void *from, long stride) {
  amx_zero(tile);
  for (long row = 0; row < amx_now.rows[tile]; row++)
    memcpy(amx_registers[tile][row], (const char *)from + row * stride, amx_now.bytes[tile]);
}
TRM_STATIC void amx_store(int tile, void *to, long stride) {
  amx_require(1);
  for (long row = 0; row < amx_now.rows[tile]; row++)
    memcpy((char *)to + row * stride, amx_registers[tile][row], amx_now.bytes[tile]);
}

/* A subnormal number counts as 0, and so does one that comes out. */
TRM_INLINE float amx_flushed(float x) { return fabsf(x) < 1.17549435e-38f ? copysignf(0, x) : x; }
TRM_INLINE float amx_added(float sum, float a, float b) { return amx_flushed(fmaf(amx_flushed(a), amx_flushed(b), sum)); }

/* One of the two numbers of a cell. */
TRM_INLINE float amx_half(float cell, int odd) {
  unsigned bits;
  memcpy(&bits, &cell, 4);
  bits = odd ? bits & 0xffff0000 : bits << 16;
  memcpy(&cell, &bits, 4);
  return cell;
}

/* The even and the odd products of a row are summed apart, and then added to what was there. */
TRM_STATIC void amx_multiply(int c, int a, int b) {
  const unsigned char *rows = amx_now.rows;
  const unsigned short *bytes = amx_now.bytes;
  amx_require(c != a && c != b && a != b);
  amx_require(rows[c] == rows[a] && bytes[c] == bytes[b] && bytes[a] == 4 * rows[b]);
  for (int m = 0; m < rows[c]; m++) {
    float even[16] = {0}, odd[16] = {0};
    for (int k = 0; k < rows[b]; k++)
      for (int n = 0; n < bytes[c] / 4; n++) {
        const float left = amx_registers[a][m][k], right = amx_registers[b][k][n];
        even[n] = amx_added(even[n], amx_half(left, 0), amx_half(right, 0));
        odd[n] = amx_added(odd[n], amx_half(left, 1), amx_half(right, 1));
      }
    for (int n = 0; n < bytes[c] / 4; n++)
      amx_registers[c][m][n] = amx_flushed(amx_flushed(amx_registers[c][m][n]) + amx_flushed(even[n] + odd[n]));
  }
}

#endif

#endif

#endif
