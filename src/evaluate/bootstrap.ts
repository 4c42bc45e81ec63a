/**
 * How sure the mean accuracy of several runs is, and the difference of two such means.
 *
 * Runs of one recipe differ by their seeds, and the puzzles they answer are the same ones. Both are drawn again, seeds and
 * puzzles apart from each other, each with replacement: the bootstrap for crossed random effects. Of two or three
 * seeds it knows little, as nothing could.
 * Source: A. B. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1 (2007).
 *
 * R runs, n puzzles.
 */

import { Random } from '../data/random.ts';
import { TrmError } from '../errors.ts';
import type { Interval } from './statistics.ts';

const REPLICATES = 2000;

/** 95 % interval of the mean of runs, `[R][n]`, 1 where a run solved the puzzle, or the share of it that a run found. */
export function meanInterval(runs: readonly (Uint8Array | Float64Array)[]): Interval {
  return percentiles(replicates([runs]));
}

/** 95 % interval of the mean of `second` minus that of `first`, the runs of one seed at the same place in both. */
export function differenceInterval(first: readonly Uint8Array[], second: readonly Uint8Array[]): Interval {
  return percentiles(replicates([second, first]));
}

/** Means of redrawn runs; of two lists the differences. */
function replicates([runs, others]: readonly (readonly (Uint8Array | Float64Array)[])[]): Float64Array {
  const n = runs![0]?.length ?? 0;
  const alike = [...runs!, ...(others ?? runs!)].every(({ length }) => length === n);
  if (n === 0 || !alike || (others && others.length !== runs!.length))
    throw new TrmError(
      'numeric',
      'bootstrap: expected as many runs of the same puzzles on both sides, one at least',
    );
  const random = new Random(0);
  const times = new Int32Array(n);
  return Float64Array.from({ length: REPLICATES }, () => {
    times.fill(0);
    for (let i = 0; i < n; i++) times[random.int(n)]!++;
    let sum = 0;
    for (let draw = 0; draw < runs!.length; draw++) {
      const at = random.int(runs!.length);
      const [run, other] = [runs![at]!, others?.[at]];
      for (let i = 0; i < n; i++) sum += times[i]! * (run[i]! - (other ? other[i]! : 0));
    }
    return sum / (n * runs!.length);
  });
}

/** Bounds of the middle 95 % of redrawn values, which are sorted. */
export function percentiles(values: Float64Array): Interval {
  values.sort();
  const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
  return { low: at(0.025), high: at(0.975) };
}
