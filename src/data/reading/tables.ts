/**
 * Puzzles in the tables of web pages, of Markdown and of LaTeX: rows of cells, of which an empty one is a blank. What a header or
 * a label of rows is, the family finds out, as in what programs print. Nothing is taken for a table beside which a line might be a
 * puzzle of its own, so that none is lost.
 *
 * Sources: the HTML standard, 4.9; GitHub Flavored Markdown, 4.10; the packages sudoku and array of LaTeX.
 */

import { faultBeside } from './beside.ts';
import { faultOfLooks } from './cell-looks.ts';
import type { Fault } from './found.ts';
import { programIn } from './literals.ts';
import { attributesOf, faultsOfWords, faultWithin, isOutside, markupOf, type Span } from './markup.ts';
import { oddLengthAmong } from './odd-length.ts';
import {
  axisOf,
  isCounted,
  isOtherOrder,
  namedAcross,
  namedOtherwise,
  placesNamed as placesOf,
} from './other-order.ts';
import { lineCounter } from './places.ts';
import { faultOfNames } from './words-beside.ts';

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

/** Rows, and columns, between the lines that a table draws. */
interface Parts {
  readonly heights: readonly number[];
  readonly widths: readonly number[];
}

/** Whether tables of a page are in a text. */
export const isPageOfTables = (text: string): boolean => /<t[dh]\b/i.test(text);

/** The tables of a text; undefined where it has none, none of them where they hold more than a symbol a cell. */
export function tablesOf(text: string): Table[] | undefined {
  if (isPageOfTables(text)) {
    const page = withoutScripts(text);
    const tables = ofPage(page).map(withOddRow);
    const grids = tables.filter((table) => isGrid(table) || (table.fault && areSymbols(table)));
    return grids.length === 0 && isProgram(page, tables) ? undefined : besideWords(page, grids);
  }
  const tables = (ofLatex(text) ?? ofMarkdown(text))?.map(withOddRow);
  return tables?.some((table) => isGrid(table) || (table.isOdd && areSymbols(table))) ? tables : undefined;
}

/** Whether a matrix stands outside of all tags, and a table is only what a program writes, without a cell. */
function isProgram(page: string, tables: readonly Table[]): boolean {
  const hasCells = tables.some(({ rows }) => rows.flat().some((cell) => cell !== '' && isSymbol(cell)));
  const [first] = (hasCells ? undefined : programIn(page)?.grids) ?? [];
  return first !== undefined && isOutside(page, first.line);
}

/** Symbols in rows that are equally long. */
function isGrid(table: Table): boolean {
  const width = table.rows[0]?.length ?? 0;
  return width > 1 && table.rows.every((row) => row.length === width) && areSymbols(table);
}

/** With a fault at the row of another length than the others, which may be of a grid; names are no cells of it. */
function withOddRow(table: Table): Table {
  const { rows, lines } = table;
  const odd = oddLengthAmong(rows.map(({ length }) => length));
  if (table.fault || !odd || Math.min(odd.usual, rows.length) < LEAST_COLUMNS) return table;
  const before = areNames(rows.slice(1).map(([name]) => name!)) ? 1 : 0;
  const above = odd.at > 0 && areNames(rows[0]!.slice(before)) ? 1 : 0;
  const [row, cells] = [odd.at + 1 - above, rows[odd.at]!.length - before];
  const fault = `row ${row} of a table has ${cells} cells, ${odd.isMost ? 'most have' : 'the longest'} ${odd.usual - before}`;
  return { ...table, line: lines[odd.at]!, fault: { fault, fix: 'write as many in each row' }, isOdd: true };
}

/** Whether all count further. */
const areNames = (names: readonly string[]) =>
  placesNamed(names).every((place, i, places) => place > (places[i - 1] ?? -1));

/** Symbols, numbers of two digits at most. */
function areSymbols({ rows }: Table): boolean {
  return rows.length > 1 && rows.every((row) => row.every(isSymbol));
}

const isSymbol = (cell: string) => cell.length < 3;

/** Whole numbers without the zeros of real ones, and nothing for what stands for no number, as frames are saved. */
const asCell = (cell: string) => cell.replace(/^(\d+)\.0+$|^(?:nan|none|<na>|null)$/i, '$1');

