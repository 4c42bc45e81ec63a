/** What can be trained in the page. */

import type { FamilyInfo } from '../src/data/families.ts';

export interface Task {
  readonly title: string;
  readonly family: FamilyInfo;
  /** What makes its puzzles easier, as the family's generator takes it: what a small model learns from. */
  readonly level: number;
}

export const tasks = {
  'sudoku-4x4': { title: 'Sudoku 4×4: minutes', family: { kind: 'sudoku', size: 4 }, level: 0 },
  'sudoku-6x6': { title: 'Sudoku 6×6: an hour', family: { kind: 'sudoku', size: 6 }, level: 0 },
  'sudoku-9x9': { title: 'Sudoku 9×9, 40 givens: a night', family: { kind: 'sudoku', size: 9 }, level: 40 },
  'maze-8x8': { title: 'Maze 8×8: half an hour', family: { kind: 'maze', rows: 8, columns: 8 }, level: 8 },
  'futoshiki-4x4': { title: 'Futoshiki 4×4: half an hour', family: { kind: 'futoshiki', size: 4 }, level: 0 },
} as const satisfies Record<string, Task>;

export type TaskName = keyof typeof tasks;

/** The name of the model that the page trains. */
export const TRAINED = 'trained here';
