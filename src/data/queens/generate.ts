/** Makes boards with some of their queens: those of a random solution, with every way to place the others. */
import { TrmError } from '../../errors.ts';
import type { PuzzleTokens, WholeRange } from '../family.ts';
import type { Random } from '../random.ts';
import { boardOf } from './rules.ts';
import { type Columns, completions } from './solver.ts';

/** So many repetitions in a row, and nearly all boards that exist have been given out. */
const PATIENCE = 1000;

/** The solutions of each size: it is asked for them by every slice of a dataset. */
const solutions = new Map<number, readonly Columns[]>();

/**
 * @param given queens that a board begins with.
 * @param answers it has so many.
 * @param key what makes two boards the same.
 * @throws TrmError `usage` when so many queens are no question, or no new one turns up.
 */
export function* generateQueens(
  size: number,
  random: Random,
  { given, solutions: answers }: { readonly given: WholeRange; readonly solutions: WholeRange },
  key: (question: Uint8Array) => string,
): Generator<PuzzleTokens, never> {
  if (given.most >= size)
    throw new TrmError('usage', `expected at most ${size - 1}, one less than there are; got ${given.most}`, {
      key: 'given',
    });
  const whole = solutions.get(size) ?? completions(boardOf(new Int8Array(size).fill(-1)), size);
  solutions.set(size, whole);
  const seen = new Set<string>();
  for (let repetitions = 0; repetitions < PATIENCE; repetitions++) {
    const columns = whole[random.int(whole.length)]!;
    const kept = given.least + random.int(given.most - given.least + 1);
    const rows = random.choose(size, kept);
    const question = boardOf(Int8Array.from(columns, (column, row) => (rows.includes(row) ? column : -1)));
    const ways = completions(question, size, answers.most + 1);
    if (ways.length < answers.least || ways.length > answers.most || seen.has(key(question))) continue;
    seen.add(key(question));
    repetitions = 0;
    const all = ways.map(boardOf);
    yield { question, answer: all[0]!, answers: all };
  }
  throw new TrmError('usage', `found only ${seen.size} different boards`, {
    key: 'count',
    fix: `ask for at most ${seen.size} training and test puzzles together, or for other ones`,
  });
}
