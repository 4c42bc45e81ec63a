/** A grid from a list of its cells or rows, in which each is a number or a text, and from the model's own tokens. */
import type { Family } from '../family.ts';
import type { CellRows, Fault, Found, Reading } from './found.ts';

/** What a puzzle is made of, and what there is. */
export function expected(family: Family, got: string): Fault {
  const { rows, columns, smaller } = written(family);
  const lines = rows > 1 ? `, ${rows} rows of ${columns}` : '';
  return { fault: `expected ${smaller ? 'up to ' : ''}${rows * columns} cells${lines}, got ${got}` };
}

/** The only one; of none but faults the first. */
export function oneOf<T>(found: readonly Found<T>[]): Reading<T> {
  const [first, ...more] = found;
  const isOnly = more.length === 0 || found.every(({ fault }) => fault !== undefined);
  return first && isOnly ? first : { fault: `expected one puzzle, got ${found.length}` };
}

export const BYTES: Fault = {
  fault: 'the bytes of a text',
  fix: 'give the text itself: new TextDecoder().decode(bytes)',
};

/** Numbers of cells are small. */
export function areText(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}

export function isList(given: unknown): given is ArrayLike<unknown> {
  return Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView));
}

export const blankFix = (blank: number) => `write ${blank} or null for a blank`;

/**
 * What a list is by its form: numbers are cells; lists of cells are rows, of another size too, unless one is as long as a
 * whole puzzle; anything else is puzzles.
 */
export function formOf(list: readonly unknown[], family: Family): 'cells' | 'rows' | 'texts' | 'puzzles' {
  const { rows, columns, smaller = false } = written(family);
  if (list.length > 0 && list.every(isCell)) {
    const isWhole = list.length === rows * columns && list.length > 1;
    if (!list.every((cell) => typeof cell === 'string')) return 'cells';
    return isWhole && !list.some(isText) ? 'cells' : 'texts';
  }
  const isOne = (cell: unknown) => isCell(cell) || typeof cell === 'boolean';
  const isRow = (row: unknown) =>
    isList(row) && Array.from(row).every((cell) => isOne(cell) && (smaller || !isText(cell)));
  const isWhole = (row: unknown) => !smaller && (row as ArrayLike<unknown>).length === rows * columns;
  return list.length > 0 && list.every(isRow) && !list.some(isWhole) ? 'rows' : 'puzzles';
}

export function written({ canvas, written = canvas }: Family): NonNullable<Family['written']> {
  return written;
}

/** More than a cell: numbers of cells have two digits. */
export const isText = (cell: unknown) => typeof cell === 'string' && cell.length > 2;

/** A number is one of any type. */
export function isCell(cell: unknown): boolean {
  return cell === null || ['string', 'number', 'bigint'].includes(typeof cell);
}

export function cellsIn(list: readonly unknown[], family: Family): Reading<Int32Array> {
  const { rows, columns, smaller } = written(family);
  if (list.length === rows * columns)
    return rowsIn(
      Array.from({ length: rows }, (_, row) => list.slice(row * columns, (row + 1) * columns)),
      family,
    );
  return smaller ? rowsIn([list], family) : expected(family, String(list.length));
}

/** As many rows as each has cells. */
export function isSquare(list: readonly unknown[]): boolean {
  return list.every((row) => (typeof row === 'string' || isList(row)) && widthOf(row) === list.length);
}

/** Whether texts are rather the rows of one grid: as many as those of the family, or of one width, and of a grid's shape. */
export function mayBeRows(texts: readonly unknown[], family: Family): boolean {
  const { rows, columns } = written(family);
  const widths = texts.map(widthOf);
  const widest = widths.reduce((most, width) => Math.max(most, width));
  const isGrid = texts.length === rows || widths.every((width) => width === widest);
  return isGrid && widest !== rows * columns && widest <= 2 * texts.length && texts.length <= 2 * widest;
}

/** Rows as a grid; of another size they are one fault. */
export function gridIn(rows: readonly unknown[], family: Family): Reading<Int32Array> {
  const grid = rowsIn(rows, family);
  const { rows: height, columns, smaller } = written(family);
  // Numbers of two digits would stand for two cells where a list of cells is too short.
  const isShort = rows.some((row) => typeof row !== 'string' && widthOf(row) < columns);
  if (smaller || (grid.fault === undefined && !isShort)) return grid;
  const widths = rows.map(widthOf);
  const odd = widths.findIndex((width) => width !== (rows.length === height ? columns : widths[0]));
  if (odd >= 0) return expected(family, `${widths[odd]} in row ${odd + 1}`);
  if (rows.length === height) return grid;
  return expected(
    family,
    rows.length === 1 ? `one row of ${widths[0]}` : `${rows.length} rows of ${widths[0]}`,
  );
}

