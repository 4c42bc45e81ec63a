/** What a run trains: its state, fresh or blank. */

import { Random } from '../data/random.ts';
import { TrmError } from '../errors.ts';
import { type CarryState, emptyCarry, type StateStarts } from '../inference/carry.ts';
import { randomStart } from '../inference/random-start.ts';
import { initialWeights, layoutOf } from '../inference/weights.ts';
import type { Model } from '../models/model.ts';
import { initialize } from '../nn/parameters.ts';
import { sizeOf } from '../shape.ts';
import type { Config } from './config.ts';
import { formerStateName } from './former-names.ts';
import { zeroState } from './optimizers/state.ts';
import { type OptimizerName, optimizers } from './optimizers/table.ts';
import type { RankVectors } from './rank-state.ts';

/** The vectors that an update reads and writes. */
export interface DenseState {
  /** `[N]` in the layout's order. */
  readonly weights: Float32Array;
  /** Moving average of the weights, `[N]`. */
  readonly average: Float32Array;
  /** What the optimizer keeps, by name (`firstMoment`, …), each of the weights that it is kept of (`stateLayouts`). */
  readonly optimizer: Readonly<Record<string, Float32Array>>;
}

/** All that changes while training; with the position in the data it is a checkpoint. */
export interface TrainingState {
  /** Optimizer steps done. */
  step: number;
  dense: DenseState;
  /** Puzzle-embedding table `[puzzles, E]`. */
  readonly puzzleEmbeddings: Float32Array;
  readonly starts: StateStarts;
  /** The local rows being worked on; without any before the first step of imported weights. */
  carry: CarryState;
  /** The same of puzzles of other sizes, which are trained on in turn. */
  others: CarryState[];
  /** In a checkpoint, and until a trainer has taken its own: what each rank has for itself. */
  ranks?: RankVectors | undefined;
}

/** The carry of the puzzles whose turn it is. */
export function carryOf({ carry, others }: TrainingState, turn = 0): CarryState {
  return turn === 0 ? carry : others[turn - 1]!;
}

type Streams = { fork(label: string): { normal(): number } };

/**
 * A fresh state. `random` forks a stream of normal draws per name.
 *
 * @throws TrmError `config` when its arrays would be larger than any can be, or than the memory.
 */
export function initialState(model: Model, config: Config, random: Streams): TrainingState {
  try {
    return freshState(model, config, random);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const states = Object.values(model.states).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const { puzzleEmbeddingRows } = model.shape;
    const parts = [
      ['batchSize', 'the states of a batch', config.batchSize * states],
      ['model.puzzleEmbeddingSize', 'the puzzle embedding', puzzleEmbeddingRows * model.puzzleEmbeddingSize],
      ['model.hiddenSize', 'the weights', layoutOf(model.parameters).size],
    ] as const;
    const [key, what, numbers] = parts.reduce((most, part) => (part[2] > most[2] ? part : most));
    const message = `${what} would be ${numbers.toPrecision(3)} numbers of 4 bytes each, more than there is room for`;
    throw new TrmError('config', message, {
      key,
      fix: 'lower it, or another size of the model',
      cause: error,
    });
  }
}

function freshState(model: Model, config: Config, random: Streams): TrainingState {
  const normalFor = (name: string) => {
    const stream = random.fork(name);
    return () => stream.normal();
  };
  const layout = layoutOf(model.parameters);
  const weights = initialWeights(layout, normalFor);
  const starts = Object.entries(model.states).map(([name, spec]) => {
    const start = new Float32Array(spec.shape.at(-1)!);
    initialize(start, spec.init, normalFor(`start/${formerStateName(name)}`)); // so that a seed gives what it gave
    return [name, start];
  });
  return {
    step: 0,
    dense: {
      weights,
      average: weights.slice(),
      optimizer: zeroState(model.parameters, optimizers[config.optimizer]),
    },
    puzzleEmbeddings: new Float32Array(model.shape.puzzleEmbeddingRows * model.puzzleEmbeddingSize),
    starts: Object.fromEntries(starts),
    carry: emptyCarry(model, config.batchSize),
    others: [],
  };
}

/** Zeros in the shape of a model's state, its carry of `rows` rows; with a table of puzzle embeddings that is there. */
export function blankState(
  model: Model,
  optimizer: OptimizerName,
  rows: number,
  puzzleEmbeddings: Float32Array = new Float32Array(
    model.shape.puzzleEmbeddingRows * model.puzzleEmbeddingSize,
  ),
): TrainingState {
  const { size } = layoutOf(model.parameters);
  return {
    step: 0,
    dense: {
      weights: new Float32Array(size),
      average: new Float32Array(size),
      optimizer: zeroState(model.parameters, optimizers[optimizer]),
    },
    puzzleEmbeddings,
    starts: Object.fromEntries(
      Object.entries(model.states).map(([name, { shape }]) => [name, new Float32Array(shape.at(-1)!)]),
    ),
    carry: emptyCarry(model, rows),
    others: [],
  };
}

/**
 * Noise on the states with which an example starts, so that what a model finds depends less on where it begins (random
 * starts: arXiv 2605.21488). It follows from the seed, the step and the row of the global batch.
 *
 * @param step 0 before the first.
 * @param first row of the global batch that is the carry's row 0.
 * @returns of a row of the carry; undefined where there is none.
 */
export function startNoise({ seed, startNoise: deviation }: Config, step: number, first: number) {
  if (deviation === 0) return undefined;
  return (row: number) => {
    const random = new Random(seed).fork('start noise', step, first + row);
    return () => deviation * random.normal();
  };
}

/**
 * The starts of rows that share a question with others: a random one for each (config `starts`). They follow from what the noise
 * follows from.
 *
 * @returns the model's own where rows have no such neighbours.
 */
export function startsOf(
  { seed, starts }: Config,
  model: Model,
  own: StateStarts,
  step: number,
  first: number,
): StateStarts | ((row: number) => StateStarts) {
  if (starts === 1) return own;
  return (row) => randomStart(model, own, new Random(seed).fork('starts', step, first + row));
}
