/**
 * Batches for training and evaluation: fixed-size arrays ready for the model.
 *
 * Training order is the official one. Sets take turns, and a turn is some epochs in a row (an iteration). Each epoch
 * shuffles the set's groups, every group gives one random puzzle, and the puzzle gives as many of its examples, in random
 * order, as the batch has room for. Within a turn batches run across epochs; the batch that its end leaves unfinished is
 * dropped. What is drawn differs from the official code in the random numbers alone.
 * The whole position is a few numbers, so that a resumed run sees the batches it would have seen.
 *
 * Evaluation order is the official one too: set after set, every row in order, the last batch of each set padded.
 *
 * Dimensions: B batch, S positions. Source: the official puzzle_dataset.py (_iter_train, _sample_batch, _iter_test,
 * _collate_batch).
 */
import * as z from 'zod';
import { TrmError } from '../errors.ts';
import { type Augment, augmentOf } from './augment.ts';
import { checkCount } from './check-count.ts';
import { type Answers, checkDataset, type PuzzleDataset } from './dataset.ts';
import { Random } from './random.ts';

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
  /** Of datasets that take turns, the one that it is of; the first when omitted. */
  readonly turn?: number;
}

const BatchesState = z.object({
  seed: z.int(),
  groups: z.int(),
  epoch: z.int().nonnegative(),
  cursor: z.int().nonnegative(),
  random: z.array(z.int()),
});

/** Where a `TrainBatches` stands, as JSON: in epoch `epoch` of all, at place `cursor` of its order of groups. */
export type BatchesState = z.infer<typeof BatchesState>;

export interface TrainBatchesOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Transform every example at random each time it is drawn, instead of storing transformed copies. */
  readonly augment: boolean;
  /** Neighbouring rows that share a question, each with an answer of its own as far as there are so many; 1 when omitted. */
  readonly starts?: number;
  /** Epochs of a set in a row; by default, or with 0, as many as make 100 batches. */
  readonly epochsPerIteration?: number;
}

/** What a batch is made of, before its rows are read; Q questions, of which each has B / Q rows. */
interface Draw {
  /** [Q] */
  readonly rows: Int32Array;
  /** [Q] the puzzle of each row. */
  readonly puzzles: Int32Array;
  /** Draws the transforms, and which answers are learnt. */
  readonly random: Random;
}

/**
 * An endless stream of full training batches. Each is drawn one ahead, so that rows that take time to come are on their
 * way during the step before.
 */
export class TrainBatches {
  readonly #dataset: PuzzleDataset;
  readonly #options: TrainBatchesOptions;
  readonly #augment: Augment | undefined;
  readonly #turns: readonly Turn[];
  /** Of a batch. */
  readonly #questions: number;
  #epoch = 0;
  #cursor = 0;
  #turn: Turn & { readonly lastEpoch: boolean };
  #order: Int32Array;
  #random: Random;
  #ahead: Draw | undefined;
  /** Where the batch that was drawn ahead begins. */
  #position: BatchesState;

