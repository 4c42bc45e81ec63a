import { expect, test } from 'vitest';
import { formatGrid, formatLine, parseLine } from '../../../src/data/sudoku/grid.ts';

const NINE = '7....42....6....4...5.2.783.4..3.5.89....5632...9..4..12...835..98.5...4..437.8..';
const SIX = '.23...4.....1..........6.1...5...2..';

test('parseLine reads a line with any blank', () => {
  const expected = Uint8Array.from(NINE, (c) => (c === '.' ? 0 : Number(c)));
  for (const blank of '.0_*-xX?') expect(parseLine(NINE.replaceAll('.', blank))).toEqual(expected);
  expect(formatLine(expected)).toBe(NINE);
});

test.each([
  [`${NINE.slice(1)}z`, "'z' is no cell of a 9x9 grid; use digits 1 to 9"],
  [`5${'.'.repeat(15)}`, "'5' is no cell of a 4x4 grid"],
  [`${NINE}.`, 'a grid has 16, 36, 81 or 256 cells, got 82'],
])('parseLine refuses %j', (text, message) => {
  expect(() => parseLine(text, { file: 'my.txt', line: 3 })).toThrow(`my.txt:3: ${message}`);
});

test('formatGrid draws the boxes', () => {
  expect(formatGrid(parseLine(SIX))).toBe(
    [
      '. 2 3 | . . .',
      '4 . . | . . .',
      '------+-------',
      '1 . . | . . .',
      '. . . | . . 6',
      '------+-------',
      '. 1 . | . . 5',
      '. . . | 2 . .',
    ].join('\n'),
  );
});
