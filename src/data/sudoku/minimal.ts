/**
 * Puzzles that need all their givens: a complete grid loses its digits one by one, as long as the solution stays the only
 * one. A digit that had to stay once stays necessary when others go, so one pass leaves a minimal puzzle. (Of 16x16 cells a
 * nearly minimal one: a digit also stays where the search does not see soon enough that it may go.)
 */
import type { Random } from '../random.ts';
import type { SudokuShape } from './rules.ts';
import { randomSolution, solvableWithout } from './solver.ts';

/** A question (0 where blank) and its only solution, [n*n] digits each. */
export interface SudokuPuzzle {
  readonly question: Uint8Array;
  readonly answer: Uint8Array;
}

/** Guesses to find out whether a digit of a 16x16 grid may go; smaller grids need few. */
const GUESSES = 50;

/** A random one. @param clues stop when so many givens are left. */
export function randomPuzzle(shape: SudokuShape, random: Random, clues: number): SudokuPuzzle {
  const answer = randomSolution(shape, random);
  const question = answer.slice();
  removeDigits(question, random.permutation(answer.length), clues);
  return { question, answer };
}

/** Takes away the givens of `cells` that are not necessary, one after the other, until `clues` are left. */
export function removeDigits(question: Uint8Array, cells: Iterable<number>, clues: number): void {
  const guesses = question.length > 81 ? GUESSES : Number.POSITIVE_INFINITY;
  let left = question.reduce((givens, digit) => (digit === 0 ? givens : givens + 1), 0);
  for (const cell of cells) {
    if (left <= clues) return;
    const digit = question[cell]!;
    question[cell] = 0;
    if (solvableWithout(question, cell, digit, guesses)) question[cell] = digit;
    else left--;
  }
}
