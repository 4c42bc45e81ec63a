/**
 * Layers: what runs under `noGrad` (fused operators) equals what runs under the gradient, and both equal plain loops.
 *
 * B batch 2, L positions 3, D hidden 8, H heads 2, K head width 4.
 */

import { describe, expect, it, test } from 'vitest';
import type { Tensor } from '../../src/graph/tensor.ts';
import { input, noGrad, trace } from '../../src/graph/trace.ts';
import { modelInputs } from '../../src/inference/answer-step.ts';
import {
  attention,
  convolution,
  linear,
  residualNorm,
  ropeTables,
  swiglu,
  swigluWidth,
} from '../../src/nn/layers.ts';
import type { Parameters } from '../../src/nn/parameters.ts';
import { float32, type HostTensor } from '../../src/runtime/backend.ts';
import type { Shape } from '../../src/shape.ts';
import { backend, randomArray, run } from '../graph/support.ts';
import { mixers, randomFeeds, tinyTrm } from './tiny-trm.ts';

const [B, L, D, H, K] = [2, 3, 8, 2, 4] as const;
const N = B * L;

const numbers = (tensor: HostTensor | undefined): number[] => Array.from(tensor!.data as Float32Array);

/** Runs a layer under the gradient and under noGrad, on inputs `x` and weights of these shapes. */
async function bothWays(
  weights: Record<string, Shape>,
  layer: (x: Tensor, weights: Parameters) => Tensor,
): Promise<{ differentiable: number[]; fused: number[] }> {
  const shapes: [string, Shape][] = [['x', [N, D]], ...Object.entries(weights)];
  const outputs = await run(
    () => {
      const [x, ...rest] = shapes.map(([name, shape]) => [name, input(name, shape)] as const);
      const traced = () => layer(x![1], Object.fromEntries(rest));
      return { differentiable: traced(), fused: noGrad(traced) };
    },
    Object.fromEntries(
      shapes.map(([name, shape], i) => [name, float32(randomArray(shape, i + 1), shape)] as const),
    ),
  );
  return { differentiable: numbers(outputs.differentiable), fused: numbers(outputs.fused) };
}

/** Norm of the difference over the norm. */
function relative(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  const norm = (values: readonly number[]) => Math.hypot(...values);
  return norm(actual.map((value, i) => value - expected[i]!)) / norm(expected);
}

const values = (shape: Shape, seed: number) => Array.from(randomArray(shape, seed));
const product = (a: number[], b: number[], inner: number): number[] => {
  const columns = b.length / inner;
  return Array.from({ length: (a.length / inner) * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let total = 0;
    for (let k = 0; k < inner; k++) total += a[row * inner + k]! * b[k * columns + column]!;
    return total;
  });
};

