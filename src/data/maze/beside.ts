/** What stands beside a maze and contradicts its cells: where it begins and ends, and what its signs mean. */
import { mazeTokens } from './cells.ts';
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

/** Two numbers: `[1, 2]`, `"1,2"`, `{"row": 1, "col": 2}`. */
function placeIn(value: unknown): number[] | undefined {
  const text = typeof value === 'string' && /^\D?\d+\s*[,;]\s*\d+\D?$/.test(value.trim());
  const numbers = text ? value.match(/\d+/g)!.map(Number) : Object.values(Object(value) as object);
  return numbers.length === 2 && numbers.every(Number.isInteger) ? numbers : undefined;
}

/** Undefined of what is no maze. */
function signsOf(question: unknown): Signs | undefined {
  const lines = typeof question === 'string' ? question.replace(/\n+$/, '').split(/[\n/]/) : question;
  if (!Array.isArray(lines)) return undefined;
  const rows = lines.map((line: unknown) =>
    Array.isArray(line) ? line.map((cell) => String(cell ?? ' ')) : [...String(line ?? ' ')],
  );
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
