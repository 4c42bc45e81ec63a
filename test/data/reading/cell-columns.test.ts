/** Tables with a column a cell: the cells go where the names of the columns say. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';
import { cellColumns } from '../../../src/data/reading/tables/cell-columns.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const SMALL = '1.....3.4....2..';

function read(text: string, size: number): string[] {
  const family = familyFrom({ kind: 'sudoku', size })!;
  return readQuestions(text, family, { file: 'f' }).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );
}

/** A table of one puzzle, its columns in the order of `places`. */
function table(
  puzzle: string,
  nameAt: (row: number, column: number) => string,
  places: readonly number[],
): string {
  const side = Math.sqrt(puzzle.length);
  const names = places.map((place) => nameAt(Math.floor(place / side), place % side));
  return `${names.join(',')}\n${places.map((place) => puzzle[place]!.replace('.', '')).join(',')}\n`;
}

const names: Record<string, (side: number) => (row: number, column: number) => string> = {
  r1c1: () => (r, c) => `r${r + 1}c${c + 1}`,
  R0_C0: () => (r, c) => `R${r}_C${c}`,
  c1r1: () => (r, c) => `c${c + 1}r${r + 1}`,
  x1y1: () => (r, c) => `x${c + 1}y${r + 1}`,
  Spalte1Zeile1: () => (r, c) => `Spalte${c + 1}Zeile${r + 1}`,
  Z1S1: () => (r, c) => `Z${r + 1}S${c + 1}`,
  C1L1: () => (r, c) => `C${c + 1}L${r + 1}`,
  F1C1: () => (r, c) => `F${r + 1}C${c + 1}`,
  j1i1: () => (r, c) => `j${c + 1}i${r + 1}`,
  'row 1 col 1': () => (r, c) => `row ${r + 1} col ${c + 1}`,
  c1: (side) => (r, c) => `c${r * side + c + 1}`,
  cell_0: (side) => (r, c) => `cell_${r * side + c}`,
  'one number of two': (side) => (r, c) => `p1_c${r * side + c + 1}`,
};

const orders: Record<string, (side: number) => number[]> = {
  'row by row': (side) => [...Array(side * side).keys()],
  'column by column': (side) =>
    [...Array(side * side).keys()].map((i) => (i % side) * side + Math.floor(i / side)),
  backwards: (side) => [...Array(side * side).keys()].reverse(),
  'sorted as text': (side) =>
    [...Array(side * side).keys()].sort((a, b) => (String(a + 1) < String(b + 1) ? -1 : 1)),
};

test.each<[string, readonly string[], (row: readonly string[], i: number) => readonly string[]]>([
  ['c1 to c16', Array.from({ length: 16 }, (_, i) => `c${i + 1}`), (row) => row],
  ['0 to 15, and their rows', ['', ...Array(16).keys()].map(String), (row, i) => [String(i), ...row]],
])('%s above 16 rows are those of a 16x16, not cells of a 4x4', (_, header, rowOf) => {
  const rows = Array.from({ length: 16 }, (_, i) =>
    Array.from({ length: 16 }, (_, j) => ((i + j) % 5 ? '0' : String(((4 * i + (i >> 2) + j) % 16) + 1))),
  );
  const [line] = read(rows.map((row) => row.join(' ')).join('\n'), 16);
  expect(line).toMatch(/^[1-9A-G.]{256}$/);
  expect(read([header, ...rows.map(rowOf)].map((row) => row.join(',')).join('\n'), 16)).toEqual([line]);
});

for (const [name, namesOf] of Object.entries(names))
  test.each(Object.entries(orders))(`${name}, %s`, (_, order) => {
    for (const puzzle of [PUZZLE, SMALL]) {
      const side = Math.sqrt(puzzle.length);
      expect(read(table(puzzle, namesOf(side), order(side)), side)).toEqual([puzzle]);
    }
  });

test('bare numbers, in order and as text is sorted; so few that they may be cells only so', () => {
  const byText = [0, 1, 10, 11, 12, 13, 14, 15, 2, 3, 4, 5, 6, 7, 8, 9];
  expect(
    read(
      table(SMALL, (r, c) => String(4 * r + c), byText),
      4,
    ),
  ).toEqual([SMALL]);
  expect(
    read(
      table(PUZZLE, (r, c) => String(9 * r + c), orders['column by column']!(9)),
      9,
    ),
  ).toEqual([PUZZLE]);
  expect(cellColumns('5 3 1 2 4 6 7 8 9 10 11 12 13 14 15 16'.split(' '))).toBeUndefined();
});

test('A1: a letter is the row or the column, whichever the columns go along', () => {
  const rowLetter = (r: number, c: number) => `${'ABCDEFGHI'[r]}${c + 1}`;
  const columnLetter = (r: number, c: number) => `${'ABCDEFGHI'[c]}${r + 1}`;
  const inOrder = orders['row by row']!(9);
  expect(read(table(PUZZLE, rowLetter, inOrder), 9)).toEqual([PUZZLE]);
  expect(read(table(PUZZLE, columnLetter, inOrder), 9)).toEqual([PUZZLE]);
  const shuffled = [...inOrder.slice(40), ...inOrder.slice(0, 40)];
  expect(read(table(PUZZLE, rowLetter, shuffled), 9)).toEqual([
    expect.stringContaining('which number is the row'),
  ]);
});

