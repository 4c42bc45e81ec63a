/**
 * Puzzles as people write them, by kind: how a text is read into tokens, how tokens are written, which rules an answer must
 * satisfy. Puzzles of an unknown kind are rows of token numbers.
 */
import { TrmError } from '../errors.ts';
import { ARC_PALETTE } from './arc/grid.ts';
import type { PuzzleInfo } from './dataset.ts';
import { type Canvas, gridOn, place } from './grids/canvas.ts';
import { canonicalQuestion, canvasOf, encodeSymbols, type GridInfo, tokensOf } from './grids/dataset.ts';
import { formatRow, parseSymbols } from './grids/parse.ts';
import { formatMaze, MAZE_ALPHABET, mazeFault, parseMaze } from './maze/maze.ts';
import { decodeGrid, encodeGrid } from './sudoku/dataset.ts';
import { formatDigit, formatLine, parseGrids } from './sudoku/grid.ts';
import { extendsQuestion, findConflicts, isSolved, type SudokuSize, sudokuShape } from './sudoku/rules.ts';
import { isSolvable } from './sudoku/solver.ts';
import { formsOf, leastForm } from './symmetry.ts';

export interface PuzzleKind {
  /** Where a grid lies among the tokens of a row. */
  readonly canvas: Canvas;
  /** Rows and columns of a Sudoku's box. */
  readonly box?: { readonly rows: number; readonly columns: number };
  /** Text of a cell; '' for a blank one, padding and ends. */
  symbol(token: number): string;
  /**
   * Tokens of every question in a text, `[S]` each.
   *
   * @param guesses bound of the search for solutions, of all questions together; where omitted each has a large one.
   * @throws TrmError `data` that names the file and the line.
   */
  read(text: string, file: string, guesses?: number): Int32Array[];
  /** One line of text. */
  line(tokens: ArrayLike<number>): string;
  /** What is wrong with an answer, undefined when nothing is; the method is absent where no rules are known. */
  fault?(question: ArrayLike<number>, answer: ArrayLike<number>): string | undefined;
  /** A text that equals that of another question exactly when a symmetry of the family turns one into the other. */
  canonical?(question: ArrayLike<number>): string;
  /** Colour of a cell, `#rrggbb`; undefined where the text says it all. */
  colour?(token: number): string | undefined;
  /** Cells of an answer that break a rule with each other. */
  conflicts?(answer: ArrayLike<number>): ReadonlySet<number>;
}

/** What is known of a dataset's or model's rows: the kind, cells of a row and tokens. */
export interface RowShape {
  readonly puzzle?: PuzzleInfo | undefined;
  readonly cells: number;
  readonly vocabulary: number;
}

export function puzzleKind({ puzzle, cells, vocabulary }: RowShape): PuzzleKind {
  if (puzzle?.kind === 'sudoku' && puzzle.size) return sudoku(puzzle.size);
  if (puzzle?.kind === 'arc') return arc();
  if (puzzle?.kind === 'maze' && puzzle.rows && puzzle.columns) return maze(puzzle.rows, puzzle.columns);
  if (puzzle?.kind === 'grid' && puzzle.rows && puzzle.columns && puzzle.alphabet && puzzle.symmetries) {
    const { rows, columns, alphabet, symmetries, ends = false } = puzzle;
    return grid({ kind: 'grid', rows, columns, alphabet, symmetries, ends });
  }
  return tokenRows(cells, vocabulary);
}

/** Guesses to refute a question without a solution; what is not refuted by then is left to the model. */
const MOST_GUESSES = 20_000;

function sudoku(size: number): PuzzleKind {
  const { boxRows, boxColumns } = sudokuShape(size);
  return {
    canvas: { rows: size, columns: size },
    box: { rows: boxRows, columns: boxColumns },
    symbol: (token) => (token > 1 ? formatDigit(token - 1) : ''),
    read: (text, file, guesses) =>
      parseGrids(text, file, size as SudokuSize).map((digits, i, { length }) => {
        const at = { file, key: `puzzle ${i + 1}` };
        if (digits.length !== size * size) {
          throw new TrmError('data', `a grid of ${digits.length} cells; this model solves ${size}x${size}`, {
            ...at,
            fix: 'use a model of its size',
          });
        }
        const conflict = findConflicts(digits)[0];
        if (conflict) {
          throw new TrmError(
            'data',
            `the givens break a rule: ${conflict.digit} stands twice in ${conflict.unit} ${conflict.index + 1}`,
            at,
          );
        }
        if (isSolvable(digits, guesses === undefined ? MOST_GUESSES : guesses / length) === false)
          throw new TrmError('data', 'the puzzle has no solution', at);
        const tokens = new Int32Array(digits.length);
        encodeGrid(digits, tokens);
        return tokens;
      }),
    line: (tokens) => formatLine(decodeGrid(tokens)),
    fault(question, answer) {
      const digits = decodeGrid(answer);
      const [conflict] = findConflicts(digits);
      if (conflict) return `${conflict.digit} stands twice in ${conflict.unit} ${conflict.index + 1}`;
      if (!isSolved(digits)) return 'a cell is blank';
      return extendsQuestion(digits, decodeGrid(question)) ? undefined : 'a given was changed';
    },
    conflicts: (answer) => new Set(findConflicts(decodeGrid(answer)).flatMap((conflict) => conflict.cells)),
  };
}

