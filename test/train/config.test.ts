/** Settings: defaults, and faults that name the key, the file and what may have been meant. */

import { expect, it, test } from 'vitest';
import { nearest, parseConfig } from '../../src/train/config.ts';

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
  [{ model: { steps: 8 } }, undefined, /^model\.steps: unknown key; did you mean model\.\w+\?$/],
  [{ steps: 0 }, 'r.yaml', /^r\.yaml: steps: /],
  [{ model: { cycles: 1.5 } }, undefined, /^model\.cycles: /],
])('%j is refused', (settings, file, message) => {
  expect(() => parseConfig(settings, file)).toThrow(message);
});

test.each([
  ['stps', ['seed', 'steps', 'stop'], 'steps'],
  ['STEPS', ['seed', 'steps'], 'steps'],
  ['abcd', ['abxd', 'abcde', 'zzzz'], 'abxd'],
  ['rate', ['puzzleLearningRate', 'beta1', 'emaRate'], 'emaRate'],
  ['', ['ab', 'a'], 'a'],
])('nearest to %s among %j is %s', (word, candidates, found) => {
  const before = [...candidates];
  expect(nearest(word, candidates)).toBe(found);
  expect(candidates).toEqual(before);
});
