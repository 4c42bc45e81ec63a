/**
 * ONNX Runtime's fused operators (domain com.microsoft), present on its cpu, wasm and webgpu providers.
 * All have a gradient rule but attention, which belongs under `noGrad`.
 */

import { TrmError } from '../../errors.ts';
import { sameShape, showShape } from '../../shape.ts';
import type { Tensor } from '../tensor.ts';
import { constant, emit, gradEnabled } from '../trace.ts';

/** x * sigmoid(x). */
export function silu(x: Tensor): Tensor {
  return emit(
    'QuickGelu',
    [x],
    [{ shape: x.shape, dtype: x.dtype }],
    { alpha: { float: 1 } },
    'com.microsoft',
  )[0]!;
}

/**
 * Root-mean-square normalisation of a sum over the last axis, without a gain:
 * s = x + residual, y = s / sqrt(mean(s^2) + epsilon).
 */
export function addRmsNorm(x: Tensor, residual: Tensor, epsilon: number): Tensor {
  if (!sameShape(x.shape, residual.shape)) {
    throw new TrmError(
      'shape',
      `SkipSimplifiedLayerNormalization: shapes ${showShape(x.shape)} and ${showShape(residual.shape)} differ`,
      { fix: 'expand() or reshape() one of them' },
    );
  }
  const width = x.shape.at(-1)!;
  const gain = constant(new Array<number>(width).fill(1), [width], x.dtype);
  const spec = { shape: x.shape, dtype: x.dtype };
  // The second and third outputs (mean, inverse deviation) stay empty; the fourth is the sum, kept for the backward.
  const outputs = gradEnabled()
    ? [spec, { shape: [], dtype: x.dtype }, { shape: [], dtype: x.dtype }, spec]
    : [spec];
  return emit(
    'SkipSimplifiedLayerNormalization',
    [x, residual, gain],
    outputs,
    { epsilon: { float: epsilon } },
    'com.microsoft',
  )[0]!;
}

/**
 * Scaled dot-product attention without a mask. q, k, v `[B, L, H*K]`, result `[B, L, H*K]`.
 * Has no gradient rule.
 */
export function fusedAttention(q: Tensor, k: Tensor, v: Tensor, heads: number): Tensor {
  const shapes = [q, k, v].map((t) => showShape(t.shape)).join(', ');
  if (q.shape.length !== 3 || !sameShape(q.shape, k.shape) || !sameShape(q.shape, v.shape)) {
    throw new TrmError(
      'shape',
      `MultiHeadAttention: expected q, k, v of one shape [B, L, H*K], got ${shapes}`,
      {
        fix: 'reshape them first',
      },
    );
  }
  if (q.shape[2]! % heads !== 0) {
    throw new TrmError(
      'shape',
      `MultiHeadAttention: ${heads} heads do not divide the last axis of ${shapes}`,
      {
        fix: `choose a divisor of ${q.shape[2]}`,
      },
    );
  }
  return emit(
    'MultiHeadAttention',
    [q, k, v],
    [{ shape: q.shape, dtype: q.dtype }],
    { num_heads: heads },
    'com.microsoft',
  )[0]!;
}

/**
 * Rotary position embedding by halves: the first and second half of each head are rotated against each other.
 * x `[B, L, H*K]`, cos and sin `[L, K/2]`.
 */
export function rotaryEmbedding(x: Tensor, cos: Tensor, sin: Tensor, heads: number): Tensor {
  const table = [x.shape[1]!, x.shape[2]! / heads / 2];
  if (x.shape.length !== 3 || !sameShape(cos.shape, table) || !sameShape(sin.shape, table)) {
    throw new TrmError(
      'shape',
      `RotaryEmbedding: x [B, L, H*K] = ${showShape(x.shape)} with ${heads} heads needs tables [L, K/2] = ${showShape(table)}, got ${showShape(cos.shape)} and ${showShape(sin.shape)}`,
      { fix: 'make them with ropeTables(L, K, theta)' },
    );
  }
  const firstPosition = constant([0], [1], 'int64');
  return emit(
    'RotaryEmbedding',
    [x, firstPosition, cos, sin],
    [{ shape: x.shape, dtype: x.dtype }],
    { num_heads: heads },
    'com.microsoft',
  )[0]!;
}
