/**
 * Accuracy on a split, after every supervision step (official pretrain.py, evaluate; ACTLossHead's metrics).
 *
 * B rows of a batch, S cells.
 */

import { testBatches } from '../data/batches.ts';
import type { PuzzleDataset } from '../data/dataset.ts';
import { selectRows } from '../data/select.ts';
import { type Answerer, type AnswerWeights, probability } from '../inference/answer.ts';
import { alone, type Communicator } from '../train/communicator.ts';
import { partOf } from '../train/share.ts';
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
  /** Of several ranks that share the puzzles; all call together, and have the same result. */
  readonly communicator?: Communicator;
  readonly onProgress?: (done: number, total: number) => void;
  /** Called with each puzzle of this rank as it is done, which is in order only where all take the same steps. */
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
  const { supervisionSteps, communicator = alone } = options;
  const total = options.examples ? Math.min(options.examples, dataset.count) : dataset.count;
  const own = shareOfRows(dataset, total, communicator);
  const tally = new Tally(supervisionSteps, own.count);
  let done = 0;
  for (const batch of testBatches(own.dataset, answerer.rows)) {
    if (done === own.count) break;
    const rows = Math.min(batch.count, own.count - done);
    const cells = batch.labels.length / batch.size; // S
    for await (const { step, answer, halt } of answerer.answer(weights, batch, supervisionSteps)) {
      for (let row = 0; row < rows; row++) {
        const [first, end] = [row * cells, (row + 1) * cells];
        const [labels, given] = [batch.labels.subarray(first, end), answer.subarray(first, end)]; // [S]
        const count = countRight(labels, given);
        const solved = count.right === count.scored;
        tally.add(done + row, step, count, halt[row]! >= 0);
        if (step < supervisionSteps) continue;
        options.onPuzzle?.({
          row: own.first + done + row,
          solved,
          question: batch.inputs.subarray(first, end),
          labels,
          answer: given,
          halting: probability(halt[row]!),
          steps: step,
        });
      }
    }
    done += rows;
    options.onProgress?.(Math.min(done * communicator.size, total), total);
  }
  const steps = await tally.accuracies(communicator);
  const seconds = (performance.now() - start) / 1000;
  const { low, high } = wilsonInterval(Math.round(steps.at(-1)!.exact * total), total);
  return {
    examples: total,
    ...steps.at(-1)!,
    exactInterval: [low, high],
    steps,
    meanSteps: supervisionSteps,
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

/** What is counted of each puzzle after each step: cells that are right, and whether the halting logit judges it rightly. */
class Tally {
  readonly #width: number;
  /** [rows, 1 + 2 * steps]: scored cells, then both of each step. */
  readonly #counts: Int32Array;

  constructor(steps: number, rows: number) {
    this.#width = 1 + 2 * steps;
    this.#counts = new Int32Array(rows * this.#width);
  }

  add(row: number, step: number, { right, scored }: { right: number; scored: number }, halts: boolean): void {
    const at = row * this.#width;
    this.#counts[at] = scored;
    this.#counts[at + 2 * step - 1] = right;
    this.#counts[at + 2 * step] = halts === (right === scored) ? 1 : 0;
  }

  /** Means over the puzzles of all ranks, after each step; in the puzzles' order, so that it is all one who counted. */
  async accuracies(communicator: Communicator): Promise<StepAccuracy[]> {
    const width = this.#width;
    const counts = await communicator.allGather(this.#counts);
    const rows = counts.length / width;
    return Array.from({ length: (width - 1) / 2 }, (_, step) => {
      const sum = { exact: 0, cell: 0, halting: 0 };
      for (let at = 0; at < counts.length; at += width) {
        const [scored, right] = [counts[at]!, counts[at + 2 * step + 1]!];
        sum.exact += right === scored ? 1 : 0;
        sum.cell += right / Math.max(1, scored);
        sum.halting += counts[at + 2 * step + 2]!;
      }
      return { exact: sum.exact / rows, cell: sum.cell / rows, halting: sum.halting / rows };
    });
  }
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
