/**
 * How sure an accuracy is: intervals for a proportion measured on n puzzles.
 *
 * Wilson's score interval rather than the textbook p ± z sqrt(p(1-p)/n): it stays inside [0, 1], and it still says
 * something when every puzzle or none was solved, which is common here.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 */
import { TrmError } from '../errors.ts';

/** Bounds of a proportion, 0 <= low <= high <= 1. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

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

/** Two methods on the same puzzles. */
export interface PairedDifference {
  /** Puzzles that both, only one, or none of the methods solved. */
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
  /** Share solved by the second minus share solved by the first. */
  readonly difference: number;
  /** 95 % interval of the difference, within [-1, 1]. */
  readonly interval: Interval;
  /** Probability of a split of the puzzles that only one solved at least as uneven as this, were the methods equal. */
  readonly pValue: number;
}

/**
 * Compares two methods puzzle by puzzle, which tells much more than two separate intervals: the puzzles that are easy or
 * hard for both say nothing about the difference.
 *
 * The interval is Newcombe's method 10, built from both Wilson intervals and the correlation of the outcomes; the
 * probability is McNemar's test in its exact form, two-sided.
 * Sources: R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based on
 * paired data", Statistics in Medicine 17 (1998); Q. McNemar, Psychometrika 12 (1947).
 *
 * @param first outcome of each puzzle, `[n]`, 1 where it was solved; `second` the same of the other method
 * @throws TrmError `numeric` when the lists are not equally long
 */
export function pairedDifference(first: ArrayLike<number>, second: ArrayLike<number>): PairedDifference {
  const n = first.length;
  if (n !== second.length) {
    throw new TrmError(
      'numeric',
      `pairedDifference: expected the same puzzles, got ${n} and ${second.length}`,
    );
  }
  const count = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) count[2 * Number(first[i]! > 0) + Number(second[i]! > 0)]!++;
  const [neither, onlySecond, onlyFirst, both] = count as [number, number, number, number];
  return {
    both,
    onlyFirst,
    onlySecond,
    neither,
    difference: n === 0 ? 0 : (onlySecond - onlyFirst) / n,
    interval: pairedInterval(both, onlySecond, onlyFirst, neither),
    pValue: exactMcNemar(onlyFirst, onlySecond),
  };
}

/** Newcombe's method 10 for p1 - p2, where b pairs succeeded under 1 only and c under 2 only. */
function pairedInterval(a: number, b: number, c: number, d: number): Interval {
  const n = a + b + c + d;
  if (n === 0) return { low: -1, high: 1 };
  const [p1, p2] = [(a + b) / n, (a + c) / n];
  const [one, two] = [wilsonInterval(a + b, n), wilsonInterval(a + c, n)];
  const product = a * d - b * c;
  const corrected = product > 0 ? Math.max(product - n / 2, 0) : product; // his continuity correction
  const margins = Math.sqrt((a + b) * (c + d) * (a + c) * (b + d));
  const correlation = margins === 0 ? 0 : corrected / margins;
  const distance = (x: number, y: number) => Math.sqrt(x * x - 2 * correlation * x * y + y * y);
  return {
    low: Math.max(-1, p1 - p2 - distance(p1 - one.low, two.high - p2)),
    high: Math.min(1, p1 - p2 + distance(one.high - p1, p2 - two.low)),
  };
}

/** Twice the smaller tail of the binomial distribution of b + c fair draws, at most 1. */
function exactMcNemar(b: number, c: number): number {
  const n = b + c;
  let logTerm = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(b, c); k++) {
    tail += Math.exp(logTerm);
    logTerm += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
