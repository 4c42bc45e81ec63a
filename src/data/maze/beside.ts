/** What stands beside a maze and contradicts its cells: where it begins and ends, and what its signs mean. */
import type { Reading } from '../reading/found.ts';
import { alphabetOf, mazeTokens } from './cells.ts';
import { type Meaning, otherSign } from './legend.ts';
import { FREE, GOAL, START, WALL } from './maze.ts';
import { signAround } from './two-readings.ts';

/** Signs of a maze with what they are read as, row by row. */
interface Signs {
  readonly signs: readonly string[];
  readonly tokens: ArrayLike<number>;
  readonly columns: number;
}

/** What to say of a place that neither a row and a column nor the two the other way round, from 0 or 1, leads to. */
export function otherPlace(value: unknown, end: 'start' | 'goal', question: unknown): string | undefined {
  const place = placeIn(value);
  const maze = place && signsOf(question);
  if (!maze) return undefined;
  const at = Array.from(maze.tokens).indexOf(end === 'start' ? START : GOAL);
  const [row, column] = [Math.floor(at / maze.columns), at % maze.columns];
  const isThere = [0, 1].some(
    (first) => String(place.toSorted()) === String([row + first, column + first].toSorted()),
  );
  return isThere ? undefined : `where the ${end} stands in row ${row + 1}, column ${column + 1}`;
}

/** What to say of a legend, signs and words for them in either order, if a sign of the maze is read as something else. */
export function otherMeaning(legend: readonly (readonly unknown[])[], question: unknown): string | undefined {
  const maze = signsOf(question);
  if (!maze) return undefined;
  const pairs = legend.map((pair) => pair.map(String).toSorted((a, b) => a.length - b.length));
  return otherSign(pairs as unknown as Meaning[], maze.signs, maze.tokens)?.read;
}

type Cell = readonly [row: number, column: number];

/**
 * A maze with the start and the goal in its cells that stand beside it, row by row, if it has none: a row and a column or the other
 * way round, from 0 or from 1. Where several of these lead to free cells, or none does, nobody knows what is meant.
 */
export function withEnds(question: unknown, start: unknown, goal: unknown): Reading<string[]> | undefined {
  const rows = signRowsOf(question);
  const ends = [start, goal].map(placeIn) as [Cell | undefined, Cell | undefined];
  const signs = rows?.flat() ?? [];
  const isEven = rows?.every((row) => row.length === rows[0]!.length && row.length > 1);
  const alphabet = alphabetOf(signs.join(''));
  const areCells = signs.every((sign) => [WALL, FREE].includes(alphabet[sign]!));
  if (!rows || !isEven || !areCells || !ends[0] || !ends[1]) return undefined;
  const areDigits = signs.every((sign) => /\d/.test(sign));
  const isTurned = areDigits && signAround(signs, rows.length, rows[0]!.length, []) === '0';
  const isFree = ([row, column]: Cell) => {
    const sign = rows[row]?.[column];
    return sign !== undefined && (alphabet[sign] === FREE) !== isTurned;
  };
  const isNamed = [start, goal].some((end) => typeof end === 'object' && !Array.isArray(end));
  const readings = (isNamed ? [false] : [false, true]).flatMap((isColumnFirst) =>
    [0, 1].map((first) =>
      ends.map((end) => {
        const [one, other] = end!.map((number) => number - first) as [number, number];
        return isColumnFirst ? ([other, one] as const) : ([one, other] as const);
      }),
    ),
  );
  const [read, ...others] = new Map(
    readings.flatMap((cells) => (cells.every(isFree) ? [[String(cells), cells] as const] : [])),
  ).values();
  const fix = 'write S and G into the cells';
  if (!read) return { fault: 'start and goal beside a maze that are no free cells of it', fix };
  if (others.length > 0) {
    const at = read.findIndex((cell, end) => String(cell) !== String(others[0]![end]));
    const [here, there] = [read, others[0]!].map((cells) => cells[at]!.map((number) => number + 1));
    const end = ['start', 'goal'][at];
    const fault = `the ${end} may stand in row ${here!.join(', column ')}, or in row ${there!.join(', column ')}`;
    return { fault, fix };
  }
  const marks = areDigits ? '23' : 'SG';
  for (const [end, [row, column]] of read.entries()) rows[row]![column] = marks[end]!;
  return { value: rows.map((row) => row.join('')) };
}

/** Names of rows and columns before their numbers. */
const NAMED = /\b(?:rows?|col(?:umn)?s?|[rcxy])(?![a-z])\s*[:=]?\s*(?=\d)/gi;

/** Two numbers: `[1, 2]`, `"1,2"`, `"row 1, column 2"`, `{"row": 1, "col": 2}`, `{"x": 2, "y": 1}`. */
function placeIn(given: unknown): number[] | undefined {
  const value = typeof given === 'string' && given.length < 60 ? given.trim().replace(NAMED, '') : given;
  const text = typeof value === 'string' && /^\D?\d+\s*[,;]\s*\d+\D?$/.test(value);
  const fields = Object.entries(Object(value) as object);
  if (/^[xc]/i.test(fields[0]?.[0] ?? '')) fields.reverse();
  const numbers = text ? value.match(/\d+/g)!.map(Number) : fields.map(([, number]) => number);
  return numbers.length === 2 && numbers.every(Number.isInteger) ? numbers : undefined;
}

/** The signs of lines, or of lists of cells. */
function signRowsOf(question: unknown): string[][] | undefined {
  const lines = typeof question === 'string' ? question.replace(/(?<!\n)\n+$/, '').split(/[\n/]/) : question;
  if (!Array.isArray(lines)) return undefined;
  return lines.map((line: unknown) =>
    Array.isArray(line) ? line.map((cell) => String(cell ?? ' ')) : [...String(line ?? ' ')],
  );
}

/** Rows and columns of a maze; undefined of anything else. */
export function sidesOf(question: unknown): { readonly rows: number; readonly columns: number } | undefined {
  const maze = signsOf(question);
  return maze && { rows: maze.signs.length / maze.columns, columns: maze.columns };
}

/** Undefined of what is no maze. */
function signsOf(question: unknown): Signs | undefined {
  const rows = signRowsOf(question);
  if (!rows) return undefined;
  const isSpaced = rows.every((row) => row.length > 1 && row.every((cell, i) => i % 2 === 0 || cell === ' '));
  const signs = rows.flatMap((row) => (isSpaced ? row.filter((_, i) => i % 2 === 0) : row));
  const isOneLine = rows.length === 1 || rows.every((row) => row.length === 1);
  const height = isOneLine ? Math.sqrt(signs.length) : rows.length;
  const columns = signs.length / height;
  const areEven = isOneLine || rows.every((row) => row.length === rows[0]!.length);
  const { value: tokens } = { value: undefined, ...mazeTokens(signs.join('')) };
  if (!tokens || tokens.length !== signs.length || !Number.isInteger(columns) || !areEven) return undefined;
  // Of digits 0 all around is the wall, and 1 free.
  const isTurned =
    signAround(signs, height, columns, ['2', '3']) === '0' && signs.every((sign) => /\d/.test(sign));
  return {
    signs,
    columns,
    tokens: isTurned
      ? tokens.map((token) => (token === WALL ? FREE : token === FREE ? WALL : token))
      : tokens,
  };
}
