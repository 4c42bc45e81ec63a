/**
 * Matrix products. `matmul` is ONNX's MatMul, or ONNX Runtime's FusedMatMul where an operand is read transposed:
 * the backward pass needs no Transpose nodes. `gemm` adds to a matrix in the same pass, which is how gradients
 * of shared weights accumulate.
 */

import { TrmError } from '../../errors.ts';
import { type Shape, sameShape, showShape } from '../../shape.ts';
import type { Tensor } from '../tensor.ts';
import { emit } from '../trace.ts';
import { broadcastShapes } from './elementwise.ts';

export interface MatmulOptions {
  /** Read the last two axes of `a` swapped. */
  readonly transposeA?: boolean;
  /** Read the last two axes of `b` swapped. */
  readonly transposeB?: boolean;
  /** Factor on the product. */
  readonly alpha?: number;
}

function outer(a: Tensor, b: Tensor, options: MatmulOptions): { rows: number; columns: number } {
  const [m, k] = lastTwo(a.shape, options.transposeA);
  const [k2, n] = lastTwo(b.shape, options.transposeB);
  if (k === undefined || k !== k2 || m === undefined || n === undefined || a.dtype !== b.dtype) {
    const show = (t: Tensor, transposed?: boolean) =>
      `${t.dtype} ${showShape(t.shape)}${transposed ? ' transposed' : ''}`;
    throw new TrmError(
      'shape',
      `MatMul: ${show(a, options.transposeA)} times ${show(b, options.transposeB)}`,
      {
        fix: 'the inner dimensions and the dtypes must be equal',
      },
    );
  }
  return { rows: m, columns: n };
}

function lastTwo(shape: Shape, swap?: boolean): [number | undefined, number | undefined] {
  const [x, y] = [shape[shape.length - 2], shape[shape.length - 1]];
  return swap ? [y, x] : [x, y];
}

/** `alpha * a b` over the last two axes, leading axes broadcast. a `[..., M, K]`, b `[..., K, N]`, result `[..., M, N]`. */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const { rows, columns } = outer(a, b, options);
  const leading = broadcastShapes('MatMul', a.shape.slice(0, -2), b.shape.slice(0, -2));
  const output = [{ shape: [...leading, rows, columns], dtype: a.dtype }];
  const { transposeA = false, transposeB = false, alpha = 1 } = options;
  if (!transposeA && !transposeB && alpha === 1) return emit('MatMul', [a, b], output)[0]!;
  const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: alpha } };
  return emit('FusedMatMul', [a, b], output, attributes, 'com.microsoft')[0]!;
}

/** `a b + c` for matrices. a `[M, K]`, b `[K, N]`, c `[M, N]`. */
export function gemm(a: Tensor, b: Tensor, c: Tensor, options: MatmulOptions = {}): Tensor {
  const { rows, columns } = outer(a, b, options);
  if (a.shape.length !== 2 || b.shape.length !== 2 || !sameShape(c.shape, [rows, columns])) {
    throw new TrmError(
      'shape',
      `Gemm: expected matrices and c [${rows}, ${columns}], got a ${showShape(a.shape)}, b ${showShape(b.shape)}, c ${showShape(c.shape)}`,
      {
        fix: 'reshape them first',
      },
    );
  }
  const { transposeA = false, transposeB = false, alpha = 1 } = options;
  const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: alpha } };
  return emit('Gemm', [a, b, c], [{ shape: [rows, columns], dtype: a.dtype }], attributes)[0]!;
}
