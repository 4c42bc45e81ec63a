/**
 * The recursive models as data: their states, their networks, and a cycle of updates, each of which makes a state anew.
 *
 *     T cycles of   state = network(input of x and the states), … , the last cycle with gradient: one supervision step
 *
 * B batch, S cells, P puzzle slots, L = P + S positions, D hidden, V vocabulary.
 */

import { reshape } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { noGrad, scope } from '../graph/trace.ts';
import { type ParameterSpecs, type Parameters, part, prefixed } from '../nn/parameters.ts';
import { embed, endSpecs, network, networkSpecs, readAnswer, stateStart } from './blocks.ts';
import type { Carry, Continuing, Model, PuzzleShape, StepOutput } from './model.ts';
import type { ModelSettings } from './settings.ts';

/** Names of networks, which stand before those of their weights; the one network of a TRM has none. */
export type NetworkName = '' | 'low' | 'high';

export interface Update<State extends string> {
  readonly state: State;
  readonly by: NetworkName;
  /** What the network is given, of x and the states, `[B*L, D]` each. */
  readonly of: (x: Tensor, states: Readonly<Record<State, Tensor>>) => Tensor;
}

export interface Recursion<State extends string> {
  readonly states: readonly State[];
  readonly answer: State;
  /** Layers of each network. */
  readonly networks: Partial<Record<NetworkName, number>>;
  readonly cycle: readonly Update<State>[];
  /** Whether the gradient is HRM's, whatever the settings say. */
  readonly oneStepGradient?: boolean;
  /** What becomes of the logit of continuing, unless the settings have it learned. */
  readonly continuing?: Continuing;
}

/** Updates that the one-step gradient passes through: the last of the latent, and the answer's. */
const ONE_STEP = 2;

export function recursiveModel<State extends string>(
  config: ModelSettings,
  shape: PuzzleShape,
  { states: names, answer, networks, cycle, ...own }: Recursion<State>,
): Model {
  const { hiddenSize: D, puzzleSlots: P, cycles: T } = config;
  const L = P + shape.cells;
  const detached = (own.oneStepGradient ?? config.oneStepGradient) ? cycle.length - ONE_STEP : 0;
  const continuing = config.continueLoss ? 'learned' : (own.continuing ?? 'unused');
  const networkNames = Object.keys(networks) as NetworkName[];
  const specsOf = (name: NetworkName): ParameterSpecs => {
    const specs = networkSpecs(config, shape, networks[name]!);
    return name ? prefixed(name, specs) : specs;
  };
  return {
    shape,
    parameters: Object.assign(endSpecs(config, shape), ...networkNames.map(specsOf)),
    states: record(names, (name) => ({
      shape: [L, D],
      init: stateStart(config),
      isAnswer: name === answer,
      mayBePerturbed: name !== answer || names.length === 1,
    })),
    puzzleEmbeddingSize: config.puzzleEmbeddingSize,
    continuing,

    step(parameters: Parameters, carry: Carry, question): StepOutput {
      const B = question.tokens.shape[0]!;
      const applied = record(networkNames, (name) =>
        network(config, shape, name ? part(parameters, name) : parameters, question),
      );
      const x = scope('embed', () => embed(config, shape, parameters, question)); // [B*L, D]
      const states = record(names, (name) => reshape(carry[name]!, [B * L, D]));

      /** The updates of cycle t, or those from one on, to another. */
      const run = (t: number, begin = 0, end = cycle.length) =>
        scope(`cycle${t}`, () => {
          for (const [i, { state, by, of }] of [...cycle.entries()].slice(begin, end)) {
            const updated = scope(`${state}${i}`, () => applied[by](of(x, states))); // [B*L, D]
            states[state] = question.random?.noise(updated) ?? updated;
          }
        });
      noGrad(() => {
        for (let t = 1; t < T; t++) run(t);
        run(T, 0, detached);
      });
      run(T, detached);

      const next = record(names, (name) => reshape(states[name], [B, L, D]));
      const { continue: toContinue, ...read } = readAnswer(config, shape, parameters, next[answer]); // [B*S, V], [B]
      return { carry: next, ...read, ...(continuing !== 'unused' && { continue: toContinue }) };
    },
  };
}

/** An update n times. */
export function times<State extends string>(n: number, update: Update<State>): Update<State>[] {
  return new Array<Update<State>>(n).fill(update);
}

function record<Name extends string, T>(names: readonly Name[], make: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, T>;
}
