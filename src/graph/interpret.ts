/**
 * The reference: what every operator means, as plain loops over float64 numbers, short rather than fast. Results are
 * rounded to the tensor's dtype, or not at all where float64 is asked for: then gradient rules can be held against
 * finite differences, and every backend against the exact value.
 */

import { roundToFloat16 } from '../formats/file-tensor.ts';
import { type Shape, sizeOf } from '../shape.ts';
import * as scalars from './scalars.ts';
import type { DType, Node, OperatorName, Operators, Tensor } from './tensor.ts';
import type { Graph } from './trace.ts';

/** Elements in row-major order; bool is 0 or 1. */
export interface Value {
  readonly shape: Shape;
  readonly data: Float64Array;
}

export type Precision = 'float32' | 'float64';

/** One for each input. */
type Values<Inputs extends readonly Tensor[]> = { readonly [Index in keyof Inputs]: Value };
/** From the values of a node's inputs to the elements of its outputs. */
type Kernel<Name extends OperatorName> = (
  node: Node<Name>,
  ...inputs: Values<Operators[Name]['inputs']>
) => readonly Float64Array[];

/**
 * Runs a graph on numbers.
 *
 * @param inputs elements of each input of the graph, by name.
 * @param precision of float32 tensors.
 * @returns elements of each output, by name.
 */
export function interpret(
  graph: Graph,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  precision: Precision = 'float32',
): Record<string, Float64Array> {
  const round = rounding(precision);
  const values = new Map<number, Value>();
  const store = ({ id, shape, dtype }: Tensor, data: ArrayLike<number>) => {
    values.set(id, { shape, data: new Float64Array(data).map(round[dtype]) });
  };
  for (const { name, tensor } of graph.inputs) store(tensor, inputs[name]!);
  for (const tensor of graph.constants) store(tensor, (tensor.source as { data: ArrayLike<number> }).data);
  for (const node of graph.nodes) {
    const kernel = kernels[node.op] as unknown as (node: Node, ...inputs: Value[]) => Float64Array[];
    const results = kernel(node, ...node.inputs.map(({ id }) => values.get(id)!));
    for (const [i, data] of results.entries()) store(node.outputs[i]!, data);
  }
  return Object.fromEntries(graph.outputs.map(({ name, tensor }) => [name, values.get(tensor.id)!.data]));
}

function rounding(precision: Precision): Readonly<Record<DType, (x: number) => number>> {
  return {
    float32: precision === 'float64' ? (x) => x : Math.fround,
    float16: (x) => (Math.abs(x) < 65520 ? roundToFloat16(x) : x * Number.POSITIVE_INFINITY),
    int32: Math.trunc,
    bool: (x) => (x === 0 ? 0 : 1),
  };
}

/** Elements of a tensor, each from its coordinates. */
function fill<At extends readonly number[]>(shape: Shape, element: (at: At) => number): Float64Array {
  const at = shape.map(() => 0);
  return new Float64Array(sizeOf(shape)).map(() => {
    const value = element(at as readonly number[] as At);
    for (let axis = shape.length - 1; axis >= 0 && ++at[axis]! === shape[axis]; axis--) at[axis] = 0;
    return value;
  });
}

/** Place of an element; axes count from the last, and those of length 1 are broadcast. */
function place(shape: Shape, at: readonly number[]): number {
  const missing = at.length - shape.length;
  return shape.reduce((sum, dim, axis) => sum * dim + (dim === 1 ? 0 : at[axis + missing]!), 0);
}

const read = ({ shape, data }: Value, at: readonly number[]): number => data[place(shape, at)]!;

const outputShape = (node: Node): Shape => node.outputs[0]!.shape;

const unary = (f: (x: number) => number) => (_: Node, x: Value) => [x.data.map(f)];

const binary = (f: (a: number, b: number) => number) => (node: Node, a: Value, b: Value) => [
  fill(outputShape(node), (at) => f(read(a, at), read(b, at))),
];

