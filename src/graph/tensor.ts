/**
 * Symbolic tensors: what a traced function computes on. A tensor knows its shape, its dtype and the node that
 * makes it; no number is stored except in constants. Shapes are static, so every error is found while tracing
 * and ONNX Runtime can plan its memory once.
 */

import type { Shape } from '../shape.ts';

/** Element types that graphs use. int64 appears only inside graphs (ONNX wants it for indices). */
export type DType = 'float32' | 'float16' | 'int32' | 'int64' | 'bool';

/** Attribute of an ONNX node: integers, floats (`{ float }`) and strings. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

export interface Node {
  /** Position in tracing order; later nodes only depend on earlier ones. */
  readonly id: number;
  /** ONNX operator type. */
  readonly op: string;
  /** Operator set: '' is ONNX itself, 'com.microsoft' ONNX Runtime's own. */
  readonly domain: '' | 'com.microsoft';
  /** `undefined` stands for an omitted optional input. */
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly Tensor[];
  /** Path of scopes in which it was traced, e.g. `layers.0/mlp`. */
  readonly scope: string;
  /** Traced under `noGrad`: gradients stop here. */
  readonly detached: boolean;
}

/** Where a tensor comes from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: ConstantData }
  | { readonly kind: 'node'; readonly node: Node; readonly index: number };

export type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

export interface Tensor {
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly source: Source;
}

/** Every value of a constant when it is one number repeated, else undefined. */
export function scalarValue(tensor: Tensor): number | undefined {
  if (tensor.source.kind !== 'constant') return undefined;
  const data = tensor.source.data;
  return data.length === 1 ? Number(data[0]) : undefined;
}
