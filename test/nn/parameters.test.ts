/** How weights begin, and how they are named. */

import { describe, expect, it, test } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { input, trace } from '../../src/graph/trace.ts';
import { fill, initialize, linearSpec, part, prefixed, truncatedNormal } from '../../src/nn/parameters.ts';

const drawn = (std: number, seed: number, size = 40_000) => {
  const random = new Random(seed);
  const target = new Float32Array(size);
  initialize(target, truncatedNormal(std), () => random.normal());
  return target;
};

describe('truncatedNormal', () => {
  it.each([1, 0.02])('has mean 0 and the standard deviation asked for (%f)', (std) => {
    const values = Array.from(drawn(std, 1), (value) => value / std);
    const mean = values.reduce((sum, value) => sum + value) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02); // 4 standard errors
    expect(Math.abs(Math.sqrt(variance) - 1)).toBeLessThan(0.012);
  });

  it('is cut at two deviations of the underlying normal, not clipped there', () => {
    // The deviation of a unit normal cut at ±2: 1 - 4 phi(2) / (2 Phi(2) - 1), under the root.
    const phi = Math.exp(-2) / Math.sqrt(2 * Math.PI);
    const bound = 2 / Math.sqrt(1 - (4 * phi) / 0.9544997361036416);
    const values = Array.from(drawn(1, 2), Math.abs).sort((a, b) => b - a);
    expect(values[0]).toBeLessThanOrEqual(bound);
    expect(values[0]).toBeGreaterThan(0.99 * bound);
    expect(new Set(values.slice(0, 20)).size).toBe(20);
  });

  it('repeats with its source of numbers', () => {
    expect(drawn(1, 3, 100)).toEqual(drawn(1, 3, 100));
    expect(drawn(1, 3, 100)).not.toEqual(drawn(1, 4, 100));
  });
});

test('fill sets every element and draws nothing', () => {
  const target = new Float32Array(3);
  initialize(target, fill(-5), () => {
    throw new Error('drew a number');
  });
  expect(Array.from(target)).toEqual([-5, -5, -5]);
});

test('a linear map [in, out] begins LeCun-normal', () => {
  const init = { kind: 'truncatedNormal', std: 1 / 8 };
  expect(linearSpec(64, 10)).toEqual({ shape: [64, 10], init, group: 'matrices' });
});

test('prefixed names a part, part takes it out again', () => {
  const specs = { gate: linearSpec(2, 3), down: linearSpec(3, 2) };
  expect(Object.keys(prefixed('layers.0.mlp', specs))).toEqual(['layers.0.mlp.gate', 'layers.0.mlp.down']);
  trace('parts', () => {
    const [gate, other] = [input('gate', [1]), input('other', [1])];
    expect(part({ 'layers.1.gate': gate, 'layers.10.gate': other, head: other }, 'layers.1')).toEqual({
      gate,
    });
    return { gate2: gate };
  });
});
