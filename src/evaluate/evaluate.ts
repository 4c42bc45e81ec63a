/**
 * Accuracy on a split, after every supervision step (official pretrain.py, evaluate; ACTLossHead's metrics).
 *
 * B rows of a batch, S cells.
 */

import { testBatches } from '../data/batches.ts';
import type { PuzzleDataset } from '../data/dataset.ts';
import type { Answerer, AnswerWeights } from '../inference/answer.ts';
import { wilsonInterval } from './statistics.ts';

/** Shares in [0, 1] after one supervision step. */
export interface StepAccuracy {
  /** Puzzles with every cell right. */
  readonly exact: number;
  /** Mean share of right cells. */
  readonly cell: number;
  /** Puzzles whose halting logit says rightly whether the answer is right. */
  readonly halting: number;
}

/** How well a model answers the puzzles of a split. */
export interface Evaluation extends StepAccuracy {
  readonly examples: number;
  /** 95 % Wilson interval of `exact`. */
  readonly exactInterval: readonly [low: number, high: number];
  /** After each supervision step, the first one first. */
  readonly steps: readonly StepAccuracy[];
  /** Supervision steps a puzzle, of all its candidates together. */
  readonly meanSteps: number;
  readonly seconds: number;
  readonly examplesPerSecond: number;
}

export interface EvaluateOptions {
  readonly supervisionSteps: number;
  /** Examples from the start of the split; all when 0 or omitted. */
  readonly examples?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with each puzzle in order: whether the last step's answer has every cell right. */
  readonly onPuzzle?: (solved: boolean) => void;
}

/** Evaluates the first `examples` rows of a split. */
export async function evaluate(
  answerer: Answerer,
  weights: AnswerWeights,
  dataset: PuzzleDataset,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const start = performance.now();
  const all = dataset.count;
  const total = options.examples ? Math.min(options.examples, all) : all;
  const sums = Array.from({ length: options.supervisionSteps }, () => ({ exact: 0, cell: 0, halting: 0 }));
  let done = 0;
  for (const batch of testBatches(dataset, answerer.rows)) {
    const rows = Math.min(batch.count, total - done);
    const cells = batch.labels.length / batch.size; // S
    for await (const { step, answer, halt } of answerer.answer(weights, batch, options.supervisionSteps)) {
      const sum = sums[step - 1]!;
      for (let row = 0; row < rows; row++) {
        const [first, end] = [row * cells, (row + 1) * cells];
        const { right, scored } = countRight(batch.labels.subarray(first, end), answer.subarray(first, end));
        const exact = right === scored;
        sum.exact += exact ? 1 : 0;
        sum.cell += right / Math.max(1, scored);
        sum.halting += halt[row]! >= 0 === exact ? 1 : 0;
        if (step === options.supervisionSteps) options.onPuzzle?.(exact);
      }
    }
    done += rows;
    options.onProgress?.(done, total);
    if (done === total) break;
  }
  const seconds = (performance.now() - start) / 1000;
  const steps = sums.map(({ exact, cell, halting }) => ({
    exact: exact / total,
    cell: cell / total,
    halting: halting / total,
  }));
  const { low, high } = wilsonInterval(sums.at(-1)!.exact, total);
  return {
    examples: total,
    ...steps.at(-1)!,
    exactInterval: [low, high],
    steps,
    meanSteps: options.supervisionSteps,
    seconds,
    examplesPerSecond: total / seconds,
  };
}

/** Right and scored cells of an answer `[S]`. */
export function countRight(labels: Int32Array, answer: Int32Array): { right: number; scored: number } {
  let right = 0;
  let scored = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i]! < 0) continue;
    scored++;
    if (labels[i] === answer[i]) right++;
  }
  return { right, scored };
}
