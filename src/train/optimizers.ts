/**
 * Optimizers as {state, update} over one flat vector that holds all dense weights: their update is elementwise,
 * so one wide graph serves every weight. An update traces the new weights and the new state.
 *
 * adam-atan2: arXiv 2407.05872, section 4, in the form of the package adam-atan2 0.0.3 that the official code uses:
 * the bias correction of the first moment multiplies the step, it is not inside atan2.
 */

import { add, atan, div, equal, mul, sign, sqrt, sub, where } from '../graph/ops/elementwise.ts';
import type { Tensor } from '../graph/tensor.ts';

export const optimizerNames = ['adam-atan2', 'adamw'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** Settings and the step-dependent scalars, which are inputs of the graph. */
export interface UpdateInputs {
  /** Weights, gradient and both moments, `[N]`. */
  readonly weights: Tensor;
  readonly gradient: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
  /** Scalars. */
  readonly rate: Tensor;
  /** 1 / (1 - beta1^t) and 1 / (1 - beta2^t) at step t = 1, 2, …. */
  readonly correction1: Tensor;
  readonly correction2: Tensor;
}

export interface OptimizerOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
  /** adamw only. */
  readonly epsilon: number;
}

export interface Updated {
  readonly weights: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

/** a + w (b - a), PyTorch's lerp for w < 0.5. */
const lerp = (a: Tensor, b: Tensor, w: number): Tensor => add(a, mul(sub(b, a), w));

/** atan2(m, d) for d >= 0: ONNX has no Atan2. */
function atan2(m: Tensor, d: Tensor): Tensor {
  return where(equal(d, 0), mul(sign(m), Math.PI / 2), atan(div(m, d)));
}

/** Traces one update. Weight decay is decoupled: p *= 1 - rate * weightDecay, before the step. */
export function optimizerUpdate(name: OptimizerName, u: UpdateInputs, options: OptimizerOptions): Updated {
  const first = lerp(u.first, u.gradient, 1 - options.beta1);
  const second = lerp(u.second, mul(u.gradient, u.gradient), 1 - options.beta2);
  const decayed = mul(u.weights, sub(1, mul(u.rate, options.weightDecay)));
  const deviation = sqrt(mul(second, u.correction2));
  const direction =
    name === 'adam-atan2'
      ? mul(atan2(first, deviation), u.correction1)
      : div(mul(first, u.correction1), add(deviation, options.epsilon));
  return { weights: sub(decayed, mul(direction, u.rate)), first, second };
}
