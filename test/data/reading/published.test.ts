/** What stands in puzzle files as people publish them: sizes, signs and answers around cells, marks in them, and lines that are none. */

import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import type { Family } from '../../../src/data/family.ts';
import { maze } from '../../../src/data/maze/family.ts';
import { formatMaze } from '../../../src/data/maze/maze.ts';
import { readAnySize } from '../../../src/data/reading/any-size.ts';
import type { OnWords, Words } from '../../../src/data/reading/found.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const PUZZLE = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const ANSWER = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
const ROWS = PUZZLE.match(/.{9}/g)!;
const TEXT = ROWS.join('\n');
const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;
const takuzu = familyFrom({ kind: 'takuzu', size: 4 })!;
const futoshiki = familyFrom({ kind: 'futoshiki', size: 4 })!;

/** Every question as a line, or its error. */
const read = (text: string, family: Family = sudoku, onWords?: OnWords) =>
  readQuestions(text, family, { file: 'f', onWords }).map(({ value, error }) =>
    value ? family.line(value) : error!.message,
  );

/** The same of mazes. */
const readMazes = (text: string, onWords?: OnWords) =>
  readAnySize(text, maze.ofAnySize, { file: 'f', onWords }).map(({ value, error }) =>
    value ? formatMaze(value.tokens) : error!.message,
  );

describe('a Futoshiki without signs', () => {
  const grid = '0 0 2 0\n0 0 0 0\n3 0 0 0\n0 0 0 0';
  const line = '. . 2 .//. . . .//3 . . .//. . . .';

  test.each([
    ['4 relations, which are as many numbers as a row', `${grid}\n\n1 1 1 2\n2 2 3 2\n3 1 4 1\n2 3 2 4`],
    ['a size and their number above', `4 2\n\n${grid}\n\n1 1 1 2\n2 2 3 2`],
    ['places in brackets', `(1,1) (1,2)\n(2,2) (3,2)\n\n${grid}`],
    ['signs between places', `Constraints\n1,1 < 1,2\n\n${grid}`],
    ['names of cells', `${grid}\n\nA1 A2`],
  ])('is refused beside %s', (_, text) => {
    const found = read(text, futoshiki);
    expect(found).not.toContainEqual(expect.stringMatching(/^[. \d/]+$/));
  });

  test('says which line that is', () => {
    expect(read(`${grid}\n\n1 1 1 2\n2 2 3 2\n3 1 4 1\n2 3 2 4`, futoshiki)[0]).toContain(
      'a grid without signs beside 1 1 1 2, which may be the places of one',
    );
  });

  test.each([
    ['its size', `4 4\n\n${grid}`],
    ['a number', `17\n${grid}`],
    ['words', `Futoshiki 4x4\n${grid}`],
  ])('is read below %s', (_, text) => expect(read(text, futoshiki)).toEqual([line]));

  test('one with signs of its own keeps them', () => {
    expect(read('4 1\n\nThe grid:\n. .<. .\n. . . .\n. . . .\n. . . .', futoshiki).at(-1)).toBe(
      '. .<. .//. . . .//. . . .//. . . .',
    );
  });
});

describe('marks beside digits', () => {
  const marked = (between: string, mark: (digit: string) => string, rows = ROWS) =>
    rows
      .map((row, i) => [...row].map((cell) => (cell > '.' && i % 2 === 0 ? mark(cell) : cell)).join(between))
      .join('\n');

  const marks = { '5!': '$!', '5*': '$*', "5'": "$'", "'5": "'$", '5"': '$"', '^5': '^$', '(5': '($' };
  test.each(Object.entries(marks))('%s refuses a grid of which other digits have none', (shown, mark) => {
    for (const between of [' ', ',', '|', ' | ']) {
      const [found] = read(marked(between, (digit) => mark.replace('$', () => digit)));
      expect(found, JSON.stringify(between)).toMatch(/marked, as|is no cell|got|holds/);
      if (shown.endsWith('!')) expect(found).toContain('some digits are marked, as 5!');
    }
  });

  test('so they do on one line, and in a table', () => {
    const rows = marked(' ', (digit) => `${digit}!`).split('\n');
    const table = rows.map((row) => `<tr>${row.replace(/\S+/g, '<td>$&</td>')}</tr>`).join('');
    for (const text of [rows.join('/'), rows.join(' '), `<table>${table}</table>`])
      expect(read(text)).toEqual([expect.stringContaining('some digits are marked, as 5!')]);
  });

  test('all digits may have one, and so does a grid as the terminal shows it', () => {
    expect(read(ROWS.map((row) => [...row].join(',').replace(/\d/g, '$&!')).join('\n'))).toEqual([PUZZLE]);
    const shown = ROWS.map((row, i) => [...row].map((cell) => cell + (i > 6 ? '*' : ' ')).join(' '));
    expect(read(shown.join('\n'))).toEqual([PUZZLE]);
  });

  test('quotes around rows and cells are none', () => {
    expect(read(`puzzle="${ROWS.map((row) => [...row].join(' ')).join('\n')}"`)).toEqual([PUZZLE]);
    expect(read(ROWS.map((row) => `'${[...row].join(' ')}',`).join('\n'))).toEqual([PUZZLE]);
    expect(read(ROWS.map((row) => [...row].join(',').replace(/[1-9]/g, '"$&"')).join('\n'))).toEqual([
      PUZZLE,
    ]);
  });
});

