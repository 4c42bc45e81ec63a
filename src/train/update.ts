/**
 * The graph of one weight update: optional clipping, the optimizer, and the exponential moving average (EMA) of
 * the weights that evaluation uses (paper section 4.5). Separate from the gradient, which may come from several
 * micro-batches.
 */

import { add, div, minimum, mul, sqrt } from '../graph/ops/elementwise.ts';
import { sumSquare } from '../graph/ops/reduce.ts';
import { type Graph, input, trace } from '../graph/trace.ts';
import { type OptimizerName, type OptimizerOptions, optimizerUpdate } from './optimizers.ts';

export interface UpdateOptions extends OptimizerOptions {
  readonly optimizer: OptimizerName;
  /** Largest L2 norm of the gradient; 0 leaves it as it is. */
  readonly clipNorm: number;
  /** Decay of the moving average: average = rate * average + (1 - rate) * weights. */
  readonly emaRate: number;
}

/**
 * Traces the update of `size` weights.
 *
 * Inputs float32: `weights`, `gradient`, `first`, `second`, `average` `[size]`; scalars `rate`, `correction1`,
 * `correction2`. Outputs: the same four as `next/*`, and `gradientNorm`, the L2 norm before
 * clipping.
 */
export function traceUpdate(size: number, options: UpdateOptions): Graph {
  return trace('update', () => {
    const vector = (name: string) => input(name, [size]);
    const weights = vector('weights');
    const gradient = vector('gradient');
    const first = vector('first');
    const second = vector('second');
    const average = vector('average');
    const rate = input('rate', []);
    const correction1 = input('correction1', []);
    const correction2 = input('correction2', []);

    const gradientNorm = sqrt(sumSquare(gradient));
    const clipped =
      options.clipNorm > 0
        ? mul(gradient, minimum(div(options.clipNorm, add(gradientNorm, 1e-6)), 1))
        : gradient;
    const updated = optimizerUpdate(
      options.optimizer,
      { weights, gradient: clipped, first, second, rate, correction1, correction2 },
      options,
    );
    const moved = add(mul(average, options.emaRate), mul(updated.weights, 1 - options.emaRate));
    return {
      'next/weights': updated.weights,
      'next/first': updated.first,
      'next/second': updated.second,
      'next/average': moved,
      gradientNorm,
    };
  });
}
