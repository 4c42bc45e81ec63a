/** Training on the native engine: to the bit on any number of threads and however it is stopped, and in bfloat16. */

import { describe, expect, it } from 'vitest';
import { findCompiler } from '../../src/runtime/native/compiler.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { newRun } from '../../src/train/run.ts';
import { skippedFor } from '../support/missing.ts';
import { bitsOf, finish, tinyConfig, tinyDataset } from '../train/support.ts';

const dataset = tinyDataset();
const compiler = await findCompiler();
const native = (threads: number, precision: 'float32' | 'bfloat16' = 'float32') =>
  openBackend({ engine: 'native', threads, precision });

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.skipIf(typeof compiler === 'string')(`a run${skippedFor(compiler)}`, () => {
  it.each([
    ['mlp, rows that threads take in turn', { mixer: 'mlp' }, 6, {}],
    ['mlp, several starts of a question', { mixer: 'mlp' }, 6, { starts: 3 }],
    ['attention, one row that threads share', { mixer: 'attention', positions: 'rope' }, 1, {}],
  ])(
    'ends in the same bits on 1 and 2 threads, stopped or not: %s',
    async (_, model, microBatchSize, more) => {
      const plain = tinyConfig();
      const config = tinyConfig({ model: { ...plain.model, ...model }, steps: 5, microBatchSize, ...more });
      const begun = () => newRun(config, dataset);
      const [one, two] = [await native(1), await native(2)];
      const whole = await finish(begun(), dataset, { on: one });
      expect(bitsOf((await finish(begun(), dataset, { on: two })).saved).equals(bitsOf(whole.saved))).toBe(
        true,
      );
      const stopped = await finish(begun(), dataset, { on: two, until: 3 });
      expect(stopped.saved.state.step).toBe(3);
      expect(
        bitsOf((await finish(stopped.saved, dataset, { on: one })).saved).equals(bitsOf(whole.saved)),
      ).toBe(true);
      const ort = await openBackend({ engine: 'onnxruntime', device: 'cpu' });
      const { losses } = await finish(begun(), dataset, { on: ort });
      for (const [i, loss] of losses.entries()) expect(whole.losses[i]! / loss).toBeCloseTo(1, 3);
    },
  );

  it('in bfloat16 is closer to itself in float32 than to a run of another seed', async () => {
    const calm = { learningRate: 1e-3, explorationProbability: 0, augment: false, supervisionSteps: 2 };
    const model = { hiddenSize: 32, heads: 2, cycles: 1, latentSteps: 2, puzzleSlots: 0 };
    /** Of each seed, mean losses of 40 steps each. */
    const curves = async (precision: 'float32' | 'bfloat16') => {
      const backend = await native(2, precision);
      const all: number[][] = [];
      for (const seed of [1, 2, 3]) {
        const config = tinyConfig({
          ...{ precision, seed, steps: 200, batchSize: 16, microBatchSize: 16, ...calm },
          model: { ...model, puzzleEmbeddingSize: 0, expansion: 1 },
        });
        const { losses } = await finish(newRun(config, dataset), dataset, { on: backend });
        all.push([0, 40, 80, 120, 160].map((begin) => mean(losses.slice(begin, begin + 40))));
      }
      return all as [number[], number[], number[]];
    };
    const apart = (a: readonly number[], b: readonly number[]) =>
      Math.sqrt(mean(a.map((x, i) => (x - b[i]!) ** 2)));
    const [exact, rounded] = [await curves('float32'), await curves('bfloat16')];
    const [first, second, third] = exact;
    const noise = Math.min(apart(first, second), apart(second, third), apart(first, third));
    for (const [i, curve] of rounded.entries()) {
      expect(curve[4]!).toBeLessThan(0.8 * curve[0]!); // it learns
      expect(apart(curve, exact[i]!)).toBeLessThan(noise);
      expect(apart(curve, exact[i]!)).toBeGreaterThan(1e-4); // it is rounded
    }
  });
});
