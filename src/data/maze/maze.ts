/**
 * Mazes in the alphabet of Maze-Hard: `#` wall, ` ` free, `S` start, `G` goal, `o` the way between them in an answer.
 * A cell's token is its place in that alphabet, from 1 on; 0 is padding.
 *
 * Source: the official dataset/build_maze_dataset.py (its character set and tokens).
 */
export const MAZE_ALPHABET = '# SGo';

export const WALL = 1;
export const FREE = 2;
export const START = 3;
export const GOAL = 4;
export const WAY = 5;

export const ENDS = [
  [START, 'start S'],
  [GOAL, 'goal G'],
] as const;

const NAMES = ['nothing', 'a wall', 'a free cell', 'a start', 'a goal', 'a way'];
const named = (token: number) => NAMES[token] ?? `token ${token}`;

/** Tokens `[rows * columns]`. */
export type MazeCells = Uint8Array | Int32Array;

/** Tokens of a question and its answer, `[rows * columns]` each. */
export interface MazePuzzle {
  readonly question: Uint8Array;
  readonly answer: Uint8Array;
}

/** One line of text, rows after each other. */
export function formatMaze(cells: ArrayLike<number>): string {
  return Array.from(cells, (token) => MAZE_ALPHABET[token - 1] ?? ' ').join('');
}

/** The up to four cells beside a cell. */
export function* neighbours(cell: number, rows: number, columns: number): Generator<number> {
  const column = cell % columns;
  if (cell >= columns) yield cell - columns;
  if (column > 0) yield cell - 1;
  if (column < columns - 1) yield cell + 1;
  if (cell < (rows - 1) * columns) yield cell + columns;
}

/** Steps between `from` and every cell by cells that are no wall, -1 where none lead there. `[rows * columns]` */
export function distancesFrom(from: number, cells: MazeCells, rows: number, columns: number): Int32Array {
  const distances = new Int32Array(cells.length).fill(-1);
  const queue = new Int32Array(cells.length);
  let end = 0;
  const reach = (cell: number, distance: number) => {
    if (distances[cell] !== -1 || cells[cell] === WALL) return;
    distances[cell] = distance;
    queue[end++] = cell;
  };
  distances[from] = 0;
  queue[end++] = from;
  for (let at = 0; at < end; at++) {
    const cell = queue[at]!;
    const next = distances[cell]! + 1;
    const column = cell % columns;
    if (cell >= columns) reach(cell - columns, next);
    if (column > 0) reach(cell - 1, next);
    if (column < columns - 1) reach(cell + 1, next);
    if (cell < (rows - 1) * columns) reach(cell + columns, next);
  }
  return distances;
}

/**
 * What is wrong with an answer; undefined when it is the question with one of its shortest ways marked.
 *
 * @param question and answer tokens `[rows * columns]`.
 */
export function mazeFault(
  question: MazeCells,
  answer: MazeCells,
  rows: number,
  columns: number,
): string | undefined {
  for (const [token, name] of ENDS) {
    if (question.filter((cell) => cell === token).length !== 1) return `a maze needs one ${name}`;
  }
  const moved = question.findIndex((cell, i) => (answer[i] === WAY ? cell !== FREE : cell !== answer[i]));
  if (moved >= 0) {
    const place = `row ${Math.floor(moved / columns) + 1}, column ${(moved % columns) + 1}`;
    return `the answer has ${named(answer[moved]!)} at ${place}, where the question has ${named(question[moved]!)}`;
  }
  const start = question.indexOf(START);
  const goal = question.indexOf(GOAL);
  const shortest = distancesFrom(start, question, rows, columns)[goal]!;
  if (shortest < 0) return 'no way leads from the start to the goal';
  const onlyWay = Uint8Array.from(answer, (cell) => (cell === FREE ? WALL : cell));
  const walked = distancesFrom(start, onlyWay, rows, columns)[goal]!;
  if (walked < 0) return 'the way does not lead from the start to the goal';
  const marked = onlyWay.reduce((sum, cell) => sum + (cell === WAY ? 1 : 0), 0);
  if (marked + 1 > walked) return `${marked + 1 - walked} marked cells are not on the way`;
  if (walked > shortest) return `the way has ${walked} steps; ${shortest} are enough`;
  return undefined;
}
