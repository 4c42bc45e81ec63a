/** Texts and lists as long as somebody's file may be: longer than the arguments that a call takes. */

import { expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze } from '../../../src/data/maze/family.ts';
import { gridsOfAnySize } from '../../../src/data/reading/any-size.ts';
import { readGrids } from '../../../src/data/reading/read.ts';
import { sheetOf } from '../../../src/data/reading/tables/sheets.ts';

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

// Each would take minutes where something looked through the whole text for every line of it.
test.each([
  ['a cell a line', '1\n', 'expected a grid of 16 cells or a row of 4, got 1'],
  ['numbers above nothing', '17\n\n', 'expected a grid of 16 cells or a row of 4, got 2'],
  ['a row of a sheet', '1,', 'expected a grid of 16 cells or a row of 4, got 130001'],
  ['names', 'x = [1]\n', 'expected 16 cells, 4 rows of 4, got 1'],
])('%s, again and again', (_, given, fault) => {
  const items = readGrids(given.repeat(LONG), sudoku, {});
  expect(items[0]!.error!.message).toContain(fault);
  expect(items.at(-1)!.error).toBeDefined();
});

test('lines that may be titles in a sheet, above a puzzle', () => {
  const items = readGrids(`${'aa;\n'.repeat(LONG)}\n1..4..1..1..4..1\n`, sudoku, {});
  expect(items.map(({ value }) => value && sudoku.line(value))).toEqual(['1..4..1..1..4..1']);
});

test.each([
  ['digits', '1'],
  ['words', 'a.'],
  ['names', 'a:'],
  ['blocks', '{\n'],
  ['brackets', 'b['],
  ['calls', 'solve('],
])('%s below a matrix, again and again', (_, sign) => {
  const items = readGrids(`b = [[1,0],[0,2],[3,4]]\n${sign.repeat(LONG)}[1]`, sudoku, {});
  expect(items[0]!.error).toBeDefined();
});

test('lists that are opened again and again are looked into once', () => {
  const begun = performance.now();
  for (const sign of ['[', '(', '{', 'b = [', '[1, ', 'c(', 'x[', '[\n', 'new int[]{'])
    readGrids(sign.repeat(200_000 / sign.length), sudoku, {});
  expect(performance.now() - begun).toBeLessThan(20_000);
});

// Each took minutes while a pattern began anew at every sign.
test.each([
  ['names in braces', `x = {[1,2],[3,4],${'$'.repeat(LONG)}}`],
  ['digits that end in a letter', `x = [${'0'.repeat(LONG)}x]`],
  ['marks of tags in a cell', `<table><tr><td>${'<'.repeat(LONG)}</td></tr></table>`],
  ['spaces where a rule of Markdown is', `|a|b|c|d|\n${'\t'.repeat(LONG)}\n`],
  ['spaces behind a piece of a text', `&"\\${'\n\t'.repeat(LONG / 2)}`],
  ['tables of LaTeX without an end', '\\begin{btarrayk'.repeat(LONG / 15)],
  ['comments without an end in a list', `x = [1, ${'/*'.repeat(LONG / 2)}`],
  ['heads of texts on one line', '<<_\t'.repeat(LONG / 4)],
  ['loops on one line', `b = [[1,0],[0,2],[3,4]]\n${'\tfor\tr'.repeat(LONG / 6)}\nfor:`],
])('%s', (_, text) => {
  const items = readGrids(text, sudoku, {});
  expect(items.every(({ error }) => error !== undefined)).toBe(true);
});

test('matrices of a program, and statements below them', () => {
  const program = 'x = [[1,0],[0,2],[3,4]]\n'.repeat(20_000);
  const [item, ...more] = readGrids(`${program}x[0] = 1`, sudoku, {});
  expect(item!.error!.message).toContain('x[0] = 1: a matrix that a program changes');
  expect(more).toEqual([]);
});

test('mazes of any size, a cell a line', () => {
  const [item, ...more] = gridsOfAnySize('1\n'.repeat(LONG), maze.ofAnySize, {});
  expect(item!.error!.message).toContain('expected one start S, got 0');
  expect(more).toEqual([]);
});

test('mazes below each other, and a row too many', () => {
  const four = familyFrom({ kind: 'maze', rows: 2, columns: 3 })!;
  const text = 'S.#\n#.G\n'.repeat(LONG / 2);
  expect(readGrids(text, four, {})).toHaveLength(LONG / 2);
  expect(readGrids(`${text}###\n`, four, {})[0]!.error!.message).toContain('lines follow each other');
});

test('rows of a sheet with empty columns', () => {
  const [item, ...more] = readGrids('1,,,4\n'.repeat(LONG), sudoku, {});
  expect(item!.error!.message).toContain(`a sheet of ${LONG} rows and 4 columns, some of them empty`);
  expect(more).toEqual([]);
});

test('rows of a sheet', () => {
  expect(sheetOf({ values: Array.from({ length: LONG }, () => ['1']) })!.length).toBe(LONG);
});

test('spaces in a list that has no end', () => {
  const [item, ...more] = readGrids(`[${' '.repeat(LONG)}~`, sudoku, {});
  expect(more).toEqual([]);
  expect(item!.error!.message).toContain('expected a grid of 16 cells or a row of 4');
});
