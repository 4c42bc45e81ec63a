/**
 * What the trainer and the evaluator need of a recursive model. A model carries latent states between
 * supervision steps; one call of `step` is one supervision step.
 *
 * B batch, S cells of the puzzle, P puzzle slots, L = P + S positions, D hidden, V vocabulary, E puzzle embedding.
 */

import type { Shape, Tensor } from '../graph/tensor.ts';
import type { Initializer, ParameterSpecs, Parameters } from '../nn/parameters.ts';

/** The sizes a dataset gives to a model. */
export interface PuzzleShape {
  /** S: cells of a puzzle. */
  readonly cells: number;
  /** V: tokens, the padding token included. */
  readonly vocabulary: number;
  /** Rows of the puzzle-embedding table. */
  readonly puzzles: number;
}

/** A latent state that is carried between supervision steps. */
export interface LatentSpec {
  /** Shape for one example, `[L, D]`. */
  readonly shape: Shape;
  /** How its start, one vector `[D]` for all positions, begins; it is kept and never trained. */
  readonly init: Initializer;
}

export type Carry = Readonly<Record<string, Tensor>>;

export interface Question {
  /** `[B, S]` int32. */
  readonly tokens: Tensor;
  /** Rows of the puzzle embedding, `[B, E]`; undefined when the model has none. */
  readonly puzzle: Tensor | undefined;
}

export interface StepOutput {
  /** Latent states after the step, cut off from its gradient. */
  readonly carry: Carry;
  /** `[B*S, V]`. */
  readonly logits: Tensor;
  /** Halting logit: positive when the answer is judged right. `[B]`. */
  readonly halt: Tensor;
  /** Logit of what going on is worth, of a model that learns it; a row halts when `halt` is larger. `[B]`. */
  readonly goOn?: Tensor;
}

export interface Model {
  /** Dense weights, trained by the optimizer. */
  readonly parameters: ParameterSpecs;
  readonly latents: Readonly<Record<string, LatentSpec>>;
  /** E: width of a puzzle's embedding row; 0 without one. */
  readonly puzzleEmbeddingSize: number;
  readonly shape: PuzzleShape;
  /** Whether its steps give `goOn`, which is trained towards the next step's value (HRM; the paper's TRM has none). */
  readonly learnsToGoOn: boolean;
  /** Traces one supervision step. */
  step(parameters: Parameters, carry: Carry, question: Question): StepOutput;
}
