/** Runs: the same to the bit however they are stopped, the same gradient however they are split, safe when they diverge. */

import { describe, expect, it, test, vi } from 'vitest';
import { TrainBatches, testBatches } from '../../src/data/batches.ts';
import { cutValidation } from '../../src/data/validation.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { newRun, type RunMetrics, train } from '../../src/train/run.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { fakeBackend } from './fake-backend.ts';
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
  ['puzzles held out', { validation: 0.2 }],
  [
    'noise, dropout and growing depth',
    { stateNoise: 0.1, dropout: 0.1, curriculum: [{ until: 0.5, cycles: 1, latentSteps: 1 }] },
  ],
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

it('is refused without a backend', async () => {
  await expect(train(newRun(tinyConfig(), dataset), dataset, {} as never)).rejects.toThrow(
    'backend: expected a backend; open one: await openBackend()',
  );
});

it('is refused without settings or a dataset, as all that takes one', async () => {
  const none = undefined as never;
  for (const given of [none, [], [dataset, none], {} as never])
    expect(() => newRun(tinyConfig(), given)).toThrow(
      "dataset: expected a dataset; read one: await readDataset(folder, 'train')",
    );
  for (const given of [none, {} as never])
    expect(() => newRun(given, dataset)).toThrow(
      'config: expected the settings of a run; complete them: parseConfig(',
    );
  const run = newRun(tinyConfig(), dataset);
  for (const refused of [train(run, none, backend), evaluate(none, none, none, { supervisionSteps: 1 })])
    await expect(refused).rejects.toThrow('dataset: expected a dataset; ');
  expect(() => new TrainBatches(none, { batchSize: 1, seed: 0, augment: false })).toThrow(
    'dataset: expected a dataset; ',
  );
  expect(() => [...testBatches(none, 1)]).toThrow('dataset: expected a dataset; ');
});

/** What a run without arithmetic does, as `step 3`, `evaluate 4`, `save 4` and `best 4`. @param exact of each evaluation. */
async function eventsOf(
  settings: Record<string, unknown>,
  exact: readonly number[] = [],
  { stopAt = -1, from = undefined as Checkpoint | undefined } = {},
): Promise<string[]> {
  const events: string[] = [];
  const abort = new AbortController();
  const results = [...exact];
  const add = (event: string, step: number) => {
    if (events.push(`${event} ${step}`) - 1 === stopAt) abort.abort();
  };
  if (stopAt === Number.NEGATIVE_INFINITY) abort.abort();
  await train(
    from ?? newRun(tinyConfig({ checkpointEvery: 0, evaluateEvery: 0, ...settings }), dataset),
    dataset,
    fakeBackend(),
    {
      onStep: ({ step }) => add('step', step),
      ...(exact.length > 0 && {
        evaluate: async ({ step }) => {
          add('evaluate', step);
          return results.shift()!;
        },
      }),
      onCheckpoint: async ({ state }, best) => add(best ? 'best' : 'save', state.step),
    },
    abort.signal,
  );
  expect(results).toEqual([]);
  return events;
}

const withoutSteps = (events: string[]) => events.filter((event) => !event.startsWith('step')).join(', ');