/** Cells of a row. */
function widthOf(row: unknown): number {
  if (typeof row !== 'string') return (row as ArrayLike<unknown>).length;
  const cells = row.trim().split(/[\s,]+/);
  return cells.length > 1 ? cells.length : row.length;
}

/**
 * Rows, each a text or a list of cells: those of cells a family may read as they are; else they are written down as text, of which
 * it knows every form.
 */
function rowsIn(rows: readonly unknown[], family: Family): Reading<Int32Array> {
  const areAlone = family.marks !== undefined && rows.every(areNumbers);
  const fault = areAlone ? NO_MARKS : faultOfCells(rows, blankOf(family));
  if (fault) return fault;
  const cells = family.readCells && cellRowsOf(rows);
  if (cells) return family.readCells!(cells);
  const text = textOfRows(rows);
  const reading = oneOf(family.read(text));
  // Numbers of a program have no names around them, as rows of a sheet may have.
  const isDoubt = reading.fault !== undefined && reading.isDoubt;
  return isDoubt && rows.every(areNumbers) ? oneOf(family.read(text.replaceAll('\n', ' '))) : reading;
}

/** What stands between cells has no place in numbers. */
const NO_MARKS: Fault = {
  fault: 'numbers alone, where signs stand between the cells of such a puzzle',
  fix: 'give its rows as text, with the signs',
};

const areNumbers = (row: unknown) =>
  isList(row) && Array.from(row).every((cell) => cell === null || typeof cell === 'number');

export const blankOf = ({ blankNumber = 0 }: Family) => blankNumber;

/** What is wrong with cells before a family reads them. @param blank the number of one, and the least that a cell may be. */
export function faultOfCells(rows: readonly unknown[], blank = 0): Fault | undefined {
  const cells = rows.flatMap((row) => (typeof row === 'string' ? [] : Array.from(row as ArrayLike<unknown>)));
  const foreign = cells.findIndex((cell) => !isCell(cell));
  if (foreign >= 0) {
    const fault = `expected cells as numbers or texts, got ${JSON.stringify(cells[foreign])}`;
    return { fault, ...(cells[foreign] === undefined && { fix: blankFix(blank) }) };
  }
  const isOdd = (cell: number | bigint) => !Number.isInteger(Number(cell)) || cell < blank;
  const odd = cells.find((cell) => (typeof cell === 'number' || typeof cell === 'bigint') && isOdd(cell));
  return odd === undefined
    ? undefined
    : { fault: `expected whole numbers from ${blank}, ${blank} for a blank, got ${String(odd)}` };
}

/** Rows that are lists of cells, these as texts; undefined of others. */
export function cellRowsOf(rows: readonly unknown[]): CellRows | undefined {
  if (!rows.every(isList)) return undefined;
  return rows.map((row) => Array.from(row, (cell) => String(cell ?? '')));
}

/** What a family that knows of names says of one of the rows of a table, at its line. */
export function oddRowOf(
  rows: CellRows,
  lines: readonly number[],
  family: Family,
): (Fault & { readonly line: number }) | undefined {
  if (family.readCells || 2 * rows.length < written(family).rows) return undefined;
  const [found] = family.read(textOfRows(rows));
  const line = lines[(found?.line ?? 0) - 1];
  return found?.fault !== undefined && line !== undefined ? { ...found, line } : undefined;
}

/** Rows, each a text or a list of cells, as text. */
function textOfRows(rows: readonly unknown[]): string {
  const lines = rows.map((row) => {
    if (typeof row === 'string') return row;
    return Array.from(row as ArrayLike<unknown>, (cell) => String(cell ?? '').trim() || '.').join(' ');
  });
  return lines.join('\n');
}

/** `{ tokens }`: the model's own numbers, for those who have them. */
export function tokensIn(given: unknown, { cells, vocabulary, typed }: Family): Reading<Int32Array> {
  if (!isList(given)) return { fault: 'expected tokens as a list of numbers' };
  const numbers = Array.from(given, (token) => (typeof token === 'bigint' ? Number(token) : token));
  const tokens = Int32Array.from(numbers as number[]);
  if (tokens.length !== cells) return { fault: `expected ${cells} tokens, got ${tokens.length}` };
  const place = tokens.findIndex((token, i) => {
    const known = token === numbers[i] && token >= 0 && token < vocabulary;
    return !known || (typed !== undefined && !typed(i).includes(token));
  });
  if (place < 0) return { value: tokens };
  const allowed = typed ? typed(place).join(', ') : `0 to ${vocabulary - 1}`;
  return {
    fault: `token ${place} is ${String(given[place])}; a question holds ${allowed} there`,
    fix: 'a list of cells goes without the name tokens',
  };
}
