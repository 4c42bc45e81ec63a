/** Losses against numbers worked out by hand, at extremes, and where cells are ignored. */

import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/graph/gradients.ts';
import { sum } from '../../src/graph/ops/reduce.ts';
import { input } from '../../src/graph/trace.ts';
import { binaryCrossEntropy, cellCrossEntropy, cellLosses } from '../../src/nn/losses.ts';
import { float32, int32 } from '../../src/runtime/backend.ts';
import { run } from '../graph/support.ts';

async function cells(logits: number[][], labels: number[], loss: (typeof cellLosses)[number], smoothing = 0) {
  const [N, V] = [logits.length, logits[0]!.length];
  const outputs = await run(
    () => {
      const x = input('logits', [N, V]);
      const value = cellCrossEntropy(x, input('labels', [N], 'int32'), loss, smoothing); // [N]
      return { value, gradient: gradients(sum(value), [x])[0]! };
    },
    {
      logits: float32(Float32Array.from(logits.flat()), [N, V]),
      labels: int32(Int32Array.from(labels), [N]),
    },
  );
  return {
    value: Array.from(outputs.value!.data as Float32Array),
    gradient: Array.from(outputs.gradient!.data as Float32Array),
  };
}

async function binary(logits: number[], targets: number[]) {
  const shape = [logits.length];
  const outputs = await run(
    () => {
      const x = input('logits', shape);
      const value = binaryCrossEntropy(x, input('targets', shape));
      return { value, gradient: gradients(sum(value), [x])[0]! };
    },
    {
      logits: float32(Float32Array.from(logits), shape),
      targets: float32(Float32Array.from(targets), shape),
    },
  );
  return {
    value: Array.from(outputs.value!.data as Float32Array),
    gradient: Array.from(outputs.gradient!.data as Float32Array),
  };
}

const expectClose = (actual: number[], expected: number[]) => {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 5);
};

describe('cellCrossEntropy', () => {
  it('stablemax: s(x) = 1 + x above 0, 1 / (1 - x) below', async () => {
    // s = 1, 2, 1/2 and 4, 1/4, 1
    const logits = [
      [0, 1, -1],
      [3, -3, 0],
    ];
    expectClose((await cells(logits, [1, 1], 'stablemax')).value, [Math.log(3.5 / 2), Math.log(5.25 / 0.25)]);
    expectClose((await cells(logits, [2, 0], 'stablemax')).value, [Math.log(3.5 / 0.5), Math.log(5.25 / 4)]);
  });

  it('softmax: log sum e^x - x', async () => {
    const logits = [[0, Math.log(2), Math.log(5)]]; // probabilities 1/8, 2/8, 5/8
    expectClose((await cells(logits, [0], 'softmax')).value, [Math.log(8)]);
    const { value, gradient } = await cells(logits, [2], 'softmax');
    expectClose(value, [Math.log(8 / 5)]);
    expectClose(gradient, [1 / 8, 2 / 8, 5 / 8 - 1]);
  });

  it('smoothing e puts 1 - e on the label and e / V everywhere', async () => {
    const logits = [[0, Math.log(2), Math.log(5)]];
    const everywhere = (Math.log(8) + Math.log(4) + Math.log(8 / 5)) / 3;
    expectClose((await cells(logits, [0], 'softmax', 0.3)).value, [0.7 * Math.log(8) + 0.3 * everywhere]);
  });

  it.each(cellLosses)('%s: ignored cells cost nothing and pass no gradient', async (loss) => {
    for (const smoothing of [0, 0.1]) {
      const logits = [
        [1, -2],
        [0.5, 3],
      ];
      const { value, gradient } = await cells(logits, [-100, 1], loss, smoothing);
      expect(value[0]).toBeCloseTo(0, 12);
      expect(value[1]).toBeGreaterThan(0);
      expectClose(gradient.slice(0, 2), [0, 0]);
      expect(Math.abs(gradient[2]!)).toBeGreaterThan(1e-3);
    }
  });

  it.each([
    ['stablemax', Math.log((10001 + 1 / 10001) * 10001), Math.log((10001 + 1 / 10001) / 10001)],
    ['softmax', 20000, 0],
  ] as const)('%s stays finite and right at logits of ±1e4', async (loss, wrong, right) => {
    const { value, gradient } = await cells(
      [
        [1e4, -1e4],
        [1e4, -1e4],
      ],
      [1, 0],
      loss,
    );
    expect(value[0]! / wrong).toBeCloseTo(1, 5);
    expect(value[1]).toBeCloseTo(right, 5);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

describe('binaryCrossEntropy', () => {
  it('is -t log p - (1 - t) log (1 - p) with p = sigmoid(x), and its gradient p - t', async () => {
    const { value, gradient } = await binary([0, Math.log(3), Math.log(3), Math.log(3)], [1, 1, 0, 0.5]);
    expectClose(value, [
      Math.log(2),
      Math.log(4 / 3),
      Math.log(4),
      0.5 * Math.log(4 / 3) + 0.5 * Math.log(4),
    ]);
    expectClose(gradient, [-0.5, -0.25, 0.75, 0.25]);
  });

  it('stays finite and right at logits of ±1e4', async () => {
    const { value, gradient } = await binary([1e4, 1e4, -1e4, -1e4], [1, 0, 1, 0]);
    expectClose(value, [0, 1e4, 1e4, 0]);
    expectClose(gradient, [0, 1, -1, 0]);
  });
});