describe('a size above cells', () => {
  test.each(['4', '4 4', '4x4', '4,4'])('%s of a Takuzu', (size) => {
    expect(read(`# Start\n${size}\n1__0\n__00\n_0__\n____\n# End`, takuzu)).toEqual(['1..0/..00/.0../....']);
  });
  test.each(['9', '9 9', '9x9', '9, 9', '9 3 3'])('%s of a Sudoku', (size) => {
    const words: Words[] = [];
    expect(read(`${size}\n${TEXT}`, sudoku, (one) => words.push(one))).toEqual([PUZZLE]);
    expect(words).toEqual([{ file: 'f', line: 1, text: size }]);
  });
  test.each(['6 6', '9 2 3', '9 8', '9 9 9'])('%s is none of a Sudoku of 9x9', (size) => {
    expect(read(`${size}\n${TEXT}`).join()).not.toContain(PUZZLE);
  });
});

describe('an answer below its puzzle', () => {
  const board = ['1..0', '..0.', '.0..', '11.0'];
  const question = '1..0/..0./.0../11.0';
  const answer = '1010\n0101\n0011\n1100';
  const announcements = [
    'It will output',
    'Will print:',
    'which gives:',
    'The program returns the following:',
    '→',
    '=>',
    'This should produce',
    'and the output is',
    'Output Example',
    '## Sample output',
    '**Challenge Output 1**',
    '<B>Output Example</B>',
  ];

  test.each(announcements)('%s: goes with a puzzle that is an error', (words) => {
    const crossed = board.join('\n').replaceAll('.', 'x');
    const found = read(`Puzzle:\n${crossed}\n\n${words}\n0110\n1001\n0011\n1100`, takuzu);
    expect(found).toEqual([expect.stringContaining("'x' is no square of a board")]);
  });

  test.each(announcements)('%s: is no puzzle of its own', (words) => {
    expect(read(`Puzzle:\n${board.join('\n')}\n\n${words}\n${answer}`, takuzu)).toHaveLength(1);
    expect(read(`Puzzle:\n\n${TEXT}\n\n${words}\n${ANSWER}`)).toEqual([PUZZLE]);
    const walls = '#####\n#S  #\n# # #\n#  E#\n#####';
    const way = '#####\n#S..#\n# #.#\n#  E#\n#####';
    expect(readMazes(`Input\n\`\`\`\n${walls}\n\`\`\`\n${words}\n\`\`\`\n${way}\n\`\`\``)).toHaveLength(1);
  });

  test('another puzzle below such words is one', () => {
    const text = `Puzzle:\n${board.join('\n')}\n\nThe generator then prints:\n....\n0.0.\n..0.\n...1`;
    expect(read(text, takuzu)).toEqual([question, '..../0.0./..0./...1']);
  });
});

describe('a grid of Sudoku', () => {
  const spaced = ROWS.map((row) => [...row].join(' ').replaceAll('.', ' '));
  const framed = (left: string, right: string) =>
    [`+${'-'.repeat(17)}+`, ...spaced.map((row) => `|${left}${row}${right}|`), `+${'-'.repeat(17)}+`].join(
      '\n',
    );

  test.each([
    ['17', '', ''],
    ['18, a space behind', '', ' '],
    ['18, a space before', ' ', ''],
    ['19', ' ', ' '],
  ])('in a frame without bars within, spaces for blanks, is read: rows as wide as %s', (_, left, right) => {
    expect(read(framed(left, right))).toEqual([PUZZLE]);
  });

  test('such a row whose digits stand between the places is refused', () => {
    const found = read(framed('', '').replace('|6     1 9 5', '|6      1 9 5'));
    expect(found.join()).not.toContain(PUZZLE);
    expect(found).toHaveLength(1);
  });

  const rules = [
    '- - -   - - -   - - -',
    '- - - | - - - | - - -',
    '= = =   = = =   = = =',
    '_ _ _   _ _ _   _ _ _',
  ];
  test.each(rules)('with rules %s is read', (rule) => {
    const rows = ROWS.map((row) =>
      row
        .match(/.{3}/g)!
        .map((part) => [...part].join(' '))
        .join(' | '),
    );
    rows.splice(6, 0, rule);
    rows.splice(3, 0, rule);
    expect(read(rows.join('\n'))).toEqual([PUZZLE]);
  });

  test.each([
    ['one within a box', [...ROWS.slice(0, 4), '---------', ...ROWS.slice(4)]],
    ['one of the blanks that it has', [...ROWS.slice(0, 3), '.........', ...ROWS.slice(3)]],
  ])('of ten rows, %s, is refused', (_, rows) => {
    expect(read(rows.join('\n')).join()).not.toContain(PUZZLE);
  });

  test.each(['\\', ' \\', '\\  '])('with line ends of Markdown, %j, is read', (end) => {
    const rows = ROWS.map((row) => [...row].join(' '));
    expect(read(rows.join(`${end}\n`))).toEqual([PUZZLE]);
    expect(read(`Given:\n\n${ROWS.join(`${end}\n`)}\n`)).toEqual([PUZZLE]);
  });

  test('below comments of a command in several lines is read', () => {
    const comment =
      '# made from a seed\n# run it: node make.js --release -p lab -- \\\n#   --force --box train --seed 10 \\\n';
    expect(read(`${comment}${TEXT}`)).toEqual([PUZZLE]);
    expect(read(`${comment.replaceAll('\\', '\\ ')}hit 3 ${PUZZLE}`)).toEqual([PUZZLE]);
  });
});

