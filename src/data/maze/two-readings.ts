/**
 * Mazes whose alphabet leaves open what is a wall: digits are written with 1 for a wall and with 1 for a free cell, and some
 * draw the way of `#`. The walls around a maze tell, and from where to where a way leads; what is still open is refused with
 * both readings.
 */
import type { Reading } from '../reading/found.ts';
import { distancesFrom, FREE, GOAL, START, WALL } from './maze.ts';

/**
 * The tokens `[rows * columns]` as they are meant, or both readings.
 *
 * @param text the characters, in reading order.
 * @param tokens what they are by the alphabet that is told to people: 1 and `#` are walls.
 */
export function oneReading(
  text: string,
  tokens: Uint8Array,
  rows: number,
  columns: number,
): Reading<Uint8Array> {
  const others = tokens.map((token) => (token === WALL ? FREE : token === FREE ? WALL : token));
  const [leads, leadsOther] = [tokens, others].map((some) => hasWay(some, rows, columns));
  const open = leads ? undefined : openSide(tokens, rows, columns);
  if (open)
    return {
      fault: `no way leads from the start to the goal, and walls stand all around but for ${open}`,
      fix: 'look whether a row or a column of the maze is missing there',
    };
  const areDigits = /^[\dsge]+$/i.test(text) && /[01]/.test(text);
  const around = signAround([...tokens], rows, columns, [START, GOAL]);
  const isSolid = /[#█▓■⬛@]/.test(text);
  const isHall =
    around === FREE && tokens.includes(WALL) && (!isSolid || hangTogether(others, rows, columns));
  if (!leadsOther || around === WALL || (leads && !areDigits && !isHall)) return { value: tokens };
  if (areDigits && around === FREE) return { value: others };
  const [wall, free] = areDigits ? ['1', '0'] : [text[tokens.indexOf(WALL)]!, 'the rest'];
  const both = leads
    ? `${wall} may be a wall and ${free} a free cell, or the other way round: both have a way from start to goal`
    : `no way leads from the start to the goal where ${wall} is a wall; one does where ${wall} is free and ${free} is a wall`;
  const frame = isSolid && leads ? ', with a wall all around the maze' : '';
  return { fault: both, fix: `write # for a wall and . for a free cell${frame}` };
}

function hasWay(tokens: Uint8Array, rows: number, columns: number): boolean {
  return distancesFrom(tokens.indexOf(START), tokens, rows, columns)[tokens.indexOf(GOAL)]! >= 0;
}

/** Whether every free cell is reached from the start, as those of a way are that somebody draws; walls in a hall stand apart. */
function hangTogether(tokens: Uint8Array, rows: number, columns: number): boolean {
  const distances = distancesFrom(tokens.indexOf(START), tokens, rows, columns);
  return tokens.every((token, cell) => token !== FREE || distances[cell]! >= 0);
}

/** The side on which the walls around a maze are incomplete, where they stand on the three others. */
function openSide(tokens: Uint8Array, rows: number, columns: number): string | undefined {
  if (Math.min(rows, columns) < 3) return undefined;
  const isWall = (cell: number) => [WALL, START, GOAL].includes(tokens[cell]!);
  const row = (at: number) => Array.from({ length: columns }, (_, column) => at * columns + column);
  const column = (at: number) => Array.from({ length: rows }, (_, row) => row * columns + at);
  const sides = [
    ['the first row', row(0)],
    ['the last row', row(rows - 1)],
    ['the first column', column(0)],
    ['the last column', column(columns - 1)],
  ] as const;
  const open = sides.filter(([, cells]) => !cells.every(isWall));
  return open.length === 1 ? open[0]![0] : undefined;
}

/** What stands all around, start and goal apart; undefined where that is not one thing. */
export function signAround<T>(
  cells: readonly T[],
  rows: number,
  columns: number,
  apart: readonly T[],
): T | undefined {
  const around = new Set(
    cells.filter((cell, place) => {
      const [row, column] = [Math.floor(place / columns), place % columns];
      const isOuter = row === 0 || column === 0 || row === rows - 1 || column === columns - 1;
      return isOuter && !apart.includes(cell);
    }),
  );
  return around.size === 1 ? [...around][0] : undefined;
}
