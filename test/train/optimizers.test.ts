/** Optimizers against plain numbers: Muon's iteration, each group's rate and decay, and that they train. */

import { describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { type Layout, layoutOf, views } from '../../src/inference/weights.ts';
import { fill, linearSpec, type ParameterSpecs } from '../../src/nn/parameters.ts';
import { float32, type HostTensor } from '../../src/runtime/backend.ts';
import { zeroState } from '../../src/train/optimizers/state.ts';
import { optimizers } from '../../src/train/optimizers/table.ts';
import { newRun, train } from '../../src/train/run.ts';
import { scalarsAt, stateName, traceUpdate } from '../../src/train/update.ts';
import { backend, tinyConfig, tinyDataset } from './support.ts';

type Matrix = number[][];

/** Sizes that are no multiples of 16, so that blocks have padding; groups that alternate. */
const specs: ParameterSpecs = {
  tokens: { shape: [3, 4], init: fill(0), group: 'embeddings' },
  wide: linearSpec(4, 6),
  tall: linearSpec(7, 4),
  bias: { shape: [5], init: fill(0), group: 'vectors' },
  head: linearSpec(4, 3, 'embeddings'),
  square: linearSpec(5, 5),
};
const layout = layoutOf(specs);
const gradientAt = (step: number) => drawn(`gradient ${step}`);

function drawn(label: string): Float32Array {
  const random = new Random(7).fork(label);
  const flat = new Float32Array(layout.size);
  for (const { data } of Object.values(views(layout, flat)))
    for (let i = 0; i < data.length; i++) data[i] = random.normal();
  return flat;
}

/** Weights, average and state after `steps` updates. */
async function updates(settings: Record<string, unknown>, steps: number) {
  const config = tinyConfig({ weightDecay: 0.3, emaRate: 0.8, ...settings });
  const program = await backend.compile(traceUpdate(layout, config));
  const vector = (data: Float32Array): HostTensor => float32(data, [data.length]);
  let weights = drawn('weights');
  let average = weights;
  let state = zeroState(specs, optimizers[config.optimizer]);
  for (let step = 1; step <= steps; step++) {
    const scalars = Object.entries(scalarsAt(config, step, 0.1)).map(
      ([name, value]) => [name, float32(Float32Array.of(value), [])] as const,
    );
    const out = await program.run({
      weights: vector(weights),
      average: vector(average),
      gradient: vector(gradientAt(step)),
      ...Object.fromEntries(scalars),
      ...Object.fromEntries(Object.entries(state).map(([name, data]) => [stateName(name), vector(data)])),
    });
    const next = (name: string) => out[`next/${name}`]!.data as Float32Array;
    weights = next('weights');
    average = next('average');
    state = Object.fromEntries(Object.keys(state).map((name) => [name, next(stateName(name))]));
  }
  await program.dispose();
  return { weights, average, state };
}

const weightIn = (flat: Float32Array, name: string, of: Layout = layout): Float32Array =>
  views(of, flat)[name]!.data as Float32Array;

const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const combined = (a: Matrix, x: number, b: Matrix, y: number): Matrix =>
  a.map((row, i) => row.map((value, j) => x * value + y * b[i]![j]!));

/** Keller Jordan's iteration as it is written: the wider than tall matrix, X = a X + (b A + c A A) X with A = X X^T. */
function orthogonal(matrix: Matrix): Matrix {
  const tall = matrix.length > matrix[0]!.length;
  const norm = Math.hypot(...matrix.flat()) + 1e-7;
  let x = (tall ? transposed(matrix) : matrix).map((row) => row.map((value) => value / norm));
  for (let i = 0; i < 5; i++) {
    const a = multiply(x, transposed(x));
    x = combined(x, 3.4445, multiply(combined(a, -4.775, multiply(a, a), 2.0315), x), 1);
  }
  return tall ? transposed(x) : x;
}

/** AdamW of one weight over `steps` updates in float64; the options are the defaults. */
function adamw(name: string, steps: number, rate: number, decay: number): number[] {
  const weights = [...weightIn(drawn('weights'), name)];
  const first = weights.map(() => 0);
  const second = weights.map(() => 0);
  for (let t = 1; t <= steps; t++) {
    weightIn(gradientAt(t), name).forEach((g, i) => {
      first[i] = 0.9 * first[i]! + 0.1 * g;
      second[i] = 0.95 * second[i]! + 0.05 * g * g;
      const direction = first[i]! / (1 - 0.9 ** t) / (Math.sqrt(second[i]! / (1 - 0.95 ** t)) + 1e-8);
      weights[i] = weights[i]! * (1 - rate * decay) - rate * direction;
    });
  }
  return weights;
}

function expectNear(got: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  expect(got.length, what).toBe(expected.length);
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(got[i]! - expected[i]!), `${what}[${i}]`).toBeLessThan(2e-5);
}

