/**
 * What a model's weights are before they have values: a name, a shape and a way to begin. Names are paths in the
 * model (`layers.0.mlp.gate`); weights of linear maps are [in, out], so that `x W` needs no transposition.
 */

import type { Tensor } from '../graph/tensor.ts';
import type { Shape } from '../shape.ts';

/** How a weight begins: truncated normal of a standard deviation, or one number everywhere. */
export type Initializer =
  | { readonly kind: 'truncatedNormal'; readonly std: number }
  | { readonly kind: 'fill'; readonly value: number };

/**
 * What a weight is to an optimizer, which may treat each group in its own way: the matrices that map hidden states to
 * hidden states; the embeddings, and the heads, which map to and from tokens and logits; and vectors, as biases are, and
 * the taps of kernels, each a factor for every channel.
 */
export type ParameterGroup = 'matrices' | 'embeddings' | 'vectors';

export interface ParameterSpec {
  readonly shape: Shape;
  readonly init: Initializer;
  readonly group: ParameterGroup;
}

export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/** The traced weights, by name. */
export type Parameters = Readonly<Record<string, Tensor>>;

export const truncatedNormal = (std: number): Initializer => ({ kind: 'truncatedNormal', std });
export const fill = (value: number): Initializer => ({ kind: 'fill', value });

/** A linear map's weight [in, out], LeCun-normal as in the official code: std 1/sqrt(in). */
export function linearSpec(
  inputs: number,
  outputs: number,
  group: ParameterGroup = 'matrices',
): ParameterSpec {
  return { shape: [inputs, outputs], init: truncatedNormal(1 / Math.sqrt(inputs)), group };
}

/** The specs of a part, under its name. */
export function prefixed(prefix: string, specs: ParameterSpecs): ParameterSpecs {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [`${prefix}.${name}`, spec]));
}

/** The weights of a part, without its name. */
export function part(parameters: Parameters, prefix: string): Parameters {
  const start = `${prefix}.`;
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, tensor]) =>
      name.startsWith(start) ? [[name.slice(start.length), tensor]] : [],
    ),
  );
}

/** Standard deviation of a unit normal cut off at ±2. */
const truncatedStd = 0.8796256610342398;

/**
 * Fills `target` with an initial value. The truncated normal is cut at ±2 of the underlying normal, whose
 * deviation is raised so that the result has `std` (official models/common.py, after JAX).
 */
export function initialize(target: Float32Array, init: Initializer, normal: () => number): void {
  if (init.kind === 'fill') {
    target.fill(init.value);
    return;
  }
  const scale = init.std / truncatedStd;
  for (let i = 0; i < target.length; i++) {
    let value = normal();
    while (Math.abs(value) > 2) value = normal();
    target[i] = value * scale;
  }
}
