/**
 * What kind of puzzles a model was trained on, as the least and the most that there was of what their family counts: cells to
 * fill in a Sudoku, steps of the way through a maze. A model solves what it has seen; of a question beyond that its user is told
 * so. Less is told of what the family says: a Sudoku of few blanks is easy, but a maze whose way is shorter than all that
 * were trained on is hardly ever solved (docs/log.md).
 */
import * as z from 'zod';
import { datasetFamily, type PuzzleDataset } from './dataset.ts';
import type { Family } from './family.ts';

/** What there was of each count, by its name; a number alone is the most, as files of before have it. */
export const traitsSchema = z.record(
  z.string(),
  z.union([
    z.number().transform((most) => ({ least: 0, most })),
    z.object({ least: z.number(), most: z.number() }),
  ]),
);
export type Traits = Readonly<z.infer<typeof traitsSchema>>;

/** Puzzles that are looked at, spread over a split. */
const LOOKED_AT = 1000;

/** Of splits; undefined where their family counts nothing. */
export function traitsOf(datasets: readonly PuzzleDataset[]): Traits | undefined {
  const seen: Record<string, { least: number; most: number }> = {};
  for (const dataset of datasets) {
    const { traits } = datasetFamily(dataset.metadata);
    if (!traits) return undefined;
    const question = new Int32Array(dataset.metadata.seq_len);
    const stride = Math.max(1, Math.floor(dataset.count / LOOKED_AT));
    for (let row = 0; row < dataset.count; row += stride) {
      dataset.read(row, question, question.slice());
      for (const [name, count] of Object.entries(traits(question))) {
        const { least, most } = seen[name] ?? { least: count, most: count };
        seen[name] = { least: Math.min(least, count), most: Math.max(most, count) };
      }
    }
  }
  return seen;
}

/**
 * What should be known of a question before its answer: that it has several, where not all have, or is unlike those that were
 * trained on.
 *
 * @param guesses bound of the search for a second answer, the family's own when omitted.
 */
export function notesOf(
  { traits, meanings = {}, scarce = [], answer, answersByRule }: Family,
  question: ArrayLike<number>,
  trained: Traits = {},
  guesses?: number,
): string[] {
  const notes: string[] = [];
  if (!answersByRule && answer?.(question, guesses)?.several) notes.push('it has more than one solution');
  const beyond = Object.entries(traits?.(question) ?? {}).flatMap(([name, count]) => {
    const { least, most } = trained[name] ?? { least: count, most: count };
    const counted = `${count} ${name}${meanings[name] ? ` (${meanings[name]})` : ''}`;
    if (count > most) return [`${counted}, trained on up to ${most}`];
    return count < least && scarce.includes(name) ? [`${counted}, trained on ${least} and more`] : [];
  });
  if (beyond.length > 0) notes.push(`it is unlike the puzzles of training: ${beyond.join('; ')}`);
  return notes;
}
