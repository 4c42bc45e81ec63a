/** Datasets that keep several answers of a question: on disk, in parts, together, checked and drawn from. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { answersOf } from '../../src/data/answers.ts';
import { TrainBatches } from '../../src/data/batches.ts';
import { generateDataset } from '../../src/data/builders/generated.ts';
import { checkDatasets, problemsOf } from '../../src/data/check.ts';
import type { Answers, PuzzleArrays, PuzzleDataset } from '../../src/data/dataset.ts';
import { datasetHash } from '../../src/data/dataset-hash.ts';
import { mergeFolders } from '../../src/data/merge.ts';
import { readDataset, readSplits, writeDataset } from '../../src/data/node/folder.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { selectRows } from '../../src/data/select.ts';
import { cutValidation } from '../../src/data/validation.ts';
import { encodeNpy } from '../../src/formats/npy.ts';

const root = mkdtempSync(join(tmpdir(), 'answers-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const four = join(root, 'four');
const family = { kind: 'sudoku', size: 4 };
await generateDataset({ family, options: { solutions: '2-4' }, count: 30, testCount: 6, seed: 1, out: four });
const { train, test: heldOut } = await readSplits(four);
const one = join(root, 'one');
await generateDataset({ family, count: 5, testCount: 2, seed: 1, out: one });

/** The answers of a row. */
function answersAt({ answers }: PuzzleDataset, row: number): string[] {
  const { indices, read } = answers as Answers;
  return Array.from({ length: indices[row + 1]! - indices[row]! }, (_, i) => {
    const answer = new Int32Array(16);
    read(indices[row]! + i, answer);
    return String(answer);
  });
}

function rowAt(dataset: PuzzleDataset, row: number) {
  const [question, label] = [new Int32Array(16), new Int32Array(16)];
  dataset.read(row, question, label);
  return { question: String(question), label: String(label) };
}

describe('files', () => {
  const names = (folder: string) => readdirSync(join(folder, 'train')).sort();

  test('a dataset of one answer each has the official files alone', () => {
    const official = ['group_indices', 'inputs', 'labels', 'puzzle_identifiers', 'puzzle_indices'];
    expect(names(one)).toEqual([...official.map((name) => `all__${name}.npy`), 'dataset.json']);
    const more = ['answer_indices', 'answers'].map((name) => `all__${name}.npy`);
    expect(names(four)).toEqual([...more, ...names(one)]);
  });

  test('from their files as from memory', async () => {
    const lazily = await readDataset(four, 'train', { inMemory: 0 });
    expect(lazily.answers!.count).toBe(train.answers!.count);
    for (let row = 0; row < 30; row++) {
      const answers = answersAt(train, row);
      expect(answers.length).toBeGreaterThanOrEqual(2);
      expect(answers.length).toBeLessThanOrEqual(4);
      expect(answers[0]).toBe(rowAt(train, row).label);
      expect(answersAt(lazily, row)).toEqual(answers);
    }
  });

  test.each([
    ['answer_indices', encodeNpy(Int32Array.of(0, 2, 2, 7), [4]), 'expected 31 numbers for 30 rows, got 4'],
    ['answer_indices', encodeNpy(new Int32Array(31), [31]), 'row 1: 0 does not come after 0'],
    ['answers', encodeNpy(new Uint8Array(32), [2, 16]), /ends at \d+, but there are 2 answers/],
    ['answers', encodeNpy(new Uint8Array(32), [32]), 'expected shape [answers, 16], got [32]'],
    [
      'answers',
      encodeNpy(new Uint8Array(16).fill(9), [1, 16]),
      'row 0, position 0: token 9 is outside [0, 6)',
    ],
  ])('%s that is not sound is refused', async (name, contents, message) => {
    const broken = mkdtempSync(join(root, 'broken-'));
    await writeDataset(broken, { train, test: heldOut }, ['<blank>']);
    const file = join(broken, 'train', `all__${name}.npy`);
    writeFileSync(file, Buffer.concat([...contents]));
    await expect(readDataset(broken, 'train')).rejects.toThrow(message);
    await expect(readDataset(broken, 'train')).rejects.toMatchObject({
      detail: { file: expect.stringMatching(/all__answer(s|_indices)\.npy$/) },
    });
  });
});

describe('parts and wholes', () => {
  test('rows that are selected keep their answers', () => {
    const some = selectRows(train, Int32Array.of(3, 4, 20));
    expect([0, 1, 2].map((row) => answersAt(some, row))).toEqual(
      [3, 4, 20].map((row) => answersAt(train, row)),
    );
    const { train: cut, validation } = cutValidation(train, { validation: 6, seed: 1 });
    for (const part of [cut, validation!])
      for (let row = 0; row < part.count; row++) expect(answersAt(part, row)[0]).toBe(rowAt(part, row).label);
    expect(cut.answers!.count + validation!.answers!.count).toBe(train.answers!.count);
  });

  test('merged with a dataset that keeps labels alone', async () => {
    const { train: single } = await readSplits(one);
    const sets = [
      { folder: one, sets: [single] },
      { folder: four, sets: [train] },
    ];
    const merged = mergeFolders(sets);
    expect(answersAt(merged, 4)).toEqual([rowAt(single, 4).label]);
    expect(answersAt(merged, 5 + 7)).toEqual(answersAt(train, 7));
    expect(merged.answers!.count).toBe(5 + train.answers!.count);
    expect(mergeFolders(sets.slice(0, 1)).answers).toBeUndefined();
    expect(answersOf(single).count).toBe(5);
  });

  test('are part of what a dataset is', async () => {
    const { answers: _, ...without } = train as PuzzleArrays;
    expect(await datasetHash({ ...without })).not.toBe(await datasetHash({ ...train }));
  });
});

