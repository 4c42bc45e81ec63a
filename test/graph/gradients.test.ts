/** Every gradient rule against finite differences, over shapes and broadcasts; and the walker itself. */

import { describe, expect, it, test } from 'vitest';
import { differentiable, gradients } from '../../src/graph/gradients.ts';
import * as e from '../../src/graph/ops/elementwise.ts';
import { addRmsNorm, fusedAttention, rotaryEmbedding, silu } from '../../src/graph/ops/fused.ts';
import { gemm, matmul } from '../../src/graph/ops/linear.ts';
import * as r from '../../src/graph/ops/reduce.ts';
import * as s from '../../src/graph/ops/shape.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { constant, input, noGrad, trace } from '../../src/graph/trace.ts';
import { float32 } from '../../src/runtime/backend.ts';
import type { Shape } from '../../src/shape.ts';
import { type GradientCase, gradientErrors, run } from './support.ts';

const pairs: Shape[][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[1], [2, 2]],
];
const binary = (
  op: string,
  build: (a: Tensor, b: Tensor) => Tensor,
  range: readonly [number, number] = [-1, 1],
): GradientCase[] => pairs.map((shapes) => ({ op, shapes, build: build as GradientCase['build'], range }));
const unary = (
  op: string,
  build: (x: Tensor) => Tensor,
  range: readonly [number, number] = [-2, 2],
): GradientCase[] =>
  [[3], [2, 3]].map((shape) => ({ op, shapes: [shape], build: build as GradientCase['build'], range }));
const condition = (shape: Shape) =>
  e.greater(
    constant(
      Array.from({ length: 6 }, (_, i) => (i % 2) - 0.5),
      shape,
    ),
    0,
  );
const products: GradientCase[] = [false, true].flatMap((transposeA) =>
  [false, true].flatMap((transposeB) =>
    [
      [[], []],
      [[2], [2]],
      [[2], []],
      [[2, 1], [3]],
    ].map(([leadA, leadB]) => ({
      op: transposeA || transposeB ? 'FusedMatMul' : 'MatMul',
      shapes: [
        [...leadA!, ...(transposeA ? [4, 3] : [3, 4])],
        [...leadB!, ...(transposeB ? [2, 4] : [4, 2])],
      ],
      build: (a: Tensor, b: Tensor) =>
        matmul(a, b, { transposeA, transposeB, ...(transposeA ? { alpha: 0.5 } : {}) }),
    })),
  ),
);
const gemms: GradientCase[] = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({
    op: 'Gemm',
    shapes: [transposeA ? [4, 3] : [3, 4], transposeB ? [2, 4] : [4, 2], [3, 2]],
    build: (a: Tensor, b: Tensor, c: Tensor) => gemm(a, b, c, { transposeA, transposeB }),
  })),
);

const cases: GradientCase[] = [
  ...binary('Add', e.add),
  ...binary('Sub', e.sub),
  ...binary('Mul', e.mul),
  ...binary('Div', e.div, [0.5, 2]),
  ...unary('Neg', e.neg),
  ...unary('Abs', e.abs, [0.1, 2]),
  ...unary('Exp', e.exp),
  ...unary('Log', e.log, [0.5, 2]),
  ...unary('Sqrt', e.sqrt, [0.5, 2]),
  ...unary('Reciprocal', e.reciprocal, [0.5, 2]),
  ...unary('Atan', e.atan),
  ...unary('Sigmoid', e.sigmoid),
  ...unary('Softplus', e.softplus),
  ...unary('QuickGelu', silu),
  { op: 'Where', shapes: [[2, 3], [3]], build: (a, b) => e.where(condition([2, 3]), a, b) },
  { op: 'Where', shapes: [[3, 2], [1]], build: (a, b) => e.where(condition([3, 2]), b, a) },
  ...products,
  ...gemms,
  { op: 'Reshape', shapes: [[2, 6]], build: (x) => e.mul(s.reshape(x, [3, 4]), s.reshape(x, [3, 4])) },
  { op: 'Transpose', shapes: [[2, 3, 4]], build: (x) => s.transpose(x, [1, 2, 0]) },
  { op: 'Expand', shapes: [[2, 1]], build: (x) => s.expand(x, [3, 2, 4]) },
  {
    op: 'Concat',
    shapes: [
      [2, 1],
      [2, 3],
    ],
    build: (a, b) => s.concat([a, b, a], 1),
  },
  { op: 'Slice', shapes: [[4, 3]], build: (x) => s.slice(x, 0, 1, 3) },
  { op: 'Slice', shapes: [[2, 5]], build: (x) => s.slice(x, 1, 0, 2) },
  { op: 'Gather', shapes: [[4, 3]], build: (x) => s.gather(x, constant([3, 0, 0, 2], [2, 2], 'int32')) },
  { op: 'ReduceSum', shapes: [[2, 3, 2]], build: (x) => r.sum(x, [1]) },
  { op: 'ReduceSum', shapes: [[2, 3]], build: (x) => r.sum(x) },
  { op: 'ReduceMean', shapes: [[2, 3, 2]], build: (x) => r.mean(x, [0, -1], true) },
  { op: 'ReduceSumSquare', shapes: [[2, 3]], build: (x) => r.sumSquare(x, [-1], true) },
  { op: 'ReduceMax', shapes: [[3, 4]], build: (x) => r.max(x, [-1]) },
  { op: 'Softmax', shapes: [[2, 4]], build: (x) => r.softmax(x) },
  {
    op: 'SkipSimplifiedLayerNormalization',
    shapes: [
      [2, 4],
      [2, 4],
    ],
    build: (a, b) => addRmsNorm(a, b, 1e-5),
  },
  {
    op: 'RotaryEmbedding',
    shapes: [[2, 3, 8]],
    build: (x) => {
      const angles = Array.from({ length: 6 }, (_, i) => i * 0.7);
      return rotaryEmbedding(
        x,
        constant(angles.map(Math.cos), [3, 2]),
        constant(angles.map(Math.sin), [3, 2]),
        2,
      );
    },
  },
];

