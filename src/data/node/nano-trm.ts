/**
 * Dataset folders of nano-trm (olivkoch/nano-trm, scripts/data): the official arrays without borders of groups where each
 * row is one, and a dataset.json with keys of its own. Its Sudokus have an end token more than the official ones; grids that fill
 * their canvas are read as official rows, so that they are read, checked and transformed like any.
 */
import * as z from 'zod';
import { type DatasetMetadata, type PuzzleDataset, parseMetadata } from '../dataset.ts';

const NanoMetadata = z.object({
  num_puzzles: z.int().nonnegative(),
  num_groups: z.int().nonnegative().optional(),
  grid_size: z.int().positive().optional(),
  max_grid_size: z.int().positive(),
  seq_len: z.int().positive(),
  vocab_size: z.int().positive(),
});

/** nano-trm's Sudoku: 0 padding, 1 end, 2 blank, digit d is d + 2; ours has no end. */
const END = 1;
const MAZE_TOKENS = 6;

/** A folder of nano-trm: how its arrays are read, and what is made of them. */
export interface NanoFolder {
  /** Of the arrays as they lie there. */
  readonly metadata: DatasetMetadata;
  /** The rows as ours, where they are a known puzzle. */
  readonly dataset: (stored: PuzzleDataset) => PuzzleDataset;
}

/** Undefined where `json` is no dataset.json of nano-trm. */
export function nanoFolder(json: unknown, file: string): NanoFolder | undefined {
  const { data } = NanoMetadata.safeParse(json);
  if (!data) return undefined;
  const { num_puzzles, num_groups = num_puzzles, grid_size: size, max_grid_size, seq_len, vocab_size } = data;
  const fills = size !== undefined && size === max_grid_size;
  const metadata = parseMetadata(
    {
      seq_len,
      vocab_size,
      pad_id: 0,
      ignore_label_id: -100,
      blank_identifier_id: 0,
      num_puzzle_identifiers: 1,
      total_groups: num_groups,
      mean_puzzle_examples: 1,
      total_puzzles: num_puzzles,
      sets: ['all'],
      ...(fills && vocab_size === MAZE_TOKENS && { puzzle: { kind: 'maze', rows: size, columns: size } }),
    },
    file,
  );
  const isSudoku = fills && vocab_size === size + 3;
  return { metadata, dataset: isSudoku ? (stored) => asSudoku(stored, size) : (stored) => stored };
}

function asSudoku(stored: PuzzleDataset, size: number): PuzzleDataset {
  const { metadata, count, puzzleIdentifiers, puzzleIndices, groupIndices, prefetch } = stored;
  const lower = (tokens: Parameters<PuzzleDataset['read']>[1]) => {
    for (let i = 0; i < tokens.length; i++) if (tokens[i]! > END) tokens[i]!--;
  };
  return {
    count,
    puzzleIdentifiers,
    puzzleIndices,
    groupIndices,
    ...(prefetch && { prefetch }),
    metadata: {
      ...metadata,
      vocab_size: metadata.vocab_size - 1,
      puzzle: { kind: 'sudoku', size },
    },
    read(row, inputs, labels) {
      stored.read(row, inputs, labels);
      lower(inputs);
      lower(labels);
    },
  };
}
