/**
 * A split of a puzzle dataset in memory, field for field what the official folders hold on disk.
 *
 * A group (one original puzzle) has puzzles (its augmentations or, for ARC, its variants), and a puzzle has examples:
 * group g owns puzzles groupIndices[g] .. groupIndices[g+1]-1, puzzle p owns rows puzzleIndices[p] .. puzzleIndices[p+1]-1.
 * Source: the official dataset/common.py and puzzle_dataset.py.
 */
import * as z from 'zod';
import { TrmError } from '../errors.ts';

/** `dataset.json`. The keys are the official ones; `puzzle` is ours and the official reader ignores it. */
export const DatasetMetadata = z.object({
  seq_len: z.int().positive(),
  vocab_size: z.int().positive(),
  pad_id: z.int().nonnegative(),
  ignore_label_id: z.int().nullable(),
  blank_identifier_id: z.int().nonnegative(),
  num_puzzle_identifiers: z.int().positive(),
  total_groups: z.int().nonnegative(),
  mean_puzzle_examples: z.number().nonnegative(),
  total_puzzles: z.int().nonnegative(),
  sets: z.array(z.string().min(1)).min(1),
  /** What the rows are, so that answers can be checked and examples transformed, e.g. { kind: 'sudoku', size: 9 }. */
  puzzle: z.object({ kind: z.string().min(1), size: z.int().positive().optional() }).optional(),
});
export type DatasetMetadata = z.infer<typeof DatasetMetadata>;

/** N rows of S tokens; tokens are in [0, vocab_size). */
export interface PuzzleDataset {
  readonly metadata: DatasetMetadata;
  /** [N, S] */
  readonly inputs: Uint8Array | Int32Array;
  /** [N, S], `ignore_label_id` where there is nothing to learn. */
  readonly labels: Uint8Array | Int32Array;
  /** [puzzles] row of the puzzle embedding, in [0, num_puzzle_identifiers). */
  readonly puzzleIdentifiers: Int32Array;
  /** [puzzles + 1] first row of each puzzle, then N. */
  readonly puzzleIndices: Int32Array;
  /** [groups + 1] first puzzle of each group, then the number of puzzles. */
  readonly groupIndices: Int32Array;
}

/** @throws TrmError `data` that names `file` and the first offending key. */
export function parseMetadata(json: unknown, file: string): DatasetMetadata {
  const parsed = DatasetMetadata.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = issue.path.join('.');
  throw new TrmError('data', issue.message, key ? { file, key } : { file });
}

/** Name of the file in a split's folder that holds a field. */
export const FIELD_FILES = {
  inputs: 'inputs',
  labels: 'labels',
  puzzleIdentifiers: 'puzzle_identifiers',
  puzzleIndices: 'puzzle_indices',
  groupIndices: 'group_indices',
} as const;

/**
 * Checks all that the rest of the package relies on: lengths, indices, and every token, label and identifier.
 *
 * @param folder where the split was read from, for errors.
 * @throws TrmError `data` that names the file and the row.
 */
export function validateDataset(dataset: PuzzleDataset, folder = ''): void {
  const { metadata, inputs, labels, puzzleIdentifiers, puzzleIndices, groupIndices } = dataset;
  const { seq_len, vocab_size, ignore_label_id, num_puzzle_identifiers } = metadata;
  const fail = (field: keyof typeof FIELD_FILES, message: string): never => {
    const name = `${metadata.sets[0]}__${FIELD_FILES[field]}.npy`;
    throw new TrmError('data', message, { file: folder ? `${folder}/${name}` : name });
  };

  if (inputs.length % seq_len !== 0) {
    fail('inputs', `${inputs.length} tokens are not rows of seq_len ${seq_len}`);
  }
  if (labels.length !== inputs.length) {
    fail(
      'labels',
      `expected [${inputs.length / seq_len}, ${seq_len}] like the inputs, got ${labels.length} labels`,
    );
  }
  checkIndices(puzzleIndices, inputs.length / seq_len, 'rows', (message) => fail('puzzleIndices', message));
  checkIndices(groupIndices, puzzleIndices.length - 1, 'puzzles', (message) => fail('groupIndices', message));
  if (puzzleIdentifiers.length !== puzzleIndices.length - 1) {
    fail(
      'puzzleIdentifiers',
      `${puzzleIdentifiers.length} identifiers for ${puzzleIndices.length - 1} puzzles`,
    );
  }

  for (let i = 0; i < inputs.length; i++) {
    const token = inputs[i]!;
    if (token < 0 || token >= vocab_size) {
      fail('inputs', `${place(i, seq_len)}: token ${token} is outside [0, ${vocab_size})`);
    }
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if ((label < 0 || label >= vocab_size) && label !== ignore_label_id) {
      fail('labels', `${place(i, seq_len)}: label ${label} is outside [0, ${vocab_size})`);
    }
  }
  for (let p = 0; p < puzzleIdentifiers.length; p++) {
    const id = puzzleIdentifiers[p]!;
    if (id < 0 || id >= num_puzzle_identifiers) {
      fail('puzzleIdentifiers', `row ${p}: identifier ${id} is outside [0, ${num_puzzle_identifiers})`);
    }
  }
}

/** From 0 to `end`, each larger than the one before: no puzzle and no group is empty. */
function checkIndices(indices: Int32Array, end: number, of: string, fail: (message: string) => never): void {
  if (indices[0] !== 0) fail(`row 0: expected 0, got ${indices[0]}`);
  for (let i = 1; i < indices.length; i++) {
    if (indices[i]! <= indices[i - 1]!) fail(`row ${i}: ${indices[i]} does not come after ${indices[i - 1]}`);
  }
  if (indices.at(-1) !== end) fail(`ends at ${indices.at(-1)}, but there are ${end} ${of}`);
}

function place(index: number, seqLen: number): string {
  return `row ${Math.floor(index / seqLen)}, position ${index % seqLen}`;
}
