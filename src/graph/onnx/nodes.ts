/**
 * How every operator is written as ONNX: operators of the standard domain (opset 21), and of ONNX Runtime's own
 * (`com.microsoft`) where it has a kernel for the whole. What ONNX takes as an int64 constant is made here.
 */

import type { BinaryName, ComparisonName, UnaryName } from '../scalars.ts';
import type { DType, Node, OperatorName, ProductAttributes, Tensor } from '../tensor.ts';

/** Attribute of an ONNX node: integers, floats (`{ float }`) and strings. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

export interface OnnxNode {
  readonly opType: string;
  readonly domain?: 'com.microsoft';
  /** Names; '' stands for an omitted optional one. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** The file being written. */
export interface OnnxFile {
  /** The name of a tensor; '' of an output that nothing reads. */
  name(tensor: Tensor): string;
  /** The name of a constant `[n]` of whole numbers. */
  int64(values: readonly number[]): string;
  /** The name of a constant `[n]` of ones. */
  ones(length: number, dtype: DType): string;
}

/** ONNX's numbering of element types (TensorProto.DataType). */
export const onnxType = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

type Rendering<Name extends OperatorName> = (
  node: Node<Name>,
  file: OnnxFile,
  io: Pick<OnnxNode, 'inputs' | 'outputs'>,
) => OnnxNode | readonly OnnxNode[];

/** The ONNX nodes of a node, in their order. */
export function onnxNodes(node: Node, file: OnnxFile): readonly OnnxNode[] {
  const rendering = renderings[node.op] as unknown as Rendering<OperatorName>;
  const io = { inputs: node.inputs.map(file.name), outputs: node.outputs.map(file.name) };
  return [rendering(node, file, io)].flat();
}

/** An operator that ONNX has under another name, and nothing else to say. */
const as =
  (opType: string, attributes: Readonly<Record<string, OnnxAttribute>> = {}, domain?: 'com.microsoft') =>
  (_: Node, __: OnnxFile, io: Pick<OnnxNode, 'inputs' | 'outputs'>): OnnxNode => ({
    opType,
    ...(domain && { domain }),
    ...io,
    attributes,
  });

const reduction =
  (opType: string): Rendering<'sum' | 'mean' | 'max' | 'sumSquare'> =>
  ({ attributes: { axes, keepDims } }, file, { inputs, outputs }) => ({
    opType,
    inputs: [...inputs, file.int64(axes)],
    outputs,
    attributes: { keepdims: Number(keepDims) },
  });

const ofProduct = ({ transposeA, transposeB, scale }: ProductAttributes) => ({
  transA: Number(transposeA),
  transB: Number(transposeB),
  alpha: { float: scale },
});

const elementwise = {
  neg: as('Neg'),
  abs: as('Abs'),
  sign: as('Sign'),
  exp: as('Exp'),
  log: as('Log'),
  sqrt: as('Sqrt'),
  reciprocal: as('Reciprocal'),
  atan: as('Atan'),
  sigmoid: as('Sigmoid'),
  softplus: as('Softplus'),
  silu: as('QuickGelu', { alpha: { float: 1 } }, 'com.microsoft'),
  add: as('Add'),
  sub: as('Sub'),
  mul: as('Mul'),
  div: as('Div'),
  maximum: as('Max'),
  minimum: as('Min'),
  less: as('Less'),
  greater: as('Greater'),
  greaterOrEqual: as('GreaterOrEqual'),
  equal: as('Equal'),
} satisfies Record<UnaryName | BinaryName | ComparisonName, unknown>;