describe('each rule equals finite differences', () => {
  it.each(cases.map((c) => [`${c.op} ${c.shapes.map((shape) => `[${shape}]`).join(' ')}`, c] as const))(
    '%s',
    async (_, c) => {
      for (const error of await gradientErrors(c)) expect(error).toBeLessThan(1e-2);
    },
  );

  it('covers the whole table', () => {
    expect(new Set([...cases.map((c) => c.op), 'Cast'])).toEqual(new Set(differentiable));
  });
});

test('a weight that is applied three times collects its gradient by Gemm', async () => {
  const build = (x: Tensor, w: Tensor) => matmul(silu(matmul(silu(matmul(x, w)), w)), w);
  for (const error of await gradientErrors({
    op: '',
    shapes: [
      [5, 3],
      [3, 3],
    ],
    build: build as GradientCase['build'],
  }))
    expect(error).toBeLessThan(1e-2);
  const graph = trace('shared', () => {
    const w = input('w', [3, 3]);
    return { g: gradients(r.sum(build(input('x', [5, 3]), w)), [w])[0]! };
  });
  expect(graph.nodes.filter((node) => node.op === 'Gemm').length).toBe(2);
});

test('noGrad stops the gradient; what the loss does not depend on gets zeros', async () => {
  const out = await run(
    () => {
      const [x, other] = [input('x', [2]), input('other', [3])];
      const loss = r.sum(
        e.mul(
          x,
          noGrad(() => e.mul(x, x)),
        ),
      );
      const [gx, gOther] = gradients(loss, [x, other]);
      return { gx: gx!, gOther: gOther! };
    },
    { x: float32(Float32Array.of(2, 3), [2]), other: float32(new Float32Array(3), [3]) },
  );
  expect(Array.from(out.gx!.data as Float32Array)).toEqual([4, 9]);
  expect(Array.from(out.gOther!.data as Float32Array)).toEqual([0, 0, 0]);
});

test('an operator without a rule is named', () => {
  const attempt = () =>
    trace('attention', () => {
      const x = input('x', [1, 2, 4]);
      return { g: gradients(r.sum(fusedAttention(x, x, x, 2)), [x])[0]! };
    });
  expect(attempt).toThrow(/MultiHeadAttention has no gradient rule.*noGrad/);
});

test('the gradient of a cast is cast back (half precision is too coarse for differences)', async () => {
  const weights = [0.5, -2];
  const out = await run(
    () => {
      const x = input('x', [2]);
      const half = e.cast(e.mul(e.cast(x, 'float16'), e.cast(constant(weights, [2]), 'float16')), 'float32');
      return { g: gradients(r.sum(half), [x])[0]! };
    },
    { x: float32(Float32Array.of(1, 1), [2]) },
  );
  expect(Array.from(out.g!.data as Float32Array)).toEqual(weights);
});

test('an integer between the loss and a weight is named too', () => {
  const attempt = () =>
    trace('counting', () => {
      const x = input('x', [2, 4]);
      return { g: gradients(r.sum(e.cast(r.argMax(x, -1), 'float32')), [x])[0]! };
    });
  expect(attempt).toThrow(/operator ArgMax has no gradient rule; compute it under noGrad/);
});

test('equal maxima share the gradient', async () => {
  const out = await run(
    () => {
      const x = input('x', [2, 3]);
      return { g: gradients(r.sum(r.max(x, [1])), [x])[0]! };
    },
    { x: float32(Float32Array.of(1, 5, 5, 7, 0, 2), [2, 3]) },
  );
  expect(Array.from(out.g!.data as Float32Array)).toEqual([0, 0.5, 0.5, 1, 0, 0]);
});

test('the loss must be a scalar', () => {
  const attempt = () => trace('vector', () => ({ g: gradients(input('x', [2]), [])[0]! }));
  expect(attempt).toThrow(/the loss has shape \[2\]; reduce it to a scalar first/);
});
