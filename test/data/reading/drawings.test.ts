/** One maze in the forms in which lists hold it and texts draw it: it is read as drawn, or refused with all readings. */
import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze } from '../../../src/data/maze/family.ts';
import { isSeveral, readAnySize } from '../../../src/data/reading/any-size.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const ROWS = ['######', '#S   #', '#### #', '# #  #', '#   G#', '######'];
const ofSize = familyFrom({ kind: 'maze', rows: 6, columns: 6 })!;

/** `6x6 #####…` or the error, of a model of any size. */
function read(given: unknown): string[] {
  return readAnySize(given, maze.ofAnySize, {}).map(({ value, error }) => {
    if (error) return error.message;
    const family = familyFrom(value.info)!;
    return `${family.canvas.rows}x${family.canvas.columns} ${family.line(value.tokens)}`;
  });
}

/** The same of a model of that size. */
const readSized = (given: unknown, family = ofSize) =>
  readQuestions(given, family).map(({ value, error }) => (value ? family.line(value) : error!.message));

const cells = (free: unknown = ' ', wall: unknown = '#') =>
  ROWS.map((row) => [...row].map((cell) => (cell === ' ' ? free : cell === '#' ? wall : cell)));
const python = JSON.stringify(cells()).replaceAll('"', "'");
const digits = cells(0, 1).map((row) => row.map((cell) => ({ S: 2, G: 3 })[cell as string] ?? cell));
const printed = (rows: unknown[][]) => `[${rows.map((row) => `[${row.join(' ')}]`).join('\n ')}]\n`;
/** As pandas prints a frame of them. */
const framed = (rows: unknown[][]) =>
  [rows[0]!.map((_, column) => column), ...rows]
    .map((row, i) => `${i === 0 ? ' ' : i - 1}  ${row.join('  ')}\n`)
    .join('');
const doubled = (wall: string) =>
  ROWS.map((row) =>
    [...row].map((cell) => ({ '#': wall, ' ': '  ', S: 'S ', G: ' G' })[cell]!).join(''),
  ).join('\n');

test.each<[string, unknown]>([
  ['lists of cells, a space for free', cells()],
  ['nothing for free', cells('')],
  ['null for free', cells(null)],
  ['a point for free', cells('.')],
  ['JSON', JSON.stringify({ puzzle: cells() })],
  ['a list of lists under maze', { maze: cells() }],
  ['JSON Lines', `${JSON.stringify({ maze: cells() })}\n`],
  [
    'rows as JSON Lines',
    cells()
      .map((row) => JSON.stringify(row))
      .join('\n'),
  ],
  ['Python', `maze = ${python}`],
  ['an array', `array(${python}, dtype='<U1')`],
  ['an array of a notebook', `Out[3]: array(${python}, dtype='<U1')`],
  ['JavaScript', `const maze = ${JSON.stringify(cells())};`],
  ['Java', `char[][] maze = ${python.replaceAll('[', '{').replaceAll(']', '}')};`],
  ['numbers', digits],
  ['numbers as NumPy prints them', printed(digits)],
  ['real ones', printed(digits).replace(/\d/g, '$&.')],
  [
    'texts as NumPy prints them, below a title',
    `The maze:\n${printed(cells().map((row) => row.map((cell) => `'${cell}'`)))}`,
  ],
  ['an array of NumPy below a title', `the maze\narray(${python})`],
  ['a frame as pandas prints it', framed(cells('.'))],
  ['the same of numbers, below a title', `the maze\n\n${framed(digits)}`],
  ['the same of texts in quotes', framed(cells("' '"))],
  ['a space between the cells', ROWS.map((row) => [...row].join(' ')).join('\n')],
  ['the same without the ends of lines', ROWS.map((row) => [...row].join(' ').trimEnd()).join('\n')],
  ['two spaces between the cells', ROWS.map((row) => [...row].join('  ')).join('\n')],
  ['a list of such rows', ROWS.map((row) => [...row].join(' '))],
  ['a field of CSV', `maze\n"${ROWS.map((row) => [...row].join(' ')).join('\n')}"\n`],
  ['indented', ROWS.map((row) => ` ${row}`).join('\n')],
  ['a block of Markdown', ROWS.map((row) => `    ${row}`).join('\n')],
  ['indented with tabs', ROWS.map((row) => `\t${row}`).join('\n')],
  ['YAML', `maze: |\n${ROWS.map((row) => `  ${row}`).join('\n')}\n`],
  ['spaces at the end of every line', ROWS.map((row) => `${row}  `).join('\n')],
  ['spaces at the end of some', ROWS.map((row, i) => row + ' '.repeat(i % 3)).join('\n')],
  ['full blocks twice as wide', doubled('██')],
  ['the same indented', doubled('██').replace(/^/gm, '  ')],
  ['signs twice as wide', doubled('##')],
  ['slashes with spaces around them', ROWS.join(' / ')],
])('%s', (_, given) => {
  expect(read(given)).toEqual([`6x6 ${ROWS.join('')}`]);
  expect(readSized(given)).toEqual([ROWS.join('')]);
});