describe('what a run does after which step', () => {
  it.each([
    ['checkpointEvery alone', { steps: 7, checkpointEvery: 3 }, [], 'save 3, save 6, save 7'],
    ['the last step alone', { steps: 3 }, [], 'save 3'],
    ['the last step, evaluated', { steps: 3 }, [0.5], 'evaluate 3, best 3'],
    ['the last step, evaluated and not the best', { steps: 3 }, [-1], 'evaluate 3, save 3'],
    [
      'evaluateEvery alone saves the best only, and the end',
      { steps: 5, evaluateEvery: 1 },
      [0.2, 0.1, 0.3, 0.2, 0.1],
      'evaluate 1, best 1, evaluate 2, evaluate 3, best 3, evaluate 4, evaluate 5, save 5',
    ],
    [
      'as good as the best is not better',
      { steps: 4, evaluateEvery: 2 },
      [0.5, 0.5],
      'evaluate 2, best 2, evaluate 4, save 4',
    ],
    [
      'nothing solved is better than never evaluated',
      { steps: 2, evaluateEvery: 2 },
      [0],
      'evaluate 2, best 2',
    ],
    [
      'while nothing is solved the later one is better, and then no more',
      { steps: 8, evaluateEvery: 2 },
      [0, 0, 0.1, 0],
      'evaluate 2, best 2, evaluate 4, best 4, evaluate 6, best 6, evaluate 8, save 8',
    ],
    [
      'an evaluation of nothing is no best, nor in the way of one',
      { steps: 2, evaluateEvery: 1 },
      [Number.NaN, 0.1],
      'evaluate 1, evaluate 2, best 2',
    ],
    [
      'a checkpoint and a best one at once are one',
      { steps: 4, evaluateEvery: 2, checkpointEvery: 2 },
      [0.1, 0],
      'evaluate 2, best 2, evaluate 4, save 4',
    ],
  ])('%s', async (_, settings, exact, expected) => {
    expect(withoutSteps(await eventsOf(settings, exact))).toBe(expected);
  });

  it.each([
    ['before the first step', Number.NEGATIVE_INFINITY, 'save 0'],
    ['in a step', 0, 'step 1, save 1'],
    ['in a step that is evaluated', 1, 'step 1, step 2, evaluate 2, best 2'],
    ['while evaluating', 2, 'step 1, step 2, evaluate 2, best 2'],
    ['while saving', 3, 'step 1, step 2, evaluate 2, best 2'],
  ])('stopped %s, it saves once and goes no further', async (_, stopAt, expected) => {
    const exact = expected.includes('evaluate') ? [0.5] : [];
    const settings = { steps: 9, evaluateEvery: exact.length > 0 ? 2 : 0 };
    expect((await eventsOf(settings, exact, { stopAt })).join(', ')).toBe(expected);
  });

  it('goes on: the best stays the best, a finished run is saved as it is', async () => {
    const config = tinyConfig({ steps: 4, evaluateEvery: 2, checkpointEvery: 0 });
    const from = { ...newRun(config, dataset), bestExact: 0.4 };
    expect(withoutSteps(await eventsOf({}, [0.4, 0.5], { from }))).toBe('evaluate 2, evaluate 4, best 4');
    expect((await eventsOf({}, [], { from })).join()).toBe('save 4');
  });

  it('keeps the highest accuracy, and no selection of where it came from', async () => {
    const kept: (number | undefined)[] = [];
    const selection = { split: 'test', data: ['x'], examples: 3, metric: 'exact' } as const;
    const config = tinyConfig({ steps: 3, evaluateEvery: 1, checkpointEvery: 1 });
    const exact = [0.3, 0.6, 0.1];
    await train({ ...newRun(config, dataset), selection }, dataset, fakeBackend(), {
      evaluate: async () => exact.shift()!,
      onCheckpoint: async (saved) => {
        kept.push(saved.bestExact);
        expect(saved.selection).toBeUndefined();
      },
    });
    expect(kept).toEqual([0.3, 0.6, 0.6]);
  });
});

describe('puzzles held out of training', () => {
  const config = tinyConfig({ steps: 30, evaluateEvery: 10, validation: 8, augment: false });
  const { validation } = cutValidation(dataset, config);
  const rowsOf = (tokens: Int32Array) =>
    Array.from({ length: tokens.length / 16 }, (_, row) => tokens.slice(16 * row, 16 * (row + 1)).join());
  const heldOut = new Set(
    Array.from({ length: validation!.count }, (_, row) => {
      const question = new Int32Array(16);
      validation!.read(row, question, new Int32Array(16));
      return question.join();
    }),
  );

  it('are what is evaluated, and are never in a batch', async () => {
    const run = newRun(config, dataset);
    const seen = new Set<string>();
    let evaluated = 0;
    await train(run, dataset, fakeBackend(), {
      onStep: () => {
        for (const question of rowsOf(run.state.carry.inputs)) seen.add(question);
      },
      evaluate: async (_, given) => {
        expect(given![0]!.count).toBe(validation!.count);
        evaluated++;
        return 0;
      },
    });
    expect(evaluated).toBe(3);
    expect(heldOut.size).toBeGreaterThan(3);
    expect(seen.size).toBeGreaterThan(15);
    expect([...seen].filter((question) => heldOut.has(question))).toEqual([]);
  });

  it('are none by default', async () => {
    const given: unknown[] = [];
    const evaluate = async (_: unknown, validation: unknown) => given.push(validation);
    await train(newRun(tinyConfig({ steps: 1 }), dataset), dataset, fakeBackend(), { evaluate });
    expect(given).toEqual([undefined]);
  });

  it.each([1.5, -1])('cannot be %d', (validation) => {
    expect(() => tinyConfig({ validation })).toThrow(/^validation: /);
  });
});

