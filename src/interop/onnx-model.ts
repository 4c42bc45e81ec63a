/**
 * A trained model as one ONNX file that needs nothing of this package: tokens and puzzle identifiers in, the answer after N
 * supervision steps out (a Loop of the traced step), or a single step for those who drive it themselves.
 *
 * B rows, S cells, L positions, D hidden, E puzzle embedding.
 */
import { create } from '@bufbuild/protobuf';
import { TrmError } from '../errors.ts';
import { rounded } from '../formats/file-tensor.ts';
import type { OnnxAttribute } from '../graph/onnx/nodes.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
} from '../graph/onnx/onnx_pb.ts';
import { attribute, graphProto, initializer, serializeModel, valueInfo } from '../graph/onnx/serialize.ts';
import type { Graph } from '../graph/trace.ts';
import { names, traceAnswerStep } from '../inference/answer-step.ts';
import { layoutOf, views } from '../inference/weights.ts';
import type { Shape } from '../shape.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import type { ExportType } from './official-checkpoint.ts';

/** How the file holds its weights; the arithmetic is float32 with each. */
export type OnnxWeights = ExportType | 'int8';

/** How to write a model as an ONNX file. */
export interface OnnxOptions {
  /** B: puzzles answered at once. */
  readonly rows: number;
  readonly weights: OnnxWeights;
  /** One supervision step with the latents as inputs and outputs, in place of the loop. */
  readonly singleStep: boolean;
}

/** What a protobuf file can hold. */
const LARGEST = 2 ** 31;

/**
 * The averaged weights and the graph that they answer with.
 *
 * Inputs: `tokens` [B, S] int32, `puzzle_ids` [B] int32, `steps` [] int64; with `singleStep` in place of the last
 * `begin` [B] int32, 1 where a row starts its puzzle, and `previous/*` [B, L, D] float32, the latents of the step before,
 * which do not count in such rows. Outputs: `answer` [B, S] int32, `halting` [B] float32 (probability that the answer is
 * right), with `singleStep` also `next/*`, the latents after the step.
 *
 * @throws TrmError `usage` when the file would exceed 2 GB, `checkpoint` when a weight is beyond float16.
 */
export function encodeOnnx(checkpoint: Checkpoint, { rows, weights, singleStep }: OnnxOptions): Uint8Array {
  const { model, state, config, family, traits } = checkpoint;
  const { cells, vocabulary } = model.shape;
  const E = model.puzzleEmbeddingSize;
  const step = prefixed(traceAnswerStep(model, rows, { logits: false }), singleStep ? '' : 'step/');
  const latents = Object.entries(model.states).map(([name, { shape }]) => ({
    name,
    shape: [rows, ...shape], // [B, L, D]
    start: state.starts[name]!,
  }));
  const stored = Object.entries(views(layoutOf(model.parameters), state.dense.average, names.parameter)).map(
    ([name, { shape, data }]) => storedWeight(name, shape, data as Float32Array, weights),
  );
  if (E > 0)
    stored.push(
      storedWeight('puzzle_embedding', [model.shape.puzzleEmbeddingRows, E], state.puzzleEmbeddings, weights),
    );
  const bytes = stored
    .flatMap(({ tensors }) => tensors)
    .reduce((sum, { rawData }) => sum + rawData!.length, 0);
  if (bytes > LARGEST)
    throw new TrmError('usage', `the weights take ${(bytes / 1e9).toFixed(1)} GB, a file of ONNX at most 2`, {
      fix: 'store them as float16 or int8',
    });

  const nodes = [
    ...stored.flatMap(({ nodes }) => nodes),
    ...(E > 0 ? [node('Gather', ['puzzle_embedding', 'puzzle_ids'], ['puzzleEmbedding'])] : []), // [P, E] to [B, E]
    ...(singleStep
      ? [...resume(latents), ...step.node]
      : [...latents.map(expand), loop(step, latents, rows, cells)]),
    node('Sigmoid', ['halt'], ['halting']),
  ];

  const int64 = TensorProto_DataType.INT64;
  const float = TensorProto_DataType.FLOAT;
  const graph = create(GraphProtoSchema, {
    name: 'tiny recursive model',
    input: [
      valueInfo('tokens', 'int32', [rows, cells]),
      valueInfo('puzzle_ids', 'int32', [rows]),
      ...(singleStep
        ? [
            valueInfo('begin', 'int32', [rows]),
            ...latents.map(({ name, shape }) => valueInfo(`previous/${name}`, 'float32', shape)),
          ]
        : [valueInfo('steps', 'int64', [])]),
    ],
    output: [
      valueInfo('answer', 'int32', [rows, cells]),
      valueInfo('halting', 'float32', [rows]),
      ...(singleStep
        ? latents.map(({ name, shape }) => valueInfo(names.nextCarry(name), 'float32', shape))
        : []),
    ],
    initializer: [
      ...stored.flatMap(({ tensors }) => tensors),
      ...latents.map(({ name, start }) => initializer(`start/${name}`, float, [start.length], start)),
      ...(singleStep
        ? [...step.initializer, initializer('row_shape', int64, [3], BigInt64Array.of(BigInt(rows), 1n, 1n))]
        : [
            ...latents.map(({ name, shape }) =>
              initializer(`shape/${name}`, int64, [shape.length], BigInt64Array.from(shape, BigInt)),
            ),
            initializer('go_on', TensorProto_DataType.BOOL, [], Uint8Array.of(1)),
            initializer('no_answer', TensorProto_DataType.INT32, [rows, cells], new Int32Array(rows * cells)),
            initializer('no_halt', float, [rows], new Float32Array(rows)),
          ]),
    ],
    node: nodes,
  });
  return serializeModel(graph, {
    supervision_steps: String(config.supervisionSteps),
    vocabulary: String(vocabulary),
    ...(family && { puzzle: JSON.stringify(family) }),
    checkpoint: JSON.stringify({ config, shape: model.shape, traits }), // for onnx-file.ts, which reads it back
  });
}

