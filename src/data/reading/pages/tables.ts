/**
 * Puzzles in the tables of web pages. Tags of rows and cells may name their places, and what stands around a table may say what it
 * is.
 *
 * Source: the HTML standard, 4.9.
 */

import { axisOf, isCounted, isOtherOrder, namedAcross, namedOtherwise } from '../beside/other-order.ts';
import { faultOfNames } from '../beside/words.ts';
import type { Fault } from '../found.ts';
import { lineCounter } from '../places.ts';
import { AS_TEXT, asCell, placesNamed, type Table } from '../tables/table.ts';
import { faultOfLooks } from './cell-looks.ts';
import { attributesOf, faultOfHidden, faultsOfWords, faultWithin, markupOf } from './markup.ts';

/** Tables of a page, of which those are refused that what stands around them makes others of. */
export function besideWords(page: string, tables: readonly Table[]): Table[] {
  const { words, elements } = markupOf(page);
  const spans = tables.map(({ span }) => span!);
  const said = faultsOfWords(words, spans);
  return tables.map((table, i) => {
    const element = elements.get(spans[i]!.begin);
    // Without a blank it may answer one above.
    const isAnswer = i > 0 && table.rows.every((row) => row.every((cell) => /^[1-9A-P]\d?$/i.test(cell)));
    const hidden = isAnswer ? undefined : faultOfHidden(element);
    const fault = table.fault ?? hidden ?? said[i] ?? faultWithin(element, table.rows, true);
    return { ...table, fault };
  });
}

const TABLE = /<table\b[^<>]*>([\s\S]*?)(?=<\/?table\b|$)/gi;

/** The cells of data; those of headers (`th`) are labels. A table within another is one by itself. */
export function ofPage(page: string): Table[] {
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
      [...headers.map(placesOfNames), ...columns].some(isOtherOrder) || columns.some(isOne)
        ? namedOtherwise('columns')
        : [placesOfNames(labels), rows].some(isOtherOrder)
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
  const cells = row.matchAll(new RegExp(`<${tag}\\b[^<>]*>[\\s\\S]*?(?=</?t[dhr]\\b|$)`, 'gi'));
  return Array.from(cells, ([cell]) => cell);
}

/** The place that the tag of a row or of a cell tells, as `id="r3"` or `data-col="4"`; NaN where it tells none. */
function placeOf(html: string, of: 'row' | 'col'): number {
  const [tag] = /^<[^<>]*>/.exec(html) ?? [''];
  const named = `(?:id|name|data-[a-z-]+|aria-${of}index)\\s*=\\s*["']?`;
  const data = `(?:data-${of}[a-z-]*|aria-${of}index)\\s*=\\s*["']?`;
  const id = of === 'row' ? '[a-z_-]*' : '(?:[^"\'>]*[\\W\\d_])?c(?:ol(?:umn)?)?[_-]?';
  const [, number] = new RegExp(`\\s(?:${data}|${named}${id})(\\d{1,2})["'\\s>]`, 'i').exec(tag) ?? [];
  return Number(number ?? Number.NaN);
}

/** What the tag of a row calls it, as `id="box-3"`; nothing where it tells none. */
function nameOf(html: string): string {
  const [tag] = /^<[^<>]*>/.exec(html) ?? [''];
  const name = attributesOf(tag).flatMap(([attribute, value]) => {
    const [, of = ''] = /^(?:data|aria)-([a-z]+?)(?:index)?$/.exec(attribute) ?? [];
    const [, word, number] = /(?:^|[^a-z])([a-z]*)[_-]?(\d{1,2})$/i.exec(value) ?? [];
    const axis = number === undefined ? undefined : axisOf(word || of);
    return axis ? [`${axis} ${number}`] : [];
  });
  return name[0] ?? '';
}

const HIDDEN = /<template\b|<[^<>]*?(display\s*:\s*none|visibility\s*:\s*hidden|\shidden[\s>=])/i;

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

const JOINED = /^<td\b[^<>]*?\b(col|row)span\s*=\s*["']?(?!1\b)\d/i;
const NOTE = /<(small|sub|sup|del|strike|s)\b/i;

const placesOfNames = (names: readonly string[]) => placesNamed(names.map(textOfCell));

const SELECT = /<select\b[^<>]*>([\s\S]*?)(?=<\/select\b|<select\b|$)/gi;
const CHOSEN = /<option\b([^<>]*\bselected\b[^<>]*)>([^<]*)/i;

/** What stands in a cell, or in the fields that are there to be filled in, or is chosen in a list. */
function textOfCell(html: string): string {
  const fields = Array.from(html.matchAll(/<input\b([^<>]*)>/gi), ([, tag]) => new Map(attributesOf(tag!)));
  const values = fields.flatMap((field) => {
    const value = field.get('value');
    return value === undefined || NO_FIELD.test(field.get('type') ?? '') ? [] : [value];
  });
  const text = html
    .replace(SELECT, (_, options: string) => {
      const [, tag = '', chosen = ''] = CHOSEN.exec(options) ?? [];
      return new Map(attributesOf(tag)).get('value') === '' ? '' : chosen;
    })
    .replace(/<[^<>]*>/g, '');
  return (values.length > 0 ? values.join('') : text).replace(/&nbsp;|&#160;|&#xa0;/gi, ' ').trim();
}

/** What a field is in which nobody sees or writes a digit. */
const NO_FIELD = /^(?:hidden|button|submit|reset|checkbox|radio|image)$/i;
