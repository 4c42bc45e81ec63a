/** Boards as text: a line for each row, the rows between slashes, or all squares on one line; Q is a queen. */
import type { TokenRow } from '../family.ts';
import { linesOf } from '../reading/documents.ts';
import type { Found } from '../reading/found.ts';
import { EMPTY, QUEEN } from './rules.ts';

const meanings: Readonly<Record<string, number>> = {
  ...Object.fromEntries([...'Qq♕♛xX1'].map((character) => [character, QUEEN])),
  ...Object.fromEntries([...'._-*·0'].map((character) => [character, EMPTY])),
};

/** Every board of a text. */
export function readBoards(text: string, size: number): Found<Int32Array>[] {
  const found: Found<Int32Array>[] = [];
  let [rows, begin] = [[] as string[], 0];
  const take = () => {
    if (rows.length > 0) found.push({ ...boardFrom(rows, size), line: begin });
    rows = [];
  };
  for (const [i, written] of linesOf(text).entries()) {
    const parts = written.split('/').map((part) => part.replace(/[\s,|]/g, ''));
    const line = parts.join('');
    // The terminal marks what changed and what breaks a rule.
    const isWhole = parts.length > 1 || line.length === size ** 2;
    if (line === '' || isWhole || rows.length === size) take();
    if (line === '') continue;
    if (rows.length === 0) begin = i + 1;
    if (isWhole && parts.length === 1)
      rows = Array.from({ length: size }, (_, row) => line.slice(row * size, (row + 1) * size));
    else rows.push(...parts);
    if (isWhole) take();
  }
  take();
  return found;
}

function boardFrom(rows: readonly string[], size: number): Found<Int32Array> {
  const fix = `write ${size} rows of ${size} squares, Q for a queen and . for none`;
  const uneven = rows.findIndex(({ length }) => length !== size);
  if (uneven >= 0) return { fault: `row ${uneven + 1} has ${rows[uneven]!.length} of ${size} squares`, fix };
  if (rows.length !== size) return { fault: `the board has ${rows.length} of ${size} rows`, fix };
  const squares = [...rows.join('')];
  const foreign = squares.find((square) => meanings[square] === undefined);
  if (foreign !== undefined) return { fault: `'${foreign}' is no square of a board`, fix };
  return { value: Int32Array.from(squares, (square) => meanings[square]!) };
}

/** A line for each row. */
export function formatBoard(tokens: TokenRow, size: number): string[] {
  const text = Array.from(tokens, (token) => (token === QUEEN ? 'Q' : '.')).join('');
  return Array.from({ length: size }, (_, row) => text.slice(row * size, (row + 1) * size));
}
