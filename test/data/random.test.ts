import { describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random.ts';

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.uint32());

describe('Random', () => {
  test('a seed fixes the stream, for good: checkpoints resume by these numbers', () => {
    expect(draw(new Random(1), 3)).toEqual(draw(new Random(1), 3));
    expect(draw(new Random(0), 3)).toEqual([1980762739, 3736565159, 1937893769]);
    expect(draw(new Random(42).fork('epoch', 3), 3)).toEqual([2168821026, 1949808647, 2783127978]);
  });

  test('state() and fromState() continue every kind of draw, through JSON', () => {
    const random = new Random(7);
    random.normal();
    random.shuffle([1, 2, 3]);
    const copy = Random.fromState(JSON.parse(JSON.stringify(random.state())));
    expect([copy.normal(), copy.float(), copy.int(10), ...copy.permutation(5), copy.uint32()]).toEqual([
      random.normal(),
      random.float(),
      random.int(10),
      ...random.permutation(5),
      random.uint32(),
    ]);
    expect(copy.fork('x').uint32()).toBe(random.fork('x').uint32());
  });

  test('fork neither advances nor follows the parent', () => {
    const parent = new Random(3);
    const before = parent.state();
    const early = draw(parent.fork('a'), 4);
    expect(parent.state()).toEqual(before);
    draw(parent, 100);
    expect(draw(parent.fork('a'), 4)).toEqual(early);
    expect(draw(parent.fork('a', 'b'), 4)).toEqual(draw(parent.fork('a').fork('b'), 4));
  });

  test('seeds and labels that look alike give different streams', () => {
    const root = new Random(1);
    const labels = [['a', 'b'], ['ab'], ['ba'], [1], ['1'], [1, 0], [-1], [0.5], ['']] as [string | number][];
    const streams = [
      ...[0, 1, 2, -1, 2 ** 32, 2 ** 40].map((seed) => new Random(seed)),
      ...labels.map((path) => root.fork(...path)),
    ];
    expect(new Set(streams.map((stream) => stream.float())).size).toBe(streams.length);
  });

  test('neighbouring seeds are uncorrelated from the first draw on', () => {
    const first = Array.from({ length: 2000 }, (_, seed) => new Random(seed).float());
    const mean = first.reduce((sum, x) => sum + x) / first.length;
    const lag = first.slice(1).reduce((sum, x, i) => sum + (x - mean) * (first[i]! - mean), 0) / first.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.025); // 4 standard errors
    expect(Math.abs(lag * 12)).toBeLessThan(0.09);
  });

  test('float, int and normal have their distributions', () => {
    const random = new Random(11);
    const n = 20_000;
    const floats = Array.from({ length: n }, () => random.float());
    expect(Math.min(...floats)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...floats)).toBeLessThan(1);
    expect(floats.reduce((a, b) => a + b) / n).toBeCloseTo(0.5, 1.9);

    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) counts[random.int(6)]!++;
    for (const count of counts) expect(Math.abs(count - n / 6)).toBeLessThan(4 * Math.sqrt(n / 6));

    const normals = Array.from({ length: n }, () => random.normal());
    const moment = (k: number) => normals.reduce((sum, x) => sum + x ** k, 0) / n;
    expect(Math.abs(moment(1))).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.04);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.3);
  });

  test('shuffle works in place and reaches every order equally often', () => {
    const random = new Random(5);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const array = ['a', 'b', 'c'];
      expect(random.shuffle(array)).toBe(array);
      counts.set(array.join(''), (counts.get(array.join('')) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });

  test('permutation and choose give distinct members in range', () => {
    const random = new Random(9);
    expect([...random.permutation(50)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
    for (let i = 0; i < 100; i++) {
      const chosen = [...random.choose(10, 4)];
      expect(new Set(chosen).size).toBe(4);
      expect(chosen.every((x) => x >= 0 && x < 10)).toBe(true);
    }
    expect([...random.choose(3, 3)].sort()).toEqual([0, 1, 2]);
    expect(random.choose(0, 0)).toHaveLength(0);
  });

  test('refuses what it cannot do', () => {
    const random = new Random(1);
    expect(() => new Random(1.5)).toThrow('seed: expected an integer, got 1.5');
    expect(() => random.int(0)).toThrow('need a positive integer');
    expect(() => random.choose(2, 3)).toThrow('cannot choose 3 of 2');
    expect(() => Random.fromState([1, 2, 3])).toThrow('not the state of a random stream');
    expect(() => Random.fromState([1, 2, 3, 4, 0, 0, 0, 0])).toThrow('not the state');
    expect(() => Random.fromState([1, 2, 3, 4, 5, 6, 7, 0.5])).toThrow('not the state');
  });
});
