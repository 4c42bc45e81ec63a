/** Texts as mails, pages of a PDF and tables without a header have them: lines that stand apart, signs that are written as codes. */
import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../../src/data/families.ts';
import { maze as mazes } from '../../../src/data/maze/family.ts';
import { gridsOfAnySize } from '../../../src/data/reading/any-size.ts';
import { readQuestions } from '../../../src/data/reading/read.ts';

const sudoku = familyFrom({ kind: 'sudoku', size: 9 })!;
const P = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const Q = '..9748...7.........2.1.9.....7...24..64.1.59..98...3.....8.3.2.........6...2759..';
const ANSWER = '534678912672195348198342567859761423426853791713924856961537284287419635345286179';
const rowsOf = (puzzle: string) => puzzle.match(/.{9}/g)!.join('\n');
const [ROWS, OTHERS] = [rowsOf(P), rowsOf(Q)];

function read(text: string, family = sudoku) {
  const words: string[] = [];
  const onWords = ({ line, text }: { line?: number; text: string }) => words.push(`${line} ${text}`);
  const items = readQuestions(text, family, { file: 'f', onWords });
  return { found: items.map(({ value, error }) => (value ? family.line(value) : error!.message)), words };
}

describe('short lines that stand apart are words', () => {
  test.each(['- 1 -', '+49 123 4567', '+49 (0)89 / 1234', '1/3', '12.03.2024', '17', '10:11'])(
    '%s',
    (line) => {
      expect(read(`${ROWS}\n\n${line}\n\n${OTHERS}`)).toEqual({ found: [P, Q], words: [`11 ${line}`] });
      expect(read(`${line}\n\nHello,\n\n${ROWS}`).found).toEqual([P]);
      expect(read(`${ROWS}\n\nBye\nAnna\n${line}\n`).words).toEqual(['11 Bye', '12 Anna', `13 ${line}`]);
      expect(read(`${P}\n\n${line}\n\n${Q}\n\n${line}`).found).toEqual([P, Q]);
    },
  );
  test('several below each other', () =>
    expect(read(`${ROWS}\n\nAnna\n+1 555 0100\n10:11\n+1 555 0101`).found).toEqual([P]));
  test.each(['20240102', '2024-01-02', '5551234567', '49123456789', '+1 555 123 4567'])(
    '%s right above a grid',
    (line) => {
      expect(read(`${line}\n${ROWS}\n\n${line}\n\n${OTHERS}`)).toEqual({
        found: [P, Q],
        words: [`1 ${line}`, `12 ${line}`],
      });
      const cut = ROWS.split('\n').slice(1).join('\n');
      expect(read(`${line}\n${cut}`).found).toEqual([
        expect.stringContaining(`8 rows below ${line} are no grid`),
      ]);
      const takuzu = familyFrom({ kind: 'takuzu', size: 4 })!;
      expect(read(`${line}\n0..1\n....\n....\n1...`, takuzu).found).toEqual(['0..1/..../..../1...']);
    },
  );
  const maze = familyFrom({ kind: 'maze', rows: 5, columns: 5 })!;
  const [M, WAY] = ['#####\n#S..#\n#.#.#\n#..G#\n#####', '######S  ## # ##  G######'];
  const board = familyFrom({ kind: 'takuzu', size: 6 })!;
  const [T, TAKUZU] = [
    '1....0\n....1.\n0.....\n.1..0.\n......\n.0...1',
    '1....0/....1./0...../.1..0./....../.0...1',
  ];
  test.each(['👍', '👍🏽', '😀😀', '🙂', ':-)', '★★★☆☆', '⭐⭐⭐', '10:11', 'p. 17', '(c) 2024'])(
    '%s above, below or between grids',
    (line) => {
      const words = [`1 ${line}`, `11 ${line}`, `21 ${line}`];
      expect(read([line, ROWS, line, OTHERS, line].join('\n'))).toEqual({ found: [P, Q], words });
      expect(read([line, P, line, Q, line].join('\n')).found).toEqual([P, Q]);
      expect(read([line, M, line, M, line].join('\n'), maze).found).toEqual([WAY, WAY]);
      expect(read([line, T, line, T, line].join('\n'), board).found).toEqual([TAKUZU, TAKUZU]);
      const any = gridsOfAnySize([line, M, line].join('\n'), mazes.ofAnySize, {});
      expect(any.map(({ error }) => error)).toEqual([undefined]);
      const cut = [...ROWS.split('\n').slice(0, 4), line, ...ROWS.split('\n').slice(5)].join('\n');
      expect(read(cut).found.join()).not.toContain(P.slice(0, 9));
    },
  );
  test.each(['x', '?', '...', 'A1', '9x9'])('%s below a grid', (line) => {
    expect(read(`${ROWS}\n\n${line}`)).toEqual({ found: [P], words: [`11 ${line}`] });
    if (line === '9x9') return;
    expect(read(`${P}\n${line}`).found).toEqual([P]);
    expect(read(`${ROWS}\n${line}`).found).toEqual([expect.stringContaining('f:10: ')]);
    expect(read(`${T}\n\n${line}`, board).found).toEqual([TAKUZU]);
    if (line !== '...') expect(read(`${M}\n\n${line}`, maze).found).toEqual([WAY]);
    expect(read(`${M}\n${line}`, maze).found).toEqual([expect.stringContaining('f:1: 6 lines')]);
  });
  test.each(['👍', '?', '...', 'x', '10:11', ':-)'])('%s as the next message of a chat', (message) => {
    const chat = (text: string) =>
      `[12/03/24, 10:11:12] Anna: ${text}\n[12/03/24, 10:12:12] Bob: ${message}\n`;
    for (const text of [ROWS, P]) expect(read(chat(text)).found).toEqual([P]);
    expect(read(chat(M), maze).found).toEqual([WAY]);
    expect(read(chat(ROWS.slice(0, -10))).found).toEqual([expect.stringContaining('8 of 9 rows')]);
  });
  test('a legend of two letters below a maze', () =>
    expect(read(`${M}\n\nS = me\nG = cheese`, maze)).toEqual({
      found: [WAY],
      words: ['7 S = me', '8 G = cheese'],
    }));
  test('as many signs as a row has are none', () => {
    const four = familyFrom({ kind: 'takuzu', size: 4 })!;
    expect(read('0..1\n....\n10:11\n1...', four).found).toEqual([expect.stringContaining('row 3 has 5')]);
    expect(read('🧱🧱🧱🧱\n🧱S G🧱\n🧱🧱🧱🧱', maze).found).toEqual([
      expect.stringContaining("'🧱' is no cell"),
    ]);
  });
  test('sizes in words above boards', () => {
    const takuzu = familyFrom({ kind: 'takuzu', size: 4 })!;
    expect(read('4 by 4\n0..1\n....\n....\n1...', takuzu).found).toEqual(['0..1/..../..../1...']);
    expect(read('6 by 6\n0..1\n....\n....\n1...', takuzu).found).toEqual([
      expect.stringContaining('line 1 says 6 by 6'),
    ]);
  });
  test('but what may be a damaged row or puzzle is an error', () => {
    for (const line of ['53..7...', '53..', '530070000123', '5 3 . . 7 . . ? 8 1 2']) {
      const { found } = read(`${ROWS}\n\n${line}\n\n${OTHERS}`);
      expect(found).toEqual([P, expect.stringContaining('f:11: puzzle 2'), Q]);
    }
    const cut = ROWS.split('\n').with(4, '4 8').join('\n');
    expect(read(cut).found).toEqual([expect.stringContaining('f:5')]);
    expect(read(ROWS.replaceAll('\n', '\n\n').replace('4..8.3..1', '4 8')).found).toEqual([
      expect.stringContaining('f:9'),
    ]);
    expect(read('17').found).toEqual([expect.stringContaining('expected a grid of 81 cells')]);
  });
});

