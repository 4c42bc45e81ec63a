/** A model of candidates: what leaves a puzzle a Sudoku changes its answer alike; what it cannot be built for. */

import { expect, test } from 'vitest';
import { Random } from '../../src/data/random.ts';
import { applyTransform, randomTransform } from '../../src/data/sudoku/augment.ts';
import { BLANK_TOKEN } from '../../src/data/sudoku/tokens.ts';
import { names, traceAnswerStep } from '../../src/inference/answer-step.ts';
import { buildModel } from '../../src/models/build.ts';
import { modelSchema } from '../../src/models/config.ts';
import { float32, type HostTensors, int32 } from '../../src/runtime/backend.ts';
import { onGrid } from '../../src/train/sizes.ts';
import { backend } from '../graph/support.ts';
import { randomFeeds } from '../nn/tiny-trm.ts';

const [N, V] = [4, 6] as const;
const D = 5 * N;
const settings = {
  mixer: 'candidates',
  hiddenSize: D,
  widthMultiple: 8,
  puzzleSlots: 0,
  puzzleEmbeddingSize: 0,
};
const small = { cycles: 2, latentSteps: 2, layers: 2 };
const shape = onGrid({ cells: N * N, vocabulary: V, puzzleEmbeddingRows: 1 }, { kind: 'sudoku', size: N });

test('renamed digits, exchanged rows and turned grids change the answer in the same way', async () => {
  const model = buildModel(modelSchema.parse({ ...settings, ...small }), shape);
  const graph = traceAnswerStep(model, 1, { logits: true });
  const executable = await backend.compile(graph);
  const random = new Random(5);
  const feeds = randomFeeds(graph, V);
  const question = Int32Array.from({ length: N * N }, () => BLANK_TOKEN + random.int(N + 1));
  const ask = async (tokens: Int32Array) => {
    const zeros = Object.keys(model.states).map((name) => [
      names.carry(name),
      float32(new Float32Array(N * N * D), [1, N * N, D]),
    ]);
    const inputs: HostTensors = { ...feeds, ...Object.fromEntries(zeros), tokens: int32(tokens, [1, N * N]) };
    const { logits, halt } = await executable.run(inputs);
    return { logits: logits!.data as Float32Array, halt: halt!.data[0] as number };
  };
  const before = await ask(question);
  expect(new Set(Array.from(before.logits, (x) => x.toFixed(4))).size).toBeGreaterThan(8);
  for (let i = 0; i < 5; i++) {
    const transform = randomTransform(N, random);
    const turned = new Int32Array(N * N);
    applyTransform(transform, question, turned, BLANK_TOKEN);
    const after = await ask(turned);
    const expected = new Float32Array(N * N * V).fill(-1000);
    for (let cell = 0; cell < N * N; cell++) {
      for (let digit = 1; digit <= N; digit++) {
        const [to, from] = [cell * V + transform.digits[digit]!, transform.cells[cell]! * V + digit];
        expected[to + BLANK_TOKEN] = before.logits[from + BLANK_TOKEN]!;
      }
    }
    for (const [at, value] of after.logits.entries()) expect(value).toBeCloseTo(expected[at]!, 4);
    expect(after.halt).toBeCloseTo(before.halt, 4);
  }
});

test.each([
  [settings, { cells: 16, vocabulary: V, puzzleEmbeddingRows: 1 }, 'model.mixer: candidates are of Sudoku'],
  [
    { ...settings, hiddenSize: 18 },
    shape,
    'model.hiddenSize: hiddenSize 18 has no equal shares for 4 digits',
  ],
])('%j is refused', (given, of, message) => {
  expect(() => buildModel(modelSchema.parse(given), of)).toThrow(message);
});

test('it has neither slots nor places of its own', () => {
  expect(() => modelSchema.parse({ ...settings, positions: 'rope' })).toThrow('must be none with candidates');
});
