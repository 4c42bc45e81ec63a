import { describe, expect, test } from 'vitest';
import { familyFrom, puzzleFamily } from '../../src/data/families.ts';
import { Random } from '../../src/data/random.ts';
import { valuesOf } from '../../src/data/reading/found.ts';
import { readQuestions } from '../../src/data/reading/read.ts';
import { BLANK } from '../../src/data/takuzu/rules.ts';
import { search } from '../../src/data/takuzu/solver.ts';

const four = familyFrom({ kind: 'takuzu', size: 4 })!;
const { contradiction: _, ...raw } = four; // without what refuses a grid that has no answer
const read = (text: string) => valuesOf(readQuestions(text, raw, { file: 't.txt' }))[0]!;
const blank = (size: number) => new Uint8Array(size ** 2).fill(BLANK);

describe('rules', () => {
  test.each([
    ['0101/1010/0110/1001', undefined],
    ['1100/0110/0011/1001', undefined],
    ['0101/1010/0110/.001', 'a cell is blank'],
    ['0111/1010/0100/1001', 'three of 1 in row 1'],
    ['0011/0101/0110/1100', 'three of 0 in column 1'],
    ['0101/1011/0110/1001', 'row 2 has more than 2 of 1'],
    ['10../1.../0.../1...', 'column 1 has more than 2 of 1'],
    ['0110/1001/0110/1001', 'row 1 is the same as row 3'],
    ['00../11../00../11..', 'column 1 is the same as column 2'],
    ['0011/1100/..../....', 'a cell is blank'],
  ])('%s: %s', (answer, fault) => {
    expect(four.fault!(blank(4), read(answer))).toBe(fault);
  });

  test('givens stay, and conflicts are the places of a fault', () => {
    const answer = read('0101/1010/0110/1001');
    expect(four.fault!(read('.1../..../0.../...1'), answer)).toBeUndefined();
    expect(four.fault!(read('.1../..../1.../...1'), answer)).toBe('a given was changed');
    expect([...four.conflicts!(read('..../..../1.../....'), answer)]).toEqual([8]);
    expect([...four.conflicts!(blank(4), read('..../111./..../....'))]).toEqual([4, 5, 6]);
    const twins = four.conflicts!(blank(4), read('00../11../00../11..'));
    expect([...twins].sort((a, b) => a - b)).toEqual([0, 1, 4, 5, 8, 9, 12, 13]);
  });

  test('a question without an answer is told why', () => {
    expect(four.contradiction!(read('000./..../..../....'))).toBe(
      'the givens break a rule: three of 0 in row 1',
    );
    expect(four.contradiction!(read('00../..../.0../..0.'))).toBeUndefined();
    expect(four.contradiction!(read('00.1/0.11/..../....'))).toBe('the puzzle has no solution');
  });
});

test.each([
  ['0..1\n....\n.1..\n....'],
  ['0 . . 1 / . . . . / . 1 . . / . . . .'],
  ['0--1-----1------'],
  ['0\t\t\t1\n\t\t\t\n\t1\t\t\n\t\t\t\n\n0..1/..../..../....'],
  ['0__1\r\n____\r\n_1__\r\n____\r\n'],
  ['0..1 .... .1.. ....'],
  ['> 0..1\n> ....\n> .1..\n> ....'],
  ['0,,,1\n,,,\n,1,,\n,,,'],
  ['0.0,,,1.0\n,,,\n,1.0,,\n,,,'],
  ['0,,,1,,,,,,1,,,,,,'],
  ['│0│ │ │1│\n├─┼─┼─┼─┤\n│ │ │ │ │\n├─┼─┼─┼─┤\n│ │1│ │ │\n├─┼─┼─┼─┤\n│ │ │ │ │'],
  ['Takuzu\n0..1\n....\n.1..\n....'],
])('%j is read', (text) => {
  expect(four.text!(read(text))).toBe('0..1\n....\n.1..\n....');
});

