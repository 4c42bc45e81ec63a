import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { familyFrom } from '../../src/data/families.ts';
import { mazeTokens } from '../../src/data/maze/cells.ts';
import { generateMazes } from '../../src/data/maze/generate.ts';
import { distancesFrom, formatMaze, GOAL, mazeFault, START, WALL, WAY } from '../../src/data/maze/maze.ts';
import { shortestWay } from '../../src/data/maze/solver.ts';
import { Random } from '../../src/data/random.ts';
import { notesOf, type Traits, traitsSchema } from '../../src/data/traits.ts';

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
    ['Soo  o  G', 'the answer has a free cell at row 2, column 2, where the question has a wall'],
    ['SooGoo   ', 'the answer has a goal at row 2, column 1, where the question has a free cell'],
    ['Soo oo  G', 'the answer has a way at row 2, column 2, where the question has a wall'],
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

/** The way that a breadth-first search from the start finds which looks down, left, right, up and keeps the first parent. */
function firstParents(question: ArrayLike<number>, columns: number): Int32Array {
  const cells = Int32Array.from(question);
  const start = cells.indexOf(START);
  const parents = new Map([[start, start]]);
  for (const cell of parents.keys()) {
    for (const step of [columns, -1, 1, -columns]) {
      const next = cell + step;
      const beside = Math.abs(step) > 1 || Math.floor(next / columns) === Math.floor(cell / columns);
      if (!beside || (cells[next] ?? WALL) === WALL || parents.has(next)) continue;
      parents.set(next, cell);
    }
  }
  for (let cell = parents.get(cells.indexOf(GOAL))!; cell !== start; cell = parents.get(cell)!)
    cells[cell] = WAY;
  return cells;
}

describe('the answer where there are several shortest ways', () => {
  test('steps down first, then left, right, up', () => {
    const answer = (maze: string, columns: number) =>
      formatMaze(shortestWay(Int32Array.from(tokens(maze)), maze.length / columns, columns)!.answer);
    expect(answer('S       G', 3)).toBe('S  o  ooG');
    expect(answer('  G   S  ', 3)).toBe('  G  oSoo');
    expect(answer('S   #   G', 3)).toBe('S  o# ooG');
    expect(answer('G       S', 3)).toBe('G  o  ooS');
  });

  const shared = process.env.TRM_SHARED;
  test.skipIf(!shared)('is that of every maze of Maze-Hard (TRM_SHARED)', () => {
    for (const [file, count] of [
      ['train', 1000],
      ['test', 500],
    ] as const) {
      const rows = readFileSync(`${shared}/data/maze-hard/${file}.csv`, 'utf8').trim().split('\n').slice(1);
      const right = rows.filter((row) => {
        const [, question, answer] = row.split(',') as [string, string, string];
        return formatMaze(shortestWay(Int32Array.from(tokens(question)), 30, 30)!.answer) === answer;
      });
      expect([file, right.length]).toEqual([file, count]);
    }
  });
});

describe('generateMazes', () => {
  test.each([
    [12, 12, 14],
    [9, 17, 20],
    [22, 22, 45],
  ])(
    'like maze-hard, %ix%i, ways of at least %i steps: walls at random, the first way',
    (rows, columns, minPath) => {
      const stream = generateMazes({ rows, columns, minPath, like: 'maze-hard' }, new Random(1));
      let several = 0;
      for (let i = 0; i < 20; i++) {
        const { question, answer } = stream.next().value;
        expect(mazeFault(question, answer, rows, columns)).toBeUndefined();
        const distances = distancesFrom(question.indexOf(START), question, rows, columns);
        expect(distances[question.indexOf(GOAL)]).toBeGreaterThanOrEqual(minPath);
        expect(Int32Array.from(answer)).toEqual(firstParents(question, columns));
        const walls = question.filter((cell) => cell === WALL).length / question.length;
        expect(walls).toBeGreaterThan(0.15);
        expect(walls).toBeLessThan(0.6);
        several += shortestWay(Int32Array.from(question), rows, columns)!.several ? 1 : 0;
      }
      expect(several).toBeGreaterThan(10);
    },
  );

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
    for (const [rows, columns] of [
      [1, 1],
      [1_000_000, 1_000_000],
    ] as const)
      expect(() => generateMazes({ rows, columns, minPath: 1 }, new Random(0)).next()).toThrow(
        `size: a maze of ${rows}x${columns} is not generated; ask for 2 to 262144 cells`,
      );
    const few = generateMazes({ rows: 2, columns: 2, minPath: 2 }, new Random(0));
    expect(() => Array.from({ length: 50 }, () => few.next())).toThrow(/found only 4 different mazes/);
  });
});

describe('what a model was not trained on', () => {
  const family = familyFrom({ kind: 'maze', rows: 3, columns: 4 })!;
  const trained = { 'steps of the way': { least: 4, most: 6 }, rings: { least: 0, most: 0 } };
  const note = (text: string, traits: Traits = trained) => notesOf(family, tokens(text), traits);

  test('a way that is longer, or shorter', () => {
    const unlike = 'it is unlike the puzzles of training:';
    expect(note('S   ###   G ')).toEqual([]); // 6 steps
    expect(note('S   ### G   ')).toEqual([`${unlike} 8 steps of the way, trained on up to 6`]);
    expect(note('S  G####### ')).toEqual([`${unlike} 3 steps of the way, trained on 4 and more`]);
    const rings = { rings: { least: 2, most: 5 } };
    expect(note('S   ###   G ', rings)).toEqual([
      `${unlike} 0 rings (free cells around walls, where one can walk in a circle), trained on 2 and more`,
    ]);
    expect(note('S  G####### ', traitsSchema.parse({ 'steps of the way': 6 }))).toEqual([]); // of a file of before
  });
});
