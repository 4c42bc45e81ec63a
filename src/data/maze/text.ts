/**
 * Mazes as text, in the alphabets in which people draw them: rows on lines of their own, on one line, between slashes or
 * with spaces between the cells. A space is a free cell; those at the end of a line, which editors cut off, may be missing.
 */
import { unquoted } from '../reading/columns.ts';
import { unquotedLinesOf } from '../reading/documents.ts';
import type { Fault, Found, OnWords, Reading } from '../reading/found.ts';
import { ENDS, FREE, GOAL, START, WALL, WAY } from './maze.ts';
import { withoutNames } from './names.ts';
import { oneReading, signAround } from './two-readings.ts';

/** What a character means; letters that mean different things to different people decide by what else is there. */
const meanings: Readonly<Record<string, number>> = {
  ...characters('#█▓■⬛@', WALL),
  ...characters(' .·_░□⬜', FREE),
  ...characters('Ss', START),
  ...characters('GgEe', GOAL),
  ...characters('o', WAY),
};

/** Walls that are written as letters or as 1, with 0 for a free cell; only one of them is, where no character above is a wall. */
const lettered = [
  { sign: /x/i, alphabet: { ...meanings, ...characters('Xx', WALL) } },
  { sign: /w/i, alphabet: { ...meanings, ...characters('Ww', WALL) } },
  { sign: /1/, alphabet: { ...meanings, ...characters('1', WALL), ...characters('0', FREE) } },
] as const;

/** A maze of digits alone. */
const digits: Readonly<Record<string, number>> = {
  ...characters('0', FREE),
  ...characters('1', WALL),
  ...characters('2', START),
  ...characters('3', GOAL),
};

function characters(text: string, token: number): Record<string, number> {
  return Object.fromEntries([...text].map((character) => [character, token]));
}

const FIX =
  'use # for a wall, or X, W or 1 alone, a space or . for a free cell, S, G, and o for the way; or digits: 0 free, 1 wall, 2 start, 3 goal';

/** Tokens of a maze from its characters in reading order. */
export function mazeTokens(text: string): Reading<Uint8Array> {
  const cells = [...text];
  const alphabet: Readonly<Record<string, number>> = /^\d+$/.test(text)
    ? digits
    : /[#█▓■⬛@]/.test(text)
      ? meanings
      : (lettered.find(({ sign }) => sign.test(text))?.alphabet ?? meanings);
  const foreign = cells.find((cell) => alphabet[cell] === undefined);
  if (foreign !== undefined) return { fault: `'${foreign}' is no cell of a maze`, fix: FIX };
  const tokens = Uint8Array.from(cells, (cell) => alphabet[cell]!);
  for (const [token, name] of ENDS) {
    const count = tokens.filter((cell) => cell === token).length;
    if (count !== 1) return { fault: `expected one ${name}, got ${count}` };
  }
  return { value: tokens };
}

/** The same as they are meant where that could be read in two ways. */
function mazeOf(text: string, rows: number, columns: number): Reading<Uint8Array> {
  const reading = mazeTokens(text);
  if (reading.fault !== undefined) return reading;
  const hall = reading.value.includes(WALL) ? undefined : hallWithin(text, rows, columns);
  if (hall === undefined) return oneReading(text, reading.value, rows, columns);
  return {
    fault: `${hall} stands all around and is read as free: no wall is left`,
    fix: 'write # for a wall',
  };
}

/** What stands all around a maze without a wall where it is rather the wall: another sign is free within. */
function hallWithin(text: string, rows: number, columns: number): string | undefined {
  const cells = [...text];
  const around = signAround(cells, rows, columns, [...'SsGgEe23']);
  const others = cells.filter((cell) => cell !== around && [FREE, WAY].includes(meanings[cell]!));
  if (around === undefined || Math.min(rows, columns) < 3) return undefined;
  // The way of an answer leads through a hall; it never goes all around it.
  const isWall = meanings[around] === WAY || others.some((cell) => meanings[cell] === FREE);
  return isWall ? around : undefined;
}

/** Every maze of a text, of that size. @param onWords called for every line that is taken for words. */
export function readMazes(
  text: string,
  rows: number,
  columns: number,
  onWords: OnWords = () => {},
): Found<Int32Array>[] {
  const found: Found<Int32Array>[] = [];
  const lines = rowsIn(text);
  if (lines[0] === 'type octile')
    return [
      {
        fault: 'a map without start and goal',
        fix: 'leave out its first four lines and write S and G into it',
      },
    ];
  const take = (cells: string, line: number) => {
    const reading = mazeOf(cells, rows, columns);
    found.push(
      reading.fault === undefined ? { value: Int32Array.from(reading.value), line } : { ...reading, line },
    );
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.trim() === '' && line.length !== columns) continue;
    const whole = wholeMaze(line, rows, columns);
    if (whole !== undefined) {
      take(whole, i + 1);
      continue;
    }
    if (isTitle(lines, i)) {
      onWords({ line: i + 1, text: line });
      continue;
    }
    const block = unevenRun(lines, i, rows, columns) ?? blockAt(lines.slice(i, i + rows), rows, columns);
    if (typeof block === 'string') {
      take(block, i + 1);
      i += rows - 1;
      continue;
    }
    // A block that is none ends at the next empty line.
    const empty = lines.findIndex((other, at) => at >= i && other.trim() === '');
    const end = Math.max(empty < 0 ? lines.length : empty, i + (block.lines ?? 0));
    const { fault, at, fix } = otherSize(lines.slice(i, end), rows, columns) ?? block;
    found.push({ fault, fix, line: i + 1 + at });
    i = end;
  }
  return found;
}