const mapped = <Name extends string, F, K>(functions: Readonly<Record<Name, F>>, kernel: (f: F) => K) =>
  Object.fromEntries(Object.entries<F>(functions).map(([name, f]) => [name, kernel(f)])) as Record<Name, K>;

/** Folds the elements along the reduced axes, then finishes each with their number. */
const reduction =
  (start: number, fold: (sum: number, x: number) => number, finish = (sum: number, _count: number) => sum) =>
  ({ attributes: { axes } }: Node<'sum' | 'mean' | 'max' | 'sumSquare'>, x: Value) => {
    const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const sums = new Float64Array(sizeOf(kept)).fill(start);
    let i = 0;
    fill(x.shape, (at) => {
      const to = place(kept, at);
      sums[to] = fold(sums[to]!, x.data[i]!);
      return x.data[i++]!;
    });
    return [sums.map((sum) => finish(sum, x.data.length / sums.length))];
  };

/** Rows of the last axis, each through `f`. */
function rows({ shape, data }: Value, f: (row: Float64Array, index: number) => Float64Array): Float64Array {
  const width = shape.at(-1)!;
  const result = new Float64Array(data.length);
  for (let start = 0; start < data.length; start += width)
    result.set(f(data.subarray(start, start + width), start / width), start);
  return result;
}

const total = (numbers: Float64Array): number => numbers.reduce((sum, x) => sum + x, 0);

function softmax(x: Value): Float64Array {
  return rows(x, (row) => {
    const largest = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const powers = row.map((value) => Math.exp(value - largest));
    const sum = total(powers);
    return powers.map((power) => power / sum);
  });
}

function product(node: Node<'matmul' | 'gemm'>, a: Value, b: Value): Float64Array {
  const { transposeA, transposeB, scale } = node.attributes;
  const K = a.shape.at(transposeA ? -2 : -1)!;
  const [stepA, stepB] = [transposeA ? a.shape.at(-1)! : 1, transposeB ? 1 : b.shape.at(-1)!]; // from k to k + 1
  return fill(outputShape(node), (at) => {
    const [leading, [m, n]] = [at.slice(0, -2), at.slice(-2) as [number, number]];
    const fromA = place(a.shape, [...leading, ...(transposeA ? [0, m] : [m, 0])]);
    const fromB = place(b.shape, [...leading, ...(transposeB ? [n, 0] : [0, n])]);
    let sum = 0;
    for (let k = 0; k < K; k++) sum += a.data[fromA + k * stepA]! * b.data[fromB + k * stepB]!;
    return scale * sum;
  });
}

