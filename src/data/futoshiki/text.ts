/**
 * Futoshiki as people write it, a character for each place of the canvas: `.` is a blank cell, a space no sign. A line without
 * signs may be left out, and spaces where a puzzle has no signs; rows may stand on one line between slashes.
 *
 *     . .<. 3
 *       v
 *     . 1 . .
 */
import type { TokenRow } from '../family.ts';
import { linesOf } from '../reading/documents.ts';
import type { Fault, Found, Reading } from '../reading/found.ts';
import { placeFrom } from '../reading/places.ts';
import type { FutoshikiShape } from './rules.ts';

/** Every puzzle of a text, as tokens; a fault takes the lines up to the next empty one with it. */
export function readFutoshiki(text: string, shape: FutoshikiShape): Found<Int32Array>[] {
  const { size, side, none } = shape;
  const found: Found<Int32Array>[] = [];
  let tokens = new Int32Array(0);
  let row = side + 1; // of the next cells
  let begin = 0;
  let spread = false;
  /** The line up to which all belongs to a puzzle that is none. */
  let spoilt = 0;
  const lines = linesOf(text);
  const fail = (reading: Fault, line: number) => {
    found.push({ ...reading, line });
    row = side + 1;
    const isAlone = lines[line - 1]!.includes('/');
    spoilt = isAlone ? line : placeFrom(lines, line, (other) => other.trim() === '') + 1;
  };
  const parts = lines.flatMap((whole, l) => whole.split('/').map((part) => ({ written: part, line: l + 1 })));
  for (const { written: whole, line } of parts) {
    if (whole.trim() === '' || line <= spoilt) continue;
    const isSigns = /^[\s^vV∧∨]+$/.test(whole);
    if (isSigns && (row === 0 || row > side)) {
      fail({ fault: 'signs without a row below them' }, line);
      continue;
    }
    if (!isSigns && row > side) [tokens, row, begin] = [new Int32Array(side * side).fill(none), 0, line];
    if (!isSigns) spread = isSpread(whole, side);
    const written = spread ? [...whole].filter((_, i) => i % 3 === 0).join('') : whole;
    const start = (isSigns ? row - 1 : row) * side;
    const reading = lineTokens(written, isSigns, start, shape);
    if (reading.fault !== undefined) {
      fail(reading, line);
      continue;
    }
    tokens.set(reading.value, start);
    if (!isSigns) row += 2;
    if (row > side) found.push({ value: tokens, line: begin });
  }
  if (row <= side)
    fail({ fault: `the puzzle ends after ${row / 2} of ${size} rows`, fix: formOf(shape) }, lines.length);
  return found;
}

/** Tokens `[side]` of a line of cells or of signs; cells alone may stand without spaces. */
function lineTokens(
  written: string,
  isSigns: boolean,
  start: number,
  shape: FutoshikiShape,
): Reading<number[]> {
  const { size, side, none, symbols, takes } = shape;
  const tokenOf = new Map(symbols.map(({ text, key = '' }, token) => [text || key, token]));
  const plain = written.replace(/[0_?]/g, '.').replace(/[V∨]/g, 'v').replaceAll('∧', '^').trimEnd();
  const compact = plain.trim();
  const cells =
    !isSigns && compact.length === size && /^[.\d]+$/.test(compact) ? [...compact].join(' ') : plain;
  if (cells.length > side)
    return { fault: `expected ${side} characters, got ${cells.length}`, fix: formOf(shape) };
  const tokens = Array<number>(side).fill(none);
  for (const [column, character] of [...cells.padEnd(side)].entries()) {
    const token = tokenOf.get(character);
    const taken = takes(start + column);
    if (token === undefined || !taken.includes(token)) {
      const allowed = taken
        .map((one) => symbols[one]!.text.trim() || (one === none ? 'a space' : '.'))
        .join(' ');
      return {
        fault: `column ${column + 1} of ${side} takes ${allowed}, got '${character}'`,
        fix: formOf(shape),
      };
    }
    tokens[column] = token;
  }
  return { value: tokens };
}

/** Whether cells stand as the terminal shows them, three columns a place, the second for a mark. */
function isSpread(cells: string, side: number): boolean {
  return cells.trimEnd().length > side && /^(?:.[ *!] )+.[ *!]?$/.test(cells.trimEnd());
}

/** How a puzzle is written, for those who wrote another. */
function formOf({ size }: FutoshikiShape): string {
  const row = `"${['. .<.', ...Array<string>(size - 3).fill('.')].join(' ')}"`;
  return `write a row of cells as ${row}, signs between rows on a line of their own as "  v"`;
}

/** A line for each row of the canvas. */
export function formatFutoshiki(tokens: TokenRow, { side, symbols }: FutoshikiShape): string[] {
  const text = Array.from(tokens, (token) => symbols[token]!.text || '.').join('');
  return Array.from({ length: side }, (_, row) => text.slice(row * side, (row + 1) * side).trimEnd());
}