test('sections without a puzzle among them are titles', () => {
  expect(read(`[easy]\n${ROWS}\n[hard]\n${OTHERS}`).found).toEqual([P, Q]);
  expect(read(`${ROWS}\n\n[3]\n\n${OTHERS}`).found).toEqual([P, Q]);
  expect(read(`[Puzzle]\n${ROWS}\n[State]\n${OTHERS}`).found).toEqual([P]);
});

describe('quoted-printable', () => {
  const head = 'Subject: Sudoku\nContent-Transfer-Encoding: quoted-printable\n\n';
  test('signs as codes', () => {
    const { found, words } = read(`${head}Gr=C3=BC=C3=9Fe\n\n${ROWS.replaceAll('\n', '=20\n')}=20\n`);
    expect(found).toEqual([P]);
    expect(words.at(-1)).toBe('4 Grüße');
  });
  test('lines that were broken keep their numbers', () => {
    const { found } = read(`${head}${P.slice(0, 75)}=\r\n${P.slice(75)}\r\n\r\n${P}5`);
    expect(found).toEqual([P, expect.stringContaining('f:7: puzzle 2')]);
  });
  test('nothing of it in another text', () => {
    const { found } = read(`${ROWS.replaceAll('\n', '=20\n')}`);
    expect(found[0]).toContain('f:1: ');
  });
});

