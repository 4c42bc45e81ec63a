import { describe, expect, test } from 'vitest';
import { type Batch, IGNORED, TrainBatches, testBatches } from '../../src/data/batches.ts';
import { inMemory, type PuzzleDataset } from '../../src/data/dataset.ts';
import { mergeFolders } from '../../src/data/merge.ts';
import { Random } from '../../src/data/random.ts';
import { PuzzleList, sudokuDataset } from '../../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../../src/data/sudoku/generate.ts';
import { extendsQuestion, isSolved } from '../../src/data/sudoku/rules.ts';
import { decodeGrid } from '../../src/data/sudoku/tokens.ts';

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
      'seed: the order of the data is that of seed 2, not of 1; go on with the same seed',
    );
    expect(() => batches.restore({ ...state, groups: 9 })).toThrow(
      'the run trained on 9 puzzles, this dataset has 10; use the dataset that the run began with',
    );
    expect(() => batches.restore({ ...state, cursor: 11 })).toThrow('batches.cursor: 11 of 10 groups');
  });

  test('refuses an empty dataset and a batch of nothing', () => {
    expect(() => new TrainBatches(dataset([]), { batchSize: 4, ...plain })).toThrow('no examples');
    expect(() => new TrainBatches(singles(1), { batchSize: 0, ...plain })).toThrow(
      'batchSize: expected an integer',
    );
  });
});

/** Groups of one to three puzzles of one to `most` examples. */
function randomDataset(groups: number, most: number, random: Random): PuzzleDataset {
  const counts = (length: number, largest: number) => Array.from({ length }, () => 1 + random.int(largest));
  return dataset(counts(groups, 3).map((puzzles) => counts(puzzles, most)));
}

/** Sets as those of folders that are merged; as many rows in each as there are tokens. */
function sets(...datasets: PuzzleDataset[]): PuzzleDataset {
  const vocab_size = Math.max(...datasets.map(({ count }) => count));
  return mergeFolders(
    datasets.map((set, i) => ({
      folder: `${i}`,
      sets: [{ ...set, metadata: { ...set.metadata, vocab_size } }],
    })),
  );
}

const indexIn = (borders: Int32Array, value: number) => borders.findIndex((border) => border > value) - 1;

