/** What stands in the cells of a Sudoku: real numbers beside empty ones, candidates, digits from 0, other signs for blanks. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const rows = (text = PUZZLE) => text.match(/.{9}/g)!;

/** Every question as a line, or its error. */
function read(text: unknown, size = 9): string[] {
  const family = familyFrom({ kind: 'sudoku', size })!;
  return readQuestions(text, family, { file: 'f' }).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );
}

describe('real numbers beside empty cells', () => {
  const six = '.4.3..5...2..3..1.6.5....2.6..1...4.';
  const written = six.match(/.{6}/g)!.map((row) => [...row].map((cell) => (cell === '.' ? '' : `${cell}.0`)));
  const csv = (delimiter: string) => written.map((row) => row.join(delimiter)).join('\n');
  test.each<[string, string]>([
    ['commas', csv(',')],
    ['semicolons', csv(';')],
    ['tabs', csv('\t')],
    ['a header', `0,1,2,3,4,5\n${csv(',')}\n`],
    ['a header and an index', `,0,1,2,3,4,5\n${written.map((row, i) => `${i},${row}`).join('\n')}`],
    ['decimal commas', csv(';').replaceAll('.', ',')],
    [
      'an index and decimal commas',
      written.map((row, i) => [i, ...row].join(';').replaceAll('.', ',')).join('\n'),
    ],
    ['bars', written.map((row) => `| ${row.join(' | ')} |`).join('\n')],
    ['one line', written.join(',')],
  ])('%s', (_, text) => expect(read(text, 6)).toEqual([six]));

  test('rows of three givens, which would be as long as a row of 9 without what is between', () => {
    const three = '53..7....6..1..4...98....6.8...6...34..8....17...2...6.6....28....4.9..5....8..79';
    const real = rows(three).map((row) => [...row].map((cell) => (cell === '.' ? '' : `${cell}.0`)));
    for (const delimiter of [',', ';', '\t'])
      expect(read(real.map((row) => row.join(delimiter)).join('\n'))).toEqual([three]);
    const columns = real.map((row) => row.map((cell) => cell.padEnd(4)).join(''));
    expect(read(columns.join('\n'))[0]).toContain("'5.0' is no cell of a 9x9 grid");
  });
});

test('a label is no cell where one cell of each row is empty', () => {
  const puzzle = '12.43.122.4343.1';
  const labelled = puzzle.match(/.{4}/g)!.map((row, i) => [i + 1, ...row.replace('.', ' ')].join(','));
  expect(read(labelled.join('\n').replaceAll(' ', ''), 4)).toEqual([puzzle]);
});

describe('candidates beside empty cells are no groups of cells', () => {
  const others = '\n.........'.repeat(8);
  const held = 'f:1: row 1, column 3 holds 14: a cell holds one digit, candidates are not read';
  test.each([
    [`5,3,14,25,7,3,4,,${others}`, held],
    [`| 5 | 3 | 14 | 25 | 7 | 3 | 4 | | |${others}`, held],
    [Array(9).fill('5;3;14;25;7;3;4;;').join('\n'), held],
    [`5 3 . | 14 2 3 | . . .${others}`, 'f:1: row 1, column 4 holds 14'],
    [
      rows()
        .map((row) => [...row].map((cell) => cell.replace('.', '123')).join(' '))
        .join('\n'),
      'f:1: row 1, column 3 holds 123',
    ],
    [`123,456,789,,,,,,${others}`, 'f:1: row 1, column 1 holds 123'],
    [`5 3 14 25 7 3 4${others}`, "f:1: '14' is no cell of a 9x9 grid"],
    [
      [[14, 25, 36, 47, 5], ...Array(8).fill(Array(9).fill(0))],
      'f: expected 81 cells, 9 rows of 9, got 5 in row 1',
    ],
  ])('%j', (text, message) => expect(read(text)).toEqual([expect.stringContaining(message)]));
});

describe('0 beside another sign for blanks', () => {
  const from0 = '42..6....5...84....87....5.7...5...23..7.2...6...1...5.5....17....3.8..4....7..68';
  const both =
    'f:1: 0 may be a blank beside digits 1 to 9, or the first of the digits 0 to 8; write digits 1 to 9, and .';
  const with0 = from0.replace('42..6', '42..60').replace('60....5', '60...5');
  test.each([
    ['a line', with0],
    ['rows', rows(with0).join('\n')],
    [
      'empty cells',
      rows(with0)
        .map((row) => [...row].join(',').replaceAll('.', ''))
        .join('\n'),
    ],
    ['null', rows(with0).map((row) => [...row].map((cell) => (cell === '.' ? null : Number(cell))))],
  ])('may be a digit: %s', (_, text) => {
    expect(read(text)).toEqual([expect.stringContaining(both.slice(typeof text === 'string' ? 5 : 3))]);
  });
  test('is a blank where the largest digit is used, or where it would stand twice in a row', () => {
    expect(read(PUZZLE.replace('.', '0'))).toEqual([PUZZLE]);
    expect(read(with0.replace('..', '00'))).toEqual([from0]);
    expect(read('1..0.2....3.0..1', 4)).toEqual([expect.stringContaining('beside digits 1 to 4, or')]);
  });
});

describe('a sign for blanks that nobody knows', () => {
  test.each([...'oOn#'])('%s', (blank) => {
    const strange = PUZZLE.replaceAll('.', blank);
    const message = `f:1: '${blank}' is no cell of a 9x9 grid; use digits 1 to 9, and . 0 or _ for a blank`;
    expect(read(strange)).toEqual([message]);
    if (blank !== '#') expect(read(rows(strange).join('\n'))).toEqual([message]);
    expect(
      read(
        rows(`${PUZZLE.slice(0, 72)}.........`)
          .join('\n')
          .replaceAll('.', blank),
      ),
    ).toHaveLength(1);
  });
});

describe('numbers of 64 bits', () => {
  const numbers = [...PUZZLE].map((cell) => BigInt(cell.replace('.', '0')));
  test.each<[string, unknown]>([
    ['a list', numbers],
    ['a typed array', BigInt64Array.from(numbers)],
    ['rows', rows().map((_, i) => numbers.slice(9 * i, 9 * i + 9))],
    ['tokens', { tokens: BigInt64Array.from(numbers, (cell) => cell + 1n) }],
    ['beside the same text', { puzzle: numbers, grid: PUZZLE }],
  ])('%s', (_, given) => expect(read(given)).toEqual([PUZZLE]));
  test('are whole numbers from 0', () => {
    expect(read([-1n, ...numbers.slice(1)])[0]).toContain(
      'expected whole numbers from 0, 0 for a blank, got -1',
    );
  });
});
