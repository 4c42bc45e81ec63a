import { expect, test } from 'vitest';
import { didYouMean, nearMiss } from '../src/suggest.ts';
import { configSchema } from '../src/train/config.ts';

test.each([
  ['stps', ['seed', 'steps', 'stop'], 'steps'],
  ['STEPS', ['seed', 'steps'], 'steps'],
  ['abcd', ['abxd', 'abcde', 'zzzz'], 'abxd'],
  ['hlat', ['choose', 'halt'], 'halt'],
  ['batch', ['seed', 'batchSize'], 'batchSize'],
  ['model.hidenSize', ['seed', 'model.heads', 'model.hiddenSize'], 'model.hiddenSize'],
  ['hiddenSize', ['seed', 'model.heads', 'model.hiddenSize'], 'model.hiddenSize'],
  ['model.steps', ['steps', 'model.heads'], 'steps'],
])('%s among %j is %s', (word, known, found) => {
  const before = [...known];
  expect(nearMiss(word, known)).toBe(found);
  expect(known).toEqual(before);
});

test('a word that is nowhere near gets no guess', () => {
  const keys = Object.keys(configSchema.shape);
  for (const word of ['', 'x', 'lr', 'dropout', 'temperature', 'model.gpu', 'hidden'])
    expect(nearMiss(word, keys), word).toBeUndefined();
  expect(didYouMean('temperature', keys, 'see the list')).toBe('see the list');
});
