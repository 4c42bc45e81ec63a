/**
 * A lowered program, as data: what a renderer reads, and what people can print. It knows nothing of any language or
 * machine; C (c/render.ts) is the first renderer.
 *
 * A program is a list of calls of kernels on buffers, in two parts. `once` depends on no row of the batch (packing
 * weights, say) and runs at the start of a run; `rows` runs for each chunk of rows. In both, a call may be shared by
 * threads: each computes a part of its results, and no result depends on how many they are.
 */

import type { BinaryName, ComparisonName, UnaryName } from '../graph/scalars.ts';
import type { DType } from '../graph/tensor.ts';
import type { Shape } from '../shape.ts';

/** Where the elements of a buffer live. */
export type Home =
  | { readonly kind: 'input' | 'output'; readonly index: number }
  | { readonly kind: 'constant'; readonly data: Float32Array | Int32Array | Uint8Array }
  /** Summed over all rows into an output: each lane has one of its own. */
  | { readonly kind: 'lane'; readonly index: number }
  | { readonly kind: 'temporary' }
  /** Between the calls of a nest, for one item at a time. */
  | { readonly kind: 'scratch' }
  /** A matrix in the order of a product's register tiles; its size is the renderer's affair. */
  | { readonly kind: 'packed'; readonly side: 'a' | 'b'; readonly width: number; readonly depth: number };

export interface Buffer {
  readonly id: number;
  readonly dtype: DType;
  /** In elements. */
  readonly size: number;
  readonly part: Part;
  home: Home;
}

/** Depends on no row, or on the rows of a chunk. */
export type Part = 'once' | 'rows';

/** An operand: a buffer from an element on. */
export interface Place {
  readonly buffer: Buffer;
  readonly offset: number;
}

/** Elements that a loop reads or writes: `strides[axis]` of each of its axes. */
export interface Access extends Place {
  readonly strides: readonly number[];
}

export type Reduction = 'sum' | 'sumSquare' | 'max';

/** What one step of a loop computes for an element, or for all elements of its reduced axes. */
export type Computation =
  | { readonly kind: 'load'; readonly access: Access }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'unary'; readonly op: UnaryName; readonly of: readonly [Member] }
  | {
      readonly kind: 'binary';
      readonly op: BinaryName | ComparisonName;
      readonly of: readonly [Member, Member];
    }
  | { readonly kind: 'where'; readonly of: readonly [Member, Member, Member] }
  | { readonly kind: 'cast'; readonly of: readonly [Member] }
  | { readonly kind: 'reduce'; readonly op: Reduction; readonly of: readonly [Member] };

export interface Member {
  readonly computation: Computation;
  readonly dtype: DType;
  /** Whether it has one value for all elements of the reduced axes. */
  readonly reduced: boolean;
}

/** A result that a loop writes. */
export interface Store {
  readonly member: Member;
  readonly access: Access;
  /** Adds to what is there. */
  readonly accumulate: boolean;
}

/** Fused elementwise operators and row reductions: one pass over an index space, or few where reductions stand between. */
export interface Loop {
  readonly kind: 'loop';
  /** Sizes, the outer first. */
  readonly axes: readonly number[];
  /** Which axes are reduced. */
  readonly reduced: readonly boolean[];
  readonly members: readonly Member[];
  readonly stores: readonly Store[];
}

/** One axis of a product's operands. */
export interface ProductAxis {
  readonly size: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/**
 * For each index of `batch`: C[m][n] = (accumulate ? C : 0) + scale * sum over s and k of A[s][m][k] B[s][k][n];
 * n is next to n in C.
 */
export interface ProductCall {
  readonly kind: 'product';
  readonly batch: readonly ProductAxis[];
  readonly m: ProductAxis;
  readonly n: ProductAxis;
  readonly k: ProductAxis;
  readonly s: ProductAxis;
  readonly scale: number;
  readonly accumulate: boolean;
  readonly a: Place;
  readonly b: Place;
  readonly c: Place;
}

/** Brings a matrix into the order of a product's register tiles. */
export interface PackCall {
  readonly kind: 'pack';
  readonly side: 'a' | 'b';
  /** Of the side's own index: m of A, n of B. */
  readonly width: { readonly size: number; readonly stride: number };
  readonly depth: { readonly size: number; readonly stride: number };
  readonly from: Place;
  readonly to: Place;
}

/** Row `indices[i]` of a table for each i, `row` elements each. */
export interface GatherCall {
  readonly kind: 'gather';
  readonly count: number;
  readonly row: number;
  readonly rows: number;
  readonly table: Place;
  readonly indices: Place;
  readonly to: Place;
}

/** Index of the first largest element along an axis of `[outer, length, inner]`. */
export interface ArgMaxCall {
  readonly kind: 'argMax';
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  readonly from: Place;
  readonly to: Place;
}

/** Calls that follow one another for each item: for each index of `axes`, the outer first, all calls. */
export interface Nest {
  readonly kind: 'nest';
  readonly axes: readonly number[];
  readonly calls: readonly NestedCall[];
}

export interface NestedCall {
  readonly call: Loop | ProductCall;
  /** By how many elements each operand moves along each axis of the nest. */
  readonly strides: readonly { readonly place: Place; readonly strides: readonly number[] }[];
}

export type Call = Nest | Loop | ProductCall | PackCall | GatherCall | ArgMaxCall;

export interface Signature {
  readonly name: string;
  readonly dtype: DType;
  /** Of a chunk where it has a row axis. */
  readonly shape: Shape;
  /** Whether its first axis counts rows. */
  readonly ofRows: boolean;
}

export interface Program {
  readonly name: string;
  readonly inputs: readonly Signature[];
  readonly outputs: readonly Signature[];
  /** Chunks of rows in a run. */
  readonly chunks: number;
  readonly once: readonly Call[];
  readonly rows: readonly Call[];
  readonly buffers: readonly Buffer[];
}
