/** Texts of cells in programs: with spaces for blanks, of several lines in any quotes, and those that are called answers. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze as mazes } from '../../../src/data/maze/family.ts';
import { readAnySize } from '../../../src/data/reading/any-size.ts';
import { readGrids, readQuestions } from '../../../src/data/reading/read.ts';

const sudoku = familyFrom({ kind: 'sudoku', size: 4 })!;
const P = '1....2.....43.2.';
const SPACED = P.replaceAll('.', ' ');
const SOLVED = '1342421321343421';
const ROWS = P.match(/.{4}/g)!;
const LISTS = JSON.stringify(ROWS.map((row) => [...row].map((cell) => (cell === '.' ? 0 : Number(cell)))));
const SOLVED_LISTS = JSON.stringify(SOLVED.match(/.{4}/g)!.map((row) => [...row].map(Number)));
const FRAMED = ['+----+----+', ...ROWS.map((row) => `| ${row.slice(0, 2)} | ${row.slice(2)} |`)].join(
  '\n    ',
);

const read = (text: string) =>
  readQuestions(text, sudoku, { file: 'f' }).map(({ value, error }) =>
    value ? sudoku.line(value) : error!.message,
  );
const answers = (text: string) =>
  readGrids(text, sudoku, {}).map((item) => !item.error && item.answer && sudoku.line(item.answer));

test.each([
  `puzzle1='${SPACED}'`,
  `"""\nSamples of Sudoku.\n"""\npuzzle = "${SPACED}"`,
  `const puzzle = "${SPACED}";\nconst solution = "${SOLVED}";`,
  `export const samples: Sample[] = [\n  {\n    grid: "${SPACED}",\n    solution: "${SOLVED}",\n    difficulty: "Easy"\n  }\n];`,
  `const samples = [{ puzzle: '${SPACED}', solution: '${SOLVED}' }];`,
  `solve("${SPACED}")`,
  `[board]\n"${SPACED}"`,
  `<puzzles>\n <puzzle>\n  <grid>${SPACED}</grid>\n  <solution>${SOLVED}</solution>\n </puzzle>\n</puzzles>`,
  `<puzzles>\n <puzzle grid="${SPACED}" solution="${SOLVED}"/>\n</puzzles>`,
  JSON.stringify([{ grid: SPACED, solution: SOLVED }]),
])('spaces in quotes are blanks: %s', (text) => expect(read(text)).toEqual([P]));

test.each(['unwrap()', 'expect("a board")', 'ok().unwrap()'])(
  'what may fail is taken as it is: .%s',
  (call) => expect(read(`let b = Board::parse("${P}").${call};\nprintln!("{}", solve(b));`)).toEqual([P]),
);

test('spaces in quotes that may stand between cells are refused', () => {
  expect(read('s = "1    2    3  4  "')).toEqual([expect.stringContaining('may be a row of 4 cells')]);
  expect(read(`s = '${SPACED}'[::-1]`)).toEqual([expect.stringContaining('[::-1]')]);
  expect(read(`s = '${SPACED}'\nt = s[::-1]`)).toEqual([expect.stringContaining('t = s[::-1]')]);
});

describe('a text that is called an answer', () => {
  const cut = P.slice(1);
  const none = 'it is an answer, and no puzzle that it may answer was read beside it';

  test.each([
    `const puzzle = "${cut.replaceAll('.', ' ')}";\nconst solution = "${SOLVED}";`,
    `Puzzle: ${SPACED}\nSolution: ${SOLVED}`,
    `const puzzle = load();\nconst solution = ${SOLVED_LISTS};`,
    `def test_solve():\n    assert solve(load("a.txt")) == "${SOLVED}"`,
    `def test_solve():\n    result = solver.solve()\n    assert result.grid == [\n        ${[...SOLVED].join(', ')}\n    ]`,
    `it('solves', () => {\n  expect(solve(load())).toBe("${SOLVED}");\n});`,
  ])('is no question where its puzzle was not read: %s', (text) =>
    expect(read(text)).toEqual([expect.stringContaining(none)]),
  );

  test.each([
    `const solution = "${SOLVED}";\nconst puzzle = "${P}";`,
    `{ solution: "${SOLVED}", puzzle: "${P}" },`,
    `def solution():\n    return """\n${SOLVED.replace(/.{4}/g, '$&\n')}"""\n\ndef puzzle():\n    return """\n${P.replace(/.{4}/g, '$&\n')}"""`,
    `easy = ${LISTS}\neasy_solution = ${SOLVED_LISTS}`,
    `puzzle = "${P}"\nassert solve(puzzle) == "${SOLVED}"`,
  ])('is no question beside its puzzle: %s', (text) => expect(read(text)).toEqual([P]));

  test('above its puzzle is the answer of that', () => {
    expect(answers(`const solution = "${SOLVED}";\nconst puzzle = "${P}";`)).toEqual([SOLVED]);
    const other = '4321214312343412';
    expect(read(`const solution = "${other}";\nconst puzzle = "${P}";`)).toEqual([
      expect.stringContaining('it is no answer to the puzzle below it'),
      P,
    ]);
  });

  test.each([`no_solution = ${LISTS}`, `multipleSolutions = "${P}"`, `unsolved = "${P}"`])(
    'is none where its name counts solutions: %s',
    (text) => expect(read(`${text}\nprint(solve([1, 2]))`)).toEqual([P]),
  );

  test.each([
    `"${cut}", "${SOLVED}"`,
    `${cut},${SOLVED}`,
    `const t = { puzzle: "${cut.replaceAll('.', ' ')}", solution: "${SOLVED}" };`,
    `<puzzle grid="${cut.replaceAll('.', ' ')}" solution="${SOLVED}"/><puzzle/>`,
  ])('is no question behind a puzzle that was not read: %s', (text) =>
    expect(read(text)).toEqual([
      expect.stringMatching(/text of 15 signs, which may be its puzzle|no puzzle that it may answer/),
    ]),
  );

  test('is no question between tags, or in a list behind a puzzle that was not read', () => {
    expect(read(`<p>\n<grid>${cut}</grid>\n<solution>${SOLVED}</solution>\n</p>`)).toEqual([
      expect.stringContaining('got 15'),
    ]);
    expect(read(`<p>\n<grid>${SPACED} </grid>\n<solution>${SOLVED}</solution>\n</p>`)).toEqual([
      expect.stringContaining(none),
    ]);
    const tests = `tests = [["${P}1", "${SOLVED}"], ["${P}", "${SOLVED}"]]`;
    expect(read(tests)).toEqual([expect.stringContaining('got 17'), P]);
  });

  test('is no question below another puzzle', () =>
    expect(
      read(`puzzle: "${P}",\nsolution: "${SOLVED}",\n}, {\npuzzle: "?",\nsolution: "${SOLVED}"`),
    ).toEqual([P, expect.stringContaining('it is no answer to the puzzle above it')]));
});

test.each([
  `pub fn easy() -> &'static str {\n    r#"\n${ROWS.join('\n')}\n"#\n}\n\npub fn easy_solution() -> &'static str {\n    r#"\n${SOLVED.replace(/.{4}/g, '$&\n')}"#\n}`,
  `<?php\n$puzzle = '\n    ${FRAMED}\n';`,
  `<?php\nclass T {\n  function test() {\n    $puzzle = S::make()->fromString('\n    ${FRAMED}\n    ');\n  }\n}`,
  `<?php\nfunction puzzle() {\n  return '\n${ROWS.join('\n')}\n';\n}`,
])('a text of several lines in quotes: %s', (text) => expect(read(text)).toEqual([P]));

test.each([
  `let sample = [|\n  "#####"\n  "#S.G#"\n  "#####"\n|]`,
  `let sample = [| "#####"; "#S.G#"; "#####" |]`,
  `import Maze from "./maze"\n\n// 0: Empty\n// 1: Wall\n// 2: Start\n// 3: End\nconst maze: Grid = [\n  [1, 1, 1, 1, 1],\n  [1, 2, 0, 3, 1],\n  [1, 1, 1, 1, 1],\n]\n`,
])('a maze: %s', (text) => {
  const items = readAnySize(text, mazes.ofAnySize!, {});
  expect(
    items.map(({ value, error }) => (value ? familyFrom(value.info)!.line(value.tokens) : error)),
  ).toEqual(['#####/#S.G#/#####']);
});

test.each([
  `let board = [| [| ${ROWS.map((row) => [...row].join('; ').replaceAll('.', '0')).join(' |]; [| ')} |] |]`,
  `start = [\n  ${ROWS.map((row) => [...row].join(' ').replaceAll('.', '0')).join('\n  ')}\n]\nx = add_variables(model, 16)\nX = reshape(x, 4, 4)`,
  `board = ${LISTS}\nplaces = np.arange(16).reshape(4, 4)`,
  `def draw(board):\n    """\n    Draws it.\n\n    ${ROWS.join('\n    ')}\n\n    """\n    return 1`,
  `Test tests[1] = {\n  .board = "${P}",\n  /**\n     Shows it.\n  */\n};`,
  `main =\n  print $\n  f []\n    "${P}"\n\nf x s@(h:y) =\n  g x y`,
])('what stands around it is passed over: %s', (text) => expect(read(text)).toEqual([P]));

test.each([
  `cells = [${[...P].join(', ').replaceAll('.', '0')}]\nX = reshape(cells, 4, 4)`,
  `s = "${P}"\nv = collect(s)\nX = reshape(v, 4, 4)`,
  `board = ${LISTS}\nother = np.array(cells).reshape(4, 4)`,
])('cells that are laid out are refused: %s', (text) =>
  expect(read(text)).toEqual([expect.stringContaining('cells that a program is to lay out')]),
);

test('cells by their names are words, and no grid of another size', () => {
  const cells = ['1x2', '1x4', '2x1', '2x3', '3x2', '3x4', '4x1'].map(
    (name, i) => `  '${name}' => ${1 + (i % 4)},`,
  );
  const family = familyFrom({ kind: 'sudoku', size: 9 })!;
  const [item, ...more] = readQuestions(`$givens = array(\n${cells.join('\n')}\n);`, family, {});
  expect(item!.error?.message).toContain('got a text without them');
  expect(more).toEqual([]);
});

test('signs between the rows of a Futoshiki make no rows of a Sudoku of the others', () => {
  const rows = ROWS.map((row) => [...row].join(' '));
  for (const signs of ['v   ^', '^', 'v v'])
    for (const item of readQuestions(rows.join(`\n${signs}\n`), sudoku, {})) expect(item.error).toBeDefined();
});

describe('a text with \\n', () => {
  const [compact, spaced] = [ROWS.join('\\n'), ROWS.map((row) => [...row].join(' ')).join('\\n')];

  test.each([
    `const tests = [\n  { input: "${compact}", expected: true },\n];`,
    `const tests = [\n  { input: "${spaced}", expectedOutput: "True" },\n];`,
    `\tstr := "${spaced}\\n"\n\n\tgrid := StringToGrid(str)`,
    `tests = [("Sudoku", "Fill it.", "${spaced}", 5)]`,
    `printf("+---+---+---+---+\\n");\nsolve("${spaced}\\n");`,
  ])('is read in a program: %s', (text) => expect(read(text)).toEqual([P]));

  test('is refused where it is turned', () =>
    expect(read(`s = "${compact}"\nsolve(s[::-1])`)).toEqual([expect.stringContaining('[::-1]')]));

  test.each([
    'maze = parse("####\\n#S.#\\n##G#\\n####")',
    'assert solve("####\\n#S.#\\n##G#\\n####") == 2',
    'var sut = new Race("####\\n#S.#\\n##E#\\n####");\nsut.Find(3);',
    'tests = [\n  ("####\\n#S.#\\n##G#\\n####", 2),\n]',
  ])('is a maze: %s', (text) => {
    const items = readAnySize(text, mazes.ofAnySize, {});
    expect(items.map(({ value }) => value && familyFrom(value.info)!.line(value.tokens))).toEqual([
      '#####S ###G#####',
    ]);
  });

  test('a small maze among others is not lost', () =>
    expect(
      readAnySize(`tests = [('####\\n#SE#\\n####', 1), ('#####\\n#S.E#\\n#####', 2)]`, mazes.ofAnySize, {}),
    ).toHaveLength(2));
});

test.each([
  `print(group(["eat", "tea", "tan", "ate", "nat", "bat"]))\nboard = ${LISTS}`,
  `IList<string> all = Problem.Longest(["flower", "flow", "flight"]);\nvar r = Problem.Solve(${LISTS});`,
  `#['A1', 'B2', 'C3', 'D4', 'E5', 'F6', 'G7', 'H8', 'I9']\ngrid = '${P}'\nsolve(grid)`,
  `grid = '${P}'\nsolve(grid)\n//[5, 3, 0, 0, 7, 0, 0, 0, 0, 6, 0, 0, 1, 9, 5, 0, 0, 0]`,
])('lists of words and lists in comments are no matrices: %s', (text) => expect(read(text)).toEqual([P]));

test.each([
  `    // let a = f("${ROWS.map((row) => [...row].join(' ')).join('\\\n        //  ')}");\n    let b = f("${P}");\n    let c = [1, 2];`,
  `// let a = f(\n//   "1 _ _ _\\\n//    4 3 2 1\\\n//    _ _ _ 2");\nlet b = f("1 . . .\\\n  . 2 . .\\\n  . . . 4\\\n  3 . 2 .");`,
])('a text in a comment is no puzzle: %s', (text) => {
  const found = read(text);
  expect(found).toEqual([P]);
});

test('quotes behind a list that end a text of lines turn nothing', () =>
  expect(read(`'''\nold = ${LISTS.replace('1', '2')}'''\n\ngrid = ${LISTS}\nsolve(grid)`)).toEqual([P]));
