/** Tensors while they are lowered. */

import { TrmError } from '../errors.ts';
import type { DType } from '../graph/tensor.ts';
import type { Shape } from '../shape.ts';
import type { Buffer, Part, Place } from './program.ts';
import { dense, type Layout } from './view.ts';

/** A tensor while lowering: a number that is the same everywhere, or elements of a buffer. */
export type Value =
  | { readonly kind: 'number'; readonly value: number; readonly shape: Shape; readonly dtype: DType }
  | Elements;

export interface Elements {
  readonly kind: 'elements';
  readonly buffer: Buffer;
  readonly layout: Layout;
  readonly shape: Shape;
  readonly dtype: DType;
}

export const number = (value: number, shape: Shape = []): Value => ({
  kind: 'number',
  value,
  shape,
  dtype: 'float32',
});

/** All of a buffer, row-major. */
export function whole(
  buffer: Buffer,
  { shape, dtype }: { readonly shape: Shape; readonly dtype: DType },
): Elements {
  return { kind: 'elements', buffer, layout: dense(shape), shape, dtype };
}

/** Where the first element lies. */
export const start = ({ buffer, layout }: Elements): Place => ({ buffer, offset: layout.offset });

/** The part of a program in which a result of these is computed. */
export function partOf(...values: readonly Value[]): Part {
  return values.some((value) => value.kind === 'elements' && value.buffer.part === 'rows') ? 'rows' : 'once';
}

/** @throws TrmError `graph`: this engine has no such type. */
export function refuseType(what: string, dtype: DType): never {
  throw new TrmError('graph', `the native engine has no ${what} of ${dtype}`, { fix: 'use float32' });
}
