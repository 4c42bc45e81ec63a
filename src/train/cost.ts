/**
 * What a recipe costs: its weights, and the floating-point operations of its matrix products, counted in the very graphs
 * that are run (graph/flops.ts). What is done elementwise is not counted; at hidden 64 it takes a third of the time, at 512
 * hardly any.
 */

import { productFlops } from '../graph/flops.ts';
import { answerFlops } from '../inference/answer-step.ts';
import { layoutOf } from '../inference/weights.ts';
import type { Model } from '../models/model.ts';
import type { Config } from './config.ts';
import { atDepth, stagesOf } from './curriculum.ts';
import { traceSupervisionStep } from './supervision-step.ts';
import { traceUpdate } from './update.ts';

export interface Cost {
  /** Dense weights, which the optimizer trains. */
  readonly parameters: number;
  /** Numbers in the table of puzzle embeddings, beside them. */
  readonly puzzleParameters: number;
  /** FLOP of an optimizer step: the gradients of a whole batch, and the update; the mean over a curriculum's stages. */
  readonly trainingStep: number;
  /** FLOP of one supervision step of one answer. */
  readonly answerStep: number;
}

export function costOf(config: Config, model: Model): Cost {
  const { batchSize, trainable } = config;
  const microBatchSize = Math.min(config.microBatchSize, batchSize);
  const gradient = (rows: number, model: Model) =>
    rows === 0 ? 0 : productFlops(traceSupervisionStep(model, rows, batchSize, config));
  const layout = layoutOf(model.parameters);
  const update = trainable === 'all' ? productFlops(traceUpdate(layout, config)) : 0;
  const whole = Math.floor(batchSize / microBatchSize);
  let [trainingStep, begun] = [update, 0];
  for (const stage of stagesOf(config)) {
    const deep = atDepth(model, config, stage);
    const gradients = whole * gradient(microBatchSize, deep) + gradient(batchSize % microBatchSize, deep);
    trainingStep += (stage.until - begun) * gradients;
    begun = stage.until;
  }
  return {
    parameters: layout.count,
    puzzleParameters: model.shape.puzzleEmbeddingRows * model.puzzleEmbeddingSize,
    trainingStep,
    answerStep: answerFlops(model),
  };
}

/** Steps that a number of FLOP pays for, one at least. */
export function stepsFor(flops: number, { trainingStep }: Cost): number {
  return Math.max(1, Math.floor(flops / trainingStep));
}

/** Evaluations while training. */
export function evaluationsOf({ steps, evaluateEvery }: Pick<Config, 'steps' | 'evaluateEvery'>): number {
  return evaluateEvery === 0 ? 1 : Math.ceil(steps / evaluateEvery);
}

/** What a whole run costs. */
export interface RunCost extends Cost {
  /** FLOP of all steps. */
  readonly training: number;
  /** FLOP of the evaluations while training. */
  readonly evaluation: number;
  /** FLOP of an answer with as many supervision steps as in training. */
  readonly answer: number;
}

/** @param heldOut puzzles that there are to evaluate on. */
export function runCost(config: Config, model: Model, heldOut: number): RunCost {
  const cost = costOf(config, model);
  const answer = config.supervisionSteps * cost.answerStep;
  const examples = Math.min(config.evaluateExamples || heldOut, heldOut);
  return {
    ...cost,
    training: config.steps * cost.trainingStep,
    evaluation: evaluationsOf(config) * examples * answer,
    answer,
  };
}
