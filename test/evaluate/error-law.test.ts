import { describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { fitLaw, type RunError } from '../../src/evaluate/error-law.ts';

/** Three seeds at each number, of which each is off by a tenth or so. */
function runs(numbers: readonly number[], error: (x: number) => number, noise = 0.1): RunError[] {
  const random = new Random(7);
  return numbers.flatMap((x) =>
    [0, 1, 2].map((seed) => ({ x, seed, error: Math.min(1, error(x) * Math.exp(noise * random.normal())) })),
  );
}
const doubled = (from: number, count: number) => Array.from({ length: count }, (_, i) => from * 2 ** i);

describe('a law that is known is found again', () => {
  test('a power', () => {
    const law = fitLaw(runs(doubled(10, 8), (x) => 4 * x ** -0.7))!;
    expect(law.form).toBe('power');
    expect(law.b).toBeCloseTo(0.7, 1);
    expect(law.a).toBeGreaterThan(3);
    expect(law.a).toBeLessThan(5);
    expect(law.bInterval.low).toBeLessThan(0.7);
    expect(law.bInterval.high).toBeGreaterThan(0.7);
    expect(law.bInterval.high - law.bInterval.low).toBeLessThan(0.15);
    expect(law.c).toBeUndefined();
    expect(law.scatter).toBeCloseTo(1.1, 1);
  });

  test('a power that ends at a floor', () => {
    const law = fitLaw(runs(doubled(10, 9), (x) => 0.04 + 9 * x ** -1.2))!;
    expect(law.form).toBe('power and floor');
    expect(law.b).toBeCloseTo(1.2, 0);
    expect(law.c).toBeCloseTo(0.04, 2);
    expect(law.cInterval!.low).toBeLessThan(0.04);
    expect(law.cInterval!.high).toBeGreaterThan(0.04);
    expect(law.criteria.power).toBeGreaterThan(10);
    const last = law.curve.at(-1)!;
    expect(last.x).toBeCloseTo(2560, 6);
    expect(last.y).toBeCloseTo(0.04, 2);
    expect(last.low).toBeLessThan(last.y);
    expect(last.high).toBeGreaterThan(last.y);
  });

  test('odds, where small numbers solve nothing', () => {
    const law = fitLaw(runs(doubled(1, 9), (x) => 1 / (1 + x ** 2 / 100), 0.02))!;
    expect(law.form).toBe('odds');
    expect(law.b).toBeCloseTo(2, 1);
    expect(law.a).toBeGreaterThan(90);
    expect(law.a).toBeLessThan(110);
  });

  test('odds with a floor', () => {
    const law = fitLaw(runs(doubled(1, 10), (x) => 0.05 + 0.95 / (1 + x ** 2 / 100), 0.02))!;
    expect(law.form).toBe('odds and floor');
    expect(law.b).toBeCloseTo(2, 1);
    expect(law.c).toBeCloseTo(0.05, 2);
  });
});

test('an error that grows has a negative exponent', () => {
  expect(fitLaw(runs(doubled(1, 6), (x) => 0.01 * x ** 0.5))!.b).toBeCloseTo(-0.5, 1);
});

test('the same runs give the same law', () => {
  const some = runs(doubled(10, 6), (x) => 4 * x ** -0.7);
  expect(fitLaw(some)).toEqual(fitLaw(some));
});

test('two numbers make no law, nor does nothing, nor runs that all fail', () => {
  expect(fitLaw(runs(doubled(1, 8), () => 0.99, 0))).toBeUndefined();
  expect(fitLaw(runs([10, 20], (x) => 1 / x))).toBeUndefined();
  expect(fitLaw([])).toBeUndefined();
  expect(Object.keys(fitLaw(runs([10, 20, 40], (x) => 1 / x))!.criteria)).toEqual(['power', 'odds']);
});
