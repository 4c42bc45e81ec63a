/**
 * Accuracy on a split, after every supervision step (official pretrain.py, evaluate; ACTLossHead's metrics).
 *
 * B rows of a batch, S cells.
 */

import { testBatches } from '../data/batches.ts';
import type { PuzzleDataset } from '../data/dataset.ts';
import { type Answerer, type AnswerWeights, probability } from '../inference/answer.ts';
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

/** A puzzle that was evaluated; the arrays are views that the next batch may overwrite. */
export interface EvaluatedPuzzle {
  /** Its row in the dataset. */
  readonly row: number;
  /** Whether every cell of the answer is right. */
  readonly solved: boolean;
  /** `[S]` */
  readonly question: Int32Array;
  /** The right answer `[S]`, -100 in cells that do not count. */
  readonly labels: Int32Array;
  /** The model's answer `[S]`. */
  readonly answer: Int32Array;
  /** Probability the model gives to its answer being right. */
  readonly halting: number;
  /** Supervision steps that it took, of all candidates together. */
  readonly steps: number;
}

export interface EvaluateOptions {
  readonly supervisionSteps: number;
  /** Examples from the start of the split; all when 0 or omitted. */
  readonly examples?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with each puzzle as it is done, which is in order only where all take the same steps. */
  readonly onPuzzle?: (puzzle: EvaluatedPuzzle) => void;
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
        const [labels, own] = [batch.labels.subarray(first, end), answer.subarray(first, end)]; // [S]
        const { right, scored } = countRight(labels, own);
        const exact = right === scored;
        sum.exact += exact ? 1 : 0;
        sum.cell += right / Math.max(1, scored);
        sum.halting += halt[row]! >= 0 === exact ? 1 : 0;
        if (step < options.supervisionSteps) continue;
        options.onPuzzle?.({
          row: done + row,
          solved: exact,
          question: batch.inputs.subarray(first, end),
          labels,
          answer: own,
          halting: probability(halt[row]!),
          steps: step,
        });
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
