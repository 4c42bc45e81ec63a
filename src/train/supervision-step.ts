/**
 * The graph of one supervision step with its gradient (paper section 4.3; official models/losses.py, ACTLossHead).
 * It touches no weights: gradients come out, so that micro-batches, and later machines, can add them up.
 *
 * B rows of the (micro-)batch, S cells, V vocabulary, E puzzle embedding.
 */

import { gradients } from '../graph/gradients.ts';
import {
  add,
  cast,
  div,
  equal,
  greaterOrEqual,
  maximum,
  mul,
  sigmoid,
  sub,
  where,
} from '../graph/ops/elementwise.ts';
import { argMax, sum } from '../graph/ops/reduce.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Graph, input, noGrad, scope, trace } from '../graph/trace.ts';
import type { Carry, Model, Question, StepOutput } from '../models/model.ts';
import { binaryCrossEntropy, type CellLoss, cellCrossEntropy } from '../nn/losses.ts';
import type { Parameters } from '../nn/parameters.ts';

export interface ObjectiveOptions {
  readonly cellLoss: CellLoss;
  readonly labelSmoothing: number;
  /** Weight of the halting loss beside the cell loss (official: 0.5). */
  readonly haltLossWeight: number;
  /** Of what the gradient is: weights and puzzle rows, or the puzzle rows only. */
  readonly trainable?: 'all' | 'puzzle-embedding';
}

/** Names of a graph's inputs and outputs. */
export const names = {
  parameter: (name: string) => `parameter/${name}`,
  gradient: (name: string) => `gradient/${name}`,
  carry: (latent: string) => `carry/${latent}`,
  nextCarry: (latent: string) => `next/${latent}`,
} as const;

/** Declares what every graph of a model takes: weights, carry, tokens `[B, S]`, puzzle rows `[B, E]`. */
export function modelInputs(model: Model, rows: number) {
  const entries = <T, R>(record: Readonly<Record<string, T>>, make: (name: string, value: T) => R) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(name, value)]));
  const parameters: Parameters = entries(model.parameters, (name, spec) =>
    input(names.parameter(name), spec.shape),
  );
  const carry: Carry = entries(model.latents, (name, spec) =>
    input(names.carry(name), [rows, ...spec.shape]),
  );
  const tokens = input('tokens', [rows, model.shape.cells], 'int32');
  const puzzle =
    model.puzzleEmbeddingSize > 0 ? input('puzzle', [rows, model.puzzleEmbeddingSize]) : undefined;
  return { parameters, carry, question: { tokens, puzzle } };
}

export function nextCarry(carry: Carry): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(carry).map(([name, tensor]) => [names.nextCarry(name), tensor]));
}

/**
 * Traces the step for `rows` examples of a batch of `batchSize`.
 *
 * Inputs: those of the model and `labels` `[B, S]` int32, negative where a cell is not scored; of a model that learns
 * to go on also `last` `[B]` int32, 1 where this is the row's last step.
 * Outputs, all float32: of what is trainable, `gradient/*` of the loss divided by batchSize, among them
 * `gradient/puzzle` `[B, E]`; the next carry;
 * per row `[B]`: `cellLoss` (mean over its scored cells), `haltLoss`, `correct` and `scored` (numbers of cells),
 * `halt` (logit); of a model that learns to go on also `goOnLoss` and `margin`, by which halting is worth more.
 */
export function traceSupervisionStep(
  model: Model,
  rows: number,
  batchSize: number,
  options: ObjectiveOptions,
): Graph {
  return trace('supervision step', () => {
    const { parameters, carry, question } = modelInputs(model, rows);
    const labels = input('labels', [rows, model.shape.cells], 'int32');
    const output = model.step(parameters, carry, question);

    return scope('loss', () => {
      const flat = reshape(labels, [rows * model.shape.cells]); // [B*S]
      const perRow = (cells: Tensor) => sum(reshape(cells, [rows, model.shape.cells]), [1]); // [B*S] to [B]
      const { scored, correct, solved } = noGrad(() => {
        const scored = perRow(cast(greaterOrEqual(flat, 0), 'float32')); // [B]
        const correct = perRow(cast(equal(argMax(output.logits, -1, 'int32'), flat), 'float32')); // [B]
        return { scored, correct, solved: cast(equal(correct, scored), 'float32') };
      });
      const cells = cellCrossEntropy(output.logits, flat, options.cellLoss, options.labelSmoothing); // [B*S]
      const cellLoss = div(perRow(cells), maximum(scored, 1)); // [B]
      const haltLoss = binaryCrossEntropy(output.halt, solved); // [B]
      const goingOn = output.goOn && goOnLoss(model, parameters, output, output.goOn, question);
      const judging = goingOn ? add(haltLoss, goingOn) : haltLoss; // [B]
      const loss = mul(sum(add(cellLoss, mul(judging, options.haltLossWeight))), 1 / batchSize);

      const weights = options.trainable === 'puzzle-embedding' ? [] : Object.entries(parameters);
      const trained = question.puzzle ? [...weights, ['puzzle', question.puzzle] as const] : weights;
      const gradient = gradients(
        loss,
        trained.map(([, tensor]) => tensor),
      );
      return {
        ...Object.fromEntries(trained.map(([name], i) => [names.gradient(name), gradient[i]!])),
        ...nextCarry(output.carry),
        cellLoss,
        haltLoss,
        correct,
        scored,
        halt: output.halt,
        ...(goingOn && output.goOn && { goOnLoss: goingOn, margin: sub(output.halt, output.goOn) }),
      };
    });
  });
}

/**
 * Loss of the logit of going on, `[B]`: its target is the value of the next step, as the model itself judges it
 * (Q-learning without a replay buffer; HRM, arXiv 2506.21734; official hrm.py, target_q_continue). At a row's last
 * step the next one could only halt.
 *
 * Deviation: with one supervision step there is this loss too; the official code leaves it out then.
 */
function goOnLoss(
  model: Model,
  parameters: Parameters,
  { carry }: StepOutput,
  goOn: Tensor,
  question: Question,
): Tensor {
  const last = input('last', [goOn.shape[0]!], 'int32');
  const target = noGrad(() => {
    const next = scope('next', () => model.step(parameters, carry, question));
    return sigmoid(where(equal(last, 1), next.halt, maximum(next.halt, next.goOn!))); // [B]
  });
  return binaryCrossEntropy(goOn, target);
}

/**
 * Traces one supervision step without gradient, for evaluation and solving.
 *
 * Outputs: the next carry, `logits` `[B, S, V]` (when asked for), `answer` `[B, S]` int32, `halt` `[B]`.
 */
export function traceAnswerStep(model: Model, rows: number, options: { logits: boolean }): Graph {
  return trace('answer step', () =>
    noGrad(() => {
      const { parameters, carry, question } = modelInputs(model, rows);
      const { carry: next, logits, halt } = model.step(parameters, carry, question);
      const answer = reshape(argMax(logits, -1, 'int32'), [rows, model.shape.cells]); // [B, S]
      const all = reshape(logits, [rows, model.shape.cells, model.shape.vocabulary]); // [B, S, V]
      return { ...nextCarry(next), answer, halt, ...(options.logits ? { logits: all } : {}) };
    }),
  );
}
