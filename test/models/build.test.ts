/** The table of architectures: what it builds and refuses, and what a file of each holds at least. */

import { describe, expect, it, test } from 'vitest';
import { traceAnswerStep } from '../../src/inference/answer-step.ts';
import { architectures, buildModel, leastTensors } from '../../src/models/build.ts';
import { modelSchema } from '../../src/models/config.ts';

const shape = { cells: 4, vocabulary: 5, puzzleEmbeddingRows: 2 };
const small = { hiddenSize: 8, heads: 2, puzzleSlots: 2, puzzleEmbeddingSize: 16 };

describe.each([
  ['trm', { y: 'answer', z: 'perturbed' }],
  ['trm-single-z', { z: 'answer perturbed' }],
  ['trm-multi-z', { y: 'answer', z1: 'perturbed', z2: 'perturbed', z3: 'perturbed' }],
  ['hrm', { zH: 'answer', zL: 'perturbed' }],
  ['transformer', { zH: 'answer perturbed' }],
] as const)('%s', (architecture, states) => {
  const highLayers = architecture === 'hrm' ? 1 : 0;
  const depth = architecture === 'transformer' ? { cycles: 1, latentSteps: 1 } : { latentSteps: 3 };
  const config = modelSchema.parse({ ...small, architecture, highLayers, ...depth });
  const model = buildModel(config, shape);

  it('declares its answer and what may be perturbed', () => {
    const declared = Object.entries(model.states).map(([name, { isAnswer, mayBePerturbed }]) => [
      name,
      [isAnswer && 'answer', mayBePerturbed && 'perturbed'].filter(Boolean).join(' '),
    ]);
    expect(Object.fromEntries(declared)).toEqual(states);
    expect(Object.values(model.states).map((state) => state.shape)).toEqual(declared.map(() => [6, 8]));
  });

  it('has at least as many tensors as a file of it must have', () => {
    const tensors = Object.keys(model.parameters).length + Object.keys(model.states).length;
    expect(leastTensors(config)).toBeLessThanOrEqual(tensors);
  });
});

/** How often the network is applied in one supervision step without gradient: once a layer, a SiLU in each of two SwiGLUs. */
test.each([
  ['trm', 2 * (3 + 1)],
  ['trm-single-z', 2 * (3 + 1)],
  ['trm-multi-z', 2 * (3 + 1)],
  ['hrm', 2 * (3 + 1)],
  ['transformer', 1],
] as const)('%s applies its network %i times in two cycles of three refinements', (architecture, times) => {
  const highLayers = architecture === 'hrm' ? 1 : 0;
  const depth =
    architecture === 'transformer' ? { cycles: 1, latentSteps: 1 } : { cycles: 2, latentSteps: 3 };
  const settings = { ...small, architecture, highLayers, layers: 1, ...depth };
  const graph = traceAnswerStep(buildModel(modelSchema.parse(settings), shape), 1, { logits: false });
  expect(graph.nodes.filter(({ op }) => op === 'silu').length).toBe(2 * times);
});

test('the table is complete', () => {
  expect(Object.keys(architectures)).toEqual(['trm', 'hrm', 'transformer', 'trm-single-z', 'trm-multi-z']);
});

test.each([
  [{}, 2 + 1],
  [{ layers: 400 }, 401],
  [{ architecture: 'hrm', highLayers: 400, puzzleSlots: 1 }, 403],
  [{ architecture: 'trm-multi-z', latentSteps: 700 }, 702],
])('a file of %j has at least %i tensors', (settings, least) => {
  expect(leastTensors(modelSchema.parse(settings))).toBe(least);
});

test.each([
  [{ architecture: 'hrm', puzzleSlots: 1 }, 'highLayers', 'must be positive for hrm'],
  [
    { architecture: 'trm-multi-z', highLayers: 1 },
    'highLayers',
    'must be 0: trm and hrm alone have a second network',
  ],
  [
    { architecture: 'transformer', latentSteps: 1 },
    'cycles',
    'must be 1 for transformer, whose layers are applied once in a supervision step',
  ],
  [
    { architecture: 'hrm', highLayers: 1, continueLoss: true },
    'continueLoss',
    'must be false for hrm, which always has it',
  ],
  [
    { architecture: 'hrm', highLayers: 1, puzzleSlots: 16 },
    'puzzleSlots',
    'must be 1 for hrm: as many as the puzzle embedding fills',
  ],
  [{ mixer: 'attention', heads: 7 }, 'heads', 'must divide hiddenSize 512'],
  [
    { positions: 'rope', hiddenSize: 24, heads: 8 },
    'heads',
    'rope needs an even head width hiddenSize / heads',
  ],
  [
    { puzzleSlots: 1, puzzleEmbeddingSize: 513 },
    'puzzleSlots',
    '1 slots of 512 do not hold a puzzle embedding of 513; lower puzzleEmbeddingSize to 512, or raise puzzleSlots to 2',
  ],
  [{ puzzleEmbeddingSize: 0 }, 'puzzleSlots', 'must be 0 without a puzzle embedding'],
])('%j is refused', (settings, key, message) => {
  const { error } = modelSchema.safeParse(settings);
  expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toContainEqual([key, message]);
});

test.each(['hiddenSize', 'heads', 'puzzleSlots'])('a %s of -1 is one fault', (key) => {
  const { error } = modelSchema.safeParse({ positions: 'rope', mixer: 'attention', [key]: -1 });
  expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([key]);
});

test('an unknown architecture or setting is refused', () => {
  expect(modelSchema.safeParse({ architecture: 'rnn' }).error?.issues[0]).toMatchObject({
    path: ['architecture'],
  });
  expect(modelSchema.safeParse({ hidden: 8 }).error?.issues[0]).toMatchObject({ code: 'unrecognized_keys' });
});
