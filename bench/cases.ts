/**
 * What is measured: TRM with both mixers at three hidden sizes, and its training on one maze. 64 is the demo (4x4 Sudoku),
 * 128 what a small machine trains on 9x9 Sudoku, 512 the paper's model with the micro-batch that bounds its memory, maze
 * the same with the 30x30 cells of Maze-Hard.
 */

import type { Batch } from '../src/data/batches.ts';
import { Random } from '../src/data/random.ts';
import type { Model } from '../src/models/model.ts';
import { trm } from '../src/models/trm.ts';
import { type Config, parseConfig } from '../src/train/config.ts';

export const mixers = ['mlp', 'attention'] as const;
export type Mixer = (typeof mixers)[number];

/** `train`: one optimizer step. `evaluate`: 16 supervision steps without gradient. Both on one batch. */
export const tasks = ['train', 'evaluate'] as const;
export type Task = (typeof tasks)[number];

/** An evaluation. */
export const supervisionSteps = 16;

/** `timed`: so many of an evaluation's equal steps are run at hidden 512, so that the sides take turns more often. */
const shapes = {
  64: { hidden: 64, cells: 16, vocabulary: 6, slots: 4, heads: 4, T: 2, n: 3, batch: 32, timed: 16 },
  128: { hidden: 128, cells: 81, vocabulary: 11, slots: 4, heads: 4, T: 2, n: 3, batch: 32, timed: 16 },
  512: { hidden: 512, cells: 81, vocabulary: 11, slots: 16, heads: 8, T: 3, n: 6, batch: 8, timed: 4 },
  maze: { hidden: 512, cells: 900, vocabulary: 6, slots: 16, heads: 8, T: 3, n: 6, batch: 1, timed: 1 },
} as const;

export type Size = keyof typeof shapes;
export const sizes = [64, 128, 512, 'maze'] as const satisfies readonly Size[];

/** One row of the results. */
export interface Case {
  readonly size: Size;
  readonly mixer: Mixer;
  readonly task: Task;
}

export interface AskedCases {
  readonly size: readonly Size[];
  readonly mixer: readonly Mixer[];
  readonly task: readonly Task[];
}

/** All combinations of what is asked for, of mazes only the attention's training. */
export function casesOf(asked: AskedCases): Case[] {
  const all = asked.size.flatMap((size) =>
    asked.mixer.flatMap((mixer) => asked.task.map((task): Case => ({ size, mixer, task }))),
  );
  return all.filter(
    ({ size, mixer, task }) => size !== 'maze' || (mixer === 'attention' && task === 'train'),
  );
}

export const nameOf = ({ size, mixer, task }: Case): string => `${mixer} ${size} ${task}`;

export interface BenchCase {
  readonly size: Size;
  readonly mixer: Mixer;
  readonly batch: number;
  /** Supervision steps that a timed evaluation runs. */
  readonly timedSteps: number;
  readonly model: Model;
  readonly config: Config;
  /** The same model for bench/pytorch/trm.py. */
  readonly pytorchFlags: readonly string[];
}

/** Puzzles in the embedding table, as in the PyTorch peer. */
const puzzles = 2;

export function benchCase(size: Size, mixer: Mixer): BenchCase {
  const { hidden, cells, vocabulary, slots, heads, T, n, batch, timed } = shapes[size];
  const config = parseConfig({
    model: {
      mixer,
      positions: mixer === 'attention' ? 'rope' : 'none',
      hiddenSize: hidden,
      heads,
      cycles: T,
      latentSteps: n,
      puzzleSlots: slots,
      puzzleEmbeddingSize: hidden,
    },
    batchSize: batch,
    microBatchSize: batch,
    weightDecay: 0.1,
    puzzleWeightDecay: 0.1,
    warmupSteps: 0,
  });
  const flags = {
    ...{ mixer, hidden, heads, batch, T, n, slots },
    ...{ positions: cells, vocab: vocabulary, steps: timed },
  };
  return {
    size,
    mixer,
    batch,
    timedSteps: timed,
    model: trm(config.model, { cells, vocabulary, puzzleEmbeddingRows: puzzles }),
    config,
    pytorchFlags: Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
  };
}

/** One fixed batch of random tokens and labels, as the PyTorch peer has; the time does not depend on them. */
export function randomBatch({ model: { shape }, batch }: BenchCase): Batch {
  const random = new Random(0);
  const tokens = () =>
    Int32Array.from({ length: batch * shape.cells }, () => 1 + random.int(shape.vocabulary - 1));

  return {
    inputs: tokens(),
    labels: tokens(),
    puzzleIdentifiers: new Int32Array(batch).fill(1),
    count: batch,
    size: batch,
  };
}
