/** What is at a path, before anything is done with it. */
import { type Stats, statSync } from 'node:fs';
import { ioError } from './io-error.ts';

/** Undefined where nothing is, also where a part of the path is a file. @throws TrmError `io` where nobody may look. */
export function statAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw ioError(error, path);
  }
}
