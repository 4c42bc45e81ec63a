/** Symmetric forms share the invariant and the canonical text, and no other puzzle has that text. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random.ts';
import { applyTransform, randomTransform } from '../../../src/data/sudoku/augment.ts';
import { canonicalSudoku, sudokuInvariant } from '../../../src/data/sudoku/canonical.ts';
import { generatePuzzles } from '../../../src/data/sudoku/generate.ts';
import { parseLine } from '../../../src/data/sudoku/grid.ts';
import { type SudokuSize, sudokuShape } from '../../../src/data/sudoku/rules.ts';
import { countSolutions, randomSolution } from '../../../src/data/sudoku/solver.ts';

function randomForm(grid: Uint8Array, random: Random): Uint8Array {
  const form = new Uint8Array(grid.length);
  applyTransform(randomTransform(Math.sqrt(grid.length) as SudokuSize, random), grid, form);
  return form;
}

function puzzles(size: SudokuSize, count: number): Uint8Array[] {
  const stream = generatePuzzles(size, new Random(5));
  return Array.from({ length: count }, () => stream.next().value.question);
}

/** Every form of a 4x4 grid: 4! digits, 2!^3 orders of rows and of columns, transposed or not, drawn until all are there. */
function allForms(grid: Uint8Array): Set<string> {
  const random = new Random(0);
  const found = new Set<string>();
  for (let i = 0; i < 30_000; i++) found.add(String(randomForm(grid, random)));
  return found;
}

describe.each([4, 6, 9, 16] as const)('%dx%d', (size) => {
  test('every form has the same number and the same text, which is one of the forms', () => {
    const random = new Random(size);
    // Some with a solution, some without: a few givens, many, all alike.
    const grids = [
      ...(size < 16 ? puzzles(size, 10) : []),
      ...[0.1, 0.4, 0.9].map((share) =>
        new Uint8Array(size * size).map(() => (random.float() < share ? 1 + random.int(size) : 0)),
      ),
      new Uint8Array(size * size),
      new Uint8Array(size * size).map((_, cell) => (cell % (size + 1) === 0 ? 1 : 0)), // the diagonal: many symmetries of its own
    ];
    for (const grid of grids) {
      const [number, text] = [sudokuInvariant(grid), canonicalSudoku(grid)];
      for (let i = 0; i < 20; i++) {
        const form = randomForm(grid, random);
        expect(sudokuInvariant(form)).toBe(number);
        expect(canonicalSudoku(form)).toBe(text);
      }
      const written = parseLine(text);
      expect(sudokuInvariant(written)).toBe(number);
      expect(countSolutions(written, 2)).toBe(countSolutions(grid, 2));
    }
  });
});

test('the text of 4x4 puzzles tells exactly what all their forms tell', () => {
  const grids = puzzles(4, 60);
  const classes: { readonly forms: Set<string>; readonly text: string }[] = [];
  for (const grid of grids) {
    const known = classes.filter(({ forms }) => forms.has(String(grid)));
    const text = canonicalSudoku(grid);
    expect(known.map((one) => one.text)).toEqual(known.length > 0 ? [text] : []);
    if (known.length === 0) classes.push({ forms: allForms(grid), text });
  }
  expect(classes.length).toBeGreaterThan(10);
  expect(new Set(classes.map(({ text }) => text)).size).toBe(classes.length);
  expect(new Set(grids.map(sudokuInvariant)).size).toBe(classes.length);
});

test('9x9 puzzles that differ in one given have other numbers and other texts', () => {
  const numbers = new Set<number>();
  const texts = new Set<string>();
  const [puzzle] = puzzles(9, 1) as [Uint8Array];
  const givens = Array.from(puzzle.keys()).filter((cell) => puzzle[cell] !== 0);
  for (const cell of givens) {
    numbers.add(sudokuInvariant(puzzle.with(cell, 0)));
    texts.add(canonicalSudoku(puzzle.with(cell, 0)));
  }
  expect([numbers.size, texts.size]).toEqual([givens.length, givens.length]);
});

test('rows and columns change places only where boxes are square', () => {
  const transposed = (grid: Uint8Array, size: number) =>
    grid.map((_, cell) => grid[(cell % size) * size + Math.floor(cell / size)]!);
  const [nine] = puzzles(9, 1) as [Uint8Array];
  expect(canonicalSudoku(transposed(nine, 9))).toBe(canonicalSudoku(nine));
  const six = parseLine(`12....${'.'.repeat(30)}`);
  const other = parseLine(`1.....2.....${'.'.repeat(24)}`);
  expect(transposed(six, 6)).toEqual(other);
  expect(canonicalSudoku(other)).not.toBe(canonicalSudoku(six));
});

test('there are two 4x4 grids that are no forms of each other, so that none can be held out by its form', () => {
  const random = new Random(0);
  const shape = sudokuShape(4);
  const grids = Array.from({ length: 4000 }, () => randomSolution(shape, random));
  expect(new Set(grids.map(String)).size).toBe(288); // all there are
  expect(new Set(grids.map(canonicalSudoku)).size).toBe(2);
});