test.each([
  [
    'a space between the cells, or columns of free ones',
    '# S  \n#   #\n# # G\n',
    'the maze may be 3x5 as it stands, or 3x3 with spaces between the cells; write each cell once, . for a free one',
  ],
  [
    'an indentation that opens a way',
    '    S   \n    ####\n    G   \n',
    'the maze may be 3x8 as it stands, or 3x4 without its empty edge, or 3x4 with every cell twice as wide, or 3x2 ',
  ],
  [
    'one space before every line',
    ' S##\n ##G\n',
    'the maze may be 2x4 as it stands, or 2x3 without its empty edge',
  ],
  [
    'one space behind every line',
    'S## \n##G \n',
    'the maze may be 2x4 as it stands, or 2x3 without its empty edge',
  ],
  [
    'cells twice as wide',
    'S ##\n   G\n',
    'the maze may be 2x4 as it stands, or 2x2 with every cell twice as wide',
  ],
  ['spaces around slashes', 'S## / ##G', 'the maze may be 2x5 as it stands, or 2x4 without its empty edge'],
])('%s: refused with all readings', (_, given, expected) => {
  expect(read(given)).toEqual([expect.stringContaining(expected)]);
});

test('a row that ends early, where a space is no cell, may lack a wall', () => {
  const cut = '#####\n#S..\n####\n#G..\n#####\n';
  expect(read(cut)).toEqual([
    expect.stringContaining('row 2 of the maze has 4 cells, the longest 5; write every cell of it'),
  ]);
  expect(read(cut.replaceAll('.', ' '))).not.toEqual(read(cut));
});

test('a row of another length than most is told, and none is filled up', () => {
  const rows = ['######', '#S...#', '##.#.#', '#...G#', '######'];
  const spaces = rows.map((row) => row.replaceAll('.', ' '));
  const sheet = (of: string[]) => of.map((row) => [...row].join(',')).join('\n');
  const apart = (of: string[]) => of.map((row) => [...row].join(' ')).join('\n');
  const short = rows.with(2, '##.##');
  const long = (of: string[]) => of.with(2, `#${of[2]!}`);
  for (const given of [sheet(short), apart(short), short.join('\n'), sheet(spaces.with(2, '## ##'))])
    expect(read(given)).toEqual([
      expect.stringContaining('row 3 of the maze has 5 cells, the longest 6; write every cell of it'),
    ]);
  for (const given of [sheet(long(rows)), apart(long(rows)), long(rows).join('\n'), long(spaces).join('\n')])
    expect(read(given)).toEqual([
      expect.stringContaining('row 3 of the maze has 7 cells, most have 6; write every cell of it'),
    ]);
  const ten = Array.from({ length: 10 }, (_, i): string => (i === 0 ? 'S........G' : '.#.#.#.#.#'));
  const model = familyFrom({ kind: 'maze', rows: 10, columns: 10 })!;
  expect(readSized(apart(ten.with(4, '.#.#.#.#.')), model)).toEqual([
    expect.stringContaining('row 5 of the maze has 9 cells, the longest 10; write every cell of it'),
  ]);
});

