/**
 * Reverse-mode gradients of a traced graph: one table of rules and a short walker.
 *
 * The walker visits nodes from the loss backwards and adds up what reaches each tensor. Contributions that are
 * matrix products are added by Gemm in the pass that computes them, so a weight that is applied many times
 * (here: in every recursion) costs no extra pass over its gradient.
 */

import { TrmError } from '../errors.ts';
import { type Shape, showShape, sizeOf } from '../shape.ts';
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
import { rotaryEmbedding } from './ops/fused.ts';
import { gemm, type MatmulOptions, matmul } from './ops/linear.ts';
import { mean, sum, sumSquare } from './ops/reduce.ts';
import { concat, expand, reshape, slice, transpose } from './ops/shape.ts';
import type { Node, Tensor } from './tensor.ts';
import { constant, noGrad, reachable, scope } from './trace.ts';

/** Given the gradient of a node's first output, the gradient of each input; undefined where none flows. */
type Rule = (node: Node, gradient: Tensor) => readonly (Tensor | undefined)[];

const x = (node: Node): Tensor => node.inputs[0]!;
const second = (node: Node): Tensor => node.inputs[1]!;
const y = (node: Node): Tensor => node.outputs[0]!;

/** Sums a gradient over the axes along which an operand was broadcast. */
function unbroadcast(gradient: Tensor, shape: Shape): Tensor {
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  );
  return axes.length === 0 ? gradient : reshape(sum(gradient, axes, true), shape);
}

/** Rule of a broadcasting binary operator from its two partial products. */
const binary =
  (left: (node: Node, g: Tensor) => Tensor, right: (node: Node, g: Tensor) => Tensor): Rule =>
  (node, g) => [unbroadcast(left(node, g), x(node).shape), unbroadcast(right(node, g), second(node).shape)];

const unary =
  (partial: (node: Node, g: Tensor) => Tensor): Rule =>
  (node, g) => [partial(node, g)];

/** The reduced axes put back with length 1. */
function keptDims(node: Node): Shape {
  const axes = second(node).source;
  const over = axes.kind === 'constant' ? Array.from(axes.data as BigInt64Array, Number) : [];
  return x(node).shape.map((dim, axis) => (over.includes(axis) ? 1 : dim));
}

const restored = (node: Node, g: Tensor): Tensor => reshape(g, keptDims(node));
const reducedCount = (node: Node): number => sizeOf(x(node).shape) / sizeOf(keptDims(node));

/** A matrix product's rules; a and b may be read transposed, b may be shared by all leading axes of a. */
const product: Rule = (node, gradient) => {
  const [a, b] = [x(node), second(node)];
  const ta = node.attributes.transA === 1;
  const tb = node.attributes.transB === 1;
  const scale = node.attributes.alpha as { float: number } | undefined;
  const alpha = scale ? { alpha: scale.float } : {};
  const times = (m: Tensor, n: Tensor, options: MatmulOptions) => matmul(m, n, { ...options, ...alpha });
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
};

