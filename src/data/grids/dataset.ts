/** Question and answer grids as somebody wrote them, as puzzles of one family. */
import { TrmError } from '../../errors.ts';
import type { PuzzleTokens } from '../family.ts';
import { place } from './canvas.ts';
import { canvasOf, encodeSymbols, type GridInfo, type Symmetries, tokensOf } from './family.ts';
import { type SymbolGrid, sortSymbols } from './parse.ts';

export interface GridPuzzle {
  readonly question: SymbolGrid;
  readonly answer: SymbolGrid;
}

/**
 * The family of some puzzles: a canvas that holds every grid, every symbol that occurs, and end marks where an answer has
 * another size than its question.
 *
 * @throws TrmError `data` where a fixed symbol does not occur.
 */
export function describeGrids(puzzles: readonly GridPuzzle[], symmetries: Symmetries): GridInfo {
  const alphabet = new Set<string>();
  let [rows, columns, ends] = [0, 0, false];
  for (const { question, answer } of puzzles) {
    for (const grid of [question, answer]) {
      rows = Math.max(rows, grid.length);
      columns = Math.max(columns, grid[0]!.length);
      for (const row of grid) for (const symbol of row) alphabet.add(symbol);
    }
    ends ||= question.length !== answer.length || question[0]!.length !== answer[0]!.length;
  }
  const missing = symmetries.fixed.find((symbol) => !alphabet.has(symbol));
  if (missing !== undefined) {
    throw new TrmError('data', `the fixed symbol "${missing}" does not occur`, { key: 'fixed' });
  }
  return { kind: 'grid', rows, columns, alphabet: sortSymbols(alphabet), ends, symmetries };
}

/** A puzzle's tokens on the family's canvas. */
export function encodePuzzle({ question, answer }: GridPuzzle, info: GridInfo): PuzzleTokens {
  const tokenOf = tokensOf(info);
  const tokens = (grid: SymbolGrid) => {
    const row = new Int32Array(info.rows * info.columns);
    place(encodeSymbols(grid, tokenOf), canvasOf(info), row);
    return row;
  };
  return { question: tokens(question), answer: tokens(answer) };
}
