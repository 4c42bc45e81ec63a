/**
 * Compiled libraries, kept in the user's cache folder under the hash of all that they depend on.
 *
 * What lies there is run as this user, so the folder is used only where nobody else can write: not to it, nor to a folder
 * above it. Where it cannot be used, a library is made in a temporary folder and removed as soon as it is loaded.
 */

import { lstatSync, type Stats } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, realpath, rename, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface LibraryCache {
  /** undefined where none can be used. */
  readonly folder: string | undefined;
  /** Why none can be used, in words. */
  readonly trouble: string | undefined;
}

const MOST_BYTES = 256 * 2 ** 20;
/** A partial file so old belongs to a process that was killed, ms. */
const ABANDONED = 3_600_000;

/** Opens a folder, made where there is none. */
export async function openCache(folder: string): Promise<LibraryCache> {
  try {
    await makeFolder(folder);
    const real = await realpath(folder);
    const trouble = whoElseWrites(real);
    if (trouble !== undefined) return { folder: undefined, trouble };
    const probe = join(real, partialName());
    await (await open(probe, 'wx')).close();
    await rm(probe);
    return { folder: real, trouble: undefined };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
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
  const file = join(folder, `${key}.so`);
  const now = new Date();
  const known = await utimes(file, now, now).then(
    () => true, // the time of its last use
    () => false,
  );
  if (known) {
    try {
      return load(file);
    } catch {
      await rm(file, { force: true }); // damaged
    }
  }
  await makeFolder(folder); // the cache may have been cleared
  // Under a name of its own first: another process may make the same, or this one may be killed.
  const partial = join(folder, partialName());
  try {
    await make(partial);
    await flush(partial);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
  await prune(folder, file);
  return load(file);
}

/** A folder and those above it. (Node's own recursive `mkdir` never ends where a system refuses names, as under /proc.) */
async function makeFolder(folder: string): Promise<void> {
  const make = () => mkdir(folder, { mode: 0o700 });
  try {
    await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await make();
  }
}

async function temporary<T>(make: (file: string) => Promise<void>, load: (file: string) => T): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'trm-native-')); // 0700
  try {
    const file = join(folder, 'library.so');
    await make(file);
    return load(file);
  } finally {
    await rm(folder, { recursive: true, force: true }); // a loaded library stays loaded
  }
}

const partialName = () => `${process.pid}-${Math.random().toString(36).slice(2)}.partial`;

/** To the disk: after a power failure there is the whole file or none. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Removes what was used longest ago until the rest is small enough, and what was left half made. */
async function prune(folder: string, keep: string, most = MOST_BYTES): Promise<void> {
  const files: { file: string; size: number; used: number }[] = [];
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const found = await stat(file).catch(() => undefined); // another process prunes, too
    if (!found) continue;
    if (!name.endsWith('.partial')) files.push({ file, size: found.size, used: found.mtimeMs });
    else if (Date.now() - found.mtimeMs > ABANDONED) await rm(file, { force: true });
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
