import { describe, expect, test } from 'vitest';
import { decodeNpy, encodeNpy } from '../../src/formats/npy.ts';

/** A file as numpy would write it: version, header text and raw bytes. */
function npy(dictionary: string, body: ArrayLike<number>, version = 1): Uint8Array {
  const header = `${dictionary}\n`;
  const length = version === 1 ? [header.length, 0] : [header.length, 0, 0, 0];
  const text = `\x93NUMPY${String.fromCharCode(version, 0, ...length)}${header}`;
  return Uint8Array.from([...Array.from(text, (c) => c.charCodeAt(0)), ...Array.from(body)]);
}
const dictionary = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

describe('decodeNpy', () => {
  test.each([1, 2, 3])('reads version %i', (version) => {
    const { shape, data } = decodeNpy(npy(dictionary('|u1', '(2, 3)'), [1, 2, 3, 4, 5, 6], version), 'x.npy');
    expect(shape).toEqual([2, 3]);
    expect(data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
  });

  test.each([
    ['|b1', Uint8Array.of(0, 1), Uint8Array.of(0, 1)],
    ['|i1', Int8Array.of(-1, 7), Int8Array.of(-1, 7)],
    ['<u2', Uint16Array.of(65_535, 7), Uint16Array.of(65_535, 7)],
    ['<i4', Int32Array.of(-5, 1 << 30), Int32Array.of(-5, 1 << 30)],
    ['<f4', Float32Array.of(0.5, -2), Float32Array.of(0.5, -2)],
    ['<i8', BigInt64Array.of(-(2n ** 31n), 2n ** 31n - 1n), Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
  ])('reads %s, also where the data is not aligned and in a Buffer', (descr, stored, expected) => {
    const file = npy(dictionary(descr, '(2,)'), bytesOf(stored));
    for (let shift = 0; shift < 4; shift++) {
      const moved = Buffer.alloc(file.length + shift);
      moved.set(file, shift);
      expect(decodeNpy(moved.subarray(shift), 'x.npy').data).toStrictEqual(expected);
    }
  });

  test('reads a header without spaces, and one with many', () => {
    const dense = "{'descr':'<i4','fortran_order':False,'shape':(1,)}";
    const wide = "{'descr':   '<i4' , 'fortran_order':   False , 'shape':   ( 1 , ) , }";
    for (const header of [dense, wide])
      expect(decodeNpy(npy(header, [7, 0, 0, 0]), 'x')).toEqual({ shape: [1], data: Int32Array.of(7) });
  });

  test('reads scalars, empty arrays and the older header forms', () => {
    expect(decodeNpy(npy(dictionary('|u1', '()'), [9]), 'x').data[0]).toBe(9);
    expect(decodeNpy(npy(dictionary('<i4', '(0, 5)'), []), 'x')).toEqual({
      shape: [0, 5],
      data: new Int32Array(0),
    });
    expect(decodeNpy(npy(dictionary('|u1', '(2L, 1L)'), [1, 2]), 'x').shape).toEqual([2, 1]);
    expect(decodeNpy(npy(dictionary('|u1', '(2,)', 'True'), [1, 2]), 'x').shape).toEqual([2]);
  });

  test.each([
    ['nothing', new Uint8Array(0), 'it does not start as one'],
    ['another format', Uint8Array.from(Array(64).keys()), 'it does not start as one'],
    ['version 0', npy(dictionary('|u1', '(1,)'), [1], 0), 'version 0 is unknown'],
    ['a newer version', npy(dictionary('|u1', '(1,)'), [1], 4), 'version 4 is unknown'],
    [
      'a cut header',
      npy(dictionary('|u1', '(1,)'), [1]).subarray(0, 30),
      'header of 58 bytes in a file of 30',
    ],
    [
      'a header without shape',
      npy("{'descr': '|u1', 'fortran_order': False}", [1]),
      'lacks descr, fortran_order',
    ],
    ['a negative shape', npy(dictionary('|u1', '(-1,)'), [1]), 'lacks descr, fortran_order'],
    [
      'missing data',
      npy(dictionary('<i4', '(2, 2)'), [1, 2, 3]),
      'shape [2, 2] of <i4 needs 16 bytes, found 3',
    ],
    ['surplus data', npy(dictionary('|u1', '(2,)'), [1, 2, 3]), 'needs 2 bytes, found 3'],
    ['pickled objects', npy(dictionary('|O', '(1,)'), [1]), 'elements of type |O are not read here'],
    ['big-endian numbers', npy(dictionary('>i4', '(1,)'), [0, 0, 0, 1]), 'elements of type >i4'],
    ['Fortran order', npy(dictionary('|u1', '(1, 1)', 'True'), [1]), 'the array is in Fortran order'],
    [
      'int64 out of range',
      npy(dictionary('<i8', '(1,)'), [0, 0, 0, 128, 0, 0, 0, 0]),
      'element 0 does not fit',
    ],
  ])('refuses %s, naming the file', (_, bytes, message) => {
    expect(() => decodeNpy(bytes, 'dir/x.npy')).toThrow(message);
    expect(() => decodeNpy(bytes, 'dir/x.npy')).toThrow(/^dir\/x\.npy: /);
  });
});

describe('encodeNpy', () => {
  test("writes numpy's own bytes", () => {
    const [header, data] = encodeNpy(Int32Array.of(1, 2, 3), [3]);
    // np.save of np.array([1, 2, 3], dtype=np.int32)
    const expected = `\x93NUMPY\x01\x00v\x00${"{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }".padEnd(117)}\n`;
    expect(String.fromCharCode(...header)).toBe(expected);
    expect([...data]).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
  });

  test.each([
    [Uint8Array.of(1, 2, 3, 255, 0, 9), [2, 3]],
    [Int32Array.of(-1, 2 ** 31 - 1), [2]],
    [new Int32Array(0), [0, 81]],
  ])('decodeNpy reads it back', (data, shape) => {
    const file = Uint8Array.from(encodeNpy(data, shape).flatMap((part) => [...part]));
    expect(decodeNpy(file, 'x.npy')).toEqual({ shape, data });
  });
});
