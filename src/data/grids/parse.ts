/**
 * Grids as people write them. In text a grid is rows on lines of their own, or on one line between slashes; a row is
 * symbols between spaces or commas where there are such, else one symbol a character. In JSON it is such a text, or a
 * list of rows, each a text or a list of symbols (texts or numbers).
 */
import { type ErrorDetail, TrmError } from '../../errors.ts';

/** A grid of symbols; every row has the same number of them. */
export type SymbolGrid = readonly (readonly string[])[];

/** @throws TrmError `data` on anything that is not a rectangle of symbols. */
export function parseSymbols(source: unknown, at: ErrorDetail): SymbolGrid {
  const lines = typeof source === 'string' ? source.replace(/\r/g, '').split(/\n|\//) : source;
  if (!Array.isArray(lines)) throw new TrmError('data', 'expected a grid: a text or a list of rows', at);
  const rows = lines.map((line: unknown) => parseRow(line, at)).filter((row) => row.length > 0);
  if (rows.length === 0) throw new TrmError('data', 'the grid is empty', at);
  const uneven = rows.findIndex((row) => row.length !== rows[0]!.length);
  if (uneven >= 0) {
    const message = `row ${uneven + 1} has ${rows[uneven]!.length} cells, row 1 has ${rows[0]!.length}`;
    throw new TrmError('data', message, { ...at, fix: 'give every row of a grid the same number of cells' });
  }
  return rows;
}

function parseRow(line: unknown, at: ErrorDetail): string[] {
  if (typeof line === 'string') {
    const text = line.trim();
    return /[\s,]/.test(text) ? text.split(/[\s,]+/) : [...text];
  }
  if (!Array.isArray(line)) throw new TrmError('data', 'expected a row: a text or a list of symbols', at);
  return line.map((symbol: unknown) => {
    if (typeof symbol === 'string' && symbol !== '') return symbol;
    if (Number.isSafeInteger(symbol)) return String(symbol);
    throw new TrmError('data', `expected a symbol, got ${JSON.stringify(symbol)}`, at);
  });
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
