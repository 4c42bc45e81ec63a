/** The shape and dtype of every operator's outputs, from its operands and attributes; here wrong operands are refused. */

import { type ErrorDetail, TrmError } from '../errors.ts';
import { type Shape, sameShape, showShape, sizeOf } from '../shape.ts';
import { binary, comparison, unary } from './scalars.ts';
import type { DType, Op, OperatorName, ReductionAttributes, Tensor } from './tensor.ts';

export interface OutputSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

type ShapeRule<Name extends OperatorName> = (op: Op<Name>) => readonly OutputSpec[];
type ShapeRules = { readonly [Name in OperatorName]: ShapeRule<Name> };

/** @throws TrmError `shape` that names the operator, the shapes and the fix. */
export function outputsOf(op: Op): readonly OutputSpec[] {
  return (shapeRules[op.op] as (op: Op) => readonly OutputSpec[])(op);
}

function refuse(op: OperatorName, message: string, fix: NonNullable<ErrorDetail['fix']>): never {
  throw new TrmError('shape', `${op}: ${message}`, { fix });
}

/** The shape two shapes broadcast to. */
function broadcast(op: OperatorName, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      const fix = `make axis ${axis - rank} equal, or 1 in one of them`;
      refuse(op, `shapes ${showShape(a)} and ${showShape(b)} do not broadcast`, fix);
    }
    return m === 1 ? n : m;
  });
}

function sameDtype(op: OperatorName, a: Tensor, b: Tensor): DType {
  if (a.dtype !== b.dtype) refuse(op, `dtypes ${a.dtype} and ${b.dtype} differ`, 'cast() one of them');
  return a.dtype;
}

/** The same rule for several operators. */
function each<Name extends OperatorName>(names: object, rule: (op: Op<Name>) => readonly OutputSpec[]) {
  return Object.fromEntries(Object.keys(names).map((name) => [name, rule])) as unknown as {
    [N in Name]: ShapeRule<N>;
  };
}

const like = ({ inputs: [{ shape, dtype }] }: { readonly inputs: readonly [Tensor, ...Tensor[]] }) => [
  { shape, dtype },
];

function reduced({ inputs: [x], attributes }: Op<'sum' | 'mean' | 'max' | 'sumSquare'>) {
  const { axes, keepDims }: ReductionAttributes = attributes;
  const shape = keepDims
    ? x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  return [{ shape, dtype: x.dtype }];
}

/** Leading axes broadcast, then rows and columns. */
function product({ op, inputs: [a, b], attributes }: Op<'matmul' | 'gemm'>): OutputSpec {
  const { transposeA, transposeB } = attributes;
  const last = ({ shape }: Tensor, swap: boolean) => {
    const [m, n] = [shape[shape.length - 2], shape[shape.length - 1]];
    return swap ? [n, m] : [m, n];
  };
  const [m, k] = last(a, transposeA);
  const [k2, n] = last(b, transposeB);
  if (m === undefined || n === undefined || k !== k2 || a.dtype !== b.dtype) {
    const show = (t: Tensor, swap: boolean) => `${t.dtype} ${showShape(t.shape)}${swap ? ' transposed' : ''}`;
    const message = `${show(a, transposeA)} times ${show(b, transposeB)}`;
    refuse(op, message, 'the inner dimensions and the dtypes must be equal');
  }
  const leading = broadcast(op, a.shape.slice(0, -2), b.shape.slice(0, -2));
  return { shape: [...leading, m!, n!], dtype: a.dtype };
}

