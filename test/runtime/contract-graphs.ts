/**
 * Graphs that an engine which fuses, lays out and shares out by itself can get wrong: rows that a program takes a few at a
 * time, long rows, widths that fill no vector, results that are read in another order than they are made in. Imports
 * nothing of Node.
 *
 * B rows of a batch, L positions, D width, H heads, R rows of a matrix, W a width.
 */

import { Random } from '../../src/data/random.ts';
import { gradients } from '../../src/graph/gradients.ts';
import {
  add,
  cast,
  div,
  equal,
  exp,
  greater,
  mul,
  silu,
  sqrt,
  sub,
  where,
} from '../../src/graph/ops/elementwise.ts';
import { addRmsNorm } from '../../src/graph/ops/fused.ts';
import { gemm, matmul } from '../../src/graph/ops/linear.ts';
import { argMax, max, mean, softmax, sum, sumSquare } from '../../src/graph/ops/reduce.ts';
import { concat, expand, gather, reshape, slice, transpose } from '../../src/graph/ops/shape.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { constant, type Graph, input, type RowGraph, trace } from '../../src/graph/trace.ts';
import { attention, attentionSpecs, ropeTables } from '../../src/nn/layers.ts';
import { type Backend, float32, type HostTensors, int32, wholeGraph } from '../../src/runtime/backend.ts';
import { sizeOf } from '../../src/shape.ts';

/** A graph to be computed like the reference. */
export interface GraphCase {
  readonly name: string;
  readonly graph: Graph | RowGraph;
  readonly feeds: HostTensors;
  /** Of the largest element of an output. */
  readonly tolerance: number;
  /** Outputs that a backend is known to get wrong, which is another's fault. */
  readonly knownFaults?: (backend: Backend) => readonly string[];
}

/** Random numbers for the inputs of a graph: whole ones below `below` for int32. */
export function drawn(traced: Graph | RowGraph, below: number, seed = 1): HostTensors {
  const random = new Random(seed);
  return Object.fromEntries(
    wholeGraph(traced).inputs.map(({ name, tensor: { shape, dtype } }) => {
      const size = sizeOf(shape);
      if (dtype === 'int32')
        return [
          name,
          int32(
            Int32Array.from({ length: size }, () => random.int(below)),
            shape,
          ),
        ];
      return [
        name,
        float32(
          Float32Array.from({ length: size }, () => random.normal()),
          shape,
        ),
      ];
    }),
  );
}

const graphCase = (name: string, graph: Graph | RowGraph, tolerance = 1e-5): GraphCase => ({
  name,
  graph,
  feeds: drawn(graph, 4),
  tolerance,
});

/**
 * A loss over rows with everything that rows can give: numbers of each type, gradients of weights from products and from
 * sums, a scalar.
 */
export function rowGraph(rows: number, L = 5): RowGraph {
  const D = 12;
  return {
    rows,
    trace: (B) =>
      trace(`${rows} rows`, () => {
        const x = input('x', [B, L, D]);
        const tokens = input('tokens', [B, L], 'int32');
        const [table, weight, bias] = [input('table', [4, D]), input('weight', [D, D]), input('bias', [D])];
        const state = add(x, gather(table, tokens)); // [B, L, D]
        const flat = reshape(state, [B * L, D]); // [B*L, D]
        const first = silu(add(matmul(flat, weight), bias)); // [B*L, D]
        const second = add(matmul(first, weight), bias); // the weights are used twice
        const losses = sum(mul(reshape(second, [B, L, D]), state), [1, 2]); // [B]
        const loss = sum(losses);
        const [ofWeight, ofBias, ofX] = gradients(loss, [weight, bias, x]);
        return {
          losses,
          loss,
          best: argMax(reshape(second, [B, L, D]), -1), // [B, L] int32
          positive: greater(second, 0), // [B*L, D] bool
          'gradient/weight': ofWeight!,
          'gradient/bias': ofBias!,
          'gradient/x': ofX!,
          squares: sumSquare(x, [0]), // [L, D]: a sum over the rows that no product makes
        };
      }),
  };
}

