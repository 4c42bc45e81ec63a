/**
 * Training batches of several datasets in turn, one of each: puzzles of several sizes in one run. What is drawn of a dataset
 * does not depend on the others, and the whole position is a few numbers for each, as of one.
 */
import * as z from 'zod';
import { TrmError } from '../errors.ts';
import type { Batch, BatchesState, TrainBatches } from './batches.ts';

const turnsState = z.object({ turn: z.int().nonnegative(), streams: z.array(z.unknown()) });

/** Where batches in turn stand, as JSON; of one dataset alone its own position. */
export type TurnsState = BatchesState | { readonly turn: number; readonly streams: readonly BatchesState[] };

export class BatchesInTurn {
  readonly #streams: readonly TrainBatches[];
  /** Whose turn it is. */
  #turn = 0;

  /** @param streams one at least. */
  constructor(streams: readonly TrainBatches[]) {
    this.#streams = streams;
  }

  next(): Batch {
    const turn = this.#turn;
    this.#turn = (turn + 1) % this.#streams.length;
    return { ...this.#streams[turn]!.next(), turn };
  }

  /** The position behind the last batch that `next` gave. */
  state(): TurnsState {
    const streams = this.#streams.map((stream) => stream.state());
    return streams.length === 1 ? streams[0]! : { turn: this.#turn, streams };
  }

  /**
   * Continues where `state()` was taken, to the bit when the datasets and options are the same.
   *
   * @throws TrmError `checkpoint` when the state is malformed or of another number of datasets, and as `TrainBatches`.
   */
  restore(state: unknown): void {
    const { length } = this.#streams;
    const data = length === 1 ? { turn: 0, streams: [state] } : turnsState.safeParse(state).data;
    if (data?.streams.length !== length || data.turn >= length)
      throw new TrmError('checkpoint', `not a position in ${length} datasets`, { key: 'batches' });
    this.#turn = data.turn;
    for (const [i, stream] of this.#streams.entries()) stream.restore(data.streams[i]);
  }
}
