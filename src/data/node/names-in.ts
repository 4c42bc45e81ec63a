/** What a folder holds. */
import { readdirSync } from 'node:fs';
import { ioError } from './io-error.ts';

/** Names of what is in a folder. @throws TrmError `io` where nobody may look. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw ioError(error, folder);
  }
}
