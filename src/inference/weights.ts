/**
 * All dense weights in one flat vector: the optimizer updates it in one wide operation, and each weight is a view
 * that goes into a graph without a copy. Weights start at multiples of 16 elements (64 bytes).
 */

import { initialize, type ParameterSpecs } from '../nn/parameters.ts';
import { float32, type HostTensor } from '../runtime/backend.ts';
import { sizeOf } from '../shape.ts';

export interface Layout {
  readonly specs: ParameterSpecs;
  readonly offsets: ReadonlyMap<string, number>;
  /** Elements of the flat vector, padding included. */
  readonly size: number;
  /** Elements of the weights alone. */
  readonly count: number;
}

const alignment = 16;

export function layoutOf(specs: ParameterSpecs): Layout {
  const offsets = new Map<string, number>();
  let size = 0;
  let count = 0;
  for (const [name, { shape }] of Object.entries(specs)) {
    offsets.set(name, size);
    count += sizeOf(shape);
    size += Math.ceil(sizeOf(shape) / alignment) * alignment;
  }
  return { specs, offsets, size, count };
}

/** Each weight as a view of the flat vector, under `rename(name)`. */
export function views(
  layout: Layout,
  flat: Float32Array,
  rename = (name: string) => name,
): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(layout.specs).map(([name, { shape }]) => {
      const offset = layout.offsets.get(name)!;
      return [rename(name), float32(flat.subarray(offset, offset + sizeOf(shape)), shape)];
    }),
  );
}

/** Fresh weights. Each draws from its own stream, so adding a weight leaves the others as they were. */
export function initialWeights(layout: Layout, normalFor: (name: string) => () => number): Float32Array {
  const flat = new Float32Array(layout.size);
  for (const [name, tensor] of Object.entries(views(layout, flat))) {
    initialize(tensor.data as Float32Array, layout.specs[name]!.init, normalFor(name));
  }
  return flat;
}
