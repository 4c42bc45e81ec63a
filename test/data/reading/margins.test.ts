/** Sudokus in sheets as spreadsheets save them, with what is empty around them and between their boxes. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { Random } from '../../../src/data/random.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const OTHER = PUZZLE.replace('3', '.');
const FOUR = '1.3...1..2..4..3';

/** Every question as a line, or its error. */
function read(text: string, size = 9): string[] {
  const family = familyFrom({ kind: 'sudoku', size })!;
  return readQuestions(text, family, { file: 'f' }).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );
}

const rowsOf = (puzzle: string) => {
  const side = Math.sqrt(puzzle.length);
  return puzzle
    .match(new RegExp(`.{${side}}`, 'g'))!
    .map((row) => [...row].map((cell) => (cell === '.' ? '' : cell)));
};
const rows = rowsOf(PUZZLE);
const empty = (width: number) => Array<string>(width).fill('');

/** With an empty column at so many places of each row. */
const spread = (row: readonly string[], ...places: number[]) =>
  places.reduceRight((cells, place) => cells.toSpliced(place, 0, ''), [...row]);
const gapped = rows.map((row) => spread(row, 3, 6));
const bands = [0, 3, 6].flatMap((band) => [
  ...(band > 0 ? [empty(11)] : []),
  ...gapped.slice(band, band + 3),
]);

const sheets: Record<string, readonly (readonly string[])[]> = {
  'begins at B2': [empty(10), ...rows.map((row) => spread(row, 0))],
  'begins at B1': rows.map((row) => spread(row, 0)),
  'begins at C4': [empty(11), empty(11), empty(11), ...rows.map((row) => spread(row, 0, 0))],
  'empty all around': [empty(11), ...rows.map((row) => spread(row, 0, 9)), empty(11)],
  'a delimiter behind every row': rows.map((row) => spread(row, 9)),
  'empty rows at the end': [...rows, empty(9), empty(9), empty(9)],
  'as many empty rows at the end as a grid has': [...rows, ...Array(9).fill(empty(9))],
  'empty columns between boxes': gapped,
  'empty rows and columns between boxes': bands,
  'the same from B2 on': [empty(12), ...bands.map((row) => spread(row, 0))],
  'empty rows between boxes': [0, 3, 6].flatMap((band) => [
    ...(band > 0 ? [empty(9)] : []),
    ...rows.slice(band, band + 3),
  ]),
  'a title in a cell': [spread(['My Sudoku', ...empty(8)], 0), ...rows.map((row) => spread(row, 0))],
  'dots and zeros for blanks': [
    empty(10),
    ...rows.map((row, i) => ['', ...row.map((cell) => cell || (i % 2 ? '0' : '.'))]),
  ],
};

describe.each([',', ';', '\t'])('cells between %j', (delimiter) => {
  const csv = (sheet: readonly (readonly string[])[]) => sheet.map((row) => row.join(delimiter)).join('\r\n');

  test.each(Object.entries(sheets))('%s', (_, sheet) => {
    expect(read(`${csv(sheet)}\r\n`)).toEqual([PUZZLE]);
    expect(read(csv(sheet.map((row) => row.map((cell) => `"${cell}"`))))).toEqual([PUZZLE]);
  });

  test('several below and beside each other', () => {
    const others = rowsOf(OTHER);
    expect(read(csv([...rows, empty(9), ...others, empty(9)]))).toEqual([PUZZLE, OTHER]);
    const beside = rows.map((row, i) => ['', ...row, '', '', ...others[i]!]);
    expect(read(csv([empty(21), ...beside]))).toEqual([PUZZLE, OTHER]);
    expect(
      read(csv([...beside, empty(21), ...rows.map((row) => [...spread(row, 0), ...empty(11)])])),
    ).toEqual([PUZZLE, OTHER, PUZZLE]);
  });

  test('of another size', () => {
    expect(read(csv([empty(6), ...rowsOf(FOUR).map((row) => spread(row, 0, 2))]), 4)).toEqual([FOUR]);
  });

  test('a row without givens is one of the grid', () => {
    const blank = `${'.'.repeat(9)}${PUZZLE.slice(9)}`;
    expect(read(csv(rowsOf(blank)))).toEqual([blank]);
    const within = `${PUZZLE.slice(0, 36)}${'.'.repeat(9)}${PUZZLE.slice(45)}`;
    expect(read(csv([empty(10), ...rowsOf(within).map((row) => spread(row, 0))]))).toEqual([within]);
  });

  test.each<[string, readonly (readonly string[])[], string]>([
    [
      'the first row, and one too many at the end',
      [empty(9), ...rows.slice(1), empty(9)],
      'f:1: a sheet of 10 rows and 9 columns, some of them empty: an empty row may be one of the grid or beside it; write . for each blank',
    ],
    [
      'the first column of the grid, and one beside it',
      rows.map((row) => spread(['', ...row.slice(1)], 0)),
      'an empty column may be one of the grid or beside it',
    ],
    // The last row would not have been saved if it were empty.
    [
      'the first row below an edge',
      [empty(10), ...rows.slice(1).map((row) => spread(row, 0))],
      'an empty row may',
    ],
    [
      'an edge and a column too few',
      rows.map((row) => ['', ...row.slice(0, 8), '', '5']),
      'no grid of 9x9 is found',
    ],
  ])('is refused: %s', (_, sheet, message) => {
    expect(read(csv(sheet))).toEqual([expect.stringContaining(message)]);
  });
});

