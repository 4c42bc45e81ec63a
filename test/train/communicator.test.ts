/** Several ranks train as one: the same gradient, losses and metrics, one decision to stop, checkpoints of the whole. */

import { describe, expect, test } from 'vitest';
import { TrainBatches } from '../../src/data/batches.ts';
import type { Backend } from '../../src/runtime/backend.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { alone, type Communicator } from '../../src/train/communicator.ts';
import type { Config } from '../../src/train/config.ts';
import { newRun, type RunMetrics, train } from '../../src/train/run.ts';
import { shareOf } from '../../src/train/share.ts';
import type { StepMetrics } from '../../src/train/step-metrics.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { ranks } from './ranks.ts';
import { tinyConfig, tinyDataset } from './support.ts';

/** One thread each: those of one rank would spin while another works. */
const backend = await openBackend({ device: 'cpu', threads: 1 });
const dataset = tinyDataset();
const rows = 7; // shared unevenly by 2 and by 3
const models = {
  trm: {},
  hrm: { architecture: 'hrm', highLayers: 1, puzzleSlots: 1 },
};
/** Each rank draws for rows of its own what one process draws for them. */
const random = { stateNoise: 0.05, dropout: 0.1 };
const configOf = (model: keyof typeof models, settings = {}): Config =>
  tinyConfig({
    model: { ...tinyConfig().model, layers: 1, cycles: 1, latentSteps: 1, ...models[model] },
    batchSize: rows,
    microBatchSize: 3,
    steps: 50,
    learningRate: 1e-3,
    clipNorm: 1,
    ...(model === 'hrm' && random),
    ...settings,
  });

interface Result {
  readonly metrics: StepMetrics[];
  /** What `onCheckpoint` was given last, as bytes. */
  readonly saved: Buffer | undefined;
  readonly state: Checkpoint['state'];
}

/** One rank's part of a run. */
async function part(from: Checkpoint, communicator: Communicator, stop?: AbortSignal): Promise<Result> {
  const metrics: StepMetrics[] = [];
  let saved: Buffer | undefined;
  const events = {
    onStep: ({ seconds, stepSeconds, dataSeconds, ranks, ...step }: RunMetrics) => {
      expect(ranks?.waited.length).toBe(communicator.size > 1 ? communicator.size : undefined);
      metrics.push(step);
    },
    onCheckpoint: async (checkpoint: Checkpoint) => {
      saved = Buffer.concat(encodeCheckpoint({ ...checkpoint, seconds: 0 }));
    },
  };
  await train(from, dataset, backend, events, stop, communicator);
  return { metrics, saved, state: from.state };
}

const together = (size: number, begin: () => Checkpoint, signals: readonly AbortSignal[] = []) =>
  Promise.all(ranks(size).map((communicator) => part(begin(), communicator, signals[communicator.rank])));

const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - b[i]!));

