/**
 * The graph that answers: one supervision step without gradient, and the names of what every graph of a model takes and
 * gives.
 *
 * B rows, S cells, V vocabulary, E puzzle embedding.
 */

import { productFlops } from '../graph/flops.ts';
import { argMax } from '../graph/ops/reduce.ts';
import { reshape } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Graph, input, noGrad, trace } from '../graph/trace.ts';
import type { Carry, Model } from '../models/model.ts';
import type { Parameters } from '../nn/parameters.ts';

/** Names of a graph's inputs and outputs. */
export const names = {
  parameter: (name: string) => `parameter/${name}`,
  gradient: (name: string) => `gradient/${name}`,
  carry: (state: string) => `carry/${state}`,
  nextCarry: (state: string) => `next/${state}`,
} as const;

/** Declares what every graph of a model takes: weights, carry, tokens `[B, S]`, puzzle rows `[B, E]`. */
export function modelInputs(model: Model, rows: number) {
  const entries = <T, R>(record: Readonly<Record<string, T>>, make: (name: string, value: T) => R) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, make(name, value)]));
  const parameters: Parameters = entries(model.parameters, (name, spec) =>
    input(names.parameter(name), spec.shape),
  );
  const carry: Carry = entries(model.states, (name, spec) => input(names.carry(name), [rows, ...spec.shape]));
  const tokens = input('tokens', [rows, model.shape.cells], 'int32');
  const puzzleEmbedding =
    model.puzzleEmbeddingSize > 0 ? input('puzzleEmbedding', [rows, model.puzzleEmbeddingSize]) : undefined;
  return { parameters, carry, question: { tokens, puzzleEmbedding } };
}

export function nextCarry(carry: Carry): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(carry).map(([name, tensor]) => [names.nextCarry(name), tensor]));
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
      const answer = reshape(argMax(logits, -1), [rows, model.shape.cells]); // [B, S]
      const all = reshape(logits, [rows, model.shape.cells, model.shape.vocabulary]); // [B, S, V]
      return { ...nextCarry(next), answer, halt, ...(options.logits ? { logits: all } : {}) };
    }),
  );
}

/** Floating-point operations of the matrix products of a supervision step, for one puzzle. */
export function answerFlops(model: Model): number {
  return productFlops(traceAnswerStep(model, 1, { logits: false }));
}
