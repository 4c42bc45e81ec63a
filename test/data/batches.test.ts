import { describe, expect, test } from 'vitest';
import { type Batch, IGNORED, TrainBatches, testBatches } from '../../src/data/batches.ts';
import { inMemory, type PuzzleDataset } from '../../src/data/dataset.ts';
import { Random } from '../../src/data/random.ts';
import { decodeGrid, PuzzleList, sudokuDataset } from '../../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../../src/data/sudoku/generate.ts';
import { extendsQuestion, isSolved } from '../../src/data/sudoku/rules.ts';

/** Groups of puzzles of examples, given as example counts; row i holds token i everywhere, puzzle p has identifier p + 1. */
function dataset(groups: number[][], change: Partial<PuzzleDataset['metadata']> = {}): PuzzleDataset {
  const puzzles = groups.flat();
  const sums = (counts: number[]) => {
    const all = [0];
    for (const count of counts) all.push(all.at(-1)! + count);
    return all;
  };
  const rows = puzzles.reduce((a, b) => a + b, 0);
  const tokens = Int32Array.from({ length: 2 * rows }, (_, i) => Math.floor(i / 2));
  return inMemory({
    metadata: {
      seq_len: 2,
      vocab_size: rows,
      pad_id: 0,
      ignore_label_id: 0,
      blank_identifier_id: 0,
      num_puzzle_identifiers: puzzles.length + 1,
      total_groups: groups.length,
      mean_puzzle_examples: rows / puzzles.length,
      total_puzzles: puzzles.length,
      sets: ['all'],
      ...change,
    },
    inputs: tokens,
    labels: tokens.slice(),
    puzzleIdentifiers: Int32Array.from(puzzles, (_, p) => p + 1),
    puzzleIndices: Int32Array.from(sums(puzzles)),
    groupIndices: Int32Array.from(sums(groups.map((group) => group.length))),
  });
}
const singles = (count: number) => dataset(Array.from({ length: count }, () => [1]));
const rowsOf = (batch: Batch) => Array.from({ length: batch.size }, (_, row) => batch.inputs[2 * row]!);
const plain = { seed: 1, augment: false };

describe('TrainBatches', () => {
  test('an epoch has every group once, the next in another order, batches run across', () => {
    const batches = new TrainBatches(singles(10), { batchSize: 4, ...plain });
    const rows = Array.from({ length: 5 }, () => rowsOf(batches.next())).flat();
    const sorted = Array.from({ length: 10 }, (_, i) => i);
    expect([...rows.slice(0, 10)].sort((a, b) => a - b)).toEqual(sorted);
    expect([...rows.slice(10)].sort((a, b) => a - b)).toEqual(sorted);
    expect(rows.slice(10)).not.toEqual(rows.slice(0, 10));
    expect(batches.state()).toMatchObject({ epoch: 1, cursor: 10 });
  });

  test('a batch larger than the dataset is filled all the same', () => {
    const batch = new TrainBatches(singles(3), { batchSize: 8, ...plain }).next();
    expect(batch).toMatchObject({ count: 8, size: 8 });
    expect([...rowsOf(batch).slice(0, 3)].sort()).toEqual([0, 1, 2]);
    expect([...rowsOf(batch).slice(3, 6)].sort()).toEqual([0, 1, 2]);
  });

  test('a group gives one puzzle, the puzzle all its examples, the last as many as there is room for', () => {
    const data = dataset([
      [3, 2],
      [4, 1],
    ]);
    const rangeOf = [
      [0, 3],
      [3, 5],
      [5, 9],
      [9, 10],
    ] as const;
    const puzzlesSeen = new Set<number>();
    const batches = new TrainBatches(data, { batchSize: 5, ...plain });
    for (let i = 0; i < 50; i++) {
      const { inputs, puzzleIdentifiers, ...rest } = batches.next();
      const rows = rowsOf({ inputs, puzzleIdentifiers, ...rest });
      let row = 0;
      while (row < 5) {
        const puzzle = puzzleIdentifiers[row]! - 1;
        puzzlesSeen.add(puzzle);
        const [first, end] = rangeOf[puzzle]!;
        const length = Math.min(end - first, 5 - row);
        const chunk = rows.slice(row, row + length);
        expect(new Set(chunk).size).toBe(length);
        expect(chunk.every((example) => example >= first && example < end)).toBe(true);
        expect([...puzzleIdentifiers.subarray(row, row + length)]).toEqual(Array(length).fill(puzzle + 1));
        row += length;
      }
    }
    expect(puzzlesSeen).toEqual(new Set([0, 1, 2, 3]));
  });

  test('labels that are ignored become -100, inputs stay', () => {
    const batch = new TrainBatches(singles(3), { batchSize: 3, ...plain }).next();
    expect([...batch.labels]).toEqual([...batch.inputs].map((token) => (token === 0 ? IGNORED : token)));
    const all = dataset([[1], [1]], { ignore_label_id: null });
    const kept = new TrainBatches(all, { batchSize: 2, ...plain }).next();
    expect(kept.labels).toEqual(kept.inputs);
  });

  test('the seed decides', () => {
    const first = (seed: number) =>
      rowsOf(new TrainBatches(singles(50), { batchSize: 50, seed, augment: false }).next());
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });

  test.each([0, 1, 7, 30])('restored after %i batches it continues to the bit, through JSON', (steps) => {
    const data = dataset([[3, 2], [4, 1], [1], [2, 2, 2]]);
    const options = { batchSize: 3, seed: 5, augment: false };
    const original = new TrainBatches(data, options);
    for (let i = 0; i < steps; i++) original.next();
    const resumed = new TrainBatches(data, options);
    resumed.next();
    resumed.restore(JSON.parse(JSON.stringify(original.state())));
    for (let i = 0; i < 20; i++) expect(resumed.next()).toEqual(original.next());
    expect(resumed.state()).toEqual(original.state());
  });

  test('a state that does not fit is refused', () => {
    const batches = new TrainBatches(singles(10), { batchSize: 4, ...plain });
    const state = batches.state();
    expect(() => batches.restore({})).toThrow('batches: not a position in the training data');
    expect(() => batches.restore({ ...state, seed: 2 })).toThrow(
      'batches.seed: saved with 2, now 1; resume with the same seed and dataset',
    );
    expect(() => batches.restore({ ...state, groups: 9 })).toThrow('batches.groups: saved with 9, now 10');
    expect(() => batches.restore({ ...state, cursor: 11 })).toThrow('batches.cursor: 11 of 10 groups');
  });

  test('refuses an empty dataset and a batch of nothing', () => {
    expect(() => new TrainBatches(dataset([]), { batchSize: 4, ...plain })).toThrow('no examples');
    expect(() => new TrainBatches(singles(1), { batchSize: 0, ...plain })).toThrow(
      'batchSize: expected an integer',
    );
  });
});