test('where empty rows or columns at the end may not have been saved, a sheet is refused', () => {
  const beside = '1,2,,4,,1,,3\n,4,1,,,,4,\n,1,4,,,,1,4\n4,,,1,,4,,';
  const below = '1,,2,4\n,4,1,\n,1,4,\n4,,,1\n,,,\n1,,3,\n,4,,1\n,1,4,';
  const fault = (rows: number, columns: number, what: string) =>
    `f:1: a sheet of ${rows} rows and ${columns} columns, some of them empty: an empty ${what} may be one of the grid or beside it; write . for each blank of the grid, or leave out what is not of it`;
  expect(read(beside, 4)).toEqual([fault(4, 8, 'column')]);
  expect(read(below, 4)).toEqual([fault(8, 4, 'row')]);
  // Boxes apart, the first and the last column empty.
  const edges = bands.map((row) => ['', ...row.slice(1, 10)].join(','));
  expect(read(edges.join('\n'))).toEqual([fault(11, 10, 'column')]);
});

test('grids that empty rows or titles in a cell part are read, however many there are', () => {
  const other = '.3..1.2..2.1..3.';
  const grids = Array.from({ length: 12 }, (_, i) => (i % 2 ? other : FOUR));
  const lines = grids.map((grid) => rowsOf(grid).map((row) => row.join(',')));
  expect(read(lines.map((rows) => rows.join('\n')).join('\n,,,\n'), 4)).toEqual(grids);
  const edged = lines.map((rows) => rows.map((row) => `,${row},`).join('\n'));
  expect(read(edged.join('\n,,,,,\n'), 4)).toEqual(grids);
  expect(read(lines.map((rows, i) => [`No ${i + 1},,,`, ...rows].join('\n')).join('\n'), 4)).toEqual(grids);
  const named = [PUZZLE, OTHER].map((grid, i) => [[`No ${i + 1}`, ...empty(8)], ...rowsOf(grid)]);
  const text = named.flatMap((sheet) => sheet.map((row) => row.join(','))).join('\n');
  expect(read(text)).toEqual([PUZZLE, OTHER]);
});

test('a sheet as large as a grid, whose first row or column is empty, is what has one solution', () => {
  const csv = (sheet: readonly (readonly string[])[]) => sheet.map((row) => row.join(',')).join('\n');
  const answer = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
  const without = (isEmpty: (row: number, column: number) => boolean) =>
    [...answer].map((cell, i) => (isEmpty(Math.floor(i / 9), i % 9) ? '.' : cell)).join('');
  const shifted = (puzzle: string, rows: number, columns: number) => {
    const sheet = rowsOf(puzzle).map((row) => [...empty(columns), ...row].slice(0, 9));
    return csv([...Array(rows).fill(empty(9)), ...sheet].slice(0, 9));
  };
  const fault =
    'f:1: a sheet of 9 rows and 9 columns, some of them empty: the grid has one solution where it begins behind the first';
  const column = without((row, column) => column === 8 || (row + column) % 4 === 0);
  const row = without((row, column) => row === 8 || (row + column) % 4 === 0);
  const both = without((row, column) => row === 8 || column === 8 || (row + column) % 4 === 0);
  expect(read(shifted(column, 0, 1))).toEqual([expect.stringContaining(fault)]);
  expect(read(shifted(row, 1, 0))).toEqual([expect.stringContaining(fault)]);
  expect(read(shifted(both, 1, 1))).toEqual([expect.stringContaining(fault)]);
  for (const own of [
    without((row, column) => column === 0 || (row + column) % 4 === 0),
    without((row, column) => row === 0 || (row + column) % 4 === 0),
    without((row, column) => row === 0 || column === 0 || (row + column) % 4 === 0),
  ])
    expect(read(csv(rowsOf(own)))).toEqual([own]);
});

