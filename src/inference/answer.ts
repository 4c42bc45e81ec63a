/**
 * Answering puzzles: supervision steps without gradient, every row for as many steps as asked
 * (paper section 4.6: evaluation runs all N_sup steps).
 *
 * B rows of a batch, S cells, V vocabulary, L positions, D hidden, E puzzle embedding.
 */

import type { Batch } from '../data/batches.ts';
import { disposed, TrmError } from '../errors.ts';
import type { Model } from '../models/model.ts';
import type { Backend, Program } from '../runtime/backend.ts';
import { sizeOf } from '../shape.ts';
import { traceAnswerStep } from './answer-step.ts';
import { type CarryState, emptyCarry, moveOn, refill, type StateStarts } from './carry.ts';
import { type FedWeights, Feed } from './feed.ts';

/** The weights that answer: usually the averaged ones. */
export interface AnswerWeights extends FedWeights {
  readonly starts: StateStarts;
}

/** The weights to answer with, of a training state: the averaged ones. */
export function answerWeights({
  dense,
  puzzleEmbeddings,
  starts,
}: Omit<AnswerWeights, 'dense'> & { readonly dense: { readonly average: Float32Array } }): AnswerWeights {
  return { dense: dense.average, puzzleEmbeddings, starts };
}

/** What the model says in a supervision step. */
export interface Said {
  /** Most likely token of each cell, `[B, S]`. */
  readonly answer: Int32Array;
  /** Halting logit, `[B]`: its sigmoid is the model's belief that the answer is right. */
  readonly halt: Float32Array;
  /** The states after it, `[B, L, D]` each. */
  readonly next: Readonly<Record<string, Float32Array>>;
  /** `[B, S, V]`, of an answerer that was asked for them. */
  readonly logits: Float32Array | undefined;
}

/** What the model says after a supervision step. */
export interface AnswerStep extends Said {
  /** 1, 2, … */
  readonly step: number;
}

/** The probability that a halting logit stands for. */
export function probability(halt: number): number {
  return 1 / (1 + Math.exp(-halt));
}

/** Numbers of an array, at most: ONNX and C count them in 31 bits. */
const MOST_NUMBERS = 2 ** 31 - 1;

/** @throws TrmError `usage` when a batch of so many rows has more numbers than an array holds. */
export function checkRows({ states, shape }: Model, rows: number): void {
  const sizes = Object.values(states).map((state) => sizeOf(state.shape)); // [L, D]
  const most = Math.floor(MOST_NUMBERS / Math.max(shape.cells * shape.vocabulary, ...sizes));
  if (rows > most)
    throw new TrmError('usage', `a batch holds at most ${most} puzzles of this model, got ${rows}`, {
      fix: 'answer fewer at once',
    });
}

/** A model ready to answer batches of up to `rows` puzzles. */
export class Answerer {
  readonly rows: number;
  readonly model: Model;
  readonly #program: Program;
  readonly #feed: Feed;
  #disposed = false;

  private constructor(model: Model, rows: number, program: Program) {
    this.rows = rows;
    this.model = model;
    this.#program = program;
    this.#feed = new Feed(model);
  }

  /** Compiles the answering graph of a model, for so many rows at once. @throws TrmError `usage` as `checkRows`. */
  static async create(
    model: Model,
    rows: number,
    backend: Backend,
    options = { logits: false },
  ): Promise<Answerer> {
    checkRows(model, rows);
    const trace = (rows: number) => traceAnswerStep(model, rows, options);
    return new Answerer(model, rows, await backend.compile({ rows, trace }));
  }

  /**
   * Runs `steps` supervision steps on a batch of `rows` rows, yielding after each.
   *
   * @param signal stops between two steps. @throws what it was aborted with.
   */
  async *answer(
    weights: AnswerWeights,
    batch: Batch,
    steps: number,
    signal?: AbortSignal,
  ): AsyncGenerator<AnswerStep, void> {
    const carry = emptyCarry(this.model, this.rows);
    refill(carry, batch, weights.starts);
    for (let step = 1; step <= steps; step++) {
      signal?.throwIfAborted();
      const said = await this.think(weights, carry);
      moveOn(carry, said.next);
      yield { step, ...said };
    }
  }

  /**
   * Runs one supervision step on the examples of a carry, which stays as it is: `moveOn` takes it further.
   *
   * @throws TrmError `usage` after `dispose`.
   */
  async think(weights: FedWeights, carry: CarryState): Promise<Said> {
    if (this.#disposed) throw disposed('model', 'load it, or create its answerer, again');
    const out = await this.#program.run(this.#feed.inputs(weights, carry));
    return {
      answer: out.answer!.data as Int32Array,
      halt: out.halt!.data as Float32Array,
      next: this.#feed.nextStates(out),
      logits: out.logits?.data as Float32Array | undefined,
    };
  }

  /** Frees the graph; disposing again is no error. */
  dispose(): Promise<void> {
    this.#disposed = true;
    return this.#program.dispose();
  }
}
