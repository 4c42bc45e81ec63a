/** Puzzles deep inside of JSON, as services, data sets and spreadsheets give them, and JSON that is none. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { jsonEntries } from '../../../src/data/reading/entries.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const P = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const Q = P.replace('5', '.');
const rows = P.match(/.{9}/g)!;
const cells = [...P].map((cell) => (cell === '.' ? null : Number(cell)));
const family = familyFrom({ kind: 'sudoku', size: 9 })!;

/** Every question as a line, or its error; of a text as of the parsed value. */
function read(json: unknown): string[] {
  const read = (given: unknown) =>
    readQuestions(given, family, { file: 'f' }).map(({ value, error }) =>
      value ? family.line(value) : error!.message,
    );
  const got = read(json);
  expect(read(JSON.stringify(json))).toEqual(got);
  return got;
}

test.each<[unknown, string[]]>([
  [{ data: { puzzle: P } }, [P]],
  [{ status: 'ok', data: { puzzle: P } }, [P]],
  [{ easy: { puzzle: P }, hard: { puzzle: Q } }, [P, Q]],
  [{ data: [{ attributes: { puzzle: P } }, { attributes: { puzzle: Q } }] }, [P, Q]],
  [
    {
      features: [{ feature_idx: 0, name: 'question', type: { dtype: 'string' } }],
      rows: [{ row_idx: 0, row: { question: P, answer: 'x' }, truncated_cells: [] }],
    },
    [P],
  ],
  [{ puzzles: { easy: P, hard: Q } }, [P, Q]],
  [{ puzzle: { size: 9, grid: rows } }, [P]],
  [{ puzzle: { rows } }, [P]],
  ...['cells', 'initial', 'start', 'given', 'matrix', 'rows'].flatMap((key): [unknown, string[]][] => [
    [{ [key]: P }, [P]],
    [{ id: 3, [key]: rows }, [P]],
    [{ data: [{ [key]: cells }, { [key]: rows }] }, [P, P]],
  ]),
  [{ start: '2024-01-01 10:20:30', initial: P }, [P]],
  [{ start: Q, puzzle: P }, [P]],
  [{ start: [0, 1] }, [expect.stringContaining('f: no key is known to name a puzzle, got start')]],
  [
    { initial: P, hints: Q },
    [expect.stringContaining('f: no key is known to name a puzzle, got initial, hints')],
  ],
  [
    { initial: P, transposed: true },
    [expect.stringContaining('a puzzle with transposed, which is not read')],
  ],
  [{ easy: [P], hard: [Q, P] }, [P, Q, P]],
  [{ data: { easy: [rows], hard: [cells] } }, [P, P]],
  [{ easy: [P], solutions: [Q] }, [expect.stringContaining('f: no key is known to name a puzzle, got easy')]],
  [{ r1: [5, 3], r2: [6, 0] }, [expect.stringContaining('f: no key is known to name a puzzle, got r1, r2')]],
  [{ sudoku: [{ puzzle: P }, { puzzle: Q }] }, [P, Q]],
  [
    [{ row: { puzzle: P } }, { row: { puzzle: Q } }],
    [P, Q],
  ],
  [{ value: 3, newboard: { grids: [{ value: rows }] } }, [P]],
  [
    { data: { items: [{ puzzle: P }, { id: 2 }] } },
    [P, expect.stringContaining('f: data.items[1]: no key is known to name a puzzle, got id; rename')],
  ],
  [
    { a: { puzzle: P }, b: { puzzle: '12' } },
    [P, expect.stringContaining('f: b: expected a grid of 81 cells')],
  ],
  [{ usage: { tokens: 7 }, stats: { values: [[1, 2]] }, data: { puzzle: P } }, [P]],
  [{ data: { tokens: cells.map((cell) => (cell ?? 0) + 1) } }, [P]],
  [{ data: { id: 1, text: P } }, [expect.stringContaining('f: no key is known to name a puzzle, got ')]],
  [
    { puzzle: { name: 'one', lines: rows } },
    [expect.stringContaining('f: no key is known to name a puzzle, got ')],
  ],
])('%j', (json, expected) => expect(read(json)).toEqual(expected));

test('an object a line; nothing is looked for without an end', () => {
  const lines = [P, Q].map((question) => JSON.stringify({ row: { question } })).join('\n');
  const items = readQuestions(lines, family);
  expect(items.map(({ value }) => value && family.line(value))).toEqual([P, Q]);
  const endless: Record<string, unknown> = {};
  endless.more = endless;
  expect(readQuestions(endless, family)[0]!.error!.message).toContain('got more');
});

