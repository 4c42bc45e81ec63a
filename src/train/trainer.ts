/**
 * The trainer: everything a run knows, and one optimizer step (paper section 4.6; official pretrain.py).
 *
 * A step offers a batch to the carry, computes the gradient of one supervision step in micro-batches, updates the
 * weights, their moving average and the puzzle embedding, and decides which rows are done.
 *
 * B batch, b micro-batch, S cells, E puzzle embedding, N dense weights.
 */

import type { Batch } from '../data/batches.ts';
import { TrmError } from '../errors.ts';
import { names } from '../inference/answer-step.ts';
import { advance, type CarryState, emptyCarry, refill, type StateStarts } from '../inference/carry.ts';
import { initialWeights, type Layout, layoutOf, views } from '../inference/weights.ts';
import type { Model } from '../models/model.ts';
import { initialize } from '../nn/parameters.ts';
import { type Backend, float32, type HostTensor, int32, type Program } from '../runtime/backend.ts';
import type { Config } from './config.ts';
import { formerStateName } from './former-names.ts';
import { gatherRows, signSgd } from './puzzle-embedding.ts';
import { rateFactor } from './schedule.ts';
import { traceSupervisionStep } from './supervision-step.ts';
import { traceUpdate } from './update.ts';

/** The four vectors an update reads and writes, each `[N]` in the layout's order. */
export interface DenseState {
  readonly weights: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Moving average of the weights. */
  readonly average: Float32Array;
}

/** All that changes while training; with the position in the data it is a checkpoint. */
export interface TrainingState {
  /** Optimizer steps done. */
  step: number;
  dense: DenseState;
  /** Puzzle-embedding table `[puzzles, E]`. */
  readonly puzzleEmbeddings: Float32Array;
  readonly starts: StateStarts;
  /** The batch being worked on; without rows before the first step of imported weights. */
  carry: CarryState;
}

/** Sums over the batch, as the official code logs them. */
export interface StepMetrics {
  readonly step: number;
  /** Cell loss + haltLossWeight * (halting loss + continue loss), summed over rows. */
  readonly loss: number;
  readonly cellLoss: number;
  readonly haltLoss: number;
  /** 0 for a model that does not learn to continue. */
  readonly continueLoss: number;
  /** Rows that finished in this step and have labels; the next four are sums over them. */
  readonly count: number;
  readonly cellAccuracy: number;
  readonly exactAccuracy: number;
  readonly haltAccuracy: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
}

/** A fresh state. `random` forks a stream of normal draws per name. */
export function initialState(
  model: Model,
  config: Config,
  random: { fork(label: string): { normal(): number } },
): TrainingState {
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
      first: new Float32Array(layout.size),
      second: new Float32Array(layout.size),
      average: weights.slice(),
    },
    puzzleEmbeddings: new Float32Array(model.shape.puzzleEmbeddingRows * model.puzzleEmbeddingSize),
    starts: Object.fromEntries(starts),
    carry: emptyCarry(model, config.batchSize),
  };
}

/** Per-row results of the gradient graph, `[B]` each, and those of a model that learns to continue. */
const rowOutputs = ['cellLoss', 'haltLoss', 'correct', 'scored', 'halt'] as const;
const continueOutputs = ['continueLoss', 'margin'] as const;
type RowOutputs = Record<(typeof rowOutputs)[number] | (typeof continueOutputs)[number], Float32Array>;

export class Trainer {
  readonly state: TrainingState;
  readonly #model: Model;
  readonly #config: Config;
  readonly #backend: Backend;
  readonly #layout: Layout;
  /** Gradient programs by number of rows: the micro-batch, and its remainder if there is one. */
  readonly #programs = new Map<number, Program>();
  /** Undefined where the dense weights are frozen. */
  readonly #update: Program | undefined;
  /** Where the next update writes; swapped with `state.dense` after it. */
  #spare: DenseState;
  /** Sum of the micro-batches' gradients, and one micro-batch's. */
  readonly #gradient: Float32Array;
  readonly #part: Float32Array;

