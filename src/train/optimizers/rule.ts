/**
 * What an optimizer is: for each group of weights a rule, which names the state it keeps and traces one update
 * (docs/new-optimizer.md adds one). A rule sees tensors only; which weights they are, where they stand and how groups
 * differ in rate and decay is update.ts's business.
 */

import { add, mul, sub } from '../../graph/ops/elementwise.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { ParameterGroup } from '../../nn/parameters.ts';

/** The settings that rules read; config keys of the same names. */
export interface RuleSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly momentum: number;
}

/** The tensors of some weights, all of one shape: `[n]`, or of a rule for matrices `[in, out]`. */
export interface RuleInputs {
  readonly weights: Tensor;
  readonly gradient: Tensor;
  /** By the names that the rule declares. */
  readonly state: Readonly<Record<string, Tensor>>;
  readonly scalars: Readonly<Record<string, Tensor>>;
  /** Learning rate at this step, a scalar. */
  readonly rate: Tensor;
  /** Decoupled: weights shrink by rate * weightDecay. */
  readonly weightDecay: number;
}

export interface Updated {
  readonly weights: Tensor;
  readonly state: Readonly<Record<string, Tensor>>;
}

/** Numbers that change with the step t = 1, 2, …: computed in float64, then inputs of the graph. */
export type Scalars = Readonly<Record<string, (step: number, settings: RuleSettings) => number>>;

export interface Rule {
  /** Names of its state vectors, which hold a number for each weight and begin at zero. */
  readonly state: readonly string[];
  readonly scalars?: Scalars;
  /** Whether it takes one matrix at a time, `[in, out]`. Other rules are elementwise and take many weights at once. */
  readonly takesMatrices?: boolean;
  /** Traces one update. */
  readonly trace: (inputs: RuleInputs, settings: RuleSettings) => Updated;
}

export type Optimizer = Readonly<Record<ParameterGroup, Rule>>;

/** An optimizer of one rule. */
export const sameForAll = (rule: Rule): Optimizer => ({ matrices: rule, embeddings: rule, vectors: rule });

/** The scalars of all its rules, by name. */
export const scalarsOf = (optimizer: Optimizer): Scalars =>
  Object.assign({}, ...Object.values(optimizer).map(({ scalars }) => scalars));

/** a + w (b - a): from a to b by the fraction w. */
export const lerp = (a: Tensor, b: Tensor, w: number): Tensor => add(a, mul(sub(b, a), w));

/** The weights after decoupled decay, before the step: p *= 1 - rate * weightDecay. */
export const decayed = ({ weights, rate, weightDecay }: RuleInputs): Tensor =>
  mul(weights, sub(1, mul(rate, weightDecay)));
