/**
 * New puzzles for a trained model, whose puzzle embedding they have no rows in: rows are learnt from their demonstration
 * pairs, which start as the mean of the rows there are (as the official code starts a table of another size). The dense
 * weights stay as they are, or learn on.
 */

import type { PuzzleDataset } from '../data/dataset.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type Config, parseConfig } from './config.ts';
import { newRun } from './run.ts';

/** Settings that were made for the puzzles of one dataset and do not go over to others. */
export const ofOtherPuzzles = {
  epochsPerIteration: 0, // so many epochs of fewer puzzles may not fill a batch
} satisfies Partial<Config>;

export interface AdaptOptions {
  /** Optimizer steps. */
  readonly steps: number;
  /** Examples in a batch. */
  readonly batchSize: number;
  /** What learns; the dense weights are frozen with `puzzle-embedding`. */
  readonly trainable: Config['trainable'];
  /** As `from` was trained when omitted. */
  readonly precision?: Config['precision'] | undefined;
}

/** A run, before its first step, that learns the puzzles of a dataset with the averaged weights of `from`. */
export function adaptation(from: Checkpoint, train: PuzzleDataset, options: AdaptOptions): Checkpoint {
  const config = parseConfig({
    ...from.config,
    ...options,
    microBatchSize: Math.min(from.config.microBatchSize, options.batchSize),
    ...ofOtherPuzzles,
    starts: 1,
    validation: 0, // a few puzzles, all of them to be learnt
    augment: false, // the augmentations are puzzles of the dataset
    randomStart: true, // few examples in small batches: each step should see several of them at different depths
    warmupSteps: Math.ceil(options.steps / 20),
    checkpointEvery: 50,
    emaRate: Math.min(from.config.emaRate, 0.99), // a slower average would still be at the start
  });
  return newRun(config, train, from);
}
