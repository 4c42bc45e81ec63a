/**
 * Preparing a long, noisy series for drawing: fewer points, then a light smoothing.
 *
 * Means of equal runs of rows rather than every k-th row: no row is lost, and the noise shrinks as it should.
 * Values that are not finite (no example finished in that step, a diverged loss) are dropped at the start.
 */

import { mean } from '../../evaluate/statistics.ts';

/** A point of a curve: x is the optimizer step. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The finite ones of `points`. */
export function finite(points: readonly Point[]): Point[] {
  return points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
}

/** At most `limit` points, each the mean of a run of equally many neighbours. */
export function downsample(points: readonly Point[], limit: number): Point[] {
  const run = Math.ceil(points.length / limit);
  if (run <= 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / run) }, (_, i) => {
    const some = points.slice(i * run, (i + 1) * run);
    return { x: mean(some.map((p) => p.x)), y: mean(some.map((p) => p.y)) };
  });
}

/** Mean over `radius` points on either side, fewer at the ends so that they are not bent. */
export function smooth(points: readonly Point[], radius: number): Point[] {
  return points.map(({ x }, i) => {
    const reach = Math.min(radius, i, points.length - 1 - i);
    return { x, y: mean(points.slice(i - reach, i + reach + 1).map((p) => p.y)) };
  });
}
