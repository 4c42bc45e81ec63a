/**
 * Every operator with operands of random shapes, to hold what computes it against the reference interpreter. The table
 * does not compile while an operator is missing. Imports nothing of Node.
 */

import type { Random } from '../../src/data/random.ts';
import * as e from '../../src/graph/ops/elementwise.ts';
import { depthwise, fusedAttention, rotaryEmbedding } from '../../src/graph/ops/fused.ts';
import { gemm, matmul } from '../../src/graph/ops/linear.ts';
import * as r from '../../src/graph/ops/reduce.ts';
import * as s from '../../src/graph/ops/shape.ts';
import type { DType, OperatorName, Tensor } from '../../src/graph/tensor.ts';
import { emit, input } from '../../src/graph/trace.ts';
import { type Shape, sizeOf } from '../../src/shape.ts';

export interface Operand {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export interface OperatorCase {
  readonly operands: readonly Operand[];
  readonly build: (...inputs: Tensor[]) => Tensor;
}

/** Declares a case's operands as inputs of the graph being traced, and builds on them. */
export function traceCase(prefix: string, { operands, build }: OperatorCase): Tensor {
  return build(...operands.map(({ shape, dtype }, i) => input(`${prefix}${i}`, shape, dtype)));
}

const floats = (random: Random, shape: Shape, from = -2, to = 2): Operand => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from({ length: sizeOf(shape) }, () => from + (to - from) * random.float()),
});

/** Away from zero, where some have a kink or a pole. */
const apart = (random: Random, shape: Shape): Operand => {
  const { data, ...rest } = floats(random, shape, 0.2, 2);
  return { ...rest, data: (data as Float32Array).map((x) => (random.int(2) === 0 ? x : -x)) };
};

/** Few different values, so that some are equal. */
const whole = (random: Random, shape: Shape, dtype: 'float32' | 'int32' | 'bool', below: number): Operand => {
  const data = Array.from({ length: sizeOf(shape) }, () => random.int(below));
  const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;
  return { shape, dtype, data: arrays[dtype].from(data) };
};

const dims = (random: Random, rank: number): number[] =>
  Array.from({ length: rank }, () => 1 + random.int(4));
const shape = (random: Random, least = 1): number[] => dims(random, least + random.int(4 - least));

/** A shape that broadcasts to `full`: leading axes missing, others of length 1. */
const broadcastable = (random: Random, full: Shape): number[] =>
  full.slice(random.int(full.length)).map((dim) => (random.int(3) === 0 ? 1 : dim));

type Draw = (random: Random) => OperatorCase;
type Fill = (random: Random, shape: Shape) => Operand;

const unary =
  (build: (x: Tensor) => Tensor, fill: Fill = floats): Draw =>
  (random) => ({ operands: [fill(random, shape(random))], build: build as OperatorCase['build'] });

/** Either operand may be the one that is broadcast. */
const binary =
  (build: (a: Tensor, b: Tensor) => Tensor, fill: Fill = floats): Draw =>
  (random) => {
    const full = shape(random);
    const pair = [fill(random, full), fill(random, broadcastable(random, full))];
    return {
      operands: random.int(2) === 0 ? pair : pair.reverse(),
      build: build as OperatorCase['build'],
    };
  };

const positive: Fill = (random, shape) => floats(random, shape, 0.3, 3);
const fewValues: Fill = (random, shape) => whole(random, shape, 'float32', 3);

const reduction =
  (build: typeof r.sum): Draw =>
  (random) => {
    const x = floats(random, shape(random));
    const some = x.shape.map((_, axis) => axis).filter(() => random.int(2) === 0);
    const axes = some.length > 0 ? some : [-1];
    const keepDims = random.int(2) === 0;
    return { operands: [x], build: (t) => build(t!, axes, keepDims) };
  };

const product = (random: Random, leading: readonly [Shape, Shape]) => {
  const [m, k, n] = dims(random, 3) as [number, number, number];
  const [transposeA, transposeB] = [random.int(2) === 0, random.int(2) === 0];
  const scale = random.int(2) === 0 ? 1 : 0.5;
  const a = floats(random, [...leading[0], ...(transposeA ? [k, m] : [m, k])]);
  const b = floats(random, [...leading[1], ...(transposeB ? [n, k] : [k, n])]);
  return { a, b, m, n, options: { transposeA, transposeB, scale } };
};

/** B batch, L positions, H heads, K head width; K is even. */
const heads = (random: Random) => {
  const [B, L, H] = dims(random, 3) as [number, number, number];
  const K = 2 * (1 + random.int(3));
  return { B, L, H, K, D: H * K };
};