/** A maze and the size that its text shows. */
export interface SizedMaze {
  readonly rows: number;
  readonly columns: number;
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
  const [all, written] = [rowsIn(text), withoutNames(unquotedLinesOf(text))];
  for (const [i, line] of all.entries()) if (isTitle(all, i)) onWords({ line: i + 1, text: line });
  return blocksOf(all).flatMap(({ lines, line }) => {
    if (hasMargin(written.slice(line - 1, line - 1 + lines.length))) return [{ ...MARGIN, line }];
    const alone = lines.every((one) => ends.every((end) => end.test(one)));
    if (!alone) return [{ ...sized(lines), line }];
    return lines.map((one, i) => ({ ...sized(squareRows(one)), line: line + i }));
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

/** Rows of a maze on one line; the line itself where it shows none. */
function squareRows(line: string): string[] {
  const parts = line.split('/');
  if (parts.length > 1) return parts;
  const cells = unspaced([line])[0]!;
  const side = Math.sqrt(cells.length);
  return Number.isInteger(side)
    ? Array.from({ length: side }, (_, row) => cells.slice(row * side, (row + 1) * side))
    : [line];
}

function sized(lines: readonly string[]): Reading<SizedMaze> {
  const texts = unspaced(lines);
  const [rows, columns] = [texts.length, Math.max(...texts.map(({ length }) => length))];
  if (rows === 1) {
    const fix = 'write its rows on lines of their own, or with slashes between them';
    return { fault: `${columns} cells on one line are no square`, fix };
  }
  const reading = mazeOf(texts.map((text) => text.padEnd(columns)).join(''), rows, columns);
  return reading.fault === undefined
    ? { value: { rows, columns, tokens: Int32Array.from(reading.value) } }
    : reading;
}

/** Cells without what stands between and behind them, where free ones have a sign: spaces, commas, the terminal's marks. */
function unspaced(lines: readonly string[]): string[] {
  const rows = lines.map((line) => line.trim().split(/[\s,]+/));
  const isSpaced =
    rows.every(
      (cells) => cells.length === rows[0]!.length && cells.every((cell) => /^.[*!]?$/u.test(cell)),
    ) && rows.some((cells) => cells.some((cell) => /^[.·_░□⬜0]/.test(cell)));
  return isSpaced ? rows.map((cells) => cells.map((cell) => cell[0]!).join('')) : [...lines];
}

/** A maze on one line: every cell, or its rows between slashes. */
function wholeMaze(line: string, rows: number, columns: number): string | undefined {
  if (rows === 1) return undefined;
  if (line.length === rows * columns) return line;
  const parts = line.split('/');
  if (parts.length === rows && parts.every((part) => part.length === columns)) return parts.join('');
  const cells = line.trim().split(/[\s,]+/);
  return cells.length === rows * columns && cells.every((cell) => cell.length === 1)
    ? cells.join('')
    : undefined;
}

function isProse(line: string): boolean {
  const mayBeRow = /w/i.test(line) && /^[wsgeo .·_░□⬜/]+$/i.test(line);
  return /[a-z]{3}/i.test(line.replace(/[xo]/gi, '')) && !/[#█▓■⬛@]/.test(line) && !mayBeRow;
}

/** Words, or a number alone above a maze that is not drawn with digits. */
function isTitle(lines: readonly string[], at: number): boolean {
  if (isProse(lines[at]!)) return true;
  if (!/^\s*[№(]?\s*\d+\s*[.):]?\s*$/.test(lines[at]!)) return false;
  const below = lines.find((line, i) => i > at && line.trim() !== '');
  return below !== undefined && !/\d/.test(below) && below.length > lines[at]!.length;
}

const MARGIN: Fault = {
  fault: 'empty cells along the edge of a sheet may be free, or lie beside the maze',
  fix: 'write . for each free cell, and leave out what is not of the maze',
};

/** Whether all cells along an edge of a sheet are empty. */
function hasMargin(lines: readonly string[]): boolean {
  const rows = lines.map((line) => line.split(/[,;\t]/));
  const isEmpty = (cells: readonly (string | undefined)[]) => cells.every((cell) => cell === '');
  const edges = [rows.at(0)!, rows.at(-1)!, rows.map((row) => row.at(0)), rows.map((row) => row.at(-1))];
  return rows.every(({ length }) => length > 1) && edges.some(isEmpty);
}

/**
 * The lines of a text; cells between commas, semicolons or tabs as a spreadsheet saves them, an empty one free, without these and
 * without names of rows and columns.
 */
export function rowsIn(text: string): string[] {
  return withoutNames(unquotedLinesOf(text)).map((line) => {
    const cells = line.split(/[,;\t]/).map(unquoted);
    const isTable = cells.length > 1 && cells.every((cell) => [...cell].length < 2);
    return isTable ? cells.map((cell) => cell || ' ').join('') : line;
  });
}

/** A fault of lines where a maze should be. */
interface BlockFault extends Fault {
  /** The line that it is about, from 0. */
  readonly at: number;
  /** Lines that it takes, where they do not end at the next empty one. */
  readonly lines?: number;
}

/** A fault of lines that all have as many cells, where that is another number than a row of the family has. */
function otherSize(lines: readonly string[], rows: number, columns: number): BlockFault | undefined {
  const [width, ...others] = new Set(lines.map(({ length }) => length));
  if (others.length > 0 || width === columns || lines.length === 1) return undefined;
  const fault = `expected ${rows} rows of ${columns} cells, got ${lines.length} of ${width}`;
  return { fault, fix: 'use a model of its size, or leave out what is not of the maze', at: 0 };
}

/**
 * A fault of lines that follow each other as the rows of mazes, but are one too few or too many: nobody knows which, and all
 * mazes behind it would be wrong. An empty line may be a row of free cells.
 */
function unevenRun(
  lines: readonly string[],
  from: number,
  rows: number,
  columns: number,
): BlockFault | undefined {
  const isApart = (line: string, at: number) =>
    (line.trim() === '' && line.length !== columns) ||
    isTitle(lines, at) ||
    wholeMaze(line, rows, columns) !== undefined;
  const end = lines.findIndex((line, at) => at >= from + rows && isApart(line, at));
  const count = (end < 0 ? lines.length : end) - from;
  if (count < rows || count % rows === 0) return undefined;
  const fault = `${count} lines follow each other, which are no whole mazes of ${rows} rows`;
  return { fault, fix: 'leave an empty line between mazes, and none within', at: 0, lines: count };
}

/** The cells of so many lines, or a fault. */
function blockAt(lines: readonly string[], rows: number, columns: number): string | BlockFault {
  const texts = lines.map((line) => rowOf(line, columns));
  const at = texts.findIndex((text) => text.length > columns);
  const first = texts[0]!.length;
  const size = `${rows} rows of ${columns} cells`;
  if (at >= 0) return { fault: `expected ${size}, got a row of ${texts[at]!.length}`, at };
  const empty = texts.indexOf('');
  if (texts.length < rows || (empty >= 0 && texts.slice(empty).every((text) => text.trim() === ''))) {
    const full = empty < 0 ? texts.length : empty;
    if (full === 1 && first !== columns) return { fault: `expected ${size}, got a row of ${first}`, at: 0 };
    const widest = Math.max(...texts.map(({ length }) => length));
    if (widest < columns) return { fault: `expected ${size}, got ${full} of ${widest}`, at: 0 };
    return { fault: `the maze ends after ${full} of ${size}`, at: full - 1 };
  }
  // Short rows are whole where another one is: then an editor has cut off their last free cells.
  const cut = texts.findIndex((text) => text.length < columns);
  if (cut >= 0 && !texts.some((text) => text.length === columns)) {
    const fix = 'spaces at the end of a line are free cells: write . where an editor cuts them off';
    return { fault: `expected ${size}, got a row of ${texts[cut]!.length}`, fix, at: cut };
  }
  return texts.map((text) => text.padEnd(columns)).join('');
}

/** A line's cells: as they stand, or between spaces, perhaps marked by the terminal. */
function rowOf(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const cells = line.trim().split(/[\s,]+/);
  const isSpaced = cells.length === columns && cells.every((cell) => /^.[*!]?$/u.test(cell));
  return isSpaced
    ? cells.map((cell) => cell[0]!).join('')
    : line.trimEnd().length <= columns
      ? line.trimEnd()
      : line;
}
