/** Elementwise operators, NumPy broadcasting. Scalar constants are folded while tracing. */

import * as scalars from '../scalars.ts';
import { outputsOf } from '../shapes.ts';
import { type DType, scalarValue, type Tensor } from '../tensor.ts';
import { constant, emit } from '../trace.ts';

/** A tensor, or a number that becomes a scalar constant of the other operand's dtype. */
export type Operand = Tensor | number;

function operands(a: Operand, b: Operand): [Tensor, Tensor] {
  if (typeof a === 'number') return [constant(a, [], typeof b === 'number' ? 'float32' : b.dtype), tensor(b)];
  return [a, tensor(b, a.dtype)];
}

const tensor = (x: Operand, dtype: DType = 'float32') => (typeof x === 'number' ? constant(x, [], dtype) : x);

const binary =
  (op: scalars.BinaryName) =>
  (a: Operand, b: Operand): Tensor => {
    const inputs = operands(a, b);
    const [m, n] = inputs.map(scalarValue);
    if (m === undefined || n === undefined) return emit(op, inputs, {})[0]!;
    const { shape, dtype } = outputsOf({ op, inputs, attributes: {} })[0]!;
    return constant(scalars.binary[op](m, n), shape, dtype);
  };

const comparison =
  (op: scalars.ComparisonName) =>
  (a: Operand, b: Operand): Tensor =>
    emit(op, operands(a, b), {})[0]!;

const unary =
  (op: scalars.UnaryName) =>
  (x: Tensor): Tensor => {
    const value = scalarValue(x);
    if (value !== undefined) return constant(scalars.unary[op](value), x.shape, x.dtype);
    return emit(op, [x], {})[0]!;
  };

export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');
export const maximum = binary('maximum');
export const minimum = binary('minimum');

export const less = comparison('less');
export const greater = comparison('greater');
export const greaterOrEqual = comparison('greaterOrEqual');
export const equal = comparison('equal');

export const neg = unary('neg');
export const abs = unary('abs');
export const sign = unary('sign');
export const exp = unary('exp');
export const log = unary('log');
export const sqrt = unary('sqrt');
export const reciprocal = unary('reciprocal');
export const atan = unary('atan');
export const sigmoid = unary('sigmoid');
/** log(1 + e^x), stable for large |x|. */
export const softplus = unary('softplus');
/** x sigmoid(x). */
export const silu = unary('silu');

/** `condition ? yes : no`, elementwise. */
export function where(condition: Tensor, yes: Operand, no: Operand): Tensor {
  return emit('where', [condition, ...operands(yes, no)], {})[0]!;
}

export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : emit('cast', [x], { to: dtype })[0]!;
}
