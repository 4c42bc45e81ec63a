/** Ranks that meet now and then: the outer step against its formula, metrics, stops, checkpoints. */

import { describe, expect, test } from 'vitest';
import { TrainBatches } from '../../src/data/batches.ts';
import { Random } from '../../src/data/random.ts';
import { drawMinHaltSteps, rowsOf } from '../../src/inference/carry.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { alone, type Communicator } from '../../src/train/communicator.ts';
import type { Config } from '../../src/train/config.ts';
import { MOMENTUM, ofOptimizer } from '../../src/train/rank-state.ts';
import { newRun, type RunEvents, type RunMetrics, train } from '../../src/train/run.ts';
import { batchShare, carryShares, shareOf, sizeShares } from '../../src/train/share.ts';
import type { TrainingState } from '../../src/train/state.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { ranks } from './ranks.ts';
import { tinyConfig, tinyDataset } from './support.ts';

const backend = await openBackend({ device: 'cpu', threads: 1 });
const dataset = tinyDataset();
const rows = 6;
const configOf = (settings: object = {}) =>
  tinyConfig({ batchSize: rows, learningRate: 1e-3, localSteps: 4, emaRate: 0.9, ...settings });

async function part(from: Checkpoint, rank: Communicator, events: RunEvents = {}, signal?: AbortSignal) {
  const metrics: Omit<RunMetrics, 'seconds' | 'stepSeconds' | 'dataSeconds' | 'ranks'>[] = [];
  let saved: Buffer | undefined;
  await train(
    from,
    dataset,
    backend,
    {
      ...events,
      onStep: ({ seconds, stepSeconds, dataSeconds, ranks, ...step }) => {
        metrics.push(step);
        return events.onStep?.({ seconds, stepSeconds, dataSeconds, ...step });
      },
      onCheckpoint: async (checkpoint) => {
        saved = Buffer.concat(encodeCheckpoint({ ...checkpoint, seconds: 0 }));
      },
    },
    signal,
    rank,
  );
  return { metrics, saved: decodeCheckpoint(saved!, 'memory') };
}
const together = (size: number, begin: () => Checkpoint, events?: RunEvents) =>
  Promise.all(ranks(size).map((rank) => part(begin(), rank, events)));

/** A communicator that counts its sums. */
function counting(rank: Communicator) {
  const sums = { count: 0 };
  const allReduce = (values: Float32Array) => {
    sums.count++;
    return rank.allReduce(values);
  };
  return { sums, rank: { ...rank, allReduce } };
}

describe('the outer step', () => {
  /** What a rank has after four steps with its share as its whole batch, nobody beside it. */
  const apart = async (config: Config, rank: Communicator) => {
    const { model, state, exploration, batches: place } = newRun(config, dataset);
    const share = shareOf(rows, rank);
    Object.assign(state, carryShares(state, sizeShares(config, [model], rank)));
    const own = { ...config, batchSize: share.end - share.first };
    const trainer = await Trainer.create(model, own, backend, state);
    const batches = new TrainBatches(dataset, config);
    batches.restore(place);
    const random = Random.fromState(exploration);
    for (let step = 0; step < 4; step++) {
      const draw = drawMinHaltSteps(rows, config.explorationProbability, config.supervisionSteps, random);
      await trainer.step(batchShare(batches.next(), share), rowsOf(draw, rows, share.first, share.end));
    }
    await trainer.dispose();
    return state;
  };

  test('of rate 1 without momentum is the mean of the weights', async () => {
    const config = configOf({ steps: 4, outerLearningRate: 1, outerMomentum: 0 });
    const met = await together(2, () => newRun(config, dataset));
    const { dense, ranks: vectors, puzzleEmbeddings } = met[0]!.saved.state;
    const [a, b] = (await Promise.all(ranks(2).map((rank) => apart(config, rank)))) as [
      TrainingState,
      TrainingState,
    ];
    const mean = (of: (state: TrainingState) => Float32Array) =>
      of(a).map((value, i) => (value + of(b)[i]!) / 2);
    const close = (values: Float32Array, expected: Float32Array) => {
      expect(values).toHaveLength(expected.length);
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 6);
      });
    };
    expect(a.dense.weights).not.toEqual(b.dense.weights);
    close(
      dense.weights,
      mean((state) => state.dense.weights),
    );
    close(
      puzzleEmbeddings,
      mean((state) => state.puzzleEmbeddings),
    ); // of one puzzle, which both have changed
    const moment = (state: TrainingState) => state.dense.optimizer.firstMoment!;
    close(dense.optimizer.firstMoment!, mean(moment));
    close(vectors![ofOptimizer('firstMoment')]!, Float32Array.of(...moment(a), ...moment(b))); // each has its own
  });

  test('moves by the rate times the mean way and its momentum', async () => {
    const metAfter = async (steps: number, outerLearningRate: number, outerMomentum: number) => {
      const settings = { steps, outerLearningRate, outerMomentum, warmupSteps: 0 };
      const met = await together(2, () => newRun(configOf(settings), dataset));
      return met[0]!.saved.state;
    };
    const start = newRun(configOf(), dataset).state.dense.weights;
    const mean = (await metAfter(4, 1, 0)).dense.weights;
    const moved = mean.map((value, i) => start[i]! - value);
    const { dense, ranks: vectors } = await metAfter(4, 0.7, 0.9);
    const expected = start.map((value, i) => value - 0.7 * (moved[i]! + 0.9 * moved[i]!));
    dense.weights.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
    vectors![MOMENTUM]!.forEach((value, i) => {
      expect(value).toBeCloseTo(moved[i]!, 6);
    });
    // The average is of the weights that they met with, as of four steps.
    dense.average.forEach((value, i) => {
      expect(value).toBeCloseTo(0.9 ** 4 * start[i]! + (1 - 0.9 ** 4) * dense.weights[i]!, 5);
    });
  });
});

