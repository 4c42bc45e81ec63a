/**
 * Grids as people write them. In text a grid is rows on lines of their own, or on one line between slashes; a row is
 * symbols between spaces or commas where there are such, else one symbol a character. In JSON it is such a text, or a
 * list of rows, each a text or a list of symbols (texts or numbers).
 */
import type { Reading } from '../reading/found.ts';

/** A grid of symbols; every row has the same number of them. */
export type SymbolGrid = readonly (readonly string[])[];

/** A rectangle of symbols, or what is wrong with it. */
export function parseSymbols(source: unknown): Reading<SymbolGrid> {
  const lines = typeof source === 'string' ? source.split(/[\r\n]+|\//) : source;
  if (!Array.isArray(lines)) return { fault: 'expected a grid: a text or a list of rows' };
  const rows: (readonly string[])[] = [];
  for (const line of lines) {
    const row = parseRow(line);
    if (row.fault !== undefined) return row;
    if (row.value.length > 0) rows.push(row.value);
  }
  if (rows.length === 0) return { fault: 'the grid is empty' };
  const uneven = rows.findIndex((row) => row.length !== rows[0]!.length);
  if (uneven < 0) return { value: rows };
  const fault = `row ${uneven + 1} has ${rows[uneven]!.length} cells, row 1 has ${rows[0]!.length}`;
  return { fault, fix: 'give every row of a grid the same number of cells' };
}

function parseRow(line: unknown): Reading<readonly string[]> {
  if (typeof line === 'string') {
    const text = line.trim();
    return { value: /[\s,]/.test(text) ? text.split(/[\s,]+/) : [...text] };
  }
  if (!Array.isArray(line)) return { fault: 'expected a row: a text or a list of symbols' };
  const odd = line.find(
    (symbol) => symbol === '' || (typeof symbol !== 'string' && !Number.isSafeInteger(symbol)),
  );
  if (odd !== undefined || line.includes(undefined))
    return { fault: `expected a symbol, got ${JSON.stringify(odd)}` };
  return { value: line.map(String) };
}

/** One row of a grid as text. */
export function formatRow(symbols: readonly string[]): string {
  return symbols.join(symbols.some((symbol) => symbol.length > 1) ? ' ' : '');
}

/** Numbers in their order, then everything else in its own. */
export function sortSymbols(symbols: Iterable<string>): string[] {
  const number = (symbol: string) => (/^-?\d+$/.test(symbol) ? Number(symbol) : Number.POSITIVE_INFINITY);
  return [...symbols].sort((a, b) => number(a) - number(b) || (a < b ? -1 : a > b ? 1 : 0));
}
