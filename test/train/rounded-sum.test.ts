/** Sums that travel in bfloat16: rounding to the nearest, the same bits on all ranks, and nothing lost over the steps. */

import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/runtime/node.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import type { Communicator } from '../../src/train/communicator.ts';
import { LEFTOVER } from '../../src/train/rank-state.ts';
import { fromBfloat16, roundedSum, toBfloat16 } from '../../src/train/rounded-sum.ts';
import { newRun, train } from '../../src/train/run.ts';
import { ranks } from './ranks.ts';
import { tinyConfig, tinyDataset } from './support.ts';

test.each([
  [1, 0x3f80],
  [-2, 0xc000],
  [0, 0],
  [-0, 0x8000],
  [1 + 2 ** -8, 0x3f80], // between two, to the even one
  [1 + 3 * 2 ** -8, 0x3f82],
  [1 + 2 ** -8 + 2 ** -20, 0x3f81],
  [3.4e38, 0x7f80], // the nearest is infinity
  [Number.POSITIVE_INFINITY, 0x7f80],
  [2 ** -133, 1], // subnormal
])('%d is %i', (value, bits) => {
  expect(toBfloat16(value)).toBe(bits);
  if (bits === 0x3f80) expect(fromBfloat16(bits)).toBe(1);
});

test('what is no number stays none', () => {
  expect(fromBfloat16(toBfloat16(Number.NaN))).toBeNaN();
});

/** Sums what each rank gives; all are to come out alike. */
async function sum(
  vectors: readonly Float32Array[],
  leftovers: readonly Float32Array[],
): Promise<Float32Array> {
  const given = vectors.map((vector) => vector.slice());
  await Promise.all(ranks(vectors.length).map((rank, r) => roundedSum(given[r]!, leftovers[r]!, rank)));
  for (const other of given) expect(other).toEqual(given[0]);
  return given[0]!;
}

test.each([2, 3, 4])('%i ranks: exact where bfloat16 is', async (size) => {
  const N = 7;
  const vectors = Array.from({ length: size }, (_, r) =>
    Float32Array.from({ length: N }, (_, i) => i - 2 * r),
  );
  const leftovers = vectors.map(() => new Float32Array(N));
  const expected = Float32Array.from({ length: N }, (_, i) => size * i - size * (size - 1));
  expect(await sum(vectors, leftovers)).toEqual(expected);
  for (const leftover of leftovers) expect(leftover).toEqual(new Float32Array(N));
});

test('what rounding leaves over comes with the next sums', async () => {
  const vectors = [Float32Array.of(1 + 2 ** -10, 5e-5), Float32Array.of(1 - 2 ** -11, 3)];
  const leftovers = vectors.map(() => new Float32Array(2));
  const total = [0, 0];
  for (let step = 1; step <= 64; step++) {
    const out = await sum(vectors, leftovers);
    if (step === 1) expect([...out]).toEqual([2, 3]);
    out.forEach((value, i) => {
      total[i]! += value;
    });
  }
  for (const i of [0, 1]) {
    const owed = leftovers.reduce((sum, leftover) => sum + leftover[i]!, 0);
    const exact = 64 * vectors.reduce((sum, vector) => sum + vector[i]!, 0);
    expect(total[i]! + owed).toBeCloseTo(exact, 4);
    expect(Math.abs(total[i]! / exact - 1)).toBeLessThan(2 ** -12);
  }
});

describe('a run', async () => {
  const backend = await openBackend({ device: 'cpu', threads: 1 });
  const dataset = tinyDataset();
  const begin = (settings: object) =>
    newRun(tinyConfig({ batchSize: 7, learningRate: 1e-3, clipNorm: 1, ...settings }), dataset);
  async function part(from: Checkpoint, rank: Communicator) {
    const losses: number[] = [];
    let saved: Buffer | undefined;
    const onCheckpoint = async (checkpoint: Checkpoint) => {
      saved = Buffer.concat(encodeCheckpoint({ ...checkpoint, seconds: 0 }));
    };
    await train(
      from,
      dataset,
      backend,
      { onStep: ({ loss }) => void losses.push(loss), onCheckpoint },
      undefined,
      rank,
    );
    return { losses, saved: decodeCheckpoint(saved!, 'memory') };
  }
  const together = (size: number, begin: () => Checkpoint) =>
    Promise.all(ranks(size).map((rank) => part(begin(), rank)));
  const rounded = { gradientPrecision: 'bfloat16' };

  test('has other bits and nearly the same losses', async () => {
    const [exact] = await together(2, () => begin({}));
    const [first, second] = await together(2, () => begin(rounded));
    expect(second!.losses).toEqual(first!.losses);
    expect(second!.saved.state).toEqual(first!.saved.state);
    expect(first!.losses).not.toEqual(exact!.losses);
    const mean = (losses: readonly number[]) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(Math.abs(mean(first!.losses) / mean(exact!.losses) - 1)).toBeLessThan(0.02);
  });

  test('goes on to the bit, for the checkpoint holds what is left over', async () => {
    const [whole] = await together(2, () => begin(rounded));
    const [stopped] = await together(2, () => begin({ ...rounded, steps: 5 }));
    const leftover = stopped!.saved.state.ranks![LEFTOVER]!;
    expect(leftover).toHaveLength(2 * stopped!.saved.state.dense.weights.length);
    const resume = (change: (from: Checkpoint) => void) => () => {
      const from = structuredClone({ ...stopped!.saved, model: undefined });
      change(from as unknown as Checkpoint);
      return { ...from, model: stopped!.saved.model, config: whole!.saved.config };
    };
    const [resumed] = await together(
      2,
      resume(() => {}),
    );
    expect(resumed!.saved.state).toEqual(whole!.saved.state);
    const [forgetful] = await together(
      2,
      resume(({ state }) => {
        state.ranks = undefined;
      }),
    );
    expect(forgetful!.saved.state.dense.weights).not.toEqual(whole!.saved.state.dense.weights);
    // Of another number of ranks the first takes all of it.
    const three = await together(
      3,
      resume(() => {}),
    );
    expect(three[0]!.losses).toHaveLength(7);
    expect(three[2]!.saved.state).toEqual(three[0]!.saved.state);
  });
});
