import { describe, expect, test } from 'vitest';
import { parseLine } from '../../../src/data/sudoku/grid.ts';
import { extendsQuestion, findConflicts, isSolved, sudokuShape } from '../../../src/data/sudoku/rules.ts';

const SOLVED = {
  4: '1234341221434321',
  6: '123456456123231564564231312645645312',
  9: '739584261286713945415629783642137598971845632853962417127498356398256174564371829',
};

describe('sudokuShape', () => {
  test.each([
    [4, 2, 2],
    [6, 2, 3],
    [9, 3, 3],
  ] as const)('%i: every unit has each cell once, boxes are %i x %i', (size, boxRows, boxColumns) => {
    const shape = sudokuShape(size);
    expect([shape.boxRows, shape.boxColumns]).toEqual([boxRows, boxColumns]);
    expect(shape.units).toHaveLength(3 * size);
    for (const kind of [0, 1, 2]) {
      const cells = shape.units.slice(kind * size, (kind + 1) * size).flatMap((unit) => [...unit]);
      expect(cells.sort((a, b) => a - b)).toEqual(Array.from({ length: size * size }, (_, i) => i));
    }
    const firstBox = [...shape.units[2 * size]!];
    expect(Math.max(...firstBox.map((cell) => Math.floor(cell / size)))).toBe(boxRows - 1);
    expect(Math.max(...firstBox.map((cell) => cell % size))).toBe(boxColumns - 1);
    shape.boxOf.forEach((box, cell) => {
      expect(shape.units[2 * size + box]).toContain(cell);
    });
  });

  test('other sizes are refused', () => {
    expect(() => sudokuShape(8)).toThrow('size: no Sudoku has size 8; use 4, 6, 9 or 16');
    expect(() => isSolved(new Uint8Array(80))).toThrow('a grid has 16, 36, 81 or 256 cells, got 80');
  });
});

describe.each([4, 6, 9] as const)('rules of size %i', (size) => {
  const grid = parseLine(SOLVED[size]);

  test('a solution is solved and has no conflicts', () => {
    expect(isSolved(grid)).toBe(true);
    expect(findConflicts(grid)).toEqual([]);
  });

  test('any changed or blank cell spoils it', () => {
    for (let cell = 0; cell < grid.length; cell++) {
      const changed = grid.with(cell, (grid[cell]! % size) + 1);
      expect(isSolved(changed)).toBe(false);
      const conflicts = findConflicts(changed);
      expect(conflicts.map((conflict) => conflict.unit).sort()).toEqual(['box', 'column', 'row']);
      for (const conflict of conflicts) {
        expect(conflict.cells).toContain(cell);
        expect(conflict.digit).toBe(changed[cell]);
      }
      expect(isSolved(grid.with(cell, 0))).toBe(false);
      expect(findConflicts(grid.with(cell, 0))).toEqual([]);
    }
  });
});

test('findConflicts says where', () => {
  const grid = new Uint8Array(16);
  grid[4] = 3;
  grid[7] = 3;
  expect(findConflicts(grid)).toEqual([{ unit: 'row', index: 1, digit: 3, cells: [4, 7] }]);
});

test('extendsQuestion wants every given kept', () => {
  const answer = parseLine(SOLVED[4]);
  expect(extendsQuestion(answer, parseLine('1...............'))).toBe(true);
  expect(extendsQuestion(answer, parseLine('2...............'))).toBe(false);
  expect(extendsQuestion(answer, new Uint8Array(81))).toBe(false);
});
