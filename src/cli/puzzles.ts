/**
 * Questions and answers as people write them. What a run's puzzles are stands in its checkpoint; puzzles of an
 * unknown kind are read and printed as rows of tokens.
 */

import { type Batch, IGNORED } from '../data/batches.ts';
import { decodeGrid, encodeGrid } from '../data/sudoku/dataset.ts';
import { formatLine, parseGrids } from '../data/sudoku/grid.ts';
import { extendsQuestion, findConflicts, isSolved, sudokuShape } from '../data/sudoku/rules.ts';
import { solve } from '../data/sudoku/solver.ts';
import { TrmError } from '../errors.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { renderGrid } from './terminal/grid.ts';

/** How the puzzles of a run are read, shown and checked. */
export interface PuzzleKind {
  /** Tokens of every question in a text, `[S]` each. @throws TrmError `data` that names the file and the line. */
  read(text: string, file: string): Int32Array[];
  /** One line of text. */
  line(tokens: ArrayLike<number>): string;
  /** A picture for the terminal, with the cells that changed since `before` marked. */
  show(question: Int32Array, answer: Int32Array, before: Int32Array | undefined, color: boolean): string;
  /** Whether an answer satisfies the rules; undefined where they are not known. */
  satisfies(question: Int32Array, answer: Int32Array): boolean | undefined;
}

export function puzzleKind({ puzzle, model }: Checkpoint): PuzzleKind {
  return puzzle?.kind === 'sudoku' && puzzle.size
    ? sudoku(puzzle.size)
    : tokenRows(model.shape.cells, model.shape.vocabulary);
}

function sudoku(size: number): PuzzleKind {
  const { boxRows, boxColumns } = sudokuShape(size);
  return {
    read: (text, file) =>
      parseGrids(text, file).map((grid, i) => {
        const at = { file, key: `puzzle ${i + 1}` };
        if (grid.length !== size * size) {
          throw new TrmError('data', `a grid of ${grid.length} cells; this model solves ${size}x${size}`, {
            ...at,
            fix: 'use a model of its size',
          });
        }
        const conflict = findConflicts(grid)[0];
        if (conflict)
          throw new TrmError(
            'data',
            `the givens break a rule: ${conflict.digit} stands twice in ${conflict.unit} ${conflict.index + 1}`,
            at,
          );
        if (!solve(grid)) throw new TrmError('data', 'the puzzle has no solution', at);
        const tokens = new Int32Array(grid.length);
        encodeGrid(grid, tokens);
        return tokens;
      }),
    line: (tokens) => formatLine(decodeGrid(tokens)),
    show(question, answer, before, color) {
      const givens = decodeGrid(question);
      const grid = decodeGrid(answer);
      const broken = new Set(findConflicts(grid).flatMap((conflict) => conflict.cells));
      return renderGrid({
        cells: Array.from(grid, (digit) => (digit === 0 ? '' : String(digit))),
        rows: size,
        cols: size,
        boxRows,
        boxCols: boxColumns,
        given: Array.from(givens, (digit) => digit > 0),
        changed: Array.from(answer, (token, i) => before !== undefined && token !== before[i]),
        conflict: Array.from(grid, (_, i) => broken.has(i)),
        color,
      });
    },
    satisfies: (question, answer) =>
      isSolved(decodeGrid(answer)) && extendsQuestion(decodeGrid(answer), decodeGrid(question)),
  };
}

function tokenRows(cells: number, vocabulary: number): PuzzleKind {
  const line = (tokens: ArrayLike<number>) => Array.from(tokens).join(' ');
  return {
    read: (text, file) =>
      text.split(/\r?\n/).flatMap((row, i) => {
        if (row.trim() === '') return [];
        const tokens = row
          .trim()
          .split(/[\s,]+/)
          .map(Number);
        const sound =
          tokens.length === cells && tokens.every((t) => Number.isInteger(t) && t >= 0 && t < vocabulary);
        if (sound) return [Int32Array.from(tokens)];
        throw new TrmError(
          'data',
          `expected ${cells} tokens of 0 to ${vocabulary - 1}, got ${tokens.length} values`,
          { file, line: i + 1 },
        );
      }),
    line,
    show: (_, answer) => line(answer),
    satisfies: () => undefined,
  };
}

/** Questions as a batch of `rows` rows, the rest blank; puzzle identifier 0. */
export function questionBatch(questions: readonly Int32Array[], rows: number): Batch {
  const cells = questions[0]!.length;
  const inputs = new Int32Array(rows * cells);
  questions.forEach((question, row) => {
    inputs.set(question, row * cells);
  });
  return {
    inputs,
    labels: new Int32Array(rows * cells).fill(IGNORED),
    puzzleIdentifiers: new Int32Array(rows),
    count: questions.length,
    size: rows,
  };
}
