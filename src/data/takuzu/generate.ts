/**
 * Makes Takuzu puzzles with exactly one solution: a random solution loses its cells one by one, in random order, as long as
 * it stays the only one. What had to stay once stays necessary, so one pass leaves a puzzle that needs all it has.
 */
import { TrmError } from '../../errors.ts';
import type { PuzzleTokens } from '../family.ts';
import type { Random } from '../random.ts';
import { BLANK } from './rules.ts';
import { search } from './solver.ts';

/** So many repetitions in a row, and nearly all puzzles that exist have been given out. */
const PATIENCE = 1000;

/**
 * @param clues stop when so many cells are left.
 * @param key what makes two puzzles the same.
 * @throws TrmError `usage` when that leaves nothing to fill, or no new puzzle turns up.
 */
export function* generateTakuzu(
  size: number,
  random: Random,
  clues: number,
  key: (question: Uint8Array) => string,
): Generator<PuzzleTokens, never> {
  if (clues >= size ** 2)
    throw new TrmError('usage', `expected at most ${size ** 2 - 1}, all cells but one; got ${clues}`, {
      key: 'clues',
    });
  const blank = new Uint8Array(size ** 2).fill(BLANK);
  const places = [...blank.keys()];
  const seen = new Set<string>();
  for (let repetitions = 0; repetitions < PATIENCE; repetitions++) {
    const answer = search(blank, size, 1, random).first!;
    const question = answer.slice();
    let left = places.length;
    for (const place of random.shuffle([...places])) {
      if (left <= clues) break;
      question[place] = BLANK;
      const { count, gaveUp } = search(question, size, 2);
      if (count > 1 || gaveUp) question[place] = answer[place]!;
      else left--;
    }
    if (seen.has(key(question))) continue;
    seen.add(key(question));
    repetitions = 0;
    yield { question, answer };
  }
  throw new TrmError('usage', `found only ${seen.size} different puzzles`, {
    key: 'count',
    fix: `ask for at most ${seen.size} training and test puzzles together`,
  });
}
