import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze } from '../../../src/data/maze/family.ts';
import { readAnySize } from '../../../src/data/reading/any-size.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;
const boxed = familyFrom({ kind: 'maze', rows: 5, columns: 5 })!;

const sizes = (text: unknown) =>
  readAnySize(text, maze.ofAnySize, {}).map(
    ({ value, error }) => error?.message ?? familyFrom(value!.info)!.title.replace(/Maze (\d+)×/, '$1x'),
  );
const errors = (text: string, family = sudoku) =>
  readQuestions(text, family).map(({ error }) => error?.message);

const square = ['#####', '#S..#', '#.#.#', '#..G#', '#####'].join('\n');
const wide = ['######', '#S..G#', '######'].join('\n');
const puzzle = '1.3.\n.4.2\n2.4.\n.3.1';

const refusal = (line: number, said: string, rows: number, columns: number) =>
  `line ${line} says ${said}, where the puzzle has ${rows} rows of ${columns} cells; look whether cells are missing, or leave out that line`;

describe('a size beside a maze that has another', () => {
  test.each([
    '10 10',
    '10, 10',
    '10x10',
    '10 x 10',
    '# 10x10',
    'Size: 10x10',
    'Size: (10, 10)',
    'Size: 10',
    'Grid size = 10',
    'rows: 10, cols: 10',
    '10 rows, 10 columns',
    '10 rows and 5 columns',
    'width 10 height 10',
    'width: 5, height: 10',
    'Maze 10x10 (hard)',
    'A maze of 10 by 10',
  ])('%s', (line) => {
    expect(sizes(`${line}\n${square}\n`)).toEqual([refusal(1, line, 5, 5)]);
    expect(sizes(`\n${line}\n\n${square}\n`)).toEqual([refusal(2, line, 5, 5)]);
    expect(sizes({ maze: `${line}\n${square}` })).toEqual([expect.stringContaining(refusal(1, line, 5, 5))]);
    expect(errors(`${line}\n${square}\n`, boxed)).toEqual([refusal(1, line, 5, 5)]);
  });

  test('one of two lines', () => {
    expect(sizes(`rows: 5\ncols: 10\n${square}`)).toEqual([refusal(2, 'cols: 10', 5, 5)]);
  });

  test('rows and columns that are named the other way round', () => {
    expect(sizes(`rows: 6, cols: 3\n${wide}`)).toEqual([refusal(1, 'rows: 6, cols: 3', 3, 6)]);
    expect(sizes(`3 columns\n${wide}`)).toEqual([refusal(1, '3 columns', 3, 6)]);
  });

  test('of several mazes that one alone; below the last', () => {
    expect(sizes(`5x5\n${square}\n\n9x9\n${square}\n\n3x6\n${wide}\n`)).toEqual([
      '5x5',
      expect.stringContaining('line 8 says 9x9, where the puzzle has 5 rows of 5 cells'),
      '3x6',
    ]);
    expect(sizes(`${square}\n\nSize: 9x9\n`)).toEqual([refusal(7, 'Size: 9x9', 5, 5)]);
  });

  test.each([
    '5 5',
    '5x5',
    'Size: 5x5',
    'Size: 25',
    'rows: 5, cols: 5',
    'width 5 height 5',
    '2x2', // rooms between walls
    'Maze 2x2, seed 7',
    'Level 3 of 10',
    'A picture of 1920x1080',
    'Tiles of 16x16 pixels',
    'Between 3x3 and 9x9 cells',
    'Played at 10:10',
  ])('%s fits, or is about something else', (line) => {
    expect(sizes(`${line}\n\n${square}\n`)).toEqual(['5x5']);
  });

  test('rows by columns, or columns by rows', () => {
    for (const line of ['3x6', '6x3', '3 6', 'rows: 3, cols: 6', '6 columns', 'height 3'])
      expect(sizes(`${line}\n${wide}\n`)).toEqual(['3x6']);
  });
});

test.each(['9x9', 'Size: 9', 'Sudoku 9x9', 'rows: 9, columns: 9'])('%s above a Sudoku of 4x4', (line) => {
  expect(errors(`${line}\n${puzzle}\n`)).toEqual([refusal(1, line, 4, 4)]);
});

test.each(['4x4', 'Size: 4', 'Sudoku 4x4 #9', 'Sudoku 2x2', '2x2 boxes'])(
  '%s fits a Sudoku of 4x4',
  (line) => {
    expect(errors(`${line}\n${puzzle}\n`)).toEqual([undefined]);
  },
);

test('a size above a table', () => {
  const table = `|${'   |'.repeat(4)}\n|${'---|'.repeat(4)}\n${puzzle.replace(/./g, '| $& ').replace(/$/gm, '|')}\n`;
  expect(errors(`Sudoku 4x4\n\n${table}`)).toEqual([undefined]);
  expect(errors(`Sudoku 9x9\n\n${table}`)).toEqual([
    expect.stringContaining('line 1 says Sudoku 9x9, where the puzzle has 4 rows of 4 cells'),
  ]);
});

test.each([
  '(2 rows)',
  '[2 rows x 2 columns]',
  '2 rows × 2 columns',
  'shape: (2, 2)',
  '2 rows in set (0.00 sec)',
  '│ 2 rows  2 columns │',
])('%s counts the puzzles of a table', (count) => {
  const line = puzzle.replaceAll('\n', '');
  expect(errors(`id | puzzle\n---+-----\n 1 | ${line}\n 2 | ${line}\n${count}`)).toEqual([
    undefined,
    undefined,
  ]);
  expect(errors(`\tpuzzle\tlevel\n0\t${line}\teasy\n\n${count}`)).toEqual([undefined]);
});
test('rows and columns that may be those of a puzzle say its size', () =>
  expect(errors(`${puzzle}\n\n[5 rows x 4 columns]`)).toEqual([refusal(6, '[5 rows x 4 columns]', 4, 4)]));