describe('a row that ends early between walls all around', () => {
  test('may have lost any of its cells', () => {
    for (const [row, whole] of ROWS.entries())
      for (const place of [0, 2, 5]) {
        const cut = ROWS.with(row, whole.slice(0, place) + whole.slice(place + 1));
        const cells = `row ${row + 1} of the maze has ${cut[row]!.trimEnd().length} cells, the longest 6; write every cell of it, . for`;
        const indented = cut.map((line) => `  ${line}`);
        const twice = cut.map((line) =>
          line.replace(/./g, (cell) => (/[SG]/.test(cell) ? `${cell} ` : cell + cell)),
        );
        for (const all of [readSized, read]) {
          expect(all(cut.join('\n'))).toEqual([expect.stringContaining(cells)]);
          expect(all(indented.join('\n'))).toEqual([expect.stringContaining(cells)]);
          expect(all(twice.join('\n'))).toEqual([expect.stringContaining(`row ${row + 1} of the maze has`)]);
        }
      }
  });

  test('may have lost any of them where spaces stand between the cells, or all', () => {
    for (const [row, whole] of ROWS.entries())
      for (const step of [2, 3]) {
        const apart = (one: string) => [...one].join(' '.repeat(step - 1));
        const given = ROWS.map(apart).with(row, apart(whole.slice(0, 2) + whole.slice(3)));
        const cells = `row ${row + 1} of the maze has 5 cells, the longest 6; write every cell of it, . for`;
        expect(readSized(given.join('\n'))).toEqual([expect.stringContaining(cells)]);
      }
    for (const free of ['.', ' '])
      for (const row of [1, 2, 3, 4])
        for (const between of ['', ' ']) {
          const lines = cells(free).map((one) => one.join(between));
          const fault = `row ${row + 1} of the maze has 0 cells, the longest 6`;
          expect(readSized(lines.with(row, '').join('\n'))).toEqual([expect.stringContaining(fault)]);
        }
  });

  test('is filled up where most rows do, or a whole one ends free', () => {
    const open = ['######', '#S    ', '#### #', '# #   ', '# G   ', '#     '];
    expect(readSized(open.map((row) => row.trimEnd()).join('\n'))).toEqual([open.join('')]);
    const dotted = ['######', '#S   #', '####  ', '# #  #', '#   G ', '######'];
    const way = dotted.map((row, i) => (i === 2 ? row.trimEnd() : row.replace(/ $/, '.')));
    expect(readSized(way.join('\n'))).toEqual([dotted.join('')]);
  });
});

describe('what is known but not read', () => {
  const expectFault = (read: (given: string) => string[], text: string, line: string, expected: string) => {
    expect(read(text)).toEqual([expect.stringContaining(expected)]);
    expect(readAnySize(text, maze.ofAnySize, { file: 'm' })[0]!.error!.message).toContain(`m:${line}: `);
  };
  const hidden = "save it with df.to_csv('maze.csv'), or write . into free cells before it is printed";
  const partly = "pandas has left out or wrapped a part of the frame; save it with df.to_csv('maze.csv')";
  test.each([
    ['walls as lines', '+--+--+\n|S    |\n+  +--+\n|    G|\n+--+--+\n', '1', 'walls are drawn as lines'],
    ['walls as low lines', ' ___\n|S  |\n|_|G|\n', '1', 'R rows of C cells become 2R+1 rows of 2C+1'],
    ['walls as characters of boxes', '┌───┐\n│S G│\n└───┘', '1', 'walls are drawn as lines between cells'],
    [
      'a frame with spaces',
      framed(cells()),
      '3',
      `a row as pandas prints it: 1, and 6 cells that are a sign`,
    ],
    ['a frame without its end', framed(cells('.')).replace(/\n5.*\n/, '\n..\n'), '1', partly],
    ['a frame that goes on below', framed(cells('.')).replace('\n', ' \\\n'), '1', partly],
    ['a frame without some columns', framed(cells('.')).replace(/( {2}\S){2}$/gm, '  ...  9'), '1', partly],
    ['a frame that leaves out a row', framed(cells('.')).replace(/\n2.*/, ''), '4', hidden],
    ['a frame with a row behind it', `${framed(cells('.'))}######\n`, '8', hidden],
  ])('%s', (_, text, line, expected) => {
    expectFault(read, text, line, expected);
    expectFault(readSized, text, line, expected);
  });

  test('what is below is read', () => {
    expect(readSized(`${framed(cells())}\n${ROWS.join('\n')}\n`)).toEqual([
      expect.stringContaining(hidden),
      ROWS.join(''),
    ]);
  });
});

test.each([
  ['#####\n#S#.#\n#.#.#\n#.#G#\n', 'the last row'],
  ['#S#.#\n#.#.#\n#.#G#\n#####\n', 'the first row'],
  ['####\nS#.#\n.#.#\n.#G#\n####\n', 'the first column'],
  ['1111\n1210\n1013\n1111\n', 'the last column'],
])('no way, and the walls around it are incomplete: %j', (given, side) => {
  expect(read(given)).toEqual([
    `no way leads from the start to the goal, and walls stand all around but for ${side}; look whether a row or a column of the maze is missing there`,
  ]);
});

