/**
 * What kind of puzzles a model was trained on, as ranges of what their family counts: givens of a Sudoku, walls and steps of a
 * maze. A model solves what it has seen; of a puzzle outside the ranges its user is told so.
 */
import * as z from 'zod';
import { datasetFamily, type PuzzleDataset } from './dataset.ts';
import type { Family } from './family.ts';

/** Least and most of each count, by its name. */
export const traitsSchema = z.record(z.string(), z.tuple([z.number(), z.number()]));
export type Traits = Readonly<z.infer<typeof traitsSchema>>;

/** Puzzles that are looked at, spread over a split. */
const LOOKED_AT = 1000;

/** The ranges of a split; undefined where its family counts nothing. */
export function traitsOf(dataset: PuzzleDataset): Traits | undefined {
  const { traits } = datasetFamily(dataset.metadata);
  if (!traits) return undefined;
  const ranges: Record<string, [number, number]> = {};
  const question = new Int32Array(dataset.metadata.seq_len);
  const step = Math.max(1, Math.floor(dataset.count / LOOKED_AT));
  for (let row = 0; row < dataset.count; row += step) {
    dataset.read(row, question, question.slice());
    for (const [name, count] of Object.entries(traits(question))) {
      const [least, most] = ranges[name] ?? [count, count];
      ranges[name] = [Math.min(least, count), Math.max(most, count)];
    }
  }
  return ranges;
}

/** How a question differs from what was trained on, in words; undefined where it does not. */
export function unlikeTrained(
  { traits }: Family,
  question: ArrayLike<number>,
  trained: Traits,
): string | undefined {
  const differs = Object.entries(traits?.(question) ?? {}).flatMap(([name, count]) => {
    const [least, most] = trained[name] ?? [count, count];
    return count < least || count > most ? [`${name}: ${count}, trained on ${rangeOf(least, most)}`] : [];
  });
  return differs.length > 0 ? `it is unlike the puzzles of training (${differs.join('; ')})` : undefined;
}

function rangeOf(least: number, most: number): string {
  return least === most ? String(least) : `${least} to ${most}`;
}
