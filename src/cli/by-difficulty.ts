/** Accuracy by difficulty: the share solved of the easy puzzles, and of the hard ones. */

import type { PuzzleDataset } from '../data/dataset.ts';
import type { Difficulty, Family } from '../data/family.ts';
import { TrmError } from '../errors.ts';
import { wilsonInterval } from '../evaluate/statistics.ts';
import { percent } from './comparison.ts';
import { renderTable } from './terminal/table.ts';

/** Of the puzzles whose difficulty is `from` to `to`. */
export interface DifficultyShare {
  readonly from: number;
  readonly to: number;
  readonly examples: number;
  /** Share solved. */
  readonly exact: number;
  /** 95 % Wilson interval of `exact`. */
  readonly exactInterval: readonly [low: number, high: number];
}

/** How puzzles are measured by their family. @throws TrmError `usage` where no measure is known. */
export function difficultyOf({ title, difficulty }: Family): Difficulty {
  if (difficulty) return difficulty;
  throw new TrmError('usage', `how hard a puzzle is, is not known of ${title}`, { key: '--by-difficulty' });
}

/** Of each row. */
export function difficultiesOf(dataset: PuzzleDataset, difficulty: Difficulty): Int32Array {
  const [question, answer] = [
    new Int32Array(dataset.metadata.seq_len),
    new Int32Array(dataset.metadata.seq_len),
  ];
  return Int32Array.from({ length: dataset.count }, (_, row) => {
    dataset.read(row, question, answer);
    return difficulty.of(question);
  });
}

/** In classes that each reach twice as far as the one before: 0, 1, 2 to 3, 4 to 7, …; empty ones are left out. */
export function accuracyByDifficulty(difficulties: Int32Array, solved: Uint8Array): DifficultyShare[] {
  const classes = new Map<number, number[]>(); // by their least difficulty: whether solved
  difficulties.forEach((difficulty, row) => {
    const from = difficulty === 0 ? 0 : 2 ** Math.floor(Math.log2(difficulty));
    const outcomes = classes.get(from) ?? [];
    outcomes.push(solved[row]!);
    classes.set(from, outcomes);
  });
  return [...classes]
    .sort(([a], [b]) => a - b)
    .map(([from, outcomes]) => {
      const right = outcomes.reduce((sum, one) => sum + one, 0);
      const { low, high } = wilsonInterval(right, outcomes.length);
      const share = { examples: outcomes.length, exact: right / outcomes.length };
      return { from, to: Math.max(0, 2 * from - 1), ...share, exactInterval: [low, high] as const };
    });
}

/** A line each class, a column each run; the interval where it is one run. */
export function showByDifficulty(
  measured: readonly {
    readonly name: string;
    readonly byDifficulty: readonly DifficultyShare[] | undefined;
  }[],
  unit: string,
): string {
  const [first] = measured;
  const alone = measured.length === 1;
  const head = [unit, 'puzzles', ...(alone ? ['exact', '95 % interval'] : measured.map(({ name }) => name))];
  const rows = first!.byDifficulty!.map(({ from, to, examples, exactInterval }, i) => [
    from === to ? String(from) : `${from} to ${to}`,
    String(examples),
    ...measured.map(({ byDifficulty }) => percent(byDifficulty![i]!.exact)),
    ...(alone ? [exactInterval.map((bound) => (100 * bound).toFixed(1)).join('-')] : []),
  ]);
  return renderTable([head, ...rows]);
}
