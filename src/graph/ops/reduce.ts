/** Reductions along axes, and softmax. Source of the semantics: the ONNX operator specification, opset 21. */

import type { DType, Tensor } from '../tensor.ts';
import { constant, emit } from '../trace.ts';
import { cast } from './elementwise.ts';
import { resolveAxis } from './shape.ts';

function reduce(op: string, x: Tensor, axes: readonly number[] | undefined, keepDims: boolean): Tensor {
  const over = (axes ?? x.shape.map((_, i) => i))
    .map((axis) => resolveAxis(op, axis, x.shape.length))
    .sort((a, b) => a - b);
  if (over.length === 0) return x;
  const shape = keepDims
    ? x.shape.map((d, i) => (over.includes(i) ? 1 : d))
    : x.shape.filter((_, i) => !over.includes(i));
  const axesInput = constant(over, [over.length], 'int64');
  return emit(op, [x, axesInput], [{ shape, dtype: x.dtype }], { keepdims: keepDims ? 1 : 0 })[0]!;
}

/** Sum over `axes` (all when omitted). */
export const sum = (x: Tensor, axes?: readonly number[], keepDims = false): Tensor =>
  reduce('ReduceSum', x, axes, keepDims);
/** Mean over `axes` (all when omitted). */
export const mean = (x: Tensor, axes?: readonly number[], keepDims = false): Tensor =>
  reduce('ReduceMean', x, axes, keepDims);
/** Maximum over `axes` (all when omitted). */
export const max = (x: Tensor, axes?: readonly number[], keepDims = false): Tensor =>
  reduce('ReduceMax', x, axes, keepDims);
/** Sum of squares over `axes` (all when omitted). */
export const sumSquare = (x: Tensor, axes?: readonly number[], keepDims = false): Tensor =>
  reduce('ReduceSumSquare', x, axes, keepDims);

/** Index of the largest element along one axis (the first of equals). */
export function argMax(x: Tensor, axis: number, dtype: DType = 'int64'): Tensor {
  const at = resolveAxis('ArgMax', axis, x.shape.length);
  const shape = x.shape.filter((_, i) => i !== at);
  const index = emit('ArgMax', [x], [{ shape, dtype: 'int64' }], { axis: at, keepdims: 0 })[0]!;
  return cast(index, dtype);
}

/** e^x / sum e^x along the last axis. */
export function softmax(x: Tensor): Tensor {
  return emit('Softmax', [x], [{ shape: x.shape, dtype: x.dtype }], { axis: x.shape.length - 1 })[0]!;
}
