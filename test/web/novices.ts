/** Models that have learned nothing, of puzzles that no shipped model is of: whatever they answer, the page must show it. */

import { inMemory } from '../../src/data/dataset.ts';
import { mazeDataset } from '../../src/data/maze/dataset.ts';
import { encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { parseConfig } from '../../src/train/config.ts';
import { newRun } from '../../src/train/run.ts';

export const maze = ['#####', '#S#G#', '# # #', '#   #', '#####'];
/** Learns nothing, at once. */
export const tiny = parseConfig({
  model: {
    mixer: 'attention',
    hiddenSize: 16,
    heads: 2,
    cycles: 1,
    latentSteps: 2,
    puzzleSlots: 1,
    puzzleEmbeddingSize: 16,
  },
  supervisionSteps: 2,
  batchSize: 1,
  microBatchSize: 1,
});

export const mazes = () => {
  const question = Uint8Array.from(maze.join(''), (cell) => '# SGo'.indexOf(cell) + 1);
  return mazeDataset([{ question, answer: question }], { rows: 5, columns: 5 }, false);
};

export const arc = () => {
  const { metadata, ...rest } = mazes();
  const sizes = { seq_len: 900, vocab_size: 12, num_puzzle_identifiers: 3, puzzle: { kind: 'arc' } };
  const rows = { inputs: new Uint8Array(900), labels: new Uint8Array(900) };
  return inMemory({ ...rest, ...rows, metadata: { ...metadata, ...sizes } });
};

/** A checkpoint of it, as a file holds it. */
export function novice(dataset: ReturnType<typeof mazes>, config = tiny): Buffer {
  return Buffer.concat(encodeCheckpoint(newRun(config, dataset)));
}