/** Tables of a page, of which those are refused that what stands around them makes others of. */
function besideWords(page: string, tables: readonly Table[]): Table[] {
  const { words, elements } = markupOf(page);
  const spans = tables.map(({ span }) => span!);
  const said = faultsOfWords(words, spans);
  return tables.map((table, i) => {
    const fault = table.fault ?? said[i] ?? faultWithin(elements.get(spans[i]!.begin), table.rows, true);
    return { ...table, fault };
  });
}

/** Without comments and scripts but for line ends. */
function withoutScripts(text: string): string {
  return text.replace(/<!--[\s\S]*?(-->|$)|<(script|style)\b[\s\S]*?(<\/\2>|$)/gi, (part) =>
    part.replace(/[^\n]/g, ''),
  );
}

const TABLE = /<table\b[^>]*>([\s\S]*?)(?=<\/?table\b|$)/gi;

/** The cells of data; those of headers (`th`) are labels. A table within another is one by itself. */
function ofPage(page: string): Table[] {
  const lineAt = lineCounter(page);
  const left = runningLeft(page);
  return [...page.matchAll(TABLE)].map(({ 0: table, 1: body, index }) => {
    const begin = lineAt(index);
    const below = lineCounter(body!);
    let from = 0;
    const lines = body!
      .split(/(?=<tr\b)/i)
      .map((row) => {
        const line = begin + below(from) - 1;
        from += row.length;
        return { row, line, names: cellsOf(row, 'th'), data: cellsOf(row, 'td') };
      })
      .filter(({ names, data }) => names.length + data.length > 0);
    const ofCells = lines.filter(({ data }) => data.length > 0);
    const filled = ofCells.map(({ data }) => data);
    const width = filled[0]?.length ?? 0;
    const headers = lines.flatMap(({ names, data }) => (data.length > 0 ? [] : [names.slice(-width)]));
    const labels = ofCells.flatMap(({ names }) => names.slice(0, 1));
    const rows = ofCells.map(({ row }) => placeOf(row, 'row'));
    const columns = filled.map((data) => data.map((cell) => placeOf(cell, 'col')));
    const otherwise =
      [...headers.map(placesNamed), ...columns].some(isOtherOrder) || columns.some(isOne)
        ? namedOtherwise('columns')
        : [placesNamed(labels), rows].some(isOtherOrder)
          ? namedOtherwise('rows')
          : undefined;
    const named = ofCells.map(({ row }) => nameOf(row));
    const isNamed = isCounted(named.map((name) => Number(/\d+$/.exec(name))));
    const before = isNamed && named.every((name) => name !== '') ? named : labels.map(textOfCell);
    const across = namedAcross((headers.at(-1) ?? []).map(textOfCell), before);
    const titles = [body!.split(/<t[rdh]\b/i, 1)[0]!, ...titlesOf(lines)];
    const titled = faultOfNames(...titles.map(textOfCell));
    const hidden = HIDDEN.test(body!) ? { fault: 'a table with hidden texts', fix: AS_TEXT } : undefined;
    const order = otherwise ?? across ?? hidden ?? (left.has(index) ? RUNS_LEFT : undefined);
    const texts = filled.map((data) => data.map(textOfCell).map(asCell));
    const looks = () =>
      faultOfLooks(filled.map((data, row) => data.map((html, i) => ({ html, text: texts[row]![i]! }))));
    const fault = order ?? titled ?? faultOfCells(filled.flat()) ?? looks();
    return {
      rows: texts,
      span: { begin: index, end: index + table.length },
      line: begin,
      lines: ofCells.map(({ line }) => line),
      fault,
    };
  });
}

interface PageRow {
  readonly names: readonly string[];
  readonly data: readonly string[];
}

/** Headers of a page that name no column: one alone in its row, and that above the names of the rows. */
function titlesOf(rows: readonly PageRow[]): string[] {
  const isLabelled = rows.some(({ names, data }) => data.length > 0 && names.length > 0);
  const headers = rows.filter(({ data }) => data.length === 0);
  return headers.flatMap(({ names }) => (names.length === 1 || isLabelled ? names.slice(0, 1) : []));
}

