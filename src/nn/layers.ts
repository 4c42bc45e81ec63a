/**
 * Layers as plain functions over symbolic tensors. Activations are matrices with one row per position, so that
 * every product is one large matrix product and gradients accumulate inside it.
 *
 * B batch, L positions, D hidden, H heads, K head width, I inner width of a SwiGLU; of a convolution H rows, W columns.
 */

import { add, mul, sigmoid, silu } from '../graph/ops/elementwise.ts';
import { addRmsNorm, depthwise, fusedAttention, rotaryEmbedding } from '../graph/ops/fused.ts';
import { matmul } from '../graph/ops/linear.ts';
import { softmax } from '../graph/ops/reduce.ts';
import { reshape, transpose } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { constant, gradEnabled, scope } from '../graph/trace.ts';
import { linearSpec, type ParameterSpecs, type Parameters, truncatedNormal } from './parameters.ts';

/** Inner width of a SwiGLU: two thirds of expansion * width, rounded up to a multiple, officially of 256 (layers.py). */
export function swigluWidth(width: number, expansion: number, multiple = 256): number {
  return Math.ceil(Math.round((expansion * width * 2) / 3) / multiple) * multiple;
}

export function swigluSpecs(width: number, expansion: number, multiple?: number): ParameterSpecs {
  const inner = swigluWidth(width, expansion, multiple);
  return { gate: linearSpec(width, inner), up: linearSpec(width, inner), down: linearSpec(inner, width) };
}

/**
 * SwiGLU(x) = (silu(g) * u) down with g = x gate, u = x up. x `[N, width]`, result the same.
 *
 * @param gateNorm epsilon of an RMSNorm inside: silu(g) = sigmoid(g) * g, so that sigmoid(g) * norm(g * u) bounds what down is
 *   given (arXiv 2601.19085, the author's code: for Muon, whose steps do not follow the weights' size).
 */
export function swiglu(x: Tensor, weights: Parameters, gateNorm?: number): Tensor {
  const gate = matmul(x, weights.gate!); // [N, I]
  const up = matmul(x, weights.up!); // [N, I]
  const inner =
    gateNorm === undefined ? mul(silu(gate), up) : mul(sigmoid(gate), rmsNorm(mul(gate, up), gateNorm));
  return matmul(inner, weights.down!); // [N, width]
}

/** RMSNorm without a gain: of half the sum of x and itself, which is the fused operator with four times the epsilon. */
function rmsNorm(x: Tensor, epsilon: number): Tensor {
  return addRmsNorm(x, x, 4 * epsilon);
}

/** Post-norm residual: RMSNorm(x + update), no gain. */
export function residualNorm(x: Tensor, update: Tensor, epsilon: number): Tensor {
  return addRmsNorm(x, update, epsilon);
}

export interface AttentionShape {
  readonly batch: number;
  readonly positions: number;
  readonly heads: number;
}

export function attentionSpecs(width: number): ParameterSpecs {
  return {
    query: linearSpec(width, width),
    key: linearSpec(width, width),
    value: linearSpec(width, width),
    output: linearSpec(width, width),
  };
}

/** Cosines and sines of the rotary embedding, each `[L, K/2]`. */
export interface Rope {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** Rotary tables (arXiv 2104.09864): angle of pair i at position l is l * theta^(-2i/K). */
export function ropeTables(positions: number, headWidth: number, theta: number): Rope {
  const half = headWidth / 2;
  const angle = Array.from(
    { length: positions * half },
    (_, j) => Math.floor(j / half) * theta ** (-(j % half) / half),
  );
  return {
    cos: constant(angle.map(Math.cos), [positions, half]),
    sin: constant(angle.map(Math.sin), [positions, half]),
  };
}

/** Multi-head self-attention without a mask. x `[B*L, D]`, result the same. */
export function attention(
  x: Tensor,
  weights: Parameters,
  { batch: B, positions: L, heads: H }: AttentionShape,
  rope?: Rope,
): Tensor {
  const D = x.shape[1]!;
  const K = D / H;
  const project = (name: string) => reshape(matmul(x, weights[name]!), [B, L, D]); // [B, L, D]
  const rotated = (t: Tensor) => (rope ? rotaryEmbedding(t, rope.cos, rope.sin, H) : t);
  const q = scope('query', () => rotated(project('query'))); // [B, L, D]
  const k = scope('key', () => rotated(project('key'))); // [B, L, D]
  const v = scope('value', () => project('value')); // [B, L, D]
  const mixed = gradEnabled() ? attend(q, k, v, [B, L, H, K]) : fusedAttention(q, k, v, H); // [B, L, D]
  return matmul(reshape(mixed, [B * L, D]), weights.output!); // [B*L, D]
}

/** softmax(q k^T / sqrt(K)) v from differentiable operators. q, k, v `[B, L, D]`, result the same. */
function attend(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  [B, L, H, K]: readonly [number, number, number, number],
): Tensor {
  const heads = (t: Tensor) => transpose(reshape(t, [B, L, H, K]), [0, 2, 1, 3]); // [B, H, L, K]
  const scores = matmul(heads(q), heads(k), { transposeB: true, scale: 1 / Math.sqrt(K) }); // [B, H, L, L]
  const mixed = matmul(softmax(scores), heads(v)); // [B, H, L, K]
  return reshape(transpose(mixed, [0, 2, 1, 3]), [B, L, H * K]); // [B, L, D]
}

/** A 3x3 kernel for each channel, whose taps are at first as large as those of a linear map, then a map of the channels. */
export function convolutionSpecs(width: number): ParameterSpecs {
  return {
    depth: { shape: [3, 3, width], init: truncatedNormal(1 / 3), group: 'vectors' },
    point: linearSpec(width, width),
  };
}

/** What a position sees of its neighbours on the grid, zeros beyond it. x `[B*H*W, D]`, result the same. */
export function convolution(
  x: Tensor,
  weights: Parameters,
  { rows: H, columns: W }: { readonly rows: number; readonly columns: number },
): Tensor {
  const [N, D] = x.shape as readonly [number, number];
  const seen = depthwise(reshape(x, [N / (H * W), H, W, D]), weights.depth!); // [B, H, W, D]
  return matmul(reshape(seen, [N, D]), weights.point!); // [B*H*W, D]
}

/** x W + b. x `[N, in]`. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  return add(matmul(x, weight), bias);
}
