/**
 * What a traced graph is made of, as data: symbolic tensors, and the operators between them. A tensor knows its shape,
 * its dtype and the node that makes it; no number is stored except in constants. Shapes are static, so every error is
 * found while tracing and a runtime can plan its memory once.
 *
 * `Operators` is the one list of operators, each with its operands and attributes. What must know all of them is a table
 * with an entry for each `OperatorName`, which does not compile while one is missing: shape rules (shapes.ts), gradient
 * rules (gradient-rules.ts), ONNX (onnx/nodes.ts), the reference interpreter (interpret.ts).
 */

import type { Shape } from '../shape.ts';
import type { BinaryName, ComparisonName, UnaryName } from './scalars.ts';

/** Element types of graphs. */
export type DType = 'float32' | 'float16' | 'int32' | 'bool';

type Takes<Inputs extends readonly Tensor[], Attributes = object> = {
  readonly inputs: Readonly<Inputs>;
  readonly attributes: Readonly<Attributes>;
};

/** How a matrix product reads its operands, and a factor on it. */
export interface ProductAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
}

/** Axes count from 0, in ascending order; none is negative. */
export interface ReductionAttributes {
  readonly axes: readonly number[];
  /** Whether reduced axes stay, with length 1. */
  readonly keepDims: boolean;
}

type Elementwise = { [Name in UnaryName]: Takes<[x: Tensor]> } & {
  [Name in BinaryName | ComparisonName]: Takes<[a: Tensor, b: Tensor]>;
};

/** Operands and attributes of every operator; what each computes is said where it is traced (ops/). */
export type Operators = Elementwise & {
  where: Takes<[condition: Tensor, yes: Tensor, no: Tensor]>;
  cast: Takes<[x: Tensor], { to: DType }>;

  matmul: Takes<[a: Tensor, b: Tensor], ProductAttributes>;
  gemm: Takes<[a: Tensor, b: Tensor, c: Tensor], ProductAttributes>;

  reshape: Takes<[x: Tensor], { shape: Shape }>;
  transpose: Takes<[x: Tensor], { permutation: readonly number[] }>;
  expand: Takes<[x: Tensor], { shape: Shape }>;
  concat: Takes<Tensor[], { axis: number }>;
  slice: Takes<[x: Tensor], { axis: number; start: number; end: number }>;
  gather: Takes<[table: Tensor, indices: Tensor]>;

  sum: Takes<[x: Tensor], ReductionAttributes>;
  mean: Takes<[x: Tensor], ReductionAttributes>;
  max: Takes<[x: Tensor], ReductionAttributes>;
  sumSquare: Takes<[x: Tensor], ReductionAttributes>;
  argMax: Takes<[x: Tensor], { axis: number }>;
  softmax: Takes<[x: Tensor]>;

  /** Its second output is the sum that it normalises. */
  addRmsNorm: Takes<[x: Tensor, residual: Tensor], { epsilon: number }> & { readonly outputs: 2 };
  attention: Takes<[q: Tensor, k: Tensor, v: Tensor], { heads: number }>;
  rotary: Takes<[x: Tensor, cos: Tensor, sin: Tensor], { heads: number }>;
  depthwise: Takes<[x: Tensor, kernel: Tensor]>;
};

export type OperatorName = keyof Operators;

/** An operator with its operands and attributes. */
export type Op<Name extends OperatorName = OperatorName> = {
  [N in Name]: {
    readonly op: N;
    readonly inputs: Operators[N]['inputs'];
    readonly attributes: Operators[N]['attributes'];
  };
}[Name];

/** An operator where it stands in a graph. */
export type Node<Name extends OperatorName = OperatorName> = {
  [N in Name]: Op<N> & {
    /** Position in tracing order; later nodes only depend on earlier ones. */
    readonly id: number;
    readonly outputs: readonly Tensor[];
    /** Path of scopes in which it was traced, e.g. `layers.0/mlp`. */
    readonly scope: string;
    /** Traced under `noGrad`: gradients stop here. */
    readonly detached: boolean;
  };
}[Name];

/** Where a tensor comes from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: ConstantData }
  | { readonly kind: 'node'; readonly node: Node; readonly index: number };

export type ConstantData = Float32Array | Int32Array | Uint8Array;

/** A node of a graph: what an operator gives, not yet computed. */
export interface Tensor {
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly source: Source;
}

/** The value of a constant of one number, else undefined. */
export function scalarValue(tensor: Tensor): number | undefined {
  if (tensor.source.kind !== 'constant') return undefined;
  const { data } = tensor.source;
  return data.length === 1 ? data[0] : undefined;
}
