/**
 * A model looked at while it thinks, recursion by recursion.
 *
 * One refinement z = f(x + y + z) followed by y' = f(y + z) is a supervision step with T = n = 1, so that one small
 * graph, run T * n times, is a whole supervision step: y' is kept after every n-th refinement only, and is otherwise
 * what the model would answer if it stopped refining there. The weights are the same, and so are the answers.
 *
 * S cells, V vocabulary, L positions, D hidden.
 */

import { TrmError } from '../src/errors.ts';
import type { Question } from '../src/evaluate/thinking.ts';
import { Answerer, type AnswerWeights, answerWeights, probability } from '../src/inference/answer.ts';
import { begin, emptyCarry, moveOn } from '../src/inference/carry.ts';
import { probabilities } from '../src/inference/probabilities.ts';
import { buildModel } from '../src/models/build.ts';
import type { CellLoss } from '../src/nn/losses.ts';
import type { Backend } from '../src/runtime/backend.ts';
import type { Checkpoint } from '../src/train/checkpoint.ts';

/** How deeply a model thinks. */
export interface Depth {
  readonly supervisionSteps: number;
  /** T */
  readonly cycles: number;
  /** n */
  readonly latentSteps: number;
  /** Whether it stops after the first supervision step whose answer it believes in, as in training. */
  readonly untilHalt?: boolean;
}

/** The halting probability at which training stops (paper section 4.6). */
export const HALTS = 0.5;

/** What the model holds after one latent refinement. */
export interface Moment {
  /** Supervision step, cycle and refinement, each from 1. */
  readonly step: number;
  readonly cycle: number;
  readonly refinement: number;
  /** Most likely token of each cell, and its probability, `[S]`. */
  readonly answer: Int32Array;
  readonly confidence: Float32Array;
  /** Probability the model gives to its answer being right. */
  readonly halting: number;
  /** |z - before| / |before|, infinite where before was nothing. */
  readonly changeOfZ: number;
  /** The same of y; undefined where y is not updated. */
  readonly changeOfY: number | undefined;
}

/** A moment with y and z after it, `[L, D]` each. */
interface Look {
  readonly moment: Moment;
  readonly y: Float32Array;
  readonly z: Float32Array;
}

export class Recursions {
  readonly #answerer: Answerer;
  readonly #weights: AnswerWeights;
  readonly #cellLoss: CellLoss;

  private constructor(answerer: Answerer, weights: AnswerWeights, cellLoss: CellLoss) {
    this.#answerer = answerer;
    this.#weights = weights;
    this.#cellLoss = cellLoss;
  }

  /** @throws TrmError `usage` for another architecture than TRM, whose steps are not made of the same recursion. */
  static async create({ config, model, state }: Checkpoint, backend: Backend): Promise<Recursions> {
    const { architecture } = config.model;
    if (architecture !== 'trm') {
      throw new TrmError('usage', `this page looks into TRM models; this one is ${architecture}`, {
        fix: 'answer with trm solve',
      });
    }
    const oneRefinement = buildModel({ ...config.model, cycles: 1, latentSteps: 1 }, model.shape);
    const answerer = await Answerer.create(oneRefinement, 1, backend, { logits: true });
    return new Recursions(answerer, answerWeights(state), config.cellLoss);
  }

  /** Thinks about a question, yielding after every refinement. */
  async *of(
    { tokens, puzzleIdentifier }: Question,
    { supervisionSteps, cycles, latentSteps, untilHalt }: Depth,
  ): AsyncGenerator<Look, void> {
    const { model } = this.#answerer;
    const carry = emptyCarry(model, 1);
    begin(carry, 0, { inputs: tokens, puzzleIdentifier }, this.#weights.starts);
    let [y, z]: [Float32Array, Float32Array] = [carry.states.y!.slice(), carry.states.z!.slice()]; // never written again
    let halting = 0;
    for (let step = 1; step <= supervisionSteps; step++) {
      for (let cycle = 1; cycle <= cycles; cycle++) {
        for (let refinement = 1; refinement <= latentSteps; refinement++) {
          const said = await this.#answerer.think(this.#weights, carry);
          const next = { y: refinement === latentSteps ? said.next.y! : y, z: said.next.z! };
          halting = probability(said.halt[0]!);
          const moment: Moment = {
            step,
            cycle,
            refinement,
            answer: said.answer,
            confidence: confidence(said.logits!, model.shape.vocabulary, this.#cellLoss),
            halting,
            changeOfZ: change(z, next.z),
            changeOfY: next.y === y ? undefined : change(y, next.y),
          };
          [y, z] = [next.y, next.z];
          moveOn(carry, next);
          yield { moment, y, z };
        }
      }
      if (untilHalt && halting >= HALTS) return;
    }
  }

  dispose(): Promise<void> {
    return this.#answerer.dispose();
  }
}

function change(before: Float32Array, after: Float32Array): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < before.length; i++) {
    difference += (after[i]! - before[i]!) ** 2;
    norm += before[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Probability of the most likely token of each cell, as training meant it: logits `[S, V]` to `[S]`. */
function confidence(logits: Float32Array, vocabulary: number, loss: CellLoss): Float32Array {
  return Float32Array.from({ length: logits.length / vocabulary }, (_, cell) =>
    Math.max(...probabilities(logits.subarray(cell * vocabulary, (cell + 1) * vocabulary), loss)),
  );
}
