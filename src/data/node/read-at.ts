/** Reading a part of an open file, however long. */

import { readSync } from 'node:fs';

/** One call of Node's reads at most 2 GiB, which the puzzle embeddings and the rows of ARC exceed. */
const most = 2 ** 30;

/** Fills `into` from a position of a file on, and says how many bytes there were: fewer where the file ends. */
export function readAt(handle: number, into: Uint8Array, position: number): number {
  let done = 0;
  while (done < into.length) {
    const read = readSync(handle, into, done, Math.min(into.length - done, most), position + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
