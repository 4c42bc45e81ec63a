/** Mazes without a model: their shortest ways, and what tells one kind of maze from another. */
import type { ExactAnswer } from '../family.ts';
import { distancesFrom, GOAL, type MazeCells, neighbours, START, WALL, WAY } from './maze.ts';

/** The maze with one of its shortest ways; undefined where none leads from S to G. */
export function shortestWay(question: Int32Array, rows: number, columns: number): ExactAnswer | undefined {
  const [start, goal] = [question.indexOf(START), question.indexOf(GOAL)];
  if (start < 0 || goal < 0) return undefined;
  const distances = distancesFrom(start, question, rows, columns);
  if (distances[goal]! < 0) return undefined;
  /** Of the cells that the last step may have come from, more than one makes several ways. */
  const several = forks(question, distances, goal, rows, columns);
  return { answer: withWay(question, distances, goal, rows, columns), several };
}

/** Marks the way back from the goal. @param distances from the start. */
export function withWay<T extends MazeCells>(
  cells: T,
  distances: Int32Array,
  goal: number,
  rows: number,
  columns: number,
): T {
  const answer = cells.slice() as T;
  for (let cell = goal; distances[cell]! > 1; ) {
    for (const next of neighbours(cell, rows, columns)) {
      if (distances[next] !== distances[cell]! - 1) continue;
      answer[next] = WAY;
      cell = next;
      break;
    }
  }
  return answer;
}

/** Whether the ways back from the goal part somewhere. */
function forks(
  cells: MazeCells,
  distances: Int32Array,
  goal: number,
  rows: number,
  columns: number,
): boolean {
  let front = new Set([goal]);
  for (let left = distances[goal]!; left > 0; left--) {
    const before = [...front].flatMap((cell) =>
      [...neighbours(cell, rows, columns)].filter(
        (next) => distances[next] === left - 1 && cells[next] !== WALL,
      ),
    );
    if (new Set(before).size < before.length || new Set(before).size > 1) return true;
    front = new Set(before);
  }
  return false;
}

/** Walls and free cells in per cent, steps of the shortest way, and rings of cells that let one walk in a circle. */
export function traitsOf(question: MazeCells, rows: number, columns: number): Record<string, number> {
  const [start, goal] = [question.indexOf(START), question.indexOf(GOAL)];
  if (start < 0 || goal < 0) return {};
  const distances = distancesFrom(start, question, rows, columns);
  const reached = Array.from(distances.keys()).filter((cell) => distances[cell]! >= 0);
  const pairs = reached.reduce((sum, cell) => {
    const open = [...neighbours(cell, rows, columns)].filter((next) => question[next] !== WALL);
    return sum + open.length;
  }, 0);
  const walls = Math.round((100 * question.filter((cell) => cell === WALL).length) / question.length);
  return {
    '% walls': walls,
    '% free cells': 100 - walls,
    'steps of the way': distances[goal]!,
    rings: pairs / 2 - reached.length + 1,
  };
}
