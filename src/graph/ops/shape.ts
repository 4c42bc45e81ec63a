/** Operators that move or select elements. Source of the semantics: the ONNX operator specification, opset 21. */

import { TrmError } from '../../errors.ts';
import { type Shape, sameShape, showShape, sizeOf } from '../../shape.ts';
import type { Tensor } from '../tensor.ts';
import { constant, emit } from '../trace.ts';

const int64s = (values: readonly number[]): Tensor => constant(values, [values.length], 'int64');

/** Counts negative axes from the end. */
export function resolveAxis(op: string, axis: number, rank: number): number {
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
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    throw new TrmError(
      'shape',
      `Reshape: ${showShape(x.shape)} has ${sizeOf(x.shape)} elements, ${showShape(shape)} ${sizeOf(shape)}`,
      { fix: 'the numbers of elements must be equal' },
    );
  }
  if (sameShape(x.shape, shape)) return x;
  const { source } = x;
  const base =
    source.kind === 'node' && source.node.op === 'Reshape' && !source.node.detached
      ? source.node.inputs[0]!
      : x;
  if (sameShape(base.shape, shape)) return base;
  return emit('Reshape', [base, int64s(shape)], [{ shape, dtype: x.dtype }])[0]!;
}

/** Reorders axes: axis i of the result is axis `perm[i]` of x. */
export function transpose(x: Tensor, perm: readonly number[]): Tensor {
  if (
    perm.length !== x.shape.length ||
    new Set(perm).size !== perm.length ||
    perm.some((p) => x.shape[p] === undefined)
  ) {
    throw new TrmError(
      'shape',
      `Transpose: [${perm.join(', ')}] is no permutation of the axes of ${showShape(x.shape)}`,
      { fix: `name each of 0 to ${x.shape.length - 1} once` },
    );
  }
  return emit('Transpose', [x], [{ shape: perm.map((p) => x.shape[p]!), dtype: x.dtype }], { perm })[0]!;
}

/** Joins tensors along one axis. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const first = parts[0];
  if (!first) throw new TrmError('shape', 'Concat: nothing to join');
  if (parts.length === 1) return first;
  const at = resolveAxis('Concat', axis, first.shape.length);
  for (const part of parts) {
    if (
      part.dtype !== first.dtype ||
      part.shape.length !== first.shape.length ||
      part.shape.some((d, i) => i !== at && d !== first.shape[i])
    ) {
      throw new TrmError(
        'shape',
        `Concat: ${part.dtype} ${showShape(part.shape)} does not join ${first.dtype} ${showShape(first.shape)} along axis ${at}`,
        {
          fix: 'all other axes must be equal',
        },
      );
    }
  }
  const total = parts.reduce((sum, part) => sum + part.shape[at]!, 0);
  return emit(
    'Concat',
    parts,
    [{ shape: first.shape.map((d, i) => (i === at ? total : d)), dtype: first.dtype }],
    { axis: at },
  )[0]!;
}

/** Elements `start` (included) to `end` (excluded) along one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  const at = resolveAxis('Slice', axis, x.shape.length);
  const length = x.shape[at]!;
  if (!(start >= 0 && start < end && end <= length)) {
    throw new TrmError('shape', `Slice: ${start}..${end} is not inside axis ${at} of ${showShape(x.shape)}`, {
      fix: `need 0 <= start < end <= ${length}`,
    });
  }
  if (start === 0 && end === length) return x;
  const shape = x.shape.map((d, i) => (i === at ? end - start : d));
  return emit('Slice', [x, int64s([start]), int64s([end]), int64s([at])], [{ shape, dtype: x.dtype }])[0]!;
}

/** Repeats axes of length 1 until x has `shape`. */
export function expand(x: Tensor, shape: Shape): Tensor {
  const padded = [...Array<number>(Math.max(0, shape.length - x.shape.length)).fill(1), ...x.shape];
  if (padded.length !== shape.length || padded.some((d, i) => d !== 1 && d !== shape[i])) {
    throw new TrmError('shape', `Expand: ${showShape(x.shape)} does not broadcast to ${showShape(shape)}`, {
      fix: 'each axis must be equal or 1',
    });
  }
  if (sameShape(x.shape, shape)) return x;
  return emit('Expand', [x, int64s(shape)], [{ shape, dtype: x.dtype }])[0]!;
}

/** Rows of `table` [V, ...] at integer `indices` of any shape: result `[...indices, ...]`. */
export function gather(table: Tensor, indices: Tensor): Tensor {
  if (indices.dtype !== 'int32' && indices.dtype !== 'int64') {
    throw new TrmError('shape', `Gather: indices are ${indices.dtype}, expected int32 or int64`, {
      fix: 'cast() them',
    });
  }
  return emit(
    'Gather',
    [table, indices],
    [{ shape: [...indices.shape, ...table.shape.slice(1)], dtype: table.dtype }],
    { axis: 0 },
  )[0]!;
}
