/** Puzzles made in the page, and datasets of them. */

import type { PuzzleDataset, PuzzleInfo } from '../src/data/dataset.ts';
import { mazeDataset } from '../src/data/maze/dataset.ts';
import { generateMazes } from '../src/data/maze/generate.ts';
import type { Random } from '../src/data/random.ts';
import { encodeGrid, PuzzleList, sudokuDataset } from '../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../src/data/sudoku/generate.ts';
import type { SudokuSize } from '../src/data/sudoku/rules.ts';
import { tick } from './tick.ts';

/**
 * Endless different puzzles of a kind.
 *
 * @param least givens of a Sudoku, steps of a maze's way.
 */
function stream({ kind, size, rows, columns }: PuzzleInfo, random: Random, least: number) {
  return kind === 'maze'
    ? generateMazes({ rows: rows!, columns: columns!, minPath: least }, random)
    : generatePuzzles(size as SudokuSize, random, { clues: least });
}

/** Tokens `[S]` of one puzzle. */
export function onePuzzle(puzzle: PuzzleInfo, random: Random, least: number): Int32Array {
  const { question } = stream(puzzle, random, least).next().value;
  const tokens = Int32Array.from(question);
  if (puzzle.kind === 'sudoku') encodeGrid(question, tokens);
  return tokens;
}

/** Splits of so many different puzzles each. */
export async function datasets(puzzle: PuzzleInfo, random: Random, least: number, counts: readonly number[]) {
  const puzzles = stream(puzzle, random, least);
  const splits: PuzzleDataset[] = [];
  for (const count of counts) {
    const some = [];
    while (some.push(puzzles.next().value) < count) if (some.length % 50 === 0) await tick();
    splits.push(
      puzzle.kind === 'maze'
        ? mazeDataset(some, { rows: puzzle.rows!, columns: puzzle.columns! }, false)
        : sudokuDataset(new PuzzleList(puzzle.size as SudokuSize, some)),
    );
  }
  return splits;
}
