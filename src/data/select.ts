/** Some puzzles of a dataset, as a dataset of their own that reads its rows from the whole. */
import { selectAnswers } from './answers.ts';
import type { PuzzleDataset } from './dataset.ts';

/** Puzzles `first` to `end` of a dataset; together they are one group. */
export type PuzzleRange = readonly [first: number, end: number];

/** The puzzles whose identifier is wanted, in their order, as one group each. */
export function selectPuzzles(
  dataset: PuzzleDataset,
  wanted: (identifier: number) => boolean,
): PuzzleDataset {
  const { puzzleIdentifiers } = dataset;
  const kept = Array.from(puzzleIdentifiers.keys()).filter((puzzle) => wanted(puzzleIdentifiers[puzzle]!));
  return selectRanges(
    dataset,
    kept.map((puzzle) => [puzzle, puzzle + 1]),
  );
}

/**
 * A group for each range of puzzles.
 *
 * @param setIndices first range of each set, then their number; without it they are one set.
 */
export function selectRanges(
  dataset: PuzzleDataset,
  ranges: readonly PuzzleRange[],
  setIndices?: Int32Array,
): PuzzleDataset {
  const firstRow = dataset.puzzleIndices;
  const total = (size: (range: PuzzleRange) => number) => ranges.reduce((sum, range) => sum + size(range), 0);
  const puzzles = total(([first, end]) => end - first);
  const rows = new Int32Array(total(([first, end]) => firstRow[end]! - firstRow[first]!)); // here -> in the whole
  const puzzleIdentifiers = new Int32Array(puzzles);
  const puzzleIndices = new Int32Array(puzzles + 1);
  const groupIndices = new Int32Array(ranges.length + 1);
  let [puzzle, row] = [0, 0];
  ranges.forEach(([first, end], group) => {
    for (let from = first; from < end; from++) {
      for (let of = firstRow[from]!; of < firstRow[from + 1]!; of++) rows[row++] = of;
      puzzleIdentifiers[puzzle] = dataset.puzzleIdentifiers[from]!;
      puzzleIndices[++puzzle] = row;
    }
    groupIndices[group + 1] = puzzle;
  });
  return {
    metadata: {
      ...dataset.metadata,
      total_groups: ranges.length,
      total_puzzles: puzzles,
      mean_puzzle_examples: puzzles === 0 ? 0 : rows.length / puzzles,
    },
    count: rows.length,
    puzzleIdentifiers,
    puzzleIndices,
    groupIndices,
    ...(setIndices && { setIndices }),
    ...(dataset.answers && { answers: selectAnswers(dataset.answers, rows) }),
    read: (row, inputs, labels) => dataset.read(rows[row]!, inputs, labels),
    prefetch: (wanted) => dataset.prefetch?.(wanted.map((row) => rows[row]!)),
  };
}

/** Some rows of a dataset, in their order, each as a puzzle of its own. @param rows ascending. */
export function selectRows(dataset: PuzzleDataset, rows: Int32Array): PuzzleDataset {
  const { metadata, puzzleIndices } = dataset;
  const puzzleIdentifiers = new Int32Array(rows.length);
  let puzzle = 0;
  rows.forEach((row, i) => {
    while (puzzleIndices[puzzle + 1]! <= row) puzzle++;
    puzzleIdentifiers[i] = dataset.puzzleIdentifiers[puzzle]!;
  });
  const ends = Int32Array.from({ length: rows.length + 1 }, (_, i) => i);
  return {
    metadata: {
      ...metadata,
      total_groups: rows.length,
      total_puzzles: rows.length,
      mean_puzzle_examples: rows.length === 0 ? 0 : 1,
    },
    count: rows.length,
    puzzleIdentifiers,
    puzzleIndices: ends,
    groupIndices: ends,
    ...(dataset.answers && { answers: selectAnswers(dataset.answers, rows) }),
    read: (row, inputs, labels) => dataset.read(rows[row]!, inputs, labels),
    prefetch: (wanted) => dataset.prefetch?.(wanted.map((row) => rows[row]!)),
  };
}
