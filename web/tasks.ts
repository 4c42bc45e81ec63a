/** What can be trained in the page. */

import type { PuzzleInfo } from '../src/data/dataset.ts';

export interface Task {
  readonly title: string;
  readonly puzzle: PuzzleInfo;
  /** Least givens of a puzzle, or steps of a maze's way: what a small model learns from. */
  readonly least: number;
}

export const tasks = {
  'sudoku-4x4': { title: 'Sudoku 4×4: minutes', puzzle: { kind: 'sudoku', size: 4 }, least: 0 },
  'sudoku-6x6': { title: 'Sudoku 6×6: an hour', puzzle: { kind: 'sudoku', size: 6 }, least: 0 },
  'sudoku-9x9': { title: 'Sudoku 9×9, 40 givens: a night', puzzle: { kind: 'sudoku', size: 9 }, least: 40 },
  'maze-8x8': { title: 'Maze 8×8: half an hour', puzzle: { kind: 'maze', rows: 8, columns: 8 }, least: 8 },
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;
