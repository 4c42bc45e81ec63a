import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random.ts';
import { generatePuzzles } from '../../../src/data/sudoku/generate.ts';
import { formatGrid, formatLine } from '../../../src/data/sudoku/grid.ts';
import type { SudokuPuzzle } from '../../../src/data/sudoku/minimal.ts';
import { extendsQuestion, isSolved, type SudokuSize } from '../../../src/data/sudoku/rules.ts';
import { countSolutions, difficulty, solve } from '../../../src/data/sudoku/solver.ts';
import { readGrids } from '../../../src/data/sudoku/text.ts';

function take(size: SudokuSize, count: number, seed: number, clues?: number): SudokuPuzzle[] {
  const stream = generatePuzzles(size, new Random(seed), clues ? { clues } : {});
  return Array.from({ length: count }, () => stream.next().value);
}
const givens = (grid: Uint8Array) => grid.filter((digit) => digit !== 0).length;

describe.each([
  [4, 100],
  [6, 40],
  [9, 15],
] as const)('puzzles of size %i', (size, count) => {
  const puzzles = take(size, count, 1);

  test('have one solution, which is the answer', () => {
    for (const { question, answer } of puzzles) {
      expect(isSolved(answer)).toBe(true);
      expect(extendsQuestion(answer, question)).toBe(true);
      expect(countSolutions(question, 2)).toBe(1);
    }
  });

  test('are minimal: without any clue there are more solutions', () => {
    for (const { question } of puzzles.slice(0, 10)) {
      question.forEach((digit, cell) => {
        if (digit !== 0) expect(countSolutions(question.with(cell, 0), 2)).toBe(2);
      });
    }
  });

  test('follow the seed and differ', () => {
    const lines = puzzles.map(({ question }) => formatLine(question));
    expect(new Set(lines).size).toBe(count);
    expect(take(size, 3, 1).map(({ question }) => formatLine(question))).toEqual(lines.slice(0, 3));
    expect(take(size, 1, 2)).not.toEqual(puzzles.slice(0, 1));
  });

  test('keep more clues when asked, never fewer than uniqueness needs', () => {
    const clues = size * size - 5;
    for (const { question } of take(size, 5, 3, clues)) expect(givens(question)).toBe(clues);
    const fewest = { 4: 4, 6: 8, 9: 17, 16: 1 }[size];
    for (const { question } of take(size, 5, 3, fewest)) expect(countSolutions(question, 2)).toBe(1);
  });
});

test('says how many there are when no more can be found', () => {
  // A 4x4 grid with one cell blank: 288 * 16 puzzles.
  const run = () => take(4, 288 * 16 + 1, 1, 15);
  expect(run).toThrow(/count: found only 4[56]\d\d different 4x4 puzzles; ask for at most 4[56]\d\d/);
});

test.each([
  [4, 3],
  [6, 7],
  [9, 16],
] as const)('size %d: refuses %d clues, with which no puzzle has one solution', (size, clues) => {
  expect(() => take(size, 1, 1, clues)).toThrow(
    `one solution has ${clues + 1} givens at least, got ${clues}`,
  );
});

test.each([-1, 16, 2.5])('refuses %d clues', (clues) => {
  expect(() => take(4, 1, 1, clues)).toThrow('clues: expected an integer from 0 to 15');
});

test('16x16: one solution, letters for the digits after 9', () => {
  const { question, answer } = generatePuzzles(16, new Random(1)).next().value;
  expect(isSolved(answer)).toBe(true);
  expect(solve(question)).toEqual(answer);
  expect(countSolutions(question, 2)).toBe(1);
  const text = formatGrid(question);
  expect(text).toMatch(/[A-G]/);
  expect(readGrids(text, 16)).toEqual([{ value: question, line: 1 }]);
});

test('difficulty counts guesses, and can be asked for', () => {
  expect(difficulty(Uint8Array.from('1234341221434321', Number))).toBe(0);
  // Nothing given: no cell and no digit has one choice.
  expect(difficulty(new Uint8Array(16))).toBeGreaterThan(0);
  const hard = generatePuzzles(9, new Random(3), { minDifficulty: 5 });
  for (let i = 0; i < 3; i++) expect(difficulty(hard.next().value.question)).toBeGreaterThanOrEqual(5);
});
