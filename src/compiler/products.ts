/**
 * Matrix products as calls on strided operands. The result lies in the order that needs no copy: where the left
 * operand's rows are contiguous (a mixer over positions reads `[B*D, L]` of `[B, L, D]`), the transposed product is
 * computed, with the weights from the left.
 */

import type { ProductAttributes } from '../graph/tensor.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Builder } from './builder.ts';
import type { Part, Place, ProductAxis } from './program.ts';
import { type Elements, partOf, refuseType, start, type Value } from './value.ts';
import { type Dimension, dense, expanded, factors, type Layout, refined } from './view.ts';

export interface Product extends ProductAttributes {
  /** Order of the result's axes in memory, where it is known how it will be read. */
  readonly order?: readonly number[];
  /** What the product adds to, where it lies. */
  readonly into?: Elements | undefined;
}

/** Lowers a product, plus `c` where that is given. */
export function lowerProduct(build: Builder, of: Product, left: Value, right: Value, c?: Value): Value {
  if (left.dtype !== 'float32') refuseType('products', left.dtype);
  const part = partOf(left, right, ...(c ? [c] : []));
  let [a, b] = [build.elements(left), build.elements(right)];
  for (;;) {
    const plan = planned(build, a, b, of, part);
    if ('copy' in plan) {
      if (plan.copy === 'a') a = build.copy(a);
      else b = build.copy(b);
      continue;
    }
    const { target } = plan;
    if (c && !(c.kind === 'elements' && c.buffer === target.buffer))
      build.write(c, target, of.into !== undefined);
    build.call(
      part,
      {
        kind: 'product',
        ...plan.call,
        scale: of.scale,
        accumulate: c !== undefined || of.into !== undefined,
        c: start(target),
      },
      [plan.call.a.buffer, plan.call.b.buffer, target.buffer],
      target.buffer,
    );
    return target;
  }
}

interface Plan {
  readonly target: Elements;
  readonly call: {
    readonly batch: readonly ProductAxis[];
    readonly m: ProductAxis;
    readonly n: ProductAxis;
    readonly k: ProductAxis;
    readonly s: ProductAxis;
    readonly a: Place;
    readonly b: Place;
  };
}

const one: ProductAxis = { size: 1, a: 0, b: 0, c: 0 };

/** @returns how to do it, or which operand must be copied first. */
function planned(
  build: Builder,
  left: Elements,
  right: Elements,
  { transposeA, transposeB, order, into: given }: Product,
  part: Part,
): Plan | { readonly copy: 'a' | 'b' } {
  const [aRank, bRank] = [left.shape.length, right.shape.length];
  const leadingRank = Math.max(aRank, bRank) - 2;
  const leading = Array.from({ length: leadingRank }, (_, axis) =>
    Math.max(
      left.shape[axis - leadingRank + aRank - 2] ?? 1,
      right.shape[axis - leadingRank + bRank - 2] ?? 1,
    ),
  );
  const spread = ({ layout, shape }: Elements) => expanded(layout, [...leading, ...shape.slice(-2)]).dims;
  const [aDims, bDims] = [spread(left), spread(right)];
  const aM = aDims.at(transposeA ? -1 : -2)!;
  const aK = aDims.at(transposeA ? -2 : -1)!;
  const bK = bDims.at(transposeB ? -1 : -2)!;
  const bN = bDims.at(transposeB ? -2 : -1)!;
  const [M, N] = [left.shape.at(transposeA ? -1 : -2)!, right.shape.at(transposeB ? -2 : -1)!];

  const canPack = (operand: Elements) => operand.buffer.part === 'once' && part === 'rows';
  const contiguous = (dim: Dimension) => dim.length === 0 || dim.at(-1)!.stride === 1;
  const swap = given
    ? !contiguous(given.layout.dims.at(-1)!)
    : !order && aM.length > 0 && contiguous(aM) && (!contiguous(bN) || canPack(right));

  const shape = [...leading, M, N];
  const target = given ?? fresh(build, shape, part, { leading, aM, swap, order });
  const cDims = target.layout.dims;
  const ks = refined([aK, bK]);
  const ms = refined([aM, cDims.at(-2)!]);
  const ns = refined([bN, cDims.at(-1)!]);
  const batches = leading.map((_, axis) => refined([aDims[axis]!, bDims[axis]!, cDims[axis]!]));
  const longer = (x: Dimension, y: Dimension) => (x.length >= y.length ? 'a' : 'b');
  if (!ks || ks[0]!.length > 2) return { copy: longer(aK, bK) };
  if (!ms || batches.includes(undefined)) return { copy: 'a' };
  if (!ns) return { copy: 'b' };

  const mAxes = ms[0]!.map(
    ({ size, stride }, i): ProductAxis => ({ size, a: stride, b: 0, c: ms[1]![i]!.stride }),
  );
  const nAxes = ns[0]!.map(
    ({ size, stride }, i): ProductAxis => ({ size, a: 0, b: stride, c: ns[1]![i]!.stride }),
  );
  const kAxes = ks[0]!.map(
    ({ size, stride }, i): ProductAxis => ({ size, a: stride, b: ks[1]![i]!.stride, c: 0 }),
  );
  const batch = batches.flatMap((views) =>
    views![0]!.map(
      ({ size, stride }, i): ProductAxis => ({
        size,
        a: stride,
        b: views![1]![i]!.stride,
        c: views![2]![i]!.stride,
      }),
    ),
  );
  let m = mAxes.pop() ?? one;
  let n = nAxes.pop() ?? { ...one, c: 1 };
  const k = kAxes.pop() ?? { ...one, size: 1 };
  const s = kAxes.pop() ?? one;
  let rest = [...batch, ...mAxes, ...nAxes];
  let [a, b]: [Place, Place] = [start(left), start(right)];
  if (swap) {
    const mirrored = ({ size, a, b, c }: ProductAxis): ProductAxis => ({ size, a: b, b: a, c });
    [m, n] = [mirrored(n), mirrored(m)];
    rest = rest.map(mirrored);
    [a, b] = [b, a];
    return finish(
      build,
      target,
      { rest, m, n, k: mirrored(k), s: mirrored(s), a, b },
      canPack(right),
      canPack(left),
    );
  }
  return finish(build, target, { rest, m, n, k, s, a, b }, canPack(left), canPack(right));
}