describe('fused equals differentiable equals plain loops', () => {
  it('swiglu', async () => {
    const I = 6;
    const { differentiable, fused } = await bothWays({ gate: [D, I], up: [D, I], down: [I, D] }, swiglu);
    const x = values([N, D], 1);
    const up = product(x, values([D, I], 3), D);
    const gated = product(x, values([D, I], 2), D).map((gate, i) => (gate / (1 + Math.exp(-gate))) * up[i]!);
    const expected = product(gated, values([I, D], 4), I);
    expect(relative(differentiable, expected)).toBeLessThan(1e-6);
    expect(relative(fused, expected)).toBeLessThan(1e-6);
  });

  it('swiglu with a norm inside', async () => {
    const I = 6;
    const epsilon = 0.01;
    const layer = (x: Tensor, weights: Parameters) => swiglu(x, weights, epsilon);
    const { differentiable, fused } = await bothWays({ gate: [D, I], up: [D, I], down: [I, D] }, layer);
    const x = values([N, D], 1);
    const gates = product(x, values([D, I], 2), D);
    const gated = product(x, values([D, I], 3), D).map((up, i) => gates[i]! * up);
    const inner = gated.map((value, i) => {
      const row = gated.slice(i - (i % I), i - (i % I) + I);
      const square = row.reduce((sum, other) => sum + other ** 2, 0) / I;
      return value / Math.sqrt(square + epsilon) / (1 + Math.exp(-gates[i]!));
    });
    const expected = product(inner, values([I, D], 4), I);
    expect(relative(differentiable, expected)).toBeLessThan(1e-6);
    expect(relative(fused, expected)).toBeLessThan(1e-6);
  });

  it('residualNorm', async () => {
    const { differentiable, fused } = await bothWays({ update: [N, D] }, (x, { update }) =>
      residualNorm(x, update!, 1e-5),
    );
    const update = values([N, D], 2);
    const total = values([N, D], 1).map((value, i) => value + update[i]!);
    const expected = total.map((value, i) => {
      const row = total.slice(i - (i % D), i - (i % D) + D);
      return value / Math.sqrt(row.reduce((sum, other) => sum + other ** 2, 0) / D + 1e-5);
    });
    expect(relative(differentiable, expected)).toBeLessThan(1e-6);
    expect(relative(fused, expected)).toBeLessThan(1e-6);
  });

  it.each([
    ['without rope', undefined],
    ['with rope', 10],
  ] as const)('attention %s', async (_, theta) => {
    const names = ['query', 'key', 'value', 'output'];
    const shape = { batch: B, positions: L, heads: H };
    const { differentiable, fused } = await bothWays(
      Object.fromEntries(names.map((name) => [name, [D, D]])),
      (x, weights) => attention(x, weights, shape, theta === undefined ? undefined : ropeTables(L, K, theta)),
    );
    const x = values([N, D], 1);
    const [q, k, v] = [2, 3, 4].map((seed) => product(x, values([D, D], seed), D)) as [
      number[],
      number[],
      number[],
    ];
    for (const t of theta === undefined ? [] : [q, k]) rotate(t, theta!);
    const expected = product(attend(q, k, v), values([D, D], 5), D);
    expect(relative(differentiable, expected)).toBeLessThan(1e-6);
    expect(relative(fused, expected)).toBeLessThan(1e-6);
  });
});

/** In each head, element i and i + K/2 turn against each other by position * theta^(-2i/K). */
function rotate(t: number[], theta: number): void {
  for (let row = 0; row < N; row++) {
    for (let head = 0; head < H; head++) {
      for (let i = 0; i < K / 2; i++) {
        const at = row * D + head * K + i;
        const angle = (row % L) * theta ** ((-2 * i) / K);
        const [a, b] = [t[at]!, t[at + K / 2]!];
        t[at] = a * Math.cos(angle) - b * Math.sin(angle);
        t[at + K / 2] = a * Math.sin(angle) + b * Math.cos(angle);
      }
    }
  }
}

/** softmax(q k^T / sqrt(K)) v by loops. */
function attend(q: number[], k: number[], v: number[]): number[] {
  return Array.from({ length: N * D }, (_, at) => {
    const [row, head] = [Math.floor(at / D), Math.floor((at % D) / K)];
    const first = row - (row % L); // of this example
    const weights = Array.from({ length: L }, (_, l) => {
      let score = 0;
      for (let c = head * K; c < head * K + K; c++) score += q[row * D + c]! * k[(first + l) * D + c]!;
      return Math.exp(score / Math.sqrt(K));
    });
    const total = weights.reduce((sum, weight) => sum + weight);
    return weights.reduce((sum, weight, l) => sum + (weight / total) * v[(first + l) * D + (at % D)]!, 0);
  });
}

