import { describe, expect, test } from 'vitest';
import { formatGrid, formatLine, parseGrid, parseGrids } from '../../../src/data/sudoku/grid.ts';

const NINE = '7....42....6....4...5.2.783.4..3.5.89....5632...9..4..12...835..98.5...4..437.8..';
const SIX = '.23...4.....1..........6.1...5...2..';

describe('parseGrid', () => {
  test('reads one line with any blank', () => {
    const expected = Uint8Array.from(NINE, (c) => (c === '.' ? 0 : Number(c)));
    expect(parseGrid(NINE)).toEqual(expected);
    expect(parseGrid(NINE.replaceAll('.', '0'))).toEqual(expected);
    expect(parseGrid(`  ${NINE.replaceAll('.', '_')}\r\n`)).toEqual(expected);
  });

  test('reads several lines with decoration', () => {
    const text = '1 . | . 4\n. . | 1 .\n----+----\n. 1 | . .\n4 . | . 1\n';
    expect(formatLine(parseGrid(text))).toBe('1..4..1..1..4..1');
  });

  test.each(['.'.repeat(16), SIX, NINE])('formatGrid is read back: %s', (line) => {
    const grid = parseGrid(line);
    expect(parseGrid(formatGrid(grid))).toEqual(grid);
    expect(formatLine(grid)).toBe(line);
  });

  test('formatGrid draws the boxes', () => {
    expect(formatGrid(parseGrid(SIX))).toBe(
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
});

describe('parseGrids', () => {
  test('reads both forms and all sizes from one text', () => {
    const text = `${NINE}\n\n12..\n..12\n\r\n2...\n...1\n${SIX}\n`.replace('\n\r\n', '\n');
    expect(parseGrids(text).map(formatLine)).toEqual([NINE, '12....122......1', SIX]);
    expect(parseGrids('\n \n')).toEqual([]);
  });

  test.each([
    [`${NINE}\n${NINE}x`, 2, 'expected a grid of 16, 36 or 81 cells or a row of 4, 6 or 9, got 82'],
    [`${NINE.slice(1)}x`, 1, "'x' is no cell of a 9x9 grid; use digits 1 to 9"],
    [`5${'.'.repeat(15)}`, 1, "'5' is no cell of a 4x4 grid"],
    ['12..\n..12\n2..', 3, 'expected a row of 4 cells, got 3'],
    ['12..\n..12\n\n2...\n...1', 3, 'the grid ends after 2 of 4 rows'],
    ['12..\n..12', 3, 'the grid ends after 2 of 4 rows'],
  ])('%j is refused on line %i', (text, line, message) => {
    expect(() => parseGrids(text, 'my.txt')).toThrow(message);
    expect(() => parseGrids(text, 'my.txt')).toThrow(new RegExp(`^my\\.txt:${line}: `));
  });

  test('parseGrid wants exactly one', () => {
    expect(() => parseGrid('')).toThrow('expected one grid, got 0');
    expect(() => parseGrid(`${NINE}\n${NINE}`)).toThrow('expected one grid, got 2');
  });
});
