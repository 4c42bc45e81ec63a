/**
 * Folders to write into. Node's own recursive `mkdir` never ends where a system refuses new names, as Linux does under
 * /proc, so this is in its place everywhere.
 */

import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { TrmError } from '../../errors.ts';
import { ioError } from './io-error.ts';
import { statAt } from './stat-at.ts';

/**
 * Makes a folder, and those above it that are not there.
 *
 * @param mode of those that are made; 0o777 less the process's mask when omitted.
 * @returns the first that was made; undefined where the folder was there.
 * @throws TrmError `io` with the folder that cannot be made.
 */
export function makeFolder(folder: string, mode?: number): string | undefined {
  const above = dirname(folder);
  try {
    return makeOne(folder, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || above === folder) throw notMade(error, folder);
  }
  const first = makeFolder(above, mode);
  try {
    const made = makeOne(folder, mode);
    return first ?? made;
  } catch (error) {
    throw notMade(error, folder);
  }
}

function makeOne(folder: string, mode: number | undefined): string | undefined {
  try {
    mkdirSync(folder, { mode });
    return folder;
  } catch (error) {
    if (isFolder(folder)) return undefined;
    throw error;
  }
}

/** A folder of this process's own among the temporary ones. @throws TrmError `io` with the variable that names their place. */
export function temporaryFolder(prefix: string): string {
  const place = tmpdir();
  try {
    return mkdtempSync(join(place, prefix)); // 0700
  } catch (cause) {
    const message = `no temporary folder can be made here (${(cause as NodeJS.ErrnoException).code})`;
    const fix = `set ${process.platform === 'win32' ? 'TEMP' : 'TMPDIR'} to a folder that takes files`;
    throw new TrmError('io', message, { file: place, fix, cause });
  }
}

/** The error of a file or folder that could not be made: ENOENT says nothing of it where the folder above is there. */
export function notMade(error: unknown, path: string): TrmError {
  const above = dirname(resolve(path));
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' || !isFolder(above)) return ioError(error, path);
  const fix = 'choose another place';
  return new TrmError('io', `${above} takes no new files or folders`, { file: path, fix, cause: error });
}

function isFolder(path: string): boolean {
  return statAt(path)?.isDirectory() === true;
}