const longRows = (): Graph =>
  trace('long rows', () => {
    const [wide, all, tall] = [input('wide', [2, 9001]), input('all', [20_011]), input('tall', [9000, 5])];
    const moved = sub(mul(wide, 2), 1);
    return {
      'sum of wide': sum(moved, [1]),
      'mean of wide': mean(wide, [1], true),
      'largest of wide': max(moved, [1]),
      'best of wide': argMax(wide, 1),
      'shares of wide': softmax(mul(wide, 3)),
      'sum of all': sum(mul(all, all)),
      norm: sqrt(sumSquare(all)),
      mean: mean(all),
      largest: max(all),
      clipped: mul(all, div(1, sqrt(sumSquare(all)))),
      'sum of tall': sum(tall, [0]),
      'largest of tall': max(tall, [0]),
      'all of tall': sum(exp(tall)),
      'shares of 917': softmax(input('scores', [3, 917])),
      'shares of 5000': softmax(input('more scores', [2, 5000])),
    };
  });

const narrowRows = (): Graph =>
  trace(
    'widths',
    () =>
      Object.fromEntries(
        [97, 85, 20, 11, 7, 1].flatMap((W) => {
          const R = 13;
          const x = input(`x${W}`, [R, W]);
          const [gate, up] = [input(`gate${W}`, [W, W]), input(`up${W}`, [W, W])];
          const normed = addRmsNorm(x, matmul(x, gate), 1e-5); // [R, W]
          const gated = mul(silu(matmul(normed, gate)), matmul(normed, up)); // [R, W]
          const columns = transpose(gated, [1, 0]); // [W, R]
          const [ofX, ofGate] = gradients(sum(mul(gated, gated)), [x, gate]);
          return [
            [`norm ${W}`, normed],
            [`gated ${W}`, gated],
            [`shares ${W}`, softmax(gated)],
            [`columns ${W}`, matmul(columns, normed)], // [W, W]
            [`sums ${W}`, sum(gated, [0])],
            [`gradient/x ${W}`, ofX],
            [`gradient/gate ${W}`, ofGate],
          ] as const;
        }),
      ) as Record<string, Tensor>,
  );

/** Attention over two examples and three heads, with its gradient; the scores are computed anew for that. */
const attentionGraph = (L: number): RowGraph => ({
  rows: 2,
  trace: (batch) =>
    trace(`attention over ${L}`, () => {
      const [H, K] = [3, 6];
      const D = H * K;
      const x = input('x', [batch, L, D]);
      const weights = Object.fromEntries(
        Object.entries(attentionSpecs(D)).map(([name, { shape }]) => [name, input(name, shape)]),
      );
      const rope = ropeTables(L, K, 10_000);
      const flat = mul(reshape(x, [batch * L, D]), 0.3); // [B*L, D]
      const once = attention(flat, weights, { batch, positions: L, heads: H }, rope); // [B*L, D]
      const twice = attention(add(once, flat), weights, { batch, positions: L, heads: H }); // [B*L, D]
      const wrt = { x, ...weights };
      const found = gradients(sum(mul(twice, flat)), Object.values(wrt));
      return {
        twice: reshape(twice, [batch, L, D]),
        ...Object.fromEntries(Object.keys(wrt).map((name, i) => [`gradient/${name}`, found[i]!])),
      };
    }),
});

/** Outputs that nothing computes, or that are the same thing. */
const plainOutputs = (): Graph =>
  trace('plain outputs', () => {
    const [x, tokens, other] = [input('x', [3, 4]), input('tokens', [3], 'int32'), input('unused', [2])];
    const doubled = mul(x, 2);
    return {
      x2: x,
      x3: x,
      tokens2: tokens,
      unused2: other,
      turned: transpose(x, [1, 0]),
      reshaped: reshape(x, [2, 6]),
      part: slice(x, 1, 1, 3),
      repeated: expand(reshape(x, [3, 1, 4]), [3, 2, 4]),
      constant: constant([1, 2, 3, 4, 5, 6], [2, 3]),
      number: constant(2.5),
      full: expand(constant(7), [3, 2]),
      'whole constant': constant([3, 1], [2], 'int32'),
      'bool constant': constant([1, 0, 1], [3], 'bool'),
      doubled,
      again: doubled,
      'doubled, reshaped': reshape(doubled, [12]),
      'doubled, turned': transpose(doubled, [1, 0]),
      'and used': add(doubled, 1),
    };
  });

