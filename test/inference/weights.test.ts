/** All weights in one vector: where each stands, views, and fresh values. */

import { expect, test } from 'vitest';
import { initialWeights, layoutOf, views } from '../../src/inference/weights.ts';
import { fill, type ParameterSpecs, truncatedNormal } from '../../src/nn/parameters.ts';

const specs: ParameterSpecs = {
  a: { shape: [3, 5], init: truncatedNormal(1), group: 'matrices' }, // 15 elements take 16
  b: { shape: [16], init: fill(2), group: 'vectors' },
  c: { shape: [], init: fill(3), group: 'vectors' },
  d: { shape: [17], init: truncatedNormal(0.5), group: 'vectors' },
};

test('weights begin at multiples of 16 elements', () => {
  const { offsets, size, count } = layoutOf(specs);
  expect([...offsets]).toEqual([
    ['a', 0],
    ['b', 16],
    ['c', 32],
    ['d', 48],
  ]);
  expect({ size, count }).toEqual({ size: 80, count: 15 + 16 + 1 + 17 });
  expect(layoutOf({})).toMatchObject({ size: 0, count: 0 });
});

test('views are the weights themselves, under any name', () => {
  const flat = Float32Array.from({ length: 80 }, (_, i) => i);
  const found = views(layoutOf(specs), flat, (name) => `parameter/${name}`);
  expect(Object.keys(found)).toEqual(['parameter/a', 'parameter/b', 'parameter/c', 'parameter/d']);
  expect(found['parameter/a']).toMatchObject({ dtype: 'float32', shape: [3, 5] });
  expect(found['parameter/a']!.data).toHaveLength(15);
  expect([...found['parameter/c']!.data]).toEqual([32]);
  expect(found['parameter/d']!.data[16]).toBe(64);
  found['parameter/b']!.data[1] = -1;
  expect(flat[17]).toBe(-1);
});

test('fresh weights draw from a stream of their own name; the padding stays 0', () => {
  const asked: string[] = [];
  const normalFor = (name: string) => {
    asked.push(name);
    return () => (name === 'a' ? 1 : -1);
  };
  const layout = layoutOf(specs);
  const flat = initialWeights(layout, normalFor);
  const of = (name: string) => [...new Set(views(layout, flat)[name]!.data as Float32Array)];
  const unit = 1 / 0.8796256610342398; // deviation of a normal cut off at 2
  expect(of('a')).toEqual([Math.fround(unit)]);
  expect(of('b')).toEqual([2]);
  expect(of('c')).toEqual([3]);
  expect(of('d')).toEqual([Math.fround(-unit / 2)]);
  expect(flat[15]).toBe(0);
  expect([...flat.subarray(33, 48)]).toEqual(new Array(15).fill(0));
  expect(asked).toEqual(['a', 'b', 'c', 'd']);
});
