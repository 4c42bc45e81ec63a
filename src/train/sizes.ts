/** The sizes that a dataset gives to a model. */

import type { DatasetMetadata } from '../data/dataset.ts';
import type { PuzzleShape } from '../models/model.ts';

/** What a dataset's puzzles are to a model. */
export function shapeOf(metadata: DatasetMetadata): PuzzleShape {
  return {
    cells: metadata.seq_len,
    vocabulary: metadata.vocab_size,
    puzzleEmbeddingRows: metadata.num_puzzle_identifiers,
  };
}
