/**
 * Mazes as text, in the alphabets in which people draw them: rows on lines of their own, on one line, between slashes or
 * with spaces between the cells. A space is a free cell; those at the end of a line, which editors cut off, may be missing.
 */
import { linesOf } from '../reading/documents.ts';
import type { Fault, Found, Reading } from '../reading/found.ts';
import { ENDS, FREE, GOAL, START, WALL, WAY } from './maze.ts';

/** What a character means; letters that mean different things to different people decide by what else is there. */
const meanings: Readonly<Record<string, number>> = {
  ...characters('#█▓■@', WALL),
  ...characters(' .·_░', FREE),
  ...characters('Ss', START),
  ...characters('GgEe', GOAL),
  ...characters('o', WAY),
};

/** Where no character above is a wall, X is one. */
const withX: Readonly<Record<string, number>> = { ...meanings, ...characters('Xx', WALL) };

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
  'use # for a wall, a space or . for a free cell, S, G, and o for the way; or digits: 0 free, 1 wall, 2 start, 3 goal';

/** Tokens of a maze from its characters in reading order. */
export function mazeTokens(text: string): Reading<Uint8Array> {
  const cells = [...text];
  const alphabet = /^\d+$/.test(text) ? digits : /[#█▓■@]/.test(text) ? meanings : withX;
  const foreign = cells.find((cell) => alphabet[cell] === undefined);
  if (foreign !== undefined) return { fault: `'${foreign}' is no cell of a maze`, fix: FIX };
  const tokens = Uint8Array.from(cells, (cell) => alphabet[cell]!);
  for (const [token, name] of ENDS) {
    const count = tokens.filter((cell) => cell === token).length;
    if (count !== 1) return { fault: `expected one ${name}, got ${count}` };
  }
  return { value: tokens };
}

/** Every maze of a text, of that size. */
export function readMazes(text: string, rows: number, columns: number): Found<Int32Array>[] {
  const found: Found<Int32Array>[] = [];
  const lines = linesOf(text);
  if (lines[0] === 'type octile')
    return [
      {
        fault: 'a map without start and goal',
        fix: 'leave out its first four lines and write S and G into it',
      },
    ];
  const take = (cells: string, line: number) => {
    const { fault, ...reading } = mazeTokens(cells) as { value: Uint8Array; fault?: string; fix?: string };
    found.push(
      fault === undefined ? { value: Int32Array.from(reading.value), line } : { fault, ...reading, line },
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
    if (isProse(line)) continue;
    const block = blockAt(lines.slice(i, i + rows), rows, columns);
    if (typeof block === 'string') take(block, i + 1);
    else found.push({ fault: block.fault, fix: block.fix, line: i + 1 + block.at });
    // A block that is none ends at the next empty line.
    const end = lines.findIndex((other, at) => at >= i && other.trim() === '');
    i = typeof block === 'string' ? i + rows - 1 : end < 0 ? lines.length : end;
  }
  return found;
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
  return /[a-z]{3}/i.test(line.replace(/x/gi, '')) && !/[#█▓■@]/.test(line);
}

/** The cells of so many lines; a fault with its line, from 0. */
function blockAt(lines: readonly string[], rows: number, columns: number): string | (Fault & { at: number }) {
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
    return { fault: `the maze ends after ${full} of ${rows} rows`, at: full - 1 };
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
