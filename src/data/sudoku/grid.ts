/**
 * Sudoku grids as text, in and out.
 *
 * Read are both usual forms: a puzzle on one line of n*n cells, or n lines of n cells. A blank is `.`, `0` or `_`;
 * spaces and the rules `|`, `-`, `+` are decoration. No line length is both a row and a grid (4, 6, 9 against 16, 36, 81),
 * so the forms may be mixed in one text.
 */
import { type ErrorDetail, TrmError } from '../../errors.ts';
import { shapeOfGrid } from './rules.ts';

/**
 * Every grid in a text, in order.
 *
 * @param file name used in errors.
 * @throws TrmError `data` with the line, on a foreign character or a line or grid of the wrong length.
 */
export function parseGrids(text: string, file = 'grid'): Uint8Array[] {
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
    if (size ? cells.length !== size : ![4, 6, 9, 16, 36, 81].includes(cells.length)) {
      const expected = size ? `a row of ${size} cells` : 'a grid of 16, 36 or 81 cells or a row of 4, 6 or 9';
      throw new TrmError('data', `expected ${expected}, got ${cells.length}`, at);
    }
    if (cells.length > 9) {
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
 * @throws TrmError `data` on a foreign character, a digit beyond n, or another length than 16, 36 or 81.
 */
export function parseLine(text: string, at: ErrorDetail = {}): Uint8Array {
  const size = Math.sqrt(text.length);
  if (size !== 4 && size !== 6 && size !== 9) {
    throw new TrmError('data', `a grid has 16, 36 or 81 cells, got ${text.length}`, at);
  }
  const grid = new Uint8Array(text.length);
  for (let cell = 0; cell < text.length; cell++) {
    const character = text[cell]!;
    if (character === '.' || character === '_') continue;
    const digit = text.charCodeAt(cell) - 48;
    if (!(digit >= 0 && digit <= size)) {
      throw new TrmError('data', `'${character}' is no cell of a ${size}x${size} grid`, {
        ...at,
        fix: `use digits 1 to ${size}, and . 0 or _ for a blank`,
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

/** One line, blanks as `.`. */
export function formatLine(grid: Uint8Array): string {
  return Array.from(grid, (digit) => digit || '.').join('');
}

/** Several lines with rules between the boxes, blanks as `.`; `parseGrid` reads it back. */
export function formatGrid(grid: Uint8Array): string {
  const { size, boxRows, boxColumns } = shapeOfGrid(grid);
  const stacks = Array.from({ length: size / boxColumns }, (_, stack) => stack * boxColumns);
  const rule = stacks.map((first) => '-'.repeat(2 * boxColumns + (first ? 1 : 0))).join('+');
  const lines: string[] = [];
  for (let row = 0; row < size; row++) {
    if (row > 0 && row % boxRows === 0) lines.push(rule);
    const cells = Array.from(grid.subarray(row * size, (row + 1) * size), (digit) => String(digit || '.'));
    lines.push(stacks.map((first) => cells.slice(first, first + boxColumns).join(' ')).join(' | '));
  }
  return lines.join('\n');
}
