/**
 * Makes Futoshiki puzzles with exactly one solution: a random Latin square with all its digits and signs loses them one by
 * one, in random order, as long as the solution stays the only one. What had to stay once stays necessary, so one pass
 * leaves a puzzle that needs all it has.
 */
import { TrmError } from '../../errors.ts';
import type { PuzzleTokens } from '../family.ts';
import type { Random } from '../random.ts';
import { BLANK, type FutoshikiShape } from './rules.ts';
import { search } from './solver.ts';

/** So many repetitions in a row, and nearly all puzzles that exist have been given out. */
const PATIENCE = 1000;

/**
 * @param clues stop when so many digits and signs are left.
 * @param key what makes two puzzles the same.
 * @throws TrmError `usage` when there are not so many clues, or no new puzzle turns up.
 */
export function* generateFutoshiki(
  shape: FutoshikiShape,
  random: Random,
  clues: number,
  key: (question: Uint8Array) => string,
): Generator<PuzzleTokens, never> {
  const most = shape.cells.length + shape.gaps.size - 1;
  if (clues > most) {
    const what = `expected at most ${most}, the digits and signs of a ${shape.size}x${shape.size} but one`;
    throw new TrmError('usage', `${what}; got ${clues}`, { key: 'clues' });
  }
  const seen = new Set<string>();
  for (let repetitions = 0; repetitions < PATIENCE; repetitions++) {
    const answer = fullGrid(shape, random);
    const question = answer.slice();
    const places = random.shuffle([...shape.cells, ...shape.gaps.keys()]);
    let left = places.length;
    for (const place of places) {
      if (left <= clues) break;
      question[place] = shape.takes(place)[0]!;
      const { count, gaveUp } = search(question, shape, 2);
      if (count > 1 || gaveUp) question[place] = answer[place]!;
      else left--;
    }
    if (!shape.cells.some((cell) => question[cell] === BLANK)) continue; // only signs were taken away
    if (seen.has(key(question))) continue;
    seen.add(key(question));
    repetitions = 0;
    for (const gap of shape.gaps.keys()) answer[gap] = question[gap]!; // a solution adds digits only
    yield { question, answer };
  }
  throw new TrmError('usage', `found only ${seen.size} different puzzles`, {
    key: 'count',
    fix: `ask for at most ${seen.size} training and test puzzles together`,
  });
}

/** A random Latin square with every sign that holds. */
function fullGrid(shape: FutoshikiShape, random: Random): Uint8Array {
  const tokens = Uint8Array.from({ length: shape.side ** 2 }, (_, place) => shape.takes(place)[0]!);
  const { first } = search(tokens, shape, 1, random);
  for (const [i, cell] of shape.cells.entries()) tokens[cell] = BLANK + first![i]!;
  for (const [gap, [one, other]] of shape.gaps)
    tokens[gap] = shape.takes(gap)[tokens[one]! < tokens[other]! ? 1 : 2]!;
  return tokens;
}
