/**
 * NaN, infinity, zeros of both signs and overflow through every elementwise operator and every reduction: training stops on
 * a loss that is not finite, so no engine may lose one on the way. Imports nothing of Node.
 */

import { cast, equal, less, mul, where } from '../../src/graph/ops/elementwise.ts';
import { addRmsNorm } from '../../src/graph/ops/fused.ts';
import { matmul } from '../../src/graph/ops/linear.ts';
import { argMax, max, mean, softmax, sum, sumSquare } from '../../src/graph/ops/reduce.ts';
import { reshape, transpose } from '../../src/graph/ops/shape.ts';
import { binary, comparison, unary } from '../../src/graph/scalars.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { emit, input, trace } from '../../src/graph/trace.ts';
import { type Backend, float32 } from '../../src/runtime/backend.ts';
import type { GraphCase } from './contract-graphs.ts';

const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, -1, 2.5, -90, 90];
const S = special.length;

/** A row of ordinary numbers for each special one, which stands at another place in each. */
const [W, R] = [37, 3 * S];
const rows = Float32Array.from({ length: R * W }, (_, i) => {
  const [row, column] = [Math.floor(i / W), i % W];
  return column === (row * 11) % W ? special[row % S]! : Math.sin(i);
});

const each = (names: object, build: (name: string) => readonly Tensor[]) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, build(name)[0]!]));

/** ONNX Runtime's ReduceMax forgets a NaN in a row; a shader's compiler may take it that there is none. */
const knownFaults = ({ engine, device }: Backend): readonly string[] => [
  ...(engine === 'onnxruntime' ? ['largest over rows', 'largest over columns'] : []),
  ...(device === 'webgpu' ? ['exp', 'log', 'sigmoid', 'softplus', 'silu', 'softmax'] : []),
];

export function nonFiniteCase(): GraphCase {
  const graph = trace('not finite', () => {
    const [a, b] = [input('a', [S * S]), input('b', [S * S])];
    const x = input('x', [R, W]);
    const columns = transpose(x, [1, 0]); // [W, R]
    return {
      ...each(unary, (name) => emit(name as 'exp', [a], {})),
      ...each({ ...binary, ...comparison }, (name) => emit(name as 'add', [a, b], {})),
      where: where(less(a, b), a, mul(b, 2)),
      'cast to bool': cast(a, 'bool'),
      sum: sum(x, [1]),
      mean: mean(x, [1]),
      'sum of squares': sumSquare(x, [1]),
      'largest over rows': max(x, [1]),
      'largest over columns': max(columns, [0]),
      'largest of all': max(x),
      'sum over columns': sum(columns, [0]),
      'sum of all': sum(x),
      softmax: softmax(x),
      norm: addRmsNorm(x, reshape(x, [R, W]), 1e-5),
      product: matmul(x, columns), // [R, R]
      best: argMax(where(equal(x, x), x, -1), 1), // which is the largest of a NaN is nowhere said
    };
  });
  const pairs = (of: (i: number) => number) =>
    float32(
      Float32Array.from({ length: S * S }, (_, i) => special[of(i)]!),
      [S * S],
    );
  return {
    name: 'lets NaN and infinity through every elementwise operator and reduction',
    graph,
    feeds: { a: pairs((i) => Math.floor(i / S)), b: pairs((i) => i % S), x: float32(rows, [R, W]) },
    tolerance: 1e-5,
    knownFaults,
  };
}
