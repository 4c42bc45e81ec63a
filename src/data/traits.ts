/**
 * What kind of puzzles a model was trained on, as the most that there was of what their family counts: cells to fill in a
 * Sudoku, steps of the way through a maze. A model solves what it has seen; of a question beyond that its user is told so.
 */
import * as z from 'zod';
import { datasetFamily, type PuzzleDataset } from './dataset.ts';
import type { Family } from './family.ts';

/** The most of each count, by its name. */
export const traitsSchema = z.record(z.string(), z.number());
export type Traits = Readonly<z.infer<typeof traitsSchema>>;

/** Puzzles that are looked at, spread over a split. */
const LOOKED_AT = 1000;

/** Of splits; undefined where their family counts nothing. */
export function traitsOf(datasets: readonly PuzzleDataset[]): Traits | undefined {
  const most: Record<string, number> = {};
  for (const dataset of datasets) {
    const { traits } = datasetFamily(dataset.metadata);
    if (!traits) return undefined;
    const question = new Int32Array(dataset.metadata.seq_len);
    const stride = Math.max(1, Math.floor(dataset.count / LOOKED_AT));
    for (let row = 0; row < dataset.count; row += stride) {
      dataset.read(row, question, question.slice());
      for (const [name, count] of Object.entries(traits(question)))
        most[name] = Math.max(most[name] ?? count, count);
    }
  }
  return most;
}

/**
 * What should be known of a question before its answer: that it has several, where not all have, or is unlike those that were
 * trained on.
 *
 * @param guesses bound of the search for a second answer, the family's own when omitted.
 */
export function notesOf(
  { traits, answer, answersByRule }: Family,
  question: ArrayLike<number>,
  trained: Traits = {},
  guesses?: number,
): string[] {
  const notes: string[] = [];
  if (!answersByRule && answer?.(question, guesses)?.several) notes.push('it has more than one solution');
  const beyond = Object.entries(traits?.(question) ?? {}).flatMap(([name, count]) =>
    count > (trained[name] ?? count) ? [`${count} ${name}, trained on up to ${trained[name]}`] : [],
  );
  if (beyond.length > 0) notes.push(`it is unlike the puzzles of training: ${beyond.join('; ')}`);
  return notes;
}