const renderings: { readonly [Name in OperatorName]: Rendering<Name> } = {
  ...elementwise,
  where: as('Where'),
  cast: ({ attributes: { to } }, _, io) => ({ opType: 'Cast', ...io, attributes: { to: onnxType[to] } }),

  matmul({ attributes }, _, io) {
    const { transposeA, transposeB, scale } = attributes;
    if (!transposeA && !transposeB && scale === 1) return { opType: 'MatMul', ...io };
    return { opType: 'FusedMatMul', domain: 'com.microsoft', ...io, attributes: ofProduct(attributes) };
  },
  gemm: ({ attributes }, _, io) => ({ opType: 'Gemm', ...io, attributes: ofProduct(attributes) }),

  reshape: ({ attributes: { shape } }, file, { inputs, outputs }) => ({
    opType: 'Reshape',
    inputs: [...inputs, file.int64(shape)],
    outputs,
  }),
  transpose: ({ attributes: { permutation } }, _, io) => ({
    opType: 'Transpose',
    ...io,
    attributes: { perm: permutation },
  }),
  expand: ({ attributes: { shape } }, file, { inputs, outputs }) => ({
    opType: 'Expand',
    inputs: [...inputs, file.int64(shape)],
    outputs,
  }),
  concat: ({ attributes: { axis } }, _, io) => ({ opType: 'Concat', ...io, attributes: { axis } }),
  slice: ({ attributes: { axis, start, end } }, file, { inputs, outputs }) => ({
    opType: 'Slice',
    inputs: [...inputs, file.int64([start]), file.int64([end]), file.int64([axis])],
    outputs,
  }),
  gather: as('Gather', { axis: 0 }),

  sum: reduction('ReduceSum'),
  mean: reduction('ReduceMean'),
  max: reduction('ReduceMax'),
  sumSquare: reduction('ReduceSumSquare'),
  // ONNX counts in int64.
  argMax({ attributes: { axis } }, _, { inputs, outputs }) {
    const wide = `${outputs[0]}/int64`;
    return [
      { opType: 'ArgMax', inputs, outputs: [wide], attributes: { axis, keepdims: 0 } },
      { opType: 'Cast', inputs: [wide], outputs, attributes: { to: onnxType.int32 } },
    ];
  },
  softmax: ({ inputs: [x] }, _, io) => ({
    opType: 'Softmax',
    ...io,
    attributes: { axis: x.shape.length - 1 },
  }),

  // Its second and third outputs, mean and inverse deviation, are omitted; the fourth is the sum.
  addRmsNorm({ inputs: [x], attributes: { epsilon } }, file, { inputs, outputs: [y, sum] }) {
    return {
      opType: 'SkipSimplifiedLayerNormalization',
      domain: 'com.microsoft',
      inputs: [...inputs, file.ones(x.shape.at(-1)!, x.dtype)],
      outputs: sum ? [y!, '', '', sum] : [y!],
      attributes: { epsilon: { float: epsilon } },
    };
  },
  attention: ({ attributes: { heads } }, _, io) => ({
    opType: 'MultiHeadAttention',
    domain: 'com.microsoft',
    ...io,
    attributes: { num_heads: heads },
  }),
  rotary({ attributes: { heads } }, file, { inputs: [x, cos, sin], outputs }) {
    const firstPosition = file.int64([0]);
    return {
      opType: 'RotaryEmbedding',
      domain: 'com.microsoft',
      inputs: [x!, firstPosition, cos!, sin!],
      outputs,
      attributes: { num_heads: heads },
    };
  },
  // ONNX has the channels before the grid, and of a kernel before what it sees of them.
  depthwise({ inputs: [, kernel] }, file, { inputs: [x, weights], outputs: [y] }) {
    const [R, C, D] = kernel.shape as readonly [number, number, number];
    const [channels, turned, taps, convolved] = ['channels', 'turned', 'taps', 'convolved'].map(
      (part) => `${y}/${part}`,
    ) as [string, string, string, string];
    const pads = [R >> 1, C >> 1];
    return [
      { opType: 'Transpose', inputs: [x!], outputs: [channels], attributes: { perm: [0, 3, 1, 2] } },
      { opType: 'Transpose', inputs: [weights!], outputs: [turned], attributes: { perm: [2, 0, 1] } },
      { opType: 'Reshape', inputs: [turned, file.int64([D, 1, R, C])], outputs: [taps] },
      {
        opType: 'Conv',
        inputs: [channels, taps],
        outputs: [convolved],
        attributes: { group: D, kernel_shape: [R, C], pads: [...pads, ...pads] },
      },
      { opType: 'Transpose', inputs: [convolved], outputs: [y!], attributes: { perm: [0, 2, 3, 1] } },
    ];
  },
};