interface Latent {
  readonly name: string;
  readonly shape: Shape;
  /** `[D]`, which every position begins with. */
  readonly start: Float32Array;
}

/** The latent's start [D] at every position of every row: [B, L, D]. */
function expand({ name }: Latent): NodeProto {
  return node('Expand', [`start/${name}`, `shape/${name}`], [names.carry(name)]);
}

/** The latents of the step before, or their starts in rows that begin. */
function resume(latents: readonly Latent[]): NodeProto[] {
  return [
    node('Cast', ['begin'], ['begins'], { to: TensorProto_DataType.BOOL }),
    node('Reshape', ['begins', 'row_shape'], ['row_begins']), // [B] to [B, 1, 1]
    ...latents.map(({ name }) =>
      node('Where', ['row_begins', `start/${name}`, `previous/${name}`], [names.carry(name)]),
    ),
  ];
}

/** The step as the body of a Loop: the latents go round, the answer and the halting logit come out of the last time. */
function loop(step: GraphProto, latents: readonly Latent[], rows: number, cells: number): NodeProto {
  const carried = latents.map(({ name, shape }) => valueInfo(names.carry(name), 'float32', shape));
  const body = create(GraphProtoSchema, {
    name: step.name,
    input: [
      valueInfo('iteration', 'int64', []),
      valueInfo('condition', 'bool', []),
      ...carried.map((info) => ({ ...info, name: `in/${info.name}` })),
      valueInfo('answer_before', 'int32', [rows, cells]),
      valueInfo('halt_before', 'float32', [rows]),
    ],
    output: [
      valueInfo('condition_out', 'bool', []),
      ...latents.map(({ name, shape }) => valueInfo(`step/${names.nextCarry(name)}`, 'float32', shape)),
      valueInfo('step/answer', 'int32', [rows, cells]),
      valueInfo('step/halt', 'float32', [rows]),
    ],
    initializer: step.initializer,
    node: [
      node('Identity', ['condition'], ['condition_out']),
      ...step.node.map((inner) =>
        create(NodeProtoSchema, {
          ...inner,
          input: inner.input.map((name) =>
            carried.some((info) => info.name === name) ? `in/${name}` : name,
          ),
        }),
      ),
    ],
  });
  const after = latents.map(({ name }) => `last/${name}`);
  return create(NodeProtoSchema, {
    opType: 'Loop',
    name: 'supervision steps',
    input: ['steps', 'go_on', ...carried.map(({ name }) => name), 'no_answer', 'no_halt'],
    output: [...after, 'answer', 'halt'],
    attribute: [
      create(AttributeProtoSchema, { name: 'body', type: AttributeProto_AttributeType.GRAPH, g: body }),
    ],
  });
}

interface StoredWeight {
  readonly tensors: readonly TensorProto[];
  /** What makes float32 of them, under the weight's name. */
  readonly nodes: readonly NodeProto[];
}

/** A weight as it is stored. Vectors stay float32 in int8 files: they are few, and scale what follows. */
function storedWeight(name: string, shape: Shape, data: Float32Array, weights: OnnxWeights): StoredWeight {
  const type = TensorProto_DataType;
  if (weights === 'float16') {
    const halves = rounded(data, 'float16');
    if (!halves) throw new TrmError('checkpoint', 'a weight is beyond the range of float16', { key: name });
    return {
      tensors: [initializer(`${name}/float16`, type.FLOAT16, shape, halves)],
      nodes: [node('Cast', [`${name}/float16`], [name], { to: type.FLOAT })],
    };
  }
  if (weights === 'float32' || shape.length !== 2)
    return { tensors: [initializer(name, type.FLOAT, shape, data)], nodes: [] };
  const { values, scales } = quantized(data, shape as readonly [number, number]);
  return {
    tensors: [
      initializer(`${name}/int8`, type.INT8, shape, values),
      initializer(`${name}/scale`, type.FLOAT, [scales.length], scales),
    ],
    nodes: [node('DequantizeLinear', [`${name}/int8`, `${name}/scale`], [name], { axis: 1 })],
  };
}

/** A matrix [in, out] as whole numbers of -127 to 127 and a scale for each column. */
function quantized(data: Float32Array, [rows, columns]: readonly [number, number]) {
  const scales = new Float32Array(columns);
  data.forEach((value, i) => {
    scales[i % columns] = Math.max(scales[i % columns]!, Math.abs(value) / 127);
  });
  const values = new Int8Array(rows * columns);
  data.forEach((value, i) => {
    values[i] = Math.round(value / (scales[i % columns]! || 1));
  });
  return { values, scales };
}

/** A graph whose outputs have other names than those around it. */
function prefixed(graph: Graph, prefix: string): GraphProto {
  return graphProto({
    ...graph,
    outputs: graph.outputs.map(({ name, tensor }) => ({ name: `${prefix}${name}`, tensor })),
  });
}

function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, OnnxAttribute>> = {},
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    name: `${opType}/${output[0]}`,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });
}
