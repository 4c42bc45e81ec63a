/** Mazes without a model: their shortest ways, and what tells one kind of maze from another. */
import type { ExactAnswer } from '../family.ts';
import { distancesFrom, GOAL, type MazeCells, neighbours, START, WALL, WAY } from './maze.ts';

/** The maze with the first of its shortest ways (`withWay`); undefined where none leads from S to G. */
export function shortestWay(question: Int32Array, rows: number, columns: number): ExactAnswer | undefined {
  const [start, goal] = [question.indexOf(START), question.indexOf(GOAL)];
  if (start < 0 || goal < 0) return undefined;
  const toGoal = distancesFrom(goal, question, rows, columns);
  if (toGoal[start]! < 0) return undefined;
  const several = forks(question, toGoal, start, rows, columns);
  return { answer: withWay(question, toGoal, start, columns), several };
}

/**
 * Marks the first of the shortest ways: of the steps that lead nearer to the goal the first of down, left, right and up, at
 * every cell. It is the way that a breadth-first search from the start finds which looks in this order and keeps the first
 * parent, and the answer of every maze of Maze-Hard, though none of them has a single shortest way.
 *
 * @param toGoal steps from every cell to the goal.
 */
export function withWay<T extends MazeCells>(
  cells: T,
  toGoal: Int32Array,
  start: number,
  columns: number,
): T {
  const answer = cells.slice() as T;
  for (let cell = start; ; ) {
    const nearer = toGoal[cell]! - 1;
    if (nearer <= 0) return answer;
    if (toGoal[cell + columns] === nearer) cell += columns;
    else if (cell % columns > 0 && toGoal[cell - 1] === nearer) cell--;
    else if ((cell + 1) % columns > 0 && toGoal[cell + 1] === nearer) cell++;
    else cell -= columns;
    answer[cell] = WAY;
  }
}

/** Whether the shortest ways part somewhere: up to there they are one. */
function forks(cells: MazeCells, toGoal: Int32Array, start: number, rows: number, columns: number): boolean {
  for (let cell = start, left = toGoal[start]!; left > 0; left--) {
    const nearer = [...neighbours(cell, rows, columns)].filter(
      (next) => toGoal[next] === left - 1 && cells[next] !== WALL,
    );
    if (nearer.length > 1) return true;
    cell = nearer[0]!;
  }
  return false;
}

/** Steps of the shortest way; 0 where none leads from S to G. */
export function stepsOf(question: MazeCells, rows: number, columns: number): number {
  const [start, goal] = [question.indexOf(START), question.indexOf(GOAL)];
  if (start < 0 || goal < 0) return 0;
  return Math.max(0, distancesFrom(start, question, rows, columns)[goal]!);
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
