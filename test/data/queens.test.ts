import { describe, expect, test } from 'vitest';
import { familyFrom, puzzleFamily } from '../../src/data/families.ts';
import { boardOf, QUEEN } from '../../src/data/queens/rules.ts';
import { completions } from '../../src/data/queens/solver.ts';
import { Random } from '../../src/data/random.ts';
import { valuesOf } from '../../src/data/reading/found.ts';
import { readQuestions } from '../../src/data/reading/read.ts';

const family = familyFrom({ kind: 'queens', size: 6 })!;
/** Without what refuses a board that has no answer. */
const { contradiction: _, ...raw } = family;
const board = (text: string) => valuesOf(readQuestions(text, raw))[0]!;
const empty = (size: number) => boardOf(new Int8Array(size).fill(-1));

test.each([
  [4, 2],
  [5, 10],
  [6, 4],
  [7, 40],
  [8, 92],
  [9, 352],
])('%i queens have %i solutions', (size, count) => {
  const all = completions(empty(size), size);
  expect(all).toHaveLength(count);
  const { fault } = familyFrom({ kind: 'queens', size })!;
  for (const columns of all) expect(fault!(empty(size), boardOf(columns))).toBeUndefined();
  expect(new Set(all.map(String)).size).toBe(count);
});

describe('rules', () => {
  const solved = ['.Q....', '...Q..', '.....Q', 'Q.....', '..Q...', '....Q.'];
  const question = board('....../...Q../....../Q...../....../......');
  test.each([
    [solved, undefined],
    [solved.with(1, '......'), 'a given was changed'],
    [solved.with(5, '......'), '5 of 6 queens are placed'],
    [solved.with(5, 'Q.....'), 'the queens r4c1 and r6c1 attack each other'],
    [solved.with(5, '..Q...'), 'the queens r3c6 and r6c3 attack each other'],
    [solved.with(0, '.Q..Q.'), 'the queens r1c2 and r1c5 attack each other'],
  ])('%j: %s', (rows, fault) => {
    expect(family.fault!(question, board(rows.join('/')))).toBe(fault);
  });

  test('a question without an answer is told why', () => {
    const told = (text: string) => family.contradiction!(board(text));
    expect(told('Q...../.Q..../....../....../....../......')).toBe(
      'the givens break a rule: the queens r1c1 and r2c2 attack each other',
    );
    expect(told('Q...../....../....../....../....../......')).toBe('the other queens have no place');
    expect(told(solved.join('/'))).toBeUndefined();
  });

  test('all answers, as many as are asked for at most', () => {
    const open = Int32Array.from(empty(6));
    expect(family.answers!(open, 3)).toBeUndefined();
    const all = family.answers!(open, 4)!;
    expect(all.map((answer) => family.line(answer))).toContain(solved.join('/'));
    expect(all).toHaveLength(4);
    expect(family.answer!(open)).toEqual({ answer: all[0], several: true });
  });
});

describe('text', () => {
  const rows = ['......', '...Q..', '......', '......', '......', '......'];
  const tokens = Int32Array.from(boardOf([-1, 3, -1, -1, -1, -1]));
  test.each([
    rows.join('\n'),
    rows.join('/'),
    rows.join(''),
    rows.map((row) => [...row].join(' ')).join('\r\n'),
    rows.map((row) => row.replaceAll('.', '_').replace('Q', '♛')).join('\n'),
    rows.map((row) => row.replaceAll('.', '0').replace('Q', '1')).join('\n'),
    `\n${rows.join('\n')}\n\n`,
    rows.map((row) => row.replaceAll('.', '*')).join('\n'),
    rows.map((row) => [...row].map((square) => (square === 'Q' ? 'Q' : '')).join(',')).join('\n'),
    `+-+-+-+-+-+-+\n${rows.map((row) => `|${[...row].join('|').replaceAll('.', ' ')}|`).join('\n')}\n+-+-+-+-+-+-+`,
  ])('%j', (text) => {
    expect(valuesOf(readQuestions(text, family))).toEqual([tokens]);
  });

  test.each([
    [
      '......\n...Q..',
      'x:1: the board has 2 of 6 rows; write 6 rows of 6 squares, Q for a queen and . for none',
    ],
    [rows.with(2, '....').join('\n'), 'x:3: row 3 has 4 of 6 squares'],
    [rows.with(2, '..7...').join('\n'), "x:3: '7' is no square of a board"],
    [
      `......\n${rows.join('\n')}`,
      'x:1: the 7 rows on lines 1 to 7 are no whole boards of 6 rows; leave an empty line between boards, and nothing but rows within',
    ],
    [
      `${rows.join('\n')}\n\nAAABBC\nAABBBC\nDDDBBC\nDDEEEF\nDDEEFF\nGGEEEF`,
      "x:8: puzzle 2: 'A' is no square of a board",
    ],
  ])('%j is refused', (text, message) => {
    expect(() => valuesOf(readQuestions(text, family, { file: 'x' }))).toThrow(message);
  });

  test.each([
    ['x', rows.with(0, '.x....')],
    ['X', rows.with(0, '.X....')],
    ['×', rows.with(0, '.×....')],
    ['x', rows.map((row) => row.replace('Q', 'x'))],
    ['x', rows.map((row) => row.replaceAll('.', 'x'))],
    ['*', rows.map((row) => row.replace('Q', '*'))],
    ['1', rows.with(0, '.1....')],
  ])('%s may be a queen or none: %j', (sign, board) => {
    expect(() => valuesOf(readQuestions(board.join('\n'), family, { file: 'x' }))).toThrow(
      `x:1: '${sign}' may be a queen, or mark a square without one; write 6 rows of 6 squares, Q for a queen`,
    );
  });
});

