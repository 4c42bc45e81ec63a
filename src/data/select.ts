/** Some puzzles of a dataset, as a dataset of their own. */
import type { PuzzleDataset } from './dataset.ts';

/** The puzzles whose identifier is wanted, in their order, as one group each. */
export function selectPuzzles(
  dataset: PuzzleDataset,
  wanted: (identifier: number) => boolean,
): PuzzleDataset {
  const { puzzleIdentifiers, puzzleIndices, metadata } = dataset;
  const kept = Array.from(puzzleIdentifiers.keys()).filter((puzzle) => wanted(puzzleIdentifiers[puzzle]!));
  const rows = kept.flatMap((puzzle) => {
    const first = puzzleIndices[puzzle]!;
    return Array.from({ length: puzzleIndices[puzzle + 1]! - first }, (_, i) => first + i);
  });
  let end = 0;
  const ends = kept.map((puzzle) => (end += puzzleIndices[puzzle + 1]! - puzzleIndices[puzzle]!));
  return {
    metadata: {
      ...metadata,
      total_groups: kept.length,
      total_puzzles: kept.length,
      mean_puzzle_examples: kept.length === 0 ? 0 : rows.length / kept.length,
    },
    count: rows.length,
    puzzleIdentifiers: Int32Array.from(kept, (puzzle) => puzzleIdentifiers[puzzle]!),
    puzzleIndices: Int32Array.from([0, ...ends]),
    groupIndices: Int32Array.from({ length: kept.length + 1 }, (_, i) => i),
    read: (row, inputs, labels) => dataset.read(rows[row]!, inputs, labels),
  };
}
