/** Puzzles held out of the training split: the same ones for a seed, no form of any of them left to train on. */

import { describe, expect, it, test } from 'vitest';
import { arcDataset } from '../../src/data/arc/dataset.ts';
import { parseTask } from '../../src/data/arc/task.ts';
import { TrainBatches, testBatches } from '../../src/data/batches.ts';
import { inMemory, type PuzzleDataset } from '../../src/data/dataset.ts';
import { describeGrids, encodePuzzle } from '../../src/data/grids/dataset.ts';
import { mergeFolders } from '../../src/data/merge.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';
import { applyTransform, randomTransform } from '../../src/data/sudoku/augment.ts';
import { PuzzleList, sudokuDataset } from '../../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../../src/data/sudoku/generate.ts';
import type { SudokuSize } from '../../src/data/sudoku/rules.ts';
import { cutValidation } from '../../src/data/validation.ts';

function sudokus(size: SudokuSize, count: number, copies = 0) {
  const stream = generatePuzzles(size, new Random(5));
  const puzzles = Array.from({ length: count }, () => stream.next().value);
  return sudokuDataset(new PuzzleList(size, puzzles), { copies, random: new Random(6) });
}

/** Questions of all rows, as texts. */
function questions(dataset: PuzzleDataset): string[] {
  const [inputs, labels] = [0, 0].map(() => new Int32Array(dataset.metadata.seq_len));
  return Array.from({ length: dataset.count }, (_, row) => {
    dataset.read(row, inputs!, labels!);
    return inputs!.join();
  });
}

/** All 4x4 Sudoku that transforms make of one: 4! digits, 2!^3 orders of rows and of columns, transposed or not. */
function forms(question: string): Set<string> {
  const tokens = question.split(',').map(Number);
  const random = new Random(0);
  const found = new Set<string>();
  for (let i = 0; i < 30_000; i++) {
    const target = new Int32Array(tokens.length);
    applyTransform(randomTransform(4, random), tokens, target, 1);
    found.add(target.join());
  }
  return found;
}

