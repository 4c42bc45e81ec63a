/**
 * Makes Futoshiki puzzles with exactly one solution: a random Latin square with all its digits and signs loses them one by
 * one, in random order, as long as the solution stays the only one. What had to stay once stays necessary, so one pass
 * leaves a puzzle that needs all it has.
 */
import { TrmError } from '../../errors.ts';
import type { PuzzleTokens } from '../family.ts';
import type { Random } from '../random.ts';
import { BLANK, type FutoshikiShape, signOf } from './rules.ts';
import { search } from './solver.ts';

/** So many repetitions in a row, and nearly all puzzles that exist have been given out. */
const PATIENCE = 1000;

/**
 * @param clues stop when so many digits and signs are left.
 * @param key what makes two puzzles the same.
 * @throws TrmError `usage` when no new puzzle turns up, or there are not so many digits and signs.
 */
export function* generateFutoshiki(
  shape: FutoshikiShape,
  random: Random,
  clues: number,
  key: (question: Uint8Array) => string,
): Generator<PuzzleTokens, never> {
  const all = shape.cells.length + shape.gaps.size;
  if (clues >= all) {
    throw new TrmError('usage', `expected an integer from 0 to ${all - 1}, got ${clues}`, { key: 'clues' });
  }
  const seen = new Set<string>();
  for (let repetitions = 0; ; ) {
    const full = fullGrid(shape, random);
    const question = full.slice();
    let left = all;
    for (const place of random.shuffle([...shape.cells, ...shape.gaps.keys()])) {
      if (left <= clues) break;
      const given = question[place]!;
      question[place] = shape.gaps.has(place) ? shape.none : BLANK;
      if (search(question, shape, 2).count > 1) question[place] = given;
      else left--;
    }
    const name = key(question);
    if (seen.has(name)) {
      if (++repetitions < PATIENCE) continue;
      throw new TrmError('usage', `found only ${seen.size} different puzzles`, {
        key: 'count',
        fix: `ask for at most ${seen.size} training and test puzzles together`,
      });
    }
    repetitions = 0;
    seen.add(name);
    const answer = question.slice(); // no sign is added, the digits are
    for (const cell of shape.cells) answer[cell] = full[cell]!;
    yield { question, answer };
  }
}

/** A random Latin square with every sign that holds. */
function fullGrid(shape: FutoshikiShape, random: Random): Uint8Array {
  const tokens = new Uint8Array(shape.side ** 2).fill(shape.none);
  for (const cell of shape.cells) tokens[cell] = BLANK;
  const { first } = search(tokens, shape, 1, random);
  shape.cells.forEach((cell, i) => {
    tokens[cell] = first![i]! + BLANK;
  });
  for (const [gap, [a, b]] of shape.gaps) tokens[gap] = signOf(tokens[a]!, tokens[b]!, b - a > 2, shape);
  return tokens;
}
