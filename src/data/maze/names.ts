/**
 * Names of rows and columns around a maze in a sheet, as spreadsheets and pandas save them: `A` to `E` before the rows, `1` to `5`
 * or `0` to `4` above the columns; and around a frame that pandas prints, where both must be there. They are names where they count
 * further than the digits that are cells of a maze, so that no cell is taken for one.
 */

import { mayNameRows } from '../reading/beside/other-order.ts';
import { unquoted } from '../reading/tables/columns.ts';

const DELIMITERS = [',', ';', '\t'] as const;

/** The largest digit that is a cell. */
const LARGEST_CELL = 3;

/** The lines without such names; one that holds nothing else is left empty, so that every line stays at its place. */
export function withoutNames(given: readonly string[]): string[] {
  const lines = [...given];
  for (let from = 0; from < lines.length; ) {
    const printed = printedFrom(lines, from);
    if (printed) {
      for (const [i, row] of printed.entries()) lines[from + i] = i === 0 ? '' : row.slice(1).join('');
      from += printed.length;
      continue;
    }
    const delimiter = DELIMITERS.find((one) => lines[from]!.includes(one));
    const rows = delimiter === undefined ? [] : rowsFrom(lines, from, delimiter);
    const names = namesAround(rows);
    for (const [i, row] of rows.entries())
      lines[from + i] = i < names.above ? '' : row.slice(names.before).join(delimiter);
    from += Math.max(1, rows.length);
  }
  return lines;
}

/** The fields of as many lines as follow each other with equally many, some of them filled. */
function rowsFrom(lines: readonly string[], from: number, delimiter: string): string[][] {
  const rows: string[][] = [];
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!;
    const fields = line.split(delimiter);
    if (fields.length < 2 || fields.length !== (rows[0] ?? fields).length) break;
    if (fields.every((field) => unquoted(field) === '')) break;
    rows.push(fields);
  }
  return rows;
}

/** What stands between the spaces of a line; a sign in quotes without them, which may be a space. */
export function signsOf(line: string): string[] {
  const signs = line.match(/'[^']'|"[^"]"|\S+/g) ?? [];
  return signs.map((sign) => sign.replace(/^(['"])(.)\1$/, '$2'));
}

/** The rows of a frame as pandas prints it, its names with them: as many as these count, with a sign in every cell. */
function printedFrom(lines: readonly string[], from: number): string[][] | undefined {
  if (!/^\s*"?[\da-z]+"?(\s+"?[\da-z]+"?)+\s*$/i.test(lines[from]!)) return undefined;
  const rows = [['', ...signsOf(lines[from]!)]];
  for (let at = from + 1; at < lines.length; at++) {
    const signs = signsOf(lines[at]!);
    if (signs.length !== rows[0]!.length || !signs.slice(1).every((sign) => [...sign].length === 1)) break;
    rows.push(signs);
  }
  const names = namesAround(rows);
  const isWhole = (lines[from + rows.length] ?? '').trim() === '';
  return isWhole && names.above === 1 && names.before === 1 ? rows : undefined;
}

/** Lines of names above the rows, and fields of them before the cells. */
function namesAround(rows: readonly (readonly string[])[]): {
  readonly above: 0 | 1;
  readonly before: 0 | 1;
} {
  const [first = [], ...below] = rows;
  if (rows.length < 2) return { above: 0, before: 0 };
  const [corner, ...columns] = first;
  const [across, down] = [
    countOf(columns),
    countOf(
      below.map(([name]) => name!),
      mayNameRows,
    ),
  ];
  const isCorner = countOf([corner!]) === undefined;
  if (isCorner && across !== undefined && down !== undefined && Math.max(across, down) > LARGEST_CELL)
    return { above: 1, before: 1 };
  const isAbove = (countOf(first) ?? 0) > LARGEST_CELL;
  const isBefore =
    (countOf(
      rows.map(([name]) => name!),
      mayNameRows,
    ) ?? 0) > LARGEST_CELL;
  return { above: isAbove ? 1 : 0, before: isBefore ? 1 : 0 };
}

/** A number behind any word, a letter or two behind those that name rows and columns. */
const NAME = /^(?:(\p{L}*)[ _.-]?(\d{1,2})|(?:row_?|r|col(?:umn)?_?|c)?([a-z]{1,2}))$/iu;

/**
 * The last of names that count from 0, 1 or A on, letters more than any digit; undefined where they do not count.
 *
 * @param mayBe whether they may have such a word before their numbers.
 */
function countOf(names: readonly string[], mayBe = (_: string) => true): number | undefined {
  const found = names.map((name) => NAME.exec(unquoted(name)));
  const letters = found.every((name) => name?.[3] !== undefined);
  const isAlike = found.every((name) => name?.[1] === found[0]?.[1]) && mayBe(found[0]?.[1] ?? '');
  const places = found.map((name) => (letters ? placeOf(name![3]!) : Number(name?.[2] ?? Number.NaN)));
  const counts = places.every((place, i) => place === places[0]! + i);
  if (!counts || !isAlike || places[0]! > (letters ? 0 : 1)) return undefined;
  return places.at(-1)! + (letters && places.length > 1 ? LARGEST_CELL : 0);
}

/** Of a column of a spreadsheet: A is 0, AA 26. */
function placeOf(letters: string): number {
  return [...letters.toLowerCase()].reduce((place, letter) => 26 * place + letter.charCodeAt(0) - 96, 0) - 1;
}
