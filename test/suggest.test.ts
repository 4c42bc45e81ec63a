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
  for (const word of ['', 'x', 'lr', 'tokenizer', 'temperature', 'model.gpu', 'hidden'])
    expect(nearMiss(word, keys), word).toBeUndefined();
  expect(didYouMean('temperature', keys, 'see the list')).toBe('see the list');
});

test('another number is another thing', () => {
  const models = ['sudoku-4x4', 'sudoku-9x9', 'maze-10x10'];
  expect(nearMiss('sudoku9x9', models)).toBe('sudoku-9x9');
  expect(nearMiss('sudoku-5x5', models)).toBeUndefined();
  expect(nearMiss('maze-12x12', models)).toBeUndefined();
});
