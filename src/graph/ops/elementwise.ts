/**
 * Elementwise operators, NumPy broadcasting. Scalar constants are folded while tracing.
 * Source of the semantics: the ONNX operator specification, opset 21.
 */

import { TrmError } from '../../errors.ts';
import { type Shape, showShape } from '../../shape.ts';
import { type DType, scalarValue, type Tensor } from '../tensor.ts';
import { constant, emit } from '../trace.ts';

/** A tensor, or a number that becomes a scalar constant of the other operand's dtype. */
export type Operand = Tensor | number;

/** The shape two shapes broadcast to. */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1;
    const n = b[axis - rank + b.length] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new TrmError('shape', `${op}: shapes ${showShape(a)} and ${showShape(b)} do not broadcast`, {
        fix: `make axis ${axis - rank} equal, or 1 in one of them`,
      });
    }
    return m === 1 ? n : m;
  });
}

function operands(op: string, a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a === 'number' && typeof b === 'number') return [constant(a), constant(b)];
  const left = typeof a === 'number' ? constant(a, [], (b as Tensor).dtype) : a;
  const right = typeof b === 'number' ? constant(b, [], left.dtype) : b;
  if (left.dtype !== right.dtype) {
    throw new TrmError('shape', `${op}: dtypes ${left.dtype} and ${right.dtype} differ`, {
      fix: 'cast() one of them',
    });
  }
  return [left, right];
}

function binary(op: string, a: Operand, b: Operand, fold?: (a: number, b: number) => number): Tensor {
  const [left, right] = operands(op, a, b);
  const m = scalarValue(left);
  const n = scalarValue(right);
  const shape = broadcastShapes(op, left.shape, right.shape);
  if (fold && m !== undefined && n !== undefined) return constant(fold(m, n), shape, left.dtype);
  return emit(op, [left, right], [{ shape, dtype: fold ? left.dtype : 'bool' }])[0]!;
}

function unary(op: string, x: Tensor, fold: (x: number) => number): Tensor {
  const value = scalarValue(x);
  if (value !== undefined) return constant(fold(value), x.shape, x.dtype);
  return emit(op, [x], [{ shape: x.shape, dtype: x.dtype }])[0]!;
}

export const add = (a: Operand, b: Operand): Tensor => binary('Add', a, b, (m, n) => m + n);
export const sub = (a: Operand, b: Operand): Tensor => binary('Sub', a, b, (m, n) => m - n);
export const mul = (a: Operand, b: Operand): Tensor => binary('Mul', a, b, (m, n) => m * n);
export const div = (a: Operand, b: Operand): Tensor => binary('Div', a, b, (m, n) => m / n);
export const maximum = (a: Operand, b: Operand): Tensor => binary('Max', a, b, Math.max);
export const minimum = (a: Operand, b: Operand): Tensor => binary('Min', a, b, Math.min);

export const less = (a: Operand, b: Operand): Tensor => binary('Less', a, b);
export const greater = (a: Operand, b: Operand): Tensor => binary('Greater', a, b);
export const greaterOrEqual = (a: Operand, b: Operand): Tensor => binary('GreaterOrEqual', a, b);
export const equal = (a: Operand, b: Operand): Tensor => binary('Equal', a, b);

export const neg = (x: Tensor): Tensor => unary('Neg', x, (v) => -v);
export const abs = (x: Tensor): Tensor => unary('Abs', x, Math.abs);
export const sign = (x: Tensor): Tensor => unary('Sign', x, Math.sign);
export const exp = (x: Tensor): Tensor => unary('Exp', x, Math.exp);
export const log = (x: Tensor): Tensor => unary('Log', x, Math.log);
export const sqrt = (x: Tensor): Tensor => unary('Sqrt', x, Math.sqrt);
export const reciprocal = (x: Tensor): Tensor => unary('Reciprocal', x, (v) => 1 / v);
export const atan = (x: Tensor): Tensor => unary('Atan', x, Math.atan);
export const sigmoid = (x: Tensor): Tensor => unary('Sigmoid', x, (v) => 1 / (1 + Math.exp(-v)));
/** log(1 + e^x), stable for large |x|. */
export const softplus = (x: Tensor): Tensor =>
  unary('Softplus', x, (v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))));

/** `condition ? a : b`, elementwise. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const [yes, no] = operands('Where', a, b);
  if (condition.dtype !== 'bool') {
    throw new TrmError('shape', `Where: the condition is ${condition.dtype}, expected bool`, {
      fix: 'compare it first',
    });
  }
  const shape = broadcastShapes('Where', condition.shape, broadcastShapes('Where', yes.shape, no.shape));
  return emit('Where', [condition, yes, no], [{ shape, dtype: yes.dtype }])[0]!;
}

/** ONNX's numbering of element types (TensorProto.DataType). */
export const onnxType: Readonly<Record<DType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

export function cast(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  return emit('Cast', [x], [{ shape: x.shape, dtype }], { to: onnxType[dtype] })[0]!;
}