  private constructor(
    model: Model,
    config: Config,
    backend: Backend,
    state: TrainingState,
    update: Program | undefined,
  ) {
    this.state = state;
    this.#model = model;
    this.#config = config;
    this.#backend = backend;
    this.#update = update;
    this.#layout = layoutOf(model.parameters);
    const vector = () => new Float32Array(update ? this.#layout.size : 0);
    this.#spare = { weights: vector(), first: vector(), second: vector(), average: vector() };
    this.#gradient = vector();
    this.#part = config.microBatchSize < config.batchSize ? vector() : this.#gradient;
  }

  static async create(
    model: Model,
    config: Config,
    backend: Backend,
    state: TrainingState,
  ): Promise<Trainer> {
    const { size } = layoutOf(model.parameters);
    const frozen = config.trainable === 'puzzle-embedding';
    if (frozen && model.puzzleEmbeddingSize === 0) {
      throw new TrmError('config', 'the model has no puzzle embedding to train', {
        key: 'trainable',
        fix: 'train all',
      });
    }
    const update = frozen
      ? undefined
      : await backend.compile(traceUpdate(size, config), { occasional: true });
    return new Trainer(model, config, backend, state, update);
  }

  /**
   * One optimizer step.
   *
   * @param offered a batch of `batchSize` rows; rows go to where the carry has finished.
   * @param minHaltSteps exploration draw, `[B]`.
   * @throws TrmError `numeric` on a loss or gradient that is not finite, before any weight is touched.
   */
  async step(offered: Batch, minHaltSteps: Int32Array): Promise<StepMetrics> {
    const { state } = this;
    const config = this.#config;
    refill(state.carry, offered, state.starts);
    const step = state.step + 1;
    const { rows, puzzleGradient } = await this.#gradients();

    const cellLoss = total(rows.cellLoss);
    const haltLoss = total(rows.haltLoss);
    const continueLoss = total(rows.continueLoss);
    const loss = cellLoss + config.haltLossWeight * (haltLoss + continueLoss);
    assertFinite('loss', loss, step);
    const learningRate = config.learningRate * this.#rateFactor(step);
    const gradientNorm = this.#update
      ? await this.#applyUpdate(this.#update, step, learningRate)
      : frozenNorm(puzzleGradient!, step);
    if (puzzleGradient) {
      signSgd(
        state.puzzleEmbeddings,
        this.#model.puzzleEmbeddingSize,
        state.carry.puzzleIdentifiers,
        puzzleGradient,
        {
          rate: config.puzzleLearningRate * this.#rateFactor(step),
          weightDecay: config.puzzleWeightDecay,
        },
      );
    }
    const wish = this.#model.learnsToContinue ? rows.margin : rows.halt;
    advance(state.carry, wish, minHaltSteps, config.supervisionSteps);
    state.step = step;
    return {
      step,
      loss,
      cellLoss,
      haltLoss,
      continueLoss,
      ...finished(state.carry, rows),
      learningRate,
      gradientNorm,
    };
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#update, ...this.#programs.values()].map((program) => program?.dispose()));
  }

  #rateFactor(step: number): number {
    const { warmupSteps, steps, minLearningRateRatio } = this.#config;
    return rateFactor(step, { warmupSteps, totalSteps: steps, minRatio: minLearningRateRatio });
  }

