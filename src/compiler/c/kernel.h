/* Kernels belong to a file that is compiled whole, and to the library where the file is compiled in pieces (-DUNIT=1, 2). */
#ifndef TRM_KERNEL_H
#define TRM_KERNEL_H

#ifdef UNIT
#define KERNEL __attribute__((noinline, visibility("hidden"))) void
#else
#define UNIT 0
#define KERNEL static __attribute__((noinline)) void
#endif

#endif
