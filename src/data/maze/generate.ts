/**
 * Makes mazes of two kinds.
 *
 * Corridors have one way between start and goal. The free cells grow as a tree: a wall beside one free cell only is opened,
 * until there is none. So any size is possible, and the way is unique, hence the shortest. Opened next is the newest such
 * wall, which winds long corridors, or any of them, which branches; each maze draws its own share of the two (the "growing
 * tree" of maze makers).
 *
 * Mazes like Maze-Hard have walls at random, and ways that are among the longest of their size. Its 30x30 mazes have walls on
 * 28 to 45 % of their cells and ways of 109 steps or more; the answer is the first of several shortest ways (`withWay`).
 */
import { TrmError } from '../../errors.ts';
import type { Random } from '../random.ts';
import { distancesFrom, FREE, GOAL, type MazePuzzle, neighbours, START, WALL } from './maze.ts';
import { withWay } from './solver.ts';

type DrawCells = (rows: number, columns: number, random: Random) => Uint8Array;

interface Kind {
  readonly draw: DrawCells;
  /** Mazes in a row whose longest way from the start is too short, after which the length is taken as impossible. */
  readonly patience: number;
}

const kinds = {
  corridors: { draw: growTree, patience: 200 },
  'maze-hard': { draw: scatterWalls, patience: 50_000 },
} satisfies Record<string, Kind>;

export type MazeKind = keyof typeof kinds;
export const mazeKinds = Object.keys(kinds) as MazeKind[];

export interface MazeOptions {
  readonly rows: number;
  readonly columns: number;
  /** Steps from start to goal, at least. */
  readonly minPath: number;
  /** `corridors` when omitted. */
  readonly like?: MazeKind | undefined;
}

/** Cells of a maze that is generated: one more takes seconds, and a model that answers it more than there is. */
const MOST_CELLS = 512 ** 2;

/**
 * An endless stream of different mazes; the same random stream gives the same mazes.
 *
 * @throws TrmError `usage` on a size that has no ways or is too large, when no maze has so long a way, or no new one turns up.
 */
export function* generateMazes(
  { rows, columns, minPath, like = 'corridors' }: MazeOptions,
  random: Random,
): Generator<MazePuzzle, never> {
  if (rows * columns < 2 || rows * columns > MOST_CELLS)
    throw new TrmError('usage', `a maze of ${rows}x${columns} is not generated`, {
      key: 'size',
      fix: `ask for 2 to ${MOST_CELLS} cells`,
    });
  const { draw, patience }: Kind = kinds[like];
  const seen = new Set<string>();
  const longest: number[] = []; // of the mazes in a row that were too short
  for (let failures = 0; ; ) {
    const cells = draw(rows, columns, random);
    const free = cellsOf(cells, FREE);
    if (free.length < 2) continue;
    const start = free[random.int(free.length)]!;
    const distances = distancesFrom(start, cells, rows, columns);
    const furthest = distances.reduce((most, steps) => Math.max(most, steps));
    const key = furthest >= Math.max(1, minPath) ? String(cells) : '';
    if (key === '' || seen.has(key)) {
      longest.push(furthest);
      if (++failures < patience) continue;
      throw seen.size === 0 ? tooLong({ rows, columns, minPath }, longest) : tooMany(seen.size, minPath);
    }
    failures = 0;
    longest.length = 0;
    seen.add(key);
    const goals = free.filter((cell) => distances[cell]! >= Math.max(1, minPath));
    const goal = goals[random.int(goals.length)]!;
    cells[start] = START;
    cells[goal] = GOAL;
    yield {
      question: cells,
      answer: withWay(cells, distancesFrom(goal, cells, rows, columns), start, columns),
    };
  }
}

function tooLong({ rows, columns, minPath }: MazeOptions, longest: readonly number[]): TrmError {
  const sorted = [...longest].sort((a, b) => a - b);
  const found = `of ${sorted.length} mazes of ${rows}x${columns} none has a way of ${minPath} steps, the longest has ${sorted.at(-1)}`;
  const usual = sorted[sorted.length >> 1];
  return new TrmError('usage', found, {
    key: 'minPath',
    fix: `ask for at most ${usual}, which half of them have`,
  });
}

function tooMany(found: number, minPath: number): TrmError {
  return new TrmError('usage', `found only ${found} different mazes with a way of ${minPath} steps`, {
    key: 'count',
    fix: `ask for at most ${found} training and test mazes together, for larger ones, or for shorter ways`,
  });
}

function growTree(rows: number, columns: number, random: Random): Uint8Array {
  const cells = new Uint8Array(rows * columns).fill(WALL);
  const first = random.int(cells.length);
  cells[first] = FREE;
  const winding = random.float();
  const edge = random.shuffle([...neighbours(first, rows, columns)]);
  while (edge.length > 0) {
    const pick = random.float() < winding ? edge.length - 1 : random.int(edge.length);
    const [cell] = edge.splice(pick, 1) as [number];
    if (cells[cell] === FREE) continue;
    const beside = [...neighbours(cell, rows, columns)];
    if (beside.filter((next) => cells[next] === FREE).length !== 1) continue;
    cells[cell] = FREE;
    edge.push(...random.shuffle(beside.filter((next) => cells[next] === WALL)));
  }
  return cells;
}

/** Each cell is a wall with the same probability, another one in each maze. */
function scatterWalls(rows: number, columns: number, random: Random): Uint8Array {
  const walls = (0.28 + 0.17 * random.float()) * 2 ** 32;
  const cells = new Uint8Array(rows * columns);
  for (let cell = 0; cell < cells.length; cell++) cells[cell] = random.uint32() < walls ? WALL : FREE;
  return cells;
}

function cellsOf(cells: Uint8Array, token: number): number[] {
  const found: number[] = [];
  for (let cell = 0; cell < cells.length; cell++) if (cells[cell] === token) found.push(cell);
  return found;
}