/** Merges what can be merged, and packs what is used again and again. */
function finish(
  build: Builder,
  target: Elements,
  {
    rest,
    m: rows,
    n,
    k,
    s,
    a,
    b,
  }: {
    rest: ProductAxis[];
    m: ProductAxis;
    n: ProductAxis;
    k: ProductAxis;
    s: ProductAxis;
    a: Place;
    b: Place;
  },
  packA: boolean,
  packB: boolean,
): Plan {
  let m = rows;
  const batch = rest.filter(({ size }) => size > 1);
  for (;;) {
    const next = batch.findIndex(
      (axis) => axis.b === 0 && axis.a === m.size * m.a && axis.c === m.size * m.c,
    );
    if (next < 0) break;
    m = { ...m, size: m.size * batch[next]!.size };
    batch.splice(next, 1);
  }
  if (n.size > 1 && n.c !== 1) throw new Error('a product writes its columns next to one another');
  const call = { batch, m, n, k, s, a, b };
  if (packA && s.size === 1 && batch.every((axis) => axis.a === 0))
    return {
      target,
      call: {
        ...call,
        a: packed(build, 'a', a, { size: m.size, stride: m.a }, { size: k.size, stride: k.a }),
      },
    };
  if (packB && s.size === 1 && batch.every((axis) => axis.b === 0))
    return {
      target,
      call: {
        ...call,
        b: packed(build, 'b', b, { size: n.size, stride: n.b }, { size: k.size, stride: k.b }),
      },
    };
  return { target, call };
}

interface Extent {
  readonly size: number;
  readonly stride: number;
}

function packed(build: Builder, side: 'a' | 'b', from: Place, width: Extent, depth: Extent): Place {
  const key = [side, from.buffer.id, from.offset, width.size, width.stride, depth.size, depth.stride].join();
  const buffer = build.packed(key, () => {
    const to = build.buffer('float32', width.size * depth.size, 'once', {
      kind: 'packed',
      side,
      width: width.size,
      depth: depth.size,
    });
    build.call(
      'once',
      { kind: 'pack', side, width, depth, from, to: { buffer: to, offset: 0 } },
      [from.buffer],
      to,
    );
    return to;
  });
  return { buffer, offset: 0 };
}

/** Room for a result, in the order in which it is made. */
function fresh(
  build: Builder,
  shape: Shape,
  part: Part,
  {
    leading,
    aM,
    swap,
    order,
  }: { leading: Shape; aM: Dimension; swap: boolean; order: readonly number[] | undefined },
): Elements {
  const buffer = build.buffer('float32', sizeOf(shape), part);
  const rank = shape.length;
  const axes = (order ?? shape.map((_, axis) => axis)).map((axis) => ({ axis, size: shape[axis]! }));
  const result = (layout: Layout): Elements => ({
    kind: 'elements',
    buffer,
    layout,
    shape,
    dtype: 'float32',
  });
  if (!swap || aM.length === 0) {
    const straight = dense(axes.map(({ size }) => size));
    const dims = shape.map((_, axis) => straight.dims[axes.findIndex((other) => other.axis === axis)]!);
    return result({ offset: 0, dims });
  }
  // Outer factors of the left rows, then the right columns, then the innermost left rows: [leading, b, n, d].
  const inner = aM.at(-1)!;
  const outer = aM.slice(0, -1);
  const N = shape[rank - 1]!;
  let stride = inner.size * N;
  const outerFactors = outer.toReversed().map(({ size }) => {
    const factor = { size, stride };
    stride *= size;
    return factor;
  });
  const leadingDims = leading.toReversed().map((size): Dimension => {
    const dim = factors([{ size, stride }]);
    stride *= size;
    return dim;
  });
  return result({
    offset: 0,
    dims: [
      ...leadingDims.reverse(),
      factors([...outerFactors.reverse(), { size: inner.size, stride: 1 }]),
      factors([{ size: N, stride: inner.size }]),
    ],
  });
}