test('a page ends between grids', () => {
  for (const end of ['\f', '\v', '\u2028']) expect(read(ROWS + end + OTHERS).found).toEqual([P, Q]);
  expect(read(`${ROWS}\n\f${OTHERS}`).found).toEqual([P, Q]);
});

describe('texts in quotes', () => {
  const quoted = (text: string) => `"${text}"`;
  test('rows, a line each', () => {
    const lines = (text: string, end = '') =>
      text
        .split('\n')
        .map((row) => quoted(row) + end)
        .join('\n');
    expect(read(lines(ROWS)).found).toEqual([P]);
    expect(read(`${lines(ROWS, ',')}\n\n${lines(OTHERS, ',')}`).found).toEqual([P, Q]);
    expect(read(`${quoted(P)}\n${quoted(Q)}`).found).toEqual([P, Q]);
  });
  test('cells of several lines, without a header', () => {
    expect(read([ROWS, OTHERS].map(quoted).join('\n')).found).toEqual([P, Q]);
    expect(read([ROWS, rowsOf(ANSWER)].map(quoted).join(',')).found).toEqual([P]);
    expect(read([ROWS, rowsOf(ANSWER)].map(quoted).join(';')).found).toEqual([P]);
    // which may be an answer or another puzzle
    expect(read([ROWS, OTHERS].map(quoted).join(',')).found).not.toContain(P);
  });
  test('a maze', () => {
    const maze = '#######\n#S  # #\n# # # #\n# #   #\n# ### #\n#    G#\n#######';
    const items = gridsOfAnySize(quoted(maze), mazes.ofAnySize, { file: 'f' });
    expect(items.map(({ value }) => value?.info)).toEqual([{ kind: 'maze', rows: 7, columns: 7 }]);
  });
});

describe('blanks of YAML', () => {
  const cells = P.match(/.{9}/g)!.map((row) => [...row].map((cell) => (cell === '.' ? '~' : cell)));
  test('in lists', () => {
    const lists = cells.map((row) => `[${row.join(', ')}]`);
    expect(read(`puzzle:\n${lists.map((row) => `  - ${row}`).join('\n')}`).found).toEqual([P]);
    expect(read(`[${lists.join(',\n')}]`).found).toEqual([P]);
  });
  test('a cell a line', () => {
    const lists = cells.map((row) => row.map((cell, i) => `${i === 0 ? '- -' : '  -'} ${cell}`).join('\n'));
    expect(read(lists.join('\n')).found).toEqual([P]);
  });
});

test('a size of MiniZinc above its array', () => {
  const rows = ROWS.split('\n').map((row) => `${[...row.replaceAll('.', '0')].join(', ')}|`);
  const { found, words } = read(`n=3;\nstart=[|\n${rows.join('\n').slice(0, -1)}|];`);
  expect(found).toEqual([P]);
  expect(words).toEqual(['1 n=3;']);
});

describe('digits in brackets', () => {
  const spaced = ROWS.replace(/./g, '$& ');
  test('some of them may be guesses', () => {
    for (const text of [spaced, spaced.replaceAll('\n', ' ')])
      for (const guess of ['(4)', '[4]', '( 4 )'])
        expect(read(text.replace('.', guess)).found).toEqual([
          expect.stringContaining(`some digits stand in brackets, as ${guess}`),
        ]);
  });
  test('all of them are givens', () => {
    expect(read(spaced.replace(/\d/g, '($&)')).found).toEqual([P]);
    expect(read(`(17) ${P}`).found).toEqual([P]);
  });
});

test('a map of MovingAI with a start and a goal', () => {
  const maze = familyFrom({ kind: 'maze', rows: 4, columns: 5 })!;
  const head = 'type octile\nheight 4\nwidth 5\nmap\n';
  const rows = '#####\n#S.G#\n#...#\n#####';
  expect(read(head + rows, maze).found).toEqual([rows.replaceAll('\n', '/')]);
  expect(read(head + rows.replace(/[SG]/g, '.'), maze).found).toEqual([
    expect.stringContaining('a map without start and goal'),
  ]);
});

