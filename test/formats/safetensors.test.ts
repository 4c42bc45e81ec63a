/** Safetensors files: what is written comes back, and nothing damaged, cut or crafted is read. */

import { beforeAll, describe, expect, it, test } from 'vitest';
import { TrmError } from '../../src/errors.ts';
import { type ElementType, elementArrays, type FileTensor } from '../../src/formats/file-tensor.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.ts';

const joined = (chunks: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(chunks));

/** A file from its header and body, as anyone may write it. */
function crafted(header: unknown, body: Uint8Array | number, text = JSON.stringify(header)): Uint8Array {
  const json = new TextEncoder().encode(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return joined([length, json, typeof body === 'number' ? new Uint8Array(body) : body]);
}

const tensor = (dtype: ElementType): FileTensor => {
  const data = new elementArrays[dtype](6);
  new Uint8Array(data.buffer).forEach((_, i, bytes) => {
    bytes[i] = (37 * i + 5) % (dtype === 'bool' ? 2 : 256);
  });
  return { dtype, shape: [2, 3], data };
};

const bits = ({ data }: FileTensor) => [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

describe('what is written', () => {
  const types = Object.keys(elementArrays).reverse() as ElementType[]; // the narrowest first
  const tensors = Object.fromEntries(types.map((type) => [`a/${type}`, tensor(type)]));
  let bytes: Uint8Array;
  beforeAll(() => {
    bytes = joined(encodeSafetensors(tensors, { who: 'me', what: '"ü"' }));
  });

  it('comes back to the bit, with its metadata', () => {
    const read = decodeSafetensors(bytes, 'x');
    expect(read.metadata).toEqual({ who: 'me', what: '"ü"' });
    expect([...read.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
    for (const [name, { dtype, shape, data }] of read.tensors) {
      expect([dtype, shape]).toEqual([tensors[name]!.dtype, [2, 3]]);
      expect(data).toBeInstanceOf(elementArrays[dtype]);
      expect(bits({ dtype, shape, data })).toEqual(bits(tensors[name]!));
    }
  });

  it('comes back from a view that begins anywhere', () => {
    for (let shift = 1; shift < 8; shift++) {
      const moved = new Uint8Array(bytes.length + shift);
      moved.set(bytes, shift);
      const { tensors: read } = decodeSafetensors(moved.subarray(shift), 'x');
      expect(bits(read.get('a/float64')!)).toEqual(bits(tensors['a/float64']!));
    }
  });

  it('begins with the length of its header, which is padded to 8 bytes, and aligns every tensor', () => {
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
    expect(header['a/bfloat16']).toMatchObject({ dtype: 'BF16', shape: [2, 3] });
    for (const [name, { dtype }] of Object.entries(tensors)) {
      const [start, end] = header[name].data_offsets;
      expect(start % elementArrays[dtype].BYTES_PER_ELEMENT).toBe(0);
      expect(end - start).toBe(6 * elementArrays[dtype].BYTES_PER_ELEMENT);
    }
  });

  it('is refused at every length that is not its own', () => {
    for (let length = 0; length < bytes.length; length++) {
      const cut = () => decodeSafetensors(bytes.subarray(0, length), 'cut.safetensors');
      expect(cut, `${length} bytes`).toThrow(TrmError);
      expect(cut, `${length} bytes`).toThrow(/^cut\.safetensors: .*the file is damaged/);
    }
  });
});

test('elements that do not fill the shape are not written', () => {
  const bad = { dtype: 'float32', shape: [3], data: new Float32Array(2) } as const;
  expect(() => encodeSafetensors({ w: bad })).toThrow(/^w: 2 elements do not fill \[3\]/);
});

test('nothing but metadata, or nothing at all, is a file too', () => {
  expect(decodeSafetensors(crafted({}, 0), 'x')).toEqual({ tensors: new Map(), metadata: {} });
  expect(decodeSafetensors(crafted({ __metadata__: { a: 'b' } }, 0), 'x').metadata).toEqual({ a: 'b' });
  const empty = { e: { dtype: 'F32', shape: [0, 4], data_offsets: [0, 0] } };
  expect(decodeSafetensors(crafted(empty, 0), 'x').tensors.get('e')!.data).toEqual(new Float32Array(0));
});

const sound = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
const refused: [string, Uint8Array, RegExp][] = [
  ['too short a file', new Uint8Array(7), /7 bytes are too few/],
  [
    'a header longer than the file',
    new Uint8Array(8).fill(255),
    /the header claims \d+ bytes, the file has 8/,
  ],
  ['a header one byte too long', crafted({}, 0).subarray(0, 9), /the header claims 2 bytes/],
  ['no JSON', crafted({}, 0, '{"a":'), /the header is not JSON/],
  ['no UTF-8', crafted({}, 0, '{}').with(8, 255), /the header is not JSON/],
  ['a list', crafted([], 0), /the header is no object/],
  ['null', crafted(null, 0), /the header is no object/],
  ['a number', crafted(3, 0), /the header is no object/],
  ['an entry that is null', crafted({ w: null }, 8), /^f: w: unknown dtype undefined/],
  ['an unknown dtype', crafted({ w: { ...sound, dtype: 'F8' } }, 8), /^f: w: unknown dtype F8/],
  ['an inherited dtype', crafted({ w: { ...sound, dtype: 'constructor' } }, 8), /unknown dtype constructor/],
  ['no shape', crafted({ w: { ...sound, shape: 2 } }, 8), /malformed shape or offsets/],
  ['a negative dimension', crafted({ w: { ...sound, shape: [-2] } }, 8), /malformed shape or offsets/],
  ['half a dimension', crafted({ w: { ...sound, shape: [0.5] } }, 8), /malformed shape or offsets/],
  ['an unsafe dimension', crafted({ w: { ...sound, shape: [2 ** 60] } }, 8), /malformed shape or offsets/],
  ['one offset', crafted({ w: { ...sound, data_offsets: [8] } }, 8), /malformed shape or offsets/],
  ['three offsets', crafted({ w: { ...sound, data_offsets: [0, 8, 8] } }, 8), /malformed shape or offsets/],
  ['a negative offset', crafted({ w: { ...sound, data_offsets: [-8, 0] } }, 8), /malformed shape or offsets/],
  ['offsets turned round', crafted({ w: { ...sound, data_offsets: [8, 0] } }, 8), /bytes 8\.\.0 do not hold/],
  [
    'an end behind the body',
    crafted({ w: sound }, 7),
    /bytes 0\.\.8 do not hold F32 \[2\] in a body of 7 bytes/,
  ],
  [
    'a whole tensor behind the body',
    crafted({ w: { ...sound, data_offsets: [8, 16] } }, 8),
    /bytes 8\.\.16 do not hold F32 \[2\] in a body of 8 bytes/,
  ],
  ['too few bytes for its shape', crafted({ w: { ...sound, shape: [3] } }, 8), /bytes 0\.\.8 do not hold/],
  ['too many bytes', crafted({ w: { ...sound, shape: [1] } }, 8), /bytes 0\.\.8 do not hold/],
  ['tensors over each other', crafted({ v: sound, w: sound }, 8), /^f: w: it overlaps another tensor/],
  ['bytes of no tensor', crafted({ __metadata__: { a: 'b' } }, 3), /^f: 3 of its bytes belong to no tensor/],
  [
    'bytes behind the last tensor',
    crafted({ w: sound }, 9),
    /^f: 1 of its bytes belong to no tensor; the file is damaged/,
  ],
  [
    'bytes between tensors',
    crafted({ v: sound, w: { ...sound, data_offsets: [12, 20] } }, 20),
    /^f: 4 of its bytes/,
  ],
  ['metadata of numbers', crafted({ __metadata__: { a: 1 } }, 0), /__metadata__: metadata must be strings/],
  ['metadata that is null', crafted({ __metadata__: null }, 0), /__metadata__: metadata must be strings/],
];

test.each(refused)('refuses %s', (_, bytes, message) => {
  expect(() => decodeSafetensors(bytes, 'f')).toThrow(message);
  expect(() => decodeSafetensors(bytes, 'f')).toThrow(/^f: .*use another copy$/);
});
