import { describe, expect, it } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { TrmError } from '../../src/errors.ts';
import { pairedDifference, wilsonInterval } from '../../src/evaluate/statistics.ts';

describe('wilsonInterval', () => {
  // The four examples of R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3, to its four decimals.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i is [%f, %f]', (successes, n, low, high) => {
    const interval = wilsonInterval(successes, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('mirrors when successes and failures swap', () => {
    const some = wilsonInterval(13, 128);
    const rest = wilsonInterval(128 - 13, 128);
    expect(1 - rest.high).toBeCloseTo(some.low, 12);
    expect(1 - rest.low).toBeCloseTo(some.high, 12);
  });

  it('is exact at the ends', () => {
    expect(wilsonInterval(0, 7).low).toBe(0);
    expect(wilsonInterval(7, 7).high).toBe(1);
    expect(wilsonInterval(7, 7).low).toBeCloseTo(7 / (7 + 1.959964 ** 2), 12); // n / (n + z²)
  });

  it('knows nothing from no trials', () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('shrinks to the proportion at z = 0', () => {
    expect(wilsonInterval(3, 4, 0)).toEqual({ low: 0.75, high: 0.75 });
  });

  it.each([
    [-1, 5],
    [6, 5],
    [Number.NaN, 5],
    [1, Number.POSITIVE_INFINITY],
  ])('refuses %f of %f', (successes, n) => {
    expect(() => wilsonInterval(successes, n)).toThrow(TrmError);
    expect(() => wilsonInterval(successes, n)).toThrow(`got ${successes} of ${n}`);
  });
});

/** Outcomes with so many puzzles that both, only the first, only the second and none solved. */
function outcomes(both: number, onlyFirst: number, onlySecond: number, neither: number) {
  const of = (a: number, b: number, c: number, d: number) =>
    [a, b, c, d].flatMap((value, i) => Array<number>([both, onlyFirst, onlySecond, neither][i]!).fill(value));
  return [of(1, 1, 0, 0), of(1, 0, 1, 0)] as const;
}

describe('pairedDifference', () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998) 2635-2650, method 10, to four decimals; his sign is the other one.
  it.each([
    [36, 12, 2, 0, 0.0569, 0.3404],
    [20, 12, 2, 16, 0.0562, 0.3292],
    [36, 14, 0, 0, 0.1528, 0.4167],
    [18, 14, 0, 18, 0.1441, 0.3963],
    [54, 0, 0, 0, -0.0664, 0.0664],
  ])('%i, %i, %i, %i gives the published interval', (both, onlyFirst, onlySecond, neither, low, high) => {
    const [first, second] = outcomes(both, onlyFirst, onlySecond, neither);
    const { interval, difference, ...counts } = pairedDifference(second, first);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
    expect(difference).toBeCloseTo((onlyFirst - onlySecond) / (both + onlyFirst + onlySecond + neither), 12);
    expect(counts).toMatchObject({ both, onlyFirst: onlySecond, onlySecond: onlyFirst, neither });
  });

  it.each([
    [5, 0, 2 / 2 ** 5],
    [1, 9, (2 * (1 + 10)) / 2 ** 10],
    [6, 2, (2 * (1 + 8 + 28)) / 2 ** 8],
    [4, 4, 1],
    [0, 0, 1],
  ])('the exact test of %i against %i is the binomial tail', (onlyFirst, onlySecond, p) => {
    expect(pairedDifference(...outcomes(7, onlyFirst, onlySecond, 3)).pValue).toBeCloseTo(p, 12);
  });

  it('mirrors when the methods swap', () => {
    const [first, second] = outcomes(40, 13, 5, 22);
    const [there, back] = [pairedDifference(first, second), pairedDifference(second, first)];
    expect(back.difference).toBe(-there.difference);
    expect(back.interval.low).toBeCloseTo(-there.interval.high, 12);
    expect(back.interval.high).toBeCloseTo(-there.interval.low, 12);
    expect(back.pValue).toBe(there.pValue);
  });

  it('covers the true difference about 95 times in 100', () => {
    const random = new Random(5);
    const trials = 2000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const [first, second] = [new Uint8Array(60), new Uint8Array(60)];
      for (let i = 0; i < 60; i++) {
        const hard = random.float() < 0.3; // hard puzzles are hard for both
        first[i] = Number(random.float() < (hard ? 0.1 : 0.8));
        second[i] = Number(random.float() < (hard ? 0.2 : 0.9));
      }
      const { interval } = pairedDifference(first, second);
      if (interval.low <= 0.1 && interval.high >= 0.1) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.93);
    expect(covered / trials).toBeLessThan(0.985);
  });

  it('knows nothing from no puzzles, and refuses unequal lists', () => {
    expect(pairedDifference([], [])).toMatchObject({
      difference: 0,
      interval: { low: -1, high: 1 },
      pValue: 1,
    });
    expect(() => pairedDifference([1], [1, 0])).toThrow('expected the same puzzles, got 1 and 2');
  });

  it('works on a million puzzles', () => {
    const [first, second] = outcomes(400_000, 51_000, 49_000, 500_000);
    expect(pairedDifference(first, second).pValue).toBeLessThan(1e-9);
  });
});