  /**
   * @throws TrmError `usage` on a batch size below 1, `config` on turns too short for a batch, `data` on an empty dataset
   * or one that cannot be augmented.
   */
  constructor(dataset: PuzzleDataset, options: TrainBatchesOptions) {
    checkDataset(dataset);
    checkCount('batchSize', options.batchSize, 1);
    if (dataset.count === 0) throw new TrmError('data', 'the training split has no examples');
    this.#dataset = dataset;
    this.#options = options;
    this.#augment = options.augment ? augmentOf(dataset.metadata) : undefined;
    this.#questions = options.batchSize / (options.starts ?? 1);
    checkCount('batchSize / starts', this.#questions, 1);
    this.#turns = turnsOf(dataset, { ...options, batchSize: this.#questions });
    this.#turn = turnAt(this.#turns, 0);
    this.#order = this.#shuffledGroups();
    this.#random = this.#stream('examples');
    this.#position = this.#now();
  }

  /** The next batch of the epoch; a new epoch begins when one is used up. */
  next(): Batch {
    const batch = this.#render(this.#ahead ?? this.#draw());
    this.#position = this.#now();
    this.#ahead = this.#draw();
    this.#dataset.prefetch?.(this.#ahead.rows);
    return batch;
  }

  /** The position behind the last batch that `next` gave. */
  state(): BatchesState {
    return this.#position;
  }

  /**
   * Continues where `state()` was taken, to the bit when the options are the same.
   *
   * @throws TrmError `checkpoint` when the state is malformed or of another seed, `data` when of another dataset.
   */
  restore(state: unknown): void {
    const { data } = BatchesState.safeParse(state);
    if (!data) throw new TrmError('checkpoint', 'not a position in the training data', { key: 'batches' });
    const { seed, groups } = this.#position;
    if (data.seed !== seed) {
      const message = `the order of the data is that of seed ${data.seed}, not of ${seed}`;
      throw new TrmError('checkpoint', message, { key: 'seed', fix: 'go on with the same seed' });
    }
    if (data.groups !== groups) {
      const message = `the run trained on ${data.groups} puzzles, this dataset has ${groups}`;
      throw new TrmError('data', message, { fix: 'use the dataset that the run began with' });
    }
    this.#startEpoch(data.epoch);
    if (data.cursor > this.#order.length) {
      const message = `${data.cursor} of ${this.#order.length} groups`;
      throw new TrmError('checkpoint', message, { key: 'batches.cursor' });
    }
    this.#cursor = data.cursor;
    this.#random = Random.fromState(data.random);
    this.#ahead = undefined;
    this.#position = data;
  }

  #now(): BatchesState {
    return {
      seed: this.#options.seed,
      groups: this.#dataset.groupIndices.length - 1,
      epoch: this.#epoch,
      cursor: this.#cursor,
      random: this.#random.state(),
    };
  }

