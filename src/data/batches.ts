/**
 * Batches for training and evaluation: fixed-size arrays ready for the model.
 *
 * Training order is the official one: each epoch shuffles the groups, every group gives one random puzzle, and the
 * puzzle gives as many of its examples, in random order, as there is room for. As in the official loader a batch that
 * an epoch leaves unfinished is completed from the next; that loader drops it only where an evaluation begins.
 * The whole position is a few numbers, so that a resumed run sees the batches it would have seen.
 *
 * Dimensions: B batch, S positions. Source: the official puzzle_dataset.py.
 */
import * as z from 'zod';
import { TrmError } from '../errors.ts';
import { checkCount } from './check-count.ts';
import type { PuzzleDataset } from './dataset.ts';
import { Random } from './random.ts';
import { type Augment, augmentOf } from './symmetry.ts';

/** The label of a position that does not count. */
export const IGNORED = -100;

export interface Batch {
  /** [B, S] tokens. */
  readonly inputs: Int32Array;
  /** [B, S] tokens, -100 where there is nothing to learn. */
  readonly labels: Int32Array;
  /** [B] rows of the puzzle embedding. */
  readonly puzzleIdentifiers: Int32Array;
  /** Rows that are examples; the rest, at the end, are padding. */
  readonly count: number;
  /** B */
  readonly size: number;
}

const BatchesState = z.object({
  seed: z.int(),
  groups: z.int(),
  epoch: z.int().nonnegative(),
  cursor: z.int().nonnegative(),
  random: z.array(z.int()),
});

/** Where a `TrainBatches` stands, as JSON: in epoch `epoch`, at place `cursor` of its order of groups. */
export type BatchesState = z.infer<typeof BatchesState>;

export interface TrainBatchesOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Transform every example at random each time it is drawn, instead of storing transformed copies. */
  readonly augment: boolean;
}

/** An endless stream of full training batches. */
export class TrainBatches {
  readonly #dataset: PuzzleDataset;
  readonly #options: TrainBatchesOptions;
  readonly #augment: Augment | undefined;
  #epoch = 0;
  #cursor = 0;
  #order: Int32Array;
  #random: Random;

  /** @throws TrmError `usage` on a batch size below 1, `data` on an empty dataset or one that cannot be augmented. */
  constructor(dataset: PuzzleDataset, options: TrainBatchesOptions) {
    checkCount('batchSize', options.batchSize, 1);
    if (dataset.count === 0) throw new TrmError('data', 'the training split has no examples');
    this.#dataset = dataset;
    this.#options = options;
    this.#augment = options.augment ? augmentOf(dataset.metadata) : undefined;
    this.#order = this.#shuffledGroups();
    this.#random = this.#stream('examples');
  }

