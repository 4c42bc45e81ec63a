/** What a recipe costs, against the arithmetic of its layers done by hand. */

import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/cli/support/config-file.ts';
import { buildModel } from '../../src/models/build.ts';
import { costOf, evaluationsOf, runCost, stepsFor } from '../../src/train/cost.ts';
import { tinyConfig } from './support.ts';

const shape = { cells: 16, vocabulary: 6, puzzleEmbeddingRows: 3 };
const costed = (settings: Record<string, unknown> = {}) => {
  const config = tinyConfig(settings);
  const model = buildModel(config.model, shape);
  return { config, model, cost: costOf(config, model) };
};

/** FLOP of one application of the network and of the heads, from the shapes of the weights. */
function byHand({ model, config }: ReturnType<typeof costed>) {
  const L = shape.cells + config.model.puzzleSlots;
  const D = config.model.hiddenSize;
  let [application, weights] = [0, 0];
  for (const [name, { shape: sizes }] of Object.entries(model.parameters)) {
    const size = sizes.reduce((product, length) => product * length, 1);
    weights += size;
    // Of the mixer each weight meets every channel, of the rest every position.
    if (/^layers?\W?\d/.test(name)) application += 2 * size * (/mixer/.test(name) ? D : L);
  }
  const heads = 2 * shape.cells * D * shape.vocabulary + 2 * D * 2;
  /** Rows of the token embedding gather their gradients by a product with one-hot tokens. */
  const embedding = 2 * shape.vocabulary * shape.cells * D;
  return { application, heads, embedding, weights };
}

describe('a training step', () => {
  it('is T cycles forward and twice the last one backward', () => {
    const tiny = costed();
    const { application, heads, embedding, weights } = byHand(tiny);
    const { cycles: T, latentSteps: n } = tiny.config.model;
    expect(tiny.cost.parameters).toBe(weights);
    expect(tiny.cost.puzzleParameters).toBe(3 * 16);
    expect(tiny.cost.answerStep).toBe(T * (n + 1) * application + heads);
    expect(tiny.cost.trainingStep).toBe(6 * ((T + 2) * (n + 1) * application + 3 * heads + embedding));
  });

  it('costs the same in micro-batches of any size', () => {
    const { trainingStep } = costed().cost;
    for (const microBatchSize of [1, 4, 5])
      expect(costed({ microBatchSize }).cost.trainingStep).toBe(trainingStep);
  });

  it('costs more where the update multiplies, less where only the puzzle embedding learns', () => {
    const { trainingStep } = costed().cost;
    expect(costed({ optimizer: 'muon' }).cost.trainingStep).toBeGreaterThan(trainingStep);
    expect(costed({ trainable: 'puzzle-embedding' }).cost.trainingStep).toBeLessThan(trainingStep);
  });

  it('makes of the recipe of Sudoku-Extreme what README.md says', () => {
    const config = loadConfig('sudoku-extreme-mlp', []);
    const model = buildModel(config.model, { cells: 81, vocabulary: 11, puzzleEmbeddingRows: 1 });
    expect((config.steps * costOf(config, model).trainingStep) / 1e18).toBeCloseTo(2.1, 1);
  });
});

describe('a run', () => {
  it('is its steps and its evaluations', () => {
    const { config, model, cost } = costed({ evaluateEvery: 5, evaluateExamples: 7, supervisionSteps: 4 });
    expect(evaluationsOf(config)).toBe(3); // of 12 steps: after 5, 10, 12
    const run = runCost(config, model, 100);
    expect(run).toMatchObject({
      training: 12 * cost.trainingStep,
      evaluation: 3 * 7 * 4 * cost.answerStep,
      answer: 4 * cost.answerStep,
    });
    expect(runCost(config, model, 3).evaluation).toBe(3 * 3 * 4 * cost.answerStep);
    expect(evaluationsOf({ steps: 12, evaluateEvery: 0 })).toBe(1);
  });

  it('has as many steps as its FLOP pay for, one at least', () => {
    const { cost } = costed();
    expect(stepsFor(9.9 * cost.trainingStep, cost)).toBe(9);
    expect(stepsFor(1, cost)).toBe(1);
  });
});
