/** Products are counted one by one: 2 M K N each. */

import { describe, expect, it } from 'vitest';
import { productFlops } from '../../src/graph/flops.ts';
import { add } from '../../src/graph/ops/elementwise.ts';
import { depthwise, fusedAttention } from '../../src/graph/ops/fused.ts';
import { matmul } from '../../src/graph/ops/linear.ts';
import { input, noGrad, trace } from '../../src/graph/trace.ts';

describe('the products of a graph', () => {
  it('are counted by their shapes, turned over or not, and equal ones once', () => {
    const graph = trace('products', () => {
      const [a, b] = [input('a', [3, 5]), input('b', [5, 7])];
      const turned = matmul(b, a, { transposeA: true, transposeB: true }); // [7, 5] x [5, 3]
      return { one: matmul(a, b), same: matmul(a, b), turned, sum: add(a, a) };
    });
    expect(productFlops(graph)).toBe(2 * (2 * 3 * 5 * 7));
  });

  it('are those of every matrix of a batch', () => {
    const graph = trace('batch', () => ({
      out: matmul(input('a', [4, 3, 5]), input('b', [4, 5, 7])),
      shared: matmul(input('w', [2, 3]), input('x', [4, 3, 5])),
    }));
    expect(productFlops(graph)).toBe(4 * (2 * 3 * 5 * 7) + 4 * (2 * 2 * 3 * 5));
  });

  it('are two of an attention', () => {
    const [B, L, H, K] = [2, 3, 4, 8];
    const graph = trace('attention', () =>
      noGrad(() => {
        const [q, k, v] = ['q', 'k', 'v'].map((name) => input(name, [B, L, H * K]));
        return { out: fusedAttention(q!, k!, v!, H) };
      }),
    );
    expect(productFlops(graph)).toBe(2 * B * H * (2 * L * K * L));
  });

  it('are nine taps of each cell of a depthwise convolution', () => {
    const graph = trace('depthwise', () => ({
      out: depthwise(input('x', [2, 4, 5, 8]), input('kernel', [3, 3, 8])),
    }));
    expect(productFlops(graph)).toBe(2 * 9 * (2 * 4 * 5 * 8));
  });
});
