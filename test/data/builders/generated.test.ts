import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateDataset } from '../../../src/data/builders/generated.ts';
import type { BuildProgress } from '../../../src/data/builders/progress.ts';
import { checkDatasets, problemsOf } from '../../../src/data/check.ts';
import { readDataset, readSplits } from '../../../src/data/node/folder.ts';
import { solve } from '../../../src/data/sudoku/solver.ts';
import { decodeGrid } from '../../../src/data/sudoku/tokens.ts';
import { arraysOf } from '../../support/arrays.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trm-generated-'));
});
afterEach(() => rm(root, { recursive: true }));

const four = { kind: 'sudoku', size: 4 };

function rowsOf(
  { inputs, metadata }: ReturnType<typeof arraysOf>,
  field: ArrayLike<number> = inputs,
): string[] {
  const s = metadata.seq_len;
  return Array.from({ length: field.length / s }, (_, i) =>
    String(decodeGrid(Array.from(field).slice(i * s, (i + 1) * s))),
  );
}

test.each([4, 6] as const)('size %i: both splits are written and share no puzzle', async (size) => {
  const out = join(root, 'out');
  const events: BuildProgress[] = [];
  const onProgress = (event: BuildProgress) => events.push(event);
  const report = await generateDataset({
    family: { kind: 'sudoku', size },
    count: 300,
    testCount: 100,
    seed: 1,
    out,
    onProgress,
  });
  expect(report).toEqual({ train: 300, test: 100 });
  const train = arraysOf(await readDataset(out, 'train'));
  const heldOut = arraysOf(await readDataset(out, 'test'));
  expect(train.metadata).toMatchObject({
    total_groups: 300,
    vocab_size: size + 2,
    puzzle: { kind: 'sudoku', size },
  });
  const questions = [...rowsOf(train), ...rowsOf(heldOut)];
  expect(new Set(questions).size).toBe(400);
  const answers = [...rowsOf(train, train.labels), ...rowsOf(heldOut, heldOut.labels)];
  for (let i = 0; i < 400; i += 10) {
    expect(String(solve(Uint8Array.from(questions[i]!.split(','), Number)))).toBe(answers[i]);
  }
  expect(events.at(-2)).toEqual({ stage: 'generate', name: 'test', done: 400, total: 400 });
});

test.each([
  { kind: 'maze', rows: 4, columns: 4 },
  { kind: 'futoshiki', size: 4 },
  { kind: 'takuzu', size: 6 },
])('no held-out puzzle is a training puzzle in another form: %j', async (family) => {
  const out = join(root, 'out');
  await generateDataset({ family, count: 180, testCount: 50, seed: 1, out });
  const report = checkDatasets(await readSplits(out));
  expect(report).toMatchObject({
    leaked: 0,
    disguised: 0,
    train: { rows: 180, broken: 0 },
    test: { rows: 50 },
  });
  expect(problemsOf(report)).toEqual([]);
});

test('follows the seed, and the clues asked for', async () => {
  const make = async (name: string, seed: number, clues?: number) => {
    const out = join(root, name);
    const options = clues === undefined ? {} : { clues };
    await generateDataset({ family: four, options, count: 5, testCount: 2, seed, out });
    return arraysOf(await readDataset(out, 'train'));
  };
  const first = await make('a', 1);
  expect(await make('b', 1)).toEqual(first);
  expect((await make('c', 2)).inputs).not.toEqual(first.inputs);
  const easy = await make('d', 1, 10);
  expect(easy.inputs.filter((token) => token > 1)).toHaveLength(50);
});

test('more than there are is refused and nothing is written', async () => {
  const out = join(root, 'out');
  const generate = (change: object) =>
    generateDataset({ family: four, count: 4000, testCount: 1000, seed: 1, out, ...change });
  await expect(generate({ options: { clues: 15 } })).rejects.toThrow(
    /testCount: beside 4000 training puzzles only 599 of Sudoku 4×4 were found/,
  );
  const tiny = { family: { kind: 'maze', rows: 2, columns: 2 }, seed: 1, out };
  await expect(generateDataset({ ...tiny, count: 10, testCount: 3 })).rejects.toThrow(
    'testCount: beside 10 training puzzles only 0 of Maze 2×2 were found that are none of these, turned or renamed; ask for fewer training puzzles',
  );
  await expect(generate({ count: 0 })).rejects.toThrow('count: expected an integer of at least 1, got 0');
  await expect(generate({ count: 2 ** 24 })).rejects.toThrow(
    'count: at most 16777216 puzzles are generated together',
  );
  await expect(generate({ options: { clue: 5 } })).rejects.toThrow('clue: unknown key; did you mean clues?');
  await expect(generate({ family: { kind: 'maze', rows: 4 } })).rejects.toThrow(/^columns: /);
  await expect(generate({ family: { kind: 'arc' } })).rejects.toThrow(
    "nothing generates puzzles of kind 'arc'",
  );
  expect(await readdir(root)).toEqual([]);
});

test('what is no request names the key and what to give', async () => {
  const out = join(root, 'out');
  const generate = (change: object) =>
    generateDataset({ family: four, count: 5, testCount: 3, seed: 0, out, ...change });
  const fault = (change: object) => generate(change).catch((error: unknown) => error);
  for (const family of [undefined, null, 'sudoku', {}])
    expect(await fault({ family })).toMatchObject({
      code: 'usage',
      detail: { key: 'family', fix: 'give one of sudoku, maze, futoshiki, queens, takuzu' },
      message: expect.stringMatching(/^family: expected an object as { kind: 'sudoku', size: 6 }, got /),
    });
  expect(await fault({ family: { kind: 'sudoko' } })).toMatchObject({
    code: 'usage',
    message: "family: nothing generates puzzles of kind 'sudoko'; did you mean sudoku?",
  });
  expect(await fault({ out: undefined })).toMatchObject({ code: 'usage', detail: { key: 'out' } });
  expect(await fault({ seed: undefined })).toMatchObject({ code: 'usage', detail: { key: 'seed' } });
  expect(await fault({ tests: 3 })).toMatchObject({ code: 'usage', detail: { key: 'tests' } });
  await expect(generateDataset(undefined as never)).rejects.toThrow('options: expected an object');
  await expect(generate({ out: '.' })).rejects.toThrow('the folder exists and is not empty');
  expect(await readdir(root)).toEqual([]);
});
