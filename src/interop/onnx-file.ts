/**
 * An ONNX file of ours (onnx-model.ts) as a checkpoint again: its settings are in the metadata, its weights are the graph's
 * initializers. So an exported model solves, serves and is measured like any other; int8 weights are those it computes with.
 */

import { fromBinary } from '@bufbuild/protobuf';
import * as z from 'zod';
import { familyInfo } from '../data/families.ts';
import { Random } from '../data/random.ts';
import { traitsSchema } from '../data/traits.ts';
import { TrmError } from '../errors.ts';
import { toFloat32 } from '../formats/file-tensor.ts';
import { ModelProtoSchema, type TensorProto, TensorProto_DataType } from '../graph/onnx/onnx_pb.ts';
import { names } from '../inference/answer-step.ts';
import { layoutOf, views } from '../inference/weights.ts';
import { buildModel, leastTensors } from '../models/build.ts';
import { type Shape, showShape, sizeOf } from '../shape.ts';
import { type Checkpoint, shapeSchema } from '../train/checkpoint.ts';
import { parseConfig } from '../train/config.ts';
import { blankState } from '../train/state.ts';

/** What the metadata hold under `checkpoint`. */
const headerSchema = z.object({
  config: z.unknown(),
  shape: shapeSchema,
  traits: traitsSchema.optional(),
});

/** Whether a file's first 9 bytes may be an ONNX model's: its version comes first. A safetensors header opens at the ninth. */
export const isOnnx = (start: Uint8Array): boolean => start[0] === 0x08 && start[8] !== 0x7b;

/** @throws TrmError `checkpoint` on a file that is damaged, or that this package did not export. */
export function readOnnx(bytes: Uint8Array, file: string): Checkpoint {
  const { graph, metadata } = decoded(bytes, file);
  const refuse = (message: string, key?: string) =>
    new TrmError('checkpoint', message, { file, ...(key !== undefined && { key }) });
  if (metadata.checkpoint === undefined) {
    throw new TrmError(
      'checkpoint',
      'an ONNX file that does not hold the settings of a model of this package',
      {
        file,
        fix: 'export it anew: trm export RUN --format onnx',
      },
    );
  }
  const header = headerSchema.safeParse(json(metadata.checkpoint));
  const family = familyInfo.optional().safeParse(json(metadata.puzzle));
  if (!header.success || !family.success) throw refuse('its metadata are damaged');
  const { shape, traits } = header.data;
  const config = parseConfig(header.data.config, file);
  const initializers = new Map(graph.map((tensor) => [tensor.name ?? '', tensor]));
  if (leastTensors(config.model) > initializers.size)
    throw refuse('it has fewer weights than its settings ask for');
  const model = buildModel(config.model, shape);

  /** The values of a weight, of the shape that the model needs. */
  const weight = (name: string, wanted: Shape): Float32Array => {
    const found = widened(name, initializers);
    if (!found) throw refuse('weight is missing', name);
    if (String(found.shape) === String(wanted) && found.data.length === sizeOf(wanted)) return found.data;
    throw refuse(`expected a weight of shape ${showShape(wanted)}, got ${showShape(found.shape)}`, name);
  };
  const weights = Object.entries(model.parameters).map(([name, { shape }]) =>
    weight(names.parameter(name), shape),
  );
  const starts = Object.entries(model.states).map(([name, { shape }]) =>
    weight(`start/${name}`, shape.slice(-1)),
  );
  const E = model.puzzleEmbeddingSize;
  const table = E > 0 ? weight('puzzle_embedding', [shape.puzzleEmbeddingRows, E]) : undefined;
  const state = blankState(model, config.optimizer, 0, table);
  const dense = Object.values(views(layoutOf(model.parameters), state.dense.weights));
  for (const [i, { data }] of dense.entries()) (data as Float32Array).set(weights[i]!);
  state.dense.average.set(state.dense.weights);
  for (const [i, start] of Object.values(state.starts).entries()) start.set(starts[i]!);
  const exploration = new Random(config.seed).fork('exploration').state();
  return { config, model, family: family.data, traits, state, exploration, bestExact: -1, seconds: 0 };
}

/** What is read of the metadata. */
type Metadata = Partial<Record<'checkpoint' | 'puzzle', string>>;

function decoded(bytes: Uint8Array, file: string): { graph: readonly TensorProto[]; metadata: Metadata } {
  try {
    const { graph, metadataProps } = fromBinary(ModelProtoSchema, bytes);
    const pairs = metadataProps.map(({ key, value }) => [key, value]);
    return { graph: graph?.initializer ?? [], metadata: Object.fromEntries(pairs) as Metadata };
  } catch (cause) {
    throw new TrmError('checkpoint', 'no ONNX file, or a damaged one', { file, cause });
  }
}

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return null;
  }
}

/** A weight as float32, however the file stores it: as it is, as float16, or as whole numbers with a scale for each column. */
function widened(
  name: string,
  initializers: ReadonlyMap<string, TensorProto>,
): { shape: Shape; data: Float32Array } | undefined {
  const type = TensorProto_DataType;
  const plain = stored(initializers.get(name), type.FLOAT);
  if (plain) return { shape: plain.shape, data: new Float32Array(plain.buffer) };
  const half = stored(initializers.get(`${name}/float16`), type.FLOAT16);
  if (half) {
    const { shape, buffer } = half;
    return { shape, data: toFloat32({ dtype: 'float16', shape, data: new Uint16Array(buffer) }) };
  }
  const whole = stored(initializers.get(`${name}/int8`), type.INT8);
  const scale = stored(initializers.get(`${name}/scale`), type.FLOAT);
  if (!whole || !scale) return undefined;
  const scales = new Float32Array(scale.buffer);
  const values = new Int8Array(whole.buffer);
  return {
    shape: whole.shape,
    data: Float32Array.from(values, (value, i) => value * scales[i % scales.length]!),
  };
}

/** Of an element. */
const BYTES: Readonly<Record<number, number>> = {
  [TensorProto_DataType.FLOAT]: 4,
  [TensorProto_DataType.FLOAT16]: 2,
  [TensorProto_DataType.INT8]: 1,
};

/** The bytes of a tensor of a type, in a buffer of their own. */
function stored(
  tensor: TensorProto | undefined,
  type: number,
): { shape: number[]; buffer: ArrayBuffer } | undefined {
  if (tensor?.dataType !== type || tensor.rawData === undefined) return undefined;
  if (tensor.rawData.length % BYTES[type]! !== 0) return undefined;
  return { shape: tensor.dims.map(Number), buffer: tensor.rawData.slice().buffer as ArrayBuffer };
}
