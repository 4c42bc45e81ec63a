/** A file on disk as a source of bytes, which reads what is asked for and keeps nothing. */

import { closeSync, fstatSync, openSync } from 'node:fs';
import { ioError } from '../../data/node/io-error.ts';
import { readAt } from '../../data/node/read-at.ts';
import { TrmError } from '../../errors.ts';
import { type ByteSource, byteSource } from '../../formats/byte-source.ts';

/** Opens a file while `use` reads it. @throws TrmError `io`, and what `use` throws. */
export function withFile<T>(file: string, use: (source: ByteSource) => T): T {
  const attempt = <R>(work: () => R): R => {
    try {
      return work();
    } catch (error) {
      throw ioError(error, file);
    }
  };
  const handle = attempt(() => openSync(file, 'r'));
  try {
    const { size } = attempt(() => fstatSync(handle));
    const read = (start: number, into: Uint8Array) => {
      const count = attempt(() => readAt(handle, into, start));
      if (count < into.length)
        throw new TrmError('io', `the file ends after ${start + count} bytes`, { file });
    };
    return use(byteSource(size, read));
  } finally {
    closeSync(handle);
  }
}
