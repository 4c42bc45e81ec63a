import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random.ts';
import { formatLine, parseLine } from '../../../src/data/sudoku/grid.ts';
import { isSolved, sudokuShape } from '../../../src/data/sudoku/rules.ts';
import { countSolutions, randomSolution, solvableWithout, solve } from '../../../src/data/sudoku/solver.ts';

const QUESTION = '7....42....6....4...5.2.783.4..3.5.89....5632...9..4..12...835..98.5...4..437.8..';
const ANSWER = '739584261286713945415629783642137598971845632853962417127498356398256174564371829';

test('every puzzle that the README and the docs show has one solution', () => {
  const docs = new URL('../../../docs/', import.meta.url);
  const files = [new URL('../README.md', docs), ...readdirSync(docs).map((name) => new URL(name, docs))];
  const texts = files
    .filter(({ pathname }) => pathname.endsWith('.md'))
    .map((file) => readFileSync(file, 'utf8'));
  const puzzles = texts.flatMap((text) =>
    [...text.matchAll(/['"]([.\d]{16}|[.\d]{36}|[.\d]{81})['"]/g)].map(([, puzzle]) => puzzle!),
  );
  const shown = puzzles.filter((puzzle) => puzzle.includes('.'));
  expect(shown.length).toBeGreaterThan(4);
  for (const puzzle of shown) expect(countSolutions(parseLine(puzzle), 2), puzzle).toBe(1);
});

describe('solver', () => {
  test('solves, and leaves the question alone', () => {
    const grid = parseLine(QUESTION);
    expect(formatLine(solve(grid)!)).toBe(ANSWER);
    expect(formatLine(grid)).toBe(QUESTION);
    expect(countSolutions(grid, 2)).toBe(1);
  });

  test('finds all grids of 4x4 and 6x6, and the count stops at the limit', () => {
    expect(countSolutions(new Uint8Array(16), 1000)).toBe(288);
    expect(countSolutions(new Uint8Array(16), 288)).toBe(288);
    expect(countSolutions(new Uint8Array(16), 5)).toBe(5);
    // 28 200 960 grids of 6x6, of which 1 in 6! has this first row
    expect(countSolutions(parseLine(`123456${'.'.repeat(30)}`), 50_000)).toBe(28_200_960 / 720);
  });

  test('counts two where two digits can change places', () => {
    const grid = parseLine('1234341221434321');
    for (const cell of [0, 1, 8, 9]) grid[cell] = 0; // 1 2 above 2 1, in columns 0 and 1 of both bands
    expect(countSolutions(grid, 10)).toBe(2);
  });

  test('says when there is no solution', () => {
    expect(solve(parseLine('11..............'))).toBeUndefined();
    expect(countSolutions(parseLine('123.......4.....').with(7, 4), 2)).toBe(0);
    expect(countSolutions(parseLine(ANSWER).with(0, 1), 2)).toBe(0);
    expect(countSolutions(parseLine(ANSWER), 2)).toBe(1);
  });

  test('solvableWithout forbids one digit in one cell', () => {
    expect(solvableWithout(parseLine(QUESTION), 1, 3)).toBe(false);
    expect(solvableWithout(parseLine(QUESTION), 1, 4)).toBe(true);
  });

  test.each([4, 6, 9] as const)('random solutions of size %i obey the rules and differ', (size) => {
    const random = new Random(size);
    const grids = Array.from({ length: 20 }, () => randomSolution(sudokuShape(size), random));
    expect(grids.every(isSolved)).toBe(true);
    expect(new Set(grids.map(formatLine)).size).toBeGreaterThan(15);
  });
});
