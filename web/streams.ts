/** Puzzles made in the page, and datasets of them. */

import type { PuzzleDataset } from '../src/data/dataset.ts';
import { type FamilyInfo, puzzleFamily } from '../src/data/families.ts';
import type { PuzzleTokens } from '../src/data/family.ts';
import { puzzleDataset } from '../src/data/puzzle-dataset.ts';
import type { Random } from '../src/data/random.ts';
import { TrmError } from '../src/errors.ts';
import { tick } from './tick.ts';

/** Endless different puzzles. @param level value of the option that the family names. */
export function stream(family: FamilyInfo, random: Random, level: number) {
  const { options, puzzles, level: option } = puzzleFamily(family)!.generator!;
  return puzzles(family, random, options.parse({ [option.key]: level }));
}

/** Tokens `[S]` of one question. @throws TrmError `usage` where there is none, about the level by its name on the page. */
export function onePuzzle(family: FamilyInfo, random: Random, level: number): Int32Array {
  try {
    return Int32Array.from(stream(family, random, level).next().value.question);
  } catch (error) {
    const option = puzzleFamily(family)!.generator!.level;
    if (!(error instanceof TrmError) || error.detail.key !== option.key) throw error;
    throw new TrmError(error.code, error.what, { ...error.detail, key: option.label });
  }
}

/** Splits of so many different puzzles each. */
export async function datasets(
  family: FamilyInfo,
  random: Random,
  level: number,
  counts: readonly number[],
): Promise<PuzzleDataset[]> {
  const puzzles = stream(family, random, level);
  const splits: PuzzleDataset[] = [];
  for (const count of counts) {
    const some: PuzzleTokens[] = [];
    while (some.push(puzzles.next().value) < count) if (some.length % 50 === 0) await tick();
    splits.push(puzzleDataset(family, some));
  }
  return splits;
}
