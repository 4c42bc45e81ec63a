/** Builds a dataset folder of generated Sudoku puzzles: no download, any amount, three sizes. */

import { setImmediate } from 'node:timers/promises';
import { checkCount } from '../check-count.ts';
import { writeDataset } from '../node/folder.ts';
import { checkFree } from '../node/new-folder.ts';
import { Random } from '../random.ts';
import { PuzzleList, sudokuDataset } from '../sudoku/dataset.ts';
import { generatePuzzles } from '../sudoku/generate.ts';
import type { SudokuSize } from '../sudoku/rules.ts';
import type { BuildReport, OnProgress } from './progress.ts';

export interface GenerateSudokuOptions {
  readonly size: SudokuSize;
  /** Training puzzles. */
  readonly count: number;
  /** Held-out puzzles; none of them is a training puzzle. */
  readonly testCount: number;
  readonly seed: number;
  /** Folder to create. */
  readonly out: string;
  /** Givens to leave in each puzzle; without it every given is necessary. */
  readonly clues?: number;
  /** Guesses that a puzzle takes at least. */
  readonly minDifficulty?: number;
  readonly onProgress?: OnProgress;
}

/**
 * Generates the puzzles of both splits and writes them.
 *
 * All puzzles differ. A 4x4 test puzzle may still be a training puzzle in disguise (digits renamed, rows moved): so few
 * exist that this cannot be avoided.
 *
 * @throws TrmError `usage` when `out` is taken or there are not so many different puzzles, `io` when it cannot be written.
 */
export async function generateSudoku(options: GenerateSudokuOptions): Promise<BuildReport> {
  const { size, count, testCount, seed, out, onProgress } = options;
  checkCount('count', count, 1);
  checkCount('testCount', testCount, 1);
  await checkFree(out);
  const stream = generatePuzzles(size, new Random(seed), options);
  const total = count + testCount;
  let done = 0;
  const take = async (amount: number, name: string): Promise<PuzzleList> => {
    const puzzles = new PuzzleList(size);
    for (let i = 0; i < amount; i++) {
      puzzles.set(i, stream.next().value);
      if (++done % 100 !== 0) continue;
      onProgress?.({ stage: 'generate', name, done, total });
      await setImmediate(); // Lets signals in.
    }
    return puzzles;
  };
  const train = sudokuDataset(await take(count, 'train'));
  const test = sudokuDataset(await take(testCount, 'test'));
  onProgress?.({ stage: 'write', name: out, done: 0, total });
  await writeDataset(out, { train, test }, ['<blank>']);
  return { train: count, test: testCount };
}
