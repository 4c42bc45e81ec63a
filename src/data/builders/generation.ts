/**
 * Generates puzzles in slices, each from a random stream of its own, in this thread or in several: which puzzles come, and
 * in which order, does not depend on how many threads make them.
 */
import { extname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { TrmError } from '../../errors.ts';
import { type FamilyInfo, puzzleFamily } from '../families.ts';
import type { PuzzleTokens } from '../family.ts';
import { Random } from '../random.ts';

/** Puzzles of a slice. */
const SLICE = 64;

/** Milliseconds after which a thread says what it has made, and after which the one that waits looks up. */
export const LOOK = 100;

/** What to generate: an endless row of slices. A thread is given it. */
export interface Generation {
  readonly info: FamilyInfo;
  /** All options of the family's generator. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Names the random streams. */
  readonly name: string;
}

/** What a slice has brought since it was heard of last. */
export interface Made {
  /** Which slice. */
  readonly index: number;
  readonly puzzles: readonly PuzzleTokens[];
  readonly ended?: true;
  /** Why it ended before its time. */
  readonly fault?: { readonly code: TrmError['code']; readonly message: string };
}

/** The next puzzles in order, perhaps none, and the number of those that wait behind a slice that is not complete. */
export interface Generated extends Made {
  readonly waiting: number;
}

/** Makes a slice, heard of every now and then. */
export function* slice({ info, settings, seed, name }: Generation, index: number): Generator<Made, void> {
  const stream = puzzleFamily(info)!.generator!.puzzles(info, new Random(seed).fork(name, index), settings);
  let puzzles: PuzzleTokens[] = [];
  let heard = performance.now();
  try {
    for (let i = 0; i < SLICE; i++) {
      puzzles.push(stream.next().value);
      if (performance.now() - heard < LOOK) continue;
      yield { index, puzzles };
      puzzles = [];
      heard = performance.now();
    }
  } catch (error) {
    if (!(error instanceof TrmError)) throw error;
    yield { index, puzzles, ended: true, fault: { code: error.code, message: error.message } };
    return;
  }
  yield { index, puzzles, ended: true };
}

/** Slices one after the other, made in this thread, which hears signals in between. */
export async function* generateHere(generation: Generation): AsyncGenerator<Generated, never> {
  for (let index = 0; ; index++) {
    for (const made of slice(generation, index)) {
      yield { ...made, waiting: 0 };
      await setImmediate();
    }
  }
}

/** The same, made by threads, each of which takes the next slice when it is done with one. They end when it is returned from. */
export async function* generateInThreads(
  generation: Generation,
  threads: number,
): AsyncGenerator<Generated, never> {
  const open = new Map<number, Made[]>(); // what is not given out yet, by slice
  let failure: { readonly error: unknown } | undefined;
  let look = () => {};
  let next = 0;
  const worker = new URL(`generation-worker${extname(import.meta.url)}`, import.meta.url);
  const workers = Array.from({ length: threads }, () => new Worker(worker, { workerData: generation }));
  for (const worker of workers) {
    const begin = () => {
      open.set(next, []);
      worker.postMessage(next++);
    };
    worker.on('message', (made: Made) => {
      open.get(made.index)!.push(made);
      if (made.ended) begin();
      look();
    });
    worker.on('error', (error) => {
      failure = { error };
      look();
    });
    begin();
  }
  try {
    for (let index = 0; ; ) {
      if (failure) throw failure.error;
      const made = open.get(index)?.shift() ?? { index, puzzles: [] };
      const waiting = [...open.values()].flat().reduce((sum, { puzzles }) => sum + puzzles.length, 0);
      yield { ...made, waiting };
      if (made.ended) open.delete(index++);
      else if (open.get(index)?.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, LOOK);
          look = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
