/** AdamW: Adam with decoupled weight decay (arXiv 1711.05101). */

import { add, div, mul } from '../../graph/ops/elementwise.ts';
import { adam } from './adam.ts';

export const adamw = adam(({ firstMoment, correction, deviation }, { epsilon }) =>
  div(mul(firstMoment, correction), add(deviation, epsilon)),
);
