import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random.ts';
import {
  applyTransform,
  inverseTransform,
  randomTransform,
  type SudokuTransform,
} from '../../../src/data/sudoku/augment.ts';
import { generatePuzzles } from '../../../src/data/sudoku/generate.ts';
import { extendsQuestion, isSolved } from '../../../src/data/sudoku/rules.ts';
import { countSolutions } from '../../../src/data/sudoku/solver.ts';

function transformed(transform: SudokuTransform, grid: Uint8Array): Uint8Array {
  const out = new Uint8Array(grid.length);
  applyTransform(transform, grid, out);
  return out;
}

describe.each([4, 6, 9] as const)('transforms of size %i', (size) => {
  const puzzles = generatePuzzles(size, new Random(1));

  test('keep solutions solutions, questions masks of them, and unique puzzles unique', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { question, answer } = puzzles.next().value;
      const transform = randomTransform(size, new Random(seed));
      const newQuestion = transformed(transform, question);
      const newAnswer = transformed(transform, answer);
      expect(isSolved(newAnswer)).toBe(true);
      expect(extendsQuestion(newAnswer, newQuestion)).toBe(true);
      expect(newQuestion.filter((digit) => digit === 0)).toHaveLength(question.filter((d) => d === 0).length);
      expect(countSolutions(newQuestion, 2)).toBe(1);
    }
  });

  test('are undone by their inverse', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { question } = puzzles.next().value;
      const transform = randomTransform(size, new Random(seed));
      expect(transformed(inverseTransform(transform), transformed(transform, question))).toEqual(question);
      expect(transformed(transform, transformed(inverseTransform(transform), question))).toEqual(question);
    }
  });

  test('rename digits, move lines within and between blocks, and transpose only square boxes', () => {
    const random = new Random(2);
    const seenAtFirstCell = new Set<number>();
    let transposed = 0;
    for (let i = 0; i < 1000; i++) {
      const { cells, digits } = randomTransform(size, random);
      expect(digits[0]).toBe(0);
      expect([...digits].sort()).toEqual(Array.from({ length: size + 1 }, (_, digit) => digit));
      seenAtFirstCell.add(cells[0]!);
      if (Math.floor(cells[0]! / size) !== Math.floor(cells[1]! / size)) transposed++;
    }
    expect(seenAtFirstCell.size).toBe(size * size); // any cell can land in any place
    if (size === 6) expect(transposed).toBe(0);
    else expect(Math.abs(transposed - 500)).toBeLessThan(65);
  });
});

test('the map is that of the official shuffle_sudoku', () => {
  // transpose first, then new cell (i, j) from old (row[i], column[j]): here rows 0 1 | 2 3 with bands exchanged
  const transform: SudokuTransform = {
    cells: Uint8Array.of(2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13),
    digits: Uint8Array.of(0, 2, 1, 4, 3),
  };
  const grid = Uint8Array.of(1, 2, 3, 4, 3, 4, 1, 2, 2, 1, 4, 3, 4, 3, 2, 0);
  expect([...transformed(transform, grid)]).toEqual([4, 2, 3, 1, 3, 1, 4, 0, 2, 4, 1, 3, 1, 3, 2, 4]);
});

test('tokens are transformed in place of digits, padding stays', () => {
  const transform = randomTransform(4, new Random(4));
  const digits = Uint8Array.of(1, 0, 3, 4, 3, 4, 0, 2, 2, 1, 4, 3, 4, 3, 2, 1);
  const source = Int32Array.from([9, ...digits.map((digit) => digit + 1)]);
  const target = new Int32Array(18);
  applyTransform(transform, source, target, 1, 1, 2);
  expect([...target.subarray(2)]).toEqual([...transformed(transform, digits)].map((digit) => digit + 1));
  const padding = new Int32Array(16);
  const out = new Int32Array(16).fill(7);
  applyTransform(transform, padding, out, 1);
  expect(out).toEqual(padding);
});
