/** Several starts of a question: who learns what, worked out by hand, and that runs with them are repeated to the bit. */

import { describe, expect, test } from 'vitest';
import { puzzleFamily } from '../../src/data/families.ts';
import { puzzleDataset } from '../../src/data/puzzle-dataset.ts';
import { Random } from '../../src/data/random.ts';
import { gradients } from '../../src/graph/gradients.ts';
import { sum } from '../../src/graph/ops/reduce.ts';
import { input } from '../../src/graph/trace.ts';
import { randomStart } from '../../src/inference/random-start.ts';
import { buildModel } from '../../src/models/build.ts';
import { float32, int32 } from '../../src/runtime/backend.ts';
import { newRun } from '../../src/train/run.ts';
import { bestOfStarts, firstOfStarts, leastOfStarts } from '../../src/train/several-starts.ts';
import { shapeOf } from '../../src/train/sizes.ts';
import { run } from '../graph/support.ts';
import { ranks } from './ranks.ts';
import { bitsOf, finish, tinyConfig } from './support.ts';

/** Rows of one cell of two tokens, `starts` of a question: the losses of the rows, and the gradient of their sum. */
async function learn(
  logits: readonly (readonly [number, number])[],
  labels: readonly number[],
  starts: number,
) {
  const B = labels.length;
  const outputs = await run(
    () => {
      const x = input('logits', [B, 2]);
      const { cellLoss, correct, scored } = bestOfStarts(
        x,
        input('labels', [B, 1], 'int32'),
        starts,
        'softmax',
        0,
      );
      return { cellLoss, correct, scored, gradient: gradients(sum(cellLoss), [x])[0]! };
    },
    {
      logits: float32(Float32Array.from(logits.flat()), [B, 2]),
      labels: int32(Int32Array.from(labels), [B, 1]),
    },
  );
  const of = (name: string) => Array.from(outputs[name]!.data as Float32Array);
  return { cellLoss: of('cellLoss'), correct: of('correct'), scored: of('scored'), gradient: of('gradient') };
}

/** Cross-entropy of a logit `x` above 0 for the token that it favours, and for the other; the gradient of the first. */
const near = (x: number) => Math.log(1 + Math.exp(-x));
const far = (x: number) => Math.log(1 + Math.exp(x));
const slope = (x: number) => 1 / (1 + Math.exp(x));

describe('what the starts of a question learn', () => {
  const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5));

  test('each answer is learnt by the start that is nearest to it, however much nearer that is to another', async () => {
    // Both favour 0, the first more, which learns it; the other is the nearer of the two to 1.
    const logits = [
      [3, 0],
      [1, 0],
    ] as const;
    const { cellLoss, correct, scored, gradient } = await learn(logits, [0, 1], 2);
    expect(cellLoss).toEqual(close([near(3), far(1)]));
    const [first, second] = [slope(3), 1 - slope(1)];
    expect(gradient).toEqual(close([-first, first, second, -second]));
    expect({ correct, scored }).toEqual({ correct: [1, 1], scored: [1, 1] });
    const other = await learn(logits, [1, 0], 2); // the order of the labels says nothing
    expect(other.cellLoss).toEqual(close([near(3), far(1)]));
  });

  test('a start may win every answer, and the others learn nothing', async () => {
    const { cellLoss, gradient } = await learn(
      [
        [0.1, 0],
        [2, 0],
        [-2, 0],
      ],
      [0, 0, 1],
      3,
    );
    expect(cellLoss).toEqual(close([0, 2 * near(2), near(2)]));
    expect(gradient.slice(0, 2)).toEqual([0, 0]);
  });

  test('of one answer the best start alone learns it', async () => {
    const { cellLoss, correct, gradient } = await learn(
      [
        [1, 0],
        [3, 0],
        [-1, 0],
      ],
      [0, 0, 0],
      3,
    );
    expect(cellLoss).toEqual(close([0, 3 * near(3), 0]));
    expect(gradient).toEqual(close([0, 0, -3 * slope(3), 3 * slope(3), 0, 0]));
    expect(correct).toEqual([1, 1, 0]);
  });

  test('starts that are equally near share it, and questions know nothing of each other', async () => {
    const { cellLoss } = await learn(
      [
        [2, 0],
        [2, 0],
        [0, 5],
        [4, 0],
      ],
      [0, 0, 0, 1],
      2,
    );
    expect(cellLoss).toEqual(close([near(2), near(2), near(5), near(4)]));
  });

  test('one start of each question is what it was without', async () => {
    const { cellLoss } = await learn(
      [
        [2, 0],
        [2, 0],
      ],
      [0, 1],
      1,
    );
    expect(cellLoss).toEqual(close([near(2), far(2)]));
  });

  test('they halt together', () => {
    expect(leastOfStarts(Float32Array.of(3, 1, 2, -1, 5, 6), 3)).toEqual(
      Float32Array.of(1, 1, 1, -1, -1, -1),
    );
    expect(firstOfStarts(Int32Array.of(4, 0, 0, 2), 2)).toEqual(Int32Array.of(4, 4, 0, 0));
  });
});