test('arrays below each other are mazes of their own', () => {
  const text = `array(${python})\narray(${JSON.stringify(digits)}, dtype=int64)\n\n${printed(digits)}`;
  expect(read(text)).toEqual(Array(3).fill(`6x6 ${ROWS.join('')}`));
});

describe('a sign for free leaves nothing open', () => {
  test.each([
    ['indented', '  S.#\n  ..G\n', '2x3 S.#/..G'],
    ['spaces between the cells', 'S . #\n. . G', '2x3 S.#/..G'],
    ['digits between spaces, none of them 0', '1 1 1 1\n1 2 3 1\n1 1 1 1', '3x4 ####/#SG#/####'],
    ['spaces around slashes', 'S.# / ..G', '2x3 S.#/..G'],
  ])('%s', (_, given, expected) => expect(read(given)).toEqual([expected]));
});

describe('cells that came as lists', () => {
  const small = [
    [1, 1, 1, 1],
    [1, 2, 3, 1],
    [1, 1, 1, 1],
  ];
  test.each<[string, unknown, string[]]>([
    ['numbers without 0', small, ['3x4 ####/#SG#/####']],
    ['a tensor', `tensor(${JSON.stringify(small)})`, ['3x4 ####/#SG#/####']],
    ['several', [small, small], ['3x4 ####/#SG#/####', '3x4 ####/#SG#/####']],
    [
      'squares in a list each',
      [
        ['S', '.', '.', 'G'],
        ['S', '#', '.', 'G'],
      ],
      ['2x2 S  G', '2x2 S# G'],
    ],
    ['no start', small.with(1, [1, 0, 3, 1]), ['expected one start S, got 0']],
    ['uneven rows', small.with(1, [1, 2, 3]), ['row 2 has 3 cells, row 1 has 4']],
    [
      'a comma in a cell',
      [
        ['S', ','],
        ['#', 'G'],
      ],
      ["',' is no cell of a maze"],
    ],
    [
      'true and false',
      [
        [true, true],
        [true, false],
      ],
      ['expected cells as numbers or texts, got true'],
    ],
    [
      'what may be read in two ways',
      [
        [0, 2, 1, 1, 0],
        [0, 1, 0, 1, 0],
        [0, 1, 0, 1, 0],
        [0, 1, 3, 1, 0],
        [0, 0, 0, 0, 1],
      ],
      ['1 may be a wall and 0 a free cell, or the other way round: both have a way'],
    ],
  ])('%s', (_, given, expected) => {
    expect(read(given)).toEqual(expected.map((part) => expect.stringContaining(part)));
    if (typeof given !== 'string')
      expect(isSeveral(given as unknown[], maze.ofAnySize)).toBe(expected.length > 1);
  });
});

test('a smaller maze beside empty cells is not filled up to the size of a model', () => {
  const narrow = ['#####', '#S G#', '#   #', '# # #', '#   #', '#####'];
  expect(readSized(narrow.map((row) => ` ${row}`).join('\n'))).toEqual([
    'expected 6 rows of 6 cells: the walls around it are those of a smaller maze; use a model of its size',
  ]);
});

test('a maze beside another, or beside its copy without start and goal, is refused', () => {
  const copy = ROWS.map((row) => row.replace(/[SG]/g, ' '));
  const beside = ROWS.map((row, i) => `${row}   ${copy[i]}`).join('\n');
  expect(read(beside)).toEqual([expect.stringContaining('walls stand all around several parts')]);
  expect(read(ROWS.map((row) => `${row} ${row}`).join('\n'))).toEqual([
    expect.stringContaining('write each maze on lines of its own'),
  ]);
});

test.each([
  ['🧱', '🧱'],
  ['⬛', '🟫'],
])('a sign that no maze has is named, also one of two characters: %s', (wall, inner) => {
  const text = ROWS.map((row, i) => row.replaceAll('#', i === 0 ? wall : inner).replaceAll(' ', '⬜'));
  for (const all of [read, readSized])
    expect(all(text.join('\n'))).toEqual([expect.stringContaining(`'${inner}' is no cell of a maze`)]);
});
