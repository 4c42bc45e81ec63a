/** What stands beside a puzzle and is known of no list: other kinds, lists of cells, captions, and relations in words. */
import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const family = familyFrom({ kind: 'sudoku', size: 9 })!;
const grid = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const rows = grid.match(/.{9}/g)!;
const text = rows.join('\n');
const answer = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
const lists = (cells: string) =>
  cells.match(/.{9}/g)!.map((row) => [...row].map((cell) => Number(cell) || 0));

/** Every grid as a line, or its error. */
const read = (given: string, of = family) =>
  readQuestions(given, of).map(({ value, error }) => (value ? of.line(value) : error!.message));
const beside = (key: object) => read(JSON.stringify({ puzzle: grid, ...key }));
const refused = (what: string) => [expect.stringContaining(`a puzzle with ${what}`)];

const others = [
  ...'Судоку-киллер|Диагональное судоку|对角线数独|锯齿数独|杀手数独|킬러 스도쿠|대각선 스도쿠|직소 스도쿠'.split(
    '|',
  ),
  ...'Comparison Sudoku|Vergleichssudoku|Kettensudoku|Chain Sudoku|Strimko|NRC Sudoku|Colour Sudoku'.split(
    '|',
  ),
  ...'DG Sudoku|Zabójcze sudoku|Sudoku nieregularne|Çapraz Sudoku'.split('|'),
];

describe('the kind of a puzzle', () => {
  test.each(others)('is another: %s', (kind) => {
    for (const key of ['type', 'variant', 'kind', 'genre', 'puzzleType'])
      expect(beside({ [key]: kind })).toEqual(refused(`${key} ${kind}, which the model knows nothing of`));
    expect(read(`type,puzzle\n${kind},${grid}`)).toEqual(refused(`type ${kind}`));
    expect(read(`${kind}\n\n${text}`)).toEqual(refused(`title ${kind}`));
  });

  test.each(['wibble', 'Foo Bar', 'ループ数独', 'Лабиринт', 'Wibblesudoku plus'])(
    'is not known: %s',
    (kind) => {
      for (const value of [kind, ['sudoku', kind]])
        expect(beside({ type: value })).toEqual([
          expect.stringMatching(
            /a puzzle with type.*, which is not known: it may be another kind of puzzle;/,
          ),
        ]);
      expect(read(`<puzzle type="${kind}">\n<data>${grid}</data>\n</puzzle>`)).toEqual(refused('type'));
    },
  );

  test.each([
    ...'sudoku|Classic Sudoku|sudoku_9x9|9x9|very hard|easy-sudoku|SUDOKU|Numberplace|sehr schwer|facile'.split(
      '|',
    ),
    ...'очень сложный|классическое судоку|数独|标准数独|스도쿠|ナンプレ|daily|text|generated|logic puzzle'.split(
      '|',
    ),
    ...'Websudoku|17 clue|puzzles0_kaggle|unique|naked single|Anna|Guardian'.split('|'),
  ])('is the usual one, or says no kind: %s', (kind) => {
    for (const key of ['type', 'variant', 'kind', 'genre']) expect(beside({ [key]: kind })).toEqual([grid]);
  });

  test.each([
    'Evil Sudoku',
    'Web Sudoku',
    'Guardian Sudoku',
    "Anna's Sudoku",
    'NYT Hard Sudoku',
    'Судоку дня',
  ])('is not told by a title: %s', (title) => {
    for (const given of [`${title}\n\n${text}`, `${text}\n\n${title}`]) expect(read(given)).toEqual([grid]);
  });
});

