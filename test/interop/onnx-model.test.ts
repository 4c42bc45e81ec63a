/** Exported ONNX files, run by ONNX Runtime alone, against our own answers. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OnnxValue } from 'onnxruntime-common';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { testBatches } from '../../src/data/batches.ts';
import { Answerer, answerWeights } from '../../src/inference/answer.ts';
import { encodeOnnx, type OnnxOptions } from '../../src/interop/onnx-model.ts';
import { ortNode } from '../../src/runtime/onnxruntime/ort-node.ts';
import { newRun, train } from '../../src/train/run.ts';
import { backend, tinyConfig, tinyDataset } from '../train/support.ts';

const { InferenceSession, Tensor } = await ortNode();
const rows = 3;
const dataset = tinyDataset();
const [batch] = testBatches(dataset, rows);
const tokens = new Tensor('int32', batch!.inputs, [rows, 16]);
const puzzleIds = new Tensor('int32', new Int32Array(rows), [rows]);

const models = {
  mlp: {},
  attention: { mixer: 'attention', positions: 'rope' },
  'without a puzzle embedding': { puzzleSlots: 0, puzzleEmbeddingSize: 0 },
  hrm: { architecture: 'hrm', highLayers: 1, puzzleSlots: 1, mixer: 'attention', positions: 'rope' },
};

async function trained(model: object) {
  const { model: base } = tinyConfig();
  const checkpoint = newRun(tinyConfig({ model: { ...base, ...model } }), dataset);
  await train(checkpoint, dataset, backend, {});
  const answerer = await Answerer.create(checkpoint.model, rows, backend);
  const own = [];
  for await (const { answer, halt } of answerer.answer(answerWeights(checkpoint.state), batch!, 3))
    own.push({ answer: answer.slice(), halting: Array.from(halt, (logit) => 1 / (1 + Math.exp(-logit))) });
  await answerer.dispose();
  const open = (options: Partial<OnnxOptions> = {}) => {
    const bytes = encodeOnnx(checkpoint, { rows, weights: 'float32', singleStep: false, ...options });
    return { bytes, session: InferenceSession.create(bytes) };
  };
  return { checkpoint, own, open };
}

const closeTo = (values: readonly number[], digits = 5) => values.map((v) => expect.closeTo(v, digits));

describe.each(Object.entries(models))('%s', async (_, settings) => {
  const { own, open } = await trained(settings);

  it('answers after as many steps as it is asked for', async () => {
    const { session } = open();
    for (const [i, { answer, halting }] of own.entries()) {
      const steps = new Tensor('int64', BigInt64Array.of(BigInt(i + 1)), []);
      const out = await (await session).run({ tokens, puzzle_ids: puzzleIds, steps });
      expect(out.answer!.data).toEqual(answer);
      expect(Array.from(out.halting!.data as Float32Array)).toEqual(closeTo(halting));
    }
  });

  it('answers step by step, rows beginning as they like', async () => {
    const session = await open({ singleStep: true }).session;
    const blank = Object.fromEntries(
      session.inputMetadata.flatMap((input) =>
        input.isTensor && input.name.startsWith('previous/')
          ? [[input.name, new Tensor('float32', noise(input.shape as number[]), input.shape as number[])]]
          : [],
      ),
    );
    expect(Object.keys(blank)).toHaveLength(2);
    let latents: Record<string, OnnxValue> = blank;
    for (const [i, { answer, halting }] of own.entries()) {
      const begin = new Tensor('int32', new Int32Array(rows).fill(i === 0 ? 1 : 0), [rows]);
      const out = await session.run({ tokens, puzzle_ids: puzzleIds, begin, ...latents });
      expect(out.answer!.data).toEqual(answer);
      expect(Array.from(out.halting!.data as Float32Array)).toEqual(closeTo(halting));
      latents = Object.fromEntries(
        Object.keys(latents).map((name) => [name, out[name.replace('previous/', 'next/')]!]),
      );
    }
  });
});

test('smaller weights make smaller files, and answer nearly alike', async () => {
  const { checkpoint, own, open } = await trained({ hiddenSize: 64, expansion: 4 });
  const steps = new Tensor('int64', BigInt64Array.of(1n), []); // rounding grows with every step
  const [first] = own;
  const sizes: number[] = [];
  for (const [weights, digits] of [
    ['float32', 5],
    ['float16', 2],
    ['int8', 1],
  ] as const) {
    const { bytes, session } = open({ weights });
    sizes.push(bytes.length);
    const out = await (await session).run({ tokens, puzzle_ids: puzzleIds, steps });
    const halting = Array.from(out.halting!.data as Float32Array);
    expect(halting, weights).toEqual(closeTo(first!.halting, digits));
    const same = first!.answer.filter((token, i) => token === Number(out.answer!.data[i])).length;
    expect(same / first!.answer.length, weights).toBeGreaterThan(0.9);
  }
  const count = Object.values(checkpoint.model.parameters).reduce(
    (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  );
  expect(sizes[0]! - sizes[1]!).toBeGreaterThan(1.9 * count);
  expect(sizes[1]! - sizes[2]!).toBeGreaterThan(0.9 * count);
});

const python = process.env.TRM_PYTHON;
const able = (() => {
  try {
    execFileSync(python ?? '', ['-c', 'import onnxruntime, onnx'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!able)('in Python (skipped: set TRM_PYTHON to one with onnxruntime and onnx)', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'trm-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('the example solves, the checker accepts', async () => {
    const { checkpoint } = await trained({});
    const file = join(folder, 'model.onnx');
    writeFileSync(file, encodeOnnx(checkpoint, { rows: 1, weights: 'float32', singleStep: false }));
    execFileSync(python!, ['-c', 'import onnx, sys; onnx.checker.check_model(sys.argv[1])', file]);
    const example = fileURLToPath(new URL('../../examples/solve_onnx.py', import.meta.url));
    const out = execFileSync(python!, [example, file, '1..2........3...'], { encoding: 'utf8' });
    expect(out).toMatch(/^(\d \d \d \d\n){4}halting probability 0\.\d{3}\n$/);
  });
});

/** What must not matter. */
function noise(shape: readonly number[]): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i));
}
