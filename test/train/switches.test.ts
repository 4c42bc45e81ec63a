/** What each switch of the paper's ablations, and of what came after, does to one step of training. */

import { describe, expect, it, test } from 'vitest';
import { TrainBatches } from '../../src/data/batches.ts';
import { Random } from '../../src/data/random.ts';
import { traceAnswerStep } from '../../src/inference/answer-step.ts';
import { buildModel } from '../../src/models/build.ts';
import { float32, type HostTensor, type HostTensors } from '../../src/runtime/backend.ts';
import { referenceBackend } from '../../src/runtime/reference/backend.ts';
import { type Config, parseConfig } from '../../src/train/config.ts';
import { costOf } from '../../src/train/cost.ts';
import { stageAt } from '../../src/train/curriculum.ts';
import { draw, randomInputsOf } from '../../src/train/draws.ts';
import { newRun } from '../../src/train/run.ts';
import { traceSupervisionStep } from '../../src/train/supervision-step.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { randomFeeds } from '../nn/tiny-trm.ts';
import { tinyDataset } from './support.ts';

const dataset = tinyDataset(8);
const shape = { cells: 4, vocabulary: 5, puzzleEmbeddingRows: 1 };
const exact = referenceBackend('float64');
const B = 2;

const configOf = ({ model = {}, ...settings }: Record<string, unknown> = {}): Config =>
  parseConfig({
    model: {
      hiddenSize: 8,
      layers: 1,
      heads: 2,
      expansion: 1,
      widthMultiple: 8,
      cycles: 1,
      latentSteps: 1,
      puzzleSlots: 1,
      puzzleEmbeddingSize: 8,
      ...(model as object),
    },
    batchSize: B,
    microBatchSize: B,
    warmupSteps: 0,
    ...settings,
  });

const graphOf = (config: Config) => traceSupervisionStep(buildModel(config.model, shape), B, B, config);

/** Random inputs that are the same for a name, whatever else a graph takes. */
function feedsOf(config: Config): Record<string, HostTensor> {
  const whole = graphOf({ ...config, model: { ...config.model, continueLoss: true } });
  return { ...randomFeeds(whole, shape.vocabulary) };
}

/** A step's outputs; inputs that it does not take are left out. */
async function stepOf(config: Config, feeds: HostTensors): Promise<Record<string, Float32Array>> {
  const graph = graphOf(config);
  const taken = graph.inputs.map(({ name }) => [name, feeds[name]!]);
  const outputs = await (await exact.compile(graph)).run(Object.fromEntries(taken));
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}

const near = (got: Float32Array | undefined, expected: ArrayLike<number>, digits = 6) => {
  expect(got?.length).toBe(expected.length);
  got!.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, digits);
  });
};
const gradients = (out: Record<string, Float32Array>) =>
  Object.entries(out).filter(([name]) => name.startsWith('gradient/'));
const isZero = (data: Float32Array) => data.every((value) => value === 0);

describe('oneStepGradient', () => {
  const deep = configOf({ model: { latentSteps: 3, oneStepGradient: true } });

  it('is the gradient of the last refinement and the answer, begun where the others end', async () => {
    const feeds = feedsOf(deep);
    const got = await stepOf(deep, feeds);
    const twice = buildModel({ ...deep.model, latentSteps: 2 }, shape);
    const refine = traceAnswerStep(twice, B, { logits: false });
    const taken = refine.inputs.map(({ name }) => [name, feeds[name]!]);
    const { 'next/z': z } = await (await exact.compile(refine)).run(Object.fromEntries(taken));
    const last = await stepOf(configOf(), {
      ...feeds,
      'carry/z': float32(z!.data as Float32Array, [B, 5, 8]),
    });
    for (const [name, gradient] of gradients(got)) near(gradient, last[name]!, 5);
  });

  it('leaves the answer and the loss as they are', async () => {
    const feeds = feedsOf(deep);
    const [one, all] = [
      await stepOf(deep, feeds),
      await stepOf(configOf({ model: { latentSteps: 3 } }), feeds),
    ];
    for (const name of ['next/y', 'next/z', 'cellLoss', 'haltLoss']) near(one[name], all[name]!);
    const weight = 'gradient/layers.0.mlp.up';
    expect(one[weight]).not.toEqual(all[weight]);
  });
});

test('highLayers: a network of its own for y, whose gradient and that of z sum to the one network’s', async () => {
  const one = configOf({ model: { latentSteps: 2 } });
  const feeds = feedsOf(one);
  for (const [name, tensor] of Object.entries(feeds))
    for (const network of ['low', 'high']) feeds[name.replace('/layers', `/${network}.layers`)] = tensor;
  const shared = await stepOf(one, feeds);
  const separate = await stepOf(configOf({ model: { latentSteps: 2, highLayers: 1 } }), feeds);
  near(separate['next/y'], shared['next/y']!);
  const [low, high] = ['low', 'high'].map((network) => separate[`gradient/${network}.layers.0.mlp.up`]!);
  expect(isZero(low!) || isZero(high!)).toBe(false);
  near(
    low!.map((value, i) => value + high![i]!),
    shared['gradient/layers.0.mlp.up']!,
    5,
  );
});

