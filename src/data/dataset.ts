/**
 * A split of a puzzle dataset, field for field what the official folders hold on disk.
 *
 * A group (one original puzzle) has puzzles (its augmentations or, for ARC, its variants), and a puzzle has examples:
 * group g owns puzzles groupIndices[g] .. groupIndices[g+1]-1, puzzle p owns rows puzzleIndices[p] .. puzzleIndices[p+1]-1.
 * Source: the official dataset/common.py and puzzle_dataset.py.
 */
import * as z from 'zod';
import { TrmError } from '../errors.ts';
import { settingsError } from '../settings-error.ts';
import { familyInfo, familyOf } from './families.ts';
import type { Family, Tokens } from './family.ts';

/** `dataset.json`. The keys are the official ones; `puzzle` is ours, the family, and the official reader ignores it. */
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
  puzzle: familyInfo.optional(),
});
export type DatasetMetadata = z.infer<typeof DatasetMetadata>;

/** The family of a dataset's puzzles. @throws TrmError `data` where the rows cannot be what `puzzle` says. */
export function datasetFamily({ puzzle, seq_len, vocab_size }: DatasetMetadata): Family {
  return familyOf({ family: puzzle, cells: seq_len, vocabulary: vocab_size });
}

/** The answers of each row's question, one after the other: N rows, A answers of all. */
export interface Answers {
  /** A */
  readonly count: number;
  /** [N + 1] first answer of each row, then A: each row has one at least. */
  readonly indices: Int32Array;
  /** Writes answer `index` of all A, `[S]`. */
  read(index: number, labels: Tokens): void;
}

/** N rows of S tokens in [0, vocab_size), wherever they come from: memory, a file, or a plan that writes them anew. */
export interface PuzzleDataset {
  readonly metadata: DatasetMetadata;
  /** N */
  readonly count: number;
  /** [puzzles] row of the puzzle embedding, in [0, num_puzzle_identifiers). */
  readonly puzzleIdentifiers: Int32Array;
  /** [puzzles + 1] first row of each puzzle, then N. */
  readonly puzzleIndices: Int32Array;
  /** [groups + 1] first puzzle of each group, then the number of puzzles. */
  readonly groupIndices: Int32Array;
  /** [sets + 1] first group of each set, then the number of groups; without it all groups are one set. */
  readonly setIndices?: Int32Array;
  /** All answers of each row's question, of a dataset that keeps more than the labels. */
  readonly answers?: Answers | undefined;
  /** Writes a row: inputs `[S]`, and labels `[S]` with `ignore_label_id` where there is nothing to learn. */
  read(row: number, inputs: Tokens, labels: Tokens): void;
  /** Begins to fetch rows that are read next, where they take time to come; returns at once. */
  prefetch?(rows: Int32Array): void;
}

/** A dataset with all rows in memory. */
export interface PuzzleArrays extends PuzzleDataset {
  /** [N, S] */
  readonly inputs: Tokens;
  /** [N, S] */
  readonly labels: Tokens;
}

export function inMemory(fields: Omit<PuzzleArrays, 'count' | 'read'>): PuzzleArrays {
  const { inputs: allInputs, labels: allLabels, metadata } = fields;
  const S = metadata.seq_len;
  return {
    ...fields,
    count: allInputs.length / S,
    read(row, inputs, labels) {
      inputs.set(allInputs.subarray(row * S, (row + 1) * S));
      labels.set(allLabels.subarray(row * S, (row + 1) * S));
    },
  };
}

/** @throws TrmError `data` that names `file` and the offending keys. */
export function parseMetadata(json: unknown, file: string): DatasetMetadata {
  const parsed = DatasetMetadata.safeParse(json);
  if (parsed.success) return parsed.data;
  throw settingsError('data', parsed.error, { file });
}

/** Name of the file in a split's folder that holds a field. */
export const FIELD_FILES = {
  inputs: 'inputs',
  labels: 'labels',
  puzzleIdentifiers: 'puzzle_identifiers',
  puzzleIndices: 'puzzle_indices',
  groupIndices: 'group_indices',
  answers: 'answers',
  answerIndices: 'answer_indices',
} as const;

/** `FOLDER/SET__FIELD.npy`, for errors; `folder` is where a split was read from. */
export function fieldFile({ sets }: DatasetMetadata, field: keyof typeof FIELD_FILES, folder = ''): string {
  return `${folder && `${folder}/`}${sets[0]}__${FIELD_FILES[field]}.npy`;
}

/**
 * Checks all that the rest of the package relies on but the rows themselves: indices and identifiers.
 *
 * @throws TrmError `data` that names the file and the row.
 */
