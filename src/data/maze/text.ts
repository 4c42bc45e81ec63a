/**
 * Mazes in a text: rows on lines of their own, on one line, between slashes, or as a sheet. Where a maze begins and ends is found
 * out here; what its lines draw, drawing.ts knows. Free cells at the end of a line, which editors cut off, may be missing.
 */

import { unquotedLinesOf } from '../reading/documents.ts';
import type { CellRows, Fault, Found, OnWords, Reading } from '../reading/found.ts';
import { placeBefore, placeFrom } from '../reading/places.ts';
import { faultOfSlashed } from '../reading/slashed.ts';
import { unquoted } from '../reading/tables/columns.ts';
import { emptyAmong } from '../reading/tables/empty-cells.ts';
import { withBlocksJoined } from '../reading/tables/printed-blocks.ts';
import {
  areFewSigns,
  HAS_PICTURE,
  IDENTIFIER,
  isRemark,
  MARK_ALONE,
  PAGE,
  standsApart,
} from '../reading/titles.ts';
import { mazeOf, noCell } from './cells.ts';
import { type Drawing, drawingOf, FREE_SIGN, oddRow, type Size, squared, widestOf } from './drawing.ts';
import { legendIn, type Meaning } from './legend.ts';
import { withoutNames } from './names.ts';
import { unreadAt } from './unread.ts';

/** Every maze of a text, of that size. @param onWords called for every line that is taken for words. */
export function readMazes(
  text: string,
  rows: number,
  columns: number,
  onWords: OnWords = () => {},
): Found<Int32Array>[] {
  const found: Found<Int32Array>[] = [];
  const { lines, isSheet } = rowsIn(text);
  if (lines[0] === 'type octile' && !lines.slice(4).some((line) => /[SG]/.test(line)))
    return [
      {
        fault: 'a map without start and goal',
        fix: 'leave out its first four lines and write S and G into it',
      },
    ];
  const legend = legendOf(lines);
  let run = 0; // where the lines that follow each other end
  const take = (cells: string, line: number) => {
    const reading = mazeOf(cells, rows, columns, legend);
    found.push(
      reading.fault === undefined ? { value: Int32Array.from(reading.value), line } : { ...reading, line },
    );
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.trim() === '' && line.length !== columns) continue;
    const whole = legendIn(line) ? undefined : wholeMaze(line, rows, columns);
    if (whole !== undefined) {
      take(whole, i + 1);
      continue;
    }
    if (isTitle(lines, i)) {
      onWords({ line: i + 1, text: line });
      continue;
    }
    const unread = unreadAt(lines, i);
    if (unread) {
      const { at, lines: taken, ...fault } = unread;
      found.push({ ...fault, line: at + 1 });
      i += taken;
      continue;
    }
    if (run < i + rows) run = endOfRun(lines, i, rows, columns);
    const block =
      unevenRun(run - i, rows) ??
      blockAt(lines.slice(i, i + rows), { rows, columns }, isSheet.slice(i, i + rows));
    if (typeof block === 'string') {
      take(block, i + 1);
      i += rows - 1;
      continue;
    }
    // A block that is none ends at the next empty line.
    const empty = placeFrom(lines, i, (other) => other.trim() === '');
    const end = Math.max(empty, i + (block.lines ?? 0));
    const { fault, at, fix } = otherSize(lines.slice(i, end), rows, columns) ?? block;
    found.push({ fault, fix, line: i + 1 + at });
    i = end;
  }
  return found;
}

/** A maze and the size that it is written in. */
export interface SizedMaze extends Size {
  /** `[rows * columns]` */
  readonly tokens: Int32Array;
}

/**
 * Every maze of a text, each as large as it is written: rows on lines of their own, an empty line behind a maze, or a maze
 * on a line, its rows between slashes or as a square.
 *
 * @param onWords called for every line that is taken for words.
 */
