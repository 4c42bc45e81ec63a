/**
 * Answering puzzles: supervision steps without gradient, every row for as many steps as asked
 * (paper section 4.6: evaluation runs all N_sup steps).
 *
 * B rows of a batch, S cells, E puzzle embedding.
 */

import type { Batch } from '../data/batches.ts';
import type { Model } from '../models/model.ts';
import { type Backend, float32, type HostTensor, int32, type Program } from '../runtime/backend.ts';
import { gatherRows } from '../train/puzzle-embedding.ts';
import type { TrainingState } from '../train/trainer.ts';
import { names, traceAnswerStep } from './answer-step.ts';
import { type CarryState, emptyCarry, refill, type StateStarts } from './carry.ts';
import { layoutOf, views } from './weights.ts';

/** The weights that answer: usually the averaged ones. */
export interface AnswerWeights {
  /** Dense weights in the layout's order, `[N]`. */
  readonly dense: Float32Array;
  /** Puzzle-embedding table `[puzzles, E]`. */
  readonly puzzleEmbeddings: Float32Array;
  readonly starts: StateStarts;
}

/** The weights to answer with: the averaged ones. */
export function answerWeights({ dense, puzzleEmbeddings, starts }: TrainingState): AnswerWeights {
  return { dense: dense.average, puzzleEmbeddings, starts };
}

/** What the model says after a supervision step. */
export interface AnswerStep {
  /** 1, 2, … */
  readonly step: number;
  /** Most likely token of each cell, `[B, S]`. */
  readonly answer: Int32Array;
  /** Halting logit, `[B]`: its sigmoid is the model's belief that the answer is right. */
  readonly halt: Float32Array;
}

/** A model ready to answer batches of up to `rows` puzzles. */
export class Answerer {
  readonly rows: number;
  readonly #model: Model;
  readonly #program: Program;

  get model(): Model {
    return this.#model;
  }

  private constructor(model: Model, rows: number, program: Program) {
    this.rows = rows;
    this.#model = model;
    this.#program = program;
  }

  static async create(model: Model, rows: number, backend: Backend): Promise<Answerer> {
    return new Answerer(model, rows, await backend.compile(traceAnswerStep(model, rows, { logits: false })));
  }

  /** Runs `steps` supervision steps on a batch of `rows` rows, yielding after each. */
  async *answer(weights: AnswerWeights, batch: Batch, steps: number): AsyncGenerator<AnswerStep, void> {
    const carry = emptyCarry(this.#model, this.rows);
    refill(carry, batch, weights.starts);
    for (let step = 1; step <= steps; step++) yield { step, ...(await this.think(weights, carry)) };
  }

  /** Runs one supervision step on the examples of a carry, whose states move on. */
  async think(weights: AnswerWeights, carry: CarryState): Promise<Omit<AnswerStep, 'step'>> {
    const model = this.#model;
    const E = model.puzzleEmbeddingSize;
    const inputs: Record<string, HostTensor> = {
      ...views(layoutOf(model.parameters), weights.dense, names.parameter),
      tokens: int32(carry.inputs, [this.rows, model.shape.cells]),
    };
    if (E > 0) {
      const rows = new Float32Array(this.rows * E);
      gatherRows(weights.puzzleEmbeddings, E, carry.puzzleIdentifiers, rows);
      inputs.puzzleEmbedding = float32(rows, [this.rows, E]);
    }
    for (const [name, data] of Object.entries(carry.states)) {
      inputs[names.carry(name)] = float32(data, [this.rows, ...model.states[name]!.shape]);
    }
    const out = await this.#program.run(inputs);
    for (const [name, data] of Object.entries(carry.states)) {
      data.set(out[names.nextCarry(name)]!.data as Float32Array);
    }
    return { answer: out.answer!.data as Int32Array, halt: out.halt!.data as Float32Array };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}