describe('validation', () => {
  const dataset = sudokus(9, 20, 3);

  it('holds out whole groups, of which the originals are evaluated', () => {
    const { train, validation } = cutValidation(dataset, { validation: 5, seed: 1 });
    expect(train.metadata).toMatchObject({ total_groups: 15, mean_puzzle_examples: 1 });
    expect([train.count, validation!.count]).toEqual([15 * 4, 5]);
    expect(Array.from(train.groupIndices)).toEqual(Array.from({ length: 16 }, (_, group) => 4 * group));
    const all = questions(dataset);
    const groupOf = new Map(all.map((question, row) => [question, Math.floor(row / 4)]));
    const heldOut = questions(validation!).map((question) => groupOf.get(question)!);
    for (const group of heldOut) expect(questions(validation!)).toContain(all[4 * group]);
    const trained = new Set(questions(train).map((question) => groupOf.get(question)!));
    expect([...trained, ...heldOut].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('takes a share or a number, none for 0', () => {
    const sizes = (validation: number) => {
      const cut = cutValidation(dataset, { validation, seed: 1 });
      return [cut.train.groupIndices.length - 1, cut.validation?.count];
    };
    expect(sizes(0.25)).toEqual([15, 5]);
    expect(sizes(19)).toEqual([1, 19]);
    expect(sizes(0)).toEqual([20, undefined]);
    expect(cutValidation(dataset, { validation: 0, seed: 1 }).train).toBe(dataset);
  });

  it('is decided by the seed', () => {
    const of = (seed: number) => questions(cutValidation(dataset, { validation: 5, seed }).validation!);
    expect(of(1)).toEqual(of(1));
    expect(of(2)).not.toEqual(of(1));
  });

  it.each([
    [0.01, /of 20 training puzzles 0 would be held out/],
    [20, /of 20 training puzzles 20 would be held out/],
  ])('refuses %d of 20, which leaves one side empty', (validation, message) => {
    expect(() => cutValidation(dataset, { validation, seed: 1 })).toThrow(message);
  });

  it('is never drawn by training batches', () => {
    const { train, validation } = cutValidation(dataset, { validation: 5, seed: 1 });
    const drawn = new Set<string>();
    const batches = new TrainBatches(train, { batchSize: 15, seed: 0, augment: false });
    for (let i = 0; i < 40; i++) {
      const { inputs } = batches.next();
      for (let row = 0; row < 15; row++) drawn.add(inputs.slice(row * 81, (row + 1) * 81).join());
    }
    const heldOut = [...testBatches(validation!, 5)][0]!.inputs;
    for (let row = 0; row < 5; row++) {
      expect(drawn.has(heldOut.slice(row * 81, (row + 1) * 81).join())).toBe(false);
    }
    expect(drawn.size).toBe(60);
  });

  it('keeps sets apart, and fetches rows of the whole', () => {
    const fetched: number[] = [];
    const [first, second] = [sudokus(9, 6), sudokus(9, 10)];
    const whole = {
      ...mergeFolders([
        { folder: 'a', sets: [first] },
        { folder: 'b', sets: [second] },
      ]),
      prefetch: (rows: Int32Array) => fetched.push(...rows),
    };
    // The first six of the second set are the first set again: families of two.
    const { train, validation } = cutValidation(whole, { validation: 8, seed: 3 });
    const borders = Array.from(train.setIndices!);
    expect(borders[0]).toBe(0);
    expect(borders.at(-1)).toBe(train.count);
    const all = questions(whole);
    const own = questions(train);
    own.forEach((question, row) => {
      expect(all.slice(...(row < borders[1]! ? [0, 6] : [6, 16]))).toContain(question);
      train.prefetch!(Int32Array.of(row));
      expect(all[fetched.at(-1)!]).toBe(question);
    });
    expect(own.filter((question) => questions(validation!).includes(question))).toEqual([]);
  });
});

describe('no form of a puzzle held out is trained on', () => {
  test('4x4 Sudoku, of which few are no forms of each other', () => {
    const dataset = sudokus(4, 150);
    const { train, validation } = cutValidation(dataset, { validation: 0.3, seed: 2 });
    expect(validation!.count).toBeGreaterThan(20);
    expect(validation!.count).toBeLessThanOrEqual(45);
    const trained = questions(train);
    const seen = new Set<string>();
    for (const question of questions(validation!)) {
      if (seen.has(question)) continue;
      for (const form of forms(question)) seen.add(form);
    }
    expect(trained.filter((question) => seen.has(question))).toEqual([]);
  });

  test('grids with declared symmetries', () => {
    const forms = [
      ['01/11', '10/11', '11/01', '11/10'],
      ['00/11', '01/01', '10/10', '11/00'],
      ['01/00', '10/00', '00/01', '00/10'],
    ];
    const symbols = (text: string) => text.split('/').map((row) => row.split(''));
    const puzzles = forms.flat().map((text) => ({ question: symbols(text), answer: symbols(text) }));
    const symmetries = { dihedral: true, rename: false, fixed: [] };
    const info = describeGrids(puzzles, symmetries);
    const encoded = puzzles.map((puzzle) => encodePuzzle(puzzle, info));
    const dataset = puzzleDataset(info, encoded);
    const families = [0, 4, 8].map((first) => questions(dataset).slice(first, first + 4));
    const held = new Set<number>();
    for (let seed = 0; seed < 10; seed++) {
      const { train, validation } = cutValidation(dataset, { validation: 7, seed });
      const family = families.findIndex(([first]) => first === questions(validation!)[0]);
      expect(questions(validation!)).toEqual(families[family]);
      expect(questions(train)).toEqual(families.filter((_, i) => i !== family).flat());
      held.add(family);
    }
    expect(held.size).toBe(3);
  });

  test('an ARC task that two subsets hold', () => {
    const pair = (colour: number) => ({ input: [[colour, 0]], output: [[0, colour]] });
    const task = (name: string, colour: number) =>
      parseTask(name, { train: [pair(colour), pair(colour + 1)], test: [pair(colour + 2)] }, 'memory');
    const [a, b, c] = [task('a', 1), task('b', 3), task('c', 5)];
    const { train: whole } = arcDataset(
      [
        { tasks: [a!, b!], test: false },
        { tasks: [b!, c!], test: false },
      ],
      { augment: 2, seed: 0 },
    );
    for (let seed = 0; seed < 8; seed++) {
      const { train, validation } = cutValidation(whole, { validation: 2, seed });
      const trained = new Set(train.puzzleIdentifiers);
      expect([...validation!.puzzleIdentifiers].filter((id) => trained.has(id))).toEqual([]);
      expect(validation!.count).toBe(6); // two groups, their three pairs as they are
      expect(train.metadata.num_puzzle_identifiers).toBe(whole.metadata.num_puzzle_identifiers);
    }
  });

  test('equal rows of a kind that nothing is known of', () => {
    const inputs = Uint8Array.from([1, 2, 3, 1, 2, 3]); // [6, 1]
    const dataset = inMemory({
      metadata: { ...sudokus(4, 1).metadata, seq_len: 1, puzzle: undefined },
      inputs,
      labels: inputs,
      puzzleIdentifiers: new Int32Array(6),
      puzzleIndices: Int32Array.from({ length: 7 }, (_, i) => i),
      groupIndices: Int32Array.from({ length: 7 }, (_, i) => i),
    });
    const { train, validation } = cutValidation(dataset, { validation: 3, seed: 0 });
    const [held] = questions(validation!);
    expect(questions(validation!)).toEqual([held, held]);
    expect(questions(train)).toHaveLength(4);
    expect(questions(train)).not.toContain(held);
  });
});
