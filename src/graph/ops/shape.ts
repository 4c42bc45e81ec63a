/** Operators that move or select elements. */

import { TrmError } from '../../errors.ts';
import { type Shape, sameShape } from '../../shape.ts';
import type { OperatorName, Tensor } from '../tensor.ts';
import { emit } from '../trace.ts';

/** Counts negative axes from the end. */
export function resolveAxis(op: OperatorName, axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (resolved < 0 || resolved >= rank) {
    throw new TrmError('shape', `${op}: axis ${axis} does not exist in a tensor of rank ${rank}`, {
      fix: `choose one of ${-rank} to ${rank - 1}`,
    });
  }
  return resolved;
}

/** Same elements in row-major order under another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const { source } = x;
  const base =
    source.kind === 'node' && source.node.op === 'reshape' && !source.node.detached
      ? source.node.inputs[0]
      : x;
  return sameShape(base.shape, shape) ? base : emit('reshape', [base], { shape })[0]!;
}

/** Reorders axes: axis i of the result is axis `permutation[i]` of x. */
export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  return emit('transpose', [x], { permutation })[0]!;
}

/** Joins tensors along one axis. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const first = parts[0];
  if (!first) throw new TrmError('shape', 'concat: nothing to join');
  if (parts.length === 1) return first;
  return emit('concat', parts, { axis: resolveAxis('concat', axis, first.shape.length) })[0]!;
}

/** Elements `start` (included) to `end` (excluded) along one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const at = resolveAxis('slice', axis, x.shape.length);
  if (start === 0 && end === x.shape[at]) return x;
  return emit('slice', [x], { axis: at, start, end })[0]!;
}

/** Repeats axes of length 1 until x has `shape`. */
export function expand(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : emit('expand', [x], { shape })[0]!;
}

/** Rows of `table` [V, ...] at int32 `indices` of any shape: result `[...indices, ...]`. */
export function gather(table: Tensor, indices: Tensor): Tensor {
  return emit('gather', [table, indices], {})[0]!;
}
