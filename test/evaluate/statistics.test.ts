import { describe, expect, it } from 'vitest';
import { TrmError } from '../../src/errors.ts';
import { wilsonInterval } from '../../src/evaluate/statistics.ts';

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
