/** CSV files of mazes in any shape: lines of their own, a number that is said, or the shape in which the answers are right. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BuildMazeOptions, buildMaze } from '../../../src/data/builders/maze-csv.ts';
import { readDataset } from '../../../src/data/node/folder.ts';
import { arraysOf } from '../../support/arrays.ts';

/** Its way is torn in any other shape. */
const bent = { question: ['S####', '   ##', '##  G'], answer: ['S####', 'ooo##', '##ooG'] };
/** Right in any shape. */
const straight = { question: ['#S  G##', '#######'], answer: ['#SooG##', '#######'] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trm-maze-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function build(mazes: readonly (typeof bent)[], separator: string, options: Partial<BuildMazeOptions> = {}) {
  const rows = mazes.map(
    ({ question, answer }) => `"${question.join(separator)}","${answer.join(separator)}"`,
  );
  for (const split of ['train', 'test'])
    writeFileSync(join(folder, `${split}.csv`), `question,answer\n${rows.join('\n')}\n`);
  return buildMaze({ from: folder, out: join(folder, 'out'), seed: 0, ...options });
}
const built = async () => arraysOf(await readDataset(join(folder, 'out'), 'train'));

test('mazes that are no squares have the shape in which their answers are right', async () => {
  expect(await build([bent, bent], '')).toEqual({ train: 2, test: 2 });
  const { metadata, inputs, labels } = await built();
  expect(metadata.puzzle).toEqual({ kind: 'maze', rows: 3, columns: 5 });
  expect(Array.from(inputs.subarray(0, 15))).toEqual([3, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 4]);
  expect(Array.from(labels.subarray(5, 8))).toEqual([5, 5, 5]);
});

test('they are stored in the four forms that keep their shape', async () => {
  expect(await build([bent], '', { augment: true })).toEqual({ train: 4, test: 1 });
  const { metadata, inputs } = await built();
  expect(metadata.total_groups).toBe(1);
  expect(Array.from(inputs.subarray(15, 30))).toEqual([4, 2, 2, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 3]); // half a turn
});

test('rows in lines of their own tell the shape, and so does a number', async () => {
  await expect(build([straight], '')).rejects.toThrow(
    /train\.csv: its mazes may be 14x1 or 7x2 or 2x7 or 1x14; say how many cells a row has: --columns$/,
  );
  await build([straight], '\n');
  expect((await built()).metadata.puzzle).toEqual({ kind: 'maze', rows: 2, columns: 7 });
  rmSync(join(folder, 'out'), { recursive: true });
  await build([straight], '', { columns: 14 });
  expect((await built()).metadata.puzzle).toEqual({ kind: 'maze', rows: 1, columns: 14 });
  await expect(build([straight], '', { columns: 5, out: join(folder, 'x') })).rejects.toThrow(
    /columns: 14 cells are no rows of 5/,
  );
});

test('a bad maze is left out by its line', async () => {
  const wrong = { question: bent.question, answer: bent.question };
  const faults: string[] = [];
  const onBad = (error: Error) => faults.push(error.message);
  await expect(build([wrong], '')).rejects.toThrow(
    /15 cells are no square, and in no shape an answer is right/,
  );
  expect(await build([bent, wrong, bent, straight], '', { onBad })).toEqual({ train: 2, test: 2 });
  expect(faults.slice(0, 2)).toEqual([
    expect.stringMatching(/train\.csv:5: expected 15 cells, got 14 and 14$/),
    expect.stringMatching(/train\.csv:3: answer: the answer breaks the rules: the way does not lead/),
  ]);
  const lines = { question: [...bent.question.slice(0, 2), '##  '], answer: bent.answer };
  await expect(build([lines], '\n', { out: join(folder, 'x') })).rejects.toThrow(
    /train\.csv:2: question: its rows are not equally long$/,
  );
});

test('mazes of several ways, each answered with the first, are like Maze-Hard’s, but not in turned forms', async () => {
  const open = { question: ['S  ', '   ', '  G'], answer: ['S  ', 'o  ', 'ooG'] };
  await build([open, open], '\n');
  expect((await built()).metadata.puzzle).toEqual({ kind: 'maze', rows: 3, columns: 3, like: 'maze-hard' });
  const other = { ...open, answer: ['Soo', '  o', '  G'] };
  for (const [name, mazes, options] of [
    ['another way', [open, other], {}],
    ['turned', [open], { augment: true }],
  ] as const) {
    await build([...mazes], '\n', { out: join(folder, name), ...options });
    const { metadata } = await readDataset(join(folder, name), 'train');
    expect(metadata.puzzle, name).toEqual({ kind: 'maze', rows: 3, columns: 3 });
  }
});
