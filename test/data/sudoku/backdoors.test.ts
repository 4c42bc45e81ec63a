import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/data/random.ts';
import { depthOf, easeOf } from '../../../src/data/sudoku/backdoors.ts';
import { generatePuzzles } from '../../../src/data/sudoku/generate.ts';
import { formatLine } from '../../../src/data/sudoku/grid.ts';
import { countSolutions, solve } from '../../../src/data/sudoku/solver.ts';

const digits = (line: string) => Uint8Array.from(line, (sign) => (sign === '.' ? 0 : Number(sign)));
const ease = (line: string, most?: number) => {
  const question = digits(line);
  return easeOf(question, solve(question)!, new Random(0), most);
};
// A. Inkala's of 2010 and 2012, which newspapers called the hardest.
const hardest = [
  '..53.....8......2..7..1.5..4....53...1..7...6..32...8..6.5....9..4....3......97..',
  '8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..',
];

describe('how easily a puzzle is given away', () => {
  test('2 where simple logic solves it', () => {
    expect(ease('53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79')).toBe(2);
    // Box and line, and two cells with the same two candidates, are among it: singles alone do not come to the end.
    expect(ease('.....3.17.15..9..8.6.......1....7.....9...2.....5....4.......2.5..6..34.34.2.....')).toBe(2);
    expect(ease('1....2.....4..21')).toBe(2);
  });

  test('1 and a share where single digits are backdoors, a share of the pairs where none is', () => {
    const [first, second] = hardest as [string, string];
    expect(ease(first)).toBe(10 / 120);
    expect(ease(second)).toBe(0);
    /** With the digits of the first cells given too. */
    const withMore = (cells: number) => {
      const answer = solve(digits(first))!;
      return first.replaceAll(/./g, (sign, cell: number) => (cell < cells ? String(answer[cell]) : sign));
    };
    expect(ease(withMore(1))).toBe(1 + 3 / 55);
    expect(ease(withMore(5))).toBe(1 + 18 / 53);
    expect(ease(withMore(8))).toBe(2);
  });

  test('so many digits simple logic needs further', () => {
    const depth = (line: string) => depthOf(digits(line), solve(digits(line))!);
    expect([...hardest, hardest[0]!.replace('..53', '1453')].map(depth)).toEqual([2, 2, 1]);
    expect(depth('1....2.....4..21')).toBe(0);
  });

  test('Infinity is told of what is easier than asked for', () => {
    const [first] = hardest as [string];
    expect(ease(first, 10 / 120)).toBe(10 / 120);
    expect(ease(first, 9 / 120)).toBe(Number.POSITIVE_INFINITY);
    expect(ease('1....2.....4..21', 1.5)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('puzzles with few backdoors', () => {
  const puzzles = (seed: number, count: number) => {
    const stream = generatePuzzles(9, new Random(seed), { backdoors: 0.15, clues: 25 });
    return Array.from({ length: count }, () => stream.next().value);
  };

  test('have one solution, as many givens as asked for, and no digit gives them away', () => {
    for (const { question, answer } of puzzles(1, 5)) {
      expect(countSolutions(question, 2)).toBe(1);
      expect(solve(question)).toEqual(answer);
      expect(question.filter(Boolean).length).toBeGreaterThanOrEqual(25);
      expect(easeOf(question, answer, new Random(9))).toBeLessThan(0.4); // other pairs than those of the walk
    }
  });

  test('follow the seed', () => {
    const lines = (seed: number) => puzzles(seed, 3).map(({ question }) => formatLine(question));
    expect(lines(2)).toEqual(lines(2));
    expect(lines(3)).not.toEqual(lines(2));
  });

  test('are not looked for for ever where there are none', () => {
    const stream = generatePuzzles(4, new Random(0), { backdoors: 0 });
    expect(() => stream.next()).toThrow('found no 4x4 puzzle with so few backdoors; ask for more than 0');
  });
});