/** Wall, free, start, goal, way. */
const MAZE_COLOURS = ['#30343f', '#f4f4f2', '#2a9d5c', '#d1495b', '#3d7dca'];

function maze(rows: number, columns: number): PuzzleKind {
  const tokensOfText = (text: string, at: { file: string; line: number }) => {
    const tokens = parseMaze(text, at);
    if (!mazeFault(tokens, tokens, rows, columns)?.startsWith('no way')) return Int32Array.from(tokens);
    throw new TrmError('data', 'no way leads from the start to the goal', at);
  };
  const canvas = { rows, columns };
  return {
    canvas,
    symbol: (token) => (MAZE_ALPHABET[token - 1] ?? '').trim(),
    // A row of free cells looks blank, so only lines of another length than a row's lie between mazes.
    read(text, file) {
      const mazes: Int32Array[] = [];
      let block: string[] = [];
      const lines = text.replace(/\r/g, '').split('\n');
      lines.forEach((line, i) => {
        const at = { file, line: i + 1 };
        if (line.length === rows * columns && rows > 1) {
          mazes.push(tokensOfText(line, at));
        } else if (line.length === columns) {
          block.push(line);
          if (block.length < rows) return;
          mazes.push(tokensOfText(block.join(''), { file, line: i + 2 - rows }));
          block = [];
        } else if (line.trim() !== '' || block.length > 0) {
          throw new TrmError(
            'data',
            `expected ${rows} rows of ${columns} cells, got a row of ${line.length}`,
            at,
          );
        }
      });
      if (block.length > 0) {
        throw new TrmError('data', `the maze ends after ${block.length} of ${rows} rows`, {
          file,
          line: lines.length,
        });
      }
      return mazes;
    },
    line: formatMaze,
    colour: (token) => MAZE_COLOURS[token - 1],
    canonical: (question) => leastForm([gridOn(question, canvas)], formsOf(canvas), () => false),
    fault: (question, answer) => mazeFault(Uint8Array.from(question), Uint8Array.from(answer), rows, columns),
  };
}

function grid(info: GridInfo): PuzzleKind {
  const canvas = canvasOf(info);
  const tokenOf = tokensOf(info);
  const canonical = canonicalQuestion(info);
  const symbol = (token: number) => info.alphabet[token - 1] ?? '';
  return {
    canvas,
    symbol,
    canonical: (question) => canonical(gridOn(question, canvas)),
    read(text, file) {
      const blocks = text.replace(/\r/g, '').split(/\n\s*\n/);
      let line = 1;
      return blocks.flatMap((block) => {
        const at = { file, line: line + block.length - block.trimStart().split('').length };
        line += block.split('\n').length + 1;
        if (block.trim() === '') return [];
        const symbols = parseSymbols(block.trim(), at);
        if (symbols.length > info.rows || symbols[0]!.length > info.columns) {
          const size = `${symbols.length}x${symbols[0]!.length}`;
          throw new TrmError(
            'data',
            `a grid of ${size}; this model takes up to ${info.rows}x${info.columns}`,
            at,
          );
        }
        const tokens = new Int32Array(info.rows * info.columns);
        place(encodeSymbols(symbols, tokenOf), canvas, tokens);
        return [tokens];
      });
    },
    line(tokens) {
      const { rows, columns, cells } = gridOn(tokens, canvas);
      return Array.from({ length: rows }, (_, row) =>
        formatRow(
          Array.from({ length: columns }, (_, column) => symbol(cells[row * columns + column]!) || '?'),
        ),
      ).join('/');
    },
  };
}

/** Colours as digits on a canvas of 30x30; questions come from task files, not from text. */
function arc(): PuzzleKind {
  const canvas = { rows: 30, columns: 30, end: 1 };
  const symbol = (token: number) => (token > 1 ? String(token - 2) : '');
  return {
    canvas,
    symbol,
    colour: (token) => ARC_PALETTE[token - 2],
    read(_, file) {
      throw new TrmError('data', 'an ARC model takes task files, not grids as text', { file });
    },
    line(tokens) {
      const { rows, columns, cells } = gridOn(tokens, canvas);
      return Array.from({ length: rows }, (_, row) =>
        Array.from({ length: columns }, (_, column) => symbol(cells[row * columns + column]!) || '?').join(
          '',
        ),
      ).join('/');
    },
  };
}

function tokenRows(cells: number, vocabulary: number): PuzzleKind {
  return {
    canvas: { rows: 1, columns: cells },
    symbol: String,
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
    line: (tokens) => Array.from(tokens).join(' '),
  };
}
