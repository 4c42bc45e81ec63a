/** A model without a size of its own, from datasets of two sizes to mazes of others, on the command line. */

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { readDataset } from '../../src/data/node/folder.ts';
import { generateSudoku, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
afterAll(remove);

const run = at('run');
beforeAll(async () => {
  for (const [name, size, ...more] of [
    ['small', '4', '--like', 'maze-hard'],
    ['wide', '4x6', '--like', 'maze-hard'],
    ['corridors', '5x7'],
  ] as const) {
    const args = ['--size', size, '--count', '20', '--test-count', '6', '--min-path', '3', '--out', at(name)];
    const { status, err, out } = await trm(['data', 'generate', 'maze', ...args, ...more]);
    expect(status, err).toBe(0);
    expect(out.includes('--config maze-any')).toBe(name !== 'corridors');
  }
  const set =
    'steps=5 batchSize=4 evaluateEvery=3 model.hiddenSize=8 model.cycles=1 model.latentSteps=1'.split(' ');
  const { status, err, out } = await trm([
    ...['train', '--config', 'maze-any', '--data', `${at('small')},${at('wide')}`, '--out', run],
    ...['--set', ...set],
  ]);
  expect(status, err).toBe(0);
  expect(err).toContain('training on 40 puzzles of 4x4, 4x6 in turn, evaluating on 12 of 12 examples');
  expect(err).toMatch(
    /step 3: 4x4: exact .* 6 puzzles in .*\n(.*\n)*step 3: 4x6: exact .*\n(.*\n)*step 3: held-out exact .* 12 puzzles/,
  );
  expect(out).toContain('the first 12 examples of the test split of small, wide');
});

test('what a dataset holds says what its mazes are like', async () => {
  const kinds = ['small', 'corridors'].map(
    async (name) => (await readDataset(at(name), 'test')).metadata.puzzle,
  );
  expect(await Promise.all(kinds)).toEqual([
    { kind: 'maze', rows: 4, columns: 4, like: 'maze-hard' },
    { kind: 'maze', rows: 5, columns: 7, like: 'corridors' },
  ]);
});

it('is resumed with both datasets, and refuses other sizes', async () => {
  const more = await trm(['train', '--resume', run, '--set', 'steps=7']);
  expect(more.status, more.err).toBe(0);
  expect(more.err).toContain(`going on with ${run} at step 5 of 7`);
  const { status, err } = await trm(['train', '--resume', run, '--set', 'steps=9', '--data', at('small')]);
  expect(status).toBe(1);
  expect(err).toContain('the run has puzzles of 2 sizes, the dataset of 1');
});

it('is evaluated on any size, valid answers beside exact ones', async () => {
  const { out, err } = await trm(['evaluate', run, '--data', at('corridors'), '--steps', '2']);
  expect(out, err).toMatch(/^step +exact +valid +cell +halting\n1 .*\n2 .*\nexact .* 6 puzzles/);
  const json = await trm(['evaluate', run, '--data', at('small'), '--steps', '2', '--json']);
  const [evaluation] = JSON.parse(json.out).evaluations;
  expect(evaluation.valid).toBeGreaterThanOrEqual(evaluation.exact);
  expect(evaluation.validInterval).toHaveLength(2);
  expect(evaluation.steps[0].valid).toBeTypeOf('number');
  const both = await trm(['evaluate', run, '--data', `${at('small')},${at('wide')}`]);
  expect(both.err).toContain(`${at('wide')} has 24, ${at('small')} has 16; give folders of one size`);
  const fixed = await trm(['evaluate', 'maze-10x10', '--data', at('small')]);
  expect(fixed.err).toContain('the model was made for 100 cells, the dataset has 16');
});

it('is not evaluated on puzzles of another family, nor trained on several, though they have as many tokens', async () => {
  await generateSudoku(at('sudoku'), { count: 20, testCount: 4 });
  const evaluated = await trm(['evaluate', run, '--data', at('sudoku')]);
  expect(evaluated).toMatchObject({ status: 1, out: '' });
  expect(evaluated.err).toContain(
    `puzzle: the dataset has sudoku, ${run} was trained on maze; puzzles of one family`,
  );
  const trained = await trm([
    ...['train', '--config', 'maze-any', '--data', `${at('small')},${at('sudoku')}`, '--out', at('two')],
  ]);
  expect(trained.status).toBe(1);
  expect(trained.err).toMatch(/puzzle: .* has sudoku, .* maze; puzzles of one family/);
  expect(existsSync(at('two'))).toBe(false);
});

it('solves mazes as large as they are written, also of an export', async () => {
  writeFileSync(at('mazes.txt'), 'S  #\n #  \n   G\n\nS..../...../....G\n\nS..\n..G\n..#\n');
  const exported = at('export.safetensors');
  expect((await trm(['export', run, '--out', exported, '--dtype', 'float16'])).status).toBe(0);
  for (const model of [run, exported]) {
    const { out, err } = await trm(['solve', model, at('mazes.txt'), '--steps', '2', '--format', 'json']);
    const { puzzles, total } = JSON.parse(out);
    expect(total, err).toBe(3);
    const asked = ['S..#/.#../...G', 'S..../...../....G', 'S    G  #'];
    expect(puzzles.map(({ question }: { question: string }) => question)).toEqual(asked);
    expect(puzzles.map(({ answer }: { answer: string }) => answer.length)).toEqual([14, 17, 9]);
    expect(err).toContain('think longer: --steps 8');
  }
});

it('is exported to ONNX in a size, and not for the official code', async () => {
  const file = at('wide.onnx');
  expect((await trm(['export', run, '--out', file, '--size', '3x7'])).status).toBe(0);
  const solved = await trm(['solve', file, '-', '--format', 'json'], { input: 'S....../......./......G' });
  expect(JSON.parse(solved.out).puzzles[0].answer).toMatch(/^.{7}\/.{7}\/.{7}$/);
  for (const [args, message] of [
    [
      [run, '--out', at('x.pt')],
      'the official code has no mixer convolution; export it as safetensors or onnx',
    ],
    [[run, '--out', at('x.onnx'), '--size', '0'], '--size: expected 30, or 12x16, got 0'],
    [['maze-10x10', '--out', at('x.onnx'), '--size', '9'], '--size: the model has a size of its own'],
    [[run, '--out', at('x.safetensors'), '--size', '9'], '--size: is for onnx'],
  ] as const) {
    const { status, err } = await trm(['export', ...args]);
    expect(status).toBe(2);
    expect(err).toContain(message);
  }
  expect(['x.pt', 'x.pt.yaml', 'x.onnx', 'x.safetensors'].filter((name) => existsSync(at(name)))).toEqual([]);
});

it('a recipe with a size of its own refuses datasets of two', async () => {
  const data = `${at('small')},${at('wide')}`;
  const { status, err } = await trm(['train', '--config', 'maze-10x10', '--data', data, '--out', at('no')]);
  expect(status).toBe(2);
  expect(err).toContain('the datasets have puzzles of several sizes: 4x4, 4x6; choose convolution');
  expect(existsSync(at('no'))).toBe(false);
});
