/**
 * Local steps, for networks that are slow beside a step: each rank trains for itself on its share of the batches, and after so
 * many steps they meet (DiLoCo, arXiv 2311.08105, algorithm 1). What all have moved by on average is one gradient of an outer
 * optimizer, SGD with Nesterov's momentum, which moves the weights that they met with last; from there all go on.
 *
 * Each rank keeps its optimizer's state, as in the paper. Moving averages are of the weights that ranks meet with.
 *
 * Deviation: the paper has no embedding of puzzles. Rows that ranks have changed meanwhile become the mean of those that
 * changed them: most rows are one rank's alone.
 *
 * N dense weights, E puzzle embedding, K steps between two meetings, R ranks.
 */

import type { Batch } from '../data/batches.ts';
import { TrmError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { Backend } from '../runtime/backend.ts';
import { alone, type Communicator, gatherJson } from './communicator.ts';
import type { Config } from './config.ts';
import { LEFTOVER, MOMENTUM, meanOf, ofOptimizer, ownLeftover, ownVector } from './rank-state.ts';
import { roundedSum } from './rounded-sum.ts';
import { type SizeShare, sizeShares, wholeCarries } from './share.ts';
import { carryOf, type TrainingState } from './state.ts';
import { meanOfRanks, type StepMetrics } from './step-metrics.ts';
import { Trainer } from './trainer.ts';

/** Takes a rank's steps, and brings it together with the others. */
export class LocalTrainer {
  readonly state: TrainingState;
  readonly #trainer: Trainer;
  readonly #config: Config;
  readonly #communicator: Communicator;
  /** This rank's rows of a batch, of each size of puzzles. */
  readonly #rows: readonly number[];
  /** E */
  readonly #width: number;
  /** What the ranks met with last, and the outer momentum, `[N]` each. */
  readonly #weights: Float32Array;
  readonly #average: Float32Array;
  readonly #momentum: Float32Array;
  /** The way from there `[N]`, and what rounding leaves of it. */
  readonly #moved: Float32Array;
  readonly #leftover: Float32Array | undefined;
  /** Puzzles whose rows this rank has changed since. */
  readonly #changed = new Set<number>();
  /** Rows of each step since. */
  #taken: number[] = [];
  /** Of one of them. */
  #failure: TrmError | undefined;

  private constructor(
    trainer: Trainer,
    model: Model,
    config: Config,
    communicator: Communicator,
    rows: readonly number[],
    vectors: TrainingState['ranks'],
  ) {
    const { state } = trainer;
    const { weights, average } = state.dense;
    const N = weights.length;
    this.state = state;
    this.#trainer = trainer;
    this.#config = config;
    this.#communicator = communicator;
    this.#rows = rows;
    this.#width = model.puzzleEmbeddingSize;
    this.#weights = weights.slice();
    this.#average = average.slice();
    this.#momentum = vectors?.[MOMENTUM] ?? new Float32Array(N);
    this.#moved = new Float32Array(N);
    const rounds = config.gradientPrecision === 'bfloat16';
    this.#leftover = rounds ? ownLeftover(vectors, N, communicator) : undefined;
  }

  /**
   * @param state as `Trainer.create` takes it; what it has of all ranks is taken out of it.
   * @throws TrmError as `Trainer.create`.
   */
  static async create(
    model: Model,
    config: Config,
    backend: Backend,
    state: TrainingState,
    communicator: Communicator,
    sizes: readonly SizeShare[] = sizeShares(config, [model], communicator),
  ): Promise<LocalTrainer> {
    const { ranks: vectors } = state;
    state.ranks = undefined;
    for (const [name, vector] of Object.entries(state.dense.optimizer)) {
      const own = ownVector(vectors, ofOptimizer(name), vector.length, communicator);
      if (own) vector.set(own);
    }
    // To the trainer this rank's share is all there is, and no other rank is there.
    const own = sizes.map((size) => ({ ...size, batchSize: size.share.end - size.share.first }));
    const trainer = await Trainer.create(model, config, backend, state, alone, own);
    const rows = own.map(({ batchSize }) => batchSize);
    return new LocalTrainer(trainer, model, config, communicator, rows, vectors);
  }

  /** Steps until the next meeting. */
  get stepsToMeeting(): number {
    return Math.min(this.#config.localSteps, this.#config.steps - this.state.step);
  }

  /** A step of this rank alone, with its share of the global batch. What is not finite is told at the meeting. */
  async step(offered: Batch, minHaltSteps: Int32Array): Promise<StepMetrics | undefined> {
    if (this.#failure) return undefined;
    const { turn = 0 } = offered;
    try {
      const metrics = await this.#trainer.step(offered, minHaltSteps);
      for (const id of carryOf(this.state, turn).puzzleIdentifiers) this.#changed.add(id);
      this.#taken.push(this.#rows[turn]!);
      return metrics;
    } catch (error) {
      if (!(error instanceof TrmError && error.code === 'numeric')) throw error;
      this.#failure = error;
      return undefined;
    }
  }

  /**
   * Meets the other ranks.
   *
   * @param taken metrics of this rank's steps since the last time.
   * @returns those of all ranks.
   * @throws TrmError `numeric` on all ranks when a step of one was not finite; the last checkpoint is as it was.
   */
  async meet(taken: readonly StepMetrics[]): Promise<StepMetrics[]> {
    const mine = { rows: this.#taken, taken, failure: this.#failure?.message };
    const all = await gatherJson(this.#communicator, mine);
    const failed = all.findIndex(({ failure }) => failure !== undefined);
    if (failed >= 0)
      throw this.#failure ?? new TrmError('numeric', `rank ${failed}: ${all[failed]!.failure}`);
    if (this.#config.trainable === 'all') await this.#moveTogether();
    if (this.#width > 0) await this.#sharePuzzles();
    this.#taken = [];
    return taken.map((_, step) =>
      meanOfRanks(all.map(({ rows, taken }) => ({ rows: rows[step]!, metrics: taken[step]! }))),
    );
  }

  /** The outer step: g = mean of (met - own); m = momentum * m + g; met -= rate * (g + momentum * m). */
  async #moveTogether(): Promise<void> {
    const { outerLearningRate: rate, outerMomentum: decay, emaRate } = this.#config;
    const [met, moved, momentum] = [this.#weights, this.#moved, this.#momentum];
    const { weights, average } = this.state.dense;
    const R = this.#communicator.size;
    for (let i = 0; i < met.length; i++) moved[i] = (met[i]! - weights[i]!) / R;
    if (this.#leftover) await roundedSum(moved, this.#leftover, this.#communicator);
    else await this.#communicator.allReduce(moved);
    const kept = emaRate ** this.#taken.length; // as if each step had come to the weights of this meeting
    for (let i = 0; i < met.length; i++) {
      momentum[i] = decay * momentum[i]! + moved[i]!;
      met[i]! -= rate * (moved[i]! + decay * momentum[i]!);
      this.#average[i] = kept * this.#average[i]! + (1 - kept) * met[i]!;
    }
    weights.set(met);
    average.set(this.#average);
  }

  /** Rows of the puzzle embedding that ranks have changed: the mean of theirs. */
  async #sharePuzzles(): Promise<void> {
    const E = this.#width;
    const table = this.state.puzzleEmbeddings;
    const own = Int32Array.from(this.#changed).sort();
    const rows = new Float32Array(own.length * E);
    own.forEach((id, i) => {
      rows.set(table.subarray(id * E, (id + 1) * E), i * E);
    });
    const ids = await this.#communicator.allGather(own);
    const values = await this.#communicator.allGather(rows); // [ids, E]
    const changed = new Map<number, number>(); // by how many
    ids.forEach((id, i) => {
      const count = (changed.get(id) ?? 0) + 1;
      changed.set(id, count);
      const row = table.subarray(id * E, (id + 1) * E);
      const value = values.subarray(i * E, (i + 1) * E);
      for (let e = 0; e < E; e++) row[e] = count === 1 ? value[e]! : row[e]! + value[e]!;
    });
    for (const [id, count] of changed) {
      const row = table.subarray(id * E, (id + 1) * E);
      for (let e = 0; e < E; e++) row[e]! /= count;
    }
    this.#changed.clear();
  }

  /** The state of all ranks at a meeting, as a checkpoint holds it. */
  async wholeState(): Promise<TrainingState> {
    const { state } = this;
    const own = Object.entries(state.dense.optimizer);
    const ranks: Record<string, Float32Array> = { [MOMENTUM]: this.#momentum };
    if (this.#leftover) ranks[LEFTOVER] = await this.#communicator.allGather(this.#leftover);
    for (const [name, vector] of own) ranks[ofOptimizer(name)] = await this.#communicator.allGather(vector);
    const means = own.map(([name, { length }]) => [name, meanOf(ranks[ofOptimizer(name)]!, length)]);
    return {
      ...state,
      ...(await wholeCarries(state, this.#communicator)),
      dense: { ...state.dense, optimizer: Object.fromEntries(means) },
      ranks,
    };
  }

  dispose(): Promise<void> {
    return this.#trainer.dispose();
  }
}
