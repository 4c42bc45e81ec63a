/** Grids in the scripts of a page: matrices and texts of a program, or JSON for one. */
import { readJson } from '../../json.ts';
import type { Fault, Reading } from '../found.ts';
import { lineCounter } from '../places.ts';
import { programIn } from '../programs/literals.ts';
import { isRow } from '../programs/values.ts';

const SCRIPT = /(<script\b[^<>]*>)([\s\S]*?)(?:<\/script\b|$)/gi;
const breaksOf = (text: string) => text.replace(/[^\n]/g, '');

/** A text without comments, scripts and styles but for line ends. */
export function withoutScripts(text: string): string {
  return text.replace(/<!--[\s\S]*?(-->|$)|<(script|style)\b[\s\S]*?(<\/\2>|$)/gi, breaksOf);
}

/** Nothing but the scripts of a page, on their lines. */
function scriptsOf(page: string): string {
  let [scripts, from] = ['', 0];
  for (const { 0: script, 1: tag, 2: content, index } of page.matchAll(SCRIPT)) {
    const begin = index + tag!.length;
    scripts += `${breaksOf(page.slice(from, begin))}${content} `;
    from = index + script.length;
  }
  return scripts;
}

/** Cells row by row, `.` for a blank, and the line at which they begin. */
export interface ScriptGrid {
  readonly cells: readonly string[];
  readonly line: number;
  readonly isAnswer: boolean;
}

/** A text of cells in quotes, which is no part of a program by itself. */
const TEXT = /(["'`])([\d._*?-]{16,1000})\1/g;
const FEWEST_ROWS = 4;

/** What may be grids in the scripts of a page: rows that are equally long, or as many cells as a square has. */
export function gridsOfScripts(page: string): ScriptGrid[] {
  const scripts = scriptsOf(page);
  const lineAt = lineCounter(scripts);
  const texts = [...scripts.matchAll(TEXT)].map(({ 2: value, index }) => ({
    value,
    line: lineAt(index),
    role: '',
  }));
  const all = scripts === '' ? [] : [...(programIn(scripts)?.grids ?? []), ...texts];
  return all.flatMap(({ value, line, role }) => {
    const rows = rowsOf(value);
    const [width = 0] = rows.map(({ length }) => length);
    const cells = rows.flat().map(blanked);
    const side = Math.sqrt(width);
    // A number that is as long may have any digits.
    const isSquare =
      rows.length === 1 && Number.isInteger(side) && !cells.some((cell) => Number(cell) > side);
    const areRows = rows.length >= FEWEST_ROWS && rows.every(({ length }) => length === width);
    const areCells = cells.every((cell) => cell.length < 3 && !/\p{Ll}/u.test(cell));
    const isGrid = cells.length >= FEWEST_ROWS ** 2 && areCells && cells.some((cell) => cell !== '.');
    return isGrid && (isSquare || areRows) ? [{ cells, line, isAnswer: role === 'answer' }] : [];
  });
}

/** The rows of a value of a program, each as its cells. */
function rowsOf(value: unknown): string[][] {
  if (typeof value === 'string')
    return value
      .trim()
      .split('\n')
      .map((row) => [...row.trim()]);
  if (!Array.isArray(value)) return [];
  const cells = value.map((cell) => (Array.isArray(cell) ? cell.map(textOf) : textOf(cell)));
  const isFlat = cells.every((cell) => typeof cell === 'string' && cell.length < 3);
  return isFlat ? [cells as string[]] : cells.map((row) => [...row]);
}

const textOf = (cell: unknown) => String(cell ?? '');
const blanked = (cell: string) => (/^[0 _*?.-]?$/.test(cell) ? '.' : cell);

/** What to say of tables beside whose cells a script holds other ones. */
export function faultOfScripts(
  tables: readonly (readonly (readonly string[])[])[],
  scripts: readonly ScriptGrid[],
): Fault | undefined {
  const shown = tables.map((rows) => rows.flat().map(blanked));
  const isKnown = ({ cells, isAnswer }: ScriptGrid) =>
    isAnswer ||
    shown.some(
      (one) =>
        one.length === cells.length &&
        one.every((cell, i) => cell === cells[i] || (cell === '.' && !cells.includes('.'))),
    );
  const other = scripts.find((grid) => !isKnown(grid));
  return other && bothIn(`a table, and others in a script at line ${other.line}`);
}

const bothIn = (places: string): Fault => ({
  fault: `a page with cells in ${places}: which are the puzzle is not known`,
  fix: 'give the puzzle alone, as text',
});

/** JSON as it was read, and the line at which it begins. */
type JsonAt = ReturnType<typeof readJson> & { readonly line: number };

const IS_JSON = /\bapplication\/json\b/i;

/** JSON in the scripts of a page, each with its line; undefined where none may be a puzzle, a fault where one stands elsewhere too. */
export function jsonOfPage(page: string): Reading<JsonAt[]> | undefined {
  if (!IS_JSON.test(page)) return undefined;
  const lineAt = lineCounter(page);
  let rest = page;
  const value = [...page.matchAll(SCRIPT)].flatMap(({ 0: script, 1: tag, 2: content, index }) => {
    if (!IS_JSON.test(tag!) || gridsOfScripts(script).length === 0) return [];
    rest = rest.replace(script, () => breaksOf(script));
    return [{ ...readJson(content!), line: lineAt(index) }];
  });
  if (value.length === 0) return undefined;
  const shown = withoutScripts(rest);
  const lines = shown.replace(/<[^<>]*>/g, (tag) => ` ${breaksOf(tag)}`).split('\n');
  const hasRows = lines.some(isRow);
  if (hasRows && /<td\b/i.test(shown)) return undefined; // a table, which may show the same
  return hasRows || gridsOfScripts(rest).length > 0 ? bothIn('JSON, and others elsewhere') : { value };
}
