/**
 * The trainer: everything a run knows, and one optimizer step (paper section 4.6; official pretrain.py).
 *
 * A step offers a batch to the carry, computes the gradient of one supervision step in micro-batches, updates the
 * weights, their moving average and the puzzle embedding, and decides which rows are done.
 *
 * The ranks of a run share its batches. Each holds all weights and the carry of its own rows; gradients are summed and
 * what the rows gave is gathered, so that all ranks make the same update and report the same metrics.
 *
 * G rows of the global batch, B of them local (G in one process), b micro-batch, S cells, E puzzle embedding, N dense
 * weights.
 */

import type { Batch } from '../data/batches.ts';
import { disposed, TrmError } from '../errors.ts';
import { names } from '../inference/answer-step.ts';
import { advance, type CarryState, moveOn, refill, rowsOf } from '../inference/carry.ts';
import { Feed } from '../inference/feed.ts';
import { layoutOf, views } from '../inference/weights.ts';
import type { Model } from '../models/model.ts';
import {
  type Backend,
  float32,
  type HostTensor,
  type HostTensors,
  int32,
  type Program,
} from '../runtime/backend.ts';
import { alone, type Communicator } from './communicator.ts';
import type { Config } from './config.ts';
import { GradientPrograms } from './gradient-programs.ts';
import { zeroState } from './optimizers/state.ts';
import { optimizers } from './optimizers/table.ts';
import { signSgd } from './puzzle-embedding.ts';
import { LEFTOVER, ownLeftover } from './rank-state.ts';
import { roundedSum } from './rounded-sum.ts';
import { rateFactor } from './schedule.ts';
import { firstOfStarts, leastOfStarts } from './several-starts.ts';
import { batchShare, carryShares, gatherColumns, type SizeShare, sizeShares, wholeCarries } from './share.ts';
import { carryOf, type DenseState, startNoise, startsOf, type TrainingState } from './state.ts';
import {
  finished,
  type GlobalRows,
  lossesOf,
  type RowOutputs,
  rowOutputsOf,
  type StepMetrics,
} from './step-metrics.ts';
import { scalarsAt, stateName, traceUpdate } from './update.ts';

/** Puzzles of one size, and what computes their gradients. */
interface Size extends SizeShare {
  readonly feed: Feed;
  readonly programs: GradientPrograms;
}

/** Makes training steps: batches in, weights changed in place. */
export class Trainer {
  readonly state: TrainingState;
  /** Of the puzzles' sizes, which take turns; one where all puzzles have one size. */
  readonly #sizes: readonly Size[];
  readonly #config: Config;
  readonly #communicator: Communicator;
  /** Undefined where the dense weights are frozen. */
  readonly #update: Program | undefined;
  /** Where the next update writes; swapped with `state.dense` after it. */
  #spare: DenseState;
  /** Sum of the micro-batches' gradients, and one micro-batch's. */
  readonly #gradient: Float32Array;
  readonly #part: Float32Array;
  /** Where the graph writes the gradients of the dense weights, in either; nowhere where they are frozen. */
  readonly #gradientViews: HostTensors;
  readonly #partViews: HostTensors;
  /** What rounding keeps from the other ranks, where gradients travel rounded. */
  readonly #leftover: Float32Array | undefined;
  #disposed = false;

