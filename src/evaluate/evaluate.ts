/**
 * Accuracy on a split, after every supervision step (official pretrain.py, evaluate; ACTLossHead's metrics).
 *
 * B rows of a batch, S cells.
 */

import { testBatches } from '../data/batches.ts';
import { checkDataset, datasetFamily, type PuzzleDataset } from '../data/dataset.ts';
import { selectRows } from '../data/select.ts';
import { type Answerer, type AnswerWeights, probability } from '../inference/answer.ts';
import { answerFlops } from '../inference/answer-step.ts';
import { alone, type Communicator } from '../train/communicator.ts';
import { partOf } from '../train/share.ts';
import type { Coverage } from './coverage.ts';
import { nearestAnswer } from './right-answers.ts';
import {
  type Answered,
  type Intervals,
  interval,
  type Judged,
  ofAllRanks,
  type StepAccuracy,
  Tally,
} from './tally.ts';

/** What answers cost. */
export interface Compute {
  /** Supervision steps a puzzle, of all its candidates together. */
  readonly meanSteps: number;
  /** Floating-point operations a puzzle, of the matrix products of those steps. */
  readonly meanFlops: number;
}

/** How well a model answers the puzzles of a split. */
export interface Evaluation extends StepAccuracy, Intervals, Compute {
  readonly examples: number;
  /** After each supervision step, the first one first. */
  readonly steps: readonly StepAccuracy[];
  /** Where several answers of each puzzle were asked for. */
  readonly coverage?: Coverage;
  /** With each effort up to the one that was asked for, 1 first; absent without one. */
  readonly efforts?: readonly (StepAccuracy & Compute)[];
  readonly seconds: number;
  readonly examplesPerSecond: number;
}

/** A puzzle that was evaluated; the arrays are views that the next batch may overwrite. */
export interface EvaluatedPuzzle extends Answered, Judged {
  /** Its row in the dataset. */
  readonly row: number;
  /** Probability the model gives to its answer being right. */
  readonly halting: number;
  /** Supervision steps that it took, of all candidates together. */
  readonly steps: number;
}

export interface EvaluateOptions {
  readonly supervisionSteps: number;
  /** Examples from the start of the split; all when 0 or omitted. */
  readonly examples?: number;
  /** Of several ranks that share the puzzles; all call together, and have the same result. */
  readonly communicator?: Communicator;
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with each puzzle of this rank as it is done, which is in order only where all take the same steps. */
  readonly onPuzzle?: (puzzle: EvaluatedPuzzle) => void;
}

/** Evaluates the first `examples` rows of a split. Of several answers that a dataset keeps any counts as right. */
export async function evaluate(
  answerer: Answerer,
  weights: AnswerWeights,
  dataset: PuzzleDataset,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const start = performance.now();
  const { supervisionSteps, communicator = alone } = options;
  checkDataset(dataset);
  const total = options.examples ? Math.min(options.examples, dataset.count) : dataset.count;
  const own = shareOfRows(dataset, total, communicator);
  const { fault } = datasetFamily(dataset.metadata);
  const nearest = nearestAnswer(own.dataset);
  const tallies = Array.from({ length: supervisionSteps }, () => new Tally(own.count, fault));
  let done = 0;
  for (const batch of testBatches(own.dataset, answerer.rows)) {
    if (done === own.count) break;
    const rows = Math.min(batch.count, own.count - done);
    const cells = batch.labels.length / batch.size; // S
    for await (const { step, answer, halt } of answerer.answer(weights, batch, supervisionSteps)) {
      for (let row = 0; row < rows; row++) {
        const [first, end] = [row * cells, (row + 1) * cells];
        const said = answer.subarray(first, end);
        const puzzle = {
          question: batch.inputs.subarray(first, end),
          labels: nearest(done + row, batch.labels.subarray(first, end), said),
          answer: said,
        };
        const judged = tallies[step - 1]!.add(done + row, puzzle, halt[row]! >= 0);
        if (step < supervisionSteps) continue;
        const halting = probability(halt[row]!);
        options.onPuzzle?.({ row: own.first + done + row, ...judged, ...puzzle, halting, steps: step });
      }
    }
    done += rows;
    options.onProgress?.(Math.min(done * communicator.size, total), total);
  }
  const steps = await ofAllRanks(tallies, communicator);
  const seconds = (performance.now() - start) / 1000;
  return {
    examples: total,
    ...steps.at(-1)!.accuracy(),
    ...steps.at(-1)!.intervals(),
    steps: steps.map((tally) => tally.accuracy()),
    meanSteps: supervisionSteps,
    meanFlops: supervisionSteps * answerFlops(answerer.model),
    seconds,
    examplesPerSecond: total / seconds,
  };
}

/** The rows of the first `total` that a rank answers. */
export function shareOfRows(dataset: PuzzleDataset, total: number, communicator: Communicator) {
  const { first, end } = partOf(total, communicator);
  const count = end - first;
  if (communicator.size === 1) return { first, count, dataset };
  const rows = Int32Array.from({ length: count }, (_, i) => first + i);
  return { first, count, dataset: selectRows(dataset, rows) };
}

/** Evaluations of several datasets as one of all their puzzles. @param evaluations of the same number of steps. */
export function together(evaluations: readonly Evaluation[]): Evaluation {
  const [first, ...others] = evaluations as [Evaluation, ...Evaluation[]];
  if (others.length === 0) return first;
  const examples = evaluations.reduce((sum, one) => sum + one.examples, 0);
  const seconds = evaluations.reduce((sum, one) => sum + one.seconds, 0);
  const mean = (value: (one: Evaluation) => number) =>
    evaluations.reduce((sum, one) => sum + one.examples * value(one), 0) / examples;
  const judges = evaluations.every(({ valid }) => valid !== undefined);
  const compute = (of: (one: Evaluation) => Compute): Compute => ({
    meanSteps: mean((one) => of(one).meanSteps),
    meanFlops: mean((one) => of(one).meanFlops),
  });
  const accuracy = (of: (one: Evaluation) => StepAccuracy): StepAccuracy => ({
    exact: mean((one) => of(one).exact),
    ...(judges && { valid: mean((one) => of(one).valid!) }),
    cell: mean((one) => of(one).cell),
    halting: mean((one) => of(one).halting),
  });
  const whole = accuracy((one) => one);
  const intervalOf = (share: number) => interval(Math.round(share * examples), examples);
  return {
    examples,
    ...whole,
    exactInterval: intervalOf(whole.exact),
    ...(whole.valid !== undefined && { validInterval: intervalOf(whole.valid) }),
    steps: first.steps.map((_, i) => accuracy((one) => one.steps[i]!)),
    ...compute((one) => one),
    ...(first.efforts && {
      efforts: first.efforts.map((_, i) => ({
        ...accuracy((one) => one.efforts![i]!),
        ...compute((one) => one.efforts![i]!),
      })),
    }),
    seconds,
    examplesPerSecond: examples / seconds,
  };
}
