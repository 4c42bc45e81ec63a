/**
 * Accuracy on a split, after every supervision step (official pretrain.py, evaluate; ACTLossHead's metrics).
 *
 * B rows of a batch, S cells.
 */

import { testBatches } from '../data/batches.ts';
import { datasetFamily, type PuzzleDataset } from '../data/dataset.ts';
import type { Family } from '../data/family.ts';
import { type Answerer, type AnswerWeights, probability } from '../inference/answer.ts';
import { answerFlops } from '../inference/answer-step.ts';
import { wilsonInterval } from './statistics.ts';

/** Shares in [0, 1] after one supervision step. */
export interface StepAccuracy {
  /** Puzzles with every cell right: the paper's measure. */
  readonly exact: number;
  /** Puzzles whose answer satisfies the rules, be it another than the dataset's; absent where no rules are known. */
  readonly valid?: number;
  /** Mean share of right cells. */
  readonly cell: number;
  /** Puzzles whose halting logit says rightly whether the answer is right. */
  readonly halting: number;
}

/** What answers cost. */
export interface Compute {
  /** Supervision steps a puzzle, of all its candidates together. */
  readonly meanSteps: number;
  /** Floating-point operations a puzzle, of the matrix products of those steps. */
  readonly meanFlops: number;
}

/** How well a model answers the puzzles of a split. */
export interface Evaluation extends StepAccuracy, Compute {
  readonly examples: number;
  /** 95 % Wilson interval of `exact`. */
  readonly exactInterval: readonly [low: number, high: number];
  /** The same of `valid`. */
  readonly validInterval?: readonly [low: number, high: number];
  /** After each supervision step, the first one first. */
  readonly steps: readonly StepAccuracy[];
  /** With each effort up to the one that was asked for, 1 first; absent without one. */
  readonly efforts?: readonly (StepAccuracy & Compute)[];
  readonly seconds: number;
  readonly examplesPerSecond: number;
}

/** A puzzle that was evaluated; the arrays are views that the next batch may overwrite. */
export interface EvaluatedPuzzle {
  /** Its row in the dataset. */
  readonly row: number;
  /** Whether every cell of the answer is right. */
  readonly solved: boolean;
  /** Whether the answer satisfies the rules; undefined where none are known. */
  readonly valid: boolean | undefined;
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
  const { fault } = datasetFamily(dataset.metadata);
  const tallies = Array.from({ length: options.supervisionSteps }, () => new Tally(fault));
  let done = 0;
  for (const batch of testBatches(dataset, answerer.rows)) {
    const rows = Math.min(batch.count, total - done);
    const cells = batch.labels.length / batch.size; // S
    for await (const { step, answer, halt } of answerer.answer(weights, batch, options.supervisionSteps)) {
      for (let row = 0; row < rows; row++) {
        const [first, end] = [row * cells, (row + 1) * cells];
        const puzzle = {
          question: batch.inputs.subarray(first, end),
          labels: batch.labels.subarray(first, end),
          answer: answer.subarray(first, end),
        };
        const judged = tallies[step - 1]!.add(puzzle, halt[row]! >= 0);
        if (step < options.supervisionSteps) continue;
        const halting = probability(halt[row]!);
        options.onPuzzle?.({ row: done + row, ...judged, ...puzzle, halting, steps: step });
      }
    }
    done += rows;
    options.onProgress?.(done, total);
    if (done === total) break;
  }
  const seconds = (performance.now() - start) / 1000;
  return {
    examples: total,
    ...tallies.at(-1)!.accuracy(total),
    ...tallies.at(-1)!.intervals(total),
    steps: tallies.map((tally) => tally.accuracy(total)),
    meanSteps: options.supervisionSteps,
    meanFlops: options.supervisionSteps * answerFlops(answerer.model),
    seconds,
    examplesPerSecond: total / seconds,
  };
}

/** What is right of the answers of some puzzles. */
export class Tally {
  readonly #fault: Family['fault'];
  #exact = 0;
  #valid = 0;
  #cell = 0;
  #halting = 0;

  /** @param fault what is wrong with an answer, where rules are known. */
  constructor(fault: Family['fault']) {
    this.#fault = fault;
  }

  /** Counts an answer. @param halts whether the model takes it for right. */
  add(
    { question, labels, answer }: Pick<EvaluatedPuzzle, 'question' | 'labels' | 'answer'>,
    halts: boolean,
  ): Pick<EvaluatedPuzzle, 'solved' | 'valid'> {
    const { right, scored } = countRight(labels, answer);
    const solved = right === scored;
    const valid = this.#fault && this.#fault(question, counted(question, labels, answer)) === undefined;
    this.#exact += Number(solved);
    this.#valid += Number(valid);
    this.#cell += right / Math.max(1, scored);
    this.#halting += Number(halts === solved);
    return { solved, valid };
  }

  /** Shares of so many puzzles. */
  accuracy(total: number): StepAccuracy {
    return {
      exact: this.#exact / total,
      ...(this.#fault && { valid: this.#valid / total }),
      cell: this.#cell / total,
      halting: this.#halting / total,
    };
  }

  /** 95 % intervals of the shares. */
  intervals(total: number): Pick<Evaluation, 'exactInterval' | 'validInterval'> {
    return {
      exactInterval: interval(this.#exact, total),
      ...(this.#fault && { validInterval: interval(this.#valid, total) }),
    };
  }
}

function interval(right: number, total: number): readonly [low: number, high: number] {
  const { low, high } = wilsonInterval(right, total);
  return [low, high];
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

/** An answer `[S]` with the question in cells that do not count. */
export function counted(question: Int32Array, labels: Int32Array, answer: Int32Array): Int32Array {
  return answer.map((token, cell) => (labels[cell]! >= 0 ? token : question[cell]!));
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
