/**
 * Tensors as files hold them: the raw elements, so that what is read and written again is the same to the bit.
 * JavaScript has no 16-bit floats (Float16Array is missing in Node 20 and 22); they are kept as their bits.
 */

import type { Shape } from '../shape.ts';

/** Element type to the array that holds it; bool is one byte an element. */
export const elementArrays = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;
export type ElementType = keyof typeof elementArrays;
export type ElementData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Uint16Array
  | Int16Array
  | Int8Array
  | Uint8Array;

export interface FileTensor {
  readonly dtype: ElementType;
  readonly shape: Shape;
  /** Row-major. */
  readonly data: ElementData;
}

/** A file's tensors by name. */
export type FileTensors = ReadonlyMap<string, FileTensor>;

/** The values as float32: exact from the narrower floats, rounded from float64 and int64. float32 is not copied. */
export function toFloat32({ dtype, data }: FileTensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number);
  if (dtype !== 'bfloat16' && dtype !== 'float16') return Float32Array.from(data);
  const words = new Uint32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    words[i] = dtype === 'bfloat16' ? data[i]! << 16 : float16ToFloat32Bits(data[i]!);
  }
  return new Float32Array(words.buffer);
}

/** Values in `dtype` when it holds every one of them exactly, else undefined. */
export function narrowed(values: Float32Array, dtype: ElementType): ElementData | undefined {
  return inPieces(values, dtype, (piece) => piece);
}

/** Values rounded to the nearest that `dtype` holds, ties to even; undefined when one is beyond its range. */
export function rounded(values: Float32Array, dtype: 'float32' | 'float16'): ElementData | undefined {
  return inPieces(values, dtype, (piece) => piece.map(roundToFloat16));
}

/** Converts some values at a time: a table of gigabytes needs no copies of its own size on the way. */
function inPieces(
  values: Float32Array,
  dtype: ElementType,
  prepare: (piece: Float32Array) => Float32Array,
): ElementData | undefined {
  if (dtype === 'float32') return values;
  if (dtype !== 'float64' && dtype !== 'bfloat16' && dtype !== 'float16') return undefined;
  const result = new elementArrays[dtype](values.length);
  const size = 2 ** 16;
  for (let at = 0; at < values.length; at += size) {
    const piece = prepare(values.subarray(at, at + size));
    const data = result.subarray(at, at + size);
    if (dtype === 'float64') data.set(piece);
    else {
      const words = new Uint32Array(piece.buffer, piece.byteOffset, piece.length);
      data.set(words.map(dtype === 'bfloat16' ? (word) => word >>> 16 : float32ToFloat16Bits));
    }
    const back = toFloat32({ dtype, shape: [data.length], data });
    if (!back.every((value, i) => Object.is(value, piece[i]))) return undefined;
  }
  return result;
}

/** binary16 has 10 bits after the point, and none below 2^-24. Adding 1.5 * 2^52 units of the last one rounds to it. */
export function roundToFloat16(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const shift = 1.5 * 2 ** (52 + exponent - 10);
  return value + shift - shift;
}

/** Bits of a binary16 number as the bits of the same number in binary32. */
function float16ToFloat32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13); // infinity, NaN
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  const shift = Math.clz32(fraction) - 21; // subnormal: 2^-24 * fraction, brought to 1.fraction
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

/** Bits of a binary32 number as binary16, cut off: exact for every number that binary16 holds. */
function float32ToFloat16Bits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = ((word >>> 23) & 255) - 112;
  const fraction = word & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00 | (fraction >>> 13);
  if (exponent > 0) return sign | (exponent << 10) | (fraction >>> 13);
  return exponent < -10 ? sign : sign | ((fraction | 0x800000) >>> (14 - exponent));
}
