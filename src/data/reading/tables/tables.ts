/**
 * Puzzles in the tables of web pages, of Markdown and of LaTeX: rows of cells, of which an empty one is a blank. What a header or
 * a label of rows is, the family finds out, as in what programs print. Nothing is taken for a table beside which a line might be a
 * puzzle of its own, so that none is lost.
 *
 * Sources: the HTML standard, 4.9; GitHub Flavored Markdown, 4.10; the packages sudoku and array of LaTeX.
 */

import { faultBeside } from '../beside/keys.ts';
import { axisOf, isCounted, namedAcross, placesNamed as placesOf } from '../beside/other-order.ts';
import type { Fault } from '../found.ts';
import { isOutside } from '../pages/markup.ts';
import { faultOfScripts, gridsOfScripts, withoutScripts } from '../pages/scripts.ts';
import { besideWords, ofPage } from '../pages/tables.ts';
import { lineCounter } from '../places.ts';
import { programIn } from '../programs/literals.ts';
import {
  areSymbols,
  asCell,
  isGrid,
  isSymbol,
  LEAST_COLUMNS,
  type Table,
  withEmptyCell,
  withOddRow,
} from './table.ts';

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
    const tables = ofPage(page).map(withOddRow).map(withEmptyCell);
    const grids = tables.filter((table) => isGrid(table) || (table.fault && areSymbols(table)));
    const scripts = gridsOfScripts(text);
    if (grids.length === 0 && (isProgram(page, tables, scripts.length > 0) || isElsewhere(page, tables)))
      return undefined;
    const other = faultOfScripts(
      grids.map(({ rows }) => rows),
      scripts,
    );
    return besideWords(page, grids).map((table) => ({ ...table, fault: table.fault ?? other }));
  }
  const tables = (ofLatex(text) ?? ofMarkdown(text))?.map(withOddRow).map(withEmptyCell);
  return tables?.some((table) => isGrid(table) || (table.isOdd && areSymbols(table))) ? tables : undefined;
}

/** Whether a table is only what a program writes, without a cell, and a matrix stands in a script or outside of all tags. */
function isProgram(page: string, tables: readonly Table[], isScript: boolean): boolean {
  if (tables.some(({ rows }) => rows.flat().some((cell) => cell !== '' && isSymbol(cell)))) return false;
  const [first] = (isScript ? undefined : programIn(page)?.grids) ?? [];
  return isScript || (first !== undefined && isOutside(page, first.line));
}

/** Whether cells may stand in a link or in `<pre>` of a page, and none of its tables may be a grid. */
function isElsewhere(page: string, tables: readonly Table[]): boolean {
  const mayBeGrid = ({ rows }: Table) => {
    const cells = rows.flat();
    return rows.length >= LEAST_COLUMNS && 2 * cells.filter(isSymbol).length > cells.length;
  };
  return !tables.some(mayBeGrid) && /<pre\b|\bhref\s*=\s*["'][^"'<>]*[\d._*-]{16}/i.test(page);
}

const RULE = /^\s*(?:\|\s*)?:?-+:?\s*\|(?:\s*:?-+:?\s*\|)*\s*(?::?-+:?\s*)?$/;

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

const BEGIN =
  /\\begin\{((?:\w{0,20}(?:tabular|array|matrix)|sudoku)[\w*]{0,20})\}([\s\S]{0,30000}?)\\end\{\1\}/g;

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