describe('a caption below', () => {
  const latex = rows
    .map((row) => `|${[...row].map((cell) => cell.replace('.', ' ')).join('|')}|.`)
    .join('\n');
  const cells = rows.map((row) => `| ${[...row].map((cell) => cell.replace('.', ' ')).join(' | ')} |`);
  const markdown = [`|${'  |'.repeat(9)}`, `|${'---|'.repeat(9)}`, ...cells].join('\n');

  test('that calls the last grid another Sudoku refuses it', () => {
    const title = refused('title Killer Sudoku');
    for (const line of [
      '*Killer Sudoku*',
      'Killer Sudoku',
      'Figure 1: Killer Sudoku',
      'Fig. 2. Killer Sudoku',
    ])
      for (const one of [text, markdown])
        expect(read(`${one}\n\n${line}`)).toEqual([expect.stringContaining('Killer Sudoku, which')]);
    const table = `\\begin{table}\n\\begin{sudoku}\n${latex}\n\\end{sudoku}\n`;
    expect(read(`${table}\\caption{Killer Sudoku}\n\\end{table}`)).toEqual(title);
    expect(read(`${table}\\caption{A Sudoku by Anna}\n\\end{table}`)).toEqual([grid]);
  });

  test('of a figure in a page, too', () => {
    const td = rows.map((row) => `<tr>${row.replace(/./g, '<td>$&</td>').replaceAll('.', '')}</tr>`);
    for (const one of [`<table>${td.join('')}</table>`, `<pre>\n${text}\n</pre>`]) {
      const figure = (caption: string) => `<figure>${one}<figcaption>${caption}</figcaption></figure>`;
      expect(read(figure('Killer Sudoku'))).toEqual(refused('title Killer Sudoku'));
      expect(read(figure('Sudoku 12'))).toEqual([grid]);
      expect(read(`${one}<p><a href="/killer">Killer Sudoku</a></p>`)).toEqual([grid]);
    }
  });

  test('is none above another grid, in a sentence or in a list', () => {
    const other = rows.toReversed().join('\n');
    expect(read(`${text}\n\nKiller Sudoku\n\n${other}`)).toEqual([
      grid,
      expect.stringContaining('title Killer Sudoku'),
    ]);
    for (const below of ['Next week a Killer Sudoku awaits you', 'See also:\nKiller Sudoku\nJigsaw Sudoku'])
      expect(read(`${text}\n\n${below}`)).toEqual([grid]);
  });
});