/** Whether all are the same column: then they stand below each other. */
const isOne = ([first, ...others]: readonly number[]) =>
  others.length > 0 && others.every((place) => place === first);

/** The cells of a row, of data or of headers, as HTML. */
function cellsOf(row: string, tag: 'td' | 'th'): string[] {
  const cells = row.matchAll(new RegExp(`<${tag}\\b[^>]*>[\\s\\S]*?(?=</?t[dhr]\\b|$)`, 'gi'));
  return Array.from(cells, ([cell]) => cell);
}

/** What names count, each by its number or its letter; NaN for one that does not. */
function placesNamed(names: readonly string[]): number[] {
  return names.map((name) => {
    const [, number, letter] = /^(?:(?:[a-z]+[ _]?)?(\d{1,2})|([a-z]))$/i.exec(textOfCell(name)) ?? [];
    return letter ? letter.toLowerCase().charCodeAt(0) : Number(number ?? Number.NaN);
  });
}

/** The place that the tag of a row or of a cell tells, as `id="r3"` or `data-col="4"`; NaN where it tells none. */
function placeOf(html: string, of: 'row' | 'col'): number {
  const [tag] = /^<[^>]*>/.exec(html) ?? [''];
  const named = `(?:id|name|data-[a-z-]+|aria-${of}index)\\s*=\\s*["']?`;
  const data = `(?:data-${of}[a-z-]*|aria-${of}index)\\s*=\\s*["']?`;
  const id = of === 'row' ? '[a-z_-]*' : '(?:[^"\'>]*[\\W\\d_])?c(?:ol(?:umn)?)?[_-]?';
  const [, number] = new RegExp(`\\s(?:${data}|${named}${id})(\\d{1,2})["'\\s>]`, 'i').exec(tag) ?? [];
  return Number(number ?? Number.NaN);
}

/** What the tag of a row calls it, as `id="box-3"`; nothing where it tells none. */
function nameOf(html: string): string {
  const [tag] = /^<[^>]*>/.exec(html) ?? [''];
  const name = attributesOf(tag).flatMap(([attribute, value]) => {
    const [, of = ''] = /^(?:data|aria)-([a-z]+?)(?:index)?$/.exec(attribute) ?? [];
    const [, word, number] = /(?:^|[^a-z])([a-z]*)[_-]?(\d{1,2})$/i.exec(value) ?? [];
    const axis = number === undefined ? undefined : axisOf(word || of);
    return axis ? [`${axis} ${number}`] : [];
  });
  return name[0] ?? '';
}

const HIDDEN = /<[^>]*?(display\s*:\s*none|visibility\s*:\s*hidden|\shidden[\s>=])/i;

const RUNS_LEFT: Fault = {
  fault:
    'a table whose columns run from right to left: its cells may belong where a page shows them, or in the order in which they are written',
  fix: AS_TEXT,
};

