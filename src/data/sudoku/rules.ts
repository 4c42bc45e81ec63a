/**
 * The rules of Sudoku for grids of 4x4, 6x6, 9x9 and 16x16 cells.
 *
 * A grid is a Uint8Array of n*n cells in reading order, 0 blank, otherwise a digit 1..n. Every row, every column and
 * every box holds each digit once.
 */
import { TrmError } from '../../errors.ts';

export type SudokuSize = 4 | 6 | 9 | 16;

/** Geometry of one size. Units are numbered: rows 0..n-1, columns n..2n-1, boxes 2n..3n-1. */
export interface SudokuShape {
  readonly size: SudokuSize;
  readonly boxRows: number;
  readonly boxColumns: number;
  /** [3n][n] cells of each unit. */
  readonly units: readonly Uint8Array[];
  /** [n*n] box of each cell, in [0, n). */
  readonly boxOf: Uint8Array;
}

/** A digit that stands more than once in a unit. */
export interface Conflict {
  readonly unit: 'row' | 'column' | 'box';
  /** Which row, column or box, from 0. */
  readonly index: number;
  readonly digit: number;
  readonly cells: readonly number[];
}

const SHAPES: Readonly<Record<SudokuSize, SudokuShape>> = {
  4: makeShape(4, 2, 2),
  6: makeShape(6, 2, 3),
  9: makeShape(9, 3, 3),
  16: makeShape(16, 4, 4),
};

/** @throws TrmError `data` for a size that is not 4, 6, 9 or 16. */
export function sudokuShape(size: number): SudokuShape {
  const shape = SHAPES[size as SudokuSize];
  if (!shape)
    throw new TrmError('data', `no Sudoku has size ${size}`, { key: 'size', fix: 'use 4, 6, 9 or 16' });
  return shape;
}

/** The geometry of a grid, from its number of cells. @throws TrmError `data` for other numbers than 16, 36, 81 and 256. */
export function shapeOfGrid(grid: { readonly length: number }): SudokuShape {
  const shape = SHAPES[Math.sqrt(grid.length) as SudokuSize];
  if (!shape) throw new TrmError('data', `a grid has 16, 36, 81 or 256 cells, got ${grid.length}`);
  return shape;
}

/** Every digit that stands twice in a unit; an empty list means that the rules hold so far. */
export function findConflicts(grid: Uint8Array): Conflict[] {
  const { size, units } = shapeOfGrid(grid);
  const conflicts: Conflict[] = [];
  for (const [u, unit] of units.entries()) {
    for (let digit = 1; digit <= size; digit++) {
      const cells = [...unit].filter((cell) => grid[cell] === digit);
      if (cells.length < 2) continue;
      const kind = (['row', 'column', 'box'] as const)[Math.floor(u / size)]!;
      conflicts.push({ unit: kind, index: u % size, digit, cells });
    }
  }
  return conflicts;
}

/** Whether every cell is filled and the rules hold. */
export function isSolved(grid: Uint8Array): boolean {
  const { size, units } = shapeOfGrid(grid);
  const all = (2 << size) - 2; // bits 1..n
  for (const unit of units) {
    let seen = 0;
    for (const cell of unit) seen |= 1 << grid[cell]!;
    if (seen !== all) return false;
  }
  return true;
}

/** Whether every given of the question stands in the answer too. */
export function extendsQuestion(answer: Uint8Array, question: Uint8Array): boolean {
  return (
    answer.length === question.length &&
    question.every((digit, cell) => digit === 0 || digit === answer[cell])
  );
}

function makeShape(size: SudokuSize, boxRows: number, boxColumns: number): SudokuShape {
  const boxOf = new Uint8Array(size * size);
  const units = Array.from({ length: 3 * size }, () => [] as number[]);
  for (let cell = 0; cell < size * size; cell++) {
    const row = Math.floor(cell / size);
    const column = cell % size;
    const box = Math.floor(row / boxRows) * boxRows + Math.floor(column / boxColumns); // n / boxColumns = boxRows boxes a band
    boxOf[cell] = box;
    units[row]!.push(cell);
    units[size + column]!.push(cell);
    units[2 * size + box]!.push(cell);
  }
  return { size, boxRows, boxColumns, units: units.map((unit) => Uint8Array.from(unit)), boxOf };
}

/** Why a grid is no answer to another; undefined where it is one. */
export function faultOfAnswer(question: Uint8Array, answer: Uint8Array): string | undefined {
  const [conflict] = findConflicts(answer);
  if (conflict) return `${conflict.digit} stands twice in ${conflict.unit} ${conflict.index + 1}`;
  if (!isSolved(answer)) return 'a cell is blank';
  return extendsQuestion(answer, question) ? undefined : 'a given was changed';
}