test.each(mixers)('a TRM step under noGrad equals one under the gradient (%s)', async (mixer) => {
  const model = tinyTrm(mixer);
  const step = (fused: boolean) =>
    trace('step', () => {
      const { parameters, carry, question } = modelInputs(model, 2);
      const traced = () => model.step(parameters, carry, question);
      const { carry: next, logits, halt } = fused ? noGrad(traced) : traced();
      return { y: next.y!, z: next.z!, logits, halt };
    });
  const [withGradient, without] = [step(false), step(true)];
  const fusedAttentions = ({ nodes }: typeof without) => nodes.filter(({ op }) => op === 'attention').length;
  if (mixer === 'attention') {
    expect(fusedAttentions(withGradient)).toBe(fusedAttentions(without) / 2); // of two cycles, one has a gradient
  }
  const feeds = randomFeeds(withGradient, model.shape.vocabulary);
  const programs = [await backend.compile(withGradient), await backend.compile(without)] as const;
  const [expected, actual] = [await programs[0].run(feeds), await programs[1].run(feeds)];
  for (const name of ['y', 'z', 'logits', 'halt']) {
    expect(relative(numbers(actual[name]), numbers(expected[name])), name).toBeLessThan(2e-6);
  }
  await Promise.all(programs.map((program) => program.dispose()));
});

test('linear is x W + b', async () => {
  const out = await run(() => ({ y: linear(input('x', [2, 2]), input('w', [2, 1]), input('b', [1])) }), {
    x: float32(Float32Array.of(1, 2, 3, 4), [2, 2]),
    w: float32(Float32Array.of(10, 100), [2, 1]),
    b: float32(Float32Array.of(-5), [1]),
  });
  expect(numbers(out.y)).toEqual([205, 425]);
});

test('swigluWidth is two thirds of expansion * width, up to a multiple of 256', () => {
  expect([swigluWidth(512, 4), swigluWidth(97, 4), swigluWidth(64, 4), swigluWidth(384, 1)]).toEqual([
    1536, 512, 256, 256,
  ]);
  expect([swigluWidth(48, 4, 64), swigluWidth(48, 4, 1), swigluWidth(49, 4, 8)]).toEqual([128, 128, 136]);
});

test('a convolution reads its neighbours on the grid, nothing beyond it, channel by channel, then maps the channels', async () => {
  const [rows, columns] = [3, 4];
  const grid = [B * rows * columns, D];
  const weights: Record<string, Shape> = { depth: [3, 3, D], point: [D, D] };
  const shapes: [string, Shape][] = [['x', grid], ...Object.entries(weights)];
  const out = await run(
    () => {
      const [x, ...rest] = shapes.map(([name, shape]) => [name, input(name, shape)] as const);
      return { y: convolution(x![1], Object.fromEntries(rest), { rows, columns }) };
    },
    Object.fromEntries(shapes.map(([name, shape], i) => [name, float32(randomArray(shape, i + 1), shape)])),
  );
  const [x, depth, point] = shapes.map(([, shape], i) => values(shape, i + 1)) as [
    number[],
    number[],
    number[],
  ];
  const seen = x.map((_, at) => {
    const [d, cell] = [at % D, Math.floor(at / D)];
    const [column, row, b] = [
      cell % columns,
      Math.floor(cell / columns) % rows,
      Math.floor(cell / (rows * columns)),
    ];
    let sum = 0;
    for (let r = -1; r <= 1; r++) {
      for (let c = -1; c <= 1; c++) {
        const [i, j] = [row + r, column + c];
        if (i < 0 || j < 0 || i >= rows || j >= columns) continue;
        sum += x[((b * rows + i) * columns + j) * D + d]! * depth[((r + 1) * 3 + c + 1) * D + d]!;
      }
    }
    return sum;
  });
  expect(relative(numbers(out.y), product(seen, point, D))).toBeLessThan(1e-5);
});

test('ropeTables hold the cosines and sines of l * theta^(-2i/K)', async () => {
  const out = await run(() => ({ ...ropeTables(4, 6, 100) }));
  const angles = [0, 1, 2, 3].flatMap((l) => [0, 1, 2].map((i) => l * 100 ** ((-2 * i) / 6)));
  expect(out.cos!.shape).toEqual([4, 3]);
  expect(relative(numbers(out.cos), angles.map(Math.cos))).toBeLessThan(1e-6);
  expect(relative(numbers(out.sin), angles.map(Math.sin))).toBeLessThan(1e-6);
});
