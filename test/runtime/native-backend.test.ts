/** The native engine around the generator: compiling, loading, running and freeing, with a source written by hand. */

import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { TrmError } from '../../src/errors.ts';
import { add } from '../../src/graph/ops/elementwise.ts';
import { input, trace } from '../../src/graph/trace.ts';
import { float32 } from '../../src/runtime/backend.ts';
import { type EngineNotice, nativeBackend } from '../../src/runtime/native/backend.ts';
import { openToolchain, type Toolchain } from '../../src/runtime/native/toolchain.ts';
import { temporaryFolder } from '../cli/command.ts';
import { skippedFor } from '../support/missing.ts';

const { folder, remove } = temporaryFolder();
process.env.TRM_CACHE = folder;
afterAll(() => {
  delete process.env.TRM_CACHE;
  remove();
});

const opened = await openToolchain();
if (opened instanceof TrmError) remove(); // where all is skipped nothing comes after it

/** y = x + 1, over `size` numbers, each worker its share; before it `milliseconds` of sleep. */
const source = (size: number, milliseconds: number) => `
#include "team.h"
static void work(void *argument, int worker, int workers) {
  float *x = ((void **)argument)[0], *y = ((void **)argument)[1];
  nanosleep(&(struct timespec){.tv_nsec = ${milliseconds}L * 1000000}, NULL);
  for (long i = ${size}L * worker / workers; i < ${size}L * (worker + 1) / workers; i++) y[i] = x[i] + 1;
}
long trm_bytes(int threads) { return (long)threads << 20; }
void *trm_open(int threads) { return threads > 64 ? NULL : team_open(threads); }
void trm_run(void *context, void **tensors) { team_run(context, work, tensors); }
void trm_close(void *context) { team_close(context); }
`;
const graphOf = (size: number) => trace('one more', () => ({ y: add(input('x', [size]), 1) }));

const notices: EngineNotice[] = [];
beforeEach(() => {
  notices.length = 0;
});

/** A program of so many numbers. */
function compile(size: number, { milliseconds = 0, threads = 2, text = source(size, milliseconds) } = {}) {
  const onNotice = (notice: EngineNotice) => notices.push(notice);
  const backend = nativeBackend(opened as Toolchain, { reason: 'a test', threads, onNotice }, () => ({
    text,
    units: 1,
  }));
  return backend.compile(graphOf(size));
}

/** Collects all garbage: what nothing holds is gone, and young objects have moved. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describe.skipIf(opened instanceof TrmError)(`a native program${skippedFor(opened)}`, () => {
  it('is compiled once, says so, and is found the next time', async () => {
    for (const kinds of [['compiling', 'compiled'], []]) {
      notices.length = 0;
      const program = await compile(4);
      const { y } = await program.run({ x: float32(Float32Array.of(1, -2, 0.5, Number.NaN), [4]) });
      expect([...y!.data]).toEqual([2, -1, 1.5, Number.NaN]);
      expect(notices.map(({ kind }) => kind)).toEqual(kinds);
      if (kinds.length > 0)
        expect(notices[1]).toMatchObject({ bytes: 2 ** 21, kept: join(folder, 'native') });
      await program.dispose();
    }
  });

  it('is another one with other flags', async () => {
    await (await compile(5)).dispose();
    process.env.TRM_NATIVE_FLAGS = '-march=x86-64 -DTRM_LANES=4';
    if (process.arch !== 'x64') process.env.TRM_NATIVE_FLAGS = '-O1';
    const before = readdirSync(join(folder, 'native')).length;
    notices.length = 0;
    await (await compile(5)).dispose();
    delete process.env.TRM_NATIVE_FLAGS;
    expect(notices.map(({ kind }) => kind)).toEqual(['compiling', 'compiled']);
    expect(readdirSync(join(folder, 'native'))).toHaveLength(before + 1);
  });

  it('holds its tensors while it runs, the smallest too', async () => {
    const program = await compile(2, { milliseconds: 1 });
    const runs: Promise<unknown>[] = [];
    for (let i = 0; i < 50; i++) {
      // Nothing but the run holds these; arrays of up to 64 bytes are born in V8's heap.
      const run = program.run({ x: float32(Float32Array.of(i, -i), [2]) });
      runs.push(run.then(({ y }) => expect([...y!.data]).toEqual([i + 1, 1 - i])));
      collect();
      await new Promise(setImmediate);
    }
    await Promise.all(runs);
    await program.dispose();
  });

  it('reads and writes views of larger arrays, at any place', async () => {
    const program = await compile(3);
    const [from, to] = [Float32Array.of(9, 1, 2, 3, 9), new Float32Array(5)];
    const into = { y: float32(to.subarray(2), [3]) };
    expect((await program.run({ x: float32(from.subarray(1, 4), [3]) }, into)).y).toBe(into.y);
    expect([...to]).toEqual([0, 0, 2, 3, 4]);
    await program.dispose();
  });

  it('lets the event loop go on', async () => {
    const program = await compile(6, { milliseconds: 200 });
    let turns = 0;
    const timer = setInterval(() => turns++, 10);
    await program.run({ x: float32(new Float32Array(6), [6]) });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
    await program.dispose();
  });

  it('runs beside more others than there are threads for calls', async () => {
    const programs = await Promise.all(
      Array.from({ length: 12 }, () => compile(7, { milliseconds: 20, threads: 3 })),
    );
    const runs = programs.flatMap((program, i) =>
      [0, 100].map(async (more) => {
        const { y } = await program.run({ x: float32(new Float32Array(7).fill(i + more), [7]) });
        expect([...y!.data]).toEqual(Array(7).fill(i + more + 1));
      }),
    );
    // Disposing waits for what was begun.
    await Promise.all([...runs, ...programs.map((program) => program.dispose())]);
  });

  it.each([1, 2, 3])('does the same with %i threads', async (threads) => {
    const program = await compile(1000, { threads });
    const x = float32(
      Float32Array.from({ length: 1000 }, (_, i) => i),
      [1000],
    );
    const { y } = await program.run({ x });
    expect([...y!.data]).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    await program.dispose();
  });

  it('costs little to call', async () => {
    const program = await compile(4, { threads: 1 });
    const [x, y] = [float32(new Float32Array(4), [4]), float32(new Float32Array(4), [4])];
    const took: number[] = [];
    for (let i = 0; i < 500; i++) {
      const begun = performance.now();
      await program.run({ x }, { y });
      took.push(performance.now() - begun);
    }
    // 20 to 40 microseconds on an idle machine; here the machine is whatever it is.
    expect(Math.min(...took)).toBeLessThan(0.2);
    await program.dispose();
  });

  it('that does not compile or open is refused with the reason', async () => {
    await expect(compile(4, { text: 'int x = y;' })).rejects.toThrow(/^(gcc|clang) [\d.]+ failed \(.*error/);
    await expect(compile(4, { threads: 65 })).rejects.toThrow(
      'no memory (65 MiB) or no threads (65) to be had; use a smaller microBatchSize or fewer threads',
    );
  });

  it('whose library is damaged or gone is made again', async () => {
    const kinds = async () => {
      notices.length = 0;
      await (await compile(8)).dispose();
      return notices.map(({ kind }) => kind);
    };
    const made = ['compiling', 'compiled'];
    expect(await kinds()).toEqual(made);
    expect(await kinds()).toEqual([]);
    for (const name of readdirSync(join(folder, 'native'))) writeFileSync(join(folder, 'native', name), 'x');
    expect(await kinds()).toEqual(made);
    rmSync(join(folder, 'native'), { recursive: true });
    expect(await kinds()).toEqual(made);
  });
});
