/**
 * What is measured: TRM with both mixers at three sizes. 64 is the demo (4x4 Sudoku), 128 what a small machine trains
 * on 9x9 Sudoku, 512 the paper's model with the micro-batch that bounds its memory.
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

const shapes = {
  64: { cells: 16, vocabulary: 6, slots: 4, heads: 4, cycles: 2, latentSteps: 3, batch: 32 },
  128: { cells: 81, vocabulary: 11, slots: 4, heads: 4, cycles: 2, latentSteps: 3, batch: 32 },
  512: { cells: 81, vocabulary: 11, slots: 16, heads: 8, cycles: 3, latentSteps: 6, batch: 8 },
} as const;

export type Size = keyof typeof shapes;
export const sizes = [64, 128, 512] as const satisfies readonly Size[];

export interface BenchCase {
  readonly size: Size;
  readonly mixer: Mixer;
  readonly batch: number;
  readonly model: Model;
  readonly config: Config;
  /** The same model for bench/pytorch/trm.py. */
  readonly pytorchFlags: readonly string[];
}

/** Puzzles in the embedding table, as in the PyTorch peer. */
const puzzles = 2;

export function benchCase(size: Size, mixer: Mixer): BenchCase {
  const { cells, vocabulary, slots, heads, cycles, latentSteps, batch } = shapes[size];
  const config = parseConfig({
    model: {
      mixer,
      positions: mixer === 'attention' ? 'rope' : 'none',
      hiddenSize: size,
      heads,
      cycles,
      latentSteps,
      puzzleSlots: slots,
      puzzleEmbeddingSize: size,
    },
    batchSize: batch,
    microBatchSize: batch,
    weightDecay: 0.1,
    puzzleWeightDecay: 0.1,
    warmupSteps: 0,
  });
  const flags = {
    mixer,
    hidden: size,
    heads,
    batch,
    T: cycles,
    n: latentSteps,
    positions: cells,
    slots,
    vocab: vocabulary,
  };
  return {
    size,
    mixer,
    batch,
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
