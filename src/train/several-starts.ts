/**
 * Several starts of each example, which share its answers (config `starts`): winner-takes-all over K latents.
 *
 * Neighbouring rows, K of them, think about one question from K random starts, and have K of its answers for labels. Of each
 * answer the start learns whose loss for it is least, so that no answer is left out (IMLE, arXiv 1809.09087); and each
 * start learns the answer for which its loss is least, so that none is led between two (arXiv 2008.11990). A start
 * becomes one answer and another start another, where one start alone would learn the mean of all. Where a question has one answer
 * the best start alone learns it, chosen anew at each supervision step: arXiv 2601.19085. (docs/log.md has the first
 * half alone, and starts assigned to answers one to one.)
 *
 * Deviation: there all K go on with the y of the winner; here each goes on with its own, for it may be of another answer.
 *
 * B rows, K of each question, S cells, V vocabulary.
 */

import {
  add,
  cast,
  div,
  equal,
  greaterOrEqual,
  less,
  maximum,
  mul,
  where,
} from '../graph/ops/elementwise.ts';
import { argMax, max, sum } from '../graph/ops/reduce.ts';
import { concat, expand, reshape, slice } from '../graph/ops/shape.ts';
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
    const ofLabels = least(losses, 1); // each has its best start
    const ofStarts = least(losses, 2); // each has its best label
    return where(several, mul(add(ofLabels, ofStarts), 0.5), ofLabels); // [B/K, K, K]
  });
  return {
    cellLoss: reshape(sum(mul(losses, shares), [2]), [labels.shape[0]!]),
    correct: noGrad(() => each.map(({ correct }) => correct).reduce((a, b) => maximum(a, b))),
    scored: each[0]!.scored,
  };
}

/** The least losses along an axis have 1; equal ones share it. losses `[B/K, K, K]`, result the same. */
function least(losses: Tensor, axis: number): Tensor {
  const best = mul(max(mul(losses, -1), [axis], true), -1);
  const isBest = cast(equal(losses, best), 'float32');
  return div(isBest, sum(isBest, [axis], true));
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
  return reshape(expand(one, [B / starts, starts, S]), [B, S]);
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
