/** The reference interpreter: hand-made numbers, and ONNX Runtime on random ones (the other engines: test/runtime). */

import { describe, expect, it, test } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { interpret } from '../../src/graph/interpret.ts';
import { add, cast, equal, maximum, mul, where } from '../../src/graph/ops/elementwise.ts';
import { argMax, max, softmax } from '../../src/graph/ops/reduce.ts';
import { input, trace } from '../../src/graph/trace.ts';
import type { HostTensor } from '../../src/runtime/backend.ts';
import { operatorCases, operatorNames, traceCase } from './operator-cases.ts';
import { backend } from './support.ts';

describe('on random operands it says what ONNX Runtime says', () => {
  it.each(operatorNames)('%s', async (name) => {
    for (let seed = 0; seed < 4; seed++) {
      const drawn = operatorCases[name](new Random(seed));
      const feeds = Object.fromEntries(drawn.operands.map((operand, i) => [`x${i}`, operand as HostTensor]));
      const graph = trace(name, () => ({ y: traceCase('x', drawn) }));
      const program = await backend.compile(graph);
      const theirs = (await program.run(feeds)).y!;
      await program.dispose();
      const numbers = Object.entries(feeds).map(([key, { data }]) => [key, data] as const);
      const ours = interpret(graph, Object.fromEntries(numbers)).y!;
      expect(ours.length).toBe(theirs.data.length);
      const size = ours.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      for (const [i, value] of ours.entries())
        expect(Math.abs(value - Number(theirs.data[i])), `seed ${seed}, ${i}`).toBeLessThan(2e-6 * size);
    }
  });
});

const once = (build: Parameters<typeof trace>[1], inputs: Record<string, number[]>, precision?: 'float64') =>
  Object.fromEntries(
    Object.entries(interpret(trace('once', build), inputs, precision)).map(([name, data]) => [
      name,
      [...data],
    ]),
  );

test('float32 is rounded after every operator, float64 is not', () => {
  const build = () => ({ y: add(mul(input('x', [1]), 3), 1e-9) });
  const x = [1 / 3];
  expect(once(build, { x }).y).toEqual([
    Math.fround(Math.fround(Math.fround(1 / 3) * 3) + Math.fround(1e-9)),
  ]);
  expect(once(build, { x }, 'float64').y).toEqual([(1 / 3) * 3 + Math.fround(1e-9)]);
});

test('float16 has its rounding and its range', () => {
  const build = () => ({ y: cast(cast(input('x', [5]), 'float16'), 'float32') });
  const x = [1 + 2 ** -11, 65_519, 65_520, -1e9, 0.1];
  const infinity = Number.POSITIVE_INFINITY;
  expect(once(build, { x }).y).toEqual([1, 65_504, infinity, -infinity, 0.0999755859375]);
});

test('casts cut off towards zero, and anything but zero is true', () => {
  const build = () => ({ i: cast(input('x', [4]), 'int32'), b: cast(input('y', [3]), 'bool') });
  expect(once(build, { x: [1.9, -1.9, 0.2, -0.2], y: [0, -3, 0.5] })).toEqual({
    i: [1, -1, 0, -0],
    b: [0, 1, 1],
  });
});

test('where chooses, equal compares, the first of equal maxima is taken', () => {
  const build = () => {
    const x = input('x', [2, 3]);
    const largest = max(x, [1], true);
    return {
      chosen: where(equal(x, largest), maximum(x, 4), -1),
      at: argMax(x, 1),
      across: argMax(x, 0),
      share: softmax(mul(x, 0)),
    };
  };
  expect(once(build, { x: [1, 5, 5, 3, 2, 0] })).toEqual({
    chosen: [-1, 5, 5, 4, -1, -1],
    at: [1, 0],
    across: [1, 0, 0],
    share: Array(6).fill(Math.fround(1 / 3)),
  });
});
