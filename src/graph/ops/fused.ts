/**
 * Operators that ONNX Runtime runs as one kernel on its cpu, wasm and webgpu providers. All have a gradient rule but
 * attention, which belongs under `noGrad`.
 */

import type { Tensor } from '../tensor.ts';
import { emit } from '../trace.ts';

/**
 * Root-mean-square normalisation of a sum over the last axis, without a gain:
 * s = x + residual, y = s / sqrt(mean(s^2) + epsilon).
 */
export function addRmsNorm(x: Tensor, residual: Tensor, epsilon: number): Tensor {
  return emit('addRmsNorm', [x, residual], { epsilon })[0]!;
}

/**
 * Scaled dot-product attention without a mask. q, k, v `[B, L, H*K]`, result `[B, L, H*K]`.
 * Has no gradient rule.
 */
export function fusedAttention(q: Tensor, k: Tensor, v: Tensor, heads: number): Tensor {
  return emit('attention', [q, k, v], { heads })[0]!;
}

/**
 * Rotary position embedding by halves: the first and second half of each head are rotated against each other.
 * x `[B, L, H*K]`, cos and sin `[L, K/2]`.
 */
export function rotaryEmbedding(x: Tensor, cos: Tensor, sin: Tensor, heads: number): Tensor {
  return emit('rotary', [x, cos, sin], { heads })[0]!;
}

/**
 * Depthwise convolution: each channel of a grid with a kernel of its own, zeros beyond the border. As in all such networks
 * the kernel is not turned: y[i, j] = sum over r, c of x[i + r - R/2, j + c - C/2] kernel[r, c], halves rounded down.
 *
 * @param x `[B, H, W, D]`. @param kernel `[R, C, D]`, R and C odd. Result as x.
 */
export function depthwise(x: Tensor, kernel: Tensor): Tensor {
  return emit('depthwise', [x, kernel], {})[0]!;
}
