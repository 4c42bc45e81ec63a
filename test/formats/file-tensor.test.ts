/** Element types of files: conversions to float32 and back, over every 16-bit number. */

import { describe, expect, it, test } from 'vitest';
import { type ElementType, narrowed, rounded, toFloat32 } from '../../src/formats/file-tensor.ts';

const all16 = Uint16Array.from({ length: 65_536 }, (_, i) => i);
const float16 = (data: Uint16Array) => toFloat32({ dtype: 'float16', shape: [data.length], data });

/** The number that binary16 bits stand for, by its definition. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

describe('to float32', () => {
  it('reads every float16', () => {
    expect(float16(all16)).toEqual(Float32Array.from(all16, half));
  });

  it('reads every bfloat16 as the upper half of a float32', () => {
    const wide = toFloat32({ dtype: 'bfloat16', shape: [65_536], data: all16 });
    const words = new Uint32Array(wide.buffer);
    expect(words.every((word, i) => word === i * 65_536)).toBe(true);
  });

  it('rounds float64 and int64, and keeps the others', () => {
    const from = (dtype: ElementType, data: Float64Array | BigInt64Array | Int8Array | Uint8Array) =>
      [...toFloat32({ dtype, shape: [data.length], data })] as number[];
    expect(from('float64', Float64Array.of(0.1, 1e300))).toEqual([
      Math.fround(0.1),
      Number.POSITIVE_INFINITY,
    ]);
    expect(from('int64', BigInt64Array.of(-(2n ** 53n), 16_777_217n))).toEqual([-(2 ** 53), 16_777_216]);
    expect(from('int8', Int8Array.of(-128, 127))).toEqual([-128, 127]);
    expect(from('bool', Uint8Array.of(0, 1))).toEqual([0, 1]);
    const same = Float32Array.of(1, 2);
    expect(toFloat32({ dtype: 'float32', shape: [2], data: same })).toBe(same);
  });
});

describe('narrowed', () => {
  it('gives every finite float16 back', () => {
    const finite = all16.filter((bits) => ((bits >> 10) & 31) !== 31);
    expect(narrowed(float16(finite), 'float16')).toEqual(finite);
    expect(narrowed(Float32Array.of(Number.POSITIVE_INFINITY, -0), 'float16')).toEqual(
      Uint16Array.of(0x7c00, 0x8000),
    );
  });

  it.each([
    ['float16', 1 + 2 ** -11],
    ['float16', 65_536],
    ['float16', 2 ** -25],
    ['float16', 1e-30],
    ['bfloat16', 1 + 2 ** -8],
    ['int32', 1],
  ] as const)('gives up where %s does not hold %f', (dtype, value) => {
    expect(narrowed(Float32Array.of(1, value), dtype)).toBeUndefined();
  });

  it('knows the wider ones', () => {
    const values = Float32Array.of(1.5, -2);
    expect(narrowed(values, 'float32')).toBe(values);
    expect(narrowed(values, 'float64')).toEqual(Float64Array.of(1.5, -2));
    expect(narrowed(values, 'bfloat16')).toEqual(Uint16Array.of(0x3fc0, 0xc000));
  });
});

test('rounded goes to the nearest float16, ties to even', () => {
  const step = 2 ** -10; // between 1 and 2
  const values = [
    1 + 0.49 * step,
    1 + 0.5 * step,
    1 + 1.5 * step,
    -1 - 0.51 * step,
    2 ** -24 * 1.5,
    2 ** -26,
    -0,
  ];
  const expected = [1, 1, 1 + 2 * step, -1 - step, 2 ** -24 * 2, 0, -0];
  const halves = rounded(Float32Array.from(values), 'float16') as Uint16Array;
  expect([...float16(halves)]).toEqual(expected);
  expect(rounded(Float32Array.of(65_519), 'float16')).toEqual(Uint16Array.of(0x7bff));
  expect(rounded(Float32Array.of(65_520), 'float16')).toBeUndefined();
});
