/** What graphs are fed with: all rows or some, weights as views that are made once. */

import { expect, test } from 'vitest';
import { Answerer, answerWeights } from '../../src/inference/answer.ts';
import { emptyCarry, refill } from '../../src/inference/carry.ts';
import { Feed } from '../../src/inference/feed.ts';
import { float32 } from '../../src/runtime/backend.ts';
import { blankModel, blankWeights, scriptedBackend } from '../support/scripted.ts';

const model = blankModel(2, undefined, [2, 3]);
const carry = emptyCarry(model, 3);
carry.inputs.set([1, 2, 3, 4, 5, 6]);
carry.puzzleIdentifiers.set([2, 0, 1]);
carry.states.y!.set(Array.from({ length: 18 }, (_, i) => i));
const weights = {
  dense: Float32Array.of(8, ...new Array(15).fill(0)),
  puzzleEmbeddings: Float32Array.of(10, 11, 12),
};

test('all rows', () => {
  const inputs = new Feed(model).inputs(weights, carry);
  expect(Object.keys(inputs).sort()).toEqual([
    'carry/y',
    'carry/z',
    'parameter/tokens',
    'puzzleEmbedding',
    'tokens',
  ]);
  expect(inputs.tokens).toEqual({ dtype: 'int32', shape: [3, 2], data: carry.inputs });
  expect(inputs.puzzleEmbedding).toEqual(float32(Float32Array.of(12, 10, 11), [3, 1]));
  expect(inputs['carry/y']).toEqual(float32(carry.states.y!, [3, 2, 3]));
  expect(inputs['parameter/tokens']).toEqual(float32(Float32Array.of(8), [1]));
});

test('some rows', () => {
  const inputs = new Feed(model).inputs(weights, carry, 1, 3);
  expect(inputs.tokens).toEqual({ dtype: 'int32', shape: [2, 2], data: Int32Array.of(3, 4, 5, 6) });
  expect(inputs.puzzleEmbedding).toEqual(float32(Float32Array.of(10, 11), [2, 1]));
  expect(inputs['carry/y']).toEqual(float32(carry.states.y!.subarray(6), [2, 2, 3]));
});

test('no puzzle embedding where the model has none', () => {
  const inputs = new Feed({ ...model, puzzleEmbeddingSize: 0 }).inputs(weights, carry);
  expect(inputs).not.toHaveProperty('puzzleEmbedding');
});

test('the views of a vector are made once, those of another vector are its own', () => {
  const feed = new Feed(model);
  const parameter = (dense: Float32Array) => feed.inputs({ ...weights, dense }, carry)['parameter/tokens'];
  const other = new Float32Array(16).fill(3);
  expect(parameter(weights.dense)).toBe(parameter(weights.dense));
  expect(parameter(other)!.data[0]).toBe(3);
  other[0] = 4;
  expect(parameter(other)!.data[0]).toBe(4);
});

test('the states after a step, by name', () => {
  const outputs = { 'next/y': float32(Float32Array.of(1), [1]), 'next/z': float32(Float32Array.of(2), [1]) };
  expect(new Feed(model).nextStates(outputs)).toEqual({ y: Float32Array.of(1), z: Float32Array.of(2) });
});

test('an answerer leaves the carry as it is, and answers every step with the states of the one before', async () => {
  const counted = blankModel(1);
  const backend = scriptedBackend(({ states }) => ({
    answer: [states.y![0]!],
    halt: -states.y![0]!,
    states: { y: [states.y![0]! + 1] },
  }));
  const answerer = await Answerer.create(counted, 2, backend);
  const own = blankWeights(counted);
  const batch = {
    inputs: Int32Array.of(7, 8),
    labels: Int32Array.of(0, 0),
    puzzleIdentifiers: Int32Array.of(1, 2),
    count: 2,
    size: 2,
  };
  const begun = emptyCarry(counted, 2);
  refill(begun, batch, own.starts);
  const said = await answerer.think(own, begun);
  expect(said.next.y).toEqual(Float32Array.of(1, 1));
  expect(begun.states.y).toEqual(Float32Array.of(0, 0));

  const steps = [];
  for await (const { step, answer, halt } of answerer.answer(own, batch, 3))
    steps.push([step, answer[1], halt[1]]);
  expect(steps).toEqual([
    [1, 0, -0],
    [2, 1, -1],
    [3, 2, -2],
  ]);
  const stopped = answerer.answer(own, batch, 3, AbortSignal.abort(new Error('enough')));
  await expect(stopped.next()).rejects.toThrow('enough');
  await answerer.dispose();
  expect(backend.disposed).toBe(1);
});

test('the weights that answer are the averaged ones', () => {
  const average = Float32Array.of(1);
  const { puzzleEmbeddings, starts } = blankWeights(model);
  expect(answerWeights({ dense: { average }, puzzleEmbeddings, starts }).dense).toBe(average);
});
