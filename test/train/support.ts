/** Tiny runs for tests: generated 4x4 Sudoku, a model of a few thousand weights; mazes of any size, of a few hundred. */

import { generateMazes } from '../../src/data/maze/generate.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';
import { PuzzleList, sudokuDataset } from '../../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../../src/data/sudoku/generate.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { type Config, parseConfig } from '../../src/train/config.ts';

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
