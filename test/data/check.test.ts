/** What the check counts as the same question: its tokens and its identifier, compared one by one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildArc } from '../../src/data/builders/arc.ts';
import { checkDatasets, problemsOf } from '../../src/data/check.ts';
import { inMemory, type PuzzleArrays } from '../../src/data/dataset.ts';
import { familyFrom } from '../../src/data/families.ts';
import { readSplits } from '../../src/data/node/folder.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { readQuestion } from '../../src/data/reading/read.ts';

/** Rows of three tokens, each a puzzle with its identifier. */
function rows(questions: readonly (readonly [identifier: number, ...tokens: number[]])[]): PuzzleArrays {
  const count = questions.length;
  const inputs = Int32Array.from(questions.flatMap(([, ...tokens]) => tokens));
  const borders = Int32Array.from({ length: count + 1 }, (_, i) => i);
  return inMemory({
    metadata: {
      seq_len: 3,
      vocab_size: 16,
      pad_id: 0,
      ignore_label_id: 0,
      blank_identifier_id: 0,
      num_puzzle_identifiers: 16,
      total_groups: count,
      mean_puzzle_examples: 1,
      total_puzzles: count,
      sets: ['all'],
    },
    puzzleIdentifiers: Int32Array.from(questions, ([identifier]) => identifier),
    puzzleIndices: borders,
    groupIndices: borders,
    inputs,
    labels: inputs,
  });
}

describe('questions', () => {
  test('of different identifiers are different, whatever their first tokens are', () => {
    // 10 ^ 9 = 0 ^ 3: identifier and first token must not be mixed into one number.
    const train = rows([
      [10, 9, 1, 2],
      [0, 3, 1, 2],
    ]);
    const test = rows([
      [2, 1, 1, 2],
      [4, 7, 1, 2],
    ]);
    const report = checkDatasets({ train, test });
    expect([report.train.repeated, report.test.repeated, report.leaked]).toEqual([0, 0, 0]);
    expect(problemsOf(report)).toEqual([]);
  });

  test('are counted when they repeat, and when they are trained on', () => {
    const train = rows([
      [1, 9, 1, 2],
      [2, 9, 1, 2],
      [1, 9, 1, 2],
      [1, 9, 1, 2],
    ]);
    const test = rows([
      [1, 9, 1, 2],
      [2, 9, 1, 2],
      [2, 9, 1, 3],
      [2, 9, 1, 3],
    ]);
    const report = checkDatasets({ train, test });
    expect([report.train.repeated, report.test.repeated, report.leaked]).toEqual([2, 1, 2]);
    expect(problemsOf(report)).toEqual(['2 test questions are training questions']);
  });
});

test('how hard the test puzzles are is told in what their family counts', () => {
  const info = { kind: 'maze', rows: 3, columns: 4 } as const;
  const family = familyFrom(info)!;
  const mazes = ['SG          ', 'S G #  #    ', 'S  ###  G   '].map((text) => readQuestion(text, family));
  const split = puzzleDataset(
    info,
    mazes.map((question) => ({ question, answer: family.answer!(question)!.answer })),
  );
  const { difficulty } = checkDatasets({ train: split, test: split });
  expect(difficulty).toEqual({ unit: 'steps', least: 1, lower: 1, median: 2, upper: 6, most: 6 });
});

test('an ARC dataset whose augmentations have such identifiers is sound', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trm-check-'));
  const grid = (side: number, at: number, colour: number) =>
    Array.from({ length: side }, (_, r) =>
      Array.from({ length: side }, (_, c) => (r * side + c === at ? colour : 0)),
    );
  const pair = (side: number, colour: number) => ({
    input: grid(side, 0, colour),
    output: grid(side, side * side - 1, colour),
  });
  const write = (subset: string, task: unknown) =>
    writeFileSync(join(folder, `x_${subset}_challenges.json`), JSON.stringify({ [subset]: task }));
  write('training', { train: [pair(2, 1), pair(2, 2)], test: [pair(2, 4)] });
  write('evaluation', { train: [pair(3, 5), pair(3, 6)], test: [pair(3, 7)] });
  try {
    const out = join(folder, 'out');
    const subsets = ['training', 'evaluation'];
    await buildArc({ from: folder, out, subsets, testSet: 'evaluation', augment: 100, seed: 42 });
    const report = checkDatasets(await readSplits(out));
    expect(report.test.rows).toBeGreaterThan(50);
    expect(report.leaked).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
