/** Builds a dataset folder of generated mazes: no download, any amount, any size. */

import { setImmediate } from 'node:timers/promises';
import { checkCount } from '../check-count.ts';
import { type MazePuzzle, mazeDataset } from '../maze/dataset.ts';
import { generateMazes, type MazeOptions } from '../maze/generate.ts';
import { writeDataset } from '../node/folder.ts';
import { checkFree } from '../node/new-folder.ts';
import { Random } from '../random.ts';
import type { BuildReport, OnProgress } from './progress.ts';

export interface GenerateMazeOptions extends MazeOptions {
  /** Training mazes. */
  readonly count: number;
  /** Held-out mazes; none of them is a training maze. */
  readonly testCount: number;
  readonly seed: number;
  /** Folder to create. */
  readonly out: string;
  readonly onProgress?: OnProgress;
}

/** @throws TrmError `usage` when `out` is taken or there are no such mazes, `io` when it cannot be written. */
export async function generateMazeDataset(options: GenerateMazeOptions): Promise<BuildReport> {
  const { count, testCount, seed, out, onProgress } = options;
  for (const key of ['count', 'testCount', 'rows', 'columns'] as const) checkCount(key, options[key], 1);
  await checkFree(out);
  const stream = generateMazes(options, new Random(seed));
  const total = count + testCount;
  const mazes: MazePuzzle[] = [];
  while (mazes.length < total) {
    mazes.push(stream.next().value);
    if (mazes.length % 100 !== 0) continue;
    onProgress?.({ stage: 'generate', name: 'mazes', done: mazes.length, total });
    await setImmediate(); // Lets signals in.
  }
  onProgress?.({ stage: 'write', name: out, done: 0, total });
  await writeDataset(
    out,
    {
      train: mazeDataset(mazes.slice(0, count), options, false),
      test: mazeDataset(mazes.slice(count), options, false),
    },
    ['<blank>'],
  );
  return { train: count, test: testCount };
}
