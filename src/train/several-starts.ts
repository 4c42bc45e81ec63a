/**
 * Several starts of each example, which share its answers (config `starts`): winner-takes-all over K latents.
 *
 * Neighbouring rows, K of them, think about one question from K random starts, and have K of its answers for labels. Each answer
 * is learnt by the start whose loss for it is least, at every supervision step anew. So a start becomes one answer and
 * another start another, where one start alone would learn the mean of all.
 *
 * Sources: the loss of the best of K latents alone, arXiv 2601.19085 (of one label); that the nearest of K samples
 * learning each drawn answer leaves none out, arXiv 1809.09087 (IMLE). What else was tried: docs/log.md.
 * Deviation: there all K go on with the y of the winner; here each goes on with its own, for it may be of another answer.
 *
 * B rows, K of each question, S cells, V vocabulary.
 */

import { cast, div, equal, greaterOrEqual, maximum, mul } from '../graph/ops/elementwise.ts';
import { argMax, max, sum } from '../graph/ops/reduce.ts';
import { concat, expand, reshape, slice } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { noGrad } from '../graph/trace.ts';
import { type CellLoss, cellCrossEntropy } from '../nn/losses.ts';

/** What a row has learnt, `[B]` each. */
interface RowLosses {
  /** Its part in the loss, of its cells the mean. */
  readonly cellLoss: Tensor;
  /** Right cells, by the answer of its question that it comes nearest to, and cells that count. */
  readonly correct: Tensor;
  readonly scored: Tensor;
}

/** Of rows that have one label each. logits `[B*S, V]`, labels `[B, S]`. */
function rowLosses(logits: Tensor, labels: Tensor, loss: CellLoss, smoothing: number): RowLosses {
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
  const shares = noGrad(() => ofBestStarts(losses)); // [B/K, K, K]
  return {
    cellLoss: reshape(sum(mul(losses, shares), [2]), [labels.shape[0]!]),
    correct: noGrad(() => each.map(({ correct }) => correct).reduce((a, b) => maximum(a, b))),
    scored: each[0]!.scored,
  };
}

/** Of each label the start with the least loss has 1; equal ones share it. losses `[B/K, K starts, K labels]`, result the same. */
function ofBestStarts(losses: Tensor): Tensor {
  const least = mul(max(mul(losses, -1), [1], true), -1); // [B/K, 1, K]
  const isLeast = cast(equal(losses, least), 'float32');
  return div(isLeast, sum(isLeast, [1], true));
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
