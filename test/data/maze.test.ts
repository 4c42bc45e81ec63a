import { describe, expect, test } from 'vitest';
import { generateMazes } from '../../src/data/maze/generate.ts';
import { distancesFrom, formatMaze, GOAL, mazeFault, START, WALL } from '../../src/data/maze/maze.ts';
import { mazeTokens } from '../../src/data/maze/text.ts';
import { Random } from '../../src/data/random.ts';

/** Of characters in reading order. */
function tokens(text: string): Uint8Array {
  const reading = mazeTokens(text);
  if (reading.fault !== undefined) throw new Error(reading.fault);
  return reading.value;
}

describe('mazeFault', () => {
  test('accepts each of the shortest ways', () => {
    const round = tokens('S   #   G');
    expect(mazeFault(round, tokens('Soo #o  G'), 3, 3)).toBeUndefined();
    expect(mazeFault(round, tokens('S  o# ooG'), 3, 3)).toBeUndefined();
  });

  test.each([
    ['S o #o  G', 'the way does not lead from the start to the goal'],
    ['S   #   G', 'the way does not lead from the start to the goal'],
    ['Soo  o  G', "row 2, column 2 is not the question's"],
    ['SooGoo   ', "row 2, column 1 is not the question's"],
  ])('%j: %s', (answer, message) => {
    expect(mazeFault(tokens('S   #   G'), tokens(answer), 3, 3)).toBe(message);
  });

  test('a question without a way', () => {
    const closed = tokens('S# # # #G');
    expect(mazeFault(closed, closed, 3, 3)).toBe('no way leads from the start to the goal');
  });

  test('a way with a detour, and marks beside it', () => {
    const wide = tokens('S  G    ');
    expect(mazeFault(wide, tokens('SooG    '), 2, 4)).toBeUndefined();
    expect(mazeFault(wide, tokens('S  Goooo'), 2, 4)).toBe('the way has 5 steps; 3 are enough');
    expect(mazeFault(wide, tokens('SooGo   '), 2, 4)).toBe('1 marked cells are not on the way');
  });
});

describe('generateMazes', () => {
  test.each([
    [9, 9, 10],
    [12, 7, 1],
    [30, 30, 60],
  ])('%ix%i, ways of at least %i steps: one way, marked', (rows, columns, minPath) => {
    const stream = generateMazes({ rows, columns, minPath }, new Random(1));
    for (let i = 0; i < 20; i++) {
      const { question: cells, answer } = stream.next().value;
      expect(mazeFault(cells, answer, rows, columns)).toBeUndefined();
      const goal = cells.indexOf(GOAL);
      const distances = distancesFrom(cells.indexOf(START), cells, rows, columns);
      expect(distances[goal]).toBeGreaterThanOrEqual(minPath);
      // A tree: one edge less than there are free cells, all of them connected.
      const free = cells.filter((cell) => cell !== WALL).length;
      expect(distances.filter((distance) => distance >= 0)).toHaveLength(free);
      let edges = 0;
      cells.forEach((cell, at) => {
        if (cell === WALL) return;
        if ((at + 1) % columns !== 0 && cells[at + 1] !== WALL) edges++;
        if (at + columns < cells.length && cells[at + columns] !== WALL) edges++;
      });
      expect(edges).toBe(free - 1);
    }
  });

  test('follows the seed, says what is impossible', () => {
    const first = (seed: number) =>
      formatMaze(generateMazes({ rows: 8, columns: 8, minPath: 5 }, new Random(seed)).next().value.answer);
    expect(first(1)).toBe(first(1));
    expect(first(1)).not.toBe(first(2));
    expect(() => generateMazes({ rows: 4, columns: 4, minPath: 99 }, new Random(0)).next()).toThrow(
      /minPath: of 200 mazes of 4x4 none has a way of 99 steps, the longest has 10; ask for at most \d, which half of them have/,
    );
    const few = generateMazes({ rows: 2, columns: 2, minPath: 2 }, new Random(0));
    expect(() => Array.from({ length: 50 }, () => few.next())).toThrow(/found only 4 different mazes/);
  });
});