export function mazesOfAnySize(text: string, onWords: OnWords = () => {}): Found<SizedMaze>[] {
  const { written, lines: all, isSheet } = rowsIn(text);
  const legend = legendOf(all);
  for (const [i, line] of all.entries()) if (isTitle(all, i)) onWords({ line: i + 1, text: line });
  return blocksOf(all).flatMap(({ lines, line }) => {
    const from = line - 1;
    if (isSheet.slice(from, from + lines.length).every(Boolean)) {
      if (hasMargin(written.slice(from, from + lines.length))) return [{ ...MARGIN, line }];
      const width = widestOf(lines);
      const rows = lines.map((row) => row.padEnd(width));
      return [{ ...(oddRow(lines) ?? emptyIn(rows) ?? sized(rows, legend)), line }];
    }
    const unread = unreadAt(all, from);
    if (unread) {
      const { at, lines: _, ...fault } = unread;
      return [{ ...fault, line: at + 1 }];
    }
    const alone = lines.every((one) => ends.every((end) => end.test(one)));
    if (!alone) return [{ ...drawn(lines, legend), line }];
    return lines.map((one, i) => ({ ...drawn([one], legend), line: line + i }));
  });
}

/** What a line holds that is a maze by itself: a start and a goal. */
const ends = [/[Ss2]/, /[GgEe3]/];

/** Lines that belong together: those without text between them. A line of spaces alone is a row where it is as long as another. */
function blocksOf(lines: readonly string[]): { lines: string[]; line: number }[] {
  const blocks: { lines: string[]; line: number }[] = [];
  let isOpen = false;
  for (const [i, line] of lines.entries()) {
    const { length } = line;
    const isRow =
      line.trim() !== ''
        ? !isTitle(lines, i)
        : length > 1 && [lines[i - 1], lines[i + 1]].some((other) => other?.length === length);
    if (isRow && !isOpen) blocks.push({ lines: [], line: i + 1 });
    if (isRow) blocks.at(-1)!.lines.push(line);
    isOpen = isRow;
  }
  return blocks;
}

/** The maze that lines draw; a line alone holds its rows between slashes, or is a square. */
function drawn(lines: readonly string[], legend: readonly Meaning[]): Reading<SizedMaze> {
  const drawing = drawingOf(lines.length === 1 ? partsOf(lines[0]!) : lines);
  return drawing.fault === undefined ? sized(drawing.value, legend) : drawing;
}

/** A space on both sides of every slash is an edge to all rows, whose first has it on one side alone. */
function partsOf(line: string): string[] {
  const parts = line.split('/');
  return SPACED_SLASHES.test(line) ? [` ${parts[0]!}`, ...parts.slice(1)] : parts;
}

const SPACED_SLASHES = /^[^/]*( \/ [^/]*)+$/;

/**
 * The maze of cells that came as lists, row by row, whatever they hold: nothing and a space are free. Where every row holds a
 * start and a goal, each is a square maze of its own.
 */
export function mazesOfCells(rows: CellRows): Found<SizedMaze>[] {
  const texts: string[] = [];
  for (const [i, row] of rows.entries()) {
    const cells = row.map((cell) => cell.trim() || ' ');
    const foreign = cells.find((cell) => [...cell].length > 1);
    if (foreign !== undefined) return [noCell(foreign)];
    if (cells.length !== rows[0]!.length)
      return [{ fault: `row ${i + 1} has ${cells.length} cells, row 1 has ${rows[0]!.length}` }];
    texts.push(cells.join(''));
  }
  const alone = texts.every((text) => ends.every((end) => end.test(text)));
  return alone ? texts.map((text) => sized(squared([text]))) : [sized(texts)];
}

/** The tokens of a maze of cells that came as lists, of that size. */
export function tokensOfCells(cells: CellRows, { rows, columns }: Size): Reading<Int32Array> {
  const maze = mazesOfCells(cells)[0]!;
  if (maze.fault !== undefined) return maze;
  const { value } = maze;
  if (value.rows === rows && value.columns === columns) return { value: value.tokens };
  return { fault: `expected ${rows} rows of ${columns} cells, got ${value.rows} of ${value.columns}` };
}

