/** What the rules with Adam's two moments share (arXiv 1412.6980). */

import { mul, sqrt, sub } from '../../graph/ops/elementwise.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { decayed, lerp, type Rule, type RuleSettings } from './rule.ts';

/** What the step is made of. */
export interface Moments {
  readonly firstMoment: Tensor;
  /** 1 / (1 - beta1^t), a scalar: the first moment began at zero and is too small by that. */
  readonly correction: Tensor;
  /** The root of the second moment, corrected. */
  readonly deviation: Tensor;
}

/** A rule that steps in a direction that the moments give. */
export function adam(direction: (moments: Moments, settings: RuleSettings) => Tensor): Rule {
  return {
    state: ['firstMoment', 'secondMoment'],
    scalars: {
      firstCorrection: (step, { beta1 }) => 1 / (1 - beta1 ** step),
      secondCorrection: (step, { beta2 }) => 1 / (1 - beta2 ** step),
    },
    trace(u, settings) {
      const firstMoment = lerp(u.state.firstMoment!, u.gradient, 1 - settings.beta1);
      const secondMoment = lerp(u.state.secondMoment!, mul(u.gradient, u.gradient), 1 - settings.beta2);
      const deviation = sqrt(mul(secondMoment, u.scalars.secondCorrection!));
      const correction = u.scalars.firstCorrection!;
      const step = mul(direction({ firstMoment, correction, deviation }, settings), u.rate);
      return { weights: sub(decayed(u), step), state: { firstMoment, secondMoment } };
    },
  };
}