describe('muon', () => {
  test('orthogonalises the momentum of matrices, AdamW moves the rest', async () => {
    const steps = 3;
    const got = await updates({ optimizer: 'muon', embeddingRateFactor: 0.5 }, steps);
    for (const name of ['wide', 'tall', 'square']) {
      const [rows, columns] = specs[name]!.shape as readonly [number, number];
      const matrix = (flat: ArrayLike<number>): Matrix =>
        Array.from({ length: rows }, (_, i) => Array.from(flat).slice(i * columns, (i + 1) * columns));
      let weights = matrix(weightIn(drawn('weights'), name));
      let momentum = weights.map((row) => row.map(() => 0));
      for (let t = 1; t <= steps; t++) {
        const gradient = matrix(weightIn(gradientAt(t), name));
        momentum = combined(momentum, 0.95, gradient, 0.05);
        const step = orthogonal(combined(gradient, 0.05, momentum, 0.95));
        const scale = Math.max(1, columns / rows) ** 0.5; // [in, out]
        weights = combined(weights, 1 - 0.1 * 0.3, step, -0.1 * scale);
      }
      expectNear(weightIn(got.weights, name), weights.flat(), name);
    }
    expectNear(weightIn(got.weights, 'bias'), adamw('bias', steps, 0.1, 0.3), 'bias');
    for (const name of ['tokens', 'head'])
      expectNear(weightIn(got.weights, name), adamw(name, steps, 0.05, 0.3), name);
  });

  test('brings the singular values near one', async () => {
    const { weights } = await updates({ optimizer: 'muon', weightDecay: 0 }, 1);
    const before = weightIn(drawn('weights'), 'square');
    const step = Array.from(weightIn(weights, 'square'), (value, i) => (before[i]! - value) / 0.1);
    const matrix = Array.from({ length: 5 }, (_, i) => step.slice(5 * i, 5 * i + 5));
    const gram = multiply(matrix, transposed(matrix)); // its eigenvalues are the singular values squared
    const trace = gram.reduce((sum, row, i) => sum + row[i]!, 0);
    const squares = gram.flat().reduce((sum, value) => sum + value * value, 0);
    expect(trace / 5).toBeGreaterThan(0.6);
    expect(trace / 5).toBeLessThan(1.25);
    expect(squares / 5 - (trace / 5) ** 2).toBeLessThan(0.15); // their variance
  });
});

describe('parameter groups', () => {
  test('have rates and decays of their own', async () => {
    const { weights, average } = await updates(
      {
        optimizer: 'adamw',
        matrixRateFactor: 0.5,
        matrixDecayFactor: 2,
        embeddingRateFactor: 3,
        embeddingDecayFactor: 0,
        vectorRateFactor: 0.25,
        vectorDecayFactor: 4,
      },
      3,
    );
    const factors = { matrices: [0.5, 2], embeddings: [3, 0], vectors: [0.25, 4] } as const;
    for (const [name, { group }] of Object.entries(specs)) {
      const [rate, decay] = factors[group];
      expectNear(weightIn(weights, name), adamw(name, 3, 0.1 * rate, 0.3 * decay), name);
    }
    const begin = drawn('weights');
    const at = [1, 2, 3].map((t) => adamw('head', t, 0.3, 0));
    const expected = at.reduce<number[]>(
      (mean, moved) => mean.map((value, i) => 0.8 * value + 0.2 * moved[i]!),
      [...weightIn(begin, 'head')],
    );
    expectNear(weightIn(average, 'head'), expected, 'average');
  });

  test.each(['adam-atan2', 'adamw'] as const)('of equal settings are one block of %s', (optimizer) => {
    const ops = (settings = {}) =>
      traceUpdate(layout, tinyConfig({ optimizer, ...settings })).nodes.map(({ op }) => op);
    expect(ops()).not.toContain('slice');
    expect(ops()).not.toContain('concat');
    expect(ops({ vectorRateFactor: 2 })).toContain('slice');
  });

  test.each(['adam-atan2', 'adamw'] as const)(
    'change no bit of %s where they change nothing',
    async (optimizer) => {
      const together = await updates({ optimizer }, 2);
      const apart = await updates({ optimizer, vectorDecayFactor: 1 + 1e-12 }, 2); // blocks of their own
      expect(apart).toEqual(together);
    },
  );
});

test.each(Object.keys(optimizers))('%s trains', async (optimizer) => {
  const config = tinyConfig({ optimizer, steps: 60, learningRate: 3e-3, weightDecay: 0.1 });
  const losses: number[] = [];
  const dataset = tinyDataset();
  await train(newRun(config, dataset), dataset, backend, { onStep: ({ loss }) => void losses.push(loss) });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(losses.slice(-8))).toBeLessThan(0.95 * mean(losses.slice(0, 8)));
});
