/**
 * Makes Sudoku puzzles: with one solution, random ones (minimal.ts), hard ones (harder.ts) or both in given shares, or deep
 * ones (deeper.ts); or with several (several.ts).
 */
import { TrmError } from '../../errors.ts';
import type { WholeRange } from '../family.ts';
import type { Random } from '../random.ts';
import { sudokuInvariant } from './canonical.ts';
import { deepPuzzles } from './deeper.ts';
import { formatLine } from './grid.ts';
import { hardPuzzles } from './harder.ts';
import { CompleteGrid, type SudokuPuzzle } from './minimal.ts';
import { type SudokuShape, type SudokuSize, shapeOfGrid, sudokuShape } from './rules.ts';
import { severalPuzzles } from './several.ts';
import { randomSolution } from './solver.ts';

/** So many repetitions in a row, and nearly all puzzles that exist have been given out. */
const PATIENCE = 1000;

/** So few puzzles of this size are no forms of each other that the forms are given out too. */
const SMALLEST = 4;

/** The fewest givens of a puzzle with one solution, where they are known; of 9x9 by arXiv 1201.0749. */
const FEWEST: Readonly<Record<number, number>> = { 4: 4, 6: 8, 9: 17 };

/** Puzzles that take at least so many guesses, and their share among all, in any unit: the command's sum to 1. */
export interface DifficultyShare {
  readonly atLeast: number;
  readonly share: number;
}

export interface GenerateOptions {
  readonly clues?: number;
  readonly minDifficulty?: number;
  readonly difficulty?: readonly DifficultyShare[] | undefined;
  readonly backdoors?: number | undefined;
  readonly solutions?: WholeRange | undefined;
}

/**
 * An endless stream of different puzzles, none a symmetric form of another but for 4x4; the same random stream gives the
 * same puzzles.
 *
 * @param clues stop removing digits when so many are left. Without it, or where uniqueness needs more, every clue
 *   that is left is necessary.
 * @param minDifficulty only puzzles that take at least so many guesses (`difficulty` in solver.ts), as they are and on
 *   average over their forms.
 * @param difficulty in its place: several such bounds, each with its share of the puzzles.
 * @param backdoors in its place: puzzles that no digit gives away and of pairs of digits this share at most (`easeOf` in
 *   backdoors.ts).
 * @param solutions so many solutions, in place of one, whatever the difficulty.
 * @throws TrmError `usage` when no new puzzle turns up, or none so hard: of small sizes there are only so many.
 */
export function* generatePuzzles(
  size: SudokuSize,
  random: Random,
  {
    clues = 0,
    minDifficulty = 0,
    difficulty = [{ atLeast: minDifficulty, share: 1 }],
    backdoors,
    solutions = { least: 1, most: 1 },
  }: GenerateOptions = {},
): Generator<SudokuPuzzle, never> {
  const shape = sudokuShape(size);
  if (!Number.isInteger(clues) || clues < 0 || clues >= size * size) {
    throw new TrmError('usage', `expected an integer from 0 to ${size * size - 1}, got ${clues}`, {
      key: 'clues',
    });
  }
  const fewest = solutions.most > 1 ? 0 : (FEWEST[size] ?? 0);
  if (clues > 0 && clues < fewest)
    throw new TrmError(
      'usage',
      `a ${size}x${size} Sudoku with one solution has ${fewest} givens at least, got ${clues}`,
      {
        key: 'clues',
        fix: `ask for ${fewest} or more, or leave it out for as few as possible`,
      },
    );
  const streams = difficulty.map(({ atLeast, share }) => ({
    share,
    given: 0,
    puzzles:
      backdoors === undefined
        ? puzzlesOf(shape, random, clues, atLeast, solutions)
        : deepPuzzles(shape, random, clues, backdoors),
  }));
  const seen = new Set<string | number>();
  for (;;) {
    // The stream that is furthest behind its share.
    const stream = streams.reduce((first, next) =>
      (next.given + 1) / next.share < (first.given + 1) / first.share ? next : first,
    );
    let repetitions = 0;
    let puzzle: SudokuPuzzle;
    let key: string | number;
    do {
      if (repetitions++ > PATIENCE) {
        throw new TrmError('usage', `found only ${seen.size} different ${size}x${size} puzzles`, {
          key: 'count',
          fix: `ask for at most ${seen.size} training and test puzzles together${difficulty.some(({ atLeast }) => atLeast > 0) ? ', or for easier ones' : ''}`,
        });
      }
      puzzle = stream.puzzles.next().value;
      key = keyOf(puzzle.question);
    } while (seen.has(key));
    seen.add(key);
    stream.given++;
    yield puzzle;
  }
}

function puzzlesOf(
  shape: SudokuShape,
  random: Random,
  clues: number,
  atLeast: number,
  solutions: WholeRange,
): Generator<SudokuPuzzle, never> {
  if (solutions.most > 1) return severalPuzzles(shape, random, clues, solutions);
  return atLeast === 0 ? randomPuzzles(shape, random, clues) : hardPuzzles(shape, random, clues, atLeast);
}

function* randomPuzzles(shape: SudokuShape, random: Random, clues: number): Generator<SudokuPuzzle, never> {
  for (;;) {
    const answer = randomSolution(shape, random);
    yield { question: new CompleteGrid(answer).randomPuzzle(random, clues), answer };
  }
}

/** What no two puzzles share that are given out: all symmetric forms have it, but of the smallest grids. */
export function keyOf(question: Uint8Array): string | number {
  const { size } = shapeOfGrid(question);
  return size === SMALLEST ? formatLine(question) : sudokuInvariant(question);
}