describe('names of columns above a board', () => {
  const csv = '0,,,1\n,,,\n,1,,\n,,,';
  const refused = 'the names of the columns count in another order than the columns stand in';
  test.each([
    ['c1,c2,c3,c4', csv],
    ['col1;col2;col3;col4', csv.replaceAll(',', ';')],
    ['"c1","c2","c3","c4"', csv],
    ['0,1,2,3', csv],
    ['1\t2\t3\t4', csv.replaceAll(',', '\t')],
    ['a b c d', '0..1\n....\n.1..\n....'],
  ])('%s is said, and left out', (header, board) => {
    const words: unknown[] = [];
    const text = `${header}\n${board}\n`;
    const items = readQuestions(`${text}\n${text}`, four, {
      onWords: ({ line, text }) => words.push([line, text]),
    });
    expect(items.map(({ value }) => value && four.line(value))).toEqual(Array(2).fill('0..1/..../.1../....'));
    expect(words).toEqual([
      [1, header],
      [7, header],
    ]);
  });
  test.each(['c4,c3,c2,c1', 'col2;col1;col3;col4', '1, 0, 2, 3'])('%s is refused', (header) => {
    const items = readQuestions(`${header}\n${csv}\n\n${csv}`, four);
    expect(items.map(({ value, error }) => (value ? four.line(value) : error!.what))).toEqual([
      expect.stringContaining(refused),
      '0..1/..../.1../....',
    ]);
  });
  test('that are not of as many columns, or do not count, are rows', () => {
    for (const header of ['c1,c2,c3', '5,6,7,8', 'c1,c2,c2,c4', ',0,1,2,3'])
      expect(readQuestions(`${header}\n${csv}`, four).map(({ error }) => error?.what)).toEqual([
        'the 5 rows on lines 1 to 5 are no whole boards of 4 rows',
      ]);
  });
});

describe('-1 is a blank, for 0 is a digit', () => {
  const board = [...'0..1.....1......'].map((cell) => (cell === '.' ? -1 : Number(cell)));
  const rows = [0, 4, 8, 12].map((from) => board.slice(from, from + 4));
  test.each<[string, unknown]>([
    ['a list', board],
    ['a typed array', Int8Array.from(board)],
    ['rows', rows],
    ['64 bits', board.map(BigInt)],
    ['JSON', JSON.stringify({ puzzle: rows })],
    ['rows as text', rows.map((row) => row.join(' ')).join('\n')],
    ['CSV', rows.join('\n')],
    ['one line', board.join(',')],
    ['real numbers', rows.map((row) => row.map((cell) => cell.toFixed(1)).join(';')).join('\n')],
    ['Python', `board = ${JSON.stringify(rows)}`],
    [
      'NumPy',
      `[${rows.map((row) => `[${row.map((cell) => `${cell}`.padStart(2)).join(' ')}]`).join('\n ')}]`,
    ],
    ['null beside it', rows.with(1, [null, -1, null, -1] as number[])],
  ])('%s', (_, given) => {
    const [question] = valuesOf(readQuestions(given, raw));
    expect(four.text!(question!)).toBe('0..1\n....\n.1..\n....');
  });

  test.each<[unknown, string]>([
    [rows.with(1, [-2, -1, 0, 1]), 'expected whole numbers from -1, -1 for a blank, got -2'],
    [rows.with(1, [0.5, -1, 0, 1]), 'expected whole numbers from -1, -1 for a blank, got 0.5'],
    [board.with(1, undefined as never), 'cell 2 of the list is undefined; write -1 or null for a blank'],
    [rows.with(1, [undefined as never, 0, 0, 1]), 'got undefined; write -1 or null for a blank'],
  ])('%j is refused', (given, message) => {
    expect(() => valuesOf(readQuestions(given, four))).toThrow(message);
  });
});

