/**
 * How sure an accuracy is: intervals for a proportion measured on n puzzles.
 *
 * Wilson's score interval rather than the textbook p ± z sqrt(p(1-p)/n): it stays inside [0, 1], and it still says
 * something when every puzzle or none was solved, which is common here.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 */
import { TrmError } from '../errors.ts';

/** Bounds of a proportion, 0 <= low <= high <= 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval of a proportion.
 *
 * @param successes how many of `n` succeeded, 0..n
 * @param n number of trials; 0 gives [0, 1], since nothing is known
 * @param z width in standard deviations; 1.959964 is 95 %
 * @throws TrmError `numeric` when the counts make no proportion
 */
export function wilsonInterval(successes: number, n: number, z = 1.959964): Interval {
  if (!(n >= 0 && Number.isFinite(n) && successes >= 0 && successes <= n)) {
    throw new TrmError('numeric', `wilsonInterval: expected 0 <= successes <= n, got ${successes} of ${n}`);
  }
  if (n === 0) return { low: 0, high: 1 };
  const p = successes / n;
  const z2 = z * z;
  const middle = p + z2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  // At the ends the bound is exact; rounding must not move it.
  return {
    low: successes === 0 ? 0 : (middle - half) / scale,
    high: successes === n ? 1 : (middle + half) / scale,
  };
}
