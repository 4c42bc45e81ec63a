/**
 * How a tensor lies in a buffer. Reshapes, transpositions, slices and expansions of a tensor are other views of the same
 * elements: they cost nothing, for kernels read their operands through strides.
 *
 * Each dimension of a view is a product of factors, the outer first, so that also a dimension made of two axes that do
 * not lie behind one another has a view: `[B*D, L]` of a tensor stored as `[B, L, D]` is (B: L*D, D: 1) by (L: D).
 */

import { type Shape, sizeOf } from '../shape.ts';

/** Part of a dimension: `size` steps of `stride` elements. */
export interface Factor {
  readonly size: number;
  readonly stride: number;
}

export type Dimension = readonly Factor[];

/** Where elements lie from the start of a buffer. */
export interface Layout {
  readonly offset: number;
  readonly dims: readonly Dimension[];
}

export const dimensionSize = (dim: Dimension): number => sizeOf(dim.map(({ size }) => size));

/** Row-major without gaps. */
export function dense(shape: Shape): Layout {
  let stride = 1;
  const dims = shape.toReversed().map((size): Dimension => {
    const dim = factors([{ size, stride }]);
    stride *= size;
    return dim;
  });
  return { offset: 0, dims: dims.reverse() };
}

export function isDense(layout: Layout): boolean {
  const all = factors(layout.dims.flat());
  return layout.offset === 0 && (all.length === 0 || (all.length === 1 && all[0]!.stride === 1));
}

/** Without factors of one step, and with neighbours that lie behind one another as one. */
export function factors(dim: Dimension): Dimension {
  const merged: Factor[] = [];
  for (const factor of dim) {
    if (factor.size === 1) continue;
    const outer = merged.at(-1);
    if (outer && outer.stride === factor.size * factor.stride)
      merged[merged.length - 1] = { size: outer.size * factor.size, stride: factor.stride };
    else merged.push(factor);
  }
  return merged;
}

/** The same elements in another shape; undefined where only a copy has it. */
export function reshaped(layout: Layout, shape: Shape): Layout | undefined {
  const left = factors(layout.dims.flat()).slice();
  const dims: Dimension[] = [];
  for (const size of shape.toReversed()) {
    let missing = size;
    const dim: Factor[] = [];
    while (missing > 1) {
      const inner = left.pop()!;
      if (missing % inner.size === 0) {
        dim.unshift(inner);
        missing /= inner.size;
        continue;
      }
      if (inner.size % missing !== 0) return undefined;
      dim.unshift({ size: missing, stride: inner.stride });
      left.push({ size: inner.size / missing, stride: inner.stride * missing });
      missing = 1;
    }
    dims.unshift(dim);
  }
  return { offset: layout.offset, dims };
}

export function transposed({ offset, dims }: Layout, permutation: readonly number[]): Layout {
  return { offset, dims: permutation.map((axis) => dims[axis]!) };
}

/** Elements `start` to `end` of an axis; undefined where only a copy has them. */
export function sliced(
  { offset, dims }: Layout,
  axis: number,
  start: number,
  end: number,
): Layout | undefined {
  const dim = dims[axis]!;
  const inner = dimensionSize(dim.slice(1));
  const [outer] = dim;
  if (end - start === dimensionSize(dim)) return { offset, dims };
  if (!outer || start % inner !== 0 || end % inner !== 0) return undefined;
  const part = factors([{ size: (end - start) / inner, stride: outer.stride }, ...dim.slice(1)]);
  return { offset: offset + (start / inner) * outer.stride, dims: dims.with(axis, part) };
}

/** Repeated to a shape that it broadcasts to. */
export function expanded({ offset, dims }: Layout, shape: Shape): Layout {
  const missing = shape.length - dims.length;
  return {
    offset,
    dims: shape.map((size, axis) => {
      const dim = dims[axis - missing];
      if (dim && dimensionSize(dim) === size) return dim;
      return factors([{ size, stride: 0 }]);
    }),
  };
}

/**
 * Factors of several views of one dimension with common sizes, the outer first: `result[view][factor]`. Undefined where
 * the sizes have no common refinement.
 */
export function refined(views: readonly Dimension[]): readonly Dimension[] | undefined {
  const left = views.map((dim) => dim.slice());
  const result: Factor[][] = views.map(() => []);
  for (;;) {
    const sizes = left.map((dim) => dim.at(-1)?.size ?? 1);
    const step = sizes.reduce((least, size) => (size > 1 && (least === 1 || size < least) ? size : least), 1);
    if (step === 1) return result;
    for (const [view, dim] of left.entries()) {
      const inner = dim.pop();
      if (!inner || inner.size % step !== 0) return undefined;
      result[view]!.unshift({ size: step, stride: inner.stride });
      if (inner.size > step) dim.push({ size: inner.size / step, stride: inner.stride * step });
    }
  }
}
