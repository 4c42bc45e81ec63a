/** Exported ONNX files, run by ONNX Runtime alone, against our own answers. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { OnnxValue } from 'onnxruntime-common';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { testBatches } from '../../src/data/batches.ts';
import { ModelProtoSchema } from '../../src/graph/onnx/onnx_pb.ts';
import { serialize } from '../../src/graph/onnx/serialize.ts';
import { Answerer, answerWeights } from '../../src/inference/answer.ts';
import { traceAnswerStep } from '../../src/inference/answer-step.ts';
import { layoutOf, views } from '../../src/inference/weights.ts';
import { readModelFile } from '../../src/interop/model-file.ts';
import { encodeOnnx, type OnnxOptions } from '../../src/interop/onnx-model.ts';
import type { PuzzleShape } from '../../src/models/model.ts';
import { ortNode } from '../../src/runtime/onnxruntime/ort-node.ts';
import type { Checkpoint } from '../../src/train/checkpoint.ts';
import type { Config } from '../../src/train/config.ts';
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
  transformer: { architecture: 'transformer', cycles: 1, latentSteps: 1, puzzleSlots: 1 },
  'second network, norm inside SwiGLU': { highLayers: 1, gateNorm: true },
  hrm: { architecture: 'hrm', highLayers: 1, puzzleSlots: 1, mixer: 'attention', positions: 'rope' },
};

async function trained(model: object) {
  const { model: base } = tinyConfig();
  const started = newRun(tinyConfig({ model: { ...base, ...model } }), dataset);
  const checkpoint: Checkpoint = { ...started, traits: { 'cells to fill': { least: 2, most: 9 } } };
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
  const { checkpoint, own, open } = await trained(settings);

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
    expect(Object.keys(blank)).toHaveLength(Object.keys(checkpoint.model.states).length);
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

describe.each(Object.entries(models))('%s, read back', async (_, settings) => {
  const { checkpoint, open } = await trained(settings);
  const average = (from: Checkpoint) =>
    Object.values(views(layoutOf(from.model.parameters), from.state.dense.average)).map(({ data }) => data);

  it.each([{}, { singleStep: true }])('is the same model: %j', (options) => {
    const { kind, checkpoint: read, notes } = readModelFile(open(options).bytes, {}, 'x.onnx');
    expect({ kind, notes }).toEqual({ kind: 'checkpoint', notes: [] });
    const { config, family, traits } = checkpoint;
    expect(read).toMatchObject({ config, family, traits });
    expect(read.model.shape).toEqual(checkpoint.model.shape);
    expect(average(read)).toEqual(average(checkpoint));
    expect(read.state.starts).toEqual(checkpoint.state.starts);
    expect(read.state.puzzleEmbeddings).toEqual(checkpoint.state.puzzleEmbeddings);
  });

  it.each([
    ['float16', 1e-3],
    ['int8', 1e-2],
  ] as const)('from %s weights, as they were rounded', (weights, off) => {
    const read = readModelFile(open({ weights }).bytes, {}, 'x.onnx').checkpoint;
    const [rounded, own] = [average(read), average(checkpoint)].map((all) =>
      all.flatMap((data) => [...data]),
    );
    const most = Math.max(...own!.map((value) => Math.abs(Number(value))));
    const differences = own!.map((value, i) => Math.abs(Number(value) - Number(rounded![i])));
    expect(Math.max(...differences)).toBeLessThan(off * most);
    expect(Math.max(...differences)).toBeGreaterThan(0);
  });
});

describe('an ONNX file that is no model of ours', async () => {
  const { checkpoint, open } = await trained({});
  const { bytes } = open();
  const read = (some: Uint8Array) => () => readModelFile(some, {}, 'x.onnx');

  it('says what it lacks', () => {
    const graph = traceAnswerStep(checkpoint.model, 1, { logits: false });
    expect(read(serialize(graph))).toThrow(
      'x.onnx: an ONNX file that does not hold the settings of a model of this package; export it anew',
    );
    expect(read(bytes.subarray(0, bytes.length / 2))).toThrow('x.onnx: no ONNX file, or a damaged one');
  });

  it('is held to the shapes of its settings', () => {
    const lie = (change: (header: { config: Config; shape: PuzzleShape }) => void) => {
      const model = fromBinary(ModelProtoSchema, bytes);
      const entry = model.metadataProps.find(({ key }) => key === 'checkpoint')!;
      const header = JSON.parse(entry.value!);
      change(header);
      entry.value = JSON.stringify(header);
      return read(toBinary(ModelProtoSchema, model));
    };
    expect(lie(() => {})).not.toThrow();
    expect(lie(({ shape }) => Object.assign(shape, { vocabulary: 7 }))).toThrow(
      /: expected a weight of shape \[7, /,
    );
    expect(lie(({ shape }) => Object.assign(shape, { cells: 0 }))).toThrow(
      'x.onnx: its metadata are damaged',
    );
    expect(lie(({ config }) => Object.assign(config.model, { layers: 1000 }))).toThrow(
      'x.onnx: it has fewer weights than its settings ask for',
    );
    expect(lie(({ config }) => Object.assign(config.model, { layers: 3 }))).toThrow('weight is missing');
  });
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
