/**
 * The matrix products of a graph: their exact number of floating-point operations, from the shapes. Attention counts as its
 * two products (q k^T and weights times v), a depthwise convolution as the nine taps of each cell; the addition inside a Gemm
 * does not count.
 *
 * B batch, L query positions, S key positions, H heads, K head width.
 */

import { type Shape, sizeOf } from '../shape.ts';
import type { Node } from './tensor.ts';
import type { Graph } from './trace.ts';

interface Product {
  readonly a: Shape;
  readonly b: Shape;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Floating-point operations of all matrix products that a graph does. */
export function productFlops(graph: Graph): number {
  const taps = graph.nodes.flatMap((node) =>
    node.op === 'depthwise' ? [18 * sizeOf(node.inputs[0].shape)] : [],
  );
  return (
    productsOf(graph).reduce((total, product) => total + flops(product), 0) + taps.reduce((a, b) => a + b, 0)
  );
}

/** In tracing order. */
function productsOf(graph: Graph): Product[] {
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
function flops({ a, b, transposeA, transposeB }: Product): number {
  const [M, K] = transposeA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const N = transposeB ? b.at(-2)! : b.at(-1)!;
  const batch = Math.max(sizeOf(a.slice(0, -2)), sizeOf(b.slice(0, -2)));
  return 2 * M * K * N * batch;
}
