/** A library stays in memory for as long as its contexts are open, also where nobody closes them. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, findCompiler } from '../../src/runtime/native/compiler.ts';
import { temporaryFolder } from '../cli/command.ts';
import { skippedFor } from '../support/missing.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const file = join(folder, 'busy.so');

/** A context is a thread that never leaves the library's code. */
const busy = `
#include <pthread.h>
static volatile long turns;
static void *turning(void *unused) { for (;;) turns++; return unused; }
long trm_bytes(int threads) { return threads; }
void *trm_open(int threads) {
  static pthread_t thread;
  return pthread_create(&thread, 0, turning, 0) ? 0 : (void *)&thread + threads - 1;
}
void trm_run(void *context, void **tensors) { (void)context; (void)tensors; }
void trm_close(void *context) { (void)context; }
`;

const native = new URL('../../dist/runtime/native/library.js', import.meta.url).href;
const opens = `
  const { findKoffi, loadLibrary } = await import('${native}');
  loadLibrary(await findKoffi(), ${JSON.stringify(file)}).open(1);
  await new Promise((resolve) => setTimeout(resolve, 50)); /* the thread begins */`;
const inWorker = `
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(${JSON.stringify(`(async () => {${opens}})()`)}, { eval: true });
  await new Promise((resolve) => worker.on('exit', resolve));
  await new Promise((resolve) => setTimeout(resolve, 50));`;

const compiler = await findCompiler();
describe.skipIf(typeof compiler === 'string')(`an open context${skippedFor(compiler)}`, () => {
  beforeAll(() =>
    compile(compiler as Exclude<typeof compiler, string>, { text: busy, units: 1 }, folder, file),
  );

  it.each([
    ['the process', opens],
    ['a worker', inWorker],
  ])('does not keep %s from ending in peace', (_, program) => {
    const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  });
});
