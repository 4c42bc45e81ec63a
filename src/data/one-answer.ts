/** What families share whose puzzles have one answer, found by a search that counts solutions. */
import { TrmError } from '../errors.ts';
import type { PuzzleTokens } from './family.ts';

export interface Found {
  /** Solutions, counted no further than asked for. */
  readonly count: number;
  /** The first one, as the search keeps it. */
  readonly first: Uint8Array | undefined;
  /** Choices among several possibilities that were made. */
  readonly guesses: number;
  /** Whether the search ended for its number of guesses. */
  readonly gaveUp: boolean;
}

/** What a search for one solution says against a question. */
export function noSolution({ count, gaveUp }: Found): string | undefined {
  return count > 0 || gaveUp ? undefined : 'the puzzle has no solution';
}

/** Whether a search for two found several; undefined where it does not tell. */
export function isSeveral({ count, gaveUp }: Found): boolean | undefined {
  return count > 1 || (gaveUp ? undefined : false);
}

/**
 * A solved grid that loses its cells one by one, as long as the solution stays the only one. What had to stay once stays
 * necessary, so one pass leaves a puzzle that needs all it has.
 *
 * @param places in which order.
 * @param least stop when so many of them are left.
 * @param blankAt the token of a cell that was taken away.
 * @param twice searches for two solutions.
 */
export function thinned(
  answer: Uint8Array,
  places: readonly number[],
  least: number,
  blankAt: (place: number) => number,
  twice: (question: Uint8Array) => Found,
): Uint8Array {
  const question = answer.slice();
  let left = places.length;
  for (const place of places) {
    if (left <= least) break;
    question[place] = blankAt(place);
    const { count, gaveUp } = twice(question);
    if (count > 1 || gaveUp) question[place] = answer[place]!;
    else left--;
  }
  return question;
}

/** So many repetitions in a row, and nearly all puzzles that exist have been given out. */
const PATIENCE = 1000;

/**
 * An endless stream of puzzles, each different.
 *
 * @param make one; undefined where it is none.
 * @param key what makes two puzzles the same.
 * @throws TrmError `usage` when no new one turns up.
 */
export function* differentPuzzles(
  make: () => (PuzzleTokens & { readonly question: Uint8Array }) | undefined,
  key: (question: Uint8Array) => string,
): Generator<PuzzleTokens, never> {
  const seen = new Set<string>();
  for (let repetitions = 0; repetitions < PATIENCE; repetitions++) {
    const puzzle = make();
    if (!puzzle) continue;
    const own = key(puzzle.question);
    if (seen.has(own)) continue;
    seen.add(own);
    repetitions = 0;
    yield puzzle;
  }
  throw new TrmError('usage', `found only ${seen.size} different puzzles`, {
    key: 'count',
    fix: `ask for at most ${seen.size} training and test puzzles together`,
  });
}