test('ranks sum once a meeting, and have the same weights and metrics', async () => {
  const counted = ranks(2).map(counting);
  const results = await Promise.all(
    counted.map(({ rank }) => part(newRun(configOf({ steps: 10 }), dataset), rank)),
  );
  expect(counted.map(({ sums }) => sums.count)).toEqual([3, 3]); // after 4, 8 and 10
  expect(results[1]!.metrics).toEqual(results[0]!.metrics);
  expect(results[1]!.saved.state).toEqual(results[0]!.saved.state);
  const { metrics } = results[0]!;
  expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(metrics.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(rows);
  const [one] = await together(1, () => newRun(configOf({ steps: 10, localSteps: 1 }), dataset));
  expect(metrics[0]!.loss).toBeCloseTo(one!.metrics[0]!.loss, 5); // before anything has moved
});

test('one process takes every step together with itself', async () => {
  const plain = await part(newRun(configOf({ localSteps: 1 }), dataset), alone);
  const local = await part(newRun(configOf(), dataset), alone);
  expect(local.metrics).toEqual(plain.metrics);
  expect(local.saved.state).toEqual(plain.saved.state);
});

test.each([{}, { gradientPrecision: 'bfloat16' }])(
  'a run goes on to the bit, and on other ranks: %j',
  async (more) => {
    const whole = (await together(2, () => newRun(configOf({ steps: 12, ...more }), dataset)))[0]!;
    const stopped = (await together(2, () => newRun(configOf({ steps: 8, ...more }), dataset)))[0]!;
    const bytes = Buffer.concat(encodeCheckpoint(stopped.saved));
    const resume = () => ({ ...decodeCheckpoint(bytes, 'memory'), config: whole.saved.config });
    const resumed = await together(2, resume);
    expect(resumed[0]!.saved.state).toEqual(whole.saved.state);
    for (const size of [1, 3]) {
      const others = await together(size, resume);
      expect(others[0]!.metrics).toHaveLength(4);
      expect(others[0]!.saved.state.step).toBe(12);
    }
  },
);

test('stops, evaluations and checkpoints wait for a meeting', async () => {
  const stop = new AbortController();
  const evaluated: number[] = [];
  const events: RunEvents = {
    onStep: ({ step }) => {
      if (step === 9) stop.abort();
    },
    evaluate: async ({ step }) => {
      evaluated.push(step);
      return 0.5;
    },
  };
  const config = configOf({ steps: 40, evaluateEvery: 5, checkpointEvery: 0 });
  const [result] = await Promise.all(
    ranks(2).map((rank) =>
      part(
        newRun(config, dataset),
        rank,
        rank.rank === 0 ? events : { evaluate: async () => 0.5 },
        rank.rank === 0 ? stop.signal : undefined,
      ),
    ),
  );
  expect(result!.saved.state.step).toBe(12);
  expect(evaluated).toEqual([8, 12]);
});

test('a step that is not finite on one rank stops all of them when they meet', async () => {
  const messages = await Promise.all(
    ranks(2).map((rank) => {
      const run = newRun(configOf(), dataset);
      if (rank.rank === 1) run.state.dense.weights.fill(Number.NaN, 0, 40);
      return part(run, rank).then(
        () => 'no error',
        (error: Error) => error.message,
      );
    }),
  );
  expect(messages[1]).toMatch(/^the (loss|gradient norm) is NaN at step 1; /);
  expect(messages[0]).toBe(`rank 1: ${messages[1]}`);
});
