/**
 * Several starts of each example, which share its answers (config `starts`): winner-takes-all over K latents.
 *
 * Neighbouring rows, K of them, think about one question from K random starts, and have K of its answers for labels. They are
 * assigned to each other so that the losses are least together: each start learns an answer of its own, and a model
 * that is asked from several starts gives several answers, where one start would learn the mean of all. (That the nearest of K
 * samples learns each drawn answer leaves none out: IMLE, arXiv 1809.09087; that a question with several answers is
 * learnt by one that the model is near to already: arXiv 2008.11990.) Where a question has one answer the best start alone
 * learns it, chosen anew at each supervision step: arXiv 2601.19085.
 *
 * Deviation: there all K go on with the y of the winner; here each goes on with its own, for it may be of another answer.
 *
 * B rows, K of each question, S cells, V vocabulary.
 */

import {
  abs,
  cast,
  div,
  equal,
  exp,
  greaterOrEqual,
  less,
  maximum,
  mul,
  sub,
  where,
} from '../graph/ops/elementwise.ts';
import { argMax, max, mean, sum } from '../graph/ops/reduce.ts';
import { concat, reshape, slice } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { noGrad } from '../graph/trace.ts';
import { type CellLoss, cellCrossEntropy } from '../nn/losses.ts';

/** What a row has learnt, `[B]` each. */
export interface RowLosses {
  /** Its part in the loss, of its cells the mean. */
  readonly cellLoss: Tensor;
  /** Right cells, by the answer of its question that it comes nearest to, and cells that count. */
  readonly correct: Tensor;
  readonly scored: Tensor;
}

/** Of rows that have one label each. logits `[B*S, V]`, labels `[B, S]`. */
export function rowLosses(logits: Tensor, labels: Tensor, loss: CellLoss, smoothing: number): RowLosses {
  const [B, S] = labels.shape as readonly [number, number];
  const flat = reshape(labels, [B * S]);
  const perRow = (cells: Tensor) => sum(reshape(cells, [B, S]), [1]); // [B*S] to [B]
  const { scored, correct } = noGrad(() => ({
    scored: perRow(cast(greaterOrEqual(flat, 0), 'float32')), // [B]
    correct: perRow(cast(equal(argMax(logits, -1), flat), 'float32')), // [B]
  }));
  const cells = cellCrossEntropy(logits, flat, loss, smoothing); // [B*S]
  return { cellLoss: div(perRow(cells), maximum(scored, 1)), correct, scored };
}

/** Of rows that share a question with their neighbours. @param starts K; 1 where none does. */
export function bestOfStarts(
  logits: Tensor,
  labels: Tensor,
  starts: number,
  loss: CellLoss,
  smoothing: number,
): RowLosses {
  if (starts === 1) return rowLosses(logits, labels, loss, smoothing);
  const each = Array.from({ length: starts }, (_, label) =>
    rowLosses(logits, labelOfAll(labels, label, starts), loss, smoothing),
  );
  const questions = labels.shape[0]! / starts;
  const losses = concat(
    each.map(({ cellLoss }) => reshape(cellLoss, [questions, starts, 1])),
    2,
  ); // [B/K, K starts, K labels]
  const shares = noGrad(() => {
    const several = reshape(differ(labels, starts), [questions, starts, 1]);
    return where(several, assignment(losses), winners(losses)); // [B/K, K, K]
  });
  return {
    cellLoss: reshape(sum(mul(losses, shares), [2]), [labels.shape[0]!]),
    correct: noGrad(() => each.map(({ correct }) => correct).reduce((a, b) => maximum(a, b))),
    scored: each[0]!.scored,
  };
}

/** Of each label the start with the least loss has 1; equal ones share it. losses `[B/K, K, K]`, result the same. */
function winners(losses: Tensor): Tensor {
  const best = cast(equal(losses, mul(max(mul(losses, -1), [1], true), -1)), 'float32');
  return div(best, sum(best, [1], true));
}

/** What is no difference of losses. */
const LEAST = 1e-30;

/** How hard the assignment is: e to this power between the best and the worst pair. */
const SHARPNESS = 20;

/** Rounds after which the shares of starts and labels hardly change. */
const ROUNDS = 8;

/**
 * Assigns as many starts to each label as it stands there, so that the losses are least together: shares that sum to 1 for
 * each start, and nearly so for each label (Sinkhorn's scaling, arXiv 1306.0895). What counts is which start is
 * nearer to a label than the others are, however little that is: at first all are alike, and differences grow by being
 * learnt.
 */
function assignment(losses: Tensor): Tensor {
  const own = (axes: number[]) => sub(mean(losses, axes, true), mean(losses, [1, 2], true));
  const relative = sub(sub(sub(losses, own([1])), own([2])), mean(losses, [1, 2], true)); // means of 0
  const largest = maximum(max(abs(relative), [1, 2], true), LEAST); // [B/K, 1, 1]
  let shares = exp(mul(div(relative, largest), -SHARPNESS / 2));
  for (let round = 0; round < ROUNDS; round++) {
    shares = div(shares, sum(shares, [1], true));
    shares = div(shares, sum(shares, [2], true));
  }
  return shares;
}

/** Whether the rows of a question have different labels, bool `[B]`. */
function differ(labels: Tensor, starts: number): Tensor {
  const first = labelOfAll(labels, 0, starts);
  const others = Array.from({ length: starts - 1 }, (_, i) =>
    cast(equal(labelOfAll(labels, i + 1, starts), first), 'float32'),
  ); // [B, S] each
  const alike = others.reduce((a, b) => mul(a, b)); // [B, S]
  return less(sum(alike, [1]), labels.shape[1]!);
}

/** A label of each question, in all its rows. labels `[B, S]`, result the same. */
function labelOfAll(labels: Tensor, label: number, starts: number): Tensor {
  const [B, S] = labels.shape as readonly [number, number];
  const one = slice(reshape(labels, [B / starts, starts, S]), 1, label, label + 1); // [B/K, 1, S]
  return reshape(
    concat(
      Array.from({ length: starts }, () => one),
      1,
    ),
    [B, S],
  );
}

/** The least value of the rows of each question, in all of them: they halt together, when all wish to. */
export function leastOfStarts(values: Float32Array, starts: number): Float32Array {
  if (starts === 1) return values;
  return values.map((_, row) => {
    const first = row - (row % starts);
    return Math.min(...values.subarray(first, first + starts));
  });
}

/** The value of the first row of each question, in all of them. */
export function firstOfStarts(values: Int32Array, starts: number): Int32Array {
  return starts === 1 ? values : values.map((_, row) => values[row - (row % starts)]!);
}
