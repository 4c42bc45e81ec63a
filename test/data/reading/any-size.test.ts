import { describe, expect, it, test } from 'vitest';
import { maze } from '../../../src/data/maze/family.ts';
import { formatMaze } from '../../../src/data/maze/maze.ts';
import { isSeveral, readAnySize } from '../../../src/data/reading/any-size.ts';

/** Each maze as `2x3 S  #G `, or its error. */
const read = (given: unknown) =>
  readAnySize(given, maze.ofAnySize, {}).map(({ value, error }) => {
    if (error) return error.message;
    const { rows, columns } = value.info as { rows: number; columns: number };
    return `${rows}x${columns} ${formatMaze(value.tokens)}`;
  });

test.each([
  ['rows', 'S  #\n  G ', ['2x4 S  #  G ']],
  ['rows whose last free cells an editor cut off', 'S\n  G#', ['2x4 S     G#']],
  ['a row of free cells alone', 'S##\n   \n##G', ['3x3 S##   ##G']],
  ['an answer, whose way is free in the question', 'Soo\n#oG', ['2x3 S  # G']],
  ['cells between spaces', 'S . #\n. . G', ['2x3 S #  G']],
  ['what the terminal prints', 'S  .  #! \n.* o! G  ', ['2x3 S #  G']],
  ['digits', '2 0 1\n0 0 3', ['2x3 S #  G']],
  ['dots', 'S..#\n..G.', ['2x4 S  #  G ']],
  ['a square on one line', 'S #   # G', ['3x3 S #   # G']],
  ['rows between slashes', 'S..#/..G.', ['2x4 S  #  G ']],
  ['a maze a line, of different sizes', 'S..#/..G.\nS #   # G', ['2x4 S  #  G ', '3x3 S #   # G']],
  ['blocks of different sizes', 'S  #\n  G \n\nS \n G\n', ['2x4 S  #  G ', '2x2 S  G']],
  ['text around them', 'The first maze:\nS  #\n  G \nAnd another one\nS \n G', ['2x4 S  #  G ', '2x2 S  G']],
  ['W for walls, a solid row of them', 'WWWW\nWS.G\nWWWW', ['3x4 #####S G####']],
  ['a sheet, an empty cell is free', 'S,,,#\n#, ,G,', ['2x4 S  ## G ']],
  ['an answer below it', 'S  #\n  G \n\nSolution:\nSoo#\n  G \n', ['2x4 S  #  G ']],
  [
    'tables, an answer below',
    ['S..#/....', 'Soo#/..G.']
      .map(
        (rows, i) =>
          `${i ? '## Solution\n' : ''}| | | | |\n|-|-|-|-|\n${rows
            .split('/')
            .map((row) => `|${[...row].join('|')}|`)
            .join('\n')}\n`,
      )
      .join('\n')
      .replace('|.|.|.|.|', '|.|.|G|.|'),
    ['2x4 S  #  G '],
  ],
  ['a number above it', '17\nS  #\n  G ', ['2x4 S  #  G ']],
  ['a list of rows', ['S  #', '  G '], ['2x4 S  #  G ']],
  [
    'lists of cells',
    [
      [2, 0, 1],
      [0, 0, 3],
    ],
    ['2x3 S #  G'],
  ],
  ['a list of cells', [2, 0, 0, 3], ['2x2 S  G']],
  ['a list of mazes', ['S  #\n  G ', 'S \n G'], ['2x4 S  #  G ', '2x2 S  G']],
  ['JSON', '{"puzzles": ["S..#/..G.", "S #   # G"]}', ['2x4 S  #  G ', '3x3 S #   # G']],
  ['CSV', 'maze,difficulty\nS..#/..G.,1\nS #   # G,2\n', ['2x4 S  #  G ', '3x3 S #   # G']],
])('%s', (_, given, expected) => {
  expect(read(given)).toEqual(expected);
});

test.each([
  ['S #G', 'a line that is a square', '2x2 S #G'],
  ['S# G ', 'a line that is none', '5 cells on one line are no square; write its rows on lines of their own'],
  ['S  \n   ', 'no goal', 'expected one goal G, got 0'],
  ['S#\n#G', 'no way', 'no way leads from the start to the goal'],
  [
    'S,,\n,G,\n,,',
    'an empty edge of a sheet',
    'empty cells along the edge of a sheet may be free, or lie beside',
  ],
  ['S?\n G', 'a foreign character', "'?' is no cell of a maze"],
])('%j: %s', (given, _, expected) => {
  expect(read(given)[0]).toContain(expected);
});