test.each([
  ['0..1\n....', 't.txt:1: the board has 2 of 4 rows; write 4 rows of 4 squares, 0, 1 and . for a blank'],
  ['0..1/..2./..../....', "t.txt:1: '2' is no square of a board"],
])('%j is refused', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test('rows that follow each other are whole boards or one fault, titles are said', () => {
  const board = '0..1\n....\n.1..\n....';
  const line = '0..1/..../.1../....';
  const told = (text: string) => {
    const words: unknown[] = [];
    const items = readQuestions(text, four, {
      file: 't',
      onWords: (one) => words.push([one.line, one.text]),
    });
    return { words, items: items.map(({ at, error, value }) => error?.what ?? [at.line, four.line(value!)]) };
  };
  const fault = (rows: number, from: number) =>
    `the ${rows} rows on lines ${from} to ${from + rows - 1} are no whole boards of 4 rows`;
  expect(told(`${board}\n${board}`)).toEqual({
    words: [],
    items: [
      [1, line],
      [5, line],
    ],
  });
  expect(told(`....\n${board}\n${board}`)).toEqual({ words: [], items: [fault(9, 1)] });
  expect(told(`0..1\n....\n.1..\n${board}\n\n${board}`)).toEqual({
    words: [],
    items: [fault(7, 1), [9, line]],
  });
  expect(told(`Binairo 4x4 easy\n1\n${board}\n\n#2\n\n${board}`)).toEqual({
    words: [
      [1, 'Binairo 4x4 easy'],
      [2, '1'],
      [8, '#2'],
    ],
    items: [
      [3, line],
      [10, line],
    ],
  });
  // A cut row, a row among words and the end of a board are no titles.
  expect(told(`1\n....\n.1..\n....`).items).toEqual(['the board has 3 of 4 rows']);
  expect(told(`Row: 0..1\n....\n.1..\n....`)).toEqual({ words: [], items: ['row 1 has 8 of 4 squares'] });
  expect(told(`${board}\n2\n${board}`)).toEqual({ words: [], items: [fault(9, 1)] });
});

/** All grids of 4x4, the slow way: four rows with two ones each, judged by the rules. */
const rows = ['0011', '0101', '0110', '1001', '1010', '1100'];
const grids = Array.from({ length: 6 ** 4 }, (_, i) =>
  read([0, 1, 2, 3].map((row) => rows[Math.floor(i / 6 ** row) % 6]!).join('/')),
).filter((grid) => four.fault!(blank(4), grid) === undefined);

describe('search', () => {
  test('finds all 72 grids of 4x4, and as many of 6x6 as are asked for', () => {
    expect(grids).toHaveLength(72);
    expect(search(blank(4), 4, 1000)).toMatchObject({ count: 72, gaveUp: false });
    expect(search(blank(6), 6, 9)).toMatchObject({ count: 9, gaveUp: false });
  });

  test('counts the solutions there are', () => {
    const random = new Random(2);
    const counts = Array.from({ length: 40 }, () => {
      const question = Int32Array.from(search(blank(4), 4, 1, random).first!);
      for (const place of random.choose(16, 8 + random.int(5))) question[place] = BLANK;
      if (random.chance(0.3)) question[random.int(16)] = BLANK + 1;
      const { count } = search(question, 4, 100);
      const all = grids.filter((grid) => question.every((token, i) => token === BLANK || token === grid[i]));
      expect(count).toBe(all.length);
      return count;
    });
    expect(counts).toContain(1);
    expect(Math.max(...counts)).toBeGreaterThan(1);
  });
});

describe('puzzles made', () => {
  const { generator } = puzzleFamily({ kind: 'takuzu' })!;
  const stream = (size: string, options: object = {}) =>
    generator!.puzzles(generator!.size.parse(size), new Random(1), generator!.options.parse(options));

  test.each([
    ['6', 8],
    ['10', 1],
  ])('%s: one solution, and every cell is needed', (size, many) => {
    const puzzles = stream(size);
    for (let i = 0; i < many; i++) {
      const { question, answer } = puzzles.next().value;
      const tokens = Uint8Array.from(question);
      expect(search(tokens, Number(size), 2)).toMatchObject({ count: 1, first: answer });
      for (const [place, token] of tokens.entries())
        if (token !== BLANK) expect(search(tokens.with(place, BLANK), Number(size), 2).count).toBe(2);
    }
  });

  test('keeps the clues asked for, says when there are no more', () => {
    const { question } = stream('6', { clues: 20 }).next().value;
    expect(Array.from(question).filter((token) => token !== BLANK)).toHaveLength(20);
    expect(() => stream('4', { clues: 16 }).next()).toThrow(
      'clues: expected at most 15, all cells but one; got 16',
    );
    const few = stream('4', { clues: 15 });
    expect(() => Array.from({ length: 999 }, () => few.next())).toThrow(/found only \d+ different puzzles/);
  });
});
