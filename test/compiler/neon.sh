#!/bin/sh
# The C kernels for NEON, on any machine: cross-compiled and run by qemu-user. On request: npm run test:neon
set -eu
cd "$(dirname "$0")"
need() {
  command -v "$1" >/dev/null && return
  echo "$1 is missing; on Debian or Ubuntu: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user" >&2
  exit 2
}
compiler=${CROSS_CC:-aarch64-linux-gnu-gcc}
need "${compiler%% *}"
need qemu-aarch64

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
for precision in '' -DTRM_BFLOAT16; do
  for level in -O1 -O2; do
    $compiler -std=gnu11 $level $precision -static -fno-math-errno -fno-trapping-math -ffp-contract=fast \
      -Wall -Wextra -Werror -I ../../src/compiler/c c/kernels.c -o "$folder/kernels" -lm
    qemu-aarch64 "$folder/kernels"
    echo "NEON $level $precision: every kernel computes what it should"
  done
done
