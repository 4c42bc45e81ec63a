/**
 * What a batch carries from one supervision step to the next (official ACT wrapper, models/recursive_reasoning/trm.py):
 * the states, the examples being worked on, how many steps each has had, and which are done. A row that is
 * done takes the next offered example and starts its states anew.
 *
 * B batch, S cells, L positions, D hidden.
 */

import type { Batch } from '../data/batches.ts';
import type { Model } from '../models/model.ts';
import { sizeOf } from '../shape.ts';

export interface CarryState {
  /** States by name, each `[B, L, D]`. */
  readonly states: Readonly<Record<string, Float32Array>>;
  /** `[B, S]` */
  readonly inputs: Int32Array;
  /** `[B, S]`, negative where a cell is not scored. */
  readonly labels: Int32Array;
  /** `[B]` */
  readonly puzzleIdentifiers: Int32Array;
  /** Supervision steps that the row's example has had, `[B]`. */
  readonly steps: Int32Array;
  /** 1 where the row takes a new example next, `[B]`. */
  readonly halted: Int32Array;
}

/** The start of each state, one vector `[D]` that all positions begin with. */
export type StateStarts = Readonly<Record<string, Float32Array>>;

/** A carry whose rows all wait for an example. */
export function emptyCarry(model: Model, batchSize: number): CarryState {
  const states = Object.entries(model.states).map(([name, { shape }]) => [
    name,
    new Float32Array(batchSize * sizeOf(shape)),
  ]);
  return {
    states: Object.fromEntries(states),
    inputs: new Int32Array(batchSize * model.shape.cells),
    labels: new Int32Array(batchSize * model.shape.cells),
    puzzleIdentifiers: new Int32Array(batchSize),
    steps: new Int32Array(batchSize),
    halted: new Int32Array(batchSize).fill(1),
  };
}

/** Rows `start` to `end` (one row when omitted) of an array of `rows` rows, as a view. */
export function rowsOf<T extends Float32Array | Int32Array>(
  data: T,
  rows: number,
  start: number,
  end = start + 1,
): T {
  const size = data.length / rows;
  return data.subarray(start * size, end * size) as T;
}

/** An example for one row: cells `[S]`, and the row of the puzzle embedding. */
export interface Example {
  readonly inputs: Int32Array;
  /** Negative where a cell is not scored; those of the row stay when omitted. */
  readonly labels?: Int32Array;
  readonly puzzleIdentifier: number;
}

/** A row takes an example and starts its states anew. @param noise draws what is added to each number of them. */
export function begin(
  carry: CarryState,
  row: number,
  example: Example,
  starts: StateStarts,
  noise?: () => number,
): void {
  const rows = carry.halted.length;
  rowsOf(carry.inputs, rows, row).set(example.inputs);
  if (example.labels) rowsOf(carry.labels, rows, row).set(example.labels);
  carry.puzzleIdentifiers[row] = example.puzzleIdentifier;
  carry.steps[row] = 0;
  carry.halted[row] = 0;
  for (const [name, data] of Object.entries(carry.states)) {
    const start = starts[name]!;
    const state = rowsOf(data, rows, row); // [L, D]
    for (let at = 0; at < state.length; at += start.length) state.set(start, at);
    if (noise) for (let i = 0; i < state.length; i++) state[i]! += noise();
  }
}

/**
 * Halted rows take the offered example of the same row; the other offers are dropped, as in the official code.
 *
 * @param starts of all rows, or of a row.
 * @param noiseOf the noise with which the states of a row start; none when omitted.
 */
export function refill(
  carry: CarryState,
  offered: Batch,
  starts: StateStarts | ((row: number) => StateStarts),
  noiseOf?: (row: number) => () => number,
): void {
  const rows = carry.halted.length;
  for (let row = 0; row < rows; row++) {
    if (carry.halted[row] === 0) continue;
    const inputs = rowsOf(offered.inputs, rows, row);
    const labels = rowsOf(offered.labels, rows, row);
    const puzzleIdentifier = offered.puzzleIdentifiers[row]!;
    const start = typeof starts === 'function' ? starts(row) : starts;
    begin(carry, row, { inputs, labels, puzzleIdentifier }, start, noiseOf?.(row));
  }
}

/** Rows `start` to `end` of the states become what a step made of them; all rows when omitted. */
export function moveOn(
  carry: CarryState,
  next: Readonly<Record<string, Float32Array>>,
  start = 0,
  end = carry.halted.length,
): void {
  for (const [name, data] of Object.entries(carry.states))
    rowsOf(data, carry.halted.length, start, end).set(next[name]!);
}

/**
 * Counts the step and decides which rows are done: those at the last step, and those whose wish to halt is
 * positive, the latter not before `minHaltSteps` (exploration; paper section 4.6).
 *
 * @param wish the halting logit, or by how much it exceeds that of continuing, `[B]`.
 */
export function advance(
  carry: CarryState,
  wish: Float32Array,
  minHaltSteps: Int32Array,
  supervisionSteps: number,
): void {
  for (let row = 0; row < carry.halted.length; row++) {
    const steps = ++carry.steps[row]!;
    const wants = steps >= supervisionSteps || (supervisionSteps > 1 && wish[row]! > 0);
    carry.halted[row] = wants && (supervisionSteps === 1 || steps >= minHaltSteps[row]!) ? 1 : 0;
  }
}

/** With probability p a row must go on to a step drawn from 2 … supervisionSteps; else 0. Result `[B]`. */
export function drawMinHaltSteps(
  rows: number,
  probability: number,
  supervisionSteps: number,
  random: { float(): number; int(n: number): number },
): Int32Array {
  return Int32Array.from({ length: rows }, () => {
    const explore = random.float() < probability;
    const steps = supervisionSteps > 1 ? 2 + random.int(supervisionSteps - 1) : 0;
    return explore ? steps : 0;
  });
}