describe.each(['trm', 'hrm'] as const)('%s', (model) => {
  test.each([2, 3])('%i ranks take the first step that one takes', async (size) => {
    const step = async (communicator: Communicator) => {
      const config = configOf(model);
      const run = newRun(config, dataset);
      const trainer = await Trainer.create(run.model, config, backend, run.state, communicator);
      const batch = new TrainBatches(dataset, { batchSize: rows, seed: 0, augment: false }).next();
      const metrics = await trainer.step(batch, new Int32Array(rows));
      await trainer.dispose();
      const { first, end } = shareOf(rows, communicator);
      expect(run.state.carry.halted.length).toBe(end - first);
      return { metrics, moment: run.state.dense.optimizer.firstMoment!, table: run.state.puzzleEmbeddings };
    };
    const one = await step(alone);
    const several = await Promise.all(ranks(size).map(step));
    for (const { metrics, moment, table } of several) {
      expect(metrics).toEqual(several[0]!.metrics);
      expect(moment).toEqual(several[0]!.moment);
      // After a step the first moment is a tenth of the gradient.
      expect(distance(moment, one.moment) / Math.hypot(...one.moment)).toBeLessThan(1e-5);
      expect(distance(table, one.table)).toBeLessThan(1e-6);
    }
  });

  test.each([2, 3])('%i ranks train for 50 steps as one does', async (size) => {
    const begin = () => newRun(configOf(model), dataset);
    const one = await part(begin(), alone);
    const several = await together(size, begin);
    expect(one.metrics.length).toBe(50);
    for (const { metrics, saved, state } of several) {
      expect(metrics).toEqual(several[0]!.metrics);
      expect(state.dense).toEqual(several[0]!.state.dense);
      expect(saved!.equals(several[0]!.saved!)).toBe(true);
      metrics.forEach((step, i) => {
        const alike = one.metrics[i]!;
        expect(Math.abs(step.loss / alike.loss - 1), `loss of step ${step.step}`).toBeLessThan(1e-3);
        expect({ count: step.count, meanSteps: step.meanSteps }).toEqual({
          count: alike.count,
          meanSteps: alike.meanSteps,
        });
      });
    }
    expect(one.metrics.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(50);
  });
});

test('a checkpoint holds the whole batch: a run goes on with another number of ranks', async () => {
  const config = configOf('trm', { steps: 12 });
  const whole = await part(newRun(config, dataset), alone);
  const short = { ...config, steps: 5 };
  const [stopped] = await together(2, () => newRun(short, dataset));
  const resume = () => ({ ...decodeCheckpoint(stopped!.saved!, 'memory'), config });
  expect(resume().state.carry.halted.length).toBe(rows);
  for (const resumed of [await part(resume(), alone), (await together(3, resume))[2]!]) {
    expect(resumed.metrics.map(({ step }) => step)).toEqual([6, 7, 8, 9, 10, 11, 12]);
    resumed.metrics.forEach(({ loss }, i) => {
      expect(Math.abs(loss / whole.metrics[5 + i]!.loss - 1)).toBeLessThan(1e-3);
    });
  }
});

test('a signal on one rank stops all at the same step', async () => {
  const stop = new AbortController();
  const signals = [new AbortController().signal, stop.signal];
  const config = configOf('trm');
  const results = await Promise.all(
    ranks(2).map(async (communicator) => {
      const metrics: StepMetrics[] = [];
      const onStep = (step: StepMetrics) => {
        metrics.push(step);
        if (communicator.rank === 1 && step.step === 4) stop.abort();
      };
      await train(
        newRun(config, dataset),
        dataset,
        backend,
        { onStep },
        signals[communicator.rank],
        communicator,
      );
      return metrics.at(-1)!.step;
    }),
  );
  expect(results).toEqual([4, 4]);
});

describe('numbers that are not finite on one rank stop all of them, the weights untouched', () => {
  /** Steps of two ranks, of which the second has something wrong. */
  async function failing(spoil: (run: Checkpoint) => void, secondBackend: Backend): Promise<string[]> {
    const config = configOf('trm');
    return Promise.all(
      ranks(2).map(async (communicator) => {
        const run = newRun(config, dataset);
        const own = communicator.rank === 1 ? secondBackend : backend;
        const trainer = await Trainer.create(run.model, config, own, run.state, communicator);
        if (communicator.rank === 1) spoil(run);
        const { weights } = run.state.dense;
        const [before, table] = [weights.slice(), run.state.puzzleEmbeddings.slice()];
        const batch = new TrainBatches(dataset, { batchSize: rows, seed: 0, augment: false }).next();
        const message = await trainer.step(batch, new Int32Array(rows)).then(
          () => 'no error',
          (error: Error) => error.message,
        );
        expect(run.state.dense.weights).toBe(weights);
        expect(weights).toEqual(before);
        expect(run.state.puzzleEmbeddings).toEqual(table);
        expect(run.state.step).toBe(0);
        await trainer.dispose();
        return message;
      }),
    );
  }

  test('a loss', async () => {
    const messages = await failing(({ state }) => {
      state.carry.halted[0] = 0; // a row in the middle of its thinking
      state.carry.states.y!.fill(Number.NaN, 0, 4);
    }, backend);
    for (const message of messages) expect(message).toMatch(/^the loss is NaN at step 1/);
  });

  test('a gradient', async () => {
    const infinite: Backend = {
      ...backend,
      async compile(graph, options) {
        const program = await backend.compile(graph, options);
        return {
          async run(inputs, into) {
            const outputs = await program.run(inputs, into);
            const gradient = outputs['gradient/head'];
            if (gradient) (gradient.data as Float32Array)[0] = Number.POSITIVE_INFINITY;
            return outputs;
          },
          dispose: () => program.dispose(),
        };
      },
    };
    for (const message of await failing(() => {}, infinite))
      expect(message).toMatch(/^the gradient norm is (Infinity|NaN) at step 1/);
  });
});

test('more ranks than rows are an error', () => {
  expect(() => shareOf(2, ranks(3)[0]!)).toThrow(/^batchSize: 2 rows do not occupy 3 processes/);
});

test('shares follow each other and cover the batch', () => {
  expect(ranks(3).map((communicator) => shareOf(rows, communicator))).toEqual([
    { first: 0, end: 2 },
    { first: 2, end: 4 },
    { first: 4, end: 7 },
  ]);
});

test('one process copies nothing', async () => {
  const values = Float32Array.of(1, 2);
  expect(await alone.allGather(values)).toBe(values);
  await alone.allReduce(values);
  expect(values).toEqual(Float32Array.of(1, 2));
  const config = configOf('trm');
  const run = newRun(config, dataset);
  const { carry } = run.state;
  const trainer = await Trainer.create(run.model, config, backend, run.state);
  expect(run.state.carry).toBe(carry);
  expect(await trainer.wholeState()).toBe(run.state);
  await trainer.dispose();
});
