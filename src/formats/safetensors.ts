/**
 * The safetensors format: an 8-byte little-endian header length, a JSON header, then the tensors' bytes. It holds
 * numbers only, so reading an untrusted file runs nothing; every offset is checked against the file's end.
 * Source: the format's description at the safetensors project. (No maintained npm package writes it.)
 */

import { TrmError } from '../errors.ts';
import { type Shape, showShape, sizeOf } from '../shape.ts';
import { type ByteSource, inMemory } from './byte-source.ts';
import {
  type ElementData,
  type ElementType,
  elementArrays,
  type FileTensor,
  type FileTensors,
} from './file-tensor.ts';

/** A tensor that is still in its file. */
export interface StoredTensor {
  readonly dtype: ElementType;
  readonly shape: Shape;
  /** Fills `into`, of the same type and size, with its elements. */
  read(into: ElementData): void;
}

/** A file whose header is read and checked, its tensors not yet. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const typeNames: Readonly<Record<ElementType, string>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};
const typesByName = new Map(Object.entries(typeNames).map(([type, name]) => [name, type as ElementType]));

/** The file as chunks to be written one after the other, without copying the tensors. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, FileTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const chunks: Uint8Array[] = [];
  let offset = 0;
  // Wider elements first keeps every tensor aligned.
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  for (const [name, { dtype, shape, data }] of entries) {
    if (sizeOf(shape) !== data.length) {
      throw new TrmError('shape', `${data.length} elements do not fill ${showShape(shape)}`, { key: name });
    }
    header[name] = { dtype: typeNames[dtype], shape, data_offsets: [offset, offset + data.byteLength] };
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true);
  padded.set(json, 8);
  return [padded, ...chunks];
}

/**
 * Reads a file's header. Tensors are read one by one, straight to where they belong: a table of some gigabytes is in
 * memory once.
 *
 * @param file its name, for errors.
 * @throws TrmError `checkpoint` on anything malformed or truncated.
 */
export function openSafetensors(source: ByteSource, file: string): SafetensorsFile {
  const fail = (message: string, key?: string): never => {
    throw new TrmError('checkpoint', message, {
      file,
      ...(key === undefined ? {} : { key }),
      fix: 'the file is damaged or no safetensors file; use another copy',
    });
  };
  if (source.size < 8) fail(`${source.size} bytes are too few`);
  const headerLength = Number(new DataView(source.bytes(0, 8).buffer).getBigUint64(0, true));
  if (headerLength > source.size - 8)
    fail(`the header claims ${headerLength} bytes, the file has ${source.size}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(source.bytes(8, 8 + headerLength)));
  } catch {
    fail('the header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) fail('the header is no object');

  const bodyStart = 8 + headerLength;
  const bodyLength = source.size - bodyStart;
  const tensors = new Map<string, StoredTensor>();
  let metadata: Record<string, string> = {};
  let claimed = 0;
  for (const [name, entry] of Object.entries(header as Record<string, unknown>)) {
    if (name === '__metadata__') {
      metadata = strings(entry) ?? fail('metadata must be strings', name);
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
    const type = typesByName.get(String(dtype));
    if (!type) return fail(`unknown dtype ${String(dtype)}`, name);
    if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
      return fail('malformed shape or offsets', name);
    const [start, end] = offsets as [number, number];
    const { BYTES_PER_ELEMENT } = elementArrays[type];
    if (end > bodyLength || start > end || end - start !== sizeOf(shape) * BYTES_PER_ELEMENT) {
      fail(
        `bytes ${start}..${end} do not hold ${dtype} ${showShape(shape)} in a body of ${bodyLength} bytes`,
        name,
      );
    }
    claimed += end - start;
    if (claimed > bodyLength) fail('it overlaps another tensor', name);
    tensors.set(name, {
      dtype: type,
      shape,
      read: (into) =>
        source.read(bodyStart + start, new Uint8Array(into.buffer, into.byteOffset, into.byteLength)),
    });
  }
  if (claimed < bodyLength) fail(`${bodyLength - claimed} of its bytes belong to no tensor`);
  return { tensors, metadata };
}

/** All tensors of a file, each in an array of its own. */
export function readTensors({ tensors }: SafetensorsFile): FileTensors {
  return new Map(
    [...tensors].map(([name, { dtype, shape, read }]) => {
      const data = new elementArrays[dtype](sizeOf(shape));
      read(data);
      return [name, { dtype, shape, data }];
    }),
  );
}

/** A file's bytes in memory, read whole. @throws TrmError as `openSafetensors`. */
export function decodeSafetensors(bytes: Uint8Array, file: string) {
  const opened = openSafetensors(inMemory(bytes), file);
  return { tensors: readTensors(opened), metadata: opened.metadata };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function strings(value: unknown): Record<string, string> | undefined {
  const sound =
    typeof value === 'object' && value !== null && Object.values(value).every((v) => typeof v === 'string');
  return sound ? (value as Record<string, string>) : undefined;
}
