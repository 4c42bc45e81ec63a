/**
 * A model thinking, recursion by recursion.
 *
 * One refinement z = f(x + y + z) followed by y' = f(y + z) is a supervision step with T = n = 1, so that one small
 * graph, run T * n times, is a whole supervision step: y' is kept after every n-th refinement only, and is otherwise
 * what the model would answer if it stopped refining there. The weights are the same, and so are the answers.
 *
 * S cells, V vocabulary, L positions, D hidden, E puzzle embedding.
 */

import { TrmError } from '../src/errors.ts';
import type { AnswerWeights } from '../src/inference/answer.ts';
import { names, traceAnswerStep } from '../src/inference/answer-step.ts';
import { layoutOf, views } from '../src/inference/weights.ts';
import type { ModelConfig } from '../src/models/config.ts';
import type { PuzzleShape } from '../src/models/model.ts';
import { trm } from '../src/models/trm.ts';
import { type Backend, float32, type HostTensor, int32, type Program } from '../src/runtime/backend.ts';

/** How long a model thinks. */
export interface Thinking {
  readonly supervisionSteps: number;
  /** T */
  readonly cycles: number;
  /** n */
  readonly latentSteps: number;
}

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
  /** |z - before| / |before|. */
  readonly changeOfLatent: number;
  /** The same of y; undefined where y is not updated. */
  readonly changeOfAnswer: number | undefined;
}

/** A moment with y and z after it, `[L, D]`. */
interface Thought {
  readonly moment: Moment;
  readonly answer: Float32Array;
  readonly latent: Float32Array;
}

export class Thinker {
  readonly #program: Program;
  readonly #shape: PuzzleShape;
  readonly #latentShape: readonly number[];
  readonly #inputs: Record<string, HostTensor>;
  readonly #embeddings: Float32Array;
  readonly #embeddingSize: number;
  readonly #starts: AnswerWeights['starts'];

  private constructor(program: Program, config: ModelConfig, shape: PuzzleShape, weights: AnswerWeights) {
    const model = oneRefinement(config, shape);
    this.#program = program;
    this.#shape = shape;
    this.#latentShape = model.states.z!.shape;
    this.#starts = weights.starts;
    this.#inputs = views(layoutOf(model.parameters), weights.dense, names.parameter);
    this.#embeddings = weights.puzzleEmbeddings;
    this.#embeddingSize = model.puzzleEmbeddingSize;
  }

  /** @throws TrmError `usage` for another architecture than TRM, whose steps are not made of the same recursion. */
  static async create(config: ModelConfig, shape: PuzzleShape, weights: AnswerWeights, backend: Backend) {
    if (config.architecture !== 'trm') {
      throw new TrmError('usage', `this page looks into TRM models; this one is ${config.architecture}`, {
        fix: 'answer with trm solve',
      });
    }
    const graph = traceAnswerStep(oneRefinement(config, shape), 1, { logits: true });
    return new Thinker(await backend.compile(graph), config, shape, weights);
  }

  /**
   * Thinks about a question `[S]`, yielding after every refinement.
   *
   * @param puzzle row of the puzzle embedding.
   */
  async *think(
    question: Int32Array,
    { supervisionSteps, cycles, latentSteps }: Thinking,
    puzzle = 0,
  ): AsyncGenerator<Thought, void> {
    const { cells, vocabulary } = this.#shape;
    const start = (name: string) => repeated(this.#starts[name]!, this.#latentShape[0]!); // [L, D]
    let [y, z] = [start('y'), start('z')];
    const tensor = (data: Float32Array) => float32(data, [1, ...this.#latentShape]);
    const inputs: Record<string, HostTensor> = { ...this.#inputs, tokens: int32(question, [1, cells]) };
    const E = this.#embeddingSize;
    if (E > 0)
      inputs.puzzleEmbedding = float32(this.#embeddings.subarray(puzzle * E, (puzzle + 1) * E), [1, E]);
    for (let step = 1; step <= supervisionSteps; step++) {
      for (let cycle = 1; cycle <= cycles; cycle++) {
        for (let refinement = 1; refinement <= latentSteps; refinement++) {
          const out = await this.#program.run({
            ...inputs,
            [names.carry('y')]: tensor(y),
            [names.carry('z')]: tensor(z),
          });
          const next = (name: string) => out[names.nextCarry(name)]!.data as Float32Array;
          const updated = refinement === latentSteps;
          const changeOfLatent = change(z, next('z'));
          const changeOfAnswer = updated ? change(y, next('y')) : undefined;
          z = next('z');
          if (updated) y = next('y');
          const moment: Moment = {
            step,
            cycle,
            refinement,
            answer: out.answer!.data as Int32Array,
            confidence: confidence(out.logits!.data as Float32Array, vocabulary),
            halting: 1 / (1 + Math.exp(-(out.halt!.data[0] as number))),
            changeOfLatent,
            changeOfAnswer,
          };
          yield { moment, answer: y, latent: z };
        }
      }
    }
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

function oneRefinement(config: ModelConfig, shape: PuzzleShape) {
  return trm({ ...config, cycles: 1, latentSteps: 1 }, shape);
}

function repeated(start: Float32Array, positions: number): Float32Array {
  const all = new Float32Array(positions * start.length);
  for (let at = 0; at < all.length; at += start.length) all.set(start, at);
  return all;
}

function change(before: Float32Array, after: Float32Array): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < before.length; i++) {
    difference += (after[i]! - before[i]!) ** 2;
    norm += before[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** Softmax probability of the most likely token of each cell: logits `[S, V]` to `[S]`. */
function confidence(logits: Float32Array, vocabulary: number): Float32Array {
  return Float32Array.from({ length: logits.length / vocabulary }, (_, cell) => {
    const row = logits.subarray(cell * vocabulary, (cell + 1) * vocabulary);
    const largest = Math.max(...row);
    return 1 / row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  });
}
