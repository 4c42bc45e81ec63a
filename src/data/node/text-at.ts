/** Small text files that may not be there. */
import { readFileSync } from 'node:fs';
import { ioError } from './io-error.ts';

/** Undefined where nothing is, also where a part of the path is a file. @throws TrmError `io`, as on a folder. */
export function textAt(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw ioError(error, file);
  }
}
