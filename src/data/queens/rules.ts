/**
 * N-Queens: n queens on an n x n board, none of which attacks another: one in each row and each column, at most one on each
 * diagonal. A question is a board with some of its queens, and has as many answers as there are ways to place the others.
 *
 * A square without a queen is the same token in a question, where a queen may come, and in an answer, where none has.
 */
import type { TokenRow } from '../family.ts';

export const EMPTY = 1;
export const QUEEN = 2;

/** Tokens `[n * n]` of a board. @param columns of the queen in each row, negative where there is none. */
export function boardOf(columns: ArrayLike<number>): Uint8Array {
  const size = columns.length;
  const board = new Uint8Array(size ** 2).fill(EMPTY);
  for (let row = 0; row < size; row++) if (columns[row]! >= 0) board[row * size + columns[row]!] = QUEEN;
  return board;
}

export interface Fault {
  readonly what: string;
  readonly places: readonly number[];
}

/** All pairs that attack each other and givens that are gone; none while the rules hold so far. */
export function findFaults(question: TokenRow, answer: TokenRow, size: number): Fault[] {
  const queens = placesOf(answer);
  const gone = placesOf(question)
    .filter((place) => answer[place] !== QUEEN)
    .map((place) => ({ what: 'a given was changed', places: [place] }));
  const attacks = queens.flatMap((one, i) =>
    queens.slice(i + 1).flatMap((other) => {
      const [row, column] = [Math.floor(one / size), one % size];
      const [down, right] = [Math.floor(other / size) - row, (other % size) - column];
      if (down !== 0 && right !== 0 && down !== Math.abs(right)) return [];
      return [
        {
          what: `the queens ${nameOf(one, size)} and ${nameOf(other, size)} attack each other`,
          places: [one, other],
        },
      ];
    }),
  );
  return [...gone, ...attacks];
}

/** What is wrong with an answer; undefined when it is the question with all queens in place. */
export function queensFault(question: TokenRow, answer: TokenRow, size: number): string | undefined {
  const [first] = findFaults(question, answer, size);
  if (first) return first.what;
  const queens = placesOf(answer).length;
  return queens === size ? undefined : `${queens} of ${size} queens are placed`;
}

function placesOf(board: TokenRow): number[] {
  return Array.from(board).flatMap((token, place) => (token === QUEEN ? [place] : []));
}

/** As `r2c5`: row 2, column 5. */
function nameOf(place: number, size: number): string {
  return `r${Math.floor(place / size) + 1}c${(place % size) + 1}`;
}
