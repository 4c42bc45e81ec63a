/**
 * The matrix products of a graph: their exact number of floating-point operations, and a bare graph that does those
 * products and nothing else, the bound of any graph that has to do them.
 *
 * The bare graph is honest when it does the same work under the same conditions:
 * - one product for each product of the real graph, with its shapes, transposes and batch axes; the addition inside a
 *   Gemm is left out; attention counts as its two products (q k^T and weights times v);
 * - all operands are inputs, as the weights are in the real graph, so ONNX Runtime packs nothing in advance;
 * - for n equal products there are sqrt(n) left and sqrt(n) right operands, combined so that no two products are the
 *   same (neither the tracer nor ONNX Runtime merges them) and the operands change from one to the next;
 * - of every result one element is read, so that nothing is left out and nothing large is kept or returned.
 *
 * B batch, L query positions, S key positions, H heads, K head width.
 */

import { matmul } from '../src/graph/ops/linear.ts';
import { concat, reshape, slice } from '../src/graph/ops/shape.ts';
import type { Node, Tensor } from '../src/graph/tensor.ts';
import { type Graph, input, trace } from '../src/graph/trace.ts';
import { float32, type HostTensor } from '../src/runtime/backend.ts';
import { type Shape, showShape, sizeOf } from '../src/shape.ts';

export interface Product {
  readonly a: Shape;
  readonly b: Shape;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Every matrix product that a graph does, in tracing order. */
export function productsOf(graph: Graph): Product[] {
  return graph.nodes.flatMap((node) => {
    if (node.op === 'matmul' || node.op === 'gemm') return [plain(node)];
    return node.op === 'attention' ? attention(node) : [];
  });
}

function plain({ inputs: [a, b], attributes }: Node<'matmul' | 'gemm'>): Product {
  const { transposeA, transposeB } = attributes;
  return { a: a.shape, b: b.shape, transposeA, transposeB };
}

function attention({ inputs: [q, k], attributes: { heads: H } }: Node<'attention'>): Product[] {
  const [B, L, D] = q.shape as readonly [number, number, number];
  const S = k.shape[1]!;
  const K = D / H;
  return [
    { a: [B, H, L, K], b: [B, H, S, K], transposeA: false, transposeB: true },
    { a: [B, H, L, S], b: [B, H, S, K], transposeA: false, transposeB: false },
  ];
}

/** Multiplications and additions of a product: 2 M K N for each matrix of the batch. */
export function flops({ a, b, transposeA, transposeB }: Product): number {
  const [M, K] = transposeA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const N = transposeB ? b.at(-2)! : b.at(-1)!;
  const batch = Math.max(sizeOf(a.slice(0, -2)), sizeOf(b.slice(0, -2)));
  return 2 * M * K * N * batch;
}

/** A graph of these products alone; its only outputs are one number of each. */
export function bareGraph(products: readonly Product[]): Graph {
  const groups = new Map<string, { product: Product; count: number; side: number }>();
  for (const product of products) {
    const key = JSON.stringify(product);
    const group = groups.get(key) ?? { product, count: 0, side: 0 };
    group.count++;
    group.side = Math.ceil(Math.sqrt(group.count));
    groups.set(key, group);
  }
  return trace('bare products', () => {
    const pool = new Map<string, Tensor>();
    const operand = (role: 'left' | 'right', shape: Shape, index: number): Tensor => {
      const name = `${role} ${showShape(shape)} ${index}`;
      const tensor = pool.get(name) ?? input(name, shape);
      pool.set(name, tensor);
      return tensor;
    };
    // In the real graph's order, so that shapes alternate as they do there.
    const done = new Map<string, number>();
    const results = products.map((product) => {
      const key = JSON.stringify(product);
      const turn = done.get(key) ?? 0;
      done.set(key, turn + 1);
      const { side } = groups.get(key)!;
      const left = operand('left', product.a, turn % side);
      const right = operand('right', product.b, Math.floor(turn / side));
      return firstElement(matmul(left, right, product));
    });
    return { results: concat(results, 0) };
  });
}

/** The first element of a tensor, `[1]`. */
function firstElement(x: Tensor): Tensor {
  return slice(reshape(x, [sizeOf(x.shape)]), 0, 0, 1);
}

/** Ordinary numbers for a graph's inputs, between -1 and 1. */
export function bareInputs(graph: Graph): Record<string, HostTensor> {
  return Object.fromEntries(
    graph.inputs.map(({ name, tensor }, k) => {
      const data = new Float32Array(sizeOf(tensor.shape));
      for (let i = 0; i < data.length; i++) data[i] = Math.sin(i * 0.7 + k);
      return [name, float32(data, tensor.shape)];
    }),
  );
}
