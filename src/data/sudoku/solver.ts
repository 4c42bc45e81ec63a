/** What is asked of Sudoku grids, answered by searching (search.ts). */
import type { Random } from '../random.ts';
import type { SudokuShape } from './rules.ts';
import { type SearchOptions, search } from './search.ts';

/** A solution, or undefined when there is none. */
export function solve(grid: Uint8Array): Uint8Array | undefined {
  return first(grid, { limit: 1 }).solution;
}

/** A solution, and whether there are others: undefined when `guesses` guesses do not tell. */
export function solveOnce(
  grid: Uint8Array,
  guesses: number,
): { solution: Uint8Array | undefined; several: boolean | undefined } {
  const { solution, found, gaveUp } = first(grid, { limit: 2, guesses });
  return { solution, several: found > 1 || (gaveUp ? undefined : false) };
}

/** Whether a grid has a solution; undefined when that is not known after `guesses` guesses. */
export function isSolvable(grid: Uint8Array, guesses: number): boolean | undefined {
  const { found, gaveUp } = search(grid, { limit: 1, guesses });
  return found > 0 || (gaveUp ? undefined : false);
}

/**
 * How hard a puzzle is: the number of guesses, choices among several digits, that this solver makes until it knows all
 * solutions. 0 means that looking for the only digit of a cell and the only place of a digit is enough.
 *
 * @param most counted no further.
 */
export function difficulty(grid: Uint8Array, most = Number.POSITIVE_INFINITY): number {
  return search(grid, { limit: 2, guesses: most }).guesses;
}

/** All solutions; undefined where there are more than `most`, or `guesses` guesses do not find them. */
export function allSolutions(
  grid: Uint8Array,
  most: number,
  guesses = Number.POSITIVE_INFINITY,
): Uint8Array[] | undefined {
  const solutions: Uint8Array[] = [];
  const { gaveUp } = search(grid, { limit: most + 1, guesses }, (found) => solutions.push(found.slice()));
  return gaveUp || solutions.length > most ? undefined : solutions;
}

/** The number of solutions, counted no further than `limit`. */
export function countSolutions(grid: Uint8Array, limit: number): number {
  return search(grid, { limit }).found;
}

/**
 * Whether a grid may have a solution in which `cell`, blank in the grid, holds something other than `digit`: it has one, or
 * none was ruled out within `guesses` guesses.
 */
export function solvableWithout(
  grid: Uint8Array,
  cell: number,
  digit: number,
  guesses = Number.POSITIVE_INFINITY,
): boolean {
  const { found, gaveUp } = search(grid, { limit: 1, guesses, without: { cell, digit } });
  return found > 0 || gaveUp;
}

/** Guesses after which the search for a complete grid begins anew; few begin so badly. */
const UNLUCKY = 10_000;

/** A random complete grid: digits are tried in random order. */
export function randomSolution({ size }: SudokuShape, random: Random): Uint8Array {
  const blank = new Uint8Array(size ** 2);
  for (;;) {
    const { solution } = first(blank, { limit: 1, guesses: UNLUCKY, random });
    if (solution) return solution;
  }
}

function first(grid: Uint8Array, options: SearchOptions) {
  let solution: Uint8Array | undefined;
  const result = search(grid, options, (found) => {
    solution ??= found.slice();
  });
  return { ...result, solution };
}
