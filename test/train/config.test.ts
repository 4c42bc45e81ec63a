/** Settings: defaults, and faults that name the key, the file and what may have been meant. */

import { expect, it } from 'vitest';
import { parseConfig } from '../../src/train/config.ts';

it('completes what is given with the paper’s settings', () => {
  expect(parseConfig({})).toMatchObject({
    steps: 65_000,
    batchSize: 768,
    optimizer: 'adam-atan2',
    emaRate: 0.999,
  });
  expect(parseConfig({ model: { layers: 3 } }).model).toMatchObject({ layers: 3, hiddenSize: 512 });
});

it.each([
  [{ batchsize: 3 }, 'r.yaml', 'r.yaml: batchsize: unknown key; did you mean batchSize?'],
  [{ learnRate: 3 }, undefined, 'learnRate: unknown key; did you mean learningRate?'],
  [
    { model: { hidenSize: 8 } },
    'r.yaml',
    'r.yaml: model.hidenSize: unknown key; did you mean model.hiddenSize?',
  ],
  [{ model: { steps: 8 } }, undefined, 'model.steps: unknown key; did you mean steps?'],
  [{ smoothness: 0.1 }, undefined, /^smoothness: unknown key; trm config show lists the keys$/],
  [
    { model: { architecture: 'hrm', puzzleSlots: 3, highLayers: 0 }, stps: 1 },
    'r.yaml',
    'r.yaml: 3 faults:\n' +
      '  model.highLayers: must be positive for hrm\n' +
      '  model.puzzleSlots: must be 1 for hrm: as many as the puzzle embedding fills\n' +
      '  stps: unknown key; did you mean steps?',
  ],
  [{ steps: 'abc' }, '--set', '--set: steps: expected number, got "abc"'],
  [{ steps: null }, '--set', '--set: steps: expected number, got nothing'],
  [{ learningRate: -1 }, '--set', '--set: learningRate: expected a number > 0, got -1'],
  [{ optimizer: 'sgd' }, undefined, 'optimizer: expected one of "adam-atan2", "adamw", "muon", got "sgd"'],
  [{ learningRate: Number.NaN }, undefined, 'learningRate: expected number, got NaN'],
  [{ model: 3 }, undefined, 'model: expected object, got 3'],
  [{ augment: 'x'.repeat(60) }, undefined, `augment: expected boolean, got "${'x'.repeat(39)}…`],
  [
    { model: { hiddenSize: 16 } },
    undefined,
    'model.puzzleSlots: 16 slots of 16 do not hold a puzzle embedding of 512; lower puzzleEmbeddingSize to 256, or raise puzzleSlots to 32',
  ],
  [{ steps: 0 }, 'r.yaml', /^r\.yaml: steps: /],
  [{ model: { cycles: 1.5 } }, undefined, /^model\.cycles: /],
])('%j is refused', (settings, file, message) => {
  expect(() => parseConfig(settings, file)).toThrow(message);
});
