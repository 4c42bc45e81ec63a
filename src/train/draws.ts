/**
 * What training does to a step at random: noise on every state after each update of it (arXiv 2605.21488), and dropout.
 *
 * The graph has no operator that draws, since no two engines would draw alike: random numbers are inputs of it, one for each
 * noise and each dropout, and are filled here. They follow from the seed, the step and the row of the global batch, so that
 * neither threads nor micro-batches nor ranks change them, and a resumed run draws the same.
 *
 * B rows of the (micro-)batch, n numbers of a row in an input.
 */

import { Random } from '../data/random.ts';
import { add, mul } from '../graph/ops/elementwise.ts';
import { reshape } from '../graph/ops/shape.ts';
import { type Graph, input } from '../graph/trace.ts';
import type { StepRandom } from '../models/model.ts';
import { float32, type HostTensor } from '../runtime/backend.ts';
import { type Shape, sizeOf } from '../shape.ts';

export interface DrawSettings {
  /** Standard deviation of the noise; 0: none. */
  readonly stateNoise: number;
  /** Share of what a part of a layer adds that is dropped; 0: none. */
  readonly dropout: number;
}

const kinds = ['noise', 'dropout'] as const;
type Kind = (typeof kinds)[number];

/** Names of the inputs of a kind begin so; numbers follow. */
const prefixOf = (kind: Kind) => `random/${kind}/`;

/** Declares random inputs `[B, n]` as a step asks for them. Undefined where nothing is drawn. */
export function randomInputs(rows: number, { stateNoise, dropout }: DrawSettings): StepRandom | undefined {
  if (stateNoise === 0 && dropout === 0) return undefined;
  const declared = { noise: 0, dropout: 0 };
  const declare = (kind: Kind, shape: Shape) =>
    reshape(input(`${prefixOf(kind)}${declared[kind]++}`, [rows, sizeOf(shape) / rows]), shape);
  return {
    noise: (state) => (stateNoise > 0 ? add(state, declare('noise', state.shape)) : state),
    dropout() {
      let kept: ReturnType<typeof declare> | undefined;
      return (update) => {
        if (dropout === 0) return update;
        kept ??= declare('dropout', update.shape);
        return mul(update, kept);
      };
    },
  };
}

/** The random inputs of a graph: their names, in the order in which they are drawn, and numbers of a row in each. */
export type RandomInputs = Readonly<Record<Kind, readonly { readonly name: string; readonly n: number }[]>>;

export function randomInputsOf({ inputs }: Graph): RandomInputs {
  const of = (kind: Kind) =>
    inputs.flatMap(({ name, tensor: { shape } }) =>
      name.startsWith(prefixOf(kind)) ? [{ name, n: shape[1]! }] : [],
    );
  return { noise: of('noise'), dropout: of('dropout') };
}

/**
 * Draws the random inputs of a step.
 *
 * @param first row of the global batch that is the first of these. @param rows how many.
 */
export function draw(
  inputs: RandomInputs,
  { seed, stateNoise, dropout }: DrawSettings & { readonly seed: number },
  step: number,
  first: number,
  rows: number,
): Record<string, HostTensor> {
  const drawn: Record<string, HostTensor> = {};
  for (const kind of kinds)
    for (const { name, n } of inputs[kind]) drawn[name] = float32(new Float32Array(rows * n), [rows, n]);
  for (let row = 0; row < rows; row++)
    for (const kind of kinds) {
      const random = new Random(seed).fork(kind, step, first + row);
      for (const { name, n } of inputs[kind]) {
        const numbers = (drawn[name]!.data as Float32Array).subarray(row * n, (row + 1) * n);
        if (kind === 'noise') random.normals(numbers, stateNoise);
        else for (let i = 0; i < n; i++) numbers[i] = random.chance(dropout) ? 0 : 1 / (1 - dropout);
      }
    }
  return drawn;
}
