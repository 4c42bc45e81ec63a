/** A file on disk as a source of bytes, which reads what is asked for and keeps nothing. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { ioError } from '../../data/node/io-error.ts';
import { TrmError } from '../../errors.ts';
import { type ByteSource, byteSource } from '../../formats/byte-source.ts';

/** Node reads and writes at most 2 GiB at once, which the puzzle embeddings of ARC exceed. */
const most = 2 ** 30;

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
      for (let done = 0; done < into.length; ) {
        const length = Math.min(into.length - done, most);
        const count = attempt(() => readSync(handle, into, done, length, start + done));
        if (count === 0) throw new TrmError('io', `the file ends after ${start + done} bytes`, { file });
        done += count;
      }
    };
    return use(byteSource(size, read));
  } finally {
    closeSync(handle);
  }
}
