/** Where the bytes of a file come from: memory, or a file that is read piece by piece (interop/node/file-source.ts). */

export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Fills `into` with the bytes from `start` on. */
  read(start: number, into: Uint8Array): void;
  /** Bytes `start` (included) to `end` (excluded), copied. */
  bytes(start: number, end: number): Uint8Array<ArrayBuffer>;
}

/** A source by its size and its `read`. */
export function byteSource(size: number, read: ByteSource['read']): ByteSource {
  return {
    size,
    read,
    bytes(start, end) {
      const bytes = new Uint8Array(end - start);
      read(start, bytes);
      return bytes;
    },
  };
}

export const inMemory = (bytes: Uint8Array): ByteSource =>
  byteSource(bytes.length, (start, into) => into.set(bytes.subarray(start, start + into.length)));
