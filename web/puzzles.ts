/** The puzzles of the page: how tokens look and are typed, how text is read, which cells break a rule. */

import { decodeGrid, encodeGrid } from '../src/data/sudoku/dataset.ts';
import { formatLine, parseGrid } from '../src/data/sudoku/grid.ts';
import { findConflicts, isSolved, sudokuShape } from '../src/data/sudoku/rules.ts';
import { TrmError } from '../src/errors.ts';

/** What a token looks like, and how it is typed and spoken. */
export interface Symbol {
  readonly token: number;
  readonly glyph: string;
  readonly key: string;
  readonly name: string;
  /** Class of its cells. */
  readonly look?: string;
}

export interface Verdict {
  /** Cells that break a rule. */
  readonly broken: ReadonlySet<number>;
  readonly solved: boolean;
  readonly text: string;
}

export interface PuzzleKind {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Size of the boxes that a thicker line surrounds. */
  readonly box?: { readonly rows: number; readonly columns: number };
  readonly symbols: readonly Symbol[];
  /** Tokens that a question may hold; the first one is blank. */
  readonly typed: readonly number[];
  /** @throws TrmError `data` on text that is no such puzzle. */
  parse(text: string): Int32Array;
  format(tokens: Int32Array): string;
  judge(question: Int32Array, answer: Int32Array): Verdict;
}

/** The kind of puzzle that a dataset's metadata names; undefined for those that this page cannot draw. */
export function puzzleKind(
  puzzle: { kind: string; size?: number | undefined } | undefined,
): PuzzleKind | undefined {
  if (puzzle?.kind === 'sudoku' && puzzle.size) return sudoku(puzzle.size);
  return undefined;
}

function sudoku(size: number): PuzzleKind {
  const { boxRows: rows, boxColumns: columns } = sudokuShape(size);
  return {
    name: `Sudoku ${size}×${size}`,
    rows: size,
    columns: size,
    box: { rows, columns },
    symbols: Array.from({ length: size + 2 }, (_, token) => ({
      token,
      glyph: token < 2 ? '' : String(token - 1),
      key: token < 2 ? '.' : String(token - 1),
      name: token < 2 ? 'blank' : String(token - 1),
    })),
    typed: Array.from({ length: size + 1 }, (_, i) => i + 1),
    parse(text) {
      const grid = parseGrid(text, 'puzzle');
      if (grid.length !== size * size) {
        const fix = `give ${size * size} cells, or choose a model of that size`;
        throw new TrmError('data', `a grid of ${grid.length} cells; this model solves ${size}x${size}`, {
          fix,
        });
      }
      const tokens = new Int32Array(grid.length);
      encodeGrid(grid, tokens);
      return tokens;
    },
    format: (tokens) => formatLine(decodeGrid(tokens)),
    judge(question, answer) {
      const grid = decodeGrid(answer);
      const conflicts = findConflicts(grid);
      const broken = new Set(conflicts.flatMap(({ cells }) => cells));
      const overwritten = question.filter((token, cell) => token > 1 && token !== answer[cell]).length;
      question.forEach((token, cell) => {
        if (token > 1 && token !== answer[cell]) broken.add(cell);
      });
      const solved = isSolved(grid) && overwritten === 0;
      const faults = [
        ...conflicts.map((c) => `${c.digit} stands ${c.cells.length} times in ${c.unit} ${c.index + 1}`),
        ...(overwritten > 0 ? [`${overwritten} givens are not kept`] : []),
      ];
      return { broken, solved, text: solved ? 'solved: every rule holds' : summary(faults) };
    },
  };
}

function summary(faults: readonly string[]): string {
  if (faults.length === 0) return 'no rule is broken; cells are missing';
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  return `${faults[0]}${more}`;
}
