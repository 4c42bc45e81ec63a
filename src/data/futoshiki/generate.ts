/**
 * Makes Futoshiki puzzles with exactly one solution: random Latin squares with all their digits and signs, which lose them in
 * random order (one-answer.ts).
 */
import { TrmError } from '../../errors.ts';
import type { PuzzleTokens } from '../family.ts';
import { differentPuzzles, thinned } from '../one-answer.ts';
import type { Random } from '../random.ts';
import { BLANK, type FutoshikiShape } from './rules.ts';
import { search } from './solver.ts';

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
  const make = () => {
    const answer = fullGrid(shape, random);
    const order = random.shuffle([...shape.cells, ...shape.gaps.keys()]);
    const question = thinned(
      answer,
      order,
      clues,
      (place) => shape.takes(place)[0]!,
      (some) => search(some, shape, 2),
    );
    if (!shape.cells.some((cell) => question[cell] === BLANK)) return undefined; // only signs were taken away
    for (const gap of shape.gaps.keys()) answer[gap] = question[gap]!; // a solution adds digits only
    return { question, answer };
  };
  return yield* differentPuzzles(make, key);
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
