/**
 * One graph with an operator of every kind that the package uses, and its numbers by plain loops in float64.
 *
 * B batch 2, L positions 3, D hidden 4, H heads 2, K head width 2, V vocabulary 5.
 */

import { add, greater, less, mul, silu, where } from '../../src/graph/ops/elementwise.ts';
import { addRmsNorm, fusedAttention, rotaryEmbedding } from '../../src/graph/ops/fused.ts';
import { matmul } from '../../src/graph/ops/linear.ts';
import { argMax, max, softmax, sum } from '../../src/graph/ops/reduce.ts';
import { gather, reshape } from '../../src/graph/ops/shape.ts';
import { constant, input, noGrad, trace } from '../../src/graph/trace.ts';
import { float32, type HostTensors, int32 } from '../../src/runtime/backend.ts';

const [B, L, D, H, K, V] = [2, 3, 4, 2, 2, 5] as const;
const epsilon = 1e-5;
const angles = [0, 1, 2]; // of each position, K/2 = 1 pair a head

export const mixedGraph = trace('mixed', () => {
  const x = input('x', [B, L, D]);
  const weight = input('weight', [D, D]);
  const table = input('table', [V, D]);
  const tokens = input('tokens', [B, L], 'int32');
  return noGrad(() => {
    const embedded = add(gather(table, tokens), x); // [B, L, D]
    const rows = matmul(reshape(embedded, [B * L, D]), weight); // [B*L, D]
    const norm = addRmsNorm(rows, reshape(x, [B * L, D]), epsilon); // [B*L, D]
    const product = matmul(silu(norm), weight, { transposeB: true, scale: 0.5 }); // [B*L, D]
    const cos = constant(angles.map(Math.cos), [L, K / 2]);
    const sin = constant(angles.map(Math.sin), [L, K / 2]);
    const rotated = rotaryEmbedding(reshape(product, [B, L, D]), cos, sin, H); // [B, L, D]
    const attended = fusedAttention(rotated, rotated, embedded, H); // [B, L, D]
    const folded = where(less(attended, 0), mul(attended, -2), attended); // [B, L, D]
    return {
      norm,
      product,
      rotated,
      attended,
      total: sum(folded, [1]), // [B, D]
      largest: max(folded, [-1]), // [B, L]
      share: softmax(folded), // [B, L, D]
      best: argMax(folded, -1), // [B, L]
      positive: greater(attended, 0), // [B, L, D]
    };
  });
});

const wave = (size: number, phase: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(1.7 * i + phase));

export const mixedInputs: HostTensors = {
  x: float32(wave(B * L * D, 0), [B, L, D]),
  weight: float32(wave(D * D, 1), [D, D]),
  table: float32(wave(V * D, 2), [V, D]),
  tokens: int32(Int32Array.of(0, 4, 2, 2, 1, 3), [B, L]),
};

/** Outputs by name, in row-major order. */
export function mixedNumbers(): Record<string, number[]> {
  const [x, weight, table, tokens] = ['x', 'weight', 'table', 'tokens'].map((name) =>
    Array.from(mixedInputs[name]!.data as Float32Array),
  ) as [number[], number[], number[], number[]];
  const each = (size: number, value: (i: number) => number) =>
    Array.from({ length: size }, (_, i) => value(i));
  const total = (size: number, value: (i: number) => number) => each(size, value).reduce((a, b) => a + b, 0);
  const rowOf = (values: number[], row: number) => values.slice(row * D, (row + 1) * D);

  const embedded = x.map((value, i) => value + table[tokens[Math.floor(i / D)]! * D + (i % D)]!);
  const summed = x.map(
    (value, i) => value + total(D, (k) => embedded[Math.floor(i / D) * D + k]! * weight[k * D + (i % D)]!),
  );
  const norm = summed.map((value, i) => {
    const square = total(D, (k) => summed[Math.floor(i / D) * D + k]! ** 2);
    return value / Math.sqrt(square / D + epsilon);
  });
  const gated = norm.map((value) => value / (1 + Math.exp(-value)));
  const product = gated.map(
    (_, i) => 0.5 * total(D, (k) => gated[Math.floor(i / D) * D + k]! * weight[(i % D) * D + k]!),
  );
  // With K = 2 each head is one pair (first, second), turned by the angle of its position.
  const rotated = product.map((value, i) => {
    const angle = angles[Math.floor(i / D) % L]!;
    return i % 2 === 0
      ? value * Math.cos(angle) - product[i + 1]! * Math.sin(angle)
      : value * Math.cos(angle) + product[i - 1]! * Math.sin(angle);
  });
  const attended = each(B * L * D, (i) => {
    const [batch, row, head] = [Math.floor(i / (L * D)), Math.floor(i / D), Math.floor((i % D) / K)];
    const score = each(L, (l) =>
      Math.exp(
        total(K, (k) => rotated[row * D + head * K + k]! * rotated[(batch * L + l) * D + head * K + k]!) /
          Math.sqrt(K),
      ),
    );
    const norm = total(L, (l) => score[l]!);
    return total(L, (l) => (score[l]! / norm) * embedded[(batch * L + l) * D + (i % D)]!);
  });
  const folded = attended.map((value) => (value < 0 ? -2 * value : value));
  return {
    norm,
    product,
    rotated,
    attended,
    total: each(B * D, (i) => total(L, (l) => folded[(Math.floor(i / D) * L + l) * D + (i % D)]!)),
    largest: each(B * L, (row) => Math.max(...rowOf(folded, row))),
    share: folded.map(
      (value, i) =>
        Math.exp(value) / rowOf(folded, Math.floor(i / D)).reduce((sum, other) => sum + Math.exp(other), 0),
    ),
    best: each(B * L, (row) => rowOf(folded, row).indexOf(Math.max(...rowOf(folded, row)))),
    positive: attended.map((value) => (value > 0 ? 1 : 0)),
  };
}