describe('answers of other puzzles', () => {
  const earlier = '519748632783652419426139875357986241264317598198524367975863124832491756641275983';
  const items = (text: string) =>
    readQuestions(text, sudoku, { file: 'f' }).map(({ value, error, note }) => [
      value ? sudoku.line(value) : error!.message,
      note,
    ]);
  const leftOut = 'the answer of an earlier puzzle is left out';
  test.each(["Solution to yesterday's puzzle:", "Last week's solution", 'Lösung von gestern:'])(
    '%s above a puzzle',
    (title) => {
      expect(items(`${title}\n${rowsOf(earlier)}\n\nToday:\n${ROWS}`)).toEqual([[P, leftOut]]);
      expect(items(`${title}\n\n${earlier}\n\n${P}`)).toEqual([[P, leftOut]]);
    },
  );
  test('below one, and between two', () => {
    const title = "Solution to yesterday's puzzle:";
    expect(items(`${P}\n\n${title}\n${earlier}`)).toEqual([[P, leftOut]]);
    expect(items(`${P}\n${title} ${earlier}\n\nHard:\n${Q}`)).toEqual([
      [P, undefined],
      [Q, leftOut],
    ]);
  });
  test.each(['Solution:', 'Solution of #12'])('%s above a puzzle that it does not answer', (title) => {
    expect(items(`${title}\n\n${earlier}\n\n${P}`)).toEqual([
      [expect.stringContaining('f:3: puzzle 1: it is no answer to the puzzle below it'), undefined],
      [P, undefined],
    ]);
  });
  test('several, of which one is of a puzzle below', () => {
    const { found } = read(`Solutions:\n${earlier}\n${ANSWER}\n\nPuzzles:\n${P}`);
    expect(found).toEqual([expect.stringContaining('it is no answer to the puzzle below it'), P]);
    expect(items(`Solutions:\n${ANSWER}\n\nPuzzles:\n${P}`)).toEqual([[P, undefined]]);
  });
  test('alone it is what is asked', () => {
    expect(items(`Solution to yesterday's puzzle:\n${earlier}`)).toEqual([[earlier, undefined]]);
  });
});

describe('a letter alone is a title', () => {
  test.each([
    ['Q:', 'A:'],
    ['**Q:**', '**A:**'],
    ['# Q:', '# A:'],
  ])('of a question and its answer: %s, %s', (question, answer) => {
    for (const [puzzle, solved] of [
      [ROWS, rowsOf(ANSWER)],
      [P, ANSWER],
    ])
      for (const between of ['\n', '\n\n'])
        expect(read(`${question}\n${puzzle}${between}${answer}\n${solved}\n`).found).toEqual([P]);
  });
  test.each(['A:', 'a)', 'A)'])('of puzzles: %s', (letter) =>
    expect(read(`${letter}\n${ROWS}\n\n${letter}\n${ROWS}`).found).toEqual([P, P]),
  );
});

describe('short lines that stand apart from mazes and boards are words', () => {
  const puzzles = [
    [{ kind: 'maze', rows: 4, columns: 6 }, '######\n#S...#\n#..#G#\n######'],
    [{ kind: 'takuzu', size: 6 }, '01..1.\n......\n..0..1\n1.....\n...0..\n.....0'],
    [{ kind: 'futoshiki', size: 4 }, '1 . .<.\n. . . .\n. . 3 .\n. . . .'],
  ] as const;
  const families = puzzles.map(([info, text]) => [info.kind, familyFrom(info)!, text] as const);
  test.each(families)('%s', (_, family, text) => {
    const [one] = read(text, family).found;
    for (const line of ['- 1 -', '1/3', '10:11', '17', '+49 123 4567', '20240102']) {
      expect(read(`${text}\n\n${line}\n\n${text}\n\n${line}\n`, family).found).toEqual([one, one]);
      expect(
        read(`${line}\n\n${text}\n\n${line}`, family).words.map((said) => said.replace(/\d+ /, '')),
      ).toEqual([line, line]);
    }
    const rows = text.split('\n');
    for (const row of [rows[2]!, rows[2]!.slice(0, -2)])
      expect(read(`${text}\n\n${row}`, family).found.join()).not.toBe(one);
    expect(read(rows.toSpliced(2, 1, '', '1/3', '').join('\n'), family).found).not.toContain(one);
  });
});
