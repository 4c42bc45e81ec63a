/** XML with an element for each cell, and rows that are counted by their attributes. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const SOLVED = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;

const read = (text: string) =>
  readQuestions(text, sudoku, { file: 'f' }).map(({ value, error }) =>
    value ? sudoku.line(value) : error!.message,
  );

type CellOf = (digit: string, row: number, column: number) => string;
type RowOf = (cells: string, row: number) => string;
const inRow: RowOf = (cells) => `<row>${cells}</row>`;
const bare: RowOf = (cells) => cells;
const xmlOf = (cellOf: CellOf, rowOf = inRow, cells = PUZZLE, name = 'sudoku') =>
  `<${name}>\n${cells
    .match(/.{9}/g)!
    .map((row, r) => rowOf([...row].map((cell, c) => cellOf(cell.replace('.', ''), r, c)).join(''), r))
    .join('\n')}\n</${name}>`;
const plain: CellOf = (digit) => `<cell>${digit}</cell>`;

test.each<[string, CellOf, RowOf]>([
  ['in rows', plain, inRow],
  ['empty elements', (digit) => (digit ? plain(digit, 0, 0) : '<cell/>'), inRow],
  ['zeros', (digit) => `<c>${digit || 0}</c>`, inRow],
  ['lines', (digit) => `${plain(digit, 0, 0)}\n`, inRow],
  ['one behind the other', plain, bare],
  ['places from 0', (digit, r, c) => `<cell row="${r}" col="${c}" value="${digit || 0}"/>`, bare],
  ['places from 1', (digit, r, c) => `<cell row="${r + 1}" col="${c + 1}">${digit}</cell>`, bare],
  ['columns first', (digit, r, c) => `<cell x="${c}" y="${r}" value="${digit}" />`, bare],
  [
    'in rows that are counted',
    (digit, _, c) => `<cell col="${c}">${digit}</cell>`,
    (cells, r) => `<row index="${r}">${cells}</row>`,
  ],
  ['givens that say so', (digit) => `<cell given="${digit !== ''}">${digit}</cell>`, inRow],
])('cells of XML: %s', (_, cell, row) =>
  expect(read(`<?xml version="1.0"?>\n${xmlOf(cell, row)}`)).toEqual([PUZZLE]),
);

test('cells lie where their names say, in whatever order they stand', () => {
  const cells = [...PUZZLE].map(
    (cell, i) => `<cell row="${Math.floor(i / 9)}" col="${i % 9}">${cell.replace('.', '')}</cell>`,
  );
  expect(read(`<sudoku>${cells.reverse().join('\n')}</sudoku>`)).toEqual([PUZZLE]);
});

test('several, answers beside them', () => {
  const all = [
    xmlOf(plain, inRow, PUZZLE, 'puzzle'),
    xmlOf(plain, inRow, SOLVED, 'solution'),
    xmlOf(plain, inRow, PUZZLE, 'puzzle'),
  ];
  expect(read(`<list>\n${all.join('\n')}\n</list>`)).toEqual([PUZZLE, PUZZLE]);
});

describe('cells of XML are refused', () => {
  test('a few places', () => {
    const givens = xmlOf((digit, r, c) => (digit ? `<cell row="${r}" col="${c}">${digit}</cell>` : ''), bare);
    expect(read(givens)).toEqual([
      'f:2: 30 cells of XML at places that they name, which are not all there: whether they count from 0 or 1 is not known; write an element for each cell, blanks too',
    ]);
  });
  test.each<[string, string, string]>([
    ['columns', xmlOf(plain, (cells) => `<col>${cells}</col>`), 'what is called columns may be'],
    ['boxes', xmlOf(plain, (cells) => `<box>${cells}</box>`), 'what is called columns may be'],
    ['other rules', xmlOf(plain).replace('<sudoku>', '<sudoku type="killer">'), 'type killer'],
    [
      'a player',
      xmlOf((digit, r, c) => `<cell given="${digit !== ''}">${r === 0 && c === 2 ? 4 : digit}</cell>`),
      'which of them are given is not known',
    ],
    [
      'no values',
      xmlOf((_, r, c) => `<cell solution="${SOLVED[r * 9 + c]}"/>`),
      'cells of XML without a value',
    ],
    [
      'a row that is short',
      xmlOf((digit, r, c) => (r + c === 6 ? '' : plain(digit, r, c))),
      'got 8 in row 1',
    ],
    [
      'what is not closed',
      xmlOf((digit) => `<cell>${digit}`).replace('</sudoku>', '</cell></sudoku>'),
      'with other elements in them',
    ],
  ])('%s', (_, text, fault) => expect(read(text)).toEqual([expect.stringContaining(fault)]));
});

test('rows that their attributes count, as they stand', () => {
  const rows = PUZZLE.match(/.{9}/g)!;
  const counted = (name: string, number: (i: number) => string | number) =>
    `<sudoku>\n${rows.map((row, i) => `<row ${name}="${number(i)}">${row}</row>`).join('\n')}\n</sudoku>`;
  expect(read(counted('index', (i) => i + 1))).toEqual([PUZZLE]);
  expect(read(counted('id', (i) => `r${i}`))).toEqual([PUZZLE]);
  const puzzle = counted('n', (i) => i);
  expect(read(`<list>${puzzle}\n${puzzle}</list>`)).toEqual([PUZZLE, PUZZLE]);
  expect(read(counted('index', (i) => 9 - i))).not.toContain(PUZZLE);
  expect(read(counted('style', (i) => i))).not.toContain(PUZZLE);
});

test('long texts are given up at once', () => {
  const begun = performance.now();
  for (const text of [
    '<row><cell>',
    '<cell row="1" ',
    '<cell/>',
    '<row><cell>1</cell>',
    '<cell row="1" col="2">1</cell>',
  ])
    read(text.repeat(200_000 / text.length));
  expect(performance.now() - begun).toBeLessThan(15_000);
});