const shapeRules: ShapeRules = {
  ...each<keyof typeof unary>(unary, like),
  ...each<keyof typeof binary>(binary, ({ op, inputs: [a, b] }) => [
    { dtype: sameDtype(op, a, b), shape: broadcast(op, a.shape, b.shape) },
  ]),
  ...each<keyof typeof comparison>(comparison, ({ op, inputs: [a, b] }) => {
    sameDtype(op, a, b);
    return [{ dtype: 'bool', shape: broadcast(op, a.shape, b.shape) }];
  }),
  where({ op, inputs: [condition, yes, no] }) {
    if (condition.dtype !== 'bool')
      refuse(op, `the condition is ${condition.dtype}, expected bool`, 'compare it first');
    const shape = broadcast(op, condition.shape, broadcast(op, yes.shape, no.shape));
    return [{ dtype: sameDtype(op, yes, no), shape }];
  },
  cast: ({ inputs: [x], attributes }) => [{ shape: x.shape, dtype: attributes.to }],

  matmul: (op) => [product(op)],
  gemm(node) {
    const { op, inputs } = node;
    const [a, b, c] = inputs;
    const spec = product(node);
    if (spec.shape.length !== 2 || !sameShape(c.shape, spec.shape)) {
      const [m, n] = spec.shape.slice(-2);
      const message = `expected matrices and c [${m}, ${n}], got a ${showShape(a.shape)}, b ${showShape(b.shape)}, c ${showShape(c.shape)}`;
      refuse(op, message, 'reshape them first');
    }
    return [spec];
  },

  reshape({ op, inputs: [x], attributes: { shape } }) {
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      const message = `${showShape(x.shape)} has ${sizeOf(x.shape)} elements, ${showShape(shape)} ${sizeOf(shape)}`;
      refuse(op, message, 'the numbers of elements must be equal');
    }
    return [{ shape, dtype: x.dtype }];
  },
  transpose({ op, inputs: [x], attributes: { permutation } }) {
    const sound =
      permutation.length === x.shape.length &&
      new Set(permutation).size === permutation.length &&
      permutation.every((axis) => x.shape[axis] !== undefined);
    if (!sound) {
      const message = `[${permutation.join(', ')}] is no permutation of the axes of ${showShape(x.shape)}`;
      refuse(op, message, `name each of 0 to ${x.shape.length - 1} once`);
    }
    return [{ shape: permutation.map((axis) => x.shape[axis]!), dtype: x.dtype }];
  },
  expand({ op, inputs: [x], attributes: { shape } }) {
    const padded = [...Array<number>(Math.max(0, shape.length - x.shape.length)).fill(1), ...x.shape];
    if (padded.length !== shape.length || padded.some((dim, axis) => dim !== 1 && dim !== shape[axis])) {
      const message = `${showShape(x.shape)} does not broadcast to ${showShape(shape)}`;
      refuse(op, message, 'each axis must be equal or 1');
    }
    return [{ shape, dtype: x.dtype }];
  },
  concat({ op, inputs, attributes: { axis } }) {
    const first = inputs[0]!;
    for (const part of inputs) {
      const joins =
        part.dtype === first.dtype &&
        part.shape.length === first.shape.length &&
        part.shape.every((dim, i) => i === axis || dim === first.shape[i]);
      if (joins) continue;
      const message = `${part.dtype} ${showShape(part.shape)} does not join ${first.dtype} ${showShape(first.shape)} along axis ${axis}`;
      refuse(op, message, 'all other axes must be equal');
    }
    const total = inputs.reduce((sum, part) => sum + part.shape[axis]!, 0);
    return [{ shape: first.shape.map((dim, i) => (i === axis ? total : dim)), dtype: first.dtype }];
  },
  slice({ op, inputs: [x], attributes: { axis, start, end } }) {
    const length = x.shape[axis]!;
    if (!(start >= 0 && start < end && end <= length)) {
      const message = `${start}..${end} is not inside axis ${axis} of ${showShape(x.shape)}`;
      refuse(op, message, `need 0 <= start < end <= ${length}`);
    }
    return [{ shape: x.shape.map((dim, i) => (i === axis ? end - start : dim)), dtype: x.dtype }];
  },
  gather({ op, inputs: [table, indices] }) {
    if (indices.dtype !== 'int32') refuse(op, `indices are ${indices.dtype}, expected int32`, 'cast() them');
    return [{ shape: [...indices.shape, ...table.shape.slice(1)], dtype: table.dtype }];
  },

  sum: reduced,
  mean: reduced,
  max: reduced,
  sumSquare: reduced,
  argMax: ({ inputs: [x], attributes: { axis } }) => [
    { shape: x.shape.filter((_, i) => i !== axis), dtype: 'int32' },
  ],
  softmax: like,

  addRmsNorm({ op, inputs: [x, residual] }) {
    if (!sameShape(x.shape, residual.shape)) {
      const message = `shapes ${showShape(x.shape)} and ${showShape(residual.shape)} differ`;
      refuse(op, message, 'expand() or reshape() one of them');
    }
    const spec = { shape: x.shape, dtype: sameDtype(op, x, residual) };
    return [spec, spec];
  },
  attention({ op, inputs, attributes: { heads } }) {
    const [q, k, v] = inputs;
    const shapes = inputs.map((t) => showShape(t.shape)).join(', ');
    if (q.shape.length !== 3 || !sameShape(q.shape, k.shape) || !sameShape(q.shape, v.shape))
      refuse(op, `expected q, k, v of one shape [B, L, H*K], got ${shapes}`, 'reshape them first');
    if (q.shape[2]! % heads !== 0)
      refuse(
        op,
        `${heads} heads do not divide the last axis of ${shapes}`,
        `choose a divisor of ${q.shape[2]}`,
      );
    return [{ shape: q.shape, dtype: q.dtype }];
  },
  rotary({ op, inputs: [x, cos, sin], attributes: { heads } }) {
    const table = [x.shape[1]!, x.shape[2]! / heads / 2];
    if (x.shape.length !== 3 || !sameShape(cos.shape, table) || !sameShape(sin.shape, table)) {
      const message = `x [B, L, H*K] = ${showShape(x.shape)} with ${heads} heads needs tables [L, K/2] = ${showShape(table)}, got ${showShape(cos.shape)} and ${showShape(sin.shape)}`;
      refuse(op, message, 'make them with ropeTables(L, K, theta)');
    }
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  depthwise({ op, inputs: [x, kernel] }) {
    const [R, C, D] = kernel.shape;
    const sound =
      x.shape.length === 4 && kernel.shape.length === 3 && x.shape[3] === D && R! % 2 === 1 && C! % 2 === 1;
    if (!sound) {
      const message = `expected x [B, H, W, D] and an odd kernel [R, C, D], got ${showShape(x.shape)} and ${showShape(kernel.shape)}`;
      refuse(op, message, 'reshape them first');
    }
    return [{ shape: x.shape, dtype: sameDtype(op, x, kernel) }];
  },
};