test('names of rows are no first column', () => {
  const named = rows.map((row, i) => ['', `${i + 1}`, ...row.slice(0, 8), '']);
  const text = (delimiter: string) => named.map((row) => row.join(delimiter)).join('\n');
  const fault =
    'f:1: a sheet of 9 rows and 11 columns, some of them empty: 1 to 9 in the first column may be givens, or the names of rows of which a column is missing; where';
  expect(read(text(','))).toEqual([expect.stringContaining(fault)]);
  expect(read(text(';'))).toEqual([expect.stringContaining(fault)]);
  expect(read(text('\t'))).toEqual([
    rows.map((row) => [...row.slice(0, 8), ''].map((cell) => cell || '.').join('')).join(''),
  ]);
});

test('a puzzle and its answer beside each other are read, also where the answer counts; an index is no column', () => {
  const beside = (puzzle: string, answer: string, gap: number, size: number) => {
    const answers = rowsOf(answer);
    const sheet = rowsOf(puzzle).map((row, i) => [...row, ...empty(gap), ...answers[i]!]);
    return read(sheet.map((row) => row.join(',')).join('\n'), size);
  };
  const [four, answer4] = ['1..4.41.2..3.32.', '1234341221434321'];
  const [six, answer6] = ['1..4.6.5.1.32.1.6..6.2.13.2.4.6..3.2', '123456456123231564564231312645645312'];
  for (const gap of [1, 2, 3]) {
    expect(beside(four, answer4, gap, 4)).toEqual([four]);
    expect(beside(six, answer6, gap, 6)).toEqual([six]);
  }
  const indexed = rowsOf('23..1...423.....').map((row, i) =>
    [i, ...row, '', ...rowsOf(answer4)[i]!].join(','),
  );
  expect(read(indexed.join('\n'), 4)).toEqual([
    expect.stringContaining(
      'some of them empty: 0 to 3 in the first column may be givens, or the names of rows',
    ),
  ]);
});

test('rows of which the ends were cut off are refused, with what to do', () => {
  const fix = 'write . for each blank: those at the end of a line may have been cut off';
  const got = (count: number) => `f:1: expected a grid of 81 cells or a row of 9, got ${count}; ${fix}`;
  expect(read(rows.map((row) => row.join('\t').trimEnd()).join('\n'))).toEqual([got(5)]);
  expect(read(rows.map((row) => row.join(',').replace(/,+$/, '')).join('\n'))).toEqual([got(5)]);
  expect(
    read(
      PUZZLE.match(/.{9}/g)!
        .map((row) => row.replace(/\.+$/, ''))
        .join('\n'),
    ),
  ).toEqual([got(5)]);
  // Rows before a short one tell as well as those behind it.
  const last = [...PUZZLE.match(/.{9}/g)!.slice(0, 8), '....8'].join('\n');
  expect(read(last)).toEqual([`f:9: expected a grid of 81 cells or a row of 9, got 5; ${fix}`]);
});

test('four rows of four cells are no 4x4 where the sheet is wider', () => {
  const cut = rows.map((_, i) => [...'123456789'.slice(0, i < 4 ? 4 : 9)].join('\t'));
  expect(read(cut.join('\n'))).toEqual([
    expect.stringContaining('f:1: expected a grid of 81 cells or a row of 9'),
  ]);
  expect(read(cut.slice(0, 4).join('\n'))).toEqual([expect.stringContaining('a grid of 4x4')]);
});

test('whatever is empty, a sheet is read as what it is, or refused', () => {
  const random = new Random(5);
  let [right, refused] = [0, 0];
  for (let i = 0; i < 400; i++) {
    const puzzle = [...PUZZLE];
    // Rows and columns without givens at the edges are what can be taken for others.
    for (const line of [0, 1, 7, 8]) {
      const [noRow, noColumn] = [random.int(4) === 0, random.int(4) === 0];
      for (let place = 0; place < 9; place++) {
        if (noRow) puzzle[line * 9 + place] = '.';
        if (noColumn) puzzle[place * 9 + line] = '.';
      }
    }
    const [top, left, bottom, right_] = Array.from({ length: 4 }, () => random.int(3));
    const isGapped = random.int(3) === 0;
    const body = rowsOf(puzzle.join('')).map((row) => (isGapped ? spread(row, 3, 6) : row));
    const width = left! + body[0]!.length + right_!;
    const sheet = [
      ...Array.from({ length: top! }, () => empty(width)),
      ...body.map((row) => [...empty(left!), ...row, ...empty(right_!)]),
      ...Array.from({ length: bottom! }, () => empty(width)),
    ];
    const text = sheet.map((row) => row.join(',')).join('\n');
    const [only, ...more] = read(text);
    expect(more).toEqual([]);
    if (only === puzzle.join('')) right++;
    else {
      expect(only, text).toMatch(/^f:\d+: /);
      refused++;
    }
  }
  expect(right).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(50);
});
