/**
 * Rows as programs print them and people number them: `5. 3. 0.` of NumPy, `R1: 5 3 .`, `1) 53.…`, `- 53.…`, the frames of pandas
 * with their index and columns, and R's matrices. Numbers become digits, labels go, and every line stays at its place.
 *
 * A label is one only where as many rows as a grid has are counted from 0, 1 or A on, or on from the grid before, and what is
 * left of each is a row, while the lines as they stand are none; so nothing else is read otherwise. Where a word stands before
 * the numbers that is not known to name rows, they may be columns or boxes.
 */

import {
  isCounted,
  isOtherOrder,
  mayNameRows,
  NAMES,
  placeOf,
  placesNamed,
} from '../reading/beside/other-order.ts';
import type { Fault } from '../reading/found.ts';
import { placeBefore, placeFrom } from '../reading/places.ts';
import { withBlocksJoined } from '../reading/tables/printed-blocks.ts';
import { type Context, fieldsOf, isBorder, lineAs } from './lines.ts';
import { unknownNamesAt } from './unknown-names.ts';

/** What a line becomes that says nothing of cells. */
const ASIDE = '#';

const NUMBER = /^\d+(\.\d*)?(e[+-]?\d+)?$/i;
const MISSING = /^(nan?|none|<na>|null|~)$/i;
const SEPARATORS = /([\s,;|[\]()]+)/;

export interface Printed {
  /** As many as there were. */
  readonly lines: string[];
  /** What is wrong with rows behind labels that are no whole grid, by the place of the first; nothing is left of them. */
  readonly damaged: ReadonlyMap<number, Fault & { readonly line: number }>;
}

/** The lines without what was printed around the cells. */
export function withoutPrint(given: readonly string[], context: Context): Printed {
  const joined = withBlocksJoined(given);
  const lines = joined.lines.map((line) => withDigits(line, context));
  const damaged = new Map<number, Fault & { readonly line: number }>();
  for (const [at, { lines: count, fault }] of joined.faults) {
    damaged.set(at, { ...fault, line: at + 1 });
    lines.fill(ASIDE, at, at + count);
  }
  let next = 0; // what would count on from the grid before
  for (let i = 0; i < lines.length; i++) {
    const whole = labelledRows(lines, i, next, context);
    const rows = whole.length > 0 ? whole : damagedRows(lines, i, next, context);
    const isNamed = rows.length > 0 || namesAnyOrder(lines[i]!, context);
    const unknown = isNamed ? undefined : unknownNamesAt(lines, i, context, isRow);
    if (rows.length > 0 || unknown) {
      const above = placeBefore(lines, i, (line) => line.trim() !== '' && !isBorder(line, context));
      if (above >= 0 && i - above <= 2 && namesColumns(lines[above]!, context)) lines[above] = ASIDE;
    }
    if (unknown) {
      damaged.set(i, unknown.fault);
      for (const at of unknown.places) lines[at] = ASIDE;
      i = unknown.places.at(-1)!;
    } else if (rows.length > 0) {
      const fault = whole.length > 0 ? faultOfNames(whole) : faultOfRows(rows, context);
      if (fault) damaged.set(i, fault);
      for (const { at, cells } of rows) lines[at] = fault ? ASIDE : cells;
      i = rows.at(-1)!.at;
      next = rows.at(-1)!.place + 1;
    } else if (isHeader(lines, i, context)) lines[i] = ASIDE;
  }
  return { lines, damaged };
}

/** `4,0;;3,0` */
const COMMA = /^(\d+),0+$/;

/** The decimal commas of whole numbers, between semicolons or tabs, as points. */
function withPoints(line: string): string {
  const fields = line.split(/[;\t]/);
  const areNumbers = fields.every((field) => field === '' || COMMA.test(field) || /^(\d+|nan)$/i.test(field));
  return areNumbers && fields.length > 1 ? line.replace(/,0+(?=[;\t]|$)/g, '.0') : line;
}

/** `03 00 10` as `3 0 10`, where all cells are written so, and do not count the columns. */
function withoutZeros(line: string, context: Context): string {
  if (!/(?<!\d)0\d(?!\d)/.test(line)) return line;
  const { size } = context;
  const cells = line.split(/[\s,;|│┃║]+/).filter((cell) => cell !== '');
  const areCells =
    [size, size ** 2].includes(cells.length) &&
    cells.every((cell) => /^(?:0\d|1[0-6]|[._-]{1,2})$/.test(cell));
  if (!areCells || namesColumns(line, context)) return line;
  return line.replace(/0(\d)|([._-]){2}/g, '$1$2');
}