function sized(drawing: Drawing, legend: readonly Meaning[] = []): Reading<SizedMaze> {
  const [rows, columns] = [drawing.length, drawing[0]!.length];
  if (rows === 1) {
    const fix = 'write its rows on lines of their own, or with slashes between them';
    return { fault: `${columns} cells on one line are no square`, fix };
  }
  const reading = mazeOf(drawing.join(''), rows, columns, legend);
  return reading.fault === undefined
    ? { value: { rows, columns, tokens: Int32Array.from(reading.value) } }
    : reading;
}

/** A maze on one line: every cell, or its rows between slashes. */
function wholeMaze(line: string, rows: number, columns: number): string | undefined {
  if (rows === 1) return undefined;
  if (line.length === rows * columns) return line;
  const parts = line.split('/');
  if (parts.length === rows && parts.every((part) => part.length === columns)) return parts.join('');
  if (parts.length === rows) {
    const drawing = drawingOf(SPACED_SLASHES.test(line) ? line.split(' / ') : parts, { rows, columns });
    return drawing?.fault === undefined ? drawing?.value.join('') : undefined;
  }
  const cells = line.trim().split(/[\s,]+/);
  return cells.length === rows * columns && cells.every((cell) => cell.length === 1)
    ? cells.join('')
    : undefined;
}

function isProse(line: string): boolean {
  const mayBeRow = /w/i.test(line) && /^[wsgeo .·_░□⬜/]+$/i.test(line);
  return /[a-z]{3}/i.test(line.replace(/[xo]/gi, '')) && !WALLS.test(line) && !mayBeRow;
}

/** What all lines of a text say of the signs. */
const legendOf = (lines: readonly string[]) => lines.flatMap((line) => legendIn(line) ?? []);

/**
 * Words, a legend, a heading of Markdown, or a number or two, as a size, above a maze that is not drawn with digits; a rule of another
 * length than the rows around it; and fewer letters, another rule, a size or a number after #, where these are no row of a maze that
 * they touch: not among rows, nor as long as one.
 */
function isTitle(lines: readonly string[], at: number): boolean {
  const line = lines[at]!;
  const [above = '', below = ''] = [lines[at - 1], lines[at + 1]];
  const isAsLong = (other: string) => other.length === line.length;
  const bare = [above, below].some(isAsLong) ? line : line.replace(ELLIPSIS, '$1');
  if (MARK_ALONE.test(line) || legendIn(line) || (OF_TABLE.test(line) && legendIn(below))) return true;
  if (isRemark(line) && ![above, below].some((other) => HAS_PICTURE.test(other))) return true;
  if ((isProse(line) || isWords(line)) && isMostlyCells(bare)) return false;
  if (isProse(line)) return true;
  if (HEADING.test(line) && isProse(line.replace(HEADING, ''))) return ![above, below].every(isAsLong);
  const isRule = RULE.test(line) && !/[|│┃║]/.test(above + below);
  if (isRule && ![above, below].some(isAsLong)) return true;
  const isApart = (other: string) =>
    other.trim() === '' || isProse(other) || (isRule ? isWords(other) : RULE.test(other));
  const isLabel = NUMBER.test(line) ? isApart(above) : isRule || isWords(line);
  const isFree =
    [above, below].some(isApart) && [above, below].every((one) => isApart(one) || !isAsLong(one));
  if (isLabel && isFree) return true;
  const areFew = areFewSigns(line);
  if (!areFew && ![SIZE, IDENTIFIER, PAGE, NUMBERS].some((known) => known.test(line))) return false;
  const last = lines[placeBefore(lines, at, (other) => other.trim() !== '')];
  if (areFew) return standsApart(lines, at) && WALLS.test(last!) && areFewSigns(line, last!.length);
  if (standsApart(lines, at) && isAsideOf(line, last)) return true;
  const next = lines[placeFrom(lines, at + 1, (other) => other.trim() !== '')];
  if (/[4-9]/.test(line) && isApart(above) && isApart(below)) return true; // neither a maze nor a row of one
  if (isApart(above) && isAsideOf(line, next)) return true;
  return next !== undefined && !/\d/.test(next) && next.length > line.length;
}

/** Below the header of a table of Markdown. */
const OF_TABLE = /^ *\|(?:[ :-]+\|)+ *$/;

const ELLIPSIS = /^(\p{L}{2}[^.]*)\.{3}$/u;

