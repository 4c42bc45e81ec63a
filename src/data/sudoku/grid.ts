/** Sudoku cells and grids as characters; text.ts finds grids in what people write. */
import { type ErrorDetail, TrmError } from '../../errors.ts';
import { shapeOfGrid } from './rules.ts';

/** Digit d is character d - 1. */
const DIGITS = '123456789ABCDEFG';

/** Characters that stand for a blank cell. */
export const blanks = '._0*-–xX?·□⬜◻◽▫☐';

const values = new Map<string, number>([
  ...[...blanks, ' '].map((blank) => [blank, 0] as const),
  ...[...DIGITS].flatMap((digit, i) =>
    [digit, digit.toLowerCase(), String(i + 1)].map((text) => [text, i + 1] as const),
  ),
]);

/** A cell's digit, 0 for a blank: of a character, or of a number up to 16; undefined for anything else. */
export function digitOf(cell: string): number | undefined {
  return values.get(cell);
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
    const digit = digitOf(character);
    if (digit === undefined || digit > size) {
      throw new TrmError('data', `'${character}' is no cell of a ${size}x${size} grid`, {
        ...at,
        fix: `use digits 1 to ${DIGITS[size - 1]}, and . 0 or _ for a blank`,
      });
    }
    grid[cell] = digit;
  }
  return grid;
}

/** A digit as text, a blank as `.`. */
export function formatDigit(digit: number): string {
  return DIGITS[digit - 1] ?? '.';
}

/** One line, blanks as `.`. */
export function formatLine(grid: Uint8Array): string {
  return Array.from(grid, formatDigit).join('');
}

/** Several lines with rules between the boxes, blanks as `.`; `readGrids` reads it back. */
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
