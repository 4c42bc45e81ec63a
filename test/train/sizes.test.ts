/** What is too large is refused in words; what was disposed says so; a dataset is known by what it holds. */

import { describe, expect, test, vi } from 'vitest';
import { TrainBatches } from '../../src/data/batches.ts';
import { datasetHash } from '../../src/data/dataset-hash.ts';
import { cutValidation } from '../../src/data/validation.ts';
import { Answerer, answerWeights } from '../../src/inference/answer.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { alone } from '../../src/train/communicator.ts';
import { newRun, train } from '../../src/train/run.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { fakeBackend } from './fake-backend.ts';
import { tinyConfig, tinyDataset } from './support.ts';

const dataset = tinyDataset();
const model = tinyConfig().model;

describe('sizes that no memory holds', () => {
  test.each([
    ['batchSize', { batchSize: 1e12 }, /^batchSize: the states of a batch would be 5\.76e\+14 numbers/],
    ['hiddenSize', { model: { ...model, hiddenSize: 1e8 } }, /^model\.hiddenSize: the weights would be /],
    ['puzzleSlots', { model: { ...model, puzzleSlots: 1e9 } }, /^model\.hiddenSize: the weights would be /],
  ])('%s', (_, settings, message) => {
    expect(() => newRun(tinyConfig(settings), dataset)).toThrow(message);
  });

  test.each([
    ['layers', { model: { ...model, layers: 1e9 } }],
    ['cycles', { model: { ...model, cycles: 100_000 } }],
    ['latentSteps', { model: { ...model, latentSteps: 100_000 } }],
  ])('%s of a graph that would not be traced in a day', (_, settings) => {
    expect(() => tinyConfig(settings)).toThrow(
      /^model\.layers: a supervision step would apply a layer \d+ times/,
    );
  });

  test('supervision steps', () => {
    expect(() => tinyConfig({ supervisionSteps: 1e12 })).toThrow(/^supervisionSteps: /);
  });

  test('threads', async () => {
    await expect(openBackend({ threads: 1000 })).rejects.toThrow(
      /^threads: 1000 are too many for this machine; give \d+ at most/,
    );
  });
});

describe('after dispose', () => {
  const config = tinyConfig();

  test('a trainer refuses a step, and leaves its state', async () => {
    const run = newRun(config, dataset);
    const trainer = await Trainer.create(run.model, config, fakeBackend(), run.state);
    await trainer.dispose();
    await trainer.dispose();
    const batch = new TrainBatches(dataset, config).next();
    await expect(trainer.step(batch, new Int32Array(6))).rejects.toMatchObject({
      code: 'usage',
      message: 'the trainer was disposed; create another one from its state',
    });
    expect(run.state.step).toBe(0);
  });

  test('an answerer refuses a step', async () => {
    const run = newRun(config, dataset);
    const answerer = await Answerer.create(run.model, 6, fakeBackend());
    await answerer.dispose();
    const batch = new TrainBatches(dataset, config).next();
    await expect(answerer.answer(answerWeights(run.state), batch, 1).next()).rejects.toMatchObject({
      code: 'usage',
      message: 'the model was disposed; load it, or create its answerer, again',
    });
  });
});

describe('the hash of a dataset', () => {
  test('is that of its puzzles', async () => {
    const hash = await datasetHash(dataset);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await datasetHash(tinyDataset())).toBe(hash);
    expect(await datasetHash(tinyDataset(39))).not.toBe(hash);
    const changed = tinyDataset();
    changed.labels[639]! ^= 1; // the last cell of the last
    expect(await datasetHash(changed)).not.toBe(hash);
    const { metadata } = dataset;
    expect(await datasetHash({ ...dataset, metadata: { ...metadata, vocab_size: 9 } })).not.toBe(hash);
  });

  test('of a large one reads rows at equal distances, once', async () => {
    const read = vi.fn();
    const rows = 2 ** 21; // of 16 tokens, twice
    const large = { ...dataset, count: rows, read };
    await datasetHash(large);
    await datasetHash(large);
    const asked = read.mock.calls.map(([row]) => row as number);
    expect(asked.length).toBe(2 ** 19);
    expect(asked.slice(0, 3)).toEqual([0, 4, 8]);
  });
});

test('puzzles to be held out are looked for once', async () => {
  const config = tinyConfig({ validation: 0.2, steps: 1 });
  const counted = { ...tinyDataset(), read: vi.fn(dataset.read) };
  const cut = cutValidation(counted, config);
  const reads = counted.read.mock.calls.length;
  expect(reads).toBe(40);
  expect(cutValidation(counted, config)).toBe(cut);
  newRun(config, counted); // reads what is left to train on, for its traits
  expect(counted.read.mock.calls.length).toBe(reads + cut.train.count);
  expect(cutValidation(counted, { ...config, seed: 1 })).not.toBe(cut);
});

test.each([
  ['trm', 7],
  ['hrm', 8],
])('%s gathers what it has and no more, at once', async (architecture, columns) => {
  const layers = architecture === 'hrm' ? { layers: 1, highLayers: 1 } : {};
  const allGather = vi.fn(alone.allGather) as typeof alone.allGather;
  const config = tinyConfig({
    steps: 1,
    model: { ...model, architecture, puzzleEmbeddingSize: 0, puzzleSlots: 0, ...layers },
  });
  const run = newRun(config, dataset);
  const trainer = await Trainer.create(run.model, config, fakeBackend(), run.state, { ...alone, allGather });
  await trainer.step(new TrainBatches(dataset, config).next(), new Int32Array(6));
  expect(vi.mocked(allGather).mock.calls.map(([values]) => values.length)).toEqual([6 * columns]);
});

test('a loss is the mean over the batch', async () => {
  const backend = fakeBackend();
  const losses: number[] = [];
  await train(
    newRun(tinyConfig({ steps: 1 }), dataset),
    dataset,
    {
      ...backend,
      async compile(graph) {
        const program = await backend.compile(graph);
        return {
          ...program,
          async run(inputs, into) {
            const outputs = await program.run(inputs, into);
            (outputs.cellLoss?.data as Float32Array | undefined)?.set([1, 2, 3, 4, 5, 6]);
            return outputs;
          },
        };
      },
    },
    { onStep: ({ loss, cellLoss }) => void losses.push(loss, cellLoss) },
  );
  expect(losses).toEqual([3.5, 3.5]);
});