describe('the official order', () => {
  const random = new Random(11);
  test.each([
    { batchSize: 7, epochsPerIteration: 1, groups: [40], most: 3 },
    { batchSize: 16, epochsPerIteration: 3, groups: [9], most: 6 },
    { batchSize: 5, epochsPerIteration: 2, groups: [12, 5, 30], most: 4 },
    { batchSize: 12, epochsPerIteration: 4, groups: [6, 6], most: 20 },
    { batchSize: 3, epochsPerIteration: 0, groups: [7, 2], most: 2 },
  ])(
    'batches of $batchSize, sets of $groups, $epochsPerIteration epochs in a row',
    ({ batchSize, epochsPerIteration, groups, most }) => {
      const data = sets(...groups.map((count) => randomDataset(count, most, random)));
      const { puzzleIndices, groupIndices } = data;
      const borders = data.setIndices ?? Int32Array.of(0, groups[0]!);
      // The puzzles are known by their rows: identifiers of the second set begin behind those of the first.
      const rowOf = (inputs: Int32Array, identifier: number, row: number) => {
        const puzzle = data.puzzleIdentifiers.indexOf(identifier);
        const set = indexIn(borders, indexIn(groupIndices, puzzle));
        return { puzzle, row: inputs[2 * row]! + puzzleIndices[groupIndices[borders[set]!]!]! };
      };
      const epochsOf = (set: number) => epochsPerIteration || Math.ceil((100 * batchSize) / groups[set]!);

      const batches = new TrainBatches(data, { batchSize, seed: 3, augment: false, epochsPerIteration });
      let batch = batches.next();
      let firstEpoch = 0;
      for (let turn = 0; turn < 2 * groups.length + 1; turn++) {
        const set = turn % groups.length;
        const epochs = epochsOf(set);
        const visited: number[] = [];
        for (; batches.state().epoch < firstEpoch + epochs; batch = batches.next()) {
          expect(batch.count).toBe(batchSize);
          for (let row = 0; row < batchSize; ) {
            // A group gives one puzzle, the puzzle all of its examples that there is room for, each once.
            const { puzzle } = rowOf(batch.inputs, batch.puzzleIdentifiers[row]!, row);
            const [first, end] = [puzzleIndices[puzzle]!, puzzleIndices[puzzle + 1]!];
            const length = Math.min(end - first, batchSize - row);
            const chunk = Array.from({ length }, (_, i) =>
              rowOf(batch.inputs, batch.puzzleIdentifiers[row + i]!, row + i),
            );
            expect(chunk.every((other) => other.puzzle === puzzle)).toBe(true);
            expect(new Set(chunk.map((example) => example.row)).size).toBe(length);
            expect(chunk.every((example) => example.row >= first && example.row < end)).toBe(true);
            visited.push(indexIn(groupIndices, puzzle));
            row += length;
          }
        }
        // An epoch visits every group of its set once, in an order of its own.
        const all = Array.from({ length: groups[set]! }, (_, g) => borders[set]! + g);
        const orders: string[] = [];
        for (let start = 0; start < visited.length; start += all.length) {
          const epoch = visited.slice(start, start + all.length);
          expect(new Set(epoch).size).toBe(epoch.length);
          expect(epoch.every((group) => all.includes(group))).toBe(true);
          if (epoch.length === all.length) orders.push(String(epoch));
        }
        if (all.length > 5) expect(new Set(orders).size).toBeGreaterThanOrEqual(0.9 * orders.length);
        // What is left of the turn does not make a batch.
        const left = epochs * all.length - visited.length;
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left).toBeLessThan(batchSize);
        if (epochsPerIteration === 0) expect(visited.length / batchSize).toBeGreaterThan(100 / most - 1);
        firstEpoch += epochs;
      }
    },
  );

  test('a turn that cannot fill a batch is refused', () => {
    const data = sets(singles(50), dataset([[2, 1], [2]]));
    const start = (epochsPerIteration: number) => () =>
      new TrainBatches(data, { batchSize: 9, ...plain, epochsPerIteration });
    expect(start(2)).toThrow(
      'epochsPerIteration: 2 epochs of set "all1" are 8 examples, not one batch of 9; set it to 3 or more, or to 0',
    );
    expect(start(3)).not.toThrow();
    expect(start(-1)).toThrow('epochsPerIteration: expected an integer of at least 0');
  });

  test.each([1, 4, 9, 40])('restored after %i batches of several sets it continues to the bit', (steps) => {
    const data = sets(randomDataset(9, 4, random), randomDataset(5, 4, random));
    const options = { batchSize: 6, seed: 5, augment: false, epochsPerIteration: 2 };
    const original = new TrainBatches(data, options);
    for (let i = 0; i < steps; i++) original.next();
    const resumed = new TrainBatches(data, options);
    resumed.restore(JSON.parse(JSON.stringify(original.state())));
    for (let i = 0; i < 20; i++) expect(resumed.next()).toEqual(original.next());
    expect(resumed.state()).toEqual(original.state());
  });

  test('the rows of the next batch are asked for ahead; the position is that of the batch given', () => {
    const asked: number[][] = [];
    const data = { ...singles(30), prefetch: (rows: Int32Array) => asked.push([...rows]) };
    const batches = new TrainBatches(data, { batchSize: 4, ...plain });
    const given = Array.from({ length: 12 }, () => rowsOf(batches.next()));
    expect(asked.slice(0, -1)).toEqual(given.slice(1));
    const resumed = new TrainBatches(data, { batchSize: 4, ...plain });
    resumed.restore(batches.state());
    expect(rowsOf(resumed.next())).toEqual(asked[11]);
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
    expect(start({ ...unknown, puzzle: { kind: 'crossword' } })).toThrow(
      "this dataset is of kind 'crossword'",
    );
    expect(start({ ...unknown, puzzle: { kind: 'sudoku', size: 9 } })).toThrow(
      'Sudoku 9×9 has 81 cells of 11 tokens; these rows have 16 of 6',
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

  test('gives set after set and pads each', () => {
    const data = sets(dataset([[2], [1]]), dataset([[1, 1]]), dataset([[4]]));
    const batches = [...testBatches(data, 2)];
    expect(batches.map(({ count }) => count)).toEqual([2, 1, 2, 2, 2]);
    expect(batches.map(rowsOf)).toEqual([
      [0, 1],
      [2, 0],
      [0, 1],
      [0, 1],
      [2, 3],
    ]);
    const identifiers = batches.map((batch) => [...batch.puzzleIdentifiers]);
    expect(identifiers).toEqual([
      [1, 1],
      [2, 0],
      [4, 5],
      [7, 7],
      [7, 7],
    ]);
  });

  test('has no batch for an empty split', () => {
    expect([...testBatches(dataset([]), 4)]).toEqual([]);
    expect(() => [...testBatches(dataset([]), 1.5)]).toThrow(
      'batchSize: expected an integer of at least 1, got 1.5',
    );
  });
});
