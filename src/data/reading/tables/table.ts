/** What tables of pages, of Markdown and of LaTeX are made of: rows of symbols. */

import type { Fault } from '../found.ts';
import type { Span } from '../pages/markup.ts';
import { emptyAmong } from './empty-cells.ts';
import { oddLengthAmong } from './odd-length.ts';

/** What to do with a table that is not read. */
export const AS_TEXT = 'give the puzzle as text, . for a blank';

/** Cells as texts, empty for a blank, and the line at which they begin, from 1. */
export interface Table {
  readonly rows: readonly (readonly string[])[];
  readonly line: number;
  /** Of each row. */
  readonly lines: readonly number[];
  /** Why its symbols are not the cells of a grid, or not in this order, or in other boxes. */
  readonly fault?: Fault | undefined;
  /** Whether that is a row of another length. */
  readonly isOdd?: true;
  /** Where it stands in a page. */
  readonly span?: Span;
}

/** Symbols in rows that are equally long. */
export function isGrid(table: Table): boolean {
  const width = table.rows[0]?.length ?? 0;
  return width > 1 && table.rows.every((row) => row.length === width) && areSymbols(table);
}

/** With a fault at the row of another length than the others, which may be of a grid; names are no cells of it. */
export function withOddRow(table: Table): Table {
  const { rows, lines } = table;
  const odd = oddLengthAmong(rows.map(({ length }) => length));
  if (table.fault || !odd || Math.min(odd.usual, rows.length) < LEAST_COLUMNS) return table;
  const before = areNames(rows.slice(1).map(([name]) => name!)) ? 1 : 0;
  const above = odd.at > 0 && areNames(rows[0]!.slice(before)) ? 1 : 0;
  const [row, cells] = [odd.at + 1 - above, rows[odd.at]!.length - before];
  const fault = `row ${row} of a table has ${cells} cells, ${odd.isMost ? 'most have' : 'the longest'} ${odd.usual - before}`;
  return { ...table, line: lines[odd.at]!, fault: { fault, fix: 'write as many in each row' }, isOdd: true };
}

/** With a fault where a cell is empty and others have a sign for blanks; the corner beside names may be empty. */
export function withEmptyCell(table: Table): Table {
  const [first, ...rows] = table.rows;
  if (table.fault || !first || !isGrid(table)) return table;
  const [corner, ...names] = first;
  const cells = [areNames(names) ? '#' : corner!, ...names, ...rows.flat()].map((cell) => cell.trim() || ' ');
  const fault = emptyAmong(cells, first.length, (cell) => /^[._·?]$/.test(cell));
  return fault ? { ...table, fault } : table;
}

/** Whether all count further. */
const areNames = (names: readonly string[]) =>
  placesNamed(names).every((place, i, places) => place > (places[i - 1] ?? -1));

/** Symbols, numbers of two digits at most. */
export function areSymbols({ rows }: Table): boolean {
  return rows.length > 1 && rows.every((row) => row.every(isSymbol));
}

export const isSymbol = (cell: string) => cell.length < 3;

/** Whole numbers without the zeros of real ones, and nothing for what stands for no number, as frames are saved. */
export const asCell = (cell: string) => cell.replace(/^(\d+)\.0+$|^(?:nan|none|<na>|null)$/i, '$1');

/** What names count, each by its number or its letter; NaN for one that does not. */
export function placesNamed(names: readonly string[]): number[] {
  return names.map((name) => {
    const [, number, letter] = /^(?:(?:[a-z]+[ _]?)?(\d{1,2})|([a-z]))$/i.exec(name) ?? [];
    return letter ? letter.toLowerCase().charCodeAt(0) : Number(number ?? Number.NaN);
  });
}

/** Columns with which a line of bars may be a table; with fewer it may be a grid in groups. */
export const LEAST_COLUMNS = 4;
