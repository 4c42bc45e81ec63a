/**
 * The `.npy` array file: reading (versions 1 to 3) and writing (version 1), C order, the element types that
 * puzzle datasets use.
 *
 * Own code because the published reader (npyjs 1.2) takes everything behind the header as data: it neither
 * compares the shape with the bytes that are there nor refuses a malformed header, and it returns int64 as BigInt.
 * Source: numpy.lib.format.
 */
import { TrmError } from '../errors.ts';

type NpyData = Uint8Array | Int8Array | Uint16Array | Int32Array | Float32Array;

export interface NpyArray {
  readonly shape: readonly number[];
  /** Elements in C order. int64 files arrive as Int32Array, bool files as Uint8Array of 0 and 1. */
  readonly data: NpyData;
}

const MAGIC = '\x93NUMPY';

/** Type in the file -> bytes an element, and the elements of the bytes behind the header. */
const READERS: Record<string, { width: number; read: (bytes: Uint8Array, file: string) => NpyData }> = {
  '|b1': { width: 1, read: plain },
  '|u1': { width: 1, read: plain },
  '|i1': { width: 1, read: (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) },
  '<u2': { width: 2, read: (bytes) => new Uint16Array(owned(bytes)) },
  '<i4': { width: 4, read: (bytes) => new Int32Array(owned(bytes)) },
  '<f4': { width: 4, read: (bytes) => new Float32Array(owned(bytes)) },
  '<i8': { width: 8, read: narrow },
};

/** What a header says, checked against the size of its file. */
export interface NpyLayout {
  readonly shape: readonly number[];
  /** Byte at which the elements begin. */
  readonly dataStart: number;
  /** Bytes of one element. */
  readonly width: number;
  /** The elements of some of the bytes behind the header. One-byte types are views, wider ones are copies. */
  elements(bytes: Uint8Array): NpyData;
}

/** No header of these arrays is longer. */
export const LONGEST_HEADER = 65_536 + 12;

/**
 * Reads the header of a file of `size` bytes.
 *
 * @param start the file's first bytes, at least `LONGEST_HEADER` or all there are.
 * @param file name used in errors.
 * @throws TrmError `data` on a malformed header, an unsupported type, too few or too many bytes behind it.
 */
export function npyLayout(start: Uint8Array, size: number, file: string): NpyLayout {
  const { header, dataStart } = readHeader(start, file);
  const dtype = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const dimensions = /'shape':\s*\(\s*((?:\d+L?\s*,\s*)*(?:\d+L?)?)\s*\)/.exec(header)?.[1];
  if (dtype === undefined || fortran === undefined || dimensions === undefined) {
    throw malformed(
      file,
      `header ${JSON.stringify(header.slice(0, 80))} lacks descr, fortran_order or shape`,
    );
  }
  const shape = (dimensions.match(/\d+/g) ?? []).map(Number);
  const reader = READERS[dtype];
  if (!reader) {
    throw new TrmError('data', `elements of type ${dtype} are not read here`, {
      file,
      fix: `save it as one of ${Object.keys(READERS).join(' ')}`,
    });
  }
  if (fortran === 'True' && shape.length > 1) {
    throw new TrmError('data', 'the array is in Fortran order', {
      file,
      fix: 'save np.ascontiguousarray(x)',
    });
  }
  const needed = shape.reduce((product, length) => product * length, 1) * reader.width;
  const found = size - dataStart;
  if (found !== needed) {
    throw malformed(file, `shape [${shape.join(', ')}] of ${dtype} needs ${needed} bytes, found ${found}`);
  }
  return { shape, dataStart, width: reader.width, elements: (bytes) => reader.read(bytes, file) };
}

/**
 * Reads one array. One-byte types are views of `bytes`, wider ones are copies.
 *
 * @throws TrmError `data` as `npyLayout`, and on int64 beyond int32.
 */
export function decodeNpy(bytes: Uint8Array, file: string): NpyArray {
  const { shape, dataStart, elements } = npyLayout(bytes, bytes.length, file);
  return { shape, data: elements(bytes.subarray(dataStart)) };
}

/** Element types that are written. */
export type NpyType = 'uint8' | 'int32';

/** The bytes before the elements of a file. */
export function npyHeader(type: NpyType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const descr = type === 'uint8' ? '|u1' : '<i4';
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const unpadded = MAGIC.length + 4 + dictionary.length + 1;
  const total = Math.ceil(unpadded / 64) * 64; // numpy aligns the data to 64 bytes
  const length = total - MAGIC.length - 4;
  const text = `${MAGIC}\x01\x00${String.fromCharCode(length & 255, length >> 8)}${dictionary.padEnd(length - 1)}\n`;
  return Uint8Array.from({ length: total }, (_, i) => text.charCodeAt(i));
}

/** The file's two parts, header and elements (a view of `data`), to be written one after the other. */
export function encodeNpy(data: Uint8Array | Int32Array, shape: readonly number[]): [Uint8Array, Uint8Array] {
  const type = data instanceof Uint8Array ? 'uint8' : 'int32';
  return [npyHeader(type, shape), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

function readHeader(bytes: Uint8Array, file: string): { header: string; dataStart: number } {
  const latin1 = (from: number, to: number) =>
    Array.from(bytes.subarray(from, to), (byte) => String.fromCharCode(byte)).join('');
  if (bytes.length < 12 || latin1(0, 6) !== MAGIC) throw malformed(file, 'it does not start as one');
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw malformed(file, `version ${version} is unknown`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > 65_536 || start + length > bytes.length) {
    throw malformed(file, `header of ${length} bytes in a file of ${bytes.length}`);
  }
  return { header: latin1(start, start + length), dataStart: start + length };
}

/** The bytes without the Node Buffer around them, whose `slice` means something else. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A copy of the bytes: a wider view can only start at an aligned place, and a Node Buffer's rarely is. */
function owned(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** int64 -> int32: token and index arrays of the official builders. */
function narrow(bytes: Uint8Array, file: string): Int32Array {
  const halves = new Int32Array(owned(bytes));
  const out = new Int32Array(halves.length / 2);
  for (let i = 0; i < out.length; i++) {
    const low = halves[2 * i]!;
    if (halves[2 * i + 1] !== low >> 31) {
      throw new TrmError('data', `element ${i} does not fit into 32 bits`, { file });
    }
    out[i] = low;
  }
  return out;
}

function malformed(file: string, what: string): TrmError {
  return new TrmError('data', `not a sound .npy file: ${what}`, {
    file,
    fix: 'build or copy the file again',
  });
}
