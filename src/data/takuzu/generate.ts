/** Makes Takuzu puzzles with exactly one solution: random solutions that lose their cells in random order (one-answer.ts). */
import { TrmError } from '../../errors.ts';
import type { PuzzleTokens } from '../family.ts';
import { differentPuzzles, thinned } from '../one-answer.ts';
import type { Random } from '../random.ts';
import { BLANK } from './rules.ts';
import { search } from './solver.ts';

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
  const make = () => {
    const answer = search(blank, size, 1, random).first!;
    const order = random.shuffle([...places]);
    const question = thinned(
      answer,
      order,
      clues,
      () => BLANK,
      (some) => search(some, size, 2),
    );
    return { question, answer };
  };
  return yield* differentPuzzles(make, key);
}