test('continueLoss: the second logit learns what the next step’s is, and is compared with the first', async () => {
  const config = configOf({ model: { continueLoss: true } });
  const feeds = feedsOf(config);
  const [out, without] = [await stepOf(config, feeds), await stepOf(configOf(), feeds)];
  const second = (gradient: Float32Array) => gradient.filter((_, i) => i % 2 === 1); // of [D, 2]
  expect(isZero(second(out['gradient/haltHead.weight']!))).toBe(false);
  expect(isZero(second(without['gradient/haltHead.weight']!))).toBe(true);
  expect(without.margin).toBeUndefined();
  // At a row's last step the target is the next step's halting alone.
  const ended = { ...feeds, last: { ...feeds.last!, data: Int32Array.of(1, 1) } };
  const next = await stepOf(configOf(), {
    ...feeds,
    ...Object.fromEntries(['y', 'z'].map((z) => [`carry/${z}`, float32(out[`next/${z}`]!, [B, 5, 8])])),
  });
  const { halt, margin, continueLoss } = await stepOf(config, ended);
  continueLoss!.forEach((loss, row) => {
    const target = 1 / (1 + Math.exp(-next.halt![row]!));
    const logit = halt![row]! - margin![row]!;
    expect(loss).toBeCloseTo(Math.log(1 + Math.exp(logit)) - logit * target, 5);
  });
});

test('transformer: halting is compared with continuing, which has no loss', async () => {
  const config = configOf({ model: { architecture: 'transformer' } });
  const feeds = feedsOf(config);
  const out = await stepOf(config, feeds);
  const [weight, bias] = ['weight', 'bias'].map((name) => feeds[`parameter/haltHead.${name}`]!.data);
  out.margin!.forEach((margin, row) => {
    const first = out['next/zH']!.subarray(row * 40, row * 40 + 8); // the first of 5 positions
    const logit = (of: number) =>
      first.reduce((sum, value, d) => sum + value * weight![2 * d + of]!, bias![of]!);
    expect(margin).toBeCloseTo(logit(0) - logit(1), 5);
  });
  expect(out.continueLoss).toBeUndefined();
  const gradient = out['gradient/haltHead.bias']!;
  expect([gradient[0] === 0, gradient[1] === 0]).toEqual([false, true]);
});

test('emaRate 0: evaluation uses the weights as they are', async () => {
  const config = configOf({ emaRate: 0 });
  const run = newRun(config, dataset);
  const trainer = await Trainer.create(run.model, config, exact, run.state);
  await trainer.step(
    new TrainBatches(dataset, { batchSize: B, seed: 0, augment: false }).next(),
    new Int32Array(B),
  );
  expect(run.state.dense.average).toEqual(run.state.dense.weights);
});

test('supervisionSteps 1: a loss after all T cycles, no earlier one, and no history', async () => {
  const config = configOf({ supervisionSteps: 1, model: { cycles: 3 } });
  const run = newRun(config, dataset);
  const trainer = await Trainer.create(run.model, config, exact, run.state);
  const batches = new TrainBatches(dataset, { batchSize: B, seed: 0, augment: false });
  for (const _ of [1, 2]) {
    const offered = batches.next();
    const metrics = await trainer.step(offered, new Int32Array(B));
    expect(metrics).toMatchObject({ count: B, meanSteps: 1 });
    expect(run.state.carry.inputs).toEqual(offered.inputs); // each step begins with new examples
  }
});

describe('curriculum', () => {
  const curriculum = [
    { until: 0.3, cycles: 1, latentSteps: 2 },
    { until: 0.6, cycles: 2, latentSteps: 4 },
  ];
  const model = { cycles: 3, latentSteps: 6 };

  it('holds each depth until a share of the steps', () => {
    const config = configOf({ curriculum, model, steps: 10 });
    const depths = Array.from({ length: 10 }, (_, i) => stageAt(config, i + 1)).map(
      ({ cycles, latentSteps }) => `${cycles},${latentSteps}`,
    );
    expect(depths.join(' ')).toBe('1,2 1,2 1,2 2,4 2,4 2,4 3,6 3,6 3,6 3,6');
  });

  it('takes each step at its depth, and costs their mean', async () => {
    const growing = configOf({
      steps: 2,
      curriculum: [{ until: 0.5, cycles: 1, latentSteps: 1 }],
      model: { cycles: 2 },
    });
    const losses = async (config: Config, count: number) => {
      const run = newRun(config, dataset);
      const trainer = await Trainer.create(run.model, config, exact, run.state);
      const batches = new TrainBatches(dataset, { batchSize: B, seed: 0, augment: false });
      const taken = [];
      for (let step = 0; step < count; step++)
        taken.push((await trainer.step(batches.next(), new Int32Array(B).fill(16))).loss);
      return { taken, run };
    };
    const grown = await losses(growing, 2);
    const shallow = await losses({ ...growing, curriculum: [], model: { ...growing.model, cycles: 1 } }, 2);
    expect(grown.taken[0]).toBe(shallow.taken[0]);
    expect(grown.taken[1]).not.toBe(shallow.taken[1]);
    const cost = (config: Config) => costOf(config, buildModel(config.model, shape)).trainingStep;
    const [one, two] = [1, 2].map((cycles) => cost(configOf({ model: { cycles } })));
    expect(cost(growing)).toBe((one! + two!) / 2);
  });

  it.each([
    [
      { curriculum: [...curriculum].reverse() },
      'curriculum.1.until: must be above the 0.6 of the stage before',
    ],
    [
      { curriculum, model: { architecture: 'trm-multi-z', latentSteps: 2 } },
      "curriculum.1.latentSteps: must be the model's 2: it has as many states",
    ],
    [
      { curriculum: [{ until: 0.5, cycles: 2, latentSteps: 1 }], model: { architecture: 'transformer' } },
      'curriculum.0.cycles: must be 1 for transformer',
    ],
  ])('refuses %j', (settings, message) => {
    expect(() => configOf(settings)).toThrow(message);
  });
});

