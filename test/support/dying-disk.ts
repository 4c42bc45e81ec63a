/**
 * `node:fs` and `node:fs/promises` on which a process can be killed: after so many changes of the disk the next one fails, and so do all later
 * ones, cleaning up among them. A write that is cut off leaves half of what it wrote.
 *
 *     vi.mock('node:fs', async (original) => (await import('../support/dying-disk.ts')).dyingDisk(await original()));
 */

import type fs from 'node:fs';
import type promises from 'node:fs/promises';

/** Changes that are left until the kill; bytes of a write that a disk takes that is nearly full. */
export const life = { left: Number.POSITIVE_INFINITY, room: Number.POSITIVE_INFINITY };

/** Counts a change; throws, after `half` of it, once the process is dead. */
function change(half: () => void = () => {}): void {
  if (life.left === 0) half();
  if (life.left-- <= 0) throw new Error('killed');
}

export function dyingDisk(real: typeof fs): Partial<typeof fs> {
  /** Files that have had a write: more of them tell nothing new. */
  const written = new Set<number>();
  const openSync: typeof fs.openSync = (path, flags, mode) => {
    if (flags === 'w') change();
    const handle = real.openSync(path, flags, mode);
    written.delete(handle);
    return handle;
  };
  const writeSync = ((handle: number, data: Uint8Array, offset: number, length: number) => {
    if (life.left < 0) throw new Error('killed');
    if (length > life.room) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    if (!written.has(handle)) change(() => real.writeSync(handle, data, offset, Math.floor(length / 2)));
    written.add(handle);
    return real.writeSync(handle, data, offset, length);
  }) as typeof fs.writeSync;
  const appendFileSync: typeof fs.appendFileSync = (file, data, options) => {
    change(() => real.appendFileSync(file, String(data).slice(0, String(data).length / 2)));
    real.appendFileSync(file, data, options);
  };
  const counted = <K extends 'fsyncSync' | 'renameSync' | 'rmSync'>(name: K) =>
    ((...args: Parameters<(typeof fs)[K]>) => {
      change();
      return (real[name] as (...all: unknown[]) => unknown)(...args);
    }) as (typeof fs)[K];
  return {
    ...real,
    openSync,
    writeSync,
    appendFileSync,
    fsyncSync: counted('fsyncSync'),
    renameSync: counted('renameSync'),
    rmSync: counted('rmSync'),
  };
}

/** The same of `node:fs/promises`; what a handle writes is not counted. */
export function dyingPromises(real: typeof promises): Partial<typeof promises> {
  const counted = <K extends 'mkdir' | 'open' | 'rename' | 'rm' | 'rmdir' | 'writeFile'>(name: K) =>
    (async (...args: unknown[]) => {
      change();
      return (real[name] as (...all: unknown[]) => Promise<unknown>)(...args);
    }) as unknown as (typeof promises)[K];
  return {
    ...real,
    mkdir: counted('mkdir'),
    open: counted('open'),
    rename: counted('rename'),
    rm: counted('rm'),
    rmdir: counted('rmdir'),
    writeFile: counted('writeFile'),
  };
}
