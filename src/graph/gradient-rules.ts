/**
 * The gradient rule of every operator: from the gradients of a node's outputs to those of its inputs. `undefined` stands
 * for one that does not flow; null for an operator without a rule.
 */

import { type Shape, sameShape, sizeOf } from '../shape.ts';
import {
  add,
  cast,
  div,
  equal,
  mul,
  neg,
  reciprocal,
  sigmoid,
  sign,
  sqrt,
  sub,
  where,
} from './ops/elementwise.ts';
import { depthwise, rotaryEmbedding } from './ops/fused.ts';
import { matmul, type ProductOptions } from './ops/linear.ts';
import { mean, sum, sumSquare } from './ops/reduce.ts';
import { concat, expand, reshape, slice, transpose } from './ops/shape.ts';
import type { Node, OperatorName, Operators, Tensor } from './tensor.ts';
import { constant } from './trace.ts';

type OutputGradients<Name extends OperatorName> = Operators[Name] extends { readonly outputs: 2 }
  ? [first: Tensor | undefined, second: Tensor | undefined]
  : [gradient: Tensor];
/** One for each input. */
type InputGradients<Inputs extends readonly Tensor[]> = {
  readonly [Index in keyof Inputs]: Tensor | undefined;
};
type GradientRule<Name extends OperatorName> = (
  node: Node<Name>,
  ...gradients: OutputGradients<Name>
) => InputGradients<Operators[Name]['inputs']>;

/** Any rule as the walker calls it. */
export type AnyGradientRule = (
  node: Node,
  ...gradients: (Tensor | undefined)[]
) => readonly (Tensor | undefined)[];

const out = (node: Node): Tensor => node.outputs[0]!;

/** Sums a gradient over the axes along which an operand was broadcast. */
function unbroadcast(gradient: Tensor, shape: Shape): Tensor {
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  );
  return axes.length === 0 ? gradient : reshape(sum(gradient, axes, true), shape);
}

type Two = Node<'add' | 'sub' | 'mul' | 'div'>;
type Partial2 = (g: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor;

/** Rule of a broadcasting binary operator from its two partial products. */
const binary =
  (left: Partial2, right: Partial2) =>
  (node: Two, g: Tensor): [Tensor, Tensor] => {
    const [a, b] = node.inputs;
    return [unbroadcast(left(g, a, b, out(node)), a.shape), unbroadcast(right(g, a, b, out(node)), b.shape)];
  };

/** Rule of an operator of one operand, from its gradient, its operand and its output. */
const unary =
  (partial: (g: Tensor, x: Tensor, y: Tensor) => Tensor) =>
  (node: Node & { readonly inputs: readonly [Tensor] }, g: Tensor): [Tensor] => [
    partial(g, node.inputs[0], out(node)),
  ];

type Reduction = Node<'sum' | 'mean' | 'max' | 'sumSquare'>;

/** The reduced axes put back with length 1. */
const keptDims = ({ inputs: [x], attributes: { axes } }: Reduction): Shape =>
  x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));

/** Rule of a reduction; `g` comes with the reduced axes put back. */
const reduction =
  (partial: (g: Tensor, x: Tensor, node: Reduction) => Tensor) =>
  (node: Reduction, g: Tensor): [Tensor] => {
    const [x] = node.inputs;
    const dx = partial(reshape(g, keptDims(node)), x, node);
    return [sameShape(dx.shape, x.shape) ? dx : expand(dx, x.shape)];
  };

/** A matrix product's rules; b may be shared by all leading axes of a. */
function product(
  { inputs: [a, b], attributes }: Node<'matmul' | 'gemm'>,
  gradient: Tensor,
): [Tensor, Tensor] {
  const { transposeA: ta, transposeB: tb, scale } = attributes;
  const times = (m: Tensor, n: Tensor, options: ProductOptions) => matmul(m, n, { ...options, scale });
  const da = ta
    ? times(b, gradient, { transposeA: tb, transposeB: true })
    : times(gradient, b, { transposeB: !tb });
  // b is one matrix for a whole batch of a: fold the batch into the summed dimension, one product for all.
  const shared = b.shape.length === 2 && a.shape.length > 2 && !ta;
  const rows = (t: Tensor) => (shared ? reshape(t, [sizeOf(t.shape) / t.shape.at(-1)!, t.shape.at(-1)!]) : t);
  const db = tb
    ? times(rows(gradient), rows(a), { transposeA: true, transposeB: ta })
    : times(rows(a), rows(gradient), { transposeA: !ta });
  return [unbroadcast(da, a.shape), unbroadcast(db, b.shape)];
}

