/** Checkpoints: their tensors by name, those of format 1 and how training goes on from them, formats that are unknown. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { formerTensorName } from '../../src/train/former-names.ts';
import { newRun, train } from '../../src/train/run.ts';
import type { StepMetrics } from '../../src/train/step-metrics.ts';
import { backend, tinyConfig, tinyDataset } from './support.ts';

const dataset = tinyDataset();
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/format-1/${name}`, import.meta.url));

/** What the code that wrote format 1 gave in the steps after the checkpoint. */
interface Next {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly count: number;
  readonly exactAccuracy: number;
}

describe.each(['trm', 'hrm'])('a checkpoint of format 1: %s', (name) => {
  const bytes = readFileSync(fixture(`${name}.safetensors`));
  const read = () => decodeCheckpoint(bytes, name);

  test('keeps every number under its new name', () => {
    const before = decodeSafetensors(bytes, name);
    const after = decodeSafetensors(Buffer.concat(encodeCheckpoint(read())), name);
    expect(JSON.parse(before.metadata.trm!)).toMatchObject({
      format: 1,
      step: 5,
      puzzle: { kind: 'sudoku' },
    });
    expect(JSON.parse(after.metadata.trm!)).toMatchObject({ format: 2, step: 5, family: { kind: 'sudoku' } });
    const former = new Map([...after.tensors].map(([key, tensor]) => [formerTensorName(key), tensor]));
    expect([...former.keys()].sort()).toEqual([...before.tensors.keys()].sort());
    for (const [key, tensor] of before.tensors) expect(former.get(key), key).toEqual(tensor);
    const states = name === 'trm' ? ['y', 'z'] : ['zH', 'zL'];
    for (const state of states) expect(after.tensors.has(`carry/states/${state}`)).toBe(true);
    for (const moment of ['firstMoment', 'secondMoment'])
      expect(after.tensors.get(`optimizer/${moment}/head`)!.data.some((value) => value !== 0)).toBe(true);
  });

  test('goes on with the numbers that the former code gave', async () => {
    const { next } = JSON.parse(readFileSync(fixture(`${name}.json`), 'utf8')) as { next: Next[] };
    const { batchSize } = read().config; // its metrics were sums
    const got: StepMetrics[] = [];
    await train(read(), dataset, backend, { onStep: (metrics) => void got.push(metrics) });
    expect(got.map(({ step }) => step)).toEqual(next.map(({ step }) => step));
    got.forEach(({ loss, gradientNorm, ...rest }, i) => {
      const expected = next[i]!;
      // On the machine that made them the same to the bit; another one's kernels may sum in another order.
      expect(Math.abs((batchSize * loss) / expected.loss - 1), `loss of step ${rest.step}`).toBeLessThan(
        1e-5,
      );
      expect(Math.abs(gradientNorm / expected.gradientNorm - 1), `norm of step ${rest.step}`).toBeLessThan(
        1e-4,
      );
      expect(rest.count).toBe(expected.count);
      expect((rest.exactAccuracy ?? 0) * rest.count).toBeCloseTo(expected.exactAccuracy, 9);
    });
  });
});

test('states of all models have their former names', () => {
  const names = [
    'start/y',
    'start/zH',
    'start/z',
    'start/zL',
    'carry/states/z3',
    'carry/steps',
    'weights/head',
  ];
  expect(names.map(formerTensorName)).toEqual([
    'start/answer',
    'start/answer',
    'start/latent',
    'start/latent',
    'carry/latent/latent3',
    'carry/steps',
    'weights/head',
  ]);
});

test('an optimizer keeps a tensor of each weight that its state is of', () => {
  const { tensors } = decodeSafetensors(
    Buffer.concat(encodeCheckpoint(newRun(tinyConfig({ optimizer: 'muon' }), dataset))),
    'x',
  );
  const kept = (name: string) =>
    [...tensors.keys()].flatMap((key) =>
      key.startsWith(`optimizer/${name}/`) ? [key.slice(`optimizer/${name}/`.length)] : [],
    );
  const rest = ['tokens', 'head', 'haltHead.weight', 'haltHead.bias'].sort();
  expect(kept('firstMoment').sort()).toEqual(rest);
  expect(kept('secondMoment').sort()).toEqual(rest);
  const weights = [...tensors.keys()].filter((key) => key.startsWith('weights/layers.'));
  expect(kept('momentum').sort()).toEqual(weights.map((key) => key.slice('weights/'.length)).sort());
  expect(weights.length).toBe(12);
});

test.each([3, 0, '2', null, undefined])('format %j is an error that says so', (format) => {
  const { tensors, metadata } = decodeSafetensors(
    Buffer.concat(encodeCheckpoint(newRun(tinyConfig(), dataset))),
    'x',
  );
  const trm = JSON.stringify({ ...JSON.parse(metadata.trm!), format });
  const bytes = Buffer.concat(encodeSafetensors(Object.fromEntries(tensors), { ...metadata, trm }));
  expect(() => decodeCheckpoint(bytes, 'x.safetensors')).toThrow(
    /^x\.safetensors: trm\.format: format .* is unknown, formats 1 and 2 are read; use the version/,
  );
});

test('bytes behind its end are refused', () => {
  const bytes = Buffer.concat(encodeCheckpoint(newRun(tinyConfig(), dataset)));
  expect(() => decodeCheckpoint(Buffer.concat([bytes, Buffer.alloc(5)]), 'x')).toThrow(
    /^x: 5 of its bytes belong to no tensor; the file is damaged/,
  );
});
