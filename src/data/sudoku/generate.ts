/**
 * Makes Sudoku puzzles with exactly one solution.
 *
 * A random complete grid loses its digits one by one, in random order, as long as the solution stays the only one.
 * A digit that had to stay once stays necessary when others go, so one pass leaves a minimal puzzle. (Of 16x16 cells a
 * nearly minimal one: a digit also stays where the solver does not see soon enough that it may go.)
 */
import { TrmError } from '../../errors.ts';
import type { Random } from '../random.ts';
import { formatLine } from './grid.ts';
import { type SudokuSize, sudokuShape } from './rules.ts';
import { difficulty, randomSolution, solvableWithout } from './solver.ts';

/** A question (0 where blank) and its only solution, [n*n] digits each. */
export interface SudokuPuzzle {
  readonly question: Uint8Array;
  readonly answer: Uint8Array;
}

/** So many repetitions in a row, and nearly all puzzles that exist have been given out. */
const PATIENCE = 1000;

/** Guesses to find out whether a digit of a 16x16 grid may go; smaller grids need few. */
const GUESSES = 50;

export interface GenerateOptions {
  readonly clues?: number;
  readonly minDifficulty?: number;
}

/**
 * An endless stream of different puzzles; the same random stream gives the same puzzles.
 *
 * @param clues stop removing digits when so many are left. Without it, or where uniqueness needs more, every clue
 *   that is left is necessary.
 * @param minDifficulty leave out puzzles that take fewer guesses (`difficulty` in solver.ts).
 * @throws TrmError `usage` when no new puzzle turns up: of the smallest size there are only so many.
 */
export function* generatePuzzles(
  size: SudokuSize,
  random: Random,
  { clues = 0, minDifficulty = 0 }: GenerateOptions = {},
): Generator<SudokuPuzzle, never> {
  const shape = sudokuShape(size);
  if (!Number.isInteger(clues) || clues < 0 || clues >= size * size) {
    throw new TrmError('usage', `expected an integer from 0 to ${size * size - 1}, got ${clues}`, {
      key: 'clues',
    });
  }
  const seen = new Set<string>();
  for (;;) {
    let repetitions = 0;
    let puzzle: SudokuPuzzle;
    let key: string;
    do {
      if (repetitions++ > PATIENCE) {
        throw new TrmError('usage', `found only ${seen.size} different ${size}x${size} puzzles`, {
          key: 'count',
          fix: `ask for at most ${seen.size} training and test puzzles together${minDifficulty > 0 ? ', or for easier ones' : ''}`,
        });
      }
      const answer = randomSolution(shape, random);
      puzzle = { question: removeDigits(answer, random, clues), answer };
      key = formatLine(puzzle.question);
    } while (seen.has(key) || (minDifficulty > 0 && difficulty(puzzle.question) < minDifficulty));
    seen.add(key);
    yield puzzle;
  }
}

function removeDigits(answer: Uint8Array, random: Random, clues: number): Uint8Array {
  const question = answer.slice();
  const guesses = answer.length > 81 ? GUESSES : Number.POSITIVE_INFINITY;
  let left = answer.length;
  for (const cell of random.permutation(answer.length)) {
    if (left <= clues) break;
    const digit = answer[cell]!;
    question[cell] = 0;
    if (solvableWithout(question, cell, digit, guesses)) question[cell] = digit;
    else left--;
  }
  return question;
}
