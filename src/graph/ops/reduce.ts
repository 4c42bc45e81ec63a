/** Reductions along axes, and softmax. */

import type { Tensor } from '../tensor.ts';
import { emit } from '../trace.ts';
import { resolveAxis } from './shape.ts';

const reduction =
  (op: 'sum' | 'mean' | 'max' | 'sumSquare') =>
  (x: Tensor, axes: readonly number[] = x.shape.map((_, axis) => axis), keepDims = false): Tensor => {
    const over = axes.map((axis) => resolveAxis(op, axis, x.shape.length)).sort((a, b) => a - b);
    return over.length === 0 ? x : emit(op, [x], { axes: over, keepDims })[0]!;
  };

/** Sum over `axes` (all when omitted). */
export const sum = reduction('sum');
/** Mean over `axes` (all when omitted). */
export const mean = reduction('mean');
/** Maximum over `axes` (all when omitted). */
export const max = reduction('max');
/** Sum of squares over `axes` (all when omitted). */
export const sumSquare = reduction('sumSquare');

/** Index of the largest element along one axis (the first of equals), int32. */
export function argMax(x: Tensor, axis: number): Tensor {
  return emit('argMax', [x], { axis: resolveAxis('argMax', axis, x.shape.length) })[0]!;
}

/** e^x / sum e^x along the last axis. */
export function softmax(x: Tensor): Tensor {
  return emit('softmax', [x], {})[0]!;
}
