/**
 * Makes a folder in one piece: it is filled under a temporary name beside its place and renamed when complete, so
 * that a dataset that exists is always whole.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TrmError } from '../../errors.ts';
import { ioError } from './io-error.ts';

/** @throws TrmError `usage` when something other than an empty folder is at `folder`. */
export async function checkFree(folder: string): Promise<void> {
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
 * Creates `folder` with what `fill` writes into the temporary folder it is given. When `fill` fails nothing is left.
 *
 * @throws TrmError `usage` when the folder is taken, `io` when the disk says no, and whatever `fill` throws.
 */
export async function newFolder(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const target = resolve(folder);
  await checkFree(target);
  const temporary = `${target}.partial-${randomUUID().slice(0, 8)}`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await mkdir(temporary);
    await fill(temporary);
    await removeEmpty(target); // Windows does not rename onto a folder
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw ioError(error, folder);
  }
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
