/**
 * A traced graph as ONNX bytes, through the official schema (onnx.proto, generated code in onnx_pb.ts).
 * Deterministic: the same graph gives the same bytes. Names are readable (scope/op_id), for Netron and profiles.
 */

import { create, toBinary } from '@bufbuild/protobuf';
import { onnxType } from '../ops/elementwise.ts';
import type { Attribute, ConstantData, Node, Tensor } from '../tensor.ts';
import type { Graph, NamedTensor } from '../trace.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type ModelProto,
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
  return toBinary(ModelProtoSchema, toModel(graph)) as Uint8Array<ArrayBuffer>;
}

function toModel(graph: Graph): ModelProto {
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
  return create(ModelProtoSchema, {
    irVersion,
    producerName: 'tiny-recursive-model',
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1n },
    ],
    graph: {
      name: graph.name,
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
      initializer: graph.constants.map((tensor) => initializer(tensor, nameOf(tensor))),
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
    },
  });
}

const nodeName = (node: Node): string => `${node.scope ? `${node.scope}/` : ''}${node.op}_${node.id}`;

function valueInfo({ name, tensor }: NamedTensor) {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: onnxType[tensor.dtype],
          shape: {
            dim: tensor.shape.map((dim) => ({ value: { case: 'dimValue' as const, value: BigInt(dim) } })),
          },
        },
      },
    },
  });
}

function initializer(tensor: Tensor, name: string) {
  const data = (tensor.source as { data: ConstantData }).data;
  return create(TensorProtoSchema, {
    name,
    dataType: onnxType[tensor.dtype],
    dims: tensor.shape.map(BigInt),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
}

function attribute(name: string, value: Attribute) {
  const type = AttributeProto_AttributeType;
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(value) });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: type.STRING, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: type.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: type.INTS, ints: value.map(BigInt) });
}
