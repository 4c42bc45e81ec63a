/**
 * Several starts of each example, which share its answers (config `starts`): winner-takes-all over K latents.
 *
 * Neighbouring rows, K of them, think about one question from K random starts, and have K of its answers for labels. Of each
 * answer the start learns whose loss for it is least, so that no answer is left out (IMLE, arXiv 1809.09087); and each
 * start learns the answer for which its loss is least, so that none is led between two (arXiv 2008.11990). A start
 * becomes one answer and another start another, where one start alone would learn the mean of all. Where a question has one answer
 * the best start alone learns, chosen anew at each supervision step: arXiv 2601.19085.
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
  minimum,
  mul,
  where,
} from '../graph/ops/elementwise.ts';
import { argMax, sum } from '../graph/ops/reduce.ts';
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
  // At shift s row i has the label of row i + s of its question.
  const pairs = Array.from({ length: starts }, (_, shift) =>
    rowLosses(logits, turned(labels, shift, starts), loss, smoothing),
  );
  const [own, ...others] = pairs as [RowLosses, ...RowLosses[]];
  if (others.length === 0) return own;
  const shares = noGrad(() => {
    const losses = pairs.map(({ cellLoss }) => cellLoss);
    const ofStarts = bestOf(losses);
    // The same of each label, at its row, brought back to the starts.
    const ofLabels = bestOf(losses.map((one, shift) => turned(one, starts - shift, starts))).map(
      (one, shift) => turned(one, shift, starts),
    );
    const several = differ(labels, starts); // [B]
    return ofLabels.map((one, shift) => where(several, mul(add(one, ofStarts[shift]!), 0.5), one)); // [B]
  });
  return {
    cellLoss: pairs.map(({ cellLoss }, shift) => mul(cellLoss, shares[shift]!)).reduce((a, b) => add(a, b)),
    correct: noGrad(() => pairs.map(({ correct }) => correct).reduce((a, b) => maximum(a, b))),
    scored: own.scored,
  };
}

/** 1 where one of several losses is the least, `[B]` each; equal ones share it. */
function bestOf(losses: readonly Tensor[]): Tensor[] {
  const least = losses.reduce((a, b) => minimum(a, b));
  const isLeast = losses.map((one) => cast(equal(one, least), 'float32'));
  const number = isLeast.reduce((a, b) => add(a, b));
  return isLeast.map((one) => div(one, number));
}

/** Whether the rows of a question have different labels, bool `[B]`. */
function differ(labels: Tensor, starts: number): Tensor {
  const equalCells = Array.from({ length: starts - 1 }, (_, i) =>
    cast(equal(turned(labels, i + 1, starts), labels), 'float32'),
  ).reduce((a, b) => mul(a, b)); // [B, S]
  return less(sum(equalCells, [1]), labels.shape[1]!);
}

/** Row i of every K takes what row i + by of them has. x `[B, ..]`, result the same. */
function turned(x: Tensor, by: number, starts: number): Tensor {
  if (by % starts === 0) return x;
  const [B = 1, ...rest] = x.shape;
  const grouped = reshape(x, [B / starts, starts, ...rest]); // [B/K, K, ..]
  const ends = [slice(grouped, 1, by, starts), slice(grouped, 1, 0, by)];
  return reshape(concat(ends, 1), x.shape);
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
