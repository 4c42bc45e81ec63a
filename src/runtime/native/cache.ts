/**
 * Compiled libraries, kept in the user's cache folder as KEY-HASH.so: the hash of all that they depend on, and of their bytes,
 * for a damaged one would end the process that loads it.
 *
 * What lies there is run as this user, so the folder is used only where nobody else can write: not to it, nor to a folder
 * above it. Where it cannot be used, a library is made in a temporary folder and removed as soon as it is loaded.
 */

import { createHash } from 'node:crypto';
import { lstatSync, rmSync, type Stats } from 'node:fs';
import { open, readdir, readFile, realpath, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onExit } from 'signal-exit';
import { makeFolder, temporaryFolder } from '../../data/node/make-folder.ts';
import { partialName, sweepPartials } from './partials.ts';

export interface LibraryCache {
  /** undefined where none can be used. */
  readonly folder: string | undefined;
  /** Why none can be used, in words. */
  readonly trouble: string | undefined;
}

/** For this user alone. */
const MODE = 0o700;
const MOST_BYTES = 256 * 2 ** 20;

/** Opens a folder, made where there is none; what killed processes left half made goes away. */
export async function openCache(folder: string): Promise<LibraryCache> {
  try {
    makeFolder(folder, MODE);
    const real = await realpath(folder);
    const trouble = whoElseWrites(real);
    if (trouble !== undefined) return { folder: undefined, trouble };
    const probe = join(real, partialName());
    await (await open(probe, 'wx')).close();
    await rm(probe);
    await sweepPartials(real);
    return { folder: real, trouble: undefined };
  } catch (error) {
    const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    return { folder: undefined, trouble: `${folder} cannot be written (${code ?? message})` };
  }
}

/**
 * Loads the library of a key, made first where it is not there.
 *
 * @param make writes it to a file of the given name.
 * @param load of a file; where it cannot be loaded it is made anew.
 */
export async function cached<T>(
  { folder }: LibraryCache,
  key: string,
  make: (file: string) => Promise<void>,
  load: (file: string) => T,
): Promise<T> {
  if (folder === undefined) return temporary(make, load);
  const known = await find(folder, key);
  if (known !== undefined) {
    try {
      return load(known);
    } catch {
      await rm(known, { force: true });
    }
  }
  makeFolder(folder, MODE); // the cache may have been cleared
  // Under a name of its own first: another process may make the same, or this one may be killed.
  const partial = join(folder, partialName());
  const file = await clearing(partial, async () => {
    makeFolder(partial, MODE);
    const made = join(partial, 'library.so');
    await make(made);
    await flush(made);
    const whole = join(folder, `${key}-${hashOf(await readFile(made))}.so`);
    await rename(made, whole);
    return whole;
  });
  await prune(folder, file);
  return load(file);
}

const LIBRARY = /^(.+)-([0-9a-f]{32})\.so$/;

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/** The whole library of a key; damaged ones go away. */
async function find(folder: string, key: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, itsKey, hash] = LIBRARY.exec(name) ?? [];
    if (itsKey !== key) continue;
    const file = join(folder, name);
    const bytes = await readFile(file).catch(() => undefined); // another process prunes
    if (bytes && hashOf(bytes) === hash) {
      const now = new Date();
      await utimes(file, now, now).catch(() => {}); // the time of its last use
      return file;
    }
    await rm(file, { force: true });
  }
  return undefined;
}

async function temporary<T>(make: (file: string) => Promise<void>, load: (file: string) => T): Promise<T> {
  const folder = temporaryFolder('trm-native-');
  return clearing(folder, async () => {
    const file = join(folder, 'library.so');
    await make(file);
    return load(file); // it stays loaded
  });
}

/** Does some work and removes what it left at a path, also where Ctrl-C or `process.exit` ends the process meanwhile. */
async function clearing<T>(path: string, work: () => Promise<T>): Promise<T> {
  const clear = () => rmSync(path, { recursive: true, force: true });
  const forget = onExit(clear, { alwaysLast: true }); // when the compiler, which writes there, is ended
  try {
    return await work();
  } finally {
    forget();
    clear();
  }
}

/** To the disk: after a power failure there is the whole file or none. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Removes the libraries that were used longest ago until the rest is small enough. */
async function prune(folder: string, keep: string, most = MOST_BYTES): Promise<void> {
  const files: { file: string; size: number; used: number }[] = [];
  for (const name of await readdir(folder)) {
    if (!LIBRARY.test(name)) continue;
    const file = join(folder, name);
    const found = await stat(file).catch(() => undefined); // another process prunes, too
    if (found) files.push({ file, size: found.size, used: found.mtimeMs });
  }
  let total = 0;
  for (const { file, size } of files.sort((a, b) => b.used - a.used)) {
    total += size;
    if (total > most && file !== keep) await rm(file, { force: true });
  }
}

/** Which folder of a path somebody else than this user and root may change, in words; undefined where none. */
export function whoElseWrites(path: string): string | undefined {
  const me = process.getuid?.();
  for (let folder = path; ; folder = dirname(folder)) {
    const about = lstatSync(folder);
    if (about.uid !== me && (about.uid !== 0 || folder === path)) return `${folder} belongs to another user`;
    if (othersWrite(about, folder !== path)) return `others may write to ${folder}`;
    if (dirname(folder) === folder) return undefined;
  }
}

const [STICKY, GROUP, OTHERS] = [0o1000, 0o020, 0o002];

/** In a sticky folder, as /tmp, nobody renames what is another's. A group with the user's own number is his alone. */
function othersWrite({ mode, uid, gid }: Stats, above: boolean): boolean {
  if (above && mode & STICKY) return false;
  return (mode & OTHERS) !== 0 || ((mode & GROUP) !== 0 && gid !== uid);
}
