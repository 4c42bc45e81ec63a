/** How long one waits at first: from the start of a process to the end of its tenth training step, with empty caches. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceChoice, EngineChoice } from '../src/runtime/choices.ts';
import type { Case } from './cases.ts';
import { type Peer, startPyTorch, startWorker } from './peer.ts';
import type { FirstRun } from './results.ts';

interface Sides {
  readonly device: DeviceChoice;
  readonly threads?: number;
  readonly pytorch?: true;
}

/** One after the other, each engine in float32 and, where asked for, compiled PyTorch. */
export async function firstRuns(
  one: Case,
  engines: readonly EngineChoice[],
  { device, threads, pytorch }: Sides,
): Promise<FirstRun[]> {
  const options = { ...one, ...(threads === undefined ? {} : { threads }), warmUps: 10 };
  const sides: [string, (env: NodeJS.ProcessEnv) => Promise<Peer>][] = engines.map((engine) => [
    engine === 'onnxruntime' ? 'ONNX Runtime' : engine,
    (env) => startWorker({ ...options, engine, device, precision: 'float32' }, env),
  ]);
  if (pytorch)
    sides.push([
      'PyTorch compiled',
      (env) => startPyTorch({ ...options, mode: 'compiled', dtype: 'float32' }, env),
    ]);
  const runs: FirstRun[] = [];
  for (const [name, start] of sides)
    runs.push({ mixer: one.mixer, name, seconds: await secondsToReady(start) });
  return runs;
}

async function secondsToReady(start: (env: NodeJS.ProcessEnv) => Promise<Peer>): Promise<number> {
  const cache = mkdtempSync(join(tmpdir(), 'trm-first-run-'));
  try {
    const begun = performance.now();
    const peer = await start({ TRM_CACHE: cache, TORCHINDUCTOR_CACHE_DIR: cache });
    const seconds = (performance.now() - begun) / 1000;
    await peer.end();
    return seconds;
  } finally {
    rmSync(cache, { recursive: true });
  }
}
