/** The index space of a fused operator: over which axes it runs, in the order in which its operands lie. */

import type { Shape } from '../shape.ts';
import type { Operand } from './loops.ts';
import type { Elements, Value } from './value.ts';
import { type Dimension, expanded, factors, refined } from './view.ts';

export interface Space {
  /** Sizes, the outer first, none of them 1. */
  readonly axes: readonly number[];
  readonly reduced: readonly boolean[];
  readonly operands: readonly Operand[];
  /** The dimensions of the shape, from strides of the axes. */
  readonly dimsOf: (strides: readonly number[]) => readonly Dimension[];
}

/** Copies of operands whose dimensions are split in ways that do not go together. */
export interface Copies {
  densely(value: Value): Elements;
  copy(value: Value): Elements;
}

/**
 * The space of an operator over `shape`, in the order in which operand `main` lies.
 *
 * @param reducedDims dimensions of `shape` that the operator reduces.
 */
export function spaceOf(
  values: readonly Value[],
  shape: Shape,
  main: number,
  copies: Copies,
  reducedDims: readonly number[] = [],
): Space {
  const spread = (all: readonly Value[]) =>
    all.map((value) =>
      value.kind === 'number'
        ? { offset: 0, dims: shape.map((size): Dimension => factors([{ size, stride: 0 }])) }
        : expanded(value.layout, shape),
    );
  let layouts = spread(values);
  const split = () => shape.map((_, dim) => refined(layouts.map((layout) => layout.dims[dim]!)));
  let perDim = split();
  let sources = values;
  if (perDim.includes(undefined)) {
    sources = values.map((value, i) =>
      value.kind === 'elements' && i !== main && layouts[i]!.dims.some((dim) => dim.length > 1)
        ? copies.densely(value)
        : value,
    );
    layouts = spread(sources);
    perDim = split();
    if (perDim.includes(undefined)) {
      sources = sources.map((value) => (value.kind === 'elements' ? copies.copy(value) : value));
      layouts = spread(sources);
      perDim = split();
    }
  }
  const axes = perDim.flatMap((views, dim) =>
    views![0]!.map((factor, i) => ({
      dim,
      size: factor.size,
      strides: views!.map((view) => view[i]!.stride),
    })),
  );
  const order = physicalOrder(axes.map(({ strides }) => strides[main]!));
  const sorted = order.map((i) => axes[i]!);
  return {
    axes: sorted.map(({ size }) => size),
    reduced: sorted.map(({ dim }) => reducedDims.includes(dim)),
    operands: sources.map((value, i): Operand => {
      if (value.kind === 'number') return { kind: 'number', value: value.value, dtype: value.dtype };
      return {
        kind: 'elements',
        buffer: value.buffer,
        offset: layouts[i]!.offset,
        strides: sorted.map(({ strides }) => strides[i]!),
      };
    }),
    dimsOf: (strides: readonly number[]): readonly Dimension[] =>
      shape.map((_, dim) => {
        const own = axes.flatMap((axis, i) =>
          axis.dim === dim ? [{ size: axis.size, stride: strides[order.indexOf(i)]! }] : [],
        );
        return factors(reducedDims.includes(dim) ? [] : own);
      }),
  };
}

/** The operand with the most elements of its own. */
export function mainOf(values: readonly Value[]): number {
  const sizes = values.map((value) =>
    value.kind === 'number'
      ? 0
      : value.layout.dims
          .flat()
          .reduce((size, factor) => (factor.stride === 0 ? size : size * factor.size), 1),
  );
  return sizes.indexOf(Math.max(...sizes));
}

/** Axes in the order of their strides, the largest first; one that repeats elements stays behind the one before it. */
function physicalOrder(strides: readonly number[]): number[] {
  const moving = strides.map((_, i) => i).filter((i) => strides[i] !== 0);
  const order = moving.toSorted((a, b) => strides[b]! - strides[a]! || a - b);
  strides.forEach((stride, i) => {
    if (stride === 0) order.splice(i === 0 ? 0 : order.indexOf(i - 1) + 1, 0, i);
  });
  return order;
}
