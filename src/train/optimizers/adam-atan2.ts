/**
 * adam-atan2: arXiv 2407.05872, section 4, in the form of the package adam-atan2 0.0.3 that the official code uses:
 * the bias correction of the first moment multiplies the step, it is not inside atan2.
 */

import { atan, div, equal, mul, sign, where } from '../../graph/ops/elementwise.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { adam } from './adam.ts';

/** atan2(m, d) for d >= 0: ONNX has no Atan2. */
function atan2(m: Tensor, d: Tensor): Tensor {
  return where(equal(d, 0), mul(sign(m), Math.PI / 2), atan(div(m, d)));
}

export const adamAtan2 = adam(({ firstMoment, correction, deviation }) =>
  mul(atan2(firstMoment, deviation), correction),
);
