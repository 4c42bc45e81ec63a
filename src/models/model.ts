/**
 * What the trainer and the evaluator need of a recursive model. A model carries latent states between
 * supervision steps; one call of `step` is one supervision step.
 *
 * B batch, S cells of the puzzle, P puzzle slots, L = P + S positions, D hidden, V vocabulary, E puzzle embedding.
 */

import type { Tensor } from '../graph/tensor.ts';
import type { Initializer, ParameterSpecs, Parameters } from '../nn/parameters.ts';
import type { Shape } from '../shape.ts';

export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** The boxes that a Sudoku's grid is divided into. */
  readonly box?: { readonly rows: number; readonly columns: number } | undefined;
}

/** The sizes a dataset gives to a model. */
export interface PuzzleShape {
  /** S: cells of a puzzle. */
  readonly cells: number;
  /** V: tokens, the padding token included. */
  readonly vocabulary: number;
  /** Rows of the puzzle-embedding table. */
  readonly puzzleEmbeddingRows: number;
  /** The grid that the cells are, row after row, where that is known. */
  readonly grid?: Grid | undefined;
}

/** A state that is carried between supervision steps: the answer y, a latent z, or what a model has in their place. */
export interface StateSpec {
  /** Shape for one example, `[L, D]`. */
  readonly shape: Shape;
  /** How its start, one vector `[D]` for all positions, begins; it is kept and never trained. */
  readonly init: Initializer;
  /** Whether the answer is read from it; true of one state. */
  readonly isAnswer: boolean;
  /** Whether thinking may add noise to it and begin with it at random; true of one state at least. */
  readonly mayBePerturbed: boolean;
}

export type Carry = Readonly<Record<string, Tensor>>;

export interface StepInput {
  /** `[B, S]` int32. */
  readonly tokens: Tensor;
  /** Rows of the puzzle embedding, `[B, E]`; undefined when the model has none. */
  readonly puzzleEmbedding: Tensor | undefined;
  /** What training does to the step at random (train/draws.ts); nothing where it is undefined, as in answering. */
  readonly random?: StepRandom | undefined;
}

/** Randomness in a step. */
export interface StepRandom {
  /** A state with noise, other noise each time. */
  noise(state: Tensor): Tensor;
  /** A dropout of its own, which drops the same wherever it is applied in the step. */
  dropout(): (update: Tensor) => Tensor;
}

export interface StepOutput {
  /** States after the step, cut off from its gradient. */
  readonly carry: Carry;
  /** `[B*S, V]`. */
  readonly logits: Tensor;
  /** Halting logit: positive when the answer is judged right. `[B]`. */
  readonly halt: Tensor;
  /** Logit of what continuing is worth, where it is used; a row halts when `halt` is larger. `[B]`. */
  readonly continue?: Tensor;
}

/**
 * What becomes of the logit of continuing: nothing (the paper's TRM), or it is compared with that of halting (the official
 * transformer, which does not train it), or also trained towards the next step's value (HRM).
 */
export type Continuing = 'unused' | 'compared' | 'learned';

/** What is asked of an architecture: its weights, its states, and how it traces a supervision step. */
export interface Model {
  /** Dense weights, trained by the optimizer. */
  readonly parameters: ParameterSpecs;
  readonly states: Readonly<Record<string, StateSpec>>;
  /** E: width of a puzzle's embedding row; 0 without one. */
  readonly puzzleEmbeddingSize: number;
  readonly shape: PuzzleShape;
  /** Whether its steps give `continue`, and what becomes of it. */
  readonly continuing: Continuing;
  /** Traces one supervision step. */
  step(parameters: Parameters, carry: Carry, question: StepInput): StepOutput;
}
