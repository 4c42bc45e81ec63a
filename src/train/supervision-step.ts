/**
 * The graph of one supervision step with its gradient (paper section 4.1 and figure 3; official models/losses.py, ACTLossHead).
 * It touches no weights: gradients come out, so that micro-batches, and later machines, can add them up.
 *
 * B rows of the (micro-)batch, S cells, V vocabulary, E puzzle embedding.
 */

import { gradients } from '../graph/gradients.ts';
import { add, cast, equal, maximum, mul, sigmoid, sub, where } from '../graph/ops/elementwise.ts';
import { sum } from '../graph/ops/reduce.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Graph, input, noGrad, scope, trace } from '../graph/trace.ts';
import { modelInputs, names, nextCarry } from '../inference/answer-step.ts';
import type { Model, StepInput, StepOutput } from '../models/model.ts';
import { binaryCrossEntropy, type CellLoss } from '../nn/losses.ts';
import type { Parameters } from '../nn/parameters.ts';
import { type DrawSettings, randomInputs } from './draws.ts';
import { bestOfStarts } from './several-starts.ts';

export interface ObjectiveOptions extends Partial<DrawSettings> {
  readonly cellLoss: CellLoss;
  readonly labelSmoothing: number;
  /** Weight of the halting loss beside the cell loss (official: 0.5). */
  readonly haltLossWeight: number;
  /** K neighbouring rows share a question (several-starts.ts); 1 when omitted. */
  readonly starts?: number;
  /** Of what the gradient is: weights and puzzle rows, or the puzzle rows only. */
  readonly trainable?: 'all' | 'puzzle-embedding';
}

/**
 * Traces the step for `rows` examples.
 *
 * @param lossDivisor rows of the global batch, of which these may be a part: the gradients of all parts sum to that of
 *   the mean loss.
 *
 * Inputs: those of the model and `labels` `[B, S]` int32, negative where a cell is not scored; of a model that learns
 * to continue also `last` `[B]` int32, 1 where this is the row's last step.
 * where the options ask for randomness also its numbers
 * (draws.ts). Outputs, all float32: of what is trainable, `gradient/*` of the loss divided by lossDivisor, among them
 * `gradient/puzzleEmbedding` `[B, E]`; the next carry;
 * per row `[B]`: `cellLoss` (mean over its scored cells), `haltLoss`, `correct` and `scored` (numbers of cells),
 * `halt` (logit); of a model that learns to continue also `continueLoss`, of one that compares `margin`, by which halting is worth more.
 */
export function traceSupervisionStep(
  model: Model,
  rows: number,
  lossDivisor: number,
  options: ObjectiveOptions,
): Graph {
  return trace('supervision step', () => {
    const { parameters, carry, question } = modelInputs(model, rows);
    const { stateNoise = 0, dropout = 0 } = options;
    const random = randomInputs(rows, { stateNoise, dropout });
    const labels = input('labels', [rows, model.shape.cells], 'int32');
    const output = model.step(parameters, carry, { ...question, random });

    return scope('loss', () => {
      const { starts = 1, labelSmoothing } = options;
      const { cellLoss, correct, scored } = bestOfStarts(
        output.logits,
        labels,
        starts,
        options.cellLoss,
        labelSmoothing,
      ); // [B] each
      const solved = noGrad(() => cast(equal(correct, scored), 'float32')); // [B]
      const haltLoss = binaryCrossEntropy(output.halt, solved); // [B]
      const continuing =
        model.continuing === 'learned' ? continueLoss(model, parameters, output, question) : undefined;
      const judging = continuing ? add(haltLoss, continuing) : haltLoss; // [B]
      const loss = mul(sum(add(cellLoss, mul(judging, options.haltLossWeight))), 1 / lossDivisor);

      const weights = options.trainable === 'puzzle-embedding' ? [] : Object.entries(parameters);
      const trained = question.puzzleEmbedding
        ? [...weights, ['puzzleEmbedding', question.puzzleEmbedding] as const]
        : weights;
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
        ...(continuing && { continueLoss: continuing }),
        ...(output.continue && { margin: sub(output.halt, output.continue) }),
      };
    });
  });
}

/**
 * Loss of the continue logit, `[B]`: its target is the value of the next step, as the model itself judges it
 * (Q-learning without a replay buffer; HRM, arXiv 2506.21734; official hrm.py, target_q_continue). At a row's last
 * step the next one could only halt.
 *
 * Deviation: with one supervision step there is this loss too; the official code leaves it out then.
 */
function continueLoss(
  model: Model,
  parameters: Parameters,
  { carry, continue: continueLogit }: StepOutput,
  question: StepInput,
): Tensor {
  const last = input('last', [question.tokens.shape[0]!], 'int32');
  const target = noGrad(() => {
    const next = scope('next', () => model.step(parameters, carry, question));
    return sigmoid(where(equal(last, 1), next.halt, maximum(next.halt, next.continue!))); // [B]
  });
  return binaryCrossEntropy(continueLogit!, target);
}