describe('augmentation while training', () => {
  const stream = generatePuzzles(4, new Random(1));
  const data = sudokuDataset(
    new PuzzleList(
      4,
      Array.from({ length: 3 }, () => stream.next().value),
    ),
  );
  const options = { batchSize: 6, seed: 1, augment: true };

  test('each draw is a fresh transform and still a puzzle', () => {
    const batches = new TrainBatches(data, options);
    const questions = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const { inputs, labels } = batches.next();
      for (let row = 0; row < 6; row++) {
        const question = decodeGrid(inputs.subarray(16 * row, 16 * row + 16));
        const answer = decodeGrid(labels.subarray(16 * row, 16 * row + 16));
        expect(isSolved(answer)).toBe(true);
        expect(extendsQuestion(answer, question)).toBe(true);
        questions.add(String(question));
      }
    }
    expect(questions.size).toBeGreaterThan(100);
  });

  test('leaves the dataset as it was and resumes to the bit', () => {
    const before = data.inputs.slice();
    const original = new TrainBatches(data, options);
    original.next();
    const resumed = new TrainBatches(data, options);
    resumed.restore(original.state());
    expect(resumed.next()).toEqual(original.next());
    expect(data.inputs).toEqual(before);
  });

  test('needs to know that the rows are Sudokus', () => {
    const { puzzle: _, ...unknown } = data.metadata;
    const start = (metadata: typeof data.metadata) => () => new TrainBatches({ ...data, metadata }, options);
    expect(start(unknown)).toThrow(
      'of unknown kind: dataset.json has no key "puzzle"; turn augmentation off',
    );
    expect(start({ ...unknown, puzzle: { kind: 'maze' } })).toThrow("this dataset is of kind 'maze'");
    expect(start({ ...unknown, puzzle: { kind: 'sudoku', size: 9 } })).toThrow(
      'has 81 positions, got seq_len 16',
    );
    expect(start({ ...unknown, puzzle: { kind: 'sudoku' } })).not.toThrow();
  });
});

describe('testBatches', () => {
  test('gives every row in order and pads the last batch', () => {
    const data = dataset(
      [
        [3, 2],
        [1, 1],
      ],
      { pad_id: 9, blank_identifier_id: 8 },
    );
    const batches = [...testBatches(data, 4)];
    expect(batches.map(({ count, size }) => [count, size])).toEqual([
      [4, 4],
      [3, 4],
    ]);
    expect(batches.flatMap(rowsOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 9]);
    expect(batches.flatMap((batch) => [...batch.puzzleIdentifiers])).toEqual([1, 1, 1, 2, 2, 3, 4, 8]);
    expect([...batches[1]!.labels]).toEqual([4, 4, 5, 5, 6, 6, IGNORED, IGNORED]);
    expect([...batches[0]!.labels.subarray(0, 4)]).toEqual([IGNORED, IGNORED, 1, 1]);
  });

  test('has no batch for an empty split', () => {
    expect([...testBatches(dataset([]), 4)]).toEqual([]);
    expect(() => [...testBatches(dataset([]), 1.5)]).toThrow(
      'batchSize: expected an integer of at least 1, got 1.5',
    );
  });
});