/** In the order of the file they would be rows, whichever of the two numbers counts them. */
test.each<[string, (first: number, second: number) => string]>([
  ['col1_1', (first, second) => `col${first}_${second}`],
  ['c1.1', (first, second) => `c${first}.${second}`],
  ['1_1', (first, second) => `${first}_${second}`],
  ['(1,1)', (first, second) => `"(${first},${second})"`],
  ['b1c1', (first, second) => `b${first}c${second}`],
])('%s: two numbers of which none says what it counts have both readings, in whatever order', (_, nameAt) => {
  for (const order of ['row by row', 'column by column'])
    for (const puzzle of [PUZZLE, SMALL]) {
      const side = Math.sqrt(puzzle.length);
      const [one, two] = order === 'row by row' ? [1, 2] : [2, 1];
      const example = nameAt(one, two).replaceAll('"', '');
      expect(
        read(
          table(puzzle, (r, c) => nameAt(r + 1, c + 1), orders[order]!(side)),
          side,
        ),
      ).toEqual([
        expect.stringContaining(
          `which number is the row, and which the column, is not said: ${example} may be in row ${one}, column ${two}, or in column ${one}, row ${two}; name`,
        ),
      ]);
    }
});

test.each(['box1_1', 'block_1_cell_1', 'Box 1 Cell 1'])('%s: boxes are not read', (name) => {
  const nameAt = (r: number, c: number) => name.replace('1', String(r + 1)).replace(/1$/, String(c + 1));
  expect(read(table(PUZZLE, nameAt, orders['row by row']!(9)), 9)).toEqual([
    expect.stringMatching(
      /^f:1: columns of a cell each, .*: cells are counted in boxes, which is not read; name/,
    ),
  ]);
});

test('a question and its answer, whichever stands first', () => {
  const side = 4;
  const header = (stem: string) => Array.from({ length: side * side }, (_, i) => `${stem}${side * side - i}`);
  const backwards = (first: number) => Array.from({ length: 16 }, (_, i) => first + 15 - i);
  expect(cellColumns([...header('q'), ...header('s')])).toEqual({
    value: { question: backwards(0), answer: backwards(16) },
  });
  expect(cellColumns([...header('answer'), ...header('c')])).toEqual({
    value: { question: backwards(16), answer: backwards(0) },
  });
});

describe('below a title', () => {
  const byColumn = orders['column by column']!;
  const small = table(SMALL, (r, c) => `r${r + 1}c${c + 1}`, byColumn(4));

  test.each(['My sudokus\n', '# My sudokus\n\n', `My sudokus${','.repeat(15)}\n`, 'Sudokus\nof Anna\n'])(
    'a header is read after %j',
    (title) => {
      expect(read(title + small, 4)).toEqual([SMALL]);
      const numbers = table(PUZZLE, (r, c) => String(9 * r + c), byColumn(9));
      expect(read(title + numbers, 9)).toEqual([PUZZLE]);
      const twice = small.replace('r1c1', 'r2c2');
      const line = title.split('\n').length;
      expect(read(title + twice, 4)).toEqual([
        expect.stringMatching(new RegExp(`^f:${line}: columns of a cell each, .*r2c2 is there twice`)),
      ]);
    },
  );

  test('it is refused below what may be puzzles', () => {
    expect(read(`1234341221434321\n${small}`, 4)).toEqual([
      expect.stringMatching(/^f:2: a header of columns of a cell each below lines .*; put it first/),
    ]);
  });
});

/** Few numbers that count are a row of cells too: they are names where a whole grid follows, and nobody knows where a row less does. */
describe('1,2,3,4 in the first line', () => {
  test.each([
    [
      'is refused where three follow',
      '1,2,3,4\n3,4,0,0\n0,0,0,0\n0,0,0,3\n',
      [expect.stringMatching(/^f:1: 1 to 4 in the first row may be givens, or the names of columns/)],
    ],
    ['counts the columns where four follow', '1,2,3,4\n1,0,0,0\n0,0,3,0\n4,0,0,0\n0,2,0,0\n', [SMALL]],
    [
      'is a row where two follow, and one is missing',
      '1,2,3,4\n3,4,0,0\n0,0,0,0\n',
      ['f:3: the grid ends after 3 of 4 rows'],
    ],
  ])('%s', (_, text, expected) => {
    expect(read(text, 4)).toEqual(expected);
  });
});

describe('names that give no places are refused', () => {
  const header = Array.from({ length: 16 }, (_, i) => `c${i + 1}`);
  const cells = '1,0,0,0,0,0,3,0,4,0,0,0,0,2,0,0';
  test.each([
    ['a name twice', header.map((name) => name.replace('c16', 'c3')), 'c1 to c3: c3 is there twice'],
    ['a name for another', header.map((name) => name.replace('c16', 'c18')), 'c18 is none of their 16 cells'],
    ['a name too few', header.slice(0, 15).with(14, 'c16'), 'c1 to c16: c15 is missing'],
    [
      'two rows of eight',
      header.map((_, i) => `r${1 + (i >> 3)}c${1 + (i & 7)}`),
      'r1c5 is none of their 16 cells',
    ],
    [
      'two numbers, of which neither says what it counts',
      header.map((_, i) => `v${1 + (i & 3)}_${1 + (i >> 2)}`),
      'which number is the row, and which the column, is not said',
    ],
    [
      'numbers of 81 cells, one twice',
      [...Array(81).keys()].map((i) => String(i || 80)),
      '80 is there twice',
    ],
  ])('%s', (_, names, message) => {
    const row = names.map((_, i) => cells.split(',')[i % 16]).join(',');
    expect(read(`${names.join(',')}\n${row}\n${row}\n`, Math.sqrt(names.length < 20 ? 16 : 81))).toEqual([
      expect.stringMatching(new RegExp(`^f:1: columns of a cell each, .*${message}`)),
    ]);
  });
});
