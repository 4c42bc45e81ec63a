/** Texts and lists as long as somebody's file may be: longer than the arguments that a call takes. */

import { expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readGrids } from '../../../src/data/reading/read.ts';
import { sheetOf } from '../../../src/data/reading/sheets.ts';

const LONG = 130_000;
const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;
const queens = familyFrom({ kind: 'queens', size: 8 })!;

test('grids on lines', () => {
  expect(readGrids('1..4..1..1..4..1\n'.repeat(LONG), sudoku, {}).length).toBe(LONG);
});

test.each([
  ['groups on a line', sudoku, '12 '.repeat(LONG), 'got 260000'],
  ['slashes', queens, './'.repeat(LONG), 'row 1 has 1 of 8 squares'],
  ['lists within each other', sudoku, `${'['.repeat(LONG)}${']'.repeat(LONG)}`, 'more than 8 lists'],
])('%s are one fault', (_, family, given, fault) => {
  expect(readGrids(given, family, {}).map(({ error }) => error?.message)).toEqual([
    expect.stringContaining(fault),
  ]);
});

test('rows of a sheet', () => {
  expect(sheetOf({ values: Array.from({ length: LONG }, () => ['1']) })!.length).toBe(LONG);
});