describe('a page with tables of words alone', () => {
  const author =
    '<table><tr><td>Author:</td><td>Anna</td></tr><tr><td>Added:</td><td>3-09-2010</td></tr></table>';

  test.each([
    [
      '<pre> above them',
      `<h3>Example</h3>\n<pre>\n<b>Input:</b>\n${TEXT}\n\n<b>Output:</b>\n${ANSWER.match(/.{9}/g)!.join('\n')}\n</pre>\n${author}`,
    ],
    [
      'a link in one',
      `<table><tr><td>Today</td><td><a href="/play?size=9&sg=${PUZZLE}">Play</a></td></tr></table>`,
    ],
    [
      'a link around a picture, and one to the answer',
      `<table><tr><td><a href="i.php?sg=${PUZZLE}"><img src="a.png"></a></td><td><a href="i.php?sg=${ANSWER}">Solution</a></td></tr></table>`,
    ],
  ])('is read: %s', (_, page) => expect(read(page)).toEqual([PUZZLE]));

  test('a table that may be a grid is not passed over', () => {
    const row = `<tr>${'<td>1 2 5</td>'.repeat(3)}${'<td>4</td>'.repeat(6)}</tr>`;
    const page = `<table>${row.repeat(9)}</table><pre>\n${TEXT}\n</pre>`;
    expect(read(page)).toEqual([expect.stringContaining('no table with one symbol in each cell')]);
  });
});

describe('beside a puzzle', () => {
  test.each([
    `Last solved: 2026-02-20T22:53:00Z UTC (commit abc1234)`,
    '$',
    '1. [@anna](https://example.org/anna): `2015/11/17 21:53:43`',
    `id: 550e8400-e29b-41d4-a716-446655440000 (Anna)`,
  ])('%s is words', (line) => {
    const words: string[] = [];
    expect(read(`${TEXT}\n\n${line}`, sudoku, ({ text }) => words.push(text))).toEqual([PUZZLE]);
    expect(words).toEqual([line]);
  });

  test('sentences with digits in quotes, places and numbers of something are words of a Takuzu', () => {
    const text = `No three in a row (as "111" or "000").\n\n1..0\n..0.\n.0..\n11.0\n\nPlaces\n0. 2,2\n1. 0,3\nX: 2`;
    expect(read(text, takuzu)).toEqual(['1..0/..0./.0../11.0']);
    expect(read(text.replace('"111"', '110.'), takuzu)).toHaveLength(2);
  });

  test('a table of times is words', () => {
    const words: number[] = [];
    const table =
      '| Size | One solver | Other |\n|------|-----------:|------:|\n| 6*6 | 0m0,013s | 0m0,017s |';
    const found = read(`1..0\n..0.\n.0..\n11.0\n\n${table}`, takuzu, ({ line }) => words.push(line!));
    expect(found).toEqual(['1..0/..0./.0../11.0']);
    expect(words.toSorted()).toEqual([6, 8]);
  });

  test('two numbers apart are a size of mazes', () => {
    expect(readMazes('for example\n```\n3 5\n```\nhas 3 rows:\n\n#####\n#S G#\n#####')).toEqual([
      expect.stringMatching(/^#{5}/),
    ]);
  });

  test('the lines of a fault are those of the page', () => {
    const page = `<p>Two\nlines</p><h1>Takuzu</h1>\n<h1>Hard</h1>\n<pre>\n${'1..0..\n'.repeat(6)}</pre>`;
    expect(read(page, takuzu).join()).toContain('f:5: the 6 rows on lines 5 to 10 are no whole boards');
  });
});

test('numbers with a 0 before each digit are digits, but for names of columns', () => {
  const rows = ROWS.map((row) => `| ${[...row].map((cell) => `0${cell.replace('.', '0')}`).join('  ')} |`);
  expect(read(rows.join('\n'))).toEqual([PUZZLE]);
  expect(read(rows.join('\n').replaceAll('00', '..'))).toEqual([PUZZLE]);
  expect(read(`01 02 03 04 05 06 07 08 09\n${ROWS.map((row) => [...row].join(' ')).join('\n')}`)).toEqual([
    PUZZLE,
  ]);
});