export function checkIndices(dataset: PuzzleDataset, folder = ''): void {
  const { metadata, count, puzzleIdentifiers, puzzleIndices, groupIndices, answers } = dataset;
  const fail = (field: keyof typeof FIELD_FILES) => (message: string) => {
    throw new TrmError('data', message, { file: fieldFile(metadata, field, folder) });
  };
  checkBorders(puzzleIndices, count, 'rows', fail('puzzleIndices'));
  checkBorders(groupIndices, puzzleIndices.length - 1, 'puzzles', fail('groupIndices'));
  if (answers) {
    const { indices } = answers;
    if (indices.length !== count + 1)
      fail('answerIndices')(`expected ${count + 1} numbers for ${count} rows, got ${indices.length}`);
    checkBorders(indices, answers.count, 'answers', fail('answerIndices'));
  }
  const identifiers = metadata.num_puzzle_identifiers;
  const wrong = puzzleIdentifiers.findIndex((id) => id < 0 || id >= identifiers);
  if (puzzleIdentifiers.length !== puzzleIndices.length - 1) {
    fail('puzzleIdentifiers')(
      `${puzzleIdentifiers.length} identifiers for ${puzzleIndices.length - 1} puzzles`,
    );
  }
  if (wrong >= 0) {
    fail('puzzleIdentifiers')(
      `row ${wrong}: identifier ${puzzleIdentifiers[wrong]} is outside [0, ${identifiers})`,
    );
  }
}

/** Checks the tokens of one row. @throws TrmError `data` that names the file, the row and the position. */
export function checkRow(
  metadata: DatasetMetadata,
  row: number,
  inputs: Tokens,
  labels: Tokens,
  folder = '',
): void {
  const { vocab_size, ignore_label_id } = metadata;
  const fail = (field: 'inputs' | 'labels', what: string, position: number) => {
    const message = `row ${row}, position ${position}: ${what} is outside [0, ${vocab_size})`;
    throw new TrmError('data', message, { file: fieldFile(metadata, field, folder) });
  };
  for (let i = 0; i < inputs.length; i++) {
    const token = inputs[i]!;
    const label = labels[i]!;
    if (token < 0 || token >= vocab_size) fail('inputs', `token ${token}`, i);
    if ((label < 0 || label >= vocab_size) && label !== ignore_label_id) fail('labels', `label ${label}`, i);
  }
}

/** Checks the tokens of one of several answers. @throws TrmError `data` that names the file, the row and the position. */
export function checkAnswer(metadata: DatasetMetadata, index: number, labels: Tokens, folder = ''): void {
  const { vocab_size, ignore_label_id } = metadata;
  const wrong = labels.findIndex((token) => (token < 0 || token >= vocab_size) && token !== ignore_label_id);
  if (wrong < 0) return;
  const message = `row ${index}, position ${wrong}: token ${labels[wrong]} is outside [0, ${vocab_size})`;
  throw new TrmError('data', message, { file: fieldFile(metadata, 'answers', folder) });
}

/** From 0 to `end`, each larger than the one before: no puzzle and no group is empty. */
function checkBorders(borders: Int32Array, end: number, of: string, fail: (message: string) => void): void {
  if (borders[0] !== 0) fail(`row 0: expected 0, got ${borders[0]}`);
  for (let i = 1; i < borders.length; i++) {
    if (borders[i]! <= borders[i - 1]!) fail(`row ${i}: ${borders[i]} does not come after ${borders[i - 1]}`);
  }
  if (borders.at(-1) !== end) fail(`ends at ${borders.at(-1)}, but there are ${end} ${of}`);
}

/** The interval of ascending borders that `value` lies in: the puzzle of a row, the group of a puzzle. */
export function intervalOf(borders: Int32Array, value: number): number {
  let low = 0;
  let high = borders.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (borders[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** @throws TrmError `usage` on what is no dataset, which JavaScript lets anybody pass. */
export function checkDataset(dataset: PuzzleDataset): void {
  if (typeof dataset?.metadata === 'object') return;
  const fix = "read one: await readDataset(folder, 'train')";
  throw new TrmError('usage', 'expected a dataset', { key: 'dataset', fix });
}

/** One dataset, or those of several sizes, as a list. @throws TrmError `usage` where one is none, or there are none. */
export function datasetsIn(
  given: PuzzleDataset | readonly PuzzleDataset[],
): [PuzzleDataset, ...PuzzleDataset[]] {
  const [first, ...others] = [given].flat();
  for (const dataset of [first!, ...others]) checkDataset(dataset);
  return [first!, ...others];
}