describe('the check', () => {
  test('tells how many there are, and that they are all', () => {
    const report = checkDatasets({ train, test: heldOut });
    expect(report.train.answers).toMatchObject({ count: train.answers!.count, unsound: 0, incomplete: 0 });
    expect(problemsOf(report)).toEqual([]);
  });

  test.each([
    ['one is left out', (all: Uint8Array[]) => all.slice(0, -1), { unsound: 0, incomplete: 1 }, []],
    [
      'one stands twice',
      (all: Uint8Array[]) => [...all.slice(0, -1), all[0]!],
      { unsound: 1, incomplete: 0 },
      ['train: 1 rows with answers that are not sound'],
    ],
    [
      'one breaks the rules',
      (all: Uint8Array[]) => [...all.slice(0, -1), all[0]!.with(0, all[0]![1]!)],
      { unsound: 0, incomplete: 0 },
      ['train: 1 answers break the rules'],
    ],
  ])('%s', (_, change, answers, problems) => {
    const row = (question: Uint8Array, of: (all: Uint8Array[]) => Uint8Array[]) => {
      const all = answersFor(question);
      return { question, answer: all[0]!, answers: of(all) };
    };
    const question = Uint8Array.from([2, 1, 1, 1, 1, 1, 2, 3, 3, 2, 4, 1, 1, 1, 3, 2]);
    const sound = Uint8Array.from(rowAt(train, 0).question.split(','), Number);
    const dataset = puzzleDataset({ kind: 'sudoku', size: 4 }, [
      row(question, change),
      row(sound, (all) => all),
    ]);
    const report = checkDatasets({ train: dataset, test: heldOut });
    expect(report.train.answers).toMatchObject(answers);
    expect(problemsOf(report)).toEqual(problems);
  });
});

function answersFor(question: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  const fill = (grid: Uint8Array): void => {
    const cell = grid.indexOf(1);
    if (cell < 0) {
      found.push(grid);
      return;
    }
    for (const token of [2, 3, 4, 5]) {
      const clash = grid.some(
        (other, at) =>
          other === token &&
          (at >> 2 === cell >> 2 ||
            (at & 3) === (cell & 3) ||
            (at >> 3 === cell >> 3 && (at & 2) === (cell & 2))),
      );
      if (!clash) fill(grid.with(cell, token));
    }
  };
  fill(question);
  return found;
}

describe('training batches', () => {
  const options = { batchSize: 12, seed: 5, augment: false };
  const rowsOf = (batches: TrainBatches, count = 1) =>
    Array.from({ length: count }, () => {
      const { inputs, labels } = batches.next();
      return Array.from({ length: 12 }, (_, row) => ({
        question: String(inputs.subarray(16 * row, 16 * row + 16)),
        label: String(labels.subarray(16 * row, 16 * row + 16)),
      }));
    }).flat();
  const known = new Map(
    Array.from({ length: 30 }, (_, row) => [rowAt(train, row).question, answersAt(train, row)] as const),
  );

  test('an answer is drawn anew each time, by the seed', () => {
    const drawn = rowsOf(new TrainBatches(train, options), 40);
    const seen = new Map<string, Set<string>>();
    for (const { question, label } of drawn) {
      expect(known.get(question)).toContain(label);
      seen.set(question, (seen.get(question) ?? new Set()).add(label));
    }
    for (const [question, labels] of seen) expect(labels.size).toBe(known.get(question)!.length);
    expect(rowsOf(new TrainBatches(train, options), 40)).toEqual(drawn);
  });

  test('rows that share a question have different answers while there are such, transformed alike', () => {
    for (const augment of [false, true]) {
      const batches = new TrainBatches(train, { ...options, augment, starts: 4 });
      for (let batch = 0; batch < 5; batch++) {
        const rows = rowsOf(batches);
        for (const first of [0, 4, 8]) {
          const group = rows.slice(first, first + 4);
          const [{ question }] = group as [(typeof group)[number]];
          expect(new Set(group.map((row) => row.question)).size).toBe(1);
          const answers = answersFor(Uint8Array.from(question.split(','), Number)).map(String);
          const labels = new Set(group.map(({ label }) => label));
          expect(labels.size).toBe(Math.min(4, answers.length));
          for (const label of labels) expect(answers).toContain(label);
        }
      }
    }
  });

  test('go on where they were', () => {
    const whole = new TrainBatches(train, { ...options, augment: true, starts: 3 });
    whole.next();
    const state = JSON.parse(JSON.stringify(whole.state()));
    const later = rowsOf(whole, 4);
    const resumed = new TrainBatches(train, { ...options, augment: true, starts: 3 });
    resumed.restore(state);
    expect(rowsOf(resumed, 4)).toEqual(later);
  });
});
