/**
 * Makes a folder in one piece: it is filled under a temporary name beside its place and renamed when complete, so
 * that a dataset that exists is always whole.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TrmError } from '../../errors.ts';
import { ioError } from './io-error.ts';
import { makeFolder, notMade } from './make-folder.ts';
import { realPlace } from './real-place.ts';

/**
 * Tries a place before the work for it begins.
 *
 * @throws TrmError `usage` when something other than an empty folder is at `folder`, `io` when none can be made there.
 */
export async function checkFree(folder: string): Promise<void> {
  await checkEmpty(folder);
  const { first } = await beside(folder);
  await rm(first, { recursive: true });
}

async function checkEmpty(folder: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw ioError(error, folder);
  }
  if (entries.length > 0) {
    throw new TrmError('usage', 'the folder exists and is not empty', {
      file: folder,
      fix: 'choose another name or remove it first',
    });
  }
}

/**
 * Creates `folder`, where a link to it leads, with what `fill` writes into the temporary folder it is given. When `fill` fails
 * nothing is left.
 *
 * @throws TrmError `usage` when the folder is taken, `io` when the disk says no, and whatever `fill` throws.
 */
export async function newFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const target = realPlace(folder);
  await checkEmpty(folder);
  const { temporary } = await beside(folder);
  try {
    await fill(temporary);
    await removeEmpty(target); // Windows does not rename onto a folder
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw ioError(error, folder);
  }
}

/** An empty folder beside a place, and the first of the folders that were made for it. */
async function beside(folder: string): Promise<{ temporary: string; first: string }> {
  const target = realPlace(folder);
  const temporary = `${target}.partial-${randomUUID().slice(0, 8)}`;
  const first = makeFolder(dirname(target)) ?? temporary;
  try {
    await mkdir(temporary);
  } catch (error) {
    throw notMade(error, folder);
  }
  return { temporary, first };
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