test('an object that stands in a text is looked into', () => {
  const answer = (content: string) => ({ id: 'x', choices: [{ index: 0, message: { role: 'a', content } }] });
  for (const content of [
    JSON.stringify({ puzzle: P }),
    `\`\`\`json\n${JSON.stringify({ puzzle: P })}\n\`\`\``,
  ])
    expect(read(answer(content))).toEqual([P]);
  expect(read(answer(JSON.stringify({ puzzle: P, cages: [[0, 1]] })))).toEqual([
    expect.stringContaining('a puzzle with cages'),
  ]);
  expect(read(answer('{"puzzle": '))).toEqual([expect.stringContaining('no key is known to name a puzzle')]);
});

test('answers are found beside their questions', () => {
  const items = jsonEntries({ data: [{ attributes: { puzzle: P, solution: Q } }] }, {});
  expect(items).toEqual([{ at: { key: 'data[0].attributes' }, value: { question: P, answer: Q } }]);
});

test('a puzzle that a spreadsheet has rounded is told as that', () => {
  const message = expect.stringContaining('6.58072E+79 is a number that a spreadsheet has rounded');
  for (const given of [
    'quizzes,solutions\n6.58072E+79,3.65897E+80\n',
    `quizzes,solutions\n${P},6.58072E+79\n`,
    { puzzle: '6.58072E+79' },
  ])
    expect(readQuestions(given, family, { file: 'f' }).map(({ error }) => error?.message)).toEqual([message]);
});

describe('a range of a spreadsheet', () => {
  const texts = rows.map((row) => [...row].map((cell) => cell.replace('.', '')));
  test.each<[string, unknown, string[]]>([
    ['whole', { values: texts }, [P]],
    [
      'without what is empty at the end of a row',
      {
        range: 'A1:I9',
        majorDimension: 'ROWS',
        values: texts.map((row) => row.slice(0, row.findLastIndex(Boolean) + 1)),
      },
      [P],
    ],
    [
      'by columns',
      { majorDimension: 'COLUMNS', values: texts.map((_, i) => texts.map((row) => row[i])) },
      [P],
    ],
    ['a puzzle in each cell', { values: [[P], [Q]] }, [P, Q]],
  ])('%s', (_, json, expected) => expect(read(json)).toEqual(expected));
});

describe('what is one error', () => {
  const asObjects = cells.map((value) => ({ value }));
  const fault = (keys: string) =>
    `f: 81 cells as objects with ${keys}, which are not read; give rows of numbers`;
  test.each<[string, unknown, string]>([
    ['cells as objects', { puzzle: asObjects }, fault('value')],
    ['deep inside', { data: { puzzle: asObjects } }, `f: data: ${fault('value').slice(3)}`],
    [
      'cells with their places',
      cells.map((value, i) => ({ row: Math.floor(i / 9), col: i % 9, value })),
      fault('row, col, value'),
    ],
    [
      'rows of them',
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => asObjects.slice(9 * i, 9 * i + 9)),
      fault('value'),
    ],
    [
      'a notebook',
      { cells: [{ cell_type: 'code', source: [P] }], metadata: {}, nbformat: 4, nbformat_minor: 5 },
      'f: a Jupyter notebook, which is not read; copy the text of the cell that holds the puzzle',
    ],
  ])('%s', (_, json, message) => expect(read(json)).toEqual([expect.stringContaining(message)]));
});

describe('a key twice', () => {
  const texts = (json: string) =>
    readQuestions(json, family, { file: 'f' }).map(({ value, error }) =>
      value ? family.line(value) : error!.message,
    );
  const twice = `{"puzzle": "${P}", "puzzle": "${Q}"}`;
  const fault = 'puzzle is there twice, and differs; leave one of them out';
  test.each([
    ['an object', twice, [`f: ${fault}`]],
    ['lists of lists', `[[${twice}]]`, [`f: ${fault}`]],
    ['JSON Lines', `${twice}\n{"puzzle": "${P}"}`, [`f:1: ${fault}`, P]],
    ['the same twice', `{"puzzle": "${P}", "puzzle": "${P}"}`, [P]],
  ])('%s', (_, text, expected) => expect(texts(text)).toEqual(expected));
});