/** Elements that hold tables, with what they say of themselves. */
const AROUND = /<(\/?)(html|body|main|article|section|div|center|form|table)\b([^<>]*)/gi;
const DIRECTION = /(?:\sdir\s*=(?:\s*["'])?|\bdirection\s*:)\s*(rtl|ltr)\b/i;

/** Where those tables begin whose columns run from right to left, as they or the innermost element around them say. */
function runningLeft(page: string): ReadonlySet<number> {
  const open: { readonly tag: string; readonly isLeft: boolean }[] = [];
  const found = new Set<number>();
  for (const { 1: end, 2: name, 3: attributes, index } of page.matchAll(AROUND)) {
    const tag = name!.toLowerCase();
    if (end) {
      const from = open.findLastIndex((one) => one.tag === tag);
      if (from >= 0) open.length = from;
      continue;
    }
    const direction = DIRECTION.exec(attributes!)?.[1]?.toLowerCase();
    const isLeft = direction === undefined ? (open.at(-1)?.isLeft ?? false) : direction === 'rtl';
    open.push({ tag, isLeft });
    if (isLeft && tag === 'table') found.add(index);
  }
  return found;
}

/** Cells that span others, or of which some are written as notes and what was struck out are; as HTML. */
function faultOfCells(cells: readonly string[]): Fault | undefined {
  const filled = cells.filter((cell) => textOfCell(cell) !== '');
  if (filled.length === 0) return undefined;
  if (cells.some((cell) => JOINED.test(cell)))
    return { fault: 'a table with joined cells, which is not read', fix: AS_TEXT };
  const noted = filled.flatMap((cell) => NOTE.exec(cell)?.[1] ?? []);
  if (noted.length === 0 || noted.length === filled.length) return undefined;
  const fault = `a table with <${noted[0]}> in ${noted.length} of ${filled.length} cells, which may be notes or struck out`;
  return { fault, fix: AS_TEXT };
}

const JOINED = /^<td\b[^>]*?\b(col|row)span\s*=\s*["']?(?!1\b)\d/i;
const NOTE = /<(small|sub|sup|del|strike|s)\b/i;

/** What stands in a cell, or in the field that is there to be filled in. */
function textOfCell(html: string): string {
  const [, field] = /<input\b[^>]*?\bvalue\s*=\s*["']?([^"'\s>]*)/i.exec(html) ?? [];
  const text = field ?? html.replace(/<[^>]*>/g, '');
  return text.replace(/&nbsp;|&#160;|&#xa0;/gi, ' ').trim();
}

const RULE = /^\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?$/;

/** Columns with which a line of bars may be a table; with fewer it may be a grid in groups. */
const LEAST_COLUMNS = 4;

/** The rule below the header tells a table. A header that is empty or counts the columns is none; another may be the first row. */
function ofMarkdown(text: string): Table[] | undefined {
  const lines = text.split(/\r?\n/);
  const tables: Table[] = [];
  const outside: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const header = lines[i]!.includes('|') && RULE.test(lines[i + 1] ?? '') ? barred(lines[i]!) : [];
    if (header.length < LEAST_COLUMNS || barred(lines[i + 1]!).length !== header.length) {
      outside.push(lines[i]!);
      continue;
    }
    const line = i + 1;
    const isEmpty = header.every((cell) => cell === '');
    const isCorner = /^(?:#|.*\p{L}{2}.*)?$/u.test(header[0]!);
    const names = placesOf(header.slice(1).map((name) => name.replace(/\s/g, '')));
    const isNamed =
      isEmpty ||
      (isCorner && names[0]! >= 0 && names[0]! < 2 && isCounted(names)) ||
      header.every((_, i) => counts(header, i));
    const rows: string[][] = isNamed ? [] : [header];
    const places = isNamed ? [] : [line];
    const labels: string[] = [];
    const rules = [0];
    for (i += 2; lines[i]?.includes('|'); i++)
      if (RULE.test(lines[i]!)) rules.push(rows.length);
      else {
        const cells = barred(lines[i]!);
        labels.push(cells[0] ?? '');
        rows.push(withNumber(cells.map(asCell)));
        places.push(i + 1);
      }
    const heights = [...rules.slice(1), rows.length].map((end, part) => end - rules[part]!);
    const fault = namedAcross(header, labels) ?? otherBoxes({ heights, widths: [] });
    tables.push({ rows, line, lines: places, fault });
    i--;
  }
  return tables.length > 0 && outside.every(isAside) ? tables : undefined;
}

/** A row whose name, `Row 3`, is its number. */
function withNumber([name = '', ...cells]: readonly string[]): string[] {
  const [, word = '', number] = /^(\p{L}{2,}) ?(\d{1,2})$/u.exec(name) ?? [];
  return [axisOf(word) === 'row' ? number! : name, ...cells];
}

/** Whether a cell of a header counts on from the one before it, from 0 or 1. */
function counts(header: readonly string[], column: number): boolean {
  const number = Number(header[column]);
  return number < 2 ? column < 2 : number === Number(header[column - 1]) + 1;
}

function barred(line: string): string[] {
  const cells = line.trim().replace(/^\|/, '').replace(/\|$/, '').split('|');
  return cells.map((cell) => cell.trim().replace(/^(\*\*|__|`)(.+)\1$/, '$2'));
}

const BEGIN = /\\begin\{((?:\w*(?:tabular|array|matrix)|sudoku)[\w*]*)\}([\s\S]*?)\\end\{\1\}/g;

function ofLatex(text: string): Table[] | undefined {
  const lineAt = lineCounter(text);
  const tables = [...text.matchAll(BEGIN)].map(({ 1: name, 2: body, index }) => {
    const line = lineAt(index);
    const { rows, fault } = name === 'sudoku' ? sudokuRows(body!) : alignedRows(body!);
    return {
      rows: rows.map(({ cells }) => cells),
      line,
      lines: rows.map(({ below }) => line + below),
      fault,
    };
  });
  const outside = text.replace(BEGIN, '').split('\n');
  return tables.length > 0 && outside.every(isAside) ? tables : undefined;
}

interface LatexTable {
  /** Each with the number of lines above it in the table. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly below: number }[];
  readonly fault?: Fault | undefined;
}

/** `|5|3| | |7| | | | |.`, a line a row. */
function sudokuRows(body: string): LatexTable {
  const rows = body.split('\n').flatMap((line, below) => {
    const cells = line.trim().replace(/\.$/, '').split('|').slice(1, -1);
    return line.includes('|') ? [{ cells: cells.map((cell) => cell.trim()), below }] : [];
  });
  return { rows };
}

const RULES = /\\(hline|toprule|midrule|bottomrule)\b|\\c(mid)?(line|rule)\{[^}]*\}/g;

/** `{|ccc|ccc|ccc|} 5 & 3 & & \\ \hline`; where there is a line between all cells, the double ones draw boxes. */
function alignedRows(body: string): LatexTable {
  const spread = body
    .replace(/(?<!\\)%.*/g, '')
    .replace(/\*\{(\d\d?)\}\{([^{}]*)\}/g, (_, times, columns: string) => columns.repeat(Number(times)));
  const [columns] = /^(\s*[[{][^\]}]*[\]}])+/.exec(spread) ?? [''];
  const lines = spread.slice(columns.length).split(/\\\\(?:\[[^\]]*\])?/);
  const bare = lines.map((line) =>
    line
      .replace(RULES, '')
      .replace(/\\cdot\b|~/g, ' ')
      .replace(/\\(?!(?:sout|st|cancel|tiny|scriptsize|footnotesize|small)\b)\w+\{(\w*)\}|\$/g, '$1'),
  );
  const drawn = lines.map((line, i) => '|'.repeat(line.match(RULES)?.length ?? 0) + (bare[i]!.trim() && 'r'));
  let breaks = 0;
  const rows = bare.flatMap((row) => {
    const below = breaks + row.slice(0, row.search(/\S|$/)).split('\n').length - 1;
    breaks += row.split('\n').length - 1;
    return row.trim() === '' ? [] : [{ cells: row.split('&').map((cell) => cell.trim()), below }];
  });
  return {
    rows,
    fault: otherBoxes({
      heights: betweenBars(drawn.join('')),
      widths: betweenBars(columns.replace(/.*[[{](?=.*\w)|[^a-z|]/gi, '')),
    }),
  };
}

/** How many letters stand between bars, as in `|cc|cc|`. */
function betweenBars(letters: string): number[] {
  const bars = letters.replace(/^\|+|\|+$/g, '');
  return bars.split(bars.includes('||') ? '||' : '|').map((part) => part.replaceAll('|', '').length);
}

/** What to say of parts that are no usual boxes. A name before the cells is a part by itself, or of the first. */
function otherBoxes({ heights, widths }: Parts): Fault | undefined {
  for (const [name, all] of [
    ['box height', heights],
    ['box width', widths],
  ] as const) {
    const [first = 0, ...others] = all.filter((length) => length > 0);
    if (others.length === 0 || others.every((length) => length === 1)) continue;
    const lengths = [first - (first % others[0]! === 1 ? 1 : 0), ...others];
    const side = lengths.reduce((sum, length) => sum + length);
    const other = faultBeside([[name, lengths.reduce(divisor)]], Array(side).fill(Array(side).fill(0)));
    if (other) return { ...other, fix: 'leave the lines out if they mean nothing; other boxes are not read' };
  }
  return undefined;
}

function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}

/** A line beside a table: nothing, marks, or words without anything as long as a row of cells. */
export function isAside(line: string): boolean {
  return !/[\p{L}\d]/u.test(line) || (/\p{L}{2}/u.test(line) && !/[\d.]{4}/.test(line));
}