  /** Gradient of the mean loss over the batch, left in `#gradient`; the carry's states move on. */
  async #gradients(): Promise<{ rows: RowOutputs; puzzleGradient: Float32Array | undefined }> {
    const { batchSize: B, microBatchSize, supervisionSteps } = this.#config;
    const { carry, dense, puzzleEmbeddings } = this.state;
    const E = this.#model.puzzleEmbeddingSize;
    const S = this.#model.shape.cells;
    const rows = Object.fromEntries(
      [...rowOutputs, ...continueOutputs].map((name) => [name, new Float32Array(B)]),
    ) as RowOutputs;
    const given = this.#model.learnsToContinue ? [...rowOutputs, ...continueOutputs] : rowOutputs;
    const puzzleRows = new Float32Array(B * E);
    gatherRows(puzzleEmbeddings, E, carry.puzzleIdentifiers, puzzleRows);
    const puzzleGradient = E > 0 ? new Float32Array(B * E) : undefined;
    const weights = views(this.#layout, dense.weights, names.parameter);
    const last = carry.steps.map((steps) => (steps + 1 >= supervisionSteps ? 1 : 0));

    for (let start = 0; start < B; start += microBatchSize) {
      const end = Math.min(start + microBatchSize, B);
      const b = end - start;
      const slice = <T extends Float32Array | Int32Array>(array: T): T =>
        array.subarray((start * array.length) / B, (end * array.length) / B) as T;
      const inputs: Record<string, HostTensor> = {
        ...weights,
        tokens: int32(slice(carry.inputs), [b, S]),
        labels: int32(slice(carry.labels), [b, S]),
      };
      if (E > 0) inputs.puzzleEmbedding = float32(slice(puzzleRows), [b, E]);
      if (this.#model.learnsToContinue) inputs.last = int32(slice(last), [b]);
      for (const [name, data] of Object.entries(carry.states)) {
        inputs[names.carry(name)] = float32(slice(data), [b, ...this.#model.states[name]!.shape]);
      }
      const target = start === 0 ? this.#gradient : this.#part;
      const into: Record<string, HostTensor> = this.#update
        ? views(this.#layout, target, names.gradient)
        : {};
      for (const name of given) into[name] = float32(slice(rows[name]), [b]);
      if (puzzleGradient) into[names.gradient('puzzleEmbedding')] = float32(slice(puzzleGradient), [b, E]);

      const outputs = await (await this.#program(b)).run(inputs, into);
      for (const [name, data] of Object.entries(carry.states)) {
        slice(data).set(outputs[names.nextCarry(name)]!.data as Float32Array);
      }
      if (start > 0 && this.#update) addTo(this.#gradient, this.#part);
    }
    return { rows, puzzleGradient };
  }

  async #program(rows: number): Promise<Program> {
    let program = this.#programs.get(rows);
    if (!program) {
      const graph = traceSupervisionStep(this.#model, rows, this.#config.batchSize, this.#config);
      program = await this.#backend.compile(graph);
      this.#programs.set(rows, program);
    }
    return program;
  }

  /** Updates the dense weights and returns the gradient's norm. */
  async #applyUpdate(update: Program, step: number, rate: number): Promise<number> {
    const { beta1, beta2 } = this.#config;
    const vector = (data: Float32Array) => float32(data, [data.length]);
    const scalar = (value: number) => float32(Float32Array.of(value), []);
    const before = this.state.dense;
    const after = this.#spare;
    const { gradientNorm } = await update.run(
      {
        weights: vector(before.weights),
        gradient: vector(this.#gradient),
        first: vector(before.first),
        second: vector(before.second),
        average: vector(before.average),
        rate: scalar(rate),
        correction1: scalar(1 / (1 - beta1 ** step)),
        correction2: scalar(1 / (1 - beta2 ** step)),
      },
      {
        'next/weights': vector(after.weights),
        'next/first': vector(after.first),
        'next/second': vector(after.second),
        'next/average': vector(after.average),
      },
    );
    const norm = gradientNorm!.data[0] as number;
    assertFinite('gradient norm', norm, step);
    this.state.dense = after;
    this.#spare = before;
    return norm;
  }
}

/** Sums over the rows that are done and have labels. */
function finished(carry: CarryState, rows: RowOutputs) {
  const sums = { count: 0, cellAccuracy: 0, exactAccuracy: 0, haltAccuracy: 0, steps: 0 };
  carry.halted.forEach((halted, row) => {
    const scored = rows.scored[row]!;
    if (halted === 0 || scored === 0) return;
    const exact = rows.correct[row] === scored;
    sums.count++;
    sums.cellAccuracy += rows.correct[row]! / scored;
    sums.exactAccuracy += exact ? 1 : 0;
    sums.haltAccuracy += rows.halt[row]! >= 0 === exact ? 1 : 0;
    sums.steps += carry.steps[row]!;
  });
  return sums;
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
      fix: 'resume from the last checkpoint with a lower learningRate, more warmupSteps, or clipNorm 1',
    },
  );
}

function total(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function addTo(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += part[i]!;
}
