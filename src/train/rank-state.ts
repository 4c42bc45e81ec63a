/**
 * What each rank of a run has for itself, beside the state that all of them share: what rounding keeps from the others
 * (rounded-sum.ts) and, between meetings, an optimizer's state of its own (local-steps.ts).
 *
 * A checkpoint holds it for all ranks, so that as many of them go on to the bit. Of another number rank 0 takes all that is
 * left over, and each begins with the mean of the optimizers' states.
 *
 * R ranks, n elements of a vector.
 */

import { TrmError } from '../errors.ts';
import type { FileTensor } from '../formats/file-tensor.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import { layoutOf } from '../inference/weights.ts';
import type { Model } from '../models/model.ts';
import { showShape } from '../shape.ts';
import type { Communicator } from './communicator.ts';
import { stateLayouts } from './optimizers/state.ts';
import { type OptimizerName, optimizers } from './optimizers/table.ts';

/**
 * Vectors of all ranks, `[R * n]`, by name: `leftover`, and the optimizer's as `optimizer/NAME`; the outer optimizer's
 * `momentum`, the same on all of them, once.
 */
export type RankVectors = Readonly<Record<string, Float32Array>>;

export const [LEFTOVER, MOMENTUM] = ['leftover', 'momentum'] as const;
export const ofOptimizer = (name: string): string => `optimizer/${name}`;

/** A rank's vector `[n]` among those of all; undefined where there are none, or those of another number of ranks. */
export function ownVector(
  vectors: RankVectors | undefined,
  name: string,
  n: number,
  { rank, size }: Communicator,
): Float32Array | undefined {
  const all = vectors?.[name];
  return all?.length === n * size ? all.slice(rank * n, (rank + 1) * n) : undefined;
}

/** What is left over for a rank at the start, `[n]`. */
export function ownLeftover(
  vectors: RankVectors | undefined,
  n: number,
  communicator: Communicator,
): Float32Array {
  const own = ownVector(vectors, LEFTOVER, n, communicator);
  if (own) return own;
  const sum = new Float32Array(n);
  const all = communicator.rank === 0 ? (vectors?.[LEFTOVER] ?? []) : [];
  all.forEach((value, i) => {
    sum[i % n]! += value;
  });
  return sum;
}

/** Mean over the ranks, `[n]`, of vectors `[R * n]`. */
export function meanOf(all: Float32Array, n: number): Float32Array {
  const mean = new Float32Array(n);
  for (let at = 0; at < all.length; at++) mean[at % n]! += all[at]!;
  const ranks = all.length / n;
  return mean.map((sum) => sum / ranks);
}

const PREFIX = 'ranks/';

/** Tensors of a checkpoint, `ranks/NAME` [R, n]. */
export function rankTensors(vectors: RankVectors, model: Model, optimizer: OptimizerName) {
  const sizes = sizesOf(model, optimizer);
  return Object.fromEntries(
    Object.entries(vectors).map(([name, data]): [string, FileTensor] => {
      const n = sizes.get(name)!;
      return [`${PREFIX}${name}`, { dtype: 'float32', shape: [data.length / n, n], data }];
    }),
  );
}

/** The vectors that a checkpoint holds; undefined where it holds none. @throws TrmError `checkpoint` on one of another size. */
export function readRankVectors(
  tensors: ReadonlyMap<string, StoredTensor>,
  model: Model,
  optimizer: OptimizerName,
  file: string,
): RankVectors | undefined {
  const stored = [...tensors].filter(([key]) => key.startsWith(PREFIX));
  if (stored.length === 0) return undefined;
  const sizes = sizesOf(model, optimizer);
  return Object.fromEntries(
    stored.map(([key, tensor]) => {
      const name = key.slice(PREFIX.length);
      const [R, n] = tensor.shape as [number, number];
      if (tensor.dtype !== 'float32' || tensor.shape.length !== 2 || n !== sizes.get(name))
        throw new TrmError(
          'checkpoint',
          `expected float32 of shape [ranks, ${sizes.get(name) ?? 'none'}], got ${tensor.dtype} of shape ${showShape(tensor.shape)}`,
          { file, key },
        );
      const data = new Float32Array(R * n);
      tensor.read(data);
      return [name, data];
    }),
  );
}

/** n of each vector that there may be. */
function sizesOf(model: Model, optimizer: OptimizerName): ReadonlyMap<string, number> {
  const kept = Object.entries(stateLayouts(model.parameters, optimizers[optimizer]));
  const { size: N } = layoutOf(model.parameters);
  return new Map([
    [LEFTOVER, N],
    [MOMENTUM, N],
    ...kept.map(([name, { size }]) => [ofOptimizer(name), size] as const),
  ]);
}