  #startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#cursor = 0;
    this.#turn = turnAt(this.#turns, epoch);
    this.#order = this.#shuffledGroups();
    this.#random = this.#stream('examples');
  }

  #shuffledGroups(): Int32Array {
    return this.#stream('groups').permutation(this.#turn.groups);
  }

  #stream(label: string): Random {
    return new Random(this.#options.seed).fork(label, this.#epoch);
  }

  #draw(): Draw {
    const { groupIndices, puzzleIndices } = this.#dataset;
    const questions = this.#questions;
    const rows = new Int32Array(questions);
    const puzzles = new Int32Array(questions);
    const random = this.#stream('transforms').fork(this.#cursor);
    for (let filled = 0; filled < questions; ) {
      if (this.#cursor === this.#order.length) {
        if (this.#turn.lastEpoch) filled = 0; // the unfinished batch is dropped
        this.#startEpoch(this.#epoch + 1);
      }
      const group = this.#turn.firstGroup + this.#order[this.#cursor++]!;
      const firstPuzzle = groupIndices[group]!;
      const puzzle = firstPuzzle + this.#random.int(groupIndices[group + 1]! - firstPuzzle);
      const first = puzzleIndices[puzzle]!;
      const examples = puzzleIndices[puzzle + 1]! - first;
      for (const example of this.#random.choose(examples, Math.min(examples, questions - filled))) {
        rows[filled] = first + example;
        puzzles[filled++] = puzzle;
      }
    }
    return { rows, puzzles, random };
  }

  #render({ rows, puzzles, random }: Draw): Batch {
    const { batchSize, starts = 1 } = this.#options;
    const { answers } = this.#dataset;
    const batch = emptyBatch(this.#dataset, batchSize, batchSize);
    rows.forEach((example, question) => {
      const drawn = answers && drawAnswers(answers, example, starts, random.fork('answers', question));
      for (let start = 0; start < starts; start++) {
        const row = question * starts + start;
        const { inputs, labels } = putRow(this.#dataset, batch, row, example, puzzles[question]!);
        if (answers) answers.read(drawn![start]!, labels);
        // All rows of a question are transformed alike.
        this.#augment?.(inputs, labels, starts === 1 ? random : random.fork('transform', question));
        ignoreLabels(this.#dataset, labels);
      }
    });
    return batch;
  }
}

/** So many answers of a row, in random order; all of them before one comes again. */
function drawAnswers({ indices }: Answers, row: number, count: number, random: Random): number[] {
  const [first, end] = [indices[row]!, indices[row + 1]!];
  const drawn: number[] = [];
  while (drawn.length < count)
    for (const answer of random.permutation(end - first)) drawn.push(first + answer);
  return drawn.slice(0, count);
}

/** A set of a dataset and how many epochs of it come in a row. */
interface Turn {
  readonly firstGroup: number;
  readonly groups: number;
  readonly epochs: number;
}

/** Batches that a turn has at least when nothing else is asked for: of them hardly one is dropped. */
const BATCHES_PER_TURN = 100;

function turnsOf(dataset: PuzzleDataset, { batchSize, epochsPerIteration = 0 }: TrainBatchesOptions): Turn[] {
  checkCount('epochsPerIteration', epochsPerIteration, 0);
  const { groupIndices, puzzleIndices, metadata } = dataset;
  const borders = setBorders(dataset);
  const turns = Array.from(borders.subarray(1), (end, s) => {
    const firstGroup = borders[s]!;
    const groups = end - firstGroup;
    const epochs = epochsPerIteration || Math.ceil((BATCHES_PER_TURN * batchSize) / Math.max(1, groups));
    let most = 0; // examples that an epoch can give
    for (let group = firstGroup; group < end; group++) {
      let largest = 0;
      for (let puzzle = groupIndices[group]!; puzzle < groupIndices[group + 1]!; puzzle++) {
        largest = Math.max(largest, puzzleIndices[puzzle + 1]! - puzzleIndices[puzzle]!);
      }
      most += largest;
    }
    if (groups > 0 && epochs * most < batchSize) {
      const message = `${epochs} epochs of set "${metadata.sets[s]}" are ${epochs * most} examples, not one batch of ${batchSize}`;
      const fix = `set it to ${Math.ceil(batchSize / most)} or more, or to 0`;
      throw new TrmError('config', message, { key: 'epochsPerIteration', fix });
    }
    return { firstGroup, groups, epochs };
  });
  return turns.filter(({ groups }) => groups > 0);
}

/** The turn that an epoch belongs to, counted over all sets. */
function turnAt(turns: readonly Turn[], epoch: number): Turn & { lastEpoch: boolean } {
  let left = epoch % turns.reduce((sum, { epochs }) => sum + epochs, 0);
  const turn = turns.find(({ epochs }) => {
    if (left < epochs) return true;
    left -= epochs;
    return false;
  })!;
  return { ...turn, lastEpoch: left === turn.epochs - 1 };
}

/** [sets + 1] first group of each set, then the number of groups. */
function setBorders({ setIndices, groupIndices }: PuzzleDataset): Int32Array {
  return setIndices ?? Int32Array.of(0, groupIndices.length - 1);
}

/**
 * Every row of a split in order, set after set; the last batch of a set is padded with blank rows that have no labels.
 */
export function* testBatches(dataset: PuzzleDataset, batchSize: number): Generator<Batch, void> {
  checkDataset(dataset);
  checkCount('batchSize', batchSize, 1);
  const { groupIndices, puzzleIndices } = dataset;
  const ends = setBorders(dataset).map((group) => puzzleIndices[groupIndices[group]!]!);
  let row = 0;
  let puzzle = 0;
  for (const end of ends) {
    while (row < end) {
      const batch = emptyBatch(dataset, batchSize, Math.min(batchSize, end - row));
      for (let i = 0; i < batch.count; i++, row++) {
        while (row >= puzzleIndices[puzzle + 1]!) puzzle++;
        ignoreLabels(dataset, putRow(dataset, batch, i, row, puzzle).labels);
      }
      yield batch;
    }
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

/** Labels that are not learned, as a batch has them. */
export function ignoreLabels({ metadata }: Pick<PuzzleDataset, 'metadata'>, labels: Int32Array): void {
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === metadata.ignore_label_id) labels[i] = IGNORED;
  }
}

/** Questions, each with its row of the puzzle embedding, as a batch of `rows` rows, the rest blank. */
export function questionBatch(
  questions: readonly { readonly tokens: Int32Array; readonly puzzleIdentifier: number }[],
  rows: number,
): Batch {
  const cells = questions[0]!.tokens.length;
  const inputs = new Int32Array(rows * cells);
  const puzzleIdentifiers = new Int32Array(rows);
  questions.forEach(({ tokens, puzzleIdentifier }, row) => {
    inputs.set(tokens, row * cells);
    puzzleIdentifiers[row] = puzzleIdentifier;
  });
  return {
    inputs,
    labels: new Int32Array(rows * cells).fill(IGNORED),
    puzzleIdentifiers,
    count: questions.length,
    size: rows,
  };
}