export const operatorCases: { readonly [Name in OperatorName]: Draw } = {
  neg: unary(e.neg),
  abs: unary(e.abs, apart),
  sign: unary(e.sign, fewValues),
  exp: unary(e.exp),
  log: unary(e.log, positive),
  sqrt: unary(e.sqrt, positive),
  reciprocal: unary(e.reciprocal, apart),
  atan: unary(e.atan),
  sigmoid: unary(e.sigmoid),
  softplus: unary(e.softplus),
  silu: unary(e.silu),
  add: binary(e.add),
  sub: binary(e.sub),
  mul: binary(e.mul),
  div: binary(e.div, apart),
  maximum: binary(e.maximum),
  minimum: binary(e.minimum),
  less: binary(e.less, fewValues),
  greater: binary(e.greater, fewValues),
  greaterOrEqual: binary(e.greaterOrEqual, fewValues),
  equal: binary(e.equal, (random, shape) => whole(random, shape, 'int32', 3)),
  where: (random) => {
    const full = shape(random);
    const some = () => broadcastable(random, full);
    const operands = [whole(random, full, 'bool', 2), floats(random, some()), floats(random, some())];
    return { operands, build: (condition, yes, no) => e.where(condition!, yes!, no!) };
  },
  cast: (random) => {
    const to = (['int32', 'bool', 'float32'] as const)[random.int(3)]!;
    const x = whole(random, shape(random), to === 'float32' ? 'int32' : 'float32', 4);
    return { operands: [x], build: (t) => e.cast(t!, to) };
  },
  matmul: (random) => {
    const full = dims(random, random.int(3));
    const leading = [full, full.length === 0 ? [] : broadcastable(random, full)] as const;
    const { a, b, options } = product(random, leading);
    return { operands: [a, b], build: (m, n) => matmul(m!, n!, options) };
  },
  gemm: (random) => {
    const { a, b, m, n, options } = product(random, [[], []]);
    return {
      operands: [a, b, floats(random, [m, n])],
      build: (left, right, c) => gemm(left!, right!, c!, options),
    };
  },
  reshape: (random) => {
    const x = floats(random, [2, ...shape(random)]);
    const rest = sizeOf(x.shape) / 2;
    return { operands: [x], build: (t) => s.reshape(t!, x.shape.length === 2 ? [rest, 2] : [2, rest]) };
  },
  transpose: (random) => {
    const x = floats(random, shape(random, 2));
    const permutation = x.shape.map((_, axis) => (axis + 1) % x.shape.length);
    return { operands: [x], build: (t) => s.transpose(t!, permutation) };
  },
  expand: (random) => {
    const full = [2, ...shape(random)];
    return {
      operands: [floats(random, broadcastable(random, full.slice(1)))],
      build: (t) => s.expand(t!, full),
    };
  },
  concat: (random) => {
    const whole = shape(random, 2);
    const axis = random.int(whole.length);
    const operands = [1, 3, 2].map((length) => floats(random, whole.with(axis, length)));
    return { operands, build: (...parts) => s.concat(parts, axis) };
  },
  slice: (random) => {
    const whole = shape(random);
    const axis = random.int(whole.length);
    const start = random.int(3);
    const x = floats(random, whole.with(axis, 5));
    return { operands: [x], build: (t) => s.slice(t!, axis, start, start + 1 + random.int(2)) };
  },
  gather: (random) => {
    const table = floats(random, [4, ...shape(random)]);
    return {
      operands: [table, whole(random, shape(random), 'int32', 4)],
      build: (rows, indices) => s.gather(rows!, indices!),
    };
  },
  sum: reduction(r.sum),
  mean: reduction(r.mean),
  max: reduction(r.max),
  sumSquare: reduction(r.sumSquare),
  argMax: (random) => {
    const x = fewValues(random, shape(random, 2));
    const axis = random.int(x.shape.length);
    return { operands: [x], build: (t) => r.argMax(t!, axis) };
  },
  softmax: unary(r.softmax),
  /** Both outputs count. */
  addRmsNorm: (random) => {
    const of = shape(random, 2);
    const build: OperatorCase['build'] = (x, residual) => {
      const [normalised, sum] = emit('addRmsNorm', [x!, residual!], { epsilon: 1e-2 });
      return e.add(normalised!, e.mul(sum!, 0.25));
    };
    return { operands: [floats(random, of), floats(random, of)], build };
  },
  attention: (random) => {
    const { B, L, H, D } = heads(random);
    const operands = [1, 2, 3].map(() => floats(random, [B, L, D]));
    return { operands, build: (q, k, v) => fusedAttention(q!, k!, v!, H) };
  },
  rotary: (random) => {
    const { B, L, H, K, D } = heads(random);
    const table = [L, K / 2];
    const operands = [floats(random, [B, L, D]), floats(random, table), floats(random, table)];
    return { operands, build: (x, cos, sin) => rotaryEmbedding(x!, cos!, sin!, H) };
  },
  /** Also grids that are smaller than the kernel. */
  depthwise: (random) => {
    const grid = dims(random, 4);
    const odd = () => 1 + 2 * random.int(3);
    const operands = [floats(random, grid), floats(random, [odd(), odd(), grid[3]!])];
    return { operands, build: (x, kernel) => depthwise(x!, kernel!) };
  },
};

export const operatorNames = Object.keys(operatorCases) as OperatorName[];
