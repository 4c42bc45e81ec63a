/** Runs: the same to the bit however they are stopped, the same gradient however they are split, safe when they diverge. */

import { expect, test } from 'vitest';
import { TrainBatches } from '../../src/data/batches.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { newRun, train } from '../../src/train/run.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { backend, tinyConfig, tinyDataset } from './support.ts';

const dataset = tinyDataset();
const bytes = (checkpoint: Checkpoint) => Buffer.concat(encodeCheckpoint(checkpoint));
/** Everything but the clock. */
const state = (checkpoint: Checkpoint) => bytes({ ...checkpoint, seconds: 0 });
const copy = (checkpoint: Checkpoint) => decodeCheckpoint(bytes(checkpoint), 'memory');

async function finish(from: Checkpoint, stopAfter = Number.POSITIVE_INFINITY): Promise<Checkpoint> {
  const abort = new AbortController();
  let saved = from;
  await train(
    from,
    dataset,
    backend,
    {
      onStep: ({ step }) => {
        if (step >= stopAfter) abort.abort();
      },
      onCheckpoint: async (checkpoint) => {
        saved = copy(checkpoint);
      },
    },
    abort.signal,
  );
  return saved;
}

test.each([
  ['plain', {}],
  ['random starts', { randomStart: true }],
  ['micro-batches with a remainder', { microBatchSize: 4 }],
  ['iterations of one epoch', { epochsPerIteration: 1 }],
])('a run stopped at any step ends bit-identical to the uninterrupted one: %s', async (_, settings) => {
  const config = tinyConfig(settings);
  const whole = await finish(newRun(config, dataset));
  expect(whole.state.step).toBe(config.steps);
  for (const stop of [1, 5, 11]) {
    const stopped = await finish(newRun(config, dataset), stop);
    expect(stopped.state.step).toBe(stop);
    const resumed = await finish(stopped);
    expect(state(resumed).equals(state(whole)), `stopped at ${stop}`).toBe(true);
  }
});

test('the time spent on data is measured, and is a part of all', async () => {
  let spent = 0;
  let seconds = 0;
  await train(newRun(tinyConfig({ steps: 3 }), dataset), dataset, backend, {
    onStep: (metrics) => {
      expect(metrics.dataSeconds).toBeGreaterThan(0);
      spent += metrics.dataSeconds;
      seconds = metrics.seconds;
    },
  });
  expect(spent).toBeLessThan(seconds);
});

test('the seed decides the run', async () => {
  const end = async (seed: number) => state(await finish(newRun(tinyConfig({ seed, steps: 3 }), dataset)));
  const first = await end(1);
  expect((await end(1)).equals(first)).toBe(true);
  expect((await end(2)).equals(first)).toBe(false);
});

test.each(['mlp', 'attention'])('gradients of micro-batches add up to the full batch: %s', async (mixer) => {
  const model = { ...tinyConfig().model, mixer, positions: mixer === 'attention' ? 'rope' : 'none' };
  const results = [];
  for (const microBatchSize of [6, 4, 1]) {
    const config = tinyConfig({ model, microBatchSize });
    const run = newRun(config, dataset);
    const trainer = await Trainer.create(run.model, config, backend, run.state);
    const batch = new TrainBatches(dataset, { batchSize: 6, seed: 0, augment: false }).next();
    const metrics = await trainer.step(batch, new Int32Array(6));
    results.push({
      metrics,
      moment: run.state.dense.optimizer.firstMoment!,
      latent: run.state.carry.states.z!,
      puzzleEmbeddings: run.state.puzzleEmbeddings,
    });
    await trainer.dispose();
  }
  const [whole, ...split] = results as [(typeof results)[0], ...typeof results];
  for (const part of split) {
    expect(part.metrics.loss).toBeCloseTo(whole.metrics.loss, 3);
    expect(part.metrics.gradientNorm / whole.metrics.gradientNorm).toBeCloseTo(1, 4);
    const norm = Math.hypot(...whole.moment);
    expect(norm).toBeGreaterThan(0);
    expect(Math.hypot(...whole.moment.map((value, i) => value - part.moment[i]!)) / norm).toBeLessThan(1e-4);
    expect(
      Math.hypot(...whole.latent.map((value, i) => value - part.latent[i]!)) / Math.hypot(...whole.latent),
    ).toBeLessThan(1e-4);
  }
});

test('a loss that is not finite stops before the weights are touched', async () => {
  const config = tinyConfig();
  const run = newRun(config, dataset);
  run.state.dense.weights[20] = Number.NaN;
  const before = run.state.dense.weights.slice();
  const trainer = await Trainer.create(run.model, config, backend, run.state);
  const batch = new TrainBatches(dataset, { batchSize: 6, seed: 0, augment: false }).next();
  await expect(trainer.step(batch, new Int32Array(6))).rejects.toThrow(
    /the loss is NaN at step 1.*learningRate/,
  );
  expect(run.state.dense.weights).toEqual(before);
  expect(run.state.step).toBe(0);
  await trainer.dispose();
});

test('a damaged checkpoint is an error that names the file, never a crash', () => {
  const sound = bytes(newRun(tinyConfig(), dataset));
  for (const length of [0, 7, 100, sound.length - 1]) {
    expect(() => decodeCheckpoint(sound.subarray(0, length), 'x.safetensors')).toThrow(/^x\.safetensors: /);
  }
  const header = sound.indexOf('"step\\":0');
  const wrong = Buffer.from(sound);
  wrong.write('"step\\":x', header);
  expect(() => decodeCheckpoint(wrong, 'x.safetensors')).toThrow(/x\.safetensors: .*JSON/);
  const other = Buffer.from(sound);
  other.write('hiddenSize\\":32', other.indexOf('hiddenSize\\":16'));
  expect(() => decodeCheckpoint(other, 'x.safetensors')).toThrow(
    /weights\/tokens: expected float32 of shape \[6, 32\], got float32 of shape \[6, 16\]/,
  );
});

test('a dataset of another shape is refused', async () => {
  const run = newRun(tinyConfig(), dataset);
  const other = { ...dataset, metadata: { ...dataset.metadata, vocab_size: 11 } };
  await expect(train(run, other, backend)).rejects.toThrow(
    /vocab_size: the model was made for 6, the dataset has 11/,
  );
});