  next(): Batch {
    const { groupIndices, puzzleIndices } = this.#dataset;
    const { batchSize } = this.#options;
    const batch = emptyBatch(this.#dataset, batchSize, batchSize);
    for (let row = 0; row < batchSize; ) {
      if (this.#cursor === this.#order.length) this.#startEpoch(this.#epoch + 1);
      const group = this.#order[this.#cursor++]!;
      const firstPuzzle = groupIndices[group]!;
      const puzzle = firstPuzzle + this.#random.int(groupIndices[group + 1]! - firstPuzzle);
      const first = puzzleIndices[puzzle]!;
      const examples = puzzleIndices[puzzle + 1]! - first;
      for (const example of this.#random.choose(examples, Math.min(examples, batchSize - row))) {
        this.#put(batch, row++, first + example, puzzle);
      }
    }
    return batch;
  }

  state(): BatchesState {
    const { seed } = this.#options;
    const groups = this.#order.length;
    return { seed, groups, epoch: this.#epoch, cursor: this.#cursor, random: this.#random.state() };
  }

  /**
   * Continues where `state()` was taken, to the bit when the options are the same.
   *
   * @throws TrmError `checkpoint` when the state is malformed or of another seed or dataset.
   */
  restore(state: unknown): void {
    const { data } = BatchesState.safeParse(state);
    if (!data) throw new TrmError('checkpoint', 'not a position in the training data', { key: 'batches' });
    for (const [key, now] of [
      ['seed', this.#options.seed],
      ['groups', this.#order.length],
    ] as const) {
      if (data[key] === now) continue;
      const fix = 'resume with the same seed and dataset';
      throw new TrmError('checkpoint', `saved with ${data[key]}, now ${now}`, { key: `batches.${key}`, fix });
    }
    if (data.cursor > data.groups) {
      throw new TrmError('checkpoint', `${data.cursor} of ${data.groups} groups`, { key: 'batches.cursor' });
    }
    this.#startEpoch(data.epoch);
    this.#cursor = data.cursor;
    this.#random = Random.fromState(data.random);
  }

  #startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#cursor = 0;
    this.#order = this.#shuffledGroups();
    this.#random = this.#stream('examples');
  }

  #shuffledGroups(): Int32Array {
    return this.#stream('groups').permutation(this.#dataset.groupIndices.length - 1);
  }

  #stream(label: string): Random {
    return new Random(this.#options.seed).fork(label, this.#epoch);
  }

  #put(batch: Batch, row: number, example: number, puzzle: number): void {
    const { inputs, labels } = putRow(this.#dataset, batch, row, example, puzzle);
    this.#augment?.(inputs, labels, this.#random);
    ignoreLabels(this.#dataset, labels);
  }
}

/** Every row of a split in order; the last batch is padded with blank rows that have no labels. */
export function* testBatches(dataset: PuzzleDataset, batchSize: number): Generator<Batch, void> {
  checkCount('batchSize', batchSize, 1);
  const { count: rows, puzzleIndices } = dataset;
  let puzzle = 0;
  for (let start = 0; start < rows; start += batchSize) {
    const batch = emptyBatch(dataset, batchSize, Math.min(batchSize, rows - start));
    for (let row = 0; row < batch.count; row++) {
      while (start + row >= puzzleIndices[puzzle + 1]!) puzzle++;
      ignoreLabels(dataset, putRow(dataset, batch, row, start + row, puzzle).labels);
    }
    yield batch;
  }
}

function emptyBatch({ metadata }: PuzzleDataset, size: number, count: number): Batch {
  return {
    inputs: new Int32Array(size * metadata.seq_len).fill(metadata.pad_id), // [B, S]
    labels: new Int32Array(size * metadata.seq_len).fill(IGNORED), // [B, S]
    puzzleIdentifiers: new Int32Array(size).fill(metadata.blank_identifier_id), // [B]
    count,
    size,
  };
}

/** Writes an example into the batch and returns views of its row. */
function putRow(dataset: PuzzleDataset, batch: Batch, row: number, example: number, puzzle: number) {
  const { seq_len } = dataset.metadata;
  const inputs = batch.inputs.subarray(row * seq_len, (row + 1) * seq_len); // [S]
  const labels = batch.labels.subarray(row * seq_len, (row + 1) * seq_len); // [S]
  dataset.read(example, inputs, labels);
  batch.puzzleIdentifiers[row] = dataset.puzzleIdentifiers[puzzle]!;
  return { inputs, labels };
}

function ignoreLabels({ metadata }: PuzzleDataset, labels: Int32Array): void {
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === metadata.ignore_label_id) labels[i] = IGNORED;
  }
}

/** Questions as a batch of `rows` rows, the rest blank; puzzle identifier 0. */
export function questionBatch(questions: readonly Int32Array[], rows: number): Batch {
  const cells = questions[0]!.length;
  const inputs = new Int32Array(rows * cells);
  questions.forEach((question, row) => {
    inputs.set(question, row * cells);
  });
  return {
    inputs,
    labels: new Int32Array(rows * cells).fill(IGNORED),
    puzzleIdentifiers: new Int32Array(rows),
    count: questions.length,
    size: rows,
  };
}
