/** How every operator is lowered; composite ones in simpler ones. */

import { binary, comparison, unary } from '../graph/scalars.ts';
import type { Node, OperatorName } from '../graph/tensor.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { Builder } from './builder.ts';
import { lowerProduct } from './products.ts';
import { type Elements, number, partOf, start, type Value, whole } from './value.ts';

type Lower<Name extends OperatorName> = (
  node: Node<Name>,
  build: Builder,
  ...inputs: Value[]
) => Value | readonly Value[];

const each = <Name extends string>(
  names: Readonly<Record<Name, unknown>>,
  make: (name: Name) => Lower<never>,
) => Object.fromEntries(Object.keys(names).map((name) => [name, make(name as Name)])) as Record<Name, never>;

const outputShape = (node: Node): Shape => node.outputs[0]!.shape;

const reduction =
  (
    reduce: (build: Builder, x: Value, axes: readonly number[], count: number) => Value,
  ): Lower<'sum' | 'mean' | 'max' | 'sumSquare'> =>
  (node, build, x) => {
    const { axes } = node.attributes;
    const count = sizeOf(axes.map((axis) => x!.shape[axis]!));
    return build.view(reduce(build, x!, axes, count), outputShape(node));
  };

function softmax(build: Builder, x: Value): Value {
  const last = [x.shape.length - 1];
  const powers = build.unary('exp', build.binary('sub', x, build.reduce('max', x, last)));
  return build.binary('mul', powers, build.unary('reciprocal', build.reduce('sum', powers, last)));
}

