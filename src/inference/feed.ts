/**
 * What the graphs of a model take and give, beside what is on the host: the one place where weights and a carry become
 * a graph's inputs, for training, evaluation and whoever looks inside.
 *
 * The table of puzzle embeddings stays outside the graphs, since ARC gives it a million rows: the rows of the examples
 * are gathered here.
 *
 * b rows that are fed, S cells, E puzzle embedding.
 */

import type { Model } from '../models/model.ts';
import { float32, type HostTensor, type HostTensors, int32 } from '../runtime/backend.ts';
import { names } from './answer-step.ts';
import { type CarryState, rowsOf } from './carry.ts';
import { type Layout, layoutOf, views } from './weights.ts';

/** The weights that a graph takes. */
export interface FedWeights {
  /** Dense weights in the layout's order, `[N]`. */
  readonly dense: Float32Array;
  /** Puzzle-embedding table `[rows, E]`. */
  readonly puzzleEmbeddings: Float32Array;
}

export class Feed {
  readonly layout: Layout;
  readonly #model: Model;
  /** The parameters in each flat vector that was fed: training swaps two of them, answering keeps one. */
  readonly #parameters = new WeakMap<Float32Array, HostTensors>();

  constructor(model: Model) {
    this.#model = model;
    this.layout = layoutOf(model.parameters);
  }

  /**
   * What every graph of the model takes (`modelInputs`), from rows `start` to `end` of a carry. Weights, tokens and states
   * are views: nothing but the puzzle embedding is copied.
   */
  inputs(
    { dense, puzzleEmbeddings }: FedWeights,
    carry: CarryState,
    start = 0,
    end = carry.halted.length,
  ): Record<string, HostTensor> {
    const { shape, states, puzzleEmbeddingSize: E } = this.#model;
    const rows = carry.halted.length;
    const b = end - start;
    const inputs: Record<string, HostTensor> = {
      ...this.#parametersIn(dense),
      tokens: int32(rowsOf(carry.inputs, rows, start, end), [b, shape.cells]),
    };
    if (E > 0) {
      const ids = carry.puzzleIdentifiers.subarray(start, end);
      inputs.puzzleEmbedding = float32(gatherRows(puzzleEmbeddings, E, ids), [b, E]);
    }
    for (const [name, data] of Object.entries(carry.states))
      inputs[names.carry(name)] = float32(rowsOf(data, rows, start, end), [b, ...states[name]!.shape]);
    return inputs;
  }

  /** The states after a step, `[b, L, D]` each, from the outputs of a graph. */
  nextStates(outputs: HostTensors): Record<string, Float32Array> {
    return Object.fromEntries(
      Object.keys(this.#model.states).map((name) => [
        name,
        outputs[names.nextCarry(name)]!.data as Float32Array,
      ]),
    );
  }

  #parametersIn(dense: Float32Array): HostTensors {
    const known = this.#parameters.get(dense) ?? views(this.layout, dense, names.parameter);
    this.#parameters.set(dense, known);
    return known;
  }
}

/** Rows `ids` of a table `[rows, E]`, `[b, E]`. */
function gatherRows(table: Float32Array, E: number, ids: Int32Array): Float32Array {
  const rows = new Float32Array(ids.length * E);
  ids.forEach((id, row) => {
    rows.set(table.subarray(id * E, (id + 1) * E), row * E);
  });
  return rows;
}