/** Whether a line with foreign letters is rather a damaged row: more than half of it are cells, and some of them no letters. */
function isMostlyCells(line: string): boolean {
  const cells = line.replace(/\s/g, '');
  return /[#.]/.test(cells) && 2 * (cells.match(/[#.SGo]/g)?.length ?? 0) > cells.length;
}

/** `# Maze`, but no `# = wall` or `# wall`, which says what # is. */
const HEADING =
  /^#{1,6} {1,9}(?!(?:is|are|means?|marks?|stands|walls?|free|open|empty|paths?|obstacles?|blocked)\b|[^\p{L}\d]*[=:→-])(?=[^#]+$)/iu;

const WALLS = /[#█▓■⬛@]/;

/** Of signs that are no cells. */
const RULE = /^\s*([-*=~─━═—])(?:\s*\1){2,}\s*$/;

/** `#1`, `10x10`, `## 2`. */
const NUMBER = /^\s*(?:#{1,6} *\d+|(?:#{1,6} +)?\d+ ?[x×*] ?\d+)\s*(?:[.):]\s*)?$/i;

/** `17`, `17.`, `(17)`, `10 10`. */
const NUMBERS = /^\s*(?:[№(]\s*)?\d+(?:[ ,]+\d+)?\s*(?:[.):]\s*)?$/;

/** `10 10`, `10x10`, which are no cells beside walls of signs. */
const SIZE = /^\s*[(]?\d{1,2}(?:[ ,]+| ?[x×*] ?)\d{1,2}[)]?\s*$/i;

/** `Hi Bob,`, `No. 5`: two letters in a row, one that is no cell, and nothing that may be a wall. */
function isWords(line: string): boolean {
  return (
    /^[\p{L}\d .,:;!?'()]+$/u.test(line) &&
    /\p{L}{2}/u.test(line) &&
    /[^\P{L}sgeoSGEO]/u.test(line) &&
    !/[xw]/i.test(line)
  );
}

/** Whether a line is a size, a date, a number or that of a page beside a row with walls that are no digits, and not as long a row of digits. */
function isAsideOf(line: string, next = ''): boolean {
  if (!WALLS.test(next)) return false;
  const mayBeRow = line.length === next.length && !/[4-9]/.test(line);
  return [SIZE, PAGE].some((known) => known.test(line)) || (IDENTIFIER.test(line) && !mayBeRow);
}

const MARGIN: Fault = {
  fault: 'empty cells along the edge of a sheet may be free, or lie beside the maze',
  isDoubt: true,
  fix: 'write . for each free cell, and leave out what is not of the maze',
};

/** What to say of a sheet in which a cell is empty and others have a sign for a free one. */
const emptyIn = (lines: readonly string[]) =>
  emptyAmong([...lines.join('')], lines[0]!.length, (cell) => FREE_SIGN.test(cell));

/** Whether all cells along an edge of a sheet are empty. */
function hasMargin(lines: readonly string[]): boolean {
  const rows = lines.map((line) => line.split(/[,;\t]/));
  const isEmpty = (cells: readonly (string | undefined)[]) => cells.every((cell) => cell === '');
  const edges = [rows.at(0)!, rows.at(-1)!, rows.map((row) => row.at(0)), rows.map((row) => row.at(-1))];
  return edges.some(isEmpty);
}

/** The lines of a text without names of rows and columns. */
interface Lines {
  readonly written: readonly string[];
  /** The same without what a spreadsheet puts between the cells, of which an empty one is free. */
  readonly lines: readonly string[];
  /** Of which lines it does: what stands there are cells, not a drawing of them. */
  readonly isSheet: readonly boolean[];
}

/** Cells stand between commas, semicolons or tabs as a spreadsheet saves them. */
function rowsIn(text: string): Lines {
  const written = withoutNames(withBlocksJoined(unquotedLinesOf(text)).lines);
  const sheets = written.map((line) => {
    const cells = line.split(/[,;\t]/).map(unquoted);
    const isTable = cells.length > 1 && cells.every((cell) => [...cell].length < 2);
    return isTable ? cells.map((cell) => cell || ' ').join('') : undefined;
  });
  return {
    written,
    lines: written.map((line, i) => sheets[i] ?? line.replace(/^\t+/, (tabs) => '    '.repeat(tabs.length))),
    isSheet: sheets.map((sheet) => sheet !== undefined),
  };
}

/** A fault of lines where a maze should be. */
interface BlockFault extends Fault {
  /** The line that it is about, from 0. */
  readonly at: number;
  /** Lines that it takes before its last, where they do not end at the next empty one. */
  readonly lines?: number;
}

/** A fault of lines that all have as many cells, where that is another number than a row of the family has. */
function otherSize(lines: readonly string[], rows: number, columns: number): BlockFault | undefined {
  const [width, ...others] = new Set(lines.map(({ length }) => length));
  if (others.length > 0 || width === columns || lines.length === 1) return undefined;
  const fault = `expected ${rows} rows of ${columns} cells, got ${lines.length} of ${width}`;
  return { fault, fix: 'use a model of its size, or leave out what is not of the maze', at: 0 };
}

/** Where the rows of the mazes end that follow each other. An empty line may be a row of free cells. */
function endOfRun(lines: readonly string[], from: number, rows: number, columns: number): number {
  const isApart = (line: string, at: number) =>
    (line.trim() === '' && line.length !== columns) ||
    isTitle(lines, at) ||
    wholeMaze(line, rows, columns) !== undefined;
  return placeFrom(lines, from + rows, isApart);
}

/**
 * A fault of lines that follow each other as the rows of mazes, but are one too few or too many: nobody knows which, and all
 * mazes behind it would be wrong.
 */
function unevenRun(count: number, rows: number): BlockFault | undefined {
  if (count < rows || count % rows === 0) return undefined;
  const fault = `${count} lines follow each other, which are no whole mazes of ${rows} rows`;
  return { fault, fix: 'leave an empty line between mazes, and none within', at: 0, lines: count };
}

/** The cells of so many lines, or a fault. @param isSheet of each line. */
function blockAt(
  lines: readonly string[],
  { rows, columns }: Size,
  isSheet: readonly boolean[],
): string | BlockFault {
  const empty = lines.indexOf('');
  const isCut = lines.length < rows || (empty >= 0 && lines.slice(empty).every((line) => line.trim() === ''));
  const isFull = !isCut && lines.some((line) => line.length >= columns);
  const exact = isSheet.every(Boolean) && lines.every(({ length }) => length === columns);
  const whole = () => (exact ? (emptyIn(lines) ?? { value: lines }) : drawingOf(lines, { rows, columns }));
  const drawing = isFull ? whole() : undefined;
  if (drawing)
    return drawing.fault === undefined ? drawing.value.join('') : { ...drawing, at: 0, lines: rows - 1 };
  const texts = lines.map((line) => line.trimEnd());
  const at = texts.findIndex((text) => text.length > columns);
  const first = lines[0]!.length;
  const size = `${rows} rows of ${columns} cells`;
  if (at >= 0) {
    const slashed = faultOfSlashed(partsOf(texts[at]!).join('/'), rows, columns);
    return { ...(slashed ?? { fault: `expected ${size}, got a row of ${texts[at]!.length}` }), at };
  }
  if (isCut) {
    const full = empty < 0 ? texts.length : empty;
    if (full === 1 && first !== columns) return { fault: `expected ${size}, got a row of ${first}`, at: 0 };
    const widest = widestOf(lines);
    if (widest < columns) return { fault: `expected ${size}, got ${full} of ${widest}`, at: 0 };
    return { fault: `the maze ends after ${full} of ${size}`, at: full - 1 };
  }
  const cut = lines.findIndex((text) => text.length < columns);
  if (cut >= 0) {
    const fix = 'spaces at the end of a line are free cells: write . where an editor cuts them off';
    return { fault: `expected ${size}, got a row of ${lines[cut]!.length}`, fix, at: cut };
  }
  const walls = 'the walls around it are those of a smaller maze';
  return { fault: `expected ${size}: ${walls}`, fix: 'use a model of its size', at: 0 };
}
