/**
 * A rank's share of the global batch: which rows, what of a batch and of a carry that is, and a whole carry from the
 * shares, which is what a checkpoint holds: a run may go on with another number of ranks. In one process the share is
 * the whole, and both are the same arrays.
 */

import type { Batch } from '../data/batches.ts';
import { TrmError } from '../errors.ts';
import { type CarryState, rowsOf } from '../inference/carry.ts';
import type { Model } from '../models/model.ts';
import type { Communicator } from './communicator.ts';
import type { Config } from './config.ts';
import { rowsAt } from './sizes.ts';
import type { TrainingState } from './state.ts';

/** Rows `first` (included) to `end` (excluded) of the global batch. */
export interface Share {
  readonly first: number;
  readonly end: number;
}

/** Ranks take rows in order, as equally as may be; with fewer rows than ranks some take none. */
export function partOf(rows: number, { rank, size }: Pick<Communicator, 'rank' | 'size'>): Share {
  const begin = (of: number) => Math.floor((of * rows) / size);
  return { first: begin(rank), end: begin(rank + 1) };
}

/** The part of a batch. @throws TrmError `config` when there are more ranks than rows. */
export function shareOf(globalBatch: number, communicator: Communicator): Share {
  const { size } = communicator;
  if (size <= globalBatch) return partOf(globalBatch, communicator);
  throw new TrmError('config', `${globalBatch} rows do not occupy ${size} processes`, {
    key: 'batchSize',
    fix: 'raise it, or use fewer processes',
  });
}

/** Puzzles of one size, as a rank is trained on them. */
export interface SizeShare {
  readonly model: Model;
  /** Rows whose mean loss the gradients are of: all of the global batch. */
  readonly batchSize: number;
  /** Rows that are computed at once. */
  readonly microBatchSize: number;
  /** The rank's rows of the global batch. */
  readonly share: Share;
}

/** Of each size that a run is trained on. @throws TrmError `config` as `shareOf`. */
export function sizeShares(
  config: Config,
  models: readonly Model[],
  communicator: Communicator,
): SizeShare[] {
  return models.map((model) => {
    const rows = rowsAt(config, models[0]!, model);
    const { first, end } = shareOf(rows.batchSize / config.starts, communicator); // in questions
    return { model, ...rows, share: { first: first * config.starts, end: end * config.starts } };
  });
}

export function batchShare(batch: Batch, { first, end }: Share): Batch {
  return {
    inputs: rowsOf(batch.inputs, batch.size, first, end),
    labels: rowsOf(batch.labels, batch.size, first, end),
    puzzleIdentifiers: rowsOf(batch.puzzleIdentifiers, batch.size, first, end),
    count: Math.max(0, Math.min(batch.count, end) - first),
    size: end - first,
  };
}

type Carries = Pick<TrainingState, 'carry' | 'others'>;

/** A rank's share of the carries of all sizes. */
export function carryShares({ carry, others }: Carries, sizes: readonly SizeShare[]): Carries {
  const [first, ...rest] = [carry, ...others].map((one, i) => carryShare(one, sizes[i]!.share));
  return { carry: first!, others: rest };
}

/** A share of a carry of the global batch, copied; a carry that has the share's rows already as it is. */
function carryShare(carry: CarryState, { first, end }: Share): CarryState {
  const rows = carry.halted.length;
  if (rows === end - first) return carry;
  const part = <T extends Float32Array | Int32Array>(data: T) => rowsOf(data, rows, first, end).slice() as T;
  return {
    states: Object.fromEntries(Object.entries(carry.states).map(([name, data]) => [name, part(data)])),
    inputs: part(carry.inputs),
    labels: part(carry.labels),
    puzzleIdentifiers: part(carry.puzzleIdentifiers),
    steps: part(carry.steps),
    halted: part(carry.halted),
  };
}

/** The carries of the global batch, of all sizes, from those of all ranks. */
export async function wholeCarries({ carry, others }: Carries, communicator: Communicator): Promise<Carries> {
  const whole: CarryState[] = [];
  for (const one of [carry, ...others]) whole.push(await wholeCarry(one, communicator));
  const [first, ...rest] = whole;
  return { carry: first!, others: rest };
}

async function wholeCarry(carry: CarryState, communicator: Communicator): Promise<CarryState> {
  const states: Record<string, Float32Array> = {};
  for (const [name, data] of Object.entries(carry.states)) states[name] = await communicator.allGather(data);
  return {
    states,
    inputs: await communicator.allGather(carry.inputs),
    labels: await communicator.allGather(carry.labels),
    puzzleIdentifiers: await communicator.allGather(carry.puzzleIdentifiers),
    steps: await communicator.allGather(carry.steps),
    halted: await communicator.allGather(carry.halted),
  };
}

type Columns = Readonly<Record<string, Float32Array | Int32Array | undefined>>;

/** Numbers of each row, by name: a rank's `[B]` become those of all ranks `[G]`. Whole numbers stay so up to 2^24. */
export async function gatherColumns<C extends Columns>(
  columns: C,
  communicator: Communicator,
): Promise<{ [K in keyof C]: Float32Array }> {
  const own = Object.entries(columns).flatMap(([name, values]) => (values ? [{ name, values }] : []));
  const C = own.length;
  const rows = new Float32Array(own[0]!.values.length * C); // [B, C]
  own.forEach(({ values }, column) => {
    for (let row = 0; row < values.length; row++) rows[row * C + column] = values[row]!;
  });
  const all = await communicator.allGather(rows); // [G, C], in one message
  const column = (at: number) =>
    Float32Array.from({ length: all.length / C }, (_, row) => all[row * C + at]!);
  return Object.fromEntries(own.map(({ name }, at) => [name, column(at)])) as {
    [K in keyof C]: Float32Array;
  };
}
