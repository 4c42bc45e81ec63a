/**
 * A traced graph as ONNX bytes, through the official schema (onnx.proto, generated code in onnx_pb.ts).
 * Deterministic: the same graph gives the same bytes. Names are readable (scope/op_id), for Netron and profiles.
 */

import { create, toBinary } from '@bufbuild/protobuf';
import type { Shape } from '../../shape.ts';
import type { ConstantData, Node, Tensor } from '../tensor.ts';
import type { Graph, NamedTensor } from '../trace.ts';
import { type OnnxAttribute, type OnnxFile, onnxNodes, onnxType } from './nodes.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

/** ONNX operator set of the standard domain; 21 is in every ONNX Runtime this package runs on. */
const opset = 21n;
const irVersion = 10n;

/** ONNX bytes of a graph. */
export function serialize(graph: Graph): Uint8Array<ArrayBuffer> {
  return serializeModel(graphProto(graph));
}

/** ONNX bytes of a graph that is already in the schema's form. @param metadata pairs that readers may look up. */
export function serializeModel(
  graph: GraphProto,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'tiny-recursive-model',
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1n },
    ],
    graph,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model) as Uint8Array<ArrayBuffer>;
}

/** A traced graph in the schema's form. */
export function graphProto(graph: Graph): GraphProto {
  const outputNames = new Map(graph.outputs.map(({ tensor, name }) => [tensor.id, name]));
  const read = new Set(graph.nodes.flatMap((node) => node.inputs.map((tensor) => tensor.id)));
  for (const { tensor } of graph.outputs) read.add(tensor.id);
  const name = (tensor: Tensor): string => {
    const { source } = tensor;
    if (source.kind === 'input') return source.name;
    if (source.kind === 'constant') return `constant_${tensor.id}`;
    if (!read.has(tensor.id)) return '';
    const { node, index } = source;
    return outputNames.get(tensor.id) ?? `${scoped(node, node.op)}:${index}`;
  };
  const made = new Map<string, TensorProto>();
  const constant = (
    key: string,
    dtype: keyof typeof onnxType,
    data: ArrayBufferView & { length: number },
  ) => {
    if (!made.has(key)) made.set(key, initializer(key, onnxType[dtype], [data.length], data));
    return key;
  };
  const file: OnnxFile = {
    name,
    int64: (values) => constant(`int64/${values.join('_')}`, 'int64', BigInt64Array.from(values, BigInt)),
    ones: (length, dtype) =>
      dtype === 'float16'
        ? constant(`ones/float16/${length}`, dtype, new Uint16Array(length).fill(0x3c00))
        : constant(`ones/${length}`, dtype, new Float32Array(length).fill(1)),
  };
  const nodes = graph.nodes.flatMap((node) =>
    onnxNodes(node, file).map(({ opType, domain = '', inputs, outputs, attributes = {} }, i) =>
      create(NodeProtoSchema, {
        opType,
        domain,
        name: scoped(node, opType) + (i > 0 ? `/${i}` : ''), // two of a kind need two names
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
      }),
    ),
  );
  // An output that is an input, a constant, or listed twice, is copied under its own name.
  const copies = graph.outputs
    .filter((output) => output.tensor.source.kind !== 'node' || name(output.tensor) !== output.name)
    .map((output) =>
      create(NodeProtoSchema, {
        opType: 'Identity',
        name: `output/${output.name}`,
        input: [name(output.tensor)],
        output: [output.name],
      }),
    );
  const infoOf = ({ name, tensor }: NamedTensor) => valueInfo(name, tensor.dtype, tensor.shape);
  return create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map(infoOf),
    output: graph.outputs.map(infoOf),
    initializer: [
      ...graph.constants.map((tensor) => {
        const { data } = tensor.source as { data: ConstantData };
        return initializer(name(tensor), onnxType[tensor.dtype], tensor.shape, data);
      }),
      ...made.values(),
    ],
    node: [...nodes, ...copies],
  });
}

const scoped = ({ scope, id }: Node, what: string): string => `${scope ? `${scope}/` : ''}${what}_${id}`;

/** The declaration of an input or output. */
export function valueInfo(name: string, dtype: keyof typeof onnxType, shape: Shape) {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: onnxType[dtype],
          shape: { dim: shape.map((dim) => ({ value: { case: 'dimValue' as const, value: BigInt(dim) } })) },
        },
      },
    },
  });
}

/** A constant tensor. @param dataType of the schema's TensorProto.DataType. */
export function initializer(name: string, dataType: number, shape: Shape, data: ArrayBufferView) {
  return create(TensorProtoSchema, {
    name,
    dataType,
    dims: shape.map(BigInt),
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  });
}

export function attribute(name: string, value: OnnxAttribute) {
  const type = AttributeProto_AttributeType;
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(value) });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: type.STRING, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: type.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: type.INTS, ints: value.map(BigInt) });
}