describe('randomness in a step', () => {
  const noisy = configOf({ stateNoise: 0.5, model: { latentSteps: 2 } });
  const dropping = configOf({ dropout: 0.25, model: { latentSteps: 2, cycles: 2 } });

  it('stateNoise: other noise on a state after each update of it', async () => {
    const random = randomInputsOf(graphOf(noisy));
    expect(random.dropout).toEqual([]);
    expect(random.noise.map(({ n }) => n)).toEqual([40, 40, 40]); // z twice, y; L, D of 5, 8
    const silent = Object.fromEntries(
      random.noise.map(({ name }) => [name, float32(new Float32Array(B * 40), [B, 40])]),
    );
    const feeds = { ...feedsOf(configOf()), ...silent };
    const last = float32(
      Float32Array.from({ length: B * 40 }, (_, i) => i / 100),
      [B, 40],
    );
    const without = await stepOf(noisy, feeds);
    near(without['next/z'], (await stepOf({ ...noisy, stateNoise: 0 }, feeds))['next/z']!);
    const heard = await stepOf(noisy, { ...feeds, [random.noise.at(-1)!.name]: last });
    near(
      heard['next/y'],
      without['next/y']!.map((value, i) => value + i / 100),
    );
    expect(heard.cellLoss).not.toEqual(without.cellLoss);
    expect(heard['next/z']).toEqual(without['next/z']);
  });

  it('dropout: one mask for each part of a layer, the same in all recursions', async () => {
    const random = randomInputsOf(graphOf(dropping));
    expect(random.noise).toEqual([]);
    expect(random.dropout.map(({ n }) => n)).toEqual([40, 40]); // mixer, mlp
    const masks = (value: number) =>
      Object.fromEntries(
        random.dropout.map(({ name, n }) => [name, float32(new Float32Array(B * n).fill(value), [B, n])]),
      );
    const feeds = feedsOf(configOf());
    const plain = await stepOf({ ...dropping, dropout: 0 }, feeds);
    const whole = await stepOf(dropping, { ...feeds, ...masks(1) });
    for (const [name, data] of Object.entries(plain)) near(whole[name], data);
    const nothing = await stepOf(dropping, { ...feeds, ...masks(0) });
    for (const [name, data] of gradients(nothing))
      if (name.includes('layers')) expect(isZero(data), name).toBe(true);
  });

  it('follows from the seed, the step and the row', () => {
    const both = configOf({ stateNoise: 0.5, dropout: 0.25, seed: 3 });
    const inputs = randomInputsOf(graphOf(both));
    const all = draw(inputs, both, 7, 0, 6);
    const [first, rest] = [draw(inputs, both, 7, 0, 2), draw(inputs, both, 7, 2, 4)];
    for (const [name, { data, shape }] of Object.entries(all)) {
      expect(shape).toEqual([6, 40]);
      expect([...first[name]!.data, ...rest[name]!.data]).toEqual([...data]);
      for (const other of [draw(inputs, both, 8, 0, 6), draw(inputs, { ...both, seed: 4 }, 7, 0, 6)])
        expect(other[name]!.data).not.toEqual(data);
    }
    const numbers = Object.values(draw(inputs, both, 1, 0, 500));
    const values = (kind: string) =>
      Object.keys(all).flatMap((name, i) => (name.includes(kind) ? [...numbers[i]!.data] : []));
    const mean = (of: number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
    expect(mean(values('noise'))).toBeCloseTo(0, 1);
    expect(Math.sqrt(mean(values('noise').map((value) => value ** 2)))).toBeCloseTo(0.5, 1);
    expect(new Set(values('dropout'))).toEqual(new Set([0, Math.fround(4 / 3)]));
    expect(mean(values('dropout'))).toBeCloseTo(1, 1);
  });
});

test('normals come in pairs, an odd one alone', () => {
  const odd = new Float32Array(3);
  new Random(1).normals(odd, 2);
  const even = new Float32Array(4);
  new Random(1).normals(even, 1);
  near(
    odd,
    even.subarray(0, 3).map((value) => 2 * value),
  );
  expect(new Set(even).size).toBe(4);
});
