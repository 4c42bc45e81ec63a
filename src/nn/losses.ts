/**
 * Losses per example. Formulas: stablemax from "Grokking at the Edge of Numerical Stability" (arXiv 2501.04697),
 * as in the official models/losses.py; written so that float32 is enough (the official code uses float64).
 *
 * N cells, V vocabulary.
 */

import {
  abs,
  add,
  cast,
  div,
  equal,
  exp,
  less,
  log,
  mul,
  softplus,
  sub,
  where,
} from '../graph/ops/elementwise.ts';
import { max, sum } from '../graph/ops/reduce.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { constant, noGrad } from '../graph/trace.ts';

export const cellLosses = ['stablemax', 'softmax'] as const;
export type CellLoss = (typeof cellLosses)[number];

/** log(s(x) / sum s(x)) with s(x) = 1 + x for x >= 0 and 1 / (1 - x) below. x `[N, V]`, result `[N, V]`. */
function logStablemax(x: Tensor): Tensor {
  const magnitude = add(abs(x), 1); // [N, V], 1 + |x|
  const negative = less(x, 0);
  const s = where(negative, div(1, magnitude), magnitude); // [N, V]
  return sub(log(s), log(sum(s, [-1], true)));
}

/** x - log sum e^x, shifted by the maximum. x `[N, V]`, result `[N, V]`. */
function logSoftmax(x: Tensor): Tensor {
  const shifted = sub(
    x,
    noGrad(() => max(x, [-1], true)),
  ); // [N, V]
  return sub(shifted, log(sum(exp(shifted), [-1], true)));
}

/**
 * Cross-entropy of each cell, 0 where `labels` is negative (ignored). logits `[N, V]`, labels `[N]` int32,
 * result `[N]`. With smoothing e the target is 1 - e on the label plus e / V everywhere.
 */
export function cellCrossEntropy(logits: Tensor, labels: Tensor, loss: CellLoss, smoothing = 0): Tensor {
  const [N, V] = logits.shape as readonly [number, number];
  const logProbability = loss === 'stablemax' ? logStablemax(logits) : logSoftmax(logits); // [N, V]
  const classes = constant(
    Array.from({ length: V }, (_, v) => v),
    [1, V],
    'int32',
  );
  const oneHot = cast(equal(reshape(labels, [N, 1]), classes), logits.dtype); // [N, V], all 0 where ignored
  const target =
    smoothing === 0 ? oneHot : add(mul(oneHot, 1 - smoothing), mul(sum(oneHot, [-1], true), smoothing / V));
  return mul(sum(mul(target, logProbability), [-1]), -1); // [N]
}

/** Binary cross-entropy of logits against targets in [0, 1], elementwise: max(x, 0) - x t + log(1 + e^-|x|). */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  return sub(softplus(logits), mul(logits, targets));
}