const kernels: { readonly [Name in OperatorName]: Kernel<Name> } = {
  ...mapped(scalars.unary, unary),
  ...mapped({ ...scalars.binary, ...scalars.comparison }, binary),
  where: (node, condition, yes, no) => [
    fill(outputShape(node), (at) => (read(condition, at) === 0 ? read(no, at) : read(yes, at))),
  ],
  // Towards a dtype's own rounding, which comes when the value is stored.
  cast: (_, x) => [x.data],

  matmul: (node, a, b) => [product(node, a, b)],
  gemm: (node, a, b, c) => [product(node, a, b).map((value, i) => value + c.data[i]!)],

  reshape: (_, x) => [x.data],
  transpose: (node, x) => [
    fill(outputShape(node), (at) => {
      const { permutation } = node.attributes;
      return read(
        x,
        permutation.map((_, axis) => at[permutation.indexOf(axis)]!),
      );
    }),
  ],
  expand: (node, x) => [fill(outputShape(node), (at) => read(x, at))],
  concat: (node, ...parts) => [
    fill(outputShape(node), (at) => {
      const { axis } = node.attributes;
      let [part, offset] = [0, at[axis]!];
      while (offset >= parts[part]!.shape[axis]!) offset -= parts[part++]!.shape[axis]!;
      return read(parts[part]!, at.with(axis, offset));
    }),
  ],
  slice: (node, x) => [
    fill(outputShape(node), (at) => {
      const { axis, start } = node.attributes;
      return read(x, at.with(axis, start + at[axis]!));
    }),
  ],
  gather: (node, table, indices) => [
    fill(outputShape(node), (at) => {
      const rank = indices.shape.length;
      return read(table, [read(indices, at.slice(0, rank)), ...at.slice(rank)]);
    }),
  ],

  sum: reduction(0, (sum, x) => sum + x),
  mean: reduction(
    0,
    (sum, x) => sum + x,
    (sum, count) => sum / count,
  ),
  max: reduction(Number.NEGATIVE_INFINITY, Math.max),
  sumSquare: reduction(0, (sum, x) => sum + x * x),
  argMax: (node, x) => [
    fill(outputShape(node), (at) => {
      const { axis } = node.attributes;
      let best = 0;
      for (let i = 1; i < x.shape[axis]!; i++)
        if (read(x, at.toSpliced(axis, 0, i)) > read(x, at.toSpliced(axis, 0, best))) best = i;
      return best;
    }),
  ],
  softmax: (_, x) => [softmax(x)],

  addRmsNorm({ attributes: { epsilon } }, x, residual) {
    const sum = x.data.map((value, i) => value + residual.data[i]!);
    const normalised = rows({ shape: x.shape, data: sum }, (row) => {
      const meanSquare = total(row.map((value) => value * value)) / row.length;
      return row.map((value) => value / Math.sqrt(meanSquare + epsilon));
    });
    return [normalised, sum];
  },
  attention({ attributes: { heads: H } }, q, k, v) {
    const [B, L, D] = q.shape as readonly [number, number, number];
    const K = D / H;
    const head = (x: Value, b: number, l: number, h: number) =>
      x.data.subarray((b * L + l) * D + h * K, (b * L + l) * D + (h + 1) * K); // [K]
    const scores = fill<[number, number, number, number]>([B, H, L, L], ([b, h, l, m]) => {
      const [query, key] = [head(q, b, l, h), head(k, b, m, h)];
      return total(query.map((value, i) => value * key[i]!)) / Math.sqrt(K);
    });
    const weights = { shape: [B, H, L, L], data: softmax({ shape: [B, H, L, L], data: scores }) };
    const mixed = fill<[number, number, number]>([B, L, D], ([b, l, d]) => {
      const h = Math.floor(d / K);
      let sum = 0;
      for (let m = 0; m < L; m++) sum += read(weights, [b, h, l, m]) * read(v, [b, m, d]);
      return sum;
    });
    return [mixed];
  },
  rotary({ attributes: { heads } }, x, cos, sin) {
    const half = x.shape[2]! / heads / 2; // K/2
    const rotated = fill<[number, number, number]>(x.shape, ([b, l, d]) => {
      const i = d % half;
      const isFirst = d % (2 * half) < half;
      const own = read(x, [b, l, d]) * read(cos, [l, i]);
      const other = read(x, [b, l, isFirst ? d + half : d - half]) * read(sin, [l, i]);
      return isFirst ? own - other : own + other;
    });
    return [rotated];
  },
  depthwise(_, x, kernel) {
    const [, H, W] = x.shape as readonly [number, number, number, number];
    const [R, C] = kernel.shape as readonly [number, number, number];
    const convolved = fill<[number, number, number, number]>(x.shape, ([b, i, j, d]) => {
      let sum = 0;
      for (let r = 0; r < R; r++) {
        for (let c = 0; c < C; c++) {
          const [row, column] = [i + r - (R >> 1), j + c - (C >> 1)];
          if (row < 0 || row >= H || column < 0 || column >= W) continue;
          sum += read(x, [b, row, column, d]) * read(kernel, [r, c, d]);
        }
      }
      return sum;
    });
    return [convolved];
  },
};
