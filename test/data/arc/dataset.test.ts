import { describe, expect, test } from 'vitest';
import {
  type Augmentation,
  NO_AUGMENTATION,
  randomAugmentation,
} from '../../../src/data/arc/augmentation.ts';
import { type ArcSubset, arcDataset } from '../../../src/data/arc/dataset.ts';
import { type Grid, transformGrid } from '../../../src/data/arc/grid.ts';
import { drawAugmentations } from '../../../src/data/arc/plan.ts';
import { END_TOKEN, FIRST_COLOUR, writeGrid } from '../../../src/data/arc/sequence.ts';
import { parseTask } from '../../../src/data/arc/task.ts';
import { checkIndices, checkRow } from '../../../src/data/dataset.ts';
import { NumpyRandom } from '../../../src/data/numpy-random.ts';

const task = (name: string, colour: number) =>
  parseTask(
    name,
    {
      train: [
        {
          input: [
            [0, colour],
            [colour, 3],
          ],
          output: [[colour]],
        },
        { input: [[0, 0, colour]], output: [[colour, colour]] },
      ],
      test: [{ input: [[7]], output: [[colour]] }],
    },
    'tasks.json',
  );
const subsets: ArcSubset[] = [
  { test: false, tasks: [task('a', 1), task('b', 2)] },
  { test: true, tasks: [task('c', 4), task('a', 5)] },
];
const [inputs, labels] = [new Int32Array(900), new Int32Array(900)];

describe('arcDataset', () => {
  const dataset = arcDataset(subsets, { augment: 6, seed: 42 });

  test('trains on all pairs of a task, but on the test pairs of a held-out one', () => {
    const { train, test } = dataset;
    expect(train.metadata).toMatchObject({
      total_groups: 4,
      total_puzzles: 4 * 7,
      vocab_size: 12,
      seq_len: 900,
    });
    expect(train.count).toBe(7 * (3 + 3 + 2 + 2));
    expect(test.count).toBe(7 * 2);
    expect(dataset.testTasks.map(({ name }) => name).sort()).toEqual(['a', 'c']);
    for (const split of [train, test]) {
      checkIndices(split);
      for (let row = 0; row < split.count; row++) {
        split.read(row, inputs, labels);
        checkRow(split.metadata, row, inputs, labels);
      }
    }
  });

  test('every augmented task has one identifier, the same in both splits and for a task of two subsets', () => {
    const names = [...dataset.identifiers()];
    expect(names).toHaveLength(dataset.train.metadata.num_puzzle_identifiers);
    expect(new Set(names).size).toBe(names.length);
    expect(names[0]).toBe('<blank>');
    const held = dataset.testTasks.findIndex(({ name }) => name === 'a');
    const puzzle = dataset.test.groupIndices[held]!;
    expect(names[dataset.test.puzzleIdentifiers[puzzle]!]).toBe('a');
  });

  test('of two held-out tasks with one name the later is asked for', () => {
    const held = [task('a', 1), task('a', 2)].map((one) => ({ test: true, tasks: [one] }));
    expect(() => arcDataset(held, { augment: 1e11, seed: 1 })).toThrow(
      'augment: expected an integer of at least 0 and at most 100000, got 100000000000',
    );
    const { testTasks, test } = arcDataset(held, { augment: 0, seed: 1 });
    expect(testTasks).toEqual([task('a', 2)]);
    expect([...test.puzzleIdentifiers]).toEqual([1, 1]);
  });

  test('the same seed gives the same rows, another others', () => {
    const rows = (seed: number) => {
      const { train } = arcDataset(subsets, { augment: 6, seed });
      return Array.from({ length: train.count }, (_, row) => {
        train.read(row, inputs, labels);
        return `${inputs}`;
      });
    };
    expect(rows(42)).toEqual(rows(42));
    expect(rows(42)).not.toEqual(rows(43));
  });
});

test('augmentations that look alike are drawn once', () => {
  // One cell of one colour: nine colours it can take, and no dihedral form changes it.
  const grid = { rows: 1, columns: 1, cells: Uint8Array.of(4) };
  expect(drawAugmentations([[grid, grid]], 100, new NumpyRandom(0)).length).toBe(9);
  // Two pairs that a renaming exchanges are the same pairs.
  const other = { ...grid, cells: Uint8Array.of(5) };
  expect(
    drawAugmentations(
      [
        [grid, grid],
        [other, other],
      ],
      500,
      new NumpyRandom(0),
    ).length,
  ).toBe((9 * 8) / 2);
});

test('augmentations look alike exactly when their pairs are equal, cell by cell', () => {
  const random = new NumpyRandom(5);
  // Small grids of few colours have many symmetries.
  const randomGrid = (): Grid => {
    const [rows, columns] = [random.randint(1, 3), random.randint(1, 3)];
    return { rows, columns, cells: Uint8Array.from({ length: rows * columns }, () => random.randint(0, 3)) };
  };
  for (let seed = 0; seed < 40; seed++) {
    const pairs = Array.from({ length: random.randint(1, 4) }, () => [randomGrid(), randomGrid()] as const);
    const look = ({ form, colours }: Augmentation) =>
      pairs
        .map((pair) => pair.map((grid) => transformGrid(grid, form, colours)))
        .map((pair) => JSON.stringify(pair))
        .sort()
        .join();
    const stream = new NumpyRandom(seed);
    const expected = [NO_AUGMENTATION];
    const looks = new Set([look(NO_AUGMENTATION)]);
    for (let trial = 0; trial < 5 * 60 && expected.length <= 60; trial++) {
      const augmentation = randomAugmentation(stream);
      if (looks.has(look(augmentation))) continue;
      looks.add(look(augmentation));
      expected.push(augmentation);
    }
    const found = drawAugmentations(pairs, 60, new NumpyRandom(seed));
    expect(Array.from({ length: found.length }, (_, i) => found.at(i))).toEqual(expected);
  }
});

test('a grid on its canvas has its end marked where there is room', () => {
  const canvas = new Uint8Array(900);
  writeGrid({ rows: 1, columns: 2, cells: Uint8Array.of(0, 9) }, NO_AUGMENTATION, 28, 28, canvas);
  const at = (row: number, column: number) => canvas[row * 30 + column];
  expect([at(28, 28), at(28, 29)]).toEqual([FIRST_COLOUR, 9 + FIRST_COLOUR]);
  expect([at(29, 28), at(29, 29)]).toEqual([END_TOKEN, END_TOKEN]);
  expect(canvas.filter((token) => token !== 0)).toHaveLength(4);
});
