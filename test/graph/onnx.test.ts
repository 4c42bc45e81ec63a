/** The file that a graph becomes: read back through the schema, and judged by ONNX's own checker where Python has it. */

import { spawnSync } from 'node:child_process';
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it, test } from 'vitest';
import { ModelProtoSchema } from '../../src/graph/onnx/onnx_pb.ts';
import { serialize } from '../../src/graph/onnx/serialize.ts';
import { mul } from '../../src/graph/ops/elementwise.ts';
import { constant, type Graph, input } from '../../src/graph/trace.ts';
import { traceAnswerStep } from '../../src/inference/answer-step.ts';
import { traceSupervisionStep } from '../../src/train/supervision-step.ts';
import { mixers, tinyTrm } from '../nn/tiny-trm.ts';
import { run } from './support.ts';

const objective = { cellLoss: 'stablemax', labelSmoothing: 0.1, haltLossWeight: 0.5 } as const;
const graphs: [string, Graph][] = mixers.flatMap((mixer): [string, Graph][] => [
  [`training, ${mixer}`, traceSupervisionStep(tinyTrm(mixer), 2, 4, objective)],
  [`answering, ${mixer}`, traceAnswerStep(tinyTrm(mixer), 2, { logits: true })],
]);

describe.each(graphs)('%s', (_, graph) => {
  const model = fromBinary(ModelProtoSchema, serialize(graph));
  const { node: nodes, input: inputs, output: outputs, initializer: initializers } = model.graph!;

  it('declares its operator sets, inputs and outputs', () => {
    expect(model.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([
      ['', 21],
      ['com.microsoft', 1],
    ]);
    const shapeOf = (value: (typeof inputs)[number]) =>
      value.type!.value.case === 'tensorType' &&
      value.type!.value.value.shape!.dim.map((dim) => Number(dim.value.value));
    for (const [declared, traced] of [
      [inputs, graph.inputs],
      [outputs, graph.outputs],
    ] as const) {
      expect(declared.map((value) => [value.name, shapeOf(value)])).toEqual(
        traced.map(({ name, tensor }) => [name, tensor.shape]),
      );
    }
    expect(inputs.map(({ name }) => name)).toContain('tokens');
  });

  it('defines each name once, before its use, and every output', () => {
    const known = new Set([...inputs, ...initializers].map(({ name }) => name));
    expect(known.size).toBe(inputs.length + initializers.length);
    for (const node of nodes) {
      for (const name of node.input)
        expect(name === '' || known.has(name), `${node.name}: ${name}`).toBe(true);
      for (const name of node.output) {
        expect(name !== '' && known.has(name), `${name} is defined again`).toBe(false);
        known.add(name);
      }
    }
    for (const { name } of outputs) expect(known).toContain(name);
  });

  it('holds its constants in full', () => {
    const traced = initializers.filter(({ name }) => name.startsWith('constant_'));
    expect(traced.length).toBe(graph.constants.length);
    const bytes: Record<number, number> = { 1: 4, 6: 4, 7: 8, 9: 1 }; // float32, int32, int64, bool
    for (const { rawData, dims, dataType } of initializers) {
      expect(rawData.length).toBe(dims.reduce((product, dim) => product * Number(dim), bytes[dataType]!));
    }
  });
});

test('an output may be an input, a constant, or another output again', async () => {
  const x = { dtype: 'float32', shape: [2], data: Float32Array.of(3, 4) } as const;
  const outputs = await run(
    () => {
      const given = input('x', [2]);
      const twice = mul(given, 2);
      return { same: given, five: constant([5], [1]), twice, again: twice };
    },
    { x },
  );
  const numbers = Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data as Float32Array)]);
  expect(Object.fromEntries(numbers)).toEqual({ same: [3, 4], five: [5], twice: [6, 8], again: [6, 8] });
});

const python = process.env.TRM_PYTHON ?? 'python3';
const checker = spawnSync(python, ['-c', 'import onnx']).status === 0;

test.skipIf(!checker).each(graphs)(
  `ONNX's checker accepts the graph: %s${checker ? '' : ` (skipped: ${python} has no onnx)`}`,
  (_, graph) => {
    const script = 'import sys, onnx; onnx.checker.check_model(sys.stdin.buffer.read(), full_check=False)';
    const { status, stderr } = spawnSync(python, ['-c', script], { input: serialize(graph) });
    expect(stderr.toString()).toBe('');
    expect(status).toBe(0);
  },
);