export const gradientRules: { readonly [Name in OperatorName]: GradientRule<Name> | null } = {
  add: binary(
    (g) => g,
    (g) => g,
  ),
  sub: binary(
    (g) => g,
    (g) => neg(g),
  ),
  mul: binary(
    (g, _, b) => mul(g, b),
    (g, a) => mul(g, a),
  ),
  div: binary(
    (g, _, b) => div(g, b),
    (g, _, b, y) => neg(mul(g, div(y, b))),
  ),
  maximum: null,
  minimum: null,
  less: null,
  greater: null,
  greaterOrEqual: null,
  equal: null,

  neg: unary((g) => neg(g)),
  abs: unary((g, x) => mul(g, sign(x))),
  sign: null,
  exp: unary((g, _, y) => mul(g, y)),
  log: unary((g, x) => div(g, x)),
  sqrt: unary((g, _, y) => div(mul(g, 0.5), y)),
  reciprocal: unary((g, _, y) => neg(mul(g, mul(y, y)))),
  atan: unary((g, x) => div(g, add(mul(x, x), 1))),
  sigmoid: unary((g, _, y) => mul(g, mul(y, sub(1, y)))),
  softplus: unary((g, x) => mul(g, sigmoid(x))),
  // d silu = s + y (1 - s) with s = sigmoid(x), y = x s
  silu: unary((g, x, y) => {
    const s = sigmoid(x);
    return mul(g, add(mul(sub(1, s), y), s));
  }),
  where({ inputs: [condition, yes, no] }, g) {
    return [
      undefined,
      unbroadcast(where(condition, g, 0), yes.shape),
      unbroadcast(where(condition, 0, g), no.shape),
    ];
  },
  cast: unary((g, x) => cast(g, x.dtype)),

  matmul: product,
  gemm: (node, g) => [...product(node, g), g],

  reshape: unary((g, x) => reshape(g, x.shape)),
  transpose({ attributes: { permutation } }, g) {
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
    return [transpose(g, inverse)];
  },
  expand: unary((g, x) => unbroadcast(g, x.shape)),
  concat({ inputs, attributes: { axis } }, g) {
    let start = 0;
    return inputs.map((part) => {
      const from = start;
      start += part.shape[axis]!;
      return slice(g, axis, from, start);
    });
  },
  slice({ inputs: [x], attributes: { axis, start, end } }, g) {
    const zeros = (length: number): Tensor[] => {
      const shape = g.shape.map((dim, i) => (i === axis ? length : dim));
      return length === 0 ? [] : [expand(constant(0, [], g.dtype), shape)];
    };
    return [concat([...zeros(start), g, ...zeros(x.shape[axis]! - end)], axis)];
  },
  // The rows of a small table: one-hot(indices)^T g. (Large tables stay outside the graph.)
  gather({ inputs: [table, indices] }, g) {
    const count = sizeOf(indices.shape);
    const V = table.shape[0]!;
    const ids = constant(
      Array.from({ length: V }, (_, i) => i),
      [1, V],
      'int32',
    );
    const oneHot = cast(equal(reshape(indices, [count, 1]), ids), g.dtype); // [N, V]
    const flat = reshape(g, [count, sizeOf(g.shape) / count]); // [N, D]
    return [reshape(matmul(oneHot, flat, { transposeA: true }), table.shape), undefined];
  },

  sum: reduction((g) => g),
  mean: reduction((g, x) => mul(g, sizeOf(g.shape) / sizeOf(x.shape))),
  sumSquare: reduction((g, x) => mul(mul(g, 2), x)),
  // Equal maxima share the gradient.
  max: reduction((g, x, node) => {
    const mask = cast(equal(x, reshape(out(node), keptDims(node))), g.dtype);
    const ties = sum(mask, node.attributes.axes, true);
    return mul(mask, div(g, ties));
  }),
  argMax: null,
  softmax: unary((g, _, y) => {
    const gy = mul(g, y);
    return sub(gy, mul(y, sum(gy, [-1], true)));
  }),

  // s = x + residual, y = s r with r = 1 / sqrt(mean s^2 + eps): ds = r (g - y mean(g y)), to both addends.
  addRmsNorm(node, g, ofSum) {
    const { epsilon } = node.attributes;
    const [y, total] = node.outputs as [Tensor, Tensor];
    const width = total.shape.at(-1)!;
    const normalised = (g: Tensor) => {
      const r = reciprocal(sqrt(add(mul(sumSquare(total, [-1], true), 1 / width), epsilon)));
      return mul(sub(g, mul(y, mean(mul(g, y), [-1], true))), r);
    };
    const ds = g && ofSum ? add(normalised(g), ofSum) : g ? normalised(g) : ofSum;
    return [ds, ds];
  },
  attention: null,
  // A rotation: its transpose turns the other way.
  rotary: ({ inputs: [, cos, sin], attributes: { heads } }, g) => [
    rotaryEmbedding(g, cos, neg(sin), heads),
    undefined,
    undefined,
  ],
  // x sees the kernel turned by half; a tap of the kernel, the products of g with what of x lies under it.
  depthwise({ inputs: [x, kernel] }, g) {
    const [, H, W, D] = x.shape as readonly [number, number, number, number];
    const [R, C] = kernel.shape as readonly [number, number];
    const taps = reshape(kernel, [R * C, D]);
    const turned = Array.from({ length: R * C }, (_, tap) => slice(taps, 0, R * C - 1 - tap, R * C - tap));
    const under = Array.from({ length: R * C }, (_, tap) => {
      const [down, right] = [Math.floor(tap / C) - (R >> 1), (tap % C) - (C >> 1)];
      if (Math.abs(down) >= H || Math.abs(right) >= W) return expand(constant(0, [], g.dtype), [1, D]);
      const product = mul(shifted(shifted(x, 1, down), 2, right), shifted(shifted(g, 1, -down), 2, -right));
      return reshape(sum(product, [0, 1, 2]), [1, D]);
    });
    return [depthwise(g, reshape(concat(turned, 0), kernel.shape)), reshape(concat(under, 0), kernel.shape)];
  },
};

/** What of an axis is left when it is moved by so many places: its end, or its beginning where `by` is negative. */
function shifted(x: Tensor, axis: number, by: number): Tensor {
  const length = x.shape[axis]!;
  return slice(x, axis, Math.max(0, by), length + Math.min(0, by));
}
