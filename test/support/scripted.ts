/**
 * Models that say what a script says, so that tests of what is around a model are exact and fast: everything but the
 * numbers inside a step is the real thing.
 */

import { constant, type Graph, type RowGraph } from '../../src/graph/trace.ts';
import type { AnswerWeights } from '../../src/inference/answer.ts';
import { names } from '../../src/inference/answer-step.ts';
import type { Model, StateSpec } from '../../src/models/model.ts';
import { fill } from '../../src/nn/parameters.ts';
import { type Backend, float32, type HostTensors, int32, wholeGraph } from '../../src/runtime/backend.ts';
import { sizeOf } from '../../src/shape.ts';

/** What a row is given in a step. */
export interface Given {
  readonly row: number;
  /** `[S]` */
  readonly tokens: readonly number[];
  /** Row of the puzzle embedding, `[E]`. */
  readonly puzzleEmbedding: readonly number[];
  /** Before the step, `[L * D]` each. */
  readonly states: Readonly<Record<string, readonly number[]>>;
}

/** What it says; states that are not named stay as they are. */
export interface Says {
  readonly answer: readonly number[];
  /** Logit; 0 when omitted. */
  readonly halt?: number;
  /** `[S * V]`; all 0 when omitted. */
  readonly logits?: readonly number[];
  readonly states?: Readonly<Record<string, readonly number[]>>;
}

export type Script = (given: Given) => Says;

const VOCABULARY = 10;

const flags = {
  y: { isAnswer: true, mayBePerturbed: false },
  z: { isAnswer: false, mayBePerturbed: true },
} as const;

/** A model without weights; its states begin with 0. Its steps are a script's, so the traced one says nothing. */
export function blankModel(
  cells: number,
  states: Readonly<Record<string, Partial<StateSpec>>> = flags,
  shape: readonly [L: number, D: number] = [1, 1],
): Model {
  return {
    shape: { cells, vocabulary: VOCABULARY, puzzleEmbeddingRows: 3 },
    parameters: { tokens: { shape: [1], init: fill(0), group: 'embeddings' } },
    states: Object.fromEntries(
      Object.entries(states).map(([name, spec]) => [
        name,
        { shape, init: fill(0), isAnswer: false, mayBePerturbed: false, ...spec },
      ]),
    ),
    puzzleEmbeddingSize: 1,
    continuing: 'unused',
    step(_, carry, { tokens }) {
      const [B, S] = tokens.shape as [number, number];
      const logits = constant(new Float32Array(B * S * VOCABULARY), [B * S, VOCABULARY]);
      return { carry, logits, halt: constant(new Float32Array(B), [B]) };
    },
  };
}

/** A puzzle embedding of a row is the row's number; states begin with 0. */
export function blankWeights(model: Model): AnswerWeights {
  return {
    dense: new Float32Array(16),
    puzzleEmbeddings: Float32Array.of(0, 1, 2),
    starts: Object.fromEntries(
      Object.entries(model.states).map(([name, { shape }]) => [name, new Float32Array(shape.at(-1)!)]),
    ),
  };
}

export interface ScriptedBackend extends Backend {
  /** Rows of each graph that was compiled. */
  readonly compiled: number[];
  /** What each run was given, row by row. */
  readonly runs: Given[][];
  /** Programs that were disposed. */
  disposed: number;
}

/** A backend whose programs answer as a script does. */
export function scriptedBackend(script: Script): ScriptedBackend {
  const runs: Given[][] = [];
  const backend = {
    engine: 'reference' as const,
    device: 'cpu' as const,
    reason: 'scripted',
    runtime: 'none',
    precision: 'float32' as const,
    compiled: [] as number[],
    runs,
    disposed: 0,
    async compile(traced: Graph | RowGraph) {
      const graph = wholeGraph(traced);
      backend.compiled.push(graph.inputs.find(({ name }) => name === 'tokens')!.tensor.shape[0]!);
      return {
        run: async (inputs: HostTensors) => step(graph, inputs),
        dispose: async () => {
          backend.disposed++;
        },
      };
    },
  };
  const step = (graph: Graph, inputs: HostTensors) => {
    const of = (name: string, row: number): number[] => {
      const { data, shape } = inputs[name]!;
      const size = sizeOf(shape) / shape[0]!;
      return Array.from(data.subarray(row * size, (row + 1) * size), Number);
    };
    const states = graph.outputs.flatMap(({ name }) => (name.startsWith('next/') ? [name.slice(5)] : []));
    const B = inputs.tokens!.shape[0]!;
    const given = Array.from({ length: B }, (_, row) => ({
      row,
      tokens: of('tokens', row),
      puzzleEmbedding: of('puzzleEmbedding', row),
      states: Object.fromEntries(states.map((name) => [name, of(names.carry(name), row)])),
    }));
    runs.push(given);
    const said = given.map(script);
    return {
      answer: int32(Int32Array.from(said.flatMap(({ answer }) => answer)), inputs.tokens!.shape),
      halt: float32(
        Float32Array.from(said, ({ halt = 0 }) => halt),
        [B],
      ),
      logits: float32(
        Float32Array.from(
          said.flatMap(({ logits, answer }) => logits ?? answer.flatMap(() => Array(VOCABULARY).fill(0))),
        ),
        [B, inputs.tokens!.shape[1]!, VOCABULARY],
      ),
      ...Object.fromEntries(
        states.map((name) => {
          const next = said.flatMap((one, row) => one.states?.[name] ?? given[row]!.states[name]!);
          return [names.nextCarry(name), float32(Float32Array.from(next), inputs[names.carry(name)]!.shape)];
        }),
      ),
    };
  };
  return backend;
}