const rules: Readonly<Record<string, Rule>> = {
  Add: binary(
    (_, g) => g,
    (_, g) => g,
  ),
  Sub: binary(
    (_, g) => g,
    (_, g) => neg(g),
  ),
  Mul: binary(
    (n, g) => mul(g, second(n)),
    (n, g) => mul(g, x(n)),
  ),
  Div: binary(
    (n, g) => div(g, second(n)),
    (n, g) => neg(mul(g, div(y(n), second(n)))),
  ),
  Neg: unary((_, g) => neg(g)),
  Abs: unary((n, g) => mul(g, sign(x(n)))),
  Exp: unary((n, g) => mul(g, y(n))),
  Log: unary((n, g) => div(g, x(n))),
  Sqrt: unary((n, g) => div(mul(g, 0.5), y(n))),
  Reciprocal: unary((n, g) => neg(mul(g, mul(y(n), y(n))))),
  Atan: unary((n, g) => div(g, add(mul(x(n), x(n)), 1))),
  Sigmoid: unary((n, g) => mul(g, mul(y(n), sub(1, y(n))))),
  Softplus: unary((n, g) => mul(g, sigmoid(x(n)))),
  // d silu = s + y (1 - s) with s = sigmoid(x), y = x s
  QuickGelu: unary((n, g) => {
    const s = sigmoid(x(n));
    return mul(g, add(mul(sub(1, s), y(n)), s));
  }),
  Where: (n, g) => {
    const [condition, a, b] = n.inputs as [Tensor, Tensor, Tensor];
    return [
      undefined,
      unbroadcast(where(condition, g, 0), a.shape),
      unbroadcast(where(condition, 0, g), b.shape),
    ];
  },
  Cast: (n, g) => [cast(g, x(n).dtype)],

  MatMul: product,
  FusedMatMul: product,
  Gemm: (n, g) => [...product(n, g), g],

  Reshape: (n, g) => [reshape(g, x(n).shape)],
  Transpose: (n, g) => {
    const perm = n.attributes.perm as readonly number[];
    return [
      transpose(
        g,
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
    ];
  },
  Expand: (n, g) => [unbroadcast(g, x(n).shape)],
  Concat: (n, g) => {
    const axis = n.attributes.axis as number;
    let start = 0;
    return n.inputs.map((part) => {
      const from = start;
      start += part!.shape[axis]!;
      return slice(g, axis, from, start);
    });
  },
  Slice: (n, g) => {
    const [, start, , axes] = n.inputs.map((i) =>
      i?.source.kind === 'constant' ? Number(i.source.data[0]) : 0,
    );
    const axis = axes!;
    const zeros = (length: number): Tensor[] =>
      length === 0
        ? []
        : [
            expand(
              constant(0, [], g.dtype),
              g.shape.map((d, i) => (i === axis ? length : d)),
            ),
          ];
    const after = x(n).shape[axis]! - start! - g.shape[axis]!;
    return [concat([...zeros(start!), g, ...zeros(after)], axis)];
  },
  // The rows of a small table: one-hot(indices)^T g. (Large tables stay outside the graph.)
  Gather: (n, g) => {
    const [table, indices] = [x(n), second(n)];
    const count = sizeOf(indices.shape);
    const ids = constant(
      Array.from({ length: table.shape[0]! }, (_, i) => i),
      [1, table.shape[0]!],
      indices.dtype,
    );
    const oneHot = cast(equal(reshape(indices, [count, 1]), ids), g.dtype); // [N, V]
    const flat = reshape(g, [count, sizeOf(g.shape) / count]); // [N, D]
    return [reshape(matmul(oneHot, flat, { transposeA: true }), table.shape), undefined];
  },

  // A rotation: its transpose turns the other way.
  RotaryEmbedding: (n, g) => {
    const [, , cos, sin] = n.inputs as Tensor[];
    return [rotaryEmbedding(g, cos!, neg(sin!), n.attributes.num_heads as number)];
  },

  ReduceSum: (n, g) => [expand(restored(n, g), x(n).shape)],
  ReduceMean: (n, g) => [expand(mul(restored(n, g), 1 / reducedCount(n)), x(n).shape)],
  ReduceSumSquare: (n, g) => [mul(mul(restored(n, g), 2), x(n))],
  // Equal maxima share the gradient.
  ReduceMax: (n, g) => {
    const mask = cast(equal(x(n), reshape(y(n), keptDims(n))), g.dtype);
    const ties = sum(
      mask,
      keptDims(n).flatMap((d, i) => (d === 1 ? [i] : [])),
      true,
    );
    return [mul(mask, div(restored(n, g), ties))];
  },
  Softmax: (n, g) => {
    const gy = mul(g, y(n));
    return [sub(gy, mul(y(n), sum(gy, [-1], true)))];
  },
  // s = x + residual, y = s r with r = 1 / sqrt(mean s^2 + eps): ds = r (g - y mean(g y)), to both addends.
  SkipSimplifiedLayerNormalization: (n, g) => {
    const total = n.outputs[3]!;
    const { float: epsilon } = n.attributes.epsilon as { float: number };
    const width = total.shape.at(-1)!;
    const r = reciprocal(sqrt(add(mul(sumSquare(total, [-1], true), 1 / width), epsilon)));
    const ds = mul(sub(g, mul(y(n), mean(mul(g, y(n)), [-1], true))), r);
    return [ds, ds, undefined];
  },
};

/** Names of the operators that have a gradient rule. */
export const differentiable: readonly string[] = Object.keys(rules);

/** Adds up contributions, letting matrix products accumulate onto the sum of the others. */
function accumulate(contributions: readonly Tensor[]): Tensor {
  const isProduct = ({ source, shape }: Tensor) =>
    source.kind === 'node' &&
    (source.node.op === 'FusedMatMul' || source.node.op === 'MatMul') &&
    shape.length === 2;
  const products = contributions.filter(isProduct);
  const others = contributions.filter((c) => !isProduct(c));
  const start = others.length > 0 ? others.reduce((total, c) => add(total, c)) : products.shift()!;
  return products.reduce((total, c) => {
    const node = (c.source as { node: Node }).node;
    const scale = node.attributes.alpha as { float: number } | undefined;
    return gemm(x(node), second(node), total, {
      transposeA: node.attributes.transA === 1,
      transposeB: node.attributes.transB === 1,
      alpha: scale?.float ?? 1,
    });
  }, start);
}

/**
 * Gradients of a scalar with respect to `wrt`, as tensors of the graph being traced. A tensor that the loss does
 * not depend on gets zeros. Nodes traced under `noGrad` pass nothing on.
 *
 * @throws TrmError `graph` when the loss is no scalar, or an operator on the way has no rule (named in the message).
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (sizeOf(loss.shape) !== 1) {
    throw new TrmError('graph', `gradients: the loss has shape ${showShape(loss.shape)}`, {
      fix: 'reduce it to a scalar first',
    });
  }
  const { nodes } = reachable([loss]);
  const needed = new Set(wrt.map((tensor) => tensor.id));
  const path = nodes.filter((node) => {
    const depends = !node.detached && node.inputs.some((parent) => parent && needed.has(parent.id));
    if (depends) for (const output of node.outputs) needed.add(output.id);
    return depends;
  });

  return noGrad(() => {
    const contributions = new Map<number, Tensor[]>([[loss.id, [constant(1, loss.shape, loss.dtype)]]]);
    const arrived = (tensor: Tensor): Tensor | undefined => {
      const parts = contributions.get(tensor.id);
      if (!parts) return undefined;
      const total = accumulate(parts);
      contributions.set(tensor.id, [total]);
      return total;
    };
    for (const node of path.reverse()) {
      const gradient = arrived(y(node));
      if (!gradient) continue;
      const rule = rules[node.op];
      if (!rule) {
        throw new TrmError(
          'graph',
          `gradients: operator ${node.op} has no gradient rule${node.scope ? ` (traced in "${node.scope}")` : ''}`,
          {
            fix: 'compute it under noGrad, or express it with operators that have one',
          },
        );
      }
      scope(`${node.scope}.backward`, () => {
        rule(node, gradient).forEach((part, index) => {
          const parent = node.inputs[index];
          if (!part || !parent || !needed.has(parent.id)) return;
          contributions.set(parent.id, [...(contributions.get(parent.id) ?? []), part]);
        });
      });
    }
    return wrt.map((tensor) => arrived(tensor) ?? expand(constant(0, [], tensor.dtype), tensor.shape));
  });
}
