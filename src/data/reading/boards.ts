/** Square boards as text: a line for each row, the rows between slashes, or all squares on one line. */
import type { TokenRow } from '../family.ts';
import { unquotedLinesOf } from './documents.ts';
import type { Found } from './found.ts';

/** How the squares of a board are written. */
export interface BoardWriting {
  /** Rows, and columns. */
  readonly size: number;
  /** The token that a character stands for. */
  readonly meanings: Readonly<Record<string, number>>;
  /** What to write, for a fault: `Q for a queen and . for none`. */
  readonly legend: string;
}

/** The token of each character of the texts, by token. */
export function meaningsOf(characters: Readonly<Record<number, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(characters).flatMap(([token, all]) => [...all].map((one) => [one, Number(token)])),
  );
}

/** Every board of a text. */
export function readBoards(text: string, writing: BoardWriting): Found<Int32Array>[] {
  const { size } = writing;
  const found: Found<Int32Array>[] = [];
  let [rows, begin] = [[] as string[], 0];
  const take = () => {
    if (rows.length > 0) found.push({ ...boardFrom(rows, writing), line: begin });
    rows = [];
  };
  for (const [i, written] of unquotedLinesOf(text).entries()) {
    const parts = written.split('/').map((part) => part.replace(/[\s,|]/g, ''));
    const line = parts.join('');
    // The terminal marks what changed and what breaks a rule.
    const isWhole = parts.length > 1 || line.length === size ** 2;
    if (line === '' || isWhole || rows.length === size) take();
    if (line === '') continue;
    if (rows.length === 0) begin = i + 1;
    if (isWhole && parts.length === 1)
      rows = Array.from({ length: size }, (_, row) => line.slice(row * size, (row + 1) * size));
    else rows = [...rows, ...parts];
    if (isWhole) take();
  }
  take();
  return found;
}

function boardFrom(rows: readonly string[], { size, meanings, legend }: BoardWriting): Found<Int32Array> {
  const fix = `write ${size} rows of ${size} squares, ${legend}`;
  const uneven = rows.findIndex(({ length }) => length !== size);
  if (uneven >= 0) return { fault: `row ${uneven + 1} has ${rows[uneven]!.length} of ${size} squares`, fix };
  if (rows.length !== size) return { fault: `the board has ${rows.length} of ${size} rows`, fix };
  const squares = [...rows.join('')];
  const foreign = squares.find((square) => meanings[square] === undefined);
  if (foreign !== undefined) return { fault: `'${foreign}' is no square of a board`, fix };
  return { value: Int32Array.from(squares, (square) => meanings[square]!) };
}

/** A line for each row. @param characters of the tokens; what has none is a dot. */
export function formatBoard(
  tokens: TokenRow,
  size: number,
  characters: Readonly<Record<number, string>>,
): string[] {
  const text = Array.from(tokens, (token) => characters[token] ?? '.').join('');
  return Array.from({ length: size }, (_, row) => text.slice(row * size, (row + 1) * size));
}
