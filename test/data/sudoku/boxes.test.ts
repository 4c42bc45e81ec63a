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

/** Every cell between bars and rules, those around boxes double or heavy ones. */
function framed(puzzle: string, boxRows: number, boxColumns: number, style: 'double' | 'heavy'): string {
  const rows = rowsOf(puzzle);
  const [bar, rule, cross] = style === 'double' ? ['║', '═══', '╬'] : ['┃', '━━━', '╋'];
  const line = (cells: readonly string[], thin: string, thick: string) =>
    thick + cells.map((cell, i) => cell + ((i + 1) % boxColumns === 0 ? thick : thin)).join('');
  const heavy = line(
    rows.map(() => rule),
    cross,
    cross,
  );
  const light = line(
    rows.map(() => '───'),
    '┼',
    bar,
  );
  const lines = rows.flatMap((row, i) => [
    i % boxRows === 0 ? heavy : light,
    line(
      [...row].map((cell) => ` ${cell} `),
      '│',
      bar,
    ),
  ]);
  return [...lines, heavy].join('\n');
}

const grouped = (puzzle: string, length: number, between: string) =>
  rowsOf(puzzle).map((row) => cut(row, length).join(between));

describe('the model’s boxes, or none, are read', () => {
  test.each(['double', 'heavy'] as const)('between bars and rules everywhere, %s around boxes', (style) => {
    expect(read(framed(NINE, 3, 3, style), NINE)).toEqual([NINE]);
    expect(read(framed(SIX, 2, 3, style), SIX)).toEqual([SIX]);
    expect(read(framed(SIX, 3, 2, style), SIX)).toEqual([
      expect.stringMatching(/boxes of 3 rows × 2 columns; this model's are 2 × 3/),
    ]);
  });

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

/** A table with a field in every column, as programs write it. */
function csvOf(fields: object): string {
  const quoted = (value: unknown) =>
    `"${(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('"', '""')}"`;
  return `${Object.keys(fields).join()}\n${Object.values(fields).map(quoted).join()}\n`;
}

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

describe('what stands beside a puzzle, in JSON and in CSV', () => {
  const map = '111222111222333444333444555666555666';
  const unknown = 'which the model knows nothing of; if it has the usual rules all the same, leave out';
  const boxes = 'where boxes have 2 rows × 3 columns; if it has the usual rules all the same, leave out';
  const byRows = 'which is not read; write the cells row by row, and leave out';
  const fromOne = 'which is not read; write the digits from 1, 0 for a blank, and leave out';
  const turned = 'which is not read; write the cells as they stand in the puzzle, and leave out';
  const blank = 'which is not read; write 0 or . for a blank, and leave out';
  const size = 'where rows have 6 cells; look whether cells are missing, or leave out';
  const masked = 'which is not read; write . for each blank, and leave out';
  test.each<[object, string]>([
    [{ box_width: 2, box_height: 3 }, `box_width 2, ${boxes} box_width`],
    [{ boxWidth: 2 }, `boxWidth 2, ${boxes} boxWidth`],
    [{ width: 2, height: 3 }, `width 2, ${boxes} width`],
    [{ meta: { height: 3, width: 2 } }, `meta.height 3, ${boxes} meta.height`],
    [{ box_rows: 3 }, `box_rows 3, ${boxes} box_rows`],
    [{ blockSize: [3, 2] }, `blockSize, ${boxes} blockSize`],
    [{ box: '3x2' }, `box 3x2, ${boxes} box`],
    [{ box: { width: 2, height: 3 } }, `box, ${boxes} box`],
    [{ boxes: [[0, 1, 2, 6, 7, 12]] }, `boxes, ${unknown} boxes`],
    [{ region_map: map }, `region_map, ${unknown} region_map`],
    [{ jigsaw: map }, `jigsaw, ${unknown} jigsaw`],
    [{ extraRegions: [[0, 1]] }, `extraRegions, ${unknown} extraRegions`],
    [{ cages: [[0, 1, 7]] }, `cages, ${unknown} cages`],
    [{ sums: [[7]] }, `sums, ${unknown} sums`],
    [{ windoku: true }, `windoku, ${unknown} windoku`],
    [{ nonconsecutive: true }, `nonconsecutive, ${unknown} nonconsecutive`],
    [{ antiking: true }, `antiking, ${unknown} antiking`],
    [{ constraints: ['antiknight'] }, `constraints, ${unknown} constraints`],
    [{ rules: ['normal', 'diagonal'] }, `rules, ${unknown} rules`],
    [{ rules: { xv: false, diagonal: true } }, `rules, ${unknown} rules`],
    [{ rules: 'Place 1-6. Digits in cages sum to the total.' }, `rules, ${unknown} rules`],
    [{ modifiers: ['anti-knight'] }, `modifiers, ${unknown} modifiers`],
    [{ lines: [['r1c1', 'r1c2']] }, `lines, ${unknown} lines`],
    [{ outside: { top: [3, 2, 1] } }, `outside, ${unknown} outside`],
    [{ majorOrder: 'column' }, `majorOrder column, ${byRows} majorOrder`],
    [{ title: 'Odd Sudoku' }, `title Odd Sudoku, ${unknown} title`],
    [{ title: 'Parity Sudoku 3' }, `title Parity Sudoku 3, ${unknown} title`],
    [{ puzzleRules: 'Some digits are wrong!' }, `puzzleRules Some digits are wrong!, ${unknown} puzzleRules`],
    [{ type: 'sudoku-x' }, `type sudoku-x, ${unknown} type`],
    [{ kind: 'Anti-Knight' }, `kind Anti-Knight, ${unknown} kind`],
    [{ game: 'killer' }, `game killer, ${unknown} game`],
    [{ order: 'F' }, `order F, ${byRows} order`],
    [{ layout: 'column-major' }, `layout column-major, ${byRows} layout`],
    [{ transposed: true }, `transposed, ${byRows} transposed`],
    [{ rotated: true }, `rotated, ${turned} rotated`],
    [{ rotation: 90 }, `rotation 90, ${turned} rotation`],
    [{ isFlipped: 'yes' }, `isFlipped, ${turned} isFlipped`],
    [{ mirrored: 'horizontally' }, `mirrored horizontally, ${turned} mirrored`],
    [{ zero_based: true }, `zero_based, ${fromOne} zero_based`],
    [{ digits: '012345' }, `digits 012345, ${fromOne} digits`],
    [{ symbols: ['6', '5', '4', '3', '2', '1'] }, `symbols, ${fromOne} symbols`],
    [{ alphabet: '.ABCDEF' }, `alphabet .ABCDEF, ${fromOne} alphabet`],
    [{ mapping: { 1: 'A', 2: 'B' } }, `mapping, ${fromOne} mapping`],
    [{ base: 0 }, `base 0, ${fromOne} base`],
    [{ blank: '6' }, `blank 6, ${blank} blank`],
    [{ empty: 1 }, `empty 1, ${blank} empty`],
    [{ cages: 'r1c1+r1c2=8' }, `cages r1c1+r1c2=8, ${unknown} cages`],
    [{ regions: '112233' }, `regions 112233, ${unknown} regions`],
    [{ thermos: 'r1c1-r1c2-r1c3' }, `thermos r1c1-r1c2-r1c3, ${unknown} thermos`],
    [{ arrows: 'A1B1C1' }, `arrows A1B1C1, ${unknown} arrows`],
    [{ inequalities: 'r1c3<r1c4' }, `inequalities r1c3<r1c4, ${unknown} inequalities`],
    [{ signs: '<.' }, `signs <., ${unknown} signs`],
    [{ constraints: 'r1c3<r1c4' }, `constraints r1c3<r1c4, ${unknown} constraints`],
    [{ constraints: [['r1c1', '<', 'r1c2']] }, `constraints, ${unknown} constraints`],
    [{ constraints: [[0, 1]] }, `constraints, ${unknown} constraints`],
    [{ anti_knight: 'yes, in all cells' }, `anti_knight yes, in all cells, ${unknown} anti_knight`],
    [{ Difference: [{ cells: ['R1C1', 'R1C2'] }] }, `Difference, ${unknown} Difference`],
    [{ odd: 'r1c1 r1c3' }, `odd r1c1 r1c3, ${unknown} odd`],
    [{ even: [0] }, `even, ${unknown} even`],
    [{ quadruple: [{ cells: ['R1C1'], values: [1] }] }, `quadruple, ${unknown} quadruple`],
    [{ disjointgroups: true }, `disjointgroups, ${unknown} disjointgroups`],
    [{ clues: { top: [3, 2, 1] } }, `clues, ${unknown} clues`],
    [{ relations: [[0, 1]] }, `relations, ${unknown} relations`],
    [{ lessThan: [[0, 1]] }, `lessThan, ${unknown} lessThan`],
    [{ less_than: 'r1c3<r1c4' }, `less_than r1c3<r1c4, ${unknown} less_than`],
    [{ horizontal: [['', '<']] }, `horizontal, ${unknown} horizontal`],
    [{ opposite: [[0, 1]] }, `opposite, ${unknown} opposite`],
    [{ colors: rowsOf(map) }, `colors, ${unknown} colors`],
    [{ Colours: map.replace(/\d/g, (digit) => 'ABCDEF'[+digit - 1]!) }, `Colours, ${unknown} Colours`],
    [{ layout: map }, `layout, ${unknown} layout`],
    [{ row_major: false }, `row_major false, ${byRows} row_major`],
    [{ rowMajor: false }, `rowMajor false, ${byRows} rowMajor`],
    [{ 'columns-first': true }, `columns-first, ${byRows} columns-first`],
    [{ width: 4, height: 9 }, `width 4, ${size} width`],
    [{ width: 3, height: 3 }, `width 3, ${size} width`],
    [{ width: 3 }, `width 3, ${size} width`],
    [{ cols: 9 }, `cols 9, ${size} cols`],
    [{ gridSize: '9x9' }, `gridSize 9x9, ${size} gridSize`],
    [{ meta: { variant: 'killer' } }, `meta.variant killer, ${unknown} meta.variant`],
    [{ metadata: { cages: [[0, 1]] } }, `metadata.cages, ${unknown} metadata.cages`],
    [{ mask: map }, `mask, ${masked} mask`],
    [{ givens_mask: '0'.repeat(36) }, `givens_mask, ${masked} givens_mask`],
    [{ mask: rowsOf(map) }, `mask, ${masked} mask`],
  ])('%j is refused', (beside, message) => {
    const given = { ...beside, puzzle: SIX };
    const lists = { ...beside, puzzles: [SIX, SIX] };
    const deep = { ...beside, data: [{ puzzle: SIX }] };
    const rows = { ...beside, puzzle: rowsOf(SIX) };
    const forms = [given, rows, JSON.stringify(given), csvOf(given)];
    // A size above several puzzles may be that of their list.
    for (const form of message.includes(size) ? forms : [...forms, lists, deep])
      expect(read(form, SIX)).toEqual([`a puzzle with ${message}`]);
  });

  test.each<object>([
    { box_width: 3, box_height: 2 },
    { width: 3, height: 2, size: 6, difficulty: 0.5 },
    { info: { width: 3, height: 2 } },
    { boxSize: [2, 3], size: 6 },
    { box: { width: 3, height: 2 }, boxes: 6 },
    { type: 'sudoku', variant: 'classic', rules: ['normal'] },
    { rules: 'Every row, column and 2 x 3 box holds each digit once.' },
    { rules: 'Normal sudoku rules apply.', ruleset: 'Fill in 1–6 so that no digit repeats within a row.' },
    { regions: [], cages: null, diagonal: false, windoku: 'no' },
    { order: 3, layout: 'rows', zero_based: false, base: 10, blank: '.', empty: 24 },
    {
      id: 7,
      name: 'the killer',
      difficulty: 'diabolical',
      date: '2024-03-12',
      author: 'Anna',
      region: 'Europe',
    },
    { tags: ['easy'], metadata: { seed: 1 }, hyperlink: 'https://example.org', hyperParameters: [1] },
    { cages: 'none', thermos: '', arrows: 0, signs: [['', '']], xv: { x: [], v: [] }, diagonal: 'false' },
    { constraints: ['row', 'column', 'box'], region: 'Europe', regions: 6, sum: 405, narrow: true },
    { clues: 8, minimum: 3, odd: 4, even: false, horizontal: true, equal: 'no' },
    { colors: ['#fff', '#000'], layout: 'wide', groups: ['beginners'] },
    { row_major: true, columnMajor: false, by_rows: '', width: 6, rows: 6, cols: 6, height: 480 },
    { rotated: false, rotation: 0, flipped: 'none', mirrored: 'no', offset: 0 },
    { digits: '123456', symbols: '.123456', alphabet: [1, 2, 3, 4, 5, 6], mapping: { 0: '.', 6: 6 } },
    { digits: 6, symbols: 'digits', alphabet: 'latin', mapping: 'row-major' },
    { start: 3, end: [1, 2], legend: { 0: 'empty' }, meta: { rows: 6, variant: 'classic' }, mask: '' },
  ])('%j is a Sudoku', (beside) => {
    const given = { ...beside, puzzle: SIX };
    for (const form of [given, JSON.stringify(given), csvOf(given)]) expect(read(form, SIX)).toEqual([SIX]);
    expect(read({ ...beside, data: [{ puzzle: SIX }] }, SIX)).toEqual([SIX]);
  });

  test('a size that the puzzle has not; of a page of puzzles it is none', () => {
    const message = 'size 9, where rows have 6 cells; look whether cells are missing, or leave out size';
    expect(read({ puzzle: SIX, size: 9 }, SIX)).toEqual([`a puzzle with ${message}`]);
    expect(read({ size: 9, puzzles: [SIX, SIX] }, SIX)).toEqual([SIX, SIX]);
  });

  test('an offset of digits; beside a page of puzzles, and where it is large, it is one of them', () => {
    expect(read({ puzzle: SIX, offset: 1 }, SIX)).toEqual([`a puzzle with offset 1, ${fromOne} offset`]);
    expect(read({ puzzle: SIX, offset: 486 }, SIX)).toEqual([SIX]);
    expect(read({ puzzles: [SIX, SIX], offset: 2, limit: 2 }, SIX)).toEqual([SIX, SIX]);
  });

  test('a record of a table has its own error; cells may have columns of their own', () => {
    const variants = `puzzle,variant\n${SIX},killer\n${SIX},classic\n`;
    expect(read(variants, SIX)).toEqual([`a puzzle with variant killer, ${unknown} variant`, SIX]);
    const names = Array.from(FOUR, (_, i) => `c${i + 1}`).join();
    const cells = [...FOUR].join();
    expect(read(`${names},type\n${cells},jigsaw\n${cells},sudoku`, FOUR)).toEqual([
      `a puzzle with type jigsaw, ${unknown} type`,
      FOUR,
    ]);
  });

  test('lists within each other without an end are none of it', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(read(`{"puzzle": "${SIX}", "rules": ${deep}, "size": ${deep}, "type": ${deep}}`, SIX)).toEqual([
      SIX,
    ]);
  });

  test('a plane of 0 and 1 for each digit', () => {
    const digits = ['1', '2', '3', '4'];
    const planes = digits.map((digit) =>
      rowsOf(FOUR).map((row) => Array.from(row, (cell) => +(cell === digit))),
    );
    const last = rowsOf(FOUR).map((row) =>
      Array.from(row, (cell) => digits.map((digit) => +(cell === digit))),
    );
    const message =
      '4 grids of 0 and 1, one for each digit, which are not read; give one grid of digits, 0 for a blank';
    for (const form of [planes, last, { puzzle: planes }, JSON.stringify(planes)])
      expect(read(form, FOUR)).toEqual([message]);
  });
});

test.each<[object, string, object]>([
  [{ kind: 'futoshiki', size: 3 }, '1../.../...', { inequalities: 'r1c2<r1c3' }],
  [{ kind: 'futoshiki', size: 3 }, '1../.../...', { constraints: [['r1c2', '<', 'r1c3']] }],
  [{ kind: 'futoshiki', size: 3 }, '1../.../...', { signs: 'r1c2<r1c3' }],
  [{ kind: 'futoshiki', size: 3 }, '1../.../...', { vertical: [['', 'v', '']] }],
  [{ kind: 'takuzu', size: 4 }, '1.../..../..../....', { equal: [[0, 1]] }],
  [{ kind: 'queens', size: 4 }, '.Q../..../..../....', { colors: ['AABB', 'AABB', 'CCDD', 'CCDD'] }],
])('%j: other rules are refused in every family', (info, puzzle, beside) => {
  const family = familyFrom(info as never)!;
  const [name] = Object.keys(beside);
  const messages = (given: unknown) =>
    readQuestions(given, family).map(({ value, error }) => (value ? family.line(value) : error!.what));
  const given = { puzzle, ...beside };
  for (const form of [given, JSON.stringify(given), csvOf(given)])
    expect(messages(form)).toEqual([
      expect.stringMatching(new RegExp(`^a puzzle with ${name}.*, which the model`)),
    ]);
  expect(messages({ puzzle })).toEqual([expect.not.stringContaining('a puzzle with')]);
  expect(messages({ puzzle, [name!]: [] })).toEqual(messages({ puzzle }));
});
