/** Grids that are drawn with other boxes than the model's are refused: the same digits in them are another puzzle. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const FOUR = '1....2.....4..21';
const SIX = '.4.3..5...2..3..1.6.5....2.6..1...4.';
const NINE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';

function read(given: unknown, puzzle: string): string[] {
  const family = familyFrom({ kind: 'sudoku', size: Math.sqrt(puzzle.length) })!;
  return readQuestions(given, family).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );
}

/** Parts of so many cells. */
const cut = (text: string, length: number) => text.match(new RegExp(`.{${length}}`, 'g'))!;
const rowsOf = (puzzle: string) => cut(puzzle, Math.sqrt(puzzle.length));

/** With bars and rules around boxes. */
function drawn(puzzle: string, boxRows: number, boxColumns: number, bar = '|', rule = '-'): string {
  const rows = rowsOf(puzzle);
  const border = `+${cut(rule.repeat(rows.length), boxColumns)
    .map(() => rule.repeat(2 * boxColumns + 1))
    .join('+')}+`;
  const lines = rows.flatMap((row, i) => [
    ...(i % boxRows === 0 ? [border] : []),
    `${bar} ${cut(row, boxColumns)
      .map((part) => [...part].join(' '))
      .join(` ${bar} `)} ${bar}`,
  ]);
  return [...lines, border].join('\n');
}

const grouped = (puzzle: string, length: number, between: string) =>
  rowsOf(puzzle).map((row) => cut(row, length).join(between));

describe('the model’s boxes, or none, are read', () => {
  test.each<[string, string, string]>([
    ['4x4', FOUR, drawn(FOUR, 2, 2)],
    ['6x6', SIX, drawn(SIX, 2, 3)],
    ['9x9', NINE, drawn(NINE, 3, 3)],
    ['other bars', NINE, drawn(NINE, 3, 3, '┃', '━')],
    ['bands alone', NINE, drawn(NINE, 3, 9)],
    ['stacks alone', NINE, drawn(NINE, 9, 3)],
    ['two bands of a rule', SIX, grouped(SIX, 3, ' ').toSpliced(4, 0, '------').join('\n')],
    ['every cell in bars', SIX, drawn(SIX, 1, 1)],
    [
      'double bars',
      NINE,
      grouped(NINE, 3, '||')
        .map((row) => row.replace(/([^|])(?=[^|])/g, '$1|'))
        .join('\n'),
    ],
    ['groups between slashes', SIX, grouped(SIX, 3, ' ').join('/')],
    ['an empty line after every row', SIX, rowsOf(SIX).join('\n\n')],
    [
      'wider gaps',
      SIX,
      grouped(SIX, 3, ' ')
        .map((row) => [...row].join(' '))
        .join('\n'),
    ],
  ])('%s', (_, puzzle, text) => expect(read(text, puzzle)).toEqual([puzzle]));
});

describe('other boxes', () => {
  const turned = "drawn with boxes of 3 rows × 2 columns; this model's are 2 × 3; write its columns as rows";
  const stacks = "drawn with boxes of 2 columns; this model's are 2 × 3; write its columns as rows";
  const none = 'lines are drawn between the cells that are no boxes of 2 rows × 2 columns; leave them out';
  test.each<[string, string, string, string]>([
    ['drawn', SIX, drawn(SIX, 3, 2), turned],
    ['of other bars', SIX, drawn(SIX, 3, 2, '║', '═'), turned],
    ['groups', SIX, grouped(SIX, 2, ' ').join('\n'), stacks],
    ['groups between slashes', SIX, grouped(SIX, 2, ' ').join('/'), stacks],
    ['groups between bars', SIX, grouped(SIX, 2, '|').join('\n'), stacks],
    [
      'wider gaps',
      SIX,
      grouped(SIX, 2, ' ')
        .map((row) => [...row].join(' '))
        .join('\n'),
      stacks,
    ],
    [
      'a rule in the middle',
      SIX,
      rowsOf(SIX).toSpliced(3, 0, '------').join('\n'),
      "drawn with boxes of 3 rows; this model's are 2 × 3; write its columns as rows",
    ],
    ['irregular bars', FOUR, '1 . . | .\n. | 2 . .\n. . | . 4\n. . 2 | 1', none],
    [
      'irregular boxes',
      FOUR,
      '+---+-+\n|1 .|.|.\n| +-+ |\n|.|2 .|.\n+-+ +-+\n|. .|.|4\n| +-+ |\n|.|.|2 1|\n+-+---+',
      none,
    ],
    ['a rule below every row', FOUR, drawn(FOUR, 1, 4), none],
  ])('%s', (_, puzzle, text, message) => {
    expect(read(text, puzzle)).toEqual([expect.stringContaining(message)]);
  });
});

describe('what JSON says of boxes and other rules', () => {
  const regions = ['1112', '1222', '3334', '3444'];
  test.each<[object, string]>([
    [{ puzzle: FOUR, regions }, 'a puzzle with regions'],
    [{ puzzles: [FOUR, FOUR], cages: [{ sum: 3, cells: [0, 1] }] }, 'a puzzle with cages'],
    [{ puzzle: FOUR, type: 'Killer Sudoku' }, 'a puzzle with type Killer Sudoku'],
    [{ data: [{ puzzle: FOUR, variant: 'jigsaw' }] }, 'a puzzle with variant jigsaw'],
  ])('%j', (given, message) => {
    for (const form of [given, JSON.stringify(given)])
      expect(read(form, FOUR)).toEqual([expect.stringContaining(`${message}, which`)]);
  });
  test.each<object>([
    { puzzle: FOUR, regions: [] },
    { puzzle: FOUR, cages: null, type: 'sudoku' },
    { puzzle: FOUR, type: 4, variant: 'classic' },
  ])('%j is a Sudoku', (given) => expect(read(given, FOUR)).toEqual([FOUR]));
});