const { generator } = puzzleFamily({ kind: 'sudoku' })!;
const several = generator!.puzzles(
  { kind: 'sudoku', size: 4 },
  new Random(2),
  generator!.options.parse({ solutions: '2-4' }),
);
const dataset = puzzleDataset(
  { kind: 'sudoku', size: 4 },
  Array.from({ length: 20 }, () => several.next().value),
);

test('a random start is one vector for the states that may be perturbed, of the deviation that they begin with', () => {
  const config = tinyConfig();
  const model = buildModel({ ...config.model, hiddenSize: 512 }, shapeOf(dataset.metadata));
  const own = { y: new Float32Array(512), z: new Float32Array(512) };
  const drawn = randomStart(model, own, new Random(1));
  expect(drawn.y).toBe(own.y);
  expect(drawn.z).toHaveLength(512);
  expect(Math.sqrt(drawn.z!.reduce((a, value) => a + value * value, 0) / 512)).toBeCloseTo(1, 1);
  expect(randomStart(model, own, new Random(1))).toEqual(drawn);
  expect(randomStart(model, own, new Random(2)).z).not.toEqual(drawn.z);
});

describe('runs', () => {
  const begin = (settings: object = {}) =>
    newRun(tinyConfig({ starts: 3, steps: 7, randomStart: true, ...settings }), dataset);

  test('go on to the bit after a stop, in micro-batches too', async () => {
    for (const settings of [{}, { microBatchSize: 3 }]) {
      const whole = await finish(begin(settings), dataset);
      const stopped = await finish(begin(settings), dataset, { until: 3 });
      expect(stopped.saved.state.step).toBe(3);
      expect(bitsOf((await finish(stopped.saved, dataset)).saved).equals(bitsOf(whole.saved))).toBe(true);
      const { inputs, steps, halted } = whole.saved.state.carry;
      for (const column of [inputs, steps, halted]) {
        const width = column.length / 6;
        for (let row = 1; row < 6; row++) {
          if (row % 3 === 0) continue;
          const of = (at: number) => column.slice(at * width, (at + 1) * width);
          expect(of(row), 'rows of a question stand where their neighbours stand').toEqual(of(row - 1));
        }
      }
    }
  });

  test('learn otherwise than from one start', async () => {
    expect((await finish(begin(), dataset)).losses).not.toEqual(
      (await finish(begin({ starts: 1 }), dataset)).losses,
    );
  });

  test('of two ranks as of one, each with whole questions', async () => {
    const one = await finish(begin(), dataset);
    const [first] = await Promise.all(ranks(2).map((rank) => finish(begin(), dataset, { rank })));
    first!.losses.forEach((loss, step) => {
      expect(loss / one.losses[step]!).toBeCloseTo(1, 3);
    });
    expect(first!.saved.state.carry.inputs).toEqual(one.saved.state.carry.inputs);
  });
});

test.each([
  [{ starts: 4 }, 'batchSize: must be a multiple of starts 4'],
  [{ starts: 3, microBatchSize: 4 }, 'microBatchSize: must be a multiple of starts 3'],
  [
    {
      starts: 2,
      model: { mixer: 'candidates', hiddenSize: 16, puzzleSlots: 0, puzzleEmbeddingSize: 0 },
    },
    'starts: must be 1 with candidates',
  ],
])('%j is refused', (settings, message) => {
  expect(() => tinyConfig(settings)).toThrow(message);
});