/** Products, and what reads and joins them in another order. */
const movedElements = (): Graph =>
  trace('moved elements', () => {
    const [B, L, D] = [2, 6, 10];
    const x = input('x', [B, L, D]);
    const [weight, mixing] = [input('weight', [D, D]), input('mixing', [L, L])];
    const flat = reshape(x, [B * L, D]); // [B*L, D]
    const product = matmul(flat, weight); // [B*L, D]
    const columns = reshape(transpose(x, [0, 2, 1]), [B * D, L]); // [B*D, L]
    const mixed = matmul(columns, mixing); // [B*D, L]
    const back = transpose(reshape(mixed, [B, D, L]), [0, 2, 1]); // [B, L, D]
    const shuffled = reshape(transpose(product, [1, 0]), [4, 3, D]); // no view has it
    const parts = [0, 1, 2].map((i) => slice(product, 1, [0, 3, 4][i]!, [3, 4, 10][i]!));
    const pieces = [0, 7].map((start) => slice(reshape(product, [B * L * D]), 0, start, start + 49));
    const batched = matmul(x, transpose(back, [0, 2, 1]), { scale: 0.5 }); // [B, L, L]
    const loss = sum(mul(back, add(x, reshape(product, [B, L, D]))));
    const found = gradients(loss, [x, weight, mixing]);
    return {
      product,
      back,
      shuffled,
      'turned parts': concat(
        parts.map((part) => transpose(part!, [1, 0])),
        0,
      ), // [D, B*L]
      'parts in another order': concat(parts.toReversed(), 1),
      'product of a part': matmul(parts[2]!, slice(weight, 0, 2, 8)),
      'part of a mixed product': slice(back, 1, 2, 5),
      'odd pieces': add(pieces[0]!, pieces[1]!),
      'odd pieces, shaped': matmul(reshape(pieces[0]!, [7, 7]), reshape(pieces[1]!, [7, 7])),
      'of a shuffled matrix': matmul(reshape(shuffled, [B * L, D]), weight),
      'of turned columns': matmul(reshape(transpose(back, [2, 0, 1]), [D, B * L]), product),
      batched,
      'batched, one matrix for all': matmul(batched, mixing, { transposeB: true }),
      'batched, joined': concat([batched, x, back], 2),
      'added up': gemm(flat, weight, gemm(product, weight, reshape(x, [B * L, D]), { transposeB: true }), {
        scale: -2,
      }),
      'row by row': add(reshape(sum(x, [1]), [B, 1, D]), mul(x, reshape(mean(x, [2]), [B, L, 1]))),
      rows: gather(transpose(weight, [1, 0]), argMax(product, -1)), // [B*L, D]
      chosen: where(greater(back, x), back, mul(x, 0.5)),
      same: cast(equal(argMax(x, 1), argMax(back, 1)), 'float32'), // [B, D]
      'gradient/x': found[0]!,
      'gradient/weight': found[1]!,
      'gradient/mixing': found[2]!,
    };
  });

export const graphCases = (): readonly GraphCase[] => [
  ...[1, 3, 4, 7, 32].map((rows) => graphCase(`takes ${rows} rows of a batch`, rowGraph(rows), 2e-5)),
  graphCase('takes 20 rows of a batch, more than are summed at once', rowGraph(20, 41), 2e-5),
  graphCase('reduces long rows', longRows()),
  graphCase('computes widths that fill no vector', narrowRows(), 3e-5),
  graphCase('computes attention over 20 positions, with its gradient', attentionGraph(20), 1e-4),
  graphCase('computes attention over 33 positions, with its gradient', attentionGraph(33), 1e-4),
  graphCase('gives outputs that nothing computes, and the same one twice', plainOutputs()),
  graphCase('reads and joins products in another order', movedElements(), 2e-5),
];
