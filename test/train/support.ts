/** Tiny runs for tests: generated 4x4 Sudoku, a model of a few thousand weights; mazes of any size, of a few hundred. */

import type { PuzzleDataset } from '../../src/data/dataset.ts';
import { generateMazes } from '../../src/data/maze/generate.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';
import { PuzzleList, sudokuDataset } from '../../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../../src/data/sudoku/generate.ts';
import type { Backend } from '../../src/runtime/backend.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { alone, type Communicator } from '../../src/train/communicator.ts';
import { type Config, parseConfig } from '../../src/train/config.ts';
import { train } from '../../src/train/run.ts';

export const backend = await openBackend({ device: 'cpu' });

export function tinyDataset(count = 40) {
  const puzzles = [];
  for (const puzzle of generatePuzzles(4, new Random(3))) {
    puzzles.push(puzzle);
    if (puzzles.length === count) break;
  }
  return sudokuDataset(new PuzzleList(4, puzzles));
}

export function tinyConfig(settings: Record<string, unknown> = {}): Config {
  return parseConfig({
    model: {
      hiddenSize: 16,
      heads: 2,
      cycles: 2,
      latentSteps: 2,
      puzzleSlots: 2,
      puzzleEmbeddingSize: 16,
      expansion: 1,
    },
    steps: 12,
    batchSize: 6,
    microBatchSize: 6,
    supervisionSteps: 4,
    learningRate: 1e-2,
    warmupSteps: 2,
    explorationProbability: 0.5,
    augment: true,
    ...settings,
  });
}

/** Mazes like Maze-Hard's. */
export function tinyMazes(rows: number, columns: number, count = 12) {
  const stream = generateMazes({ rows, columns, minPath: 3, like: 'maze-hard' }, new Random(rows));
  const puzzles = Array.from({ length: count }, () => stream.next().value);
  return puzzleDataset({ kind: 'maze', rows, columns }, puzzles);
}

/** A model without a size of its own. */
export function tinyConvolution(settings: Record<string, unknown> = {}): Config {
  return parseConfig({
    model: {
      mixer: 'convolution',
      hiddenSize: 8,
      layers: 1,
      widthMultiple: 8,
      cycles: 2,
      latentSteps: 1,
      puzzleSlots: 0,
      puzzleEmbeddingSize: 0,
    },
    steps: 9,
    batchSize: 6,
    microBatchSize: 6,
    supervisionSteps: 3,
    optimizer: 'adamw',
    learningRate: 1e-2,
    warmupSteps: 1,
    randomStart: true,
    ...settings,
  });
}

const bytes = (checkpoint: Checkpoint) => Buffer.concat(encodeCheckpoint(checkpoint));

/** All bytes of a checkpoint that are the same however long the run took. */
export const bitsOf = (checkpoint: Checkpoint): Buffer => bytes({ ...checkpoint, seconds: 0 });

/** A checkpoint as a file would have it. */
export const throughFile = (checkpoint: Checkpoint): Checkpoint =>
  decodeCheckpoint(bytes(checkpoint), 'memory');

interface Training {
  /** The step after which it is asked to stop. */
  readonly until?: number;
  readonly on?: Backend;
  readonly rank?: Communicator;
}

/** Trains. @returns what a file would have at the end, and the losses on the way. */
export async function finish(
  from: Checkpoint,
  dataset: PuzzleDataset,
  { until = Number.POSITIVE_INFINITY, on = backend, rank = alone }: Training = {},
): Promise<{ readonly saved: Checkpoint; readonly losses: readonly number[] }> {
  const abort = new AbortController();
  const losses: number[] = [];
  let saved = from;
  const events = {
    onStep: ({ step, loss }: { step: number; loss: number }) => {
      losses.push(loss);
      if (step >= until) abort.abort();
    },
    onCheckpoint: async (checkpoint: Checkpoint) => {
      saved = throughFile(checkpoint);
    },
  };
  await train(from, dataset, on, events, abort.signal, rank);
  return { saved, losses };
}
