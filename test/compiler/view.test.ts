/** Views against the interpreter: which element of the buffer lies where, after any reshapes, transpositions and slices. */

import { describe, expect, it, test } from 'vitest';
import {
  type Dimension,
  dense,
  dimensionSize,
  expanded,
  isDense,
  type Layout,
  refined,
  reshaped,
  sliced,
  transposed,
} from '../../src/compiler/view.ts';
import { Random } from '../../src/data/random.ts';
import { interpret } from '../../src/graph/interpret.ts';
import * as s from '../../src/graph/ops/shape.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { input, trace } from '../../src/graph/trace.ts';
import { type Shape, sizeOf } from '../../src/shape.ts';

/** Offsets of the steps of a dimension, in order. */
const steps = (dim: Dimension): number[] =>
  dim.reduce(
    (outer, { size, stride }) =>
      outer.flatMap((start) => Array.from({ length: size }, (_, i) => start + i * stride)),
    [0],
  );

/** Where each element lies, in row-major order. */
const places = ({ offset, dims }: Layout): number[] => steps(dims.flat()).map((place) => offset + place);

/** Every size whose product is `size`, in a random split. */
function split(random: Random, size: number): number[] {
  const parts: number[] = [];
  for (let left = size; left > 1; ) {
    const divisors = Array.from({ length: left }, (_, i) => i + 1).filter((n) => left % n === 0);
    const next = divisors[random.int(divisors.length)]!;
    parts.push(next);
    left /= next;
  }
  return parts.length > 0 ? parts : [1];
}

interface Step {
  readonly shape: Shape;
  readonly view: (layout: Layout) => Layout | undefined;
  readonly build: (x: Tensor) => Tensor;
}

function randomStep(random: Random, shape: Shape): Step {
  switch (random.int(4)) {
    case 0: {
      const to = split(random, sizeOf(shape));
      return { shape: to, view: (layout) => reshaped(layout, to), build: (x) => s.reshape(x, to) };
    }
    case 1: {
      const order = Array.from(random.permutation(shape.length));
      return {
        shape: order.map((axis) => shape[axis]!),
        view: (layout) => transposed(layout, order),
        build: (x) => s.transpose(x, order),
      };
    }
    case 2: {
      const axis = random.int(shape.length);
      const start = random.int(shape[axis]!);
      const end = start + 1 + random.int(shape[axis]! - start);
      return {
        shape: shape.with(axis, end - start),
        view: (layout) => sliced(layout, axis, start, end),
        build: (x) => s.slice(x, axis, start, end),
      };
    }
    default: {
      const to = [2, ...shape.map((size) => (size === 1 ? 3 : size))];
      if (sizeOf(to) > 2000) return randomStep(random, shape);
      return { shape: to, view: (layout) => expanded(layout, to), build: (x) => s.expand(x, to) };
    }
  }
}

test('a view shows the elements that the interpreter has; few steps need a copy', () => {
  const random = new Random(5);
  let [taken, copied] = [0, 0];
  for (let round = 0; round < 400; round++) {
    const start = Array.from({ length: 1 + random.int(4) }, () => 1 + random.int(6));
    const done: Step[] = [];
    let [layout, shape]: [Layout, Shape] = [dense(start), start];
    for (let i = 0; i < 5; i++) {
      const step = randomStep(random, shape);
      const next = step.view(layout);
      taken++;
      if (!next) {
        copied++;
        continue;
      }
      done.push(step);
      [layout, shape] = [next, step.shape];
      expect(layout.dims.map(dimensionSize)).toEqual([...shape]);
    }
    const graph = trace('views', () => ({ y: done.reduce((x, { build }) => build(x), input('x', start)) }));
    const numbers = Array.from({ length: sizeOf(start) }, (_, i) => i);
    const expected = Array.from(interpret(graph, { x: numbers }).y!);
    expect(places(layout)).toEqual(expected);
    if (isDense(layout)) expect(expected).toEqual(expected.map((_, i) => i));
  }
  expect(copied / taken).toBeLessThan(0.2);
});

describe('what has no view', () => {
  it('a reshape across axes that do not lie behind one another', () => {
    expect(reshaped(transposed(dense([3, 4]), [1, 0]), [12])).toEqual({
      offset: 0,
      dims: [
        [
          { size: 4, stride: 1 },
          { size: 3, stride: 4 },
        ],
      ],
    });
    expect(reshaped(transposed(dense([3, 4]), [1, 0]), [6, 2])).toBeUndefined();
  });

  it('a slice that cuts through a factor', () => {
    const columns = reshaped(transposed(dense([3, 4]), [1, 0]), [12])!;
    expect(places(sliced(columns, 0, 3, 9)!)).toEqual([1, 5, 9, 2, 6, 10]);
    expect(sliced(columns, 0, 1, 3)).toBeUndefined();
  });
});

describe('views refined together', () => {
  it('have the same sizes, and each its own elements', () => {
    const random = new Random(6);
    let found = 0;
    for (let round = 0; round < 500; round++) {
      const size = [12, 16, 24, 36][random.int(4)]!;
      const views = Array.from({ length: 1 + random.int(3) }, () =>
        split(random, size).flatMap((part): Dimension => {
          return part === 1 ? [] : [{ size: part, stride: random.int(50) }];
        }),
      );
      const common = refined(views);
      if (!common) {
        expect(views.length).toBeGreaterThan(1);
        continue;
      }
      found++;
      const sizes = common.map((dim) => dim.map((factor) => factor.size));
      for (const [i, view] of views.entries()) {
        expect(sizes[i]).toEqual(sizes[0]);
        expect(steps(common[i]!)).toEqual(steps(view));
      }
    }
    expect(found).toBeGreaterThan(150);
  });

  it('are none where no sizes divide both', () => {
    const of = (...sizes: number[]): Dimension => sizes.map((size, i) => ({ size, stride: 7 * i + 1 }));
    expect(refined([of(2, 3), of(3, 2)])).toBeUndefined();
    expect(refined([of(2, 2, 3), of(4, 3)])!.map((dim) => dim.map(({ size }) => size))).toEqual([
      [2, 2, 3],
      [2, 2, 3],
    ]);
  });
});
