/** Where a path leads, also where nothing is yet. */

import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ioError } from './io-error.ts';

/**
 * The place of a file or folder that may not be there yet, without symbolic links: of a link to nothing the place that it
 * names, as a shell's `>` would make it.
 *
 * @throws TrmError `io` on links in a circle.
 */
export function realPlace(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') throw ioError(error, path);
  }
  const above = dirname(whole);
  if (above === whole) return whole; // a drive that is not there
  const place = join(realPlace(above), basename(whole));
  const target = linkAt(place);
  return target === undefined ? place : realPlace(resolve(dirname(place), target));
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // no link, or nothing
  }
}