/** Whole numbers that are written as real ones or with a 0 before them, and what stands for no number. */
function withDigits(given: string, context: Context): string {
  const { size } = context;
  const line = withoutZeros(withPoints(given), context);
  if (!/[.en~]/i.test(line)) return line;
  const parts = line.split(SEPARATORS);
  const isReal = (part: string) =>
    /[.e]/i.test(part) && NUMBER.test(part) && Number.isInteger(Number(part)) && Number(part) <= size;
  const isMissing = (part: string) => MISSING.test(part);
  const count = parts.filter((part) => isReal(part) || isMissing(part)).length;
  // Blanks may be nothing between two commas, a label may stand before, and one cell may be none, or missing, or too many.
  const fields = fieldsOf(line);
  const tokens = fields.length > 1 ? fields : line.trim().split(/\s+/);
  const others = tokens.filter((one) => one !== '' && !NUMBER.test(one) && !isMissing(one));
  const isNear = tokens.length === size * size || Math.abs(tokens.length - size - 1) <= 2;
  const areCells = isNear && others.length < 3 && count > 0;
  if (![size, size * size].includes(count) && !areCells) return line;
  return parts.map((part) => (isReal(part) ? String(Number(part)) : isMissing(part) ? '.' : part)).join('');
}

const LABEL =
  /^\s*["']?(?<name>(?:(?<word>(?:\p{L}{2,}|[^\P{L}a-p]|[a-p](?=\d))(?=[\s_.-]+\p{L}|[\s_.-]*\[?\d))[\s_.-]*)?\[?(?<label>\d{1,4}|[a-p]))["']?(?:,?\]|[:.)]|\s*[:=|,;]|(?=\s))\s?(?<cells>.*)$/iu;

/** What a program asks for, before the label of a row or behind it: `Enter numbers for row 1 (0 for none): 5 3 .`. */
const ASKED = new RegExp(
  `^\\s*(?:[\\p{L}\\d'-]{1,20} ){0,8}(?<label>(?:${NAMES.row}) ?\\d{1,2})(?: ?\\([^()]{0,60}\\))? ?(?=:)`,
  'iu',
);
const labelled = (line: string) => LABEL.exec(line.replace(ASKED, '$<label>'))?.groups;

/** Before every row of a list; they count nothing. */
const MARK = /^\s*[-*•]\s+(.*)$/;

interface Labelled {
  readonly at: number;
  readonly name: string;
  /** Before what counts; nothing where only that stands there. */
  readonly word: string;
  /** What its label counts. */
  readonly place: number;
  readonly cells: string;
}

/** The rows of a grid that begins there, each behind its label; none where it is no such grid. */
function labelledRows(lines: readonly string[], from: number, next: number, context: Context): Labelled[] {
  const rows: Labelled[] = [];
  let first: number | undefined;
  for (let at = from; at < lines.length && rows.length < context.size; at++) {
    const line = lines[at]!;
    if (rows.length > 0 && (line.trim() === '' || isBorder(line, context))) continue;
    const [, marked] = MARK.exec(line) ?? [];
    const { name = '', word = '', label, cells = marked } = labelled(line) ?? {};
    const place = marked !== undefined ? rows.length : label === undefined ? -1 : placeOf(label);
    first ??= place;
    if (![0, 1, next].includes(first) || place !== first + rows.length) return [];
    if (word !== (rows[0]?.word ?? word) || !isRow(cells!, context) || isRow(line, context)) return [];
    rows.push({ at, name, word, place, cells: cells! });
  }
  return rows.length === context.size ? rows : [];
}

/**
 * Rows behind labels that count further, most of them whole, where one is missing or is no row: they are no grid, and the fault is
 * not in their labels.
 */
function damagedRows(lines: readonly string[], from: number, next: number, context: Context): Labelled[] {
  if (namesColumns(lines[from]!, context)) return [];
  const rows: Labelled[] = [];
  for (let at = from; at < lines.length && rows.length < 2 * context.size; at++) {
    const line = lines[at]!;
    if (rows.length > 0 && (line.trim() === '' || isBorder(line, context))) continue;
    const { name = '', word = '', label, cells = '' } = labelled(line) ?? {};
    const place = label === undefined || !mayNameRows(word) ? -1 : placeOf(label);
    const least = rows.length > 0 ? rows.at(-1)!.place + 1 : 0;
    const isFirst = rows.length === 0 && (place <= 2 || place === next || place === next + 1);
    if (place < least || !(isFirst || rows.length > 0)) break;
    rows.push({ at, name, word, place, cells });
  }
  const isBehind = ({ at, cells }: Labelled) => isRow(cells, context) && !isRow(lines[at], context);
  return rows.length > 1 && 2 * rows.filter(isBehind).length > context.size ? rows : [];
}

/** What to say of whole rows whose names may be of something else. */
function faultOfNames(rows: readonly Labelled[]): (Fault & { readonly line: number }) | undefined {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  if (mayNameRows(first.word)) return undefined;
  const fault = `${first.name} to ${last.name} may be the rows of a grid, its columns or its boxes`;
  return { fault, fix: `call rows Row 1 to Row ${rows.length}, or leave the names out`, line: first.at + 1 };
}

/** What is wrong with them: the first that is no row, or how many there are. */
function faultOfRows(rows: readonly Labelled[], context: Context): Fault & { readonly line: number } {
  const { size } = context;
  const bad = rows.find(({ cells }) => !isRow(cells, context));
  if (bad) {
    const line = lineAs(bad.cells, context);
    const fault = line.kind === 'bad' ? line : { fault: `expected a row of ${size} cells behind its name` };
    return { fault: fault.fault, fix: line.kind === 'bad' ? line.fix : undefined, line: bad.at + 1 };
  }
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const which = `${rows.length} on lines ${first.at + 1} to ${last.at + 1}`;
  const fault = `${first.name.replace('[', '')} is none of ${size} rows that count on, but of ${which}`;
  return { fault, fix: `write all ${size} rows, and . for each blank`, line: first.at + 1 };
}

/** Characters that a cell of a row takes at most, with what stands around it. */
const LONGEST = 8;

function isRow(line: string | undefined, context: Context): boolean {
  return line !== undefined && line.length <= LONGEST * context.size && lineAs(line, context).kind === 'row';
}

/** Whether a line counts the columns: `0 1 2 …`, `C1 C2 …`, `a,b,c,…`. */
function namesColumns(line: string, context: Context): boolean {
  const places = placesIn(line, context);
  return places.length === context.size && places[0]! <= 1 && isCounted(places);
}

/** Whether a line names all columns, perhaps behind a corner, but in another order: `c9,c8,…,c1`. */
export function namesInOtherOrder(line: string, context: Context): boolean {
  const places = placesIn(line, context).slice(-context.size);
  return places.length === context.size && places.every((place) => place >= 0) && isOtherOrder(places);
}

/** The same in whatever order. */
function namesAnyOrder(line: string, context: Context): boolean {
  const places = placesIn(line, context).slice(-context.size);
  return places.length === context.size && isCounted(places.toSorted((a, b) => a - b));
}

/** What the names of a line count, from 0 or 1; -1 where one does not. None of a line of other length than a header. */
function placesIn(line: string, { size }: Context): number[] {
  if (line.length > LONGEST * size) return [];
  const bare = line.replace(/\[,(\d+)\]/g, '$1').replace(/^\s*\.\s/, ''); // the corner of a table
  const names = bare.split(/[\s,;|"]+/).filter((name) => name !== '');
  return [size, size + 1].includes(names.length) ? placesNamed(names) : [];
}

/** Whether a line names the columns of just as many rows as a grid has: then it is no row itself. */
function isHeader(lines: readonly string[], at: number, context: Context): boolean {
  if (!namesColumns(lines[at]!, context) || isRow(lines[at - 1], context)) return false;
  // With what stands behind the last, of which a rule may be part.
  const end = placeFrom(lines, at + 1, (line, i) => i > at + 2 * context.size || line.trim() === '');
  const below = lines.slice(at + 1, end).filter((row) => !isBorder(row, context));
  const rows = below.slice(0, context.size);
  const isWhole = rows.length === context.size || !isRow(lines[at], context);
  const whole = rows.filter((row) => isRow(row, context)).length;
  const areRows = rows.every((row) => ['row', 'bad'].includes(lineAs(row, context).kind));
  if (!isWhole || 2 * whole <= context.size || !areRows) return false;
  return !isRow(below[context.size], context);
}
