/** Mazes and grids of symbols in the forms in which people draw them. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze as mazes } from '../../../src/data/maze/family.ts';
import { FREE, GOAL, START, WALL } from '../../../src/data/maze/maze.ts';
import { gridsOfAnySize } from '../../../src/data/reading/any-size.ts';
import { valuesOf } from '../../../src/data/reading/found.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const maze = familyFrom({ kind: 'maze', rows: 4, columns: 5 })!;
const ROWS = ['#####', '#S #G', '## # ', '#    '];
const FLAT = ROWS.join('');
const LINE = ROWS.join('/').replaceAll(' ', '.');

function read(given: unknown, family = maze): string[] {
  return readQuestions(given, family, { file: 'm' }).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );
}

describe('a maze', () => {
  const draw = (wall: string, free: string, goal = 'G', start = 'S') =>
    ROWS.map((row) => [...row].map((cell) => ({ '#': wall, ' ': free, S: start, G: goal })[cell]!).join(''));
  const named = (rows: string, columns: string) => [
    ...(columns ? [[...(rows ? [''] : []), ...columns].join(',')] : []),
    ...ROWS.map((row, i) => [...(rows ? [rows[i]] : []), ...row].join(',').replaceAll(' ', '')),
  ];
  const forms: Record<string, unknown> = {
    rows: ROWS.join('\n'),
    'a line': FLAT,
    'dots for free cells': draw('#', '.').join('\n'),
    'squares in black and white': draw('⬛', '⬜').join('\n'),
    'spaces as wide as squares': draw('■', '\u3000').join('\n'),
    'breaks written as \\n': `maze = '${ROWS.join('\\n')}'`,
    'a fence of Markdown': `\`\`\`\n${ROWS.join('\n')}\n\`\`\``,
    'full blocks': draw('█', ' ').join('\n'),
    'X for walls': draw('X', '.').join('\n'),
    'W for walls': draw('W', ' ').join('\n'),
    'w for walls, below words that have a w': `now we see\n${draw('w', '.').join('\n')}`,
    '1 for walls, letters for the ends': draw('1', ' ').join('\n'),
    'a sheet': draw('#', ' ')
      .map((row) => [...row].join(','))
      .join('\r\n'),
    'a sheet whose free cells are empty': ROWS.map((row) =>
      [...row].map((cell) => cell.trim()).join(';'),
    ).join('\n'),
    'a sheet of cells in quotes': ROWS.map((row) => [...row].map((cell) => `"${cell}"`).join('\t')).join(
      '\n',
    ),
    'a sheet with names of rows and columns': named('ABCD', 'ABCDE').join('\n'),
    'the same in quotes, numbers above the columns': named('ABCD', '12345')
      .map((row) => row.replace(/[^,]+/g, '"$&"'))
      .join('\n'),
    'a frame of pandas': named('0123', '01234').join('\n'),
    'names of columns alone': named('', '12345').join('\r\n'),
    'names of rows alone': named('ABCD', '').join('\n').replaceAll(',', '\t'),
    'a number above it': `17\n${ROWS.join('\n')}`,
    'a message of WhatsApp': `[12/03/24, 10:11:12] Anna: the maze\n${ROWS.join('\n')}`,
    'E for the goal': draw('#', ' ', 'E').join('\n'),
    'a quoted mail': `> Hello,\n>\n${ROWS.map((row) => `> ${row}`).join('\n')}\n>\n> cheers`,
    slashes: draw('#', '.').join('/'),
    'spaces between cells, marked by the terminal': draw('#', '.')
      .map((row) => [...row].join('  ').replace('#', '#!'))
      .join('\n'),
    'without the free cells at the ends of lines': ROWS.map((row) => row.trimEnd()).join('\r\n'),
    'with its way': ROWS.join('\n').replace('#    ', '# oo '),
    'a list of rows': ROWS,
    'lists of characters': ROWS.map((row) => [...row]),
    'a column of CSV in quotes': `maze\n"${ROWS.join('\n')}"\n`,
    'a JSON object': JSON.stringify({ maze: ROWS.join('\n') }),
  };
  test.each(Object.entries(forms))('%s', (_, given) => expect(read(given)).toEqual([LINE]));

  test('cells that count are no names', () => {
    const rows = ['02111', '10111', '20101', '31101'].map((row) => [...row].join(','));
    expect(read(rows.join('\n'))).toEqual(['m:1: expected one start S, got 2']);
  });

  test('several, an empty line between or not; tokens as they are', () => {
    expect(read(`${ROWS.join('\n')}\n${ROWS.join('\n')}\n\n${FLAT}\n`)).toEqual([LINE, LINE, LINE]);
    expect([...valuesOf(readQuestions(FLAT, maze))[0]!.subarray(4, 10)]).toEqual([
      WALL,
      WALL,
      START,
      FREE,
      WALL,
      GOAL,
    ]);
  });

  test.each<[string, string[]]>([
    // Walls all around tell, and that only one of two readings has a way; what is left is refused with both.
    ['11111/12031/10111/11111', ['#####/#S.G#/#.###/#####']],
    ['00000/02130/01000/00000', ['#####/#S.G#/#.###/#####']],
    ['11211/10001/11011/11311', ['##S##/#...#/##.##/##G##']],
    [
      '02111/01101/00301/00001',
      ['m:1: 1 may be a wall and 0 a free cell, or the other way round: both have a way'],
    ],
    [
      '02110/01010/01010/01310',
      ['m:1: no way leads from the start to the goal where 1 is a wall; one does where 1 is free'],
    ],
    [
      '.S##./.#.#./.#.#./.#G#.',
      ['m:1: no way leads from the start to the goal where # is a wall; one does where # is'],
    ],
    ...['o', '░'].map((wall): [string, string[]] => [
      '#####/#S ##/#  G#/#####'.replaceAll('#', wall),
      [`m:1: ${wall} stands all around and is read as free: no wall is left; write # for a wall`],
    ]),
    ['ooooo/oSooo/oooGo/ooooo', ['m:1: o stands all around and is read as free: no wall is left']],
    ['...../.Soo./...G./.....', ['...../.S.../...G./.....']],
    ['#####/#S#G#/#####/#####', ['m:1: no way leads from the start to the goal']],
    // 0 all around is the wall beside letters too.
    ['00000/0S1G0/01110/00000', ['#####/#S.G#/#...#/#####']],
    ['WWWWW/WS.XX/WW.GX/WWWWW', ["m:1: 'W' is no cell of a maze; use # for a wall, or X, W or 1 alone"]],
    ['S #', ['m:1: expected 4 rows of 5 cells, got a row of 3']],
    ['S   #', ['m:1: the maze ends after 1 of 4 rows of 5 cells']],
    ['S   #\n    G', ['m:2: the maze ends after 2 of 4 rows of 5 cells']],
    [`${ROWS.join('\n')}x`, ['m:4: expected 4 rows of 5 cells, got a row of 6']],
    [FLAT.replace('#', 'q'), ["m:1: 'q' is no cell of a maze; use # for a wall"]],
    [FLAT.replace('G', ' '), ['m:1: expected one goal G, got 0']],
    [FLAT.replace('G', 'S'), ['m:1: expected one start S, got 2']],
    [`${FLAT.replace('## #', '####')}`, ['m:1: no way leads from the start to the goal']],
    [
      'type octile\nheight 4\nwidth 5\nmap\n@@@@@',
      ['m: a map without start and goal; leave out its first four lines'],
    ],
    [`${FLAT.replace('G', ' ')}\n${FLAT}`, ['m:1: puzzle 1: expected one goal G, got 0', LINE]],
    // A row missing or too many would shift all mazes behind it; an empty line may be a row.
    ...[
      [...ROWS, '#####'],
      [...ROWS.slice(1), ...ROWS, ...ROWS],
      [...ROWS.slice(0, 2), '', ...ROWS.slice(2)],
    ].map((lines): [string, string[]] => [
      `${lines.join('\n')}\n\n${ROWS.join('\n')}`,
      [
        `m:1: puzzle 1: ${lines.length} lines follow each other, which are no whole mazes of 4 rows; leave an empty line`,
        LINE,
      ],
    ]),
    [[...ROWS, FLAT, ...ROWS].join('\n'), [LINE, LINE, LINE]],
    ['#S  #\n\n#   #\n#G  #', ['#S..#/...../#...#/#G..#']],
    [
      Array(9).fill('#S..#.#.G').join('\n'),
      [
        'm:1: expected 4 rows of 5 cells, got 9 of 9; use a model of its size, or leave out what is not of the maze',
      ],
    ],
    [
      `###\n#S#\n###\n\n${ROWS.join('\n')}`,
      ['m:1: puzzle 1: expected 4 rows of 5 cells, got 3 of 3; use a model', LINE],
    ],
  ])('%j', (text, expected) => {
    const got = read(text);
    expect(got).toHaveLength(expected.length);
    for (const [i, part] of expected.entries()) expect(got[i]).toContain(part);
  });
});

describe('grids of symbols', () => {
  const grid = familyFrom({
    kind: 'grid',
    rows: 2,
    columns: 3,
    alphabet: ['0', '1', '10', 'red'],
    ends: false,
    symmetries: { dihedral: false, rename: false, fixed: [] },
  })!;
  test.each<[unknown, string[]]>([
    ['010\n101', ['010/101']],
    ['010/101\n\n1/0', ['010/101', '1/0']],
    ['question\n010/101\n1/0', ['010/101', '1/0']],
    ['"puzzle"\n"010/101"\n"1/0"', ['010/101', '1/0']],
    [{ question: ['010', '101'] }, ['010/101']],
    ['{"question": ["010", "101"]}\n{"question": ["10", "01"]}', ['010/101', '10/01']],
    [{ puzzles: ['010', '101'] }, ['2 texts may be the rows of one puzzle, or 2 puzzles']],
    ['10 1 red\n0 0 0', ['10 1 red/000']],
    ['step 4: halting 93 %\n0  1* 0!\n1  0  1 \nrules not known', ['010/101']],
    [
      [
        [0, 1, 0],
        [1, 0, 1],
      ],
      ['010/101'],
    ],
    [[0, 1, 0, 1, 0, 1], ['010/101']],
    [
      [[[0, 1]], [[1, 1]]],
      ['01', '11'],
    ],
    [
      '012\n\n01\n0\n\n0/1/0\n\n01',
      [
        'm:1: puzzle 1: "2" is no symbol of these puzzles; use 0 1 10 red',
        'm:3: puzzle 2: row 2 has 1 cells, row 1 has 2',
        'm:6: puzzle 3: a grid of 3x1; this model takes up to 2x3',
        '01',
      ],
    ],
    [['01', '10'], ['m: 2 texts may be the rows of one puzzle, or 2 puzzles; give the rows as one text']],
  ])('%j', (given, expected) => {
    const got = read(given, grid);
    expect(got).toHaveLength(expected.length);
    for (const [i, part] of expected.entries()) expect(got[i]).toContain(part);
  });
});

test('ARC takes tasks', () => {
  const arc = familyFrom({ kind: 'arc' })!;
  expect(read('012\n345', arc)).toEqual([
    'm: an ARC model takes tasks, not grids as text; give a task file, as ARC has them',
  ]);
  expect(
    read(
      [
        [1, 2],
        [3, 4],
      ],
      arc,
    ),
  ).toEqual([expect.stringContaining('an ARC model takes tasks')]);
  expect(read('\n', arc)).toEqual(['m: the text is empty; give a task file, as ARC has them']);
});

test('lines of words are told with their places, of grids of symbols too', () => {
  const info = { kind: 'grid', rows: 2, columns: 2, alphabet: ['a', 'b'], ends: false } as const;
  const grids = familyFrom({ ...info, symmetries: { dihedral: false, rename: false, fixed: [] } })!;
  const told = (text: string, family = maze) => {
    const words: unknown[] = [];
    readQuestions(text, family, { onWords: ({ line, text }) => words.push([line, text]) });
    return words;
  };
  expect(told(`The maze:\n${ROWS.join('\n')}\n\nlorem ipsum`)).toEqual([
    [1, 'The maze:'],
    [7, 'lorem ipsum'],
  ]);
  expect(told('the first one\nab\nba', grids)).toEqual([[1, 'the first one']]);
});

describe('a frame that is free, and another sign within', () => {
  const corridor = [
    '..........',
    '.S111.111.',
    '....1.1.1.',
    '.1111.1.1.',
    '.1....1.1.',
    '.111111.1.',
    '......1.1.',
    '.111111.1.',
    '.1......G.',
    '..........',
  ].join('\n');
  const family = familyFrom({ kind: 'maze', rows: 10, columns: 10 })!;
  test.each([
    ['1', '.'],
    ['1', '_'],
    ['1', ' '],
    ['X', '.'],
    ['W', '·'],
    ['#', ' '],
    ['#', '.'],
    ['⬛', '⬜'],
    ['█', '░'],
  ])('%s in %j may be the way', (sign, frame) => {
    const text = corridor.replaceAll('1', sign).replaceAll('.', frame);
    const message = `${sign} may be a wall and the rest a free cell, or the other way round: both have a way`;
    expect(read(text, family)).toEqual([expect.stringContaining(message)]);
  });
  test('is free where # is the wall of pieces that stand apart, or one reading alone has a way', () => {
    const pieces = corridor.replaceAll('1', '#').replace('......#.#.\n.######', '......#.#.\n.##.###');
    expect(read(pieces, family)).toEqual([pieces.replace(/\n/g, '').replaceAll('.', ' ')]);
    const cut = corridor.replace('.S111.111.', '.S1.1.111.');
    expect(read(cut, family)).toEqual([cut.replace(/\n/g, '').replaceAll('1', '#').replaceAll('.', ' ')]);
  });
});

describe('what stands beside a maze', () => {
  const walled = ['#####', '#S G#', '#   #', '#####'];
  const numbers = (signs: string) => walled.map((row) => [...row].map((cell) => signs.indexOf(cell)));
  const [digits, turned] = [numbers(' #SG'), numbers('# SG')];
  const fix = 'write # for a wall, . for a free cell, S and G where they are, and leave out';

  test.each<[unknown, object, string]>([
    [ROWS.join('\n'), { start: [3, 4] }, 'start, where the start stands in row 2, column 2'],
    [ROWS, { end: { row: 0, col: 0 } }, 'end, where the goal stands in row 2, column 5'],
    [digits, { goal_pos: '2,2' }, 'goal_pos 2,2, where the goal stands in row 2, column 4'],
    [digits, { legend: { 0: 'wall', 1: 'free' } }, 'legend, where 0 is read as a free cell'],
    [digits, { legend: { start: 3, goal: 2 } }, 'legend, where 3 is read as the goal'],
    [digits, { wall: 0 }, 'wall 0, where 0 is read as a free cell'],
    [turned, { legend: { 0: 'open', 1: 'wall' } }, 'legend, where 0 is read as a wall'],
    [ROWS, { meta: { legend: { '#': 'path' } } }, 'meta.legend, where # is read as a wall'],
    [
      digits,
      { legend: { wall: 1, path: 0, start: 2, key: 3, goal: 4 } },
      'legend, where 3 is read as the goal',
    ],
    [ROWS, { legend: { S: 'snake' } }, 'legend, where S is read as the start'],
    [ROWS, { origin: [1, 1], destination: [3, 3] }, 'destination, where the goal stands in row 2, column 5'],
    [ROWS, { end: 'row 9, column 9' }, 'end row 9, column 9, where the goal stands in row 2, column 5'],
  ])('%j with %j is refused', (puzzle, beside, message) => {
    const given = { maze: puzzle, ...beside };
    const name = message.match(/^[\w.]+/)![0];
    for (const form of [given, JSON.stringify(given)])
      expect(read(form)).toEqual([expect.stringContaining(`a puzzle with ${message}; ${fix} ${name}`)]);
  });

  test.each<[unknown, object]>([
    [ROWS.join('\n'), { start: [1, 1], goal: [1, 4] }],
    [ROWS, { start: { x: 2, y: 2 }, end: [4, 1], exit: 'east' }],
    [digits, { legend: { 0: 'path', 1: 'wall', 2: 'start', 3: 'end' }, wall: 1, walls: 9 }],
    [digits, { legend: { wall: 1, free: 0, way: 4 }, start: 1 }],
    [ROWS, { legend: { '#': 'hedge', '.': 'grass', S: 'mouse', G: 'cheese', K: 'key' } }],
    [ROWS, { source: 'a book of 2024', origin: [1, 1], end: 'row 2, column 5' }],
    [ROWS, { legend: { '#': 'wall', S: 'entrance' }, key: 'abc', path: [[1, 1]] }],
  ])('%j with %j is read', (puzzle, beside) => {
    const given = { maze: puzzle, ...beside };
    for (const form of [given, JSON.stringify(given)])
      expect(read(form)).toEqual([puzzle === digits ? walled.join('/').replaceAll(' ', '.') : LINE]);
  });

  const bare = (cells: number[][], free: number) =>
    cells.map((row) => row.map((cell) => (cell > 1 ? free : cell)));
  const ends = walled.join('/').replaceAll(' ', '.');
  test.each<[unknown, object, string]>([
    [bare(digits, 0), { start: [1, 1], goal: [1, 3] }, ends],
    [bare(digits, 0), { start: [2, 2], end: [2, 4] }, ends], // from 1
    [bare(digits, 0), { start_pos: '1,1', goal_pos: '(3, 1)' }, ends], // a column and a row
    [bare(digits, 0), { start: { x: 1, y: 1 }, goal: { x: 3, y: 1 } }, ends],
    [bare(digits, 0), { start: { row: 1, col: 1 }, target: { row: 1, col: 3 } }, ends],
    [bare(turned, 1), { start: [1, 1], goal: [1, 3], legend: { 0: 'wall' } }, ends],
    [walled.map((row) => row.replace(/[SG]/g, ' ')), { start: [1, 1], goal: [1, 3] }, ends],
    [bare(digits, 0), { start: [1, 2], goal: [2, 1] }, 'the start may stand in row 2, column 3, or'],
    [
      bare(digits, 0),
      { start: [0, 0], goal: [1, 3] },
      'start and goal beside a maze that are no free cells of it',
    ],
    [bare(turned, 1), { start: [1, 1], goal: [1, 3], legend: { 0: 'free' } }, 'where 0 is read as a wall'],
    [bare(digits, 0), { start: [1, 1] }, 'expected one start S, got 0; write S into its cell'],
  ])('%j with %j, where no cell is a start or a goal', (puzzle, beside, message) => {
    const given = { maze: puzzle, ...beside };
    for (const form of [given, JSON.stringify(given)])
      expect(read(form)).toEqual([message === ends ? ends : expect.stringContaining(message)]);
  });

  test('an open grid, where rows and columns may be the other way round', () => {
    const maze = ['00010', '01010', '01000', '00010'].map((row) => [...row].map(Number));
    expect(read({ maze, start: [0, 0], goal: [3, 4] })).toEqual(['S..#./.#.#./.#.../...#G']);
    expect(read({ maze, start: [0, 0], goal: [3, 2] })).toEqual([
      'm: the goal may stand in row 4, column 3, or in row 3, column 4; write S and G into the cells',
    ]);
  });

  test('0 all around is the wall, as its legend says', () => {
    expect(read({ maze: turned, legend: { 0: 'wall', 1: 'open' } })).toEqual(read(turned));
    expect(read(turned)).toEqual([walled.join('/').replaceAll(' ', '.')]);
  });
});

describe('lines around a maze that are no row of it', () => {
  const rows = ['########', '#S.....#', '##G..#.#', '########'];
  const wide = familyFrom({ kind: 'maze', rows: 4, columns: 8 })!;
  const drawing = rows.join('\n');
  const sizes = (text: string) =>
    gridsOfAnySize(text, mazes.ofAnySize, {}).map(
      ({ value, error }) => error?.message ?? familyFrom(value!.info)!.line(value!.tokens),
    );
  const one = rows.join('/');
  const headings = ['# Maze', '## Puzzle', '### Solution', '# Map', '## 4x8', '# 🧩 Maze'];
  test.each([...headings, '#1', 'Hi,', 'Hi Bob,', '---', '4x8', '4 8', '4, 8', 'No. 5', 'Привет', 'Joe'])(
    '%s above',
    (line) => {
      for (const between of ['\n\n', '\n'])
        for (const text of [line + between + drawing, `Hello there\n${line}${between}${drawing}\n`]) {
          expect(sizes(text)).toEqual([one]);
          expect(read(text, wide)).toEqual([one]);
        }
    },
  );

  test.each(['Bob', '---', '---\nBob', 'Bye,\nBob', 'Joe'])('%j below', (line) => {
    for (const between of ['\n\n', '\n']) {
      expect(sizes(drawing + between + line)).toEqual([one]);
      expect(read(drawing + between + line, wide)).toEqual([one]);
      expect(read(`${drawing}${between}${line}\n\n${drawing}`, wide)).toEqual([one, one]);
    }
  });

  test.each(['# = free', '# means free', '# - path, . - wall', '# free'])('%s is no heading', (line) => {
    for (const found of [sizes(`${line}\n\n${drawing}`), read(`${line}\n\n${drawing}`, wide)])
      expect(found).not.toEqual([one]);
  });

  test.each(['---', '***', '* * *', '=====', '~~~', '-----------', '─────'])('%s between mazes', (rule) => {
    for (const between of [`\n${rule}\n`, `\n\n${rule}\n\n`, `\n${rule}\n\n`]) {
      expect(sizes(drawing + between + drawing)).toEqual([one, one]);
      expect(read(drawing + between + drawing, wide)).toEqual([one, one]);
    }
  });

  test.each([
    '# = wall',
    'Legend:\n# = wall\n. = path\nS = start\nG = goal',
    'Legend:\n\n- `#` = wall\n- `.` = open (free)',
    '#: wall\nG: goal',
    '* # Wall',
    'Legend: # = wall, . = path',
    'Legend: `#` wall, `.` path',
    'where # is a wall and . is a path.',
    '#=wall .=path S=start G=goal',
    'Walls are marked with #.',
    '- **#**: blocked cell',
    'space = free, # = obstacle',
    'o = way\n# = wall',
    'Find the shortest path from S to G (# = wall, . = free).',
    '## Legend: # → wall',
    'Path from S to the goal G',
    '. = no wall',
    '. = grass',
    'Legend: . = frei',
    '- `.`: tile',
    'G: Gerda',
    ...['hedge', 'bushes', 'tree', 'rock', 'building', 'brick', 'stone', 'yew'].map((wall) => `# = ${wall}`),
    '. = lawn',
    '. lawn',
    '#: hedge .: grass S: mouse G: cheese',
    '# = hedge, . = grass, S = rat, G = gold',
    'hedge = #\ngrass = .\nmouse = S\ncheese = G',
    '| Sign | Meaning |\n|---|---|\n| # | hedge |\n| `.` | grass |',
  ])('%j is a legend that says what is read', (legend) => {
    for (const text of [`${drawing}\n\n${legend}`, `${legend}\n\n${drawing}`, `${drawing}\n${legend}\n`]) {
      expect(sizes(text)).toEqual([one]);
      expect(read(text, wide)).toEqual([one]);
    }
    expect(read(`${drawing}\n\n${legend}\n\n${drawing}`, wide)).toEqual([one, one]);
  });

  test.each([
    ['# = path', '# path, where # is read as a wall'],
    ['Legend: # is open, . is a wall', '# open, where # is read as a wall'],
    ['G = start', 'G start, where G is read as the goal'],
    ['. = wall', '. wall, where . is read as a free cell'],
    ['Walls: .', '. Walls, where . is read as a free cell'],
    ['S = trap door', 'S trap door, where S is read as the start'],
    ['. = lava', '. lava, where . is read as a free cell'],
    ['. = tree', '. tree, where . is read as a free cell'],
    ['. : rock', '. rock, where . is read as a free cell'],
    ['- `.`: hole', '. hole, where . is read as a free cell'],
    ['. swamp', '. swamp, where . is read as a free cell'],
    ['# = lava', '# lava, where # is read as a wall'],
    ['# = portal', '# portal, where # is read as a wall'],
    ['lava = .', '. lava, where . is read as a free cell'],
    ['| # | ghost |', '# ghost, where # is read as a wall'],
    ['Legend: . lava', '. lava, where . is read as a free cell'],
    ['# = wall, . = deep mud', '. deep mud, where . is read as a free cell'],
    ['G = ghost', 'G ghost, where G is read as the goal'],
    ['# = not walkable, . = impassable', '. impassable, where . is read as a free cell'],
  ])('%s is a legend that contradicts', (legend, message) => {
    const expected = expect.stringContaining(
      `a maze with a legend that calls ${message}; write # for a wall`,
    );
    for (const text of [`${drawing}\n\n${legend}`, `${legend}\n${drawing}`]) {
      expect(sizes(text)).toEqual([expected]);
      expect(read(text, wide)).toEqual([expected]);
    }
  });

  test.each(['8*4', '4 X 8', '4X8', '4 by 8', '(4×8)'])('%s above a maze is its size', (size) => {
    for (const text of [`${size}\n${drawing}`, `${size}\n\n${drawing}`]) {
      expect(sizes(text)).toEqual([one]);
      expect(read(text, wide)).toEqual([one]);
      const other = size.replace('8', '9');
      const refused = expect.stringContaining(`says ${other}, where the puzzle has 4 rows of 8 cells`);
      expect(read(text.replace(size, other), wide)).toEqual([refused]);
    }
  });

  test.each(['20240102', '2024-01-02', '2024-01-02 10:11', '5551234567', '+1 555 123 4567', 'No 20240102'])(
    '%s above a maze says nothing',
    (line) => {
      expect(read(`${line}\n${drawing}\n\n${line}\n\n${drawing}`, wide)).toEqual([one, one]);
      const rows = drawing.split('\n');
      expect(read(rows.toSpliced(2, 0, line).join('\n'), wide)).not.toEqual([one]);
    },
  );

  test('what may be a row of digits stays one', () =>
    expect(read(`11111111\n${drawing.split('\n').slice(1).join('\n')}`, wide)).toEqual([
      expect.stringContaining("'1' is no cell of a maze"),
    ]));

  test.each([
    ['const char *maze =\n  ', '\n  ', ';'],
    ['maze = ', ' + \\\n  ', ''],
    ['const maze = ', ' +\n  ', ';'],
    ['', ' ', ''],
    ['maze = ', ' ', ''],
  ])('in pieces without breaks: %j', (head, between, end) => {
    const pieces = drawing.split('\n').map((row) => `"${row}"`);
    const text = head + pieces.join(between) + end;
    expect(read(text, wide)).toEqual([one]);
    expect(read(text.replace(pieces[1]!, `${pieces[1]}${between}${pieces[1]}`), wide)).not.toEqual([one]);
  });

  test('places in words are held against the cells', () => {
    const at = (sign: string) => {
      const row = rows.findIndex((one) => one.includes(sign));
      return [row + 1, rows[row]!.indexOf(sign) + 1];
    };
    const [start, goal] = [at('S'), at('G')];
    const below = `\n\n${drawing}`;
    for (const words of [`Start: (${start.join(',')})`, `Goal: row ${goal[0]}, column ${goal[1]}`])
      expect(read(words + below, wide)).toEqual([one]);
    const both = [
      `Start: (${start.join(',')})  Goal: (${goal.join(',')})`,
      `start=${start.join(',')}; goal=${goal.join(',')}`,
    ];
    for (const words of both) {
      expect(read(words + below, wide)).toEqual([one]);
      expect(read(words.replace(goal.join(','), '2,7') + below, wide)).toEqual([
        expect.stringContaining('where the goal stands in row 3, column 3'),
      ]);
    }
    expect(read(`From (9,9) to (${goal.join(',')})${below}`, wide)).toEqual([
      expect.stringContaining('where the start stands in row 2, column 2'),
    ]);
    for (const words of ['Goal: (90,90)', 'Destination: 90, 90', 'Start: row 90, column 90'])
      expect(read(words + below, wide)).toEqual([
        expect.stringMatching(/, where the (start|goal) stands in row \d+, column \d+; write #/),
      ]);
  });

  test('a legend of digits is held against what they are read as', () => {
    const maze = rows.map((row) => row.replace(/[#.SG]/g, (sign) => String('.#SG'.indexOf(sign)))).join('\n');
    for (const words of [
      '0 = path, 1 = wall',
      'where 1 is a wall',
      'Maze 1: start',
      'Path length: 3',
      'Steps to goal: 2',
    ])
      expect(read(`${words}\n\n${maze}`, wide)).toEqual([one]);
    expect(read(`0 = wall\n1 = path\n\n${maze}`, wide)).toEqual([
      expect.stringContaining('calls 0 wall, where 0 is read as a free cell'),
    ]);
  });

  test.each(['---', 'Bob', '#1', '10x10', '# abc', 'a..bc', '#..', '# A Maze', '# wall'])(
    '%s among rows is one',
    (line) => {
      const text = [...rows.slice(0, 2), line, ...rows.slice(2)].join('\n');
      for (const found of [sizes(text), read(text, wide)]) expect(found).not.toContain(one);
    },
  );

  test.each(['XXAXXXXX', 'XAX', '#A######', '#1#', '--------', '#######', 'A.oAB.oo'])(
    '%s in the place of the last row is an error',
    (line) => {
      const above = rows.slice(0, 3).join('\n');
      const text = `${/X/.test(line) ? above.replaceAll('#', 'X') : above}\n${line}`;
      for (const found of [sizes(text), read(text, wide)])
        expect(found).toEqual([expect.stringMatching(/^(m:\d: )?[^#].*[a-z]{3}/)]);
    },
  );
});

describe('names around a maze in a sheet', () => {
  const cells = ROWS.map((row) => [...row.replaceAll(' ', '.')]);
  const sheet = (row: string, column: string) =>
    [
      ['', ...cells[0]!.map((_, i) => `${column}${i + 1}`)],
      ...cells.map((one, i) => [`${row}${i + 1}`, ...one]),
    ]
      .map((one) => one.join(','))
      .join('\n');
  test.each([
    ['Z', 'S'],
    ['Rij ', 'x'],
    ['', 'cell'],
  ])('of rows %s1, of columns %s1', (row, column) => expect(read(sheet(row, column))).toEqual([LINE]));
  test('names of rows above the columns', () =>
    expect(read(sheet('', 'y'))).toEqual([expect.stringContaining('the columns have names of rows')]));
  test('names before the rows that may be of columns', () =>
    expect(read(sheet('Kasten ', 'x'))).toEqual([expect.stringContaining('m:1: 5 lines follow each other')]));
  test('in quotes, as R writes them', () => {
    const names = cells[0]!.map((_, i) => `"V${i + 1}"`).join(' ');
    const rows = cells.map((row, i) => [i + 1, ...row].map((field) => `"${field}"`).join(' '));
    expect(read([names, ...rows].join('\n'))).toEqual([LINE]);
  });
});

describe('fields beside a maze that make another of its cells', () => {
  const rows = ['#####', '#S..#', '#.#.#', '#..G#', '#####'];
  const family = familyFrom({ kind: 'maze', rows: 5, columns: 5 })!;
  const read = (beside: object) =>
    readQuestions(JSON.stringify({ maze: rows.join('\n'), ...beside }), family, {}).map(
      ({ value, error }) => error?.message ?? value,
    );
  test.each([{ portals: [[1, 2]] }, { wrap: true }, { topology: 'torus' }, { connectivity: 8 }])(
    '%j is refused',
    (beside) =>
      expect(read(beside)).toEqual([
        expect.stringMatching(`a puzzle with ${Object.keys(beside)[0]}.*knows nothing of`),
      ]),
  );
  test.each([{ portals: [] }, { wrap: false }, { topology: 'grid' }, { connectivity: 4 }])(
    '%j is not',
    (beside) => expect(read(beside)).toEqual([expect.any(Int32Array)]),
  );
});
