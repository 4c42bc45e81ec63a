/** Builds a dataset folder of generated puzzles: no download, any amount, every family that has a generator. */

import { setImmediate } from 'node:timers/promises';
import { TrmError } from '../../errors.ts';
import { settingsError } from '../../settings-error.ts';
import { checkCount } from '../check-count.ts';
import { type FamilyInfo, familyFrom, familyInfo, puzzleFamily } from '../families.ts';
import type { PuzzleTokens } from '../family.ts';
import { writeDataset } from '../node/folder.ts';
import { checkFree } from '../node/new-folder.ts';
import { puzzleDataset } from '../puzzle-dataset.ts';
import { Random } from '../random.ts';
import type { BuildReport, OnProgress } from './progress.ts';

/** What to generate, how much of it, and where to. */
export interface GenerateOptions {
  /** What to generate, e.g. `{ kind: 'sudoku', size: 6 }`. */
  readonly family: FamilyInfo;
  /** Options of the family's generator, e.g. `{ clues: 20 }`. */
  readonly options?: Readonly<Record<string, number>>;
  /** Training puzzles. */
  readonly count: number;
  /** Held-out puzzles. */
  readonly testCount: number;
  readonly seed: number;
  /** Folder to create. */
  readonly out: string;
  readonly onProgress?: OnProgress;
}

/**
 * Generates the puzzles of both splits and writes them.
 *
 * All puzzles differ, and no held-out one is a training puzzle in another of its family's forms, where these are compared.
 * They are not for Sudoku, which has too many: a 4x4 test puzzle may be a training puzzle in disguise, so few exist.
 *
 * @throws TrmError `usage` when `out` is taken, nothing generates such puzzles or there are not so many, `io` when it cannot
 *   be written.
 */
export async function generateDataset(request: GenerateOptions): Promise<BuildReport> {
  const { family: info, options = {}, count, testCount, seed, out, onProgress } = request;
  checkCount('count', count, 1);
  checkCount('testCount', testCount, 1);
  const { generator, settings } = checked(info, options);
  await checkFree(out);
  const stream = generator.puzzles(info, new Random(seed), settings);
  const { canonical } = familyFrom(info)!;
  const total = count + testCount;
  let done = 0;
  const take = async (amount: number, name: string, isNew: (puzzle: PuzzleTokens) => boolean) => {
    const puzzles: PuzzleTokens[] = [];
    while (puzzles.length < amount) {
      const puzzle = stream.next().value;
      if (!isNew(puzzle)) continue;
      puzzles.push(puzzle);
      if (++done % 100 !== 0) continue;
      onProgress?.({ stage: 'generate', name, done, total });
      await setImmediate(); // Lets signals in.
    }
    return puzzles;
  };
  const trained = await take(count, 'train', () => true);
  const known = new Set(canonical && trained.map(({ question }) => canonical(question)));
  const heldOut = await take(
    testCount,
    'test',
    ({ question }) => !canonical || !known.has(canonical(question)),
  );
  onProgress?.({ stage: 'write', name: out, done: 0, total });
  const [train, test] = [puzzleDataset(info, trained), puzzleDataset(info, heldOut)];
  await writeDataset(out, { train, test }, ['<blank>']);
  return { train: count, test: testCount };
}

/** The generator of a family and its options, those left out filled in. @throws TrmError `usage` that names the key. */
function checked(info: FamilyInfo, options: Readonly<Record<string, number>>) {
  const generator = puzzleFamily(info)?.generator;
  if (!generator) throw new TrmError('usage', `nothing generates puzzles of kind '${info.kind}'`);
  const family = familyInfo.safeParse(info);
  const settings = generator.options.safeParse(options);
  const error = family.error ?? settings.error;
  if (!error) return { generator, settings: settings.data! };
  throw settingsError('usage', error, { known: Object.keys(generator.options.shape) });
}