describe('lists of cells under names that are not known', () => {
  test.each<object>([
    { lines: [[0, 1, 2]] },
    { between: [['r1c1', 'r1c5']] },
    { groups: [[0, 1, 2, 3, 9, 10, 11, 18, 19]] },
    {
      borders: [
        [
          [0, 0],
          [0, 1],
        ],
      ],
    },
    {
      operators: [
        {
          cells: [
            [0, 0],
            [0, 1],
          ],
          op: '+',
        },
      ],
    },
    { knots: [{ row: 0, col: 1 }] },
    { top: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    { pieces: rows.map(() => 'abcabcabc') },
    { meta: { wires: [[0, 1]] } },
  ])('%j', (key) => {
    const [name] = Object.keys(key);
    expect(beside(key)).toEqual([
      expect.stringMatching(`a puzzle with ${name}.*, which the model knows nothing`),
    ]);
  });

  test.each<object>([
    {
      hints: [[0, 2]],
      moves: [[0, 2, 4]],
      candidates: Array(81).fill([1, 2]),
      pencilMarks: Array(81).fill(0),
    },
    { steps: [{ cell: [0, 2], value: 4 }], history: [{ row: 0, col: 2 }], nextCell: { row: 0, col: 2 } },
    {
      cells: lists(grid),
      copy: lists(grid),
      verified: lists(answer),
      locked: lists(grid).map((row) => row.map(Boolean)),
    },
    { createdAt: [2024, 1, 2], stars: [1, 2, 3], tags: ['a', 'b'], counts: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
  ])('others say nothing: %j', (key) => expect(beside(key)).toEqual([grid]));

  test('the names of a program are of anything', () =>
    expect(read(`dirs = [(0, 1), (1, 0)]\nboard = ${JSON.stringify(lists(grid))}`)).toEqual([grid]));
});

describe('what stands beside a maze', () => {
  const of = familyFrom({ kind: 'maze', rows: 10, columns: 10 })!;
  const maze = [
    ...['##########', '#S.#.....#', '#..#.###.#', '#....#...#', '####.#.###'],
    ...['#....#...#', '#.####.#.#', '#......#.#', '#.####..G#', '##########'],
  ];
  const given = (key: object) => read(JSON.stringify({ maze, ...key }), of);

  test.each<object>([
    {
      goals: [
        [3, 3],
        [8, 8],
      ],
    },
    { goals: [[3, 3]] },
    { waypoints: [[3, 3]] },
    { ice_cells: [[3, 3]] },
    { wayPoints: [[3, 3]] },
    { lockedDoors: [[3, 3]] },
    { keys: [[1, 2]], doors: [[3, 3]] },
    { costs: maze.map((row) => [...row].map(() => 1)) },
    { moves: '8-connected' },
    { directions: ['N', 'NE'] },
    { rules: 'You slide until you hit a wall' },
    { rules: 'Diagonal moves are allowed' },
  ])('is refused: %j', (key) => expect(given(key)).toEqual(refused(Object.keys(key)[0]!)));

  test.each<object>([
    {
      goals: [[8, 8]],
      starts: [[1, 1]],
      path: [
        [1, 1],
        [1, 2],
      ],
      visited: [[1, 1]],
    },
    {
      moves: ['up', 'left'],
      directions: ['N', 'E', 'S', 'W'],
      actions: [
        [0, 1],
        [1, 0],
      ],
    },
    { rules: 'Find the shortest path from S to G. Move up, down, left or right; no diagonal moves.' },
    { type: 'dfs', algorithm: 'prim', distances: maze.map(() => Array(10).fill(0)) },
  ])('changes nothing: %j', (key) => expect(given(key)).toEqual([maze.join('').replaceAll('.', ' ')]));
});

describe('a line that relates cells', () => {
  const lines = [
    ...[
      'r1c1+r1c2=8',
      'r1c1 = r1c2',
      'Cage 1: (0,0) (0,1) = 8',
      '(0,0),(0,1): 8',
      'A1 A2 = 8',
      '8 = r1c1 r1c2',
    ],
    ...[
      'r1c1-r1c2 = 3',
      'R1C1, R1C2: sum 8',
      'A1 is larger than A2',
      'the sum of r1c1 and r1c2 is 8',
      'A1,A2 8',
    ],
  ];
  test.each(lines)('%s', (line) => {
    const found = read(`${text}\n\n${line}`);
    expect(found[0]).toContain(`a puzzle with ${line}, relations between cells, which are not read`);
  });

  test('in other families', () => {
    const [takuzu, futoshiki] = [
      familyFrom({ kind: 'takuzu', size: 6 })!,
      familyFrom({ kind: 'futoshiki', size: 4 })!,
    ];
    const tango = '..1.0.\n0..0..\n.1....\n..0..1\n1....0\n.0..1.';
    for (const [given, of] of [
      [`${tango}\n\nConstraints: (1,1) = (1,2)`, takuzu],
      ['....\n....\n.3..\n...1\n\nCell (1,3) is smaller than (1,4)', futoshiki],
    ] as const)
      expect(read(given, of)).toEqual([expect.stringContaining('relations between cells')]);
  });

  test.each(['Sums right: 12 5 17 2 1 9 8 14 6', 'Top: 1 2 3 4 5 6 7 8 9'])('numbers of a side: %s', (line) =>
    expect(read(`${text}\n\n${line}`)).toEqual(refused('sums')),
  );

  test('a map of letters on one line', () => {
    const map = 'AAABBBBCCAAABBBCCCAAABBCCCCDDDEEEFFFDDDEEEFFFDDDEEEFFFGGGGHHIIIGGGHHHIIIGGHHHHIII';
    expect(read(`${grid}\n${map}`)).toEqual([expect.stringContaining('a puzzle beside a map of letters')]);
  });

  test.each([
    ...['Step 3: r1c3 = 4; r1c4 = 6', 'Path: (1,1) -> (1,2)', 'Start: (1,1) Goal: (8,8)', 'From A1 to I9'],
    ...['Numbers left: 3 4 5 6 7', 'naked pair r1c3, r1c4 = 1, 2', 'r1c3 and r1c4 hold 1 and 2'],
  ])('is none: %s', (line) => expect(read(`${text}\n\n${line}`)).toEqual([grid]));

  test.each(['A1  ', '(1,1) , ', 'r1c1', 'A1=', ' ', '3 '])('long lines take no time: %j', (part) => {
    const begun = performance.now();
    read(`${text}\n\n${part.repeat(60_000 / part.length)}`);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
