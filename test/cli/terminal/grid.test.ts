import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderGrid, supportsColor } from '../../../src/cli/terminal/grid.ts';
import { TrmError } from '../../../src/errors.ts';

const sudoku = { cells: [...'1234341221434321'], rows: 4, cols: 4, boxRows: 2, boxCols: 2, color: false };
const flags = (...on: number[]) => Array.from({ length: 16 }, (_, i) => on.includes(i));

describe('renderGrid', () => {
  it('draws boxes', () => {
    expect(renderGrid(sudoku)).toBe(
      ['1 2 │ 3 4', '3 4 │ 1 2', '────┼────', '2 1 │ 4 3', '4 3 │ 2 1'].join('\n'),
    );
  });

  it('draws boxes that are not square, as in 6x6', () => {
    const cells = Array.from({ length: 36 }, (_, i) => (i === 0 ? '' : String((i % 6) + 1)));
    const lines = renderGrid({ cells, rows: 6, cols: 6, boxRows: 2, boxCols: 3, color: false }).split('\n');
    expect(lines.slice(0, 3)).toEqual(['. 2 3 │ 4 5 6', '1 2 3 │ 4 5 6', '──────┼──────']);
    expect(lines).toHaveLength(8);
  });

  it('pads cells of any grid to one width, without box lines', () => {
    expect(renderGrid({ cells: ['1', '10', '', 'S'], rows: 2, cols: 2, color: false })).toBe(' 1 10\n .  S');
  });

  it('marks conflicts and changes without colour, a conflict first', () => {
    const text = renderGrid({ ...sudoku, changed: flags(1, 2), conflict: flags(2, 15) });
    expect(text.split('\n')).toEqual([
      '1  2* │ 3! 4 ',
      '3  4  │ 1  2 ',
      '──────┼──────',
      '2  1  │ 4  3 ',
      '4  3  │ 2  1!',
    ]);
  });

  it('keeps its width from frame to frame', () => {
    const quiet = renderGrid({ ...sudoku, changed: flags(), conflict: flags() });
    expect(quiet.split('\n').map((line) => line.length)).toEqual([13, 13, 13, 13, 13]);
  });

  it('colours: givens bold, changes green, conflicts red, lines dim', () => {
    const colored = { ...sudoku, color: true, given: flags(0, 3), changed: flags(1), conflict: flags(3) };
    const first = renderGrid(colored).split('\n')[0]!;
    expect(first).toBe(
      '\u001b[1m1 \u001b[22m \u001b[32m2*\u001b[39m \u001b[2m│\u001b[22m 3  \u001b[1m\u001b[31m4!\u001b[39m\u001b[22m',
    );
    expect(stripVTControlCharacters(renderGrid(colored))).toBe(renderGrid({ ...colored, color: false }));
  });

  it('names the array of the wrong length', () => {
    expect(() => renderGrid({ ...sudoku, given: [true] })).toThrow(TrmError);
    expect(() => renderGrid({ ...sudoku, given: [true] })).toThrow('grid: expected 4 x 4 = 16 given, got 1');
  });
});

describe('supportsColor', () => {
  const terminal = { isTTY: true, hasColors: () => true } as const;
  it('is for terminals', () => {
    expect(supportsColor(terminal, {})).toBe(true);
    expect(supportsColor({}, {})).toBe(false);
    expect(supportsColor({ isTTY: true, hasColors: () => false }, {})).toBe(false);
  });
  it('honours NO_COLOR unless it is empty', () => {
    expect(supportsColor(terminal, { NO_COLOR: '1' })).toBe(false);
    expect(supportsColor(terminal, { NO_COLOR: '' })).toBe(true);
  });
});
