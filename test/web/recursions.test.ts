/** A model looked at recursion by recursion: its supervision steps are those of the model as it was trained. */

import { expect, test } from 'vitest';
import { testBatches } from '../../src/data/batches.ts';
import { Answerer, answerWeights, probability } from '../../src/inference/answer.ts';
import { newRun } from '../../src/train/run.ts';
import { Recursions } from '../../web/recursions.ts';
import { backend, tinyConfig, tinyDataset } from '../train/support.ts';

const dataset = tinyDataset();
const checkpoint = newRun(tinyConfig(), dataset);
const { cycles, latentSteps } = checkpoint.config.model;
const { value: batch } = testBatches(dataset, 1).next();
const question = { tokens: batch!.inputs, puzzleIdentifier: 0 };

const near = (values: Float32Array) => Array.from(values, (value) => expect.closeTo(value, 3));

test('every T * n recursions are a supervision step', async () => {
  const recursions = await Recursions.create(checkpoint, backend);
  const looks = [];
  const depth = { supervisionSteps: 3, cycles, latentSteps };
  for await (const look of recursions.of(question, depth)) looks.push(look);
  await recursions.dispose();
  expect(looks.map(({ moment: { step, cycle, refinement } }) => `${step}${cycle}${refinement}`)).toEqual(
    ['111', '112', '121', '122'].concat(['211', '212', '221', '222'], ['311', '312', '321', '322']),
  );

  const answerer = await Answerer.create(checkpoint.model, 1, backend);
  for await (const said of answerer.answer(answerWeights(checkpoint.state), batch!, 3)) {
    const { moment, y, z } = looks[said.step * cycles * latentSteps - 1]!;
    expect(moment.answer).toEqual(said.answer);
    expect(moment.halting).toBeCloseTo(probability(said.halt[0]!), 4);
    expect([...y]).toEqual(near(said.next.y!));
    expect([...z]).toEqual(near(said.next.z!));
  }
  await answerer.dispose();
});

test('y is kept between updates, changes are relative, and every cell has its confidence', async () => {
  const recursions = await Recursions.create(checkpoint, backend);
  const looks = [];
  for await (const look of recursions.of(question, { supervisionSteps: 1, cycles, latentSteps }))
    looks.push(look);
  await recursions.dispose();
  const [first, second, third] = looks;
  expect(third!.y).toBe(second!.y);
  expect(second!.y).not.toEqual(first!.y);
  expect(looks.map(({ moment }) => moment.changeOfY !== undefined)).toEqual([false, true, false, true]);
  const length = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const difference = second!.z.map((value, i) => value - first!.z[i]!);
  expect(second!.moment.changeOfZ).toBeCloseTo(length(difference) / length(first!.z), 5);
  const { confidence } = first!.moment;
  expect(confidence).toHaveLength(16);
  for (const one of confidence) expect(one > 1 / 6 && one <= 1).toBe(true);
});

test.each([
  ['stablemax', (x: number) => (x < 0 ? 1 / (1 - x) : 1 + x)],
  ['softmax', Math.exp],
] as const)('confidence is the probability that training meant, by %s', async (cellLoss, weigh) => {
  const config = { ...checkpoint.config, cellLoss };
  const recursions = await Recursions.create({ ...checkpoint, config }, backend);
  const looks = [];
  for await (const look of recursions.of(question, { supervisionSteps: 1, cycles, latentSteps }))
    looks.push(look);
  await recursions.dispose();

  const answerer = await Answerer.create(checkpoint.model, 1, backend, { logits: true });
  for await (const { logits } of answerer.answer(answerWeights(checkpoint.state), batch!, 1)) {
    const weights = Array.from(logits!, weigh);
    const expected = Array.from({ length: 16 }, (_, cell) => {
      const of = weights.slice((cell * weights.length) / 16, ((cell + 1) * weights.length) / 16);
      return Math.max(...of) / of.reduce((sum, weight) => sum + weight, 0);
    });
    expect([...looks.at(-1)!.moment.confidence]).toEqual(expected.map((value) => expect.closeTo(value, 4)));
  }
  await answerer.dispose();
});

test('another architecture is refused', async () => {
  const other = newRun(
    tinyConfig({ model: { ...checkpoint.config.model, architecture: 'trm-single-z' } }),
    dataset,
  );
  await expect(Recursions.create(other, backend)).rejects.toThrow(
    /this one is trm-single-z; answer with trm solve/,
  );
});