test('the checkpoint says on what it was chosen, if it was', () => {
  const run = newRun(tinyConfig(), dataset);
  const selection = { split: 'validation', data: ['a', 'b'], examples: 7, metric: 'exact' } as const;
  expect(copy({ ...run, selection }).selection).toEqual(selection);
  expect(copy(run).selection).toBeUndefined();
});

test('the clock goes on where it was, and tells what was spent on data', async () => {
  let now = 5_000;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  try {
    const slow = {
      ...dataset,
      read: (...row: Parameters<typeof dataset.read>) => {
        now += 100; // six rows a batch
        dataset.read(...row);
      },
    };
    const backend = fakeBackend((event) => {
      if (event === 'run supervision step') now += 1000;
    });
    const rows: RunMetrics[] = [];
    const saved: number[] = [];
    const from = { ...newRun(tinyConfig({ steps: 2 }), dataset), seconds: 60 };
    await train(from, slow, backend, {
      onStep: (metrics) => {
        rows.push(metrics);
        now += 10_000;
      },
      onCheckpoint: async ({ seconds }) => {
        saved.push(seconds);
      },
    });
    expect(rows.map(({ dataSeconds }) => dataSeconds)).toEqual([0.6, 0.6]);
    expect(rows.map(({ seconds }) => seconds)).toEqual([61.6, 73.2]);
    expect(saved).toEqual([83.2]);
  } finally {
    clock.mockRestore();
  }
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
    /vocab_size: the model was made for 6 tokens, the dataset has 11/,
  );
});

test('weights of other shapes are refused by name, and nothing of them is taken', () => {
  const from = newRun(tinyConfig(), dataset);
  const other = (model: object) => () =>
    newRun(tinyConfig({ model: { ...tinyConfig().model, ...model } }), dataset, from);
  expect(other({ hiddenSize: 24, puzzleEmbeddingSize: 24 })).toThrow(
    /the new run needs \[\d+, 24\], the weights .* have \[\d+, 16\]/,
  );
  expect(other({ layers: 3 })).toThrow(
    /^layers\.2\.\S+: the new run needs \[.*\], the weights to begin with have none/,
  );
  expect(other({ layers: 1 })).toThrow(/^layers\.1\.\S+: the new run needs none, /);
  expect(other({ puzzleEmbeddingSize: 8 })).toThrow(
    /^puzzles: the new run needs rows of 8, .* have rows of 16/,
  );
  expect(other({ architecture: 'trm-single-z' })).toThrow(/^y: the new run needs none, .* have \[18, 16\]/);
  const { puzzle: _, ...metadata } = dataset.metadata;
  const eleven = { ...dataset, metadata: { ...metadata, vocab_size: 11 } };
  expect(() => newRun(tinyConfig(), eleven, from)).toThrow(
    'tokens: the new run needs [11, 16], the weights to begin with have [6, 16]: they are for puzzles of 16 cells of 6 tokens, the dataset has 16 cells of 11 tokens; begin with weights for such puzzles, or without any',
  );
});

test.each([
  ['bfloat16', 'float32'],
  ['float32', 'bfloat16'],
] as const)('a run in %s is refused by a backend that computes in %s', async (precision, other) => {
  const dataset = tinyDataset();
  const run = newRun(tinyConfig({ precision }), dataset);
  await expect(train(run, dataset, { ...backend, precision: other })).rejects.toThrow(
    `precision: the run is set to ${precision}, the backend computes in ${other}; open the backend with the precision of the config`,
  );
});