describe('boards made', () => {
  const { generator } = puzzleFamily({ kind: 'queens' })!;
  const stream = (options: object) =>
    generator!.puzzles({ kind: 'queens', size: 8 }, new Random(1), generator!.options.parse(options));

  test('have the queens and the answers that were asked for', () => {
    const puzzles = stream({ given: '1-3', solutions: '2-5' });
    const seen = new Set<number>();
    for (let i = 0; i < 40; i++) {
      const { question, answer, answers } = puzzles.next().value;
      const queens = Array.from(question).filter((token) => token === QUEEN).length;
      seen.add(queens);
      expect(answers).toEqual(completions(question, 8).map(boardOf));
      expect(answer).toEqual(answers![0]);
      expect(answers!.length).toBeGreaterThanOrEqual(2);
      expect(answers!.length).toBeLessThanOrEqual(5);
    }
    expect([...seen].sort()).toEqual([1, 2, 3]);
  });

  test('are no forms of each other, and end where there are no others', () => {
    const puzzles = stream({ given: 1 });
    const { canonical } = familyFrom({ kind: 'queens', size: 8 })!;
    const forms = Array.from({ length: 10 }, () => canonical!(puzzles.next().value.question));
    expect(new Set(forms).size).toBe(10);
    expect(() => puzzles.next()).toThrow('found only 10 different boards');
  });

  test.each([
    [{ given: '8' }, 'given: expected at most 7, one less than there are; got 8'],
    [{ given: '3', solutions: '50-60' }, 'found only 0 different boards'],
  ])('%j cannot be', (options, message) => {
    expect(() => stream(options).next()).toThrow(message);
  });

  test.each(['1-', '-1', 'two', '3-2', '0.5'])('given %s is refused', (given) => {
    expect(generator!.options.safeParse({ given }).error?.issues[0]).toMatchObject({ path: ['given'] });
  });
});

describe('beside boards', () => {
  const boards = '.Q..\n...Q\nQ...\n..Q.';
  const read = (text: string) =>
    readQuestions(text, familyFrom({ kind: 'queens', size: 4 })!, {}).map(
      ({ value, error }) => error?.message ?? value!.length,
    );

  test.each([
    `Hello\n\n${'-'.repeat(39)}\n\n${boards}`,
    `${boards}\n${'-'.repeat(84)}\n${boards}`,
    `${boards}\n\n${'='.repeat(9)}\n\n${boards}`,
  ])('long rules are no rows: %s', (text) => expect(new Set(read(text))).toEqual(new Set([16])));

  test.each([`board [0, 2]:\n[1, 3, 0, 2]\n${boards}`, `[1, 3, 0, 2]\n\n${boards}`])(
    'a list of their columns is no row: %s',
    (text) => expect(read(text)).toEqual([16]),
  );

  test('a rule as long as a board or a row is refused', () => {
    expect(read(`${boards}\n\n${'-'.repeat(16)}\n`)).toEqual([16, 16]);
    expect(read(`[0, 0, 1, 0]\n[1, 0, 0, 2]`)[0]).toContain('4');
  });
});
