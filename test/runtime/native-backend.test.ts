/** The native engine around the generator: compiling, loading, running and freeing, with a source written by hand. */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { add } from '../../src/graph/ops/elementwise.ts';
import { input, trace } from '../../src/graph/trace.ts';
import { float32 } from '../../src/runtime/backend.ts';
import { type EngineNotice, nativeBackend } from '../../src/runtime/native/backend.ts';
import { openToolchain } from '../../src/runtime/native/toolchain.ts';

const cache = mkdtempSync(join(tmpdir(), 'trm-native-test-'));
process.env.TRM_CACHE = cache;
afterAll(() => rmSync(cache, { recursive: true }));

const toolchain = await openToolchain();

/** y = x + 1, over `size` numbers, each worker its share, `rounds` times with a barrier after each. */
const source = (size: number, rounds = 1) => `
#include "team.h"
static void work(void *argument, int worker, int workers) {
  float *x = ((void **)argument)[0], *y = ((void **)argument)[1];
  for (int round = 0; round < ${rounds}; round++)
    for (int i = ${size}L * worker / workers; i < ${size}L * (worker + 1) / workers; i++) y[i] = x[i] + 1;
}
long trm_bytes(int threads) { return (long)threads << 20; }
void *trm_open(int threads) { return threads > 64 ? NULL : team_open(threads); }
void trm_run(void *context, void **tensors) { team_run(context, work, tensors); }
void trm_close(void *context) { team_close(context); }
`;
const graphOf = (size: number) => trace('one more', () => ({ y: add(input('x', [size]), 1) }));

describe.skipIf(typeof toolchain === 'string')('the native engine', () => {
  if (typeof toolchain === 'string') return;
  const notices: EngineNotice[] = [];
  const backendOf = (size: number, rounds = 1, threads = 2) =>
    nativeBackend(
      toolchain,
      { reason: 'a test', threads, onNotice: (notice) => notices.push(notice) },
      () => ({ text: source(size, rounds) }),
    );

  it('compiles once, says so, and finds it the next time', async () => {
    const backend = backendOf(4);
    expect(backend).toMatchObject({ engine: 'native', device: 'cpu', precision: 'float32' });
    expect(backend.runtime).toMatch(/^native, (gcc|clang) \d+\.[\d.]+, \S/);
    for (const expected of [['compiling', 'compiled'], []]) {
      notices.length = 0;
      const program = await backend.compile(graphOf(4));
      const { y } = await program.run({ x: float32(Float32Array.of(1, -2, 0.5, Number.NaN), [4]) });
      expect([...y!.data]).toEqual([2, -1, 1.5, Number.NaN]);
      expect(notices.map(({ kind }) => kind)).toEqual(expected);
      await program.dispose();
    }
    expect(existsSync(join(cache, 'native'))).toBe(true);
  });
});
