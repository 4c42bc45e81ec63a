/** Choosing a device under Node. What a device computes is the contract's (contract.test.ts). */

import { expect, test } from 'vitest';
import { TrmError } from '../../src/errors.ts';
import { type NodeBackendOptions, openBackend } from '../../src/runtime/node.ts';
import { ortNode } from '../../src/runtime/onnxruntime/ort-node.ts';

const inBuild = (await ortNode()).listSupportedBackends().map(({ name }) => name);

test('auto takes cuda where it opens, else the CPU, and says why', async () => {
  const { device, reason } = await openBackend();
  if (device === 'cuda') expect(reason).toBe('auto: CUDA opened');
  else {
    expect(device).toBe('cpu');
    expect(reason).toMatch(/^auto: .* without CUDA \(.+\)$/);
  }
});

test('cpu is as asked', async () => {
  expect(await openBackend({ device: 'cpu' })).toMatchObject({ device: 'cpu', reason: 'as asked' });
});

const missing = (['coreml', 'dml'] as const).filter((device) => !inBuild.includes(device));
test.each(missing)('%s, not in this build, is refused with the list of those that are', async (device) => {
  const error = await openBackend({ device }).catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(TrmError);
  expect(error).toMatchObject({ code: 'runtime', detail: { key: 'device' } });
  expect((error as TrmError).message).toMatch(
    /not in this build of ONNX Runtime; choose one of cpu, .*wasm$/,
  );
});

test('cuda opens, or the error says what it needs', async () => {
  const opened = await openBackend({ device: 'cuda' }).catch((fault: unknown) => fault);
  if (opened instanceof TrmError)
    expect(opened.message).toMatch(/"cuda" .*; .*(node-install=cuda12|choose one of)/);
  else expect(opened).toMatchObject({ device: 'cuda', reason: 'as asked' });
});

test('the reference is an engine, in either precision', async () => {
  const backend = await openBackend({ engine: 'reference', precision: 'float64' });
  expect(backend).toMatchObject({ engine: 'reference', device: 'cpu' });
  expect(backend.runtime).toBe('reference interpreter, float64');
  expect(await openBackend({ engine: 'onnxruntime', device: 'cpu' })).toMatchObject({
    engine: 'onnxruntime',
  });
});

test.each([
  [
    { engine: 'nonsense' },
    'engine: no engine is called "nonsense"; choose one of auto, native, onnxruntime, ort, reference',
  ],
  [{ precision: 'float64' }, 'precision: the engine onnxruntime does not compute in float64; choose float32'],
  [
    { engine: 'reference', precision: 'float16' },
    'precision: the engine reference does not compute in float16',
  ],
  [{ engine: 'reference', device: 'cuda' }, 'device: the engine reference has no cuda; choose cpu'],
])('%j is refused', async (options, message) => {
  await expect(openBackend(options as NodeBackendOptions)).rejects.toThrow(message);
});
