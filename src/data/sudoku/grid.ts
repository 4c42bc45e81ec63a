/**
 * Sudoku grids as text, in and out.
 *
 * Read are both usual forms: a puzzle on one line of n*n cells, or n lines of n cells. A blank is `.`, `0` or `_`, the
 * digits after 9 are letters; spaces and the rules `|`, `-`, `+` are decoration. Among sizes 4, 6 and 9 no line is both a row
 * and a grid, so the forms may be mixed in one text; a line of 16 cells is a grid unless 16x16 puzzles are asked for.
 */
import { type ErrorDetail, TrmError } from '../../errors.ts';
import { type SudokuSize, shapeOfGrid } from './rules.ts';

/** Digit d is character d - 1. */
const DIGITS = '123456789ABCDEFG';

/**
 * Every grid in a text, in order.
 *
 * @param file name used in errors.
 * @param expected size of the grids, where only one is possible.
 * @throws TrmError `data` with the line, on a foreign character or a line or grid of the wrong length.
 */
export function parseGrids(text: string, file = 'grid', expected?: SudokuSize): Uint8Array[] {
  const sizes = expected === 16 ? [16] : [4, 6, 9];
  const grids: Uint8Array[] = [];
  let rows: string[] = [];
  for (const [i, source] of [...text.split(/\r?\n/), ''].entries()) {
    const cells = source.replace(/[\s|+-]/g, '');
    const at = { file, line: i + 1 };
    const size = rows[0]?.length;
    if (source.trim() === '' && size) {
      throw new TrmError('data', `the grid ends after ${rows.length} of ${size} rows`, at);
    }
    if (cells === '') continue;
    if (size ? cells.length !== size : !sizes.some((n) => cells.length === n || cells.length === n * n)) {
      const whole = sizes
        .map((n) => n * n)
        .join(', ')
        .replace(/, (\d+)$/, ' or $1');
      const rows = sizes.join(', ').replace(/, (\d+)$/, ' or $1');
      const wanted = size ? `a row of ${size} cells` : `a grid of ${whole} cells or a row of ${rows}`;
      throw new TrmError('data', `expected ${wanted}, got ${cells.length}`, at);
    }
    if (!size && sizes.some((n) => cells.length === n * n)) {
      grids.push(parseLine(cells, at));
    } else if (rows.push(cells) === cells.length) {
      grids.push(parseLine(rows.join(''), at));
      rows = [];
    }
  }
  return grids;
}

/**
 * One grid of n*n cells on one line, without decoration.
 *
 * @param at where the text stands, for errors.
 * @throws TrmError `data` on a foreign character, a digit beyond n, or another length than 16, 36, 81 or 256.
 */
export function parseLine(text: string, at: ErrorDetail = {}): Uint8Array {
  const size = Math.sqrt(text.length);
  if (![4, 6, 9, 16].includes(size)) {
    throw new TrmError('data', `a grid has 16, 36, 81 or 256 cells, got ${text.length}`, at);
  }
  const grid = new Uint8Array(text.length);
  for (let cell = 0; cell < text.length; cell++) {
    const character = text[cell]!;
    if (character === '.' || character === '_' || character === '0') continue;
    const digit = DIGITS.indexOf(character.toUpperCase()) + 1;
    if (digit < 1 || digit > size) {
      throw new TrmError('data', `'${character}' is no cell of a ${size}x${size} grid`, {
        ...at,
        fix: `use digits 1 to ${DIGITS[size - 1]}, and . 0 or _ for a blank`,
      });
    }
    grid[cell] = digit;
  }
  return grid;
}

/** The only grid in a text. @throws TrmError `data` as `parseGrids`, and when there is none or more than one. */
export function parseGrid(text: string, file = 'grid'): Uint8Array {
  const grids = parseGrids(text, file);
  if (grids.length !== 1) throw new TrmError('data', `expected one grid, got ${grids.length}`, { file });
  return grids[0]!;
}

/** A digit as text, a blank as `.`. */
export function formatDigit(digit: number): string {
  return DIGITS[digit - 1] ?? '.';
}

/** One line, blanks as `.`. */
export function formatLine(grid: Uint8Array): string {
  return Array.from(grid, formatDigit).join('');
}

/** Several lines with rules between the boxes, blanks as `.`; `parseGrid` reads it back. */
export function formatGrid(grid: Uint8Array): string {
  const { size, boxRows, boxColumns } = shapeOfGrid(grid);
  const stacks = Array.from({ length: size / boxColumns }, (_, stack) => stack * boxColumns);
  const rule = stacks.map((first) => '-'.repeat(2 * boxColumns + (first ? 1 : 0))).join('+');
  const lines: string[] = [];
  for (let row = 0; row < size; row++) {
    if (row > 0 && row % boxRows === 0) lines.push(rule);
    const cells = Array.from(grid.subarray(row * size, (row + 1) * size), formatDigit);
    lines.push(stacks.map((first) => cells.slice(first, first + boxColumns).join(' ')).join(' | '));
  }
  return lines.join('\n');
}
