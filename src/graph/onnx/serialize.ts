/**
 * A traced graph as ONNX bytes, through the official schema (onnx.proto, generated code in onnx_pb.ts).
 * Deterministic: the same graph gives the same bytes. Names are readable (scope/op_id), for Netron and profiles.
 */

import { create, toBinary } from '@bufbuild/protobuf';
import type { Shape } from '../../shape.ts';
import { onnxType } from '../ops/elementwise.ts';
import type { Attribute, ConstantData, DType, Node, Tensor } from '../tensor.ts';
import type { Graph, NamedTensor } from '../trace.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
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
  const nameOf = (tensor: Tensor | undefined): string => {
    if (!tensor) return '';
    const { source } = tensor;
    if (source.kind === 'input') return source.name;
    if (source.kind === 'constant') return `constant_${tensor.id}`;
    return outputNames.get(tensor.id) ?? `${nodeName(source.node)}:${source.index}`;
  };
  // An output that is an input, a constant, or listed twice, is copied under its own name.
  const copies = graph.outputs
    .filter(({ tensor, name }) => tensor.source.kind !== 'node' || outputNames.get(tensor.id) !== name)
    .map(({ tensor, name }) =>
      create(NodeProtoSchema, {
        opType: 'Identity',
        name: `output/${name}`,
        input: [nameOf(tensor)],
        output: [name],
      }),
    );
  const used = new Set(graph.nodes.flatMap((node) => node.inputs.map((tensor) => tensor?.id)));
  for (const { tensor } of graph.outputs) used.add(tensor.id);
  const infoOf = ({ name, tensor }: NamedTensor) => valueInfo(name, tensor.dtype, tensor.shape);
  return create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map(infoOf),
    output: graph.outputs.map(infoOf),
    initializer: graph.constants.map((tensor) => {
      const { data } = tensor.source as { data: ConstantData };
      return initializer(nameOf(tensor), onnxType[tensor.dtype], tensor.shape, data);
    }),
    node: [
      ...graph.nodes.map((node) =>
        create(NodeProtoSchema, {
          opType: node.op,
          domain: node.domain,
          name: nodeName(node),
          input: node.inputs.map(nameOf),
          output: node.outputs.map((tensor, index) =>
            index === 0 || used.has(tensor.id) ? nameOf(tensor) : '',
          ),
          attribute: Object.entries(node.attributes).map(([name, value]) => attribute(name, value)),
        }),
      ),
      ...copies,
    ],
  });
}

const nodeName = (node: Node): string => `${node.scope ? `${node.scope}/` : ''}${node.op}_${node.id}`;

/** The declaration of an input or output. */
export function valueInfo(name: string, dtype: DType, shape: Shape) {
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

export function attribute(name: string, value: Attribute) {
  const type = AttributeProto_AttributeType;
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(value) });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: type.STRING, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: type.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: type.INTS, ints: value.map(BigInt) });
}
