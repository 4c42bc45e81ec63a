import { describe, expect, it } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { differenceInterval, meanInterval } from '../../src/evaluate/bootstrap.ts';

/** Runs that solve each puzzle with probability p. */
function runs(count: number, n: number, p: number, seed: number): Uint8Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length: n }, () => Number(random.float() < p)),
  );
}

describe('the interval of a mean of runs', () => {
  it('is that of the puzzles where runs differ by chance alone', () => {
    const { low, high } = meanInterval(runs(1, 400, 0.5, 1));
    // 1.96 sqrt(p (1 - p) / n), the same to both sides
    expect(high - low).toBeGreaterThan(0.09);
    expect(high - low).toBeLessThan(0.11);
  });

  it('is as wide as the runs are apart', () => {
    const n = 1000;
    const { low, high } = meanInterval([
      new Uint8Array(n),
      new Uint8Array(n).fill(1),
      new Uint8Array(n).fill(1),
    ]);
    expect(low).toBe(0);
    expect(high).toBe(1);
  });

  it('is the same each time', () => {
    expect(meanInterval(runs(3, 50, 0.7, 2))).toEqual(meanInterval(runs(3, 50, 0.7, 2)));
  });
});

describe('the interval of a difference', () => {
  it('leaves out what both have in common', () => {
    const first = runs(3, 500, 0.5, 3);
    const better = first.map((run) => run.map((solved, i) => (i < 50 ? 1 : solved)));
    const { low, high } = differenceInterval(first, better);
    const mean =
      better
        .flatMap((run, r) => [...run].map((solved, i) => solved - first[r]![i]!))
        .reduce((a, b) => a + b, 0) / 1500;
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
    expect(high).toBeLessThan(0.1);
  });

  it('refuses runs of other puzzles', () => {
    expect(() => differenceInterval(runs(2, 5, 0.5, 1), runs(2, 6, 0.5, 1))).toThrow(/the same puzzles/);
    expect(() => differenceInterval(runs(2, 5, 0.5, 1), runs(3, 5, 0.5, 1))).toThrow(/as many runs/);
    expect(() => meanInterval([new Uint8Array(0)])).toThrow(/one at least/);
    expect(() => meanInterval([])).toThrow(/one at least/);
  });
});