/** Products are lowered by products.ts, with what the graph says about where they go. */
export const lowerings: { readonly [Name in Exclude<OperatorName, 'matmul' | 'gemm'>]: Lower<Name> } = {
  ...each(unary, (op) => (_: Node, build: Builder, x: Value) => build.unary(op, x)),
  ...each(
    { ...binary, ...comparison },
    (op) => (node: Node, build: Builder, a: Value, b: Value) => build.binary(op, a, b, outputShape(node)),
  ),
  where: (node, build, condition, yes, no) => build.where(condition!, yes!, no!, outputShape(node)),
  cast: ({ attributes }, build, x) => build.cast(x!, attributes.to),

  reshape: ({ attributes }, build, x) => build.view(x!, attributes.shape),
  transpose: ({ attributes }, build, x) => build.transpose(x!, attributes.permutation),
  expand: ({ attributes }, build, x) => build.expand(x!, attributes.shape),
  slice: ({ attributes: { axis, start, end } }, build, x) => build.slice(x!, axis, start, end),
  concat: ({ attributes }, build, ...parts) => build.concat(parts, attributes.axis),
  gather(node, build, table, indices) {
    const [from, ids] = [build.densely(table!), build.densely(indices!)];
    const to = build.buffer(from.dtype, sizeOf(outputShape(node)), partOf(from, ids));
    const row = sizeOf(from.shape.slice(1));
    build.call(
      to.part,
      {
        kind: 'gather',
        count: sizeOf(ids.shape),
        row,
        rows: from.shape[0]!,
        table: start(from),
        indices: start(ids),
        to: { buffer: to, offset: 0 },
      },
      [from.buffer, ids.buffer],
      to,
    );
    return whole(to, node.outputs[0]!);
  },

  sum: reduction((build, x, axes) => build.reduce('sum', x, axes)),
  mean: reduction((build, x, axes, count) =>
    build.binary('mul', build.reduce('sum', x, axes), number(1 / count)),
  ),
  max: reduction((build, x, axes) => build.reduce('max', x, axes)),
  sumSquare: reduction((build, x, axes) => build.reduce('sumSquare', x, axes)),
  argMax(node, build, x) {
    const from = build.densely(x!);
    const { axis } = node.attributes;
    const to = build.buffer('int32', sizeOf(outputShape(node)), from.buffer.part);
    const outer = sizeOf(from.shape.slice(0, axis));
    const inner = sizeOf(from.shape.slice(axis + 1));
    build.call(
      to.part,
      {
        kind: 'argMax',
        outer,
        length: from.shape[axis]!,
        inner,
        from: start(from),
        to: { buffer: to, offset: 0 },
      },
      [from.buffer],
      to,
    );
    return whole(to, node.outputs[0]!);
  },
  softmax: (_, build, x) => softmax(build, x!),

  addRmsNorm({ attributes: { epsilon } }, build, x, residual) {
    const width = x!.shape.at(-1)!;
    const total = build.binary('add', x!, residual!);
    const squares = build.reduce('sumSquare', total, [x!.shape.length - 1]);
    const deviation = build.unary(
      'sqrt',
      build.binary('add', build.binary('mul', squares, number(1 / width)), number(epsilon)),
    );
    return [build.binary('mul', total, build.unary('reciprocal', deviation)), total];
  },
  attention({ attributes: { heads: H } }, build, q, k, v) {
    const [B, L, D] = q!.shape as readonly [number, number, number];
    const K = D / H;
    const heads = (x: Value) => build.transpose(build.view(x, [B, L, H, K]), [0, 2, 1, 3]); // [B, H, L, K]
    const scores = lowerProduct(
      build,
      { transposeA: false, transposeB: true, scale: 1 / Math.sqrt(K) },
      heads(q!),
      heads(k!),
    ); // [B, H, L, L]
    const plain = { transposeA: false, transposeB: false, scale: 1 };
    const mixed = lowerProduct(build, { ...plain, order: [0, 2, 1, 3] }, softmax(build, scores), heads(v!)); // [B, H, L, K]
    return build.view(build.transpose(mixed, [0, 2, 1, 3]), [B, L, D]); // [B, L, D]
  },
  rotary({ attributes: { heads: H } }, build, x, cos, sin) {
    const [B, L, D] = x!.shape as readonly [number, number, number];
    const half = D / H / 2; // K/2
    const halves = build.view(x!, [B, L, H, 2, half]);
    const [first, second] = [0, 1].map((i) => build.slice(halves, 3, i, i + 1)) as [Value, Value]; // [B, L, H, 1, K/2]
    const table = (t: Value) => build.view(t, [1, L, 1, 1, half]);
    const turned = (own: Value, other: Value, op: 'add' | 'sub') =>
      build.binary(op, build.binary('mul', own, table(cos!)), build.binary('mul', other, table(sin!)));
    return build.view(build.concat([turned(first, second, 'sub'), turned(second, first, 'add')], 3), [
      B,
      L,
      D,
    ]); // [B, L, D]
  },
  // With zeros around it every tap of the kernel reads a view of x: one loop, whatever the kernel's size.
  depthwise(_, build, x, kernel) {
    const [, H, W] = x!.shape as readonly [number, number, number, number];
    const [R, C, D] = kernel!.shape as readonly [number, number, number];
    const padded = surrounded(build, x!, R >> 1, C >> 1); // [B, H + R - 1, W + C - 1, D]
    const terms = Array.from({ length: R * C }, (_, tap) => {
      const [r, c] = [Math.floor(tap / C), tap % C];
      const under = build.slice(build.slice(padded, 1, r, r + H), 2, c, c + W); // [B, H, W, D]
      const own = build.slice(build.slice(kernel!, 0, r, r + 1), 1, c, c + 1);
      return build.binary('mul', under, build.view(own, [D]));
    });
    return terms.reduce((sum, term) => build.binary('add', sum, term));
  },
};

/** So many rows and columns of zeros on each side of a grid. x `[B, H, W, D]`. */
function surrounded(build: Builder, x: Value, rows: number, columns: number): Elements {
  const { dtype } = x;
  const [B, H, W, D] = x.shape as readonly [number, number, number, number];
  const shape = [B, H + 2 * rows, W + 2 * columns, D];
  const all = whole(build.buffer(dtype, sizeOf(shape), partOf(x)), { shape, dtype });
  const within = build.slice(all, 1, rows, rows + H); // [B, H, W + 2 columns, D]
  const borders = [
    ...(rows > 0 ? [build.slice(all, 1, 0, rows), build.slice(all, 1, rows + H, H + 2 * rows)] : []),
    ...(columns > 0
      ? [build.slice(within, 2, 0, columns), build.slice(within, 2, columns + W, W + 2 * columns)]
      : []),
  ];
  for (const border of borders)
    build.write({ kind: 'number', value: 0, shape: border.shape, dtype }, border as Elements);
  build.write(x, build.slice(within, 2, columns, columns + W) as Elements);
  return all;
}