test.each([
  ['', 'an empty text'],
  [' \n\n', 'an empty text'],
  ['lorem ipsum', 'a text without them'],
  [[], 'an empty list'],
  [{ puzzles: [] }, 'an empty list'],
])('%j holds no puzzle', (given, got) => {
  expect(read(given)).toEqual([`expected the cells of a puzzle, got ${got}`]);
});

test('tokens without a size are refused, also in a text', () => {
  const refused = ['tokens do not say how many rows they are; give the puzzle as a text or as rows'];
  for (const given of [{ tokens: [3, 2, 2, 4] }, '{"tokens": [3, 2, 2, 4]}'])
    expect(read(given)).toEqual(refused);
});

test('lines of words are told with their places', () => {
  const words: unknown[] = [];
  const text = 'The first maze:\nS  #\n  G \n\nS \n G\nlorem ipsum';
  readAnySize(text, maze.ofAnySize, { file: 'f', onWords: (one) => words.push(one) });
  expect(words).toEqual([
    { file: 'f', line: 1, text: 'The first maze:' },
    { file: 'f', line: 7, text: 'lorem ipsum' },
  ]);
});

describe('isSeveral', () => {
  it.each([
    [['S  ', ' # ', '  G'], false],
    [
      [
        [2, 0],
        [0, 3],
      ],
      false,
    ],
    [[2, 0, 0, 3], false],
    [['S  \n  G', 'S  \n  G'], true],
    [['S #   # G', 'S #   # G'], true],
    [
      [
        [
          [2, 0],
          [0, 3],
        ],
      ],
      true,
    ],
    [['S  \n  G'], false],
  ])('%j: %s', (list, expected) => {
    expect(isSeveral(list, maze.ofAnySize)).toBe(expected);
  });
});

test('a size beside a maze that it has not is refused', () => {
  const maze = ['#####', '#S  #', '# #G#', '#####'];
  for (const given of [maze, maze.join('\n'), maze.map((row) => [...row])]) {
    for (const key of [{ rows: 5 }, { height: 5 }, { width: 4 }, { cols: 4 }, { size: 6 }, { size: [4, 6] }])
      expect(read({ maze: given, ...key })).toEqual([
        expect.stringContaining('where the maze has 4 rows of 5 cells; look whether cells are missing'),
      ]);
    expect(read({ maze: given, rows: 4, cols: 5, size: [4, 5], id: 17 })).toEqual([
      '4x5 ######S  ## #G######',
    ]);
  }
});

test('what a program calls a solution answers the maze beside it, above or below', () => {
  const listed = (maze: string) => JSON.stringify(maze.split('/'));
  const maze = `maze = ${listed('#####/#S  #/# # #/# #G#/#####')}`;
  const solution = `solution = ${listed('#####/#Soo#/# #o#/# #G#/#####')}`;
  const expected = ['5x5 ######S  ## # ## #G######'];
  expect(read(`${maze}\n${solution}`)).toEqual(expected);
  expect(read(`${solution}\n${maze}`)).toEqual(expected);
  expect(read(`${maze}\nsolution = ${listed('#####/#S  #/#o# #/# #G#/#####')}`)).toEqual([
    ...expected,
    expect.stringContaining('it is no answer to the puzzle beside it'),
  ]);
});

test('a first or last row of another length that holds a foreign letter is a row, and words are none', () => {
  const rows = ['S....', '.....', '....G'];
  for (const bad of ['..abc..', 'S.ab..G', '....wall...', '.#b##d#', '#.ab']) {
    const others = bad.length > 5 ? 'most have 5' : 'the longest 5';
    const message = expect.stringMatching(`^row [14] of the maze has ${bad.length} cells, ${others}; write`);
    expect(read(`${bad}\n${rows.join('\n')}`)).toEqual([message]);
    expect(read(`${rows.join('\n')}\n${bad}`)).toEqual([message]);
    expect(read([...rows, bad])).toEqual([message]);
  }
  for (const words of ['See below...', 'Goose eggs', 'So long. Good path', 'Good luck!'])
    for (const text of [`${words}\n${rows.join('\n')}`, `${rows.join('\n')}\n${words}`])
      expect(read(text)).toEqual(read(rows.join('\n')));
});
