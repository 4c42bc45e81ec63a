/** The cells of a maze: the characters that people write for them, and what these mean together. */
import type { Fault, Reading } from '../reading/found.ts';
import { faultOfLegend, type Meaning } from './legend.ts';
import { ENDS, FREE, GOAL, START, WALL, WAY } from './maze.ts';
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

/** What each character of a maze means beside its others. */
export function alphabetOf(text: string): Readonly<Record<string, number>> {
  if (/^\d+$/.test(text)) return digits;
  if (/[#█▓■⬛@]/.test(text)) return meanings;
  return lettered.find(({ sign }) => sign.test(text))?.alphabet ?? meanings;
}

/** What to say of something that no maze has in a cell. */
export function noCell(foreign: string): Fault {
  return { fault: `'${foreign}' is no cell of a maze`, fix: FIX };
}

/** Tokens of a maze from its characters in reading order. */
export function mazeTokens(text: string): Reading<Uint8Array> {
  const cells = [...text];
  const alphabet = alphabetOf(text);
  const foreign = cells.find((cell) => alphabet[cell] === undefined);
  if (foreign !== undefined) return noCell(foreign);
  const tokens = Uint8Array.from(cells, (cell) => alphabet[cell]!);
  for (const [token, name] of ENDS) {
    const count = tokens.filter((cell) => cell === token).length;
    const fix = count === 0 ? `write ${name.at(-1)} into its cell` : undefined;
    if (count !== 1) return { fault: `expected one ${name}, got ${count}`, fix };
  }
  return { value: tokens };
}

/** The same as they are meant where that could be read in two ways. @param legend of the text around it, which may contradict. */
export function mazeOf(
  text: string,
  rows: number,
  columns: number,
  legend: readonly Meaning[] = [],
): Reading<Uint8Array> {
  const reading = withoutLegend(text, rows, columns);
  const other = reading.fault === undefined ? faultOfLegend(legend, text, reading.value) : undefined;
  return other ?? reading;
}

function withoutLegend(text: string, rows: number, columns: number): Reading<Uint8Array> {
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