  private constructor(
    sizes: readonly SizeShare[],
    config: Config,
    backend: Backend,
    state: TrainingState,
    communicator: Communicator,
    update: Program | undefined,
  ) {
    this.state = state;
    this.#config = config;
    this.#communicator = communicator;
    this.#update = update;
    this.#sizes = sizes.map((size) => ({
      ...size,
      feed: new Feed(size.model),
      programs: new GradientPrograms(size.model, size.batchSize, config, backend),
    }));
    const [{ model, feed }] = this.#sizes as [Size, ...Size[]];
    const { layout } = feed;
    Object.assign(state, carryShares(state, sizes));
    const isWhole = this.#sizes.every(
      ({ microBatchSize, share: { first, end } }) => microBatchSize >= end - first,
    );
    const vector = () => new Float32Array(update ? layout.size : 0);
    this.#spare = {
      weights: vector(),
      average: vector(),
      optimizer: update ? zeroState(model.parameters, optimizers[config.optimizer]) : {},
    };
    this.#gradient = vector();
    this.#part = isWhole ? this.#gradient : vector();
    const gradientsIn = (flat: Float32Array) => (update ? views(layout, flat, names.gradient) : {});
    const rounds = config.gradientPrecision === 'bfloat16' && communicator.size > 1;
    this.#leftover = rounds ? ownLeftover(state.ranks, vector().length, communicator) : undefined;
    state.ranks = undefined;
    this.#gradientViews = gradientsIn(this.#gradient);
    this.#partViews = gradientsIn(this.#part);
  }

  /**
   * @param state with the carry of the global batch, of which the trainer takes its share, or with that share alone.
   * @param sizes of the puzzles, whose models have the same weights; one when omitted.
   * @throws TrmError `config` when there is nothing to train, or nothing for one of the ranks.
   */
  static async create(
    model: Model,
    config: Config,
    backend: Backend,
    state: TrainingState,
    communicator: Communicator = alone,
    sizes: readonly SizeShare[] = sizeShares(config, [model], communicator),
  ): Promise<Trainer> {
    const layout = layoutOf(model.parameters);
    const frozen = config.trainable === 'puzzle-embedding';
    if (frozen && model.puzzleEmbeddingSize === 0) {
      throw new TrmError('config', 'the model has no puzzle embedding to train', {
        key: 'trainable',
        fix: 'train all',
      });
    }
    const update = frozen
      ? undefined
      : await backend.compile(traceUpdate(layout, config), { occasional: true });
    return new Trainer(sizes, config, backend, state, communicator, update);
  }

  /**
   * One optimizer step, which all ranks take together, each with the same arguments.
   *
   * @param offered a global batch of `batchSize` rows (`rowsAt` of another size), of the size that its turn says; rows go to
   *   where the carry has finished.
   * @param minHaltSteps exploration draw of the global batch, `[G]`.
   * @param factor on the learning rates; the schedule's when omitted.
   * @throws TrmError `numeric` on a loss or gradient that is not finite, on all ranks, before any weight is touched;
   *   `usage` after `dispose`.
   */
  async step(
    offered: Batch,
    minHaltSteps: Int32Array,
    factor = this.#rateFactor(this.state.step + 1),
  ): Promise<StepMetrics> {
    if (this.#disposed) throw disposed('trainer', 'create another one from its state');
    const { state } = this;
    const config = this.#config;
    const size = this.#sizes[offered.turn ?? 0]!;
    const carry = carryOf(state, offered.turn);
    const { first, end } = size.share;
    const step = state.step + 1;
    const starts = startsOf(config, size.model, state.starts, step, first);
    refill(carry, batchShare(offered, size.share), starts, startNoise(config, step, first));
    const local = await this.#gradients(size, carry, step);
    const wish = leastOfStarts(local.rows.margin ?? local.rows.halt, config.starts);
    const least = firstOfStarts(minHaltSteps.subarray(first, end), config.starts);
    advance(carry, wish, least, config.supervisionSteps);
    const rows = await this.#gatherRows(local.rows, carry);

    const losses = lossesOf(rows, config.haltLossWeight);
    assertFinite('loss', losses.loss, step);
    const puzzle = local.puzzleGradient && (await this.#gatherPuzzles(local.puzzleGradient, carry));
    const learningRate = config.learningRate * factor;
    const gradientNorm = this.#update
      ? await this.#applyUpdate(this.#update, step, learningRate)
      : frozenNorm(puzzle!.gradient, step);
    if (puzzle) {
      const { ids, gradient } = puzzle;
      signSgd(state.puzzleEmbeddings, size.model.puzzleEmbeddingSize, ids, gradient, {
        rate: config.puzzleLearningRate * factor,
        weightDecay: config.puzzleWeightDecay,
      });
    }
    state.step = step;
    return { step, ...losses, ...finished(rows), learningRate, gradientNorm };
  }

  /** The state with the carry of the global batch, as a checkpoint holds it; all ranks call it together. */
  async wholeState(): Promise<TrainingState> {
    if (this.#communicator.size === 1) return this.state;
    const whole = { ...this.state, ...(await wholeCarries(this.state, this.#communicator)) };
    if (this.#leftover) whole.ranks = { [LEFTOVER]: await this.#communicator.allGather(this.#leftover) };
    return whole;
  }

  /** Every step is a meeting of the ranks. */
  readonly stepsToMeeting = 1;

  /** Metrics of all ranks, which those of a step are already. */
  async meet(taken: readonly StepMetrics[]): Promise<readonly StepMetrics[]> {
    return taken;
  }

  /** Frees the graphs; the state stays. Disposing again is no error. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all(
      [this.#update, ...this.#sizes.map(({ programs }) => programs)].map((one) => one?.dispose()),
    );
  }

  #rateFactor(step: number): number {
    const { warmupSteps, steps, minLearningRateRatio } = this.#config;
    return rateFactor(step, { warmupSteps, totalSteps: steps, minRatio: minLearningRateRatio });
  }

  /** What the local rows add to the gradient of the global batch's mean loss, left in `#gradient`; their states move on. */
  async #gradients(
    size: Size,
    carry: CarryState,
    step: number,
  ): Promise<{ rows: RowOutputs; puzzleGradient: Float32Array | undefined }> {
    const { supervisionSteps } = this.#config;
    const { model, feed, programs, microBatchSize, share } = size;
    const { dense, puzzleEmbeddings } = this.state;
    const B = carry.halted.length;
    const E = model.puzzleEmbeddingSize;
    const S = model.shape.cells;
    const given = rowOutputsOf(model);
    const rows = Object.fromEntries(given.map((name) => [name, new Float32Array(B)])) as RowOutputs;
    const puzzleGradient = E > 0 ? new Float32Array(B * E) : undefined;
    const weights = { dense: dense.weights, puzzleEmbeddings };
    const last = carry.steps.map((steps) => (steps + 1 >= supervisionSteps ? 1 : 0));

    for (let start = 0; start < B; start += microBatchSize) {
      const end = Math.min(start + microBatchSize, B);
      const b = end - start;
      const slice = <T extends Float32Array | Int32Array>(array: T): T => rowsOf(array, B, start, end);
      const { program, draw } = await programs.at(step, b);
      const inputs = { ...feed.inputs(weights, carry, start, end), ...draw(step, share.first + start) };
      inputs.labels = int32(slice(carry.labels), [b, S]);
      if (model.continuing === 'learned') inputs.last = int32(slice(last), [b]);
      const into: Record<string, HostTensor> = {
        ...(start === 0 ? this.#gradientViews : this.#partViews),
      };
      for (const name of given) into[name] = float32(slice(rows[name]!), [b]);
      if (puzzleGradient) into[names.gradient('puzzleEmbedding')] = float32(slice(puzzleGradient), [b, E]);

      const outputs = await program.run(inputs, into);
      moveOn(carry, feed.nextStates(outputs), start, end);
      if (start > 0 && this.#update) addTo(this.#gradient, this.#part);
    }
    return { rows, puzzleGradient };
  }

  /** What the rows of all ranks gave, and where they stand, `[G]` each. */
  #gatherRows(local: RowOutputs, { steps, halted }: CarryState): Promise<GlobalRows> {
    const { margin: _, ...reported } = local; // by which each rank has halted its rows
    return gatherColumns({ ...reported, steps, halted }, this.#communicator);
  }

  /** The puzzle rows' gradients of all ranks `[G, E]`, and of which puzzles they are `[G]`. */
  async #gatherPuzzles(gradient: Float32Array, { puzzleIdentifiers }: CarryState) {
    return {
      ids: await this.#communicator.allGather(puzzleIdentifiers),
      gradient: await this.#communicator.allGather(gradient),
    };
  }

  /** Sums the gradient over the ranks, updates the dense weights and returns the gradient's norm. */
  async #applyUpdate(update: Program, step: number, rate: number): Promise<number> {
    if (this.#leftover) await roundedSum(this.#gradient, this.#leftover, this.#communicator);
    else await this.#communicator.allReduce(this.#gradient);
    const before = this.state.dense;
    const after = this.#spare;
    const inputs = vectorsOf(before);
    inputs.gradient = vector(this.#gradient);
    for (const [name, value] of Object.entries(scalarsAt(this.#config, step, rate)))
      inputs[name] = float32(Float32Array.of(value), []);
    const { gradientNorm } = await update.run(inputs, vectorsOf(after, 'next/'));
    const norm = gradientNorm!.data[0] as number;
    assertFinite('gradient norm', norm, step);
    this.state.dense = after;
    this.#spare = before;
    return norm;
  }
}

const vector = (data: Float32Array): HostTensor => float32(data, [data.length]);

/** The vectors of the dense state under the names that the update has for them, a prefix before each. */
function vectorsOf({ weights, average, optimizer }: DenseState, prefix = ''): Record<string, HostTensor> {
  const state = Object.entries(optimizer).map(([name, data]) => [
    `${prefix}${stateName(name)}`,
    vector(data),
  ]);
  return {
    [`${prefix}weights`]: vector(weights),
    [`${prefix}average`]: vector(average),
    ...Object.fromEntries(state),
  };
}

/** Norm of the puzzle rows' gradient, the only one where the dense weights are frozen. */
function frozenNorm(puzzleGradient: Float32Array, step: number): number {
  const norm = Math.sqrt(puzzleGradient.reduce((sum, value) => sum + value * value, 0));
  assertFinite('gradient norm', norm, step);
  return norm;
}

function assertFinite(what: string, value: number, step: number): void {
  if (Number.isFinite(value)) return;
  throw new TrmError(
    'numeric',
    `the ${what} is ${value} at step ${step}; the weights were left as they were`,
    {
      fix: 'go on from the last checkpoint with a lower learningRate, more warmupSteps, or clipNorm 1',
    },
  );
}

function addTo(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += part[i]!;
}
