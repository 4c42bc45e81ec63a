/**
 * The graph of one weight update: optional clipping, the optimizer, and the exponential moving average (EMA) of
 * the weights that evaluation uses (paper section 4.7). Separate from the gradient, which may come from several
 * micro-batches and machines.
 *
 * N elements of the flat vector of weights, n of a block.
 */

import { add, div, minimum, mul, sqrt } from '../graph/ops/elementwise.ts';
import { sumSquare } from '../graph/ops/reduce.ts';
import { concat, reshape, slice } from '../graph/ops/shape.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Graph, input, scope, trace } from '../graph/trace.ts';
import type { Layout } from '../inference/weights.ts';
import type { ParameterGroup } from '../nn/parameters.ts';
import { type Block, blocksOf, filled, type GroupFactors } from './optimizers/blocks.ts';
import { type RuleSettings, scalarsOf, type Updated } from './optimizers/rule.ts';
import { stateLayouts } from './optimizers/state.ts';
import { type OptimizerName, optimizers } from './optimizers/table.ts';

export interface UpdateOptions extends RuleSettings {
  readonly optimizer: OptimizerName;
  readonly weightDecay: number;
  /** Factors on the rate and on weightDecay, by group. */
  readonly matrixRateFactor: number;
  readonly matrixDecayFactor: number;
  readonly embeddingRateFactor: number;
  readonly embeddingDecayFactor: number;
  readonly vectorRateFactor: number;
  readonly vectorDecayFactor: number;
  /** Largest L2 norm of the gradient; 0 leaves it as it is. */
  readonly clipNorm: number;
  /** Decay of the moving average: average = rate * average + (1 - rate) * weights. */
  readonly emaRate: number;
}

/** Names of the graph's inputs and outputs that depend on the optimizer. */
export const stateName = (name: string): string => `optimizer/${name}`;
const scalarName = (name: string): string => `scalar/${name}`;

/**
 * Traces the update of a layout's weights.
 *
 * Inputs float32: `weights`, `gradient`, `average` `[N]` and the optimizer's state as `optimizer/*`; scalars: those of
 * `scalarsAt`. Outputs: `weights`, `average` and the state as `next/*`, and `gradientNorm`, the L2 norm before clipping.
 */
export function traceUpdate(layout: Layout, options: UpdateOptions): Graph {
  const optimizer = optimizers[options.optimizer];
  const states = stateLayouts(layout.specs, optimizer);
  const blocks = blocksOf(layout, optimizer, factorsOf(options));
  return trace('update', () => {
    const weights = input('weights', [layout.size]);
    const gradient = input('gradient', [layout.size]);
    const average = input('average', [layout.size]);
    const rate = input('rate', []);
    const state = Object.fromEntries(
      Object.entries(states).map(([name, { size }]) => [name, input(stateName(name), [size])]),
    );
    const scalars = Object.fromEntries(
      Object.keys(scalarsOf(optimizer)).map((name) => [name, input(scalarName(name), [])]),
    );

    const gradientNorm = sqrt(sumSquare(gradient));
    const clipped =
      options.clipNorm > 0
        ? mul(gradient, minimum(div(options.clipNorm, add(gradientNorm, 1e-6)), 1))
        : gradient;

    const updated = blocks.map((block) =>
      scope(block.first, () => {
        const piece = (vector: Tensor, { offsets }: Layout) =>
          pieceOf(vector, offsets.get(block.first)!, block);
        const before = Object.fromEntries(
          block.rule.state.map((name) => [name, piece(state[name]!, states[name]!)]),
        );
        const after = block.rule.trace(
          {
            weights: shaped(piece(weights, layout), block), // [n] or [in, out], and so are the others
            gradient: shaped(piece(clipped, layout), block),
            state: mapped(before, (vector) => shaped(vector, block)),
            scalars,
            rate: block.factors.rate === 1 ? rate : mul(rate, block.factors.rate),
            weightDecay: options.weightDecay * block.factors.decay,
          },
          options,
        );
        return {
          weights: flat(after.weights, piece(weights, layout), block), // [n]
          state: mapped(after.state, (tensor, name) => flat(tensor, before[name]!, block)), // [n]
        };
      }),
    );

    const next = concat(
      updated.map((block) => block.weights),
      0,
    ); // [N]
    return {
      'next/weights': next,
      'next/average': add(mul(average, options.emaRate), mul(next, 1 - options.emaRate)),
      ...Object.fromEntries(
        Object.keys(states).map((name) => [`next/${stateName(name)}`, concat(partsOf(updated, name), 0)]),
      ),
      gradientNorm,
    };
  });
}

/** The values of the graph's scalars at step t = 1, 2, …. */
export function scalarsAt(options: UpdateOptions, step: number, rate: number): Record<string, number> {
  const values = Object.entries(scalarsOf(optimizers[options.optimizer])).map(
    ([name, at]) => [scalarName(name), at(step, options)] as const,
  );
  return { rate, ...Object.fromEntries(values) };
}

function factorsOf(options: UpdateOptions): Record<ParameterGroup, GroupFactors> {
  return {
    matrices: { rate: options.matrixRateFactor, decay: options.matrixDecayFactor },
    embeddings: { rate: options.embeddingRateFactor, decay: options.embeddingDecayFactor },
    vectors: { rate: options.vectorRateFactor, decay: options.vectorDecayFactor },
  };
}

const partsOf = (updated: readonly Updated[], name: string): Tensor[] =>
  updated.flatMap(({ state }) => state[name] ?? []);

const mapped = (
  tensors: Readonly<Record<string, Tensor>>,
  change: (tensor: Tensor, name: string) => Tensor,
): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]));

/** A block's part of a flat vector, `[n]`. */
const pieceOf = (vector: Tensor, start: number, { length }: Block): Tensor =>
  slice(vector, 0, start, start + length);

/** A block's elements in the shape that its rule takes. */
function shaped(piece: Tensor, block: Block): Tensor {
  return block.matrix ? reshape(slice(piece, 0, 0, filled(block)), block.matrix) : piece;
}

/** The inverse of `shaped`; the padding stays what it was. */
function flat(tensor: Tensor, before: Tensor, block: Block): Tensor {
  const [size, { length }] = [filled(block), block];
  const elements = reshape(tensor, [size]);
  return size === length ? elements : concat([elements, slice(before, 0, size, length)], 0); // [n]
}
