/**
 * Square boards as text: a line for each row, the rows between slashes, or all squares on one line. Rows that follow each other are
 * whole boards, or refused together; an empty line or a title ends them.
 */
import type { TokenRow } from '../family.ts';
import { isCounted, isOtherOrder, namedOtherwise, placesNamed } from './beside/other-order.ts';
import { unquotedLinesOf } from './documents.ts';
import type { Found, OnWords } from './found.ts';
import { placeFrom } from './places.ts';
import { unquoted } from './tables/columns.ts';
import { emptyAmong } from './tables/empty-cells.ts';
import { isTitleAt } from './titles.ts';

/** How the squares of a board are written. */
export interface BoardWriting {
  /** Rows, and columns. */
  readonly size: number;
  /** The token that a sign stands for; a dot is a square with nothing in it. */
  readonly meanings: Readonly<Record<string, number>>;
  /** What to write, for a fault: `Q for a queen and . for none`. */
  readonly legend: string;
  /** What one of the signs of a board may be, where it can be taken in two ways: `'x' may be a queen, or …`. */
  doubt?(signs: ReadonlySet<string>): string | undefined;
}

/** The token of each character of the texts, by token. */
export function meaningsOf(characters: Readonly<Record<number, string>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(characters).flatMap(([token, all]) => [...all].map((one) => [one, Number(token)])),
  );
}

/** Every board of a text. @param onWords called for every line that is taken for a title. */
export function readBoards(
  text: string,
  writing: BoardWriting,
  onWords: OnWords = () => {},
): Found<Int32Array>[] {
  const { size, meanings } = writing;
  const cells = { size, isCell: (one: string) => meanings[one] !== undefined };
  const found: Found<Int32Array>[] = [];
  const lines = unquotedLinesOf(text);
  let rows: Row[] = [];
  const close = () => {
    for (const board of boardsOf(rows, writing)) found.push(board);
    rows = [];
  };
  let next = 0; // the line to go on with
  for (const [i, written] of lines.entries()) {
    const line = i + 1;
    if (i < next || FRAME.test(written)) continue;
    const places = placesIn(written, size);
    if (isOtherOrder(places)) {
      close();
      found.push({ ...namedOtherwise('columns'), line });
      next = placeFrom(lines, i, (other) => /^ *$/.test(other));
      continue;
    }
    const isTitle = (places[0]! <= 1 && isCounted(places)) || isTitleAt(lines, i, cells);
    if (isTitle) onWords({ line, text: written });
    const parts = written.split('/').map((part) => ({ line, squares: squaresIn(part, writing) }));
    const { squares } = parts[0]!;
    const isWhole = parts.length > 1 || squares.length === size ** 2;
    if (isTitle || isWhole || squares.length === 0) close();
    if (isTitle) continue;
    if (isWhole) found.push(boardFrom(parts.length > 1 ? parts : rowsFrom(squares, line, size), writing));
    else if (squares.length > 0) rows.push(parts[0]!);
  }
  close();
  return found;
}

/** What a line counts that names a column a square, as `c1,c2,c3,c4` and `a b c d`; nothing of any other. */
function placesIn(line: string, size: number): number[] {
  const fields = line.trim().split(/\s*[,;\t]\s*|\s+/);
  const places = fields.length === size ? placesNamed(fields.map(unquoted)) : [];
  return places.includes(-1) ? [] : places;
}

interface Row {
  readonly squares: readonly string[];
  readonly line: number;
}

function rowsFrom(squares: readonly string[], line: number, size: number): Row[] {
  return Array.from({ length: size }, (_, row) => ({
    line,
    squares: squares.slice(row * size, (row + 1) * size),
  }));
}

/** A rule above, between or below rows, with a corner or a crossing. */
const FRAME = /^(?=.*[+\u2500\u2501\u250c-\u2550\u2552-\u257f])[\s|+=\-\u2500-\u257f]+$/;
const BARS = /[|│┃║]/;

/**
 * The squares of a row or of a board: what stands between commas, semicolons, tabs or bars, where nothing is an empty square, or
 * between spaces; else every sign. Numbers may be written as real ones.
 */
function squaresIn(written: string, { size, meanings }: BoardWriting): string[] {
  const framed = written.trim().replace(/^[|│┃║]|[|│┃║]$/g, '');
  for (const fields of [written.split(/[,;\t]/), framed.split(BARS), written.trim().split(/\s+/)]) {
    if (fields.length !== size && fields.length !== size ** 2) continue;
    const squares = fields.map((field) => unquoted(field).replace(/^(-?\d)\.0+$/, '$1') || ' ');
    if (
      squares.every((square) => square === ' ' || meanings[square] !== undefined || [...square].length === 1)
    )
      return squares;
  }
  return [...written.replace(/[\s,;|│┃║]/g, '')];
}

/** Where a row is missing or too many, nobody knows which: all boards behind it would be wrong. */
function boardsOf(rows: readonly Row[], writing: BoardWriting): Found<Int32Array>[] {
  const { size } = writing;
  const [first, last] = [rows.at(0)?.line ?? 0, rows.at(-1)?.line];
  if (rows.length > size && rows.length % size > 0) {
    const fault = `the ${rows.length} rows on lines ${first} to ${last} are no whole boards of ${size} rows`;
    return [{ fault, fix: 'leave an empty line between boards, and nothing but rows within', line: first }];
  }
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
    boardFrom(rows.slice(i * size, (i + 1) * size), writing),
  );
}

function boardFrom(rows: readonly Row[], { size, meanings, legend, doubt }: BoardWriting): Found<Int32Array> {
  const [{ line }] = rows as [Row];
  const fix = `write ${size} rows of ${size} squares, ${legend}`;
  const isForeign = (square: string) => square !== ' ' && meanings[square] === undefined;
  for (const [i, { squares, line }] of rows.entries())
    if (squares.length !== size)
      return { fault: `row ${i + 1} has ${squares.length} of ${size} squares`, fix, line };
  if (rows.length !== size) return { fault: `the board has ${rows.length} of ${size} rows`, fix, line };
  const written = rows.flatMap((row) => row.squares);
  const empty = emptyAmong(written, size, (square) => meanings[square] === meanings['.']);
  if (empty) return { ...empty, line };
  const squares = written.map((square) => (square === ' ' ? '.' : square));
  const fault = doubt?.(new Set(squares));
  if (fault !== undefined) return { fault, fix, isDoubt: true, line };
  const odd = rows.find((row) => row.squares.some(isForeign));
  if (odd) return { fault: `'${odd.squares.find(isForeign)}' is no square of a board`, fix, line: odd.line };
  return { value: Int32Array.from(squares, (square) => meanings[square]!), line };
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
