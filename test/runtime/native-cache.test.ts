/** The cache of compiled libraries: what is kept, for how long, and where it is not used at all. */

import { fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userCache } from '../../src/data/node/user-cache.ts';
import { cached, type LibraryCache, openCache, whoElseWrites } from '../../src/runtime/native/cache.ts';
import { partialName } from '../../src/runtime/native/partials.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'trm-cache-')));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const load = (file: string) => readFileSync(file, 'utf8');
const make = (text: string) => async (file: string) => writeFileSync(file, text);
const hashOf = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex').slice(0, 32);
const never = async () => {
  throw new Error('made again');
};

describe('what is made', () => {
  let cache: LibraryCache;
  beforeEach(async () => {
    cache = await openCache(join(folder, 'new/native'));
  });

  it('is there the next time, in a folder for this user alone', async () => {
    expect(cache).toEqual({ folder: join(folder, 'new/native'), trouble: undefined });
    expect(statSync(cache.folder!).mode & 0o777).toBe(0o700);
    expect(await cached(cache, 'key', make('one'), load)).toBe('one');
    expect(await cached(cache, 'key', never, load)).toBe('one');
    expect(await cached(cache, 'other', make('two'), load)).toBe('two');
    expect(readdirSync(cache.folder!).sort()).toEqual([
      `key-${hashOf('one')}.so`,
      `other-${hashOf('two')}.so`,
    ]);
  });

  it('is made anew where it does not load', async () => {
    writeFileSync(join(cache.folder!, `key-${hashOf('foreign')}.so`), 'foreign');
    const fitting = (file: string) => {
      if (load(file) === 'foreign') throw new Error('not a library');
      return load(file);
    };
    expect(await cached(cache, 'key', make('one'), fitting)).toBe('one');
    expect(await cached(cache, 'key', never, fitting)).toBe('one');
  });

  it.each(['', 'whol', 'wholE', 'whole and more'])('is made anew where its bytes are %j', async (bytes) => {
    await cached(cache, 'key', make('whole'), load);
    writeFileSync(join(cache.folder!, readdirSync(cache.folder!)[0]!), bytes);
    const careful = (file: string) => {
      if (load(file) !== 'whole') throw new Error('it would have been loaded');
      return 'loaded';
    };
    let made = 0;
    const again = (file: string) => make('whole')(file).then(() => made++);
    expect(await cached(cache, 'key', again as typeof never, careful)).toBe('loaded');
    expect(made).toBe(1);
    expect(readdirSync(cache.folder!)).toEqual([`key-${hashOf('whole')}.so`]);
  });

  it('leaves nothing behind when making it fails', async () => {
    const failing = async (file: string) => {
      writeFileSync(file, 'half');
      throw new Error('no');
    };
    await expect(cached(cache, 'key', failing, load)).rejects.toThrow('no');
    expect(readdirSync(cache.folder!)).toEqual([]);
  });

  const at = (name: string) => join(cache.folder!, name);
  const long = (name: string, megabytes: number, hoursAgo: number) => {
    writeFileSync(at(name), '');
    truncateSync(at(name), megabytes * 2 ** 20); // a size without bytes
    const then = new Date(Date.now() - hoursAgo * 3_600_000);
    utimesSync(at(name), then, then);
  };

  it('pushes out what was used longest ago, and nothing that is not its own', async () => {
    const [oldest, older, old] = ['oldest', 'older', 'old'].map(
      (key) => `${key}-${hashOf(Buffer.alloc(100 * 2 ** 20))}.so`,
    ) as [string, string, string];
    long(oldest, 100, 3);
    long(older, 100, 2);
    long(old, 100, 1);
    long('thesis.txt', 300, 9);
    mkdirSync(at('folder'));
    expect(await cached(cache, 'older', never, () => 'used')).toBe('used');
    await cached(cache, 'new', make('new'), load);
    const left = ['folder', `new-${hashOf('new')}.so`, old, older, 'thesis.txt'];
    expect(readdirSync(cache.folder!).sort()).toEqual(left.sort());
  });

  it('is rid of what dead processes left half made as soon as the cache is opened', async () => {
    const { pid: dead } = spawnSync(process.execPath, ['--version']);
    const [mine, theirs] = [partialName(), partialName(dead)];
    // The number is of another machine, where it may be anybody's.
    const elsewhere = `elsewhere-4026531836-${dead}-abc.partial`;
    for (const name of [mine, theirs, elsewhere]) long(name, 1, 0.1);
    long(elsewhere.replace('abc', 'old'), 1, 2);
    await openCache(cache.folder!);
    expect(readdirSync(cache.folder!).sort()).toEqual([mine, elsewhere].sort());
  });

  it('is the same for two processes that make it at once, whole for both', async () => {
    const child = join(folder, 'child.mjs');
    writeFileSync(
      child,
      `import { cached, openCache } from ${JSON.stringify(new URL('../../dist/runtime/native/cache.js', import.meta.url).href)};
       import { readFileSync, writeFileSync, appendFileSync } from 'node:fs';
       const cache = await openCache(process.argv[2]);
       for (let round = 0; round < 50; round++) {
         const text = 'x'.repeat(100_000);
         const make = async (file) => {
           writeFileSync(file, '');
           for (let i = 0; i < 10; i++) { appendFileSync(file, text); await null; }
         };
         const size = await cached(cache, String(round), make, (file) => readFileSync(file).length);
         if (size !== 1_000_000) throw new Error('half a file: ' + size);
       }`,
    );
    const ended = [1, 2].map(
      () => new Promise((resolve) => fork(child, [cache.folder!]).once('exit', resolve)),
    );
    expect(await Promise.all(ended)).toEqual([0, 0]);
    expect(readdirSync(cache.folder!)).toHaveLength(50);
  });
});

describe('where the folder cannot be used', () => {
  it('a library is made in a temporary one, which is gone after loading', async () => {
    let seen = '';
    const cache: LibraryCache = { folder: undefined, trouble: 'a test' };
    const text = await cached(cache, 'key', make('one'), (file) => {
      seen = file;
      return load(file);
    });
    expect(text).toBe('one');
    expect(existsSync(seen)).toBe(false);
    expect(await cached(cache, 'key', make('two'), load)).toBe('two');
  });

  it('it says why: a file in its place', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await openCache(join(folder, 'file/native'))).toEqual({
      folder: undefined,
      trouble: `${folder}/file/native cannot be written (ENOTDIR)`,
    });
    if (process.platform === 'linux')
      expect(await openCache('/proc/cache/native')).toMatchObject({
        trouble: '/proc/cache/native cannot be written (ENOENT)',
      });
  });

  it.skipIf(process.platform === 'win32')('it says why: others may write to it, or above it', async () => {
    const native = join(folder, 'open/native');
    mkdirSync(native, { recursive: true, mode: 0o700 });
    expect(await openCache(native)).toMatchObject({ folder: native });
    chmodSync(native, 0o777);
    expect(await openCache(native)).toMatchObject({ trouble: `others may write to ${native}` });
    chmodSync(native, 0o700);
    chmodSync(join(folder, 'open'), 0o777);
    expect(await openCache(native)).toMatchObject({ trouble: `others may write to ${folder}/open` });
    // Reached by a link, it is still that folder.
    symlinkSync(join(folder, 'open'), join(folder, 'link'));
    expect(await openCache(join(folder, 'link/native'))).toMatchObject({
      trouble: `others may write to ${folder}/open`,
    });
  });

  it.skipIf(process.getuid?.() !== 0)('it says why: it belongs to another user', async () => {
    const native = join(folder, 'native');
    mkdirSync(native, { mode: 0o700 });
    chownSync(native, 12_345, 12_345);
    expect(await openCache(native)).toMatchObject({ trouble: `${native} belongs to another user` });
  });

  it.skipIf(process.platform === 'win32')('a sticky folder above it does no harm', () => {
    const native = join(folder, 'tmp/native');
    mkdirSync(native, { recursive: true, mode: 0o700 });
    chmodSync(join(folder, 'tmp'), 0o1777);
    expect(whoElseWrites(native)).toBeUndefined();
    chmodSync(native, 0o1777);
    expect(whoElseWrites(native)).toBe(`others may write to ${native}`);
  });
});

it('the cache of a user is where the system keeps caches, or where TRM_CACHE says', () => {
  expect(userCache({ TRM_CACHE: '/fast' }, 'linux')).toBe('/fast');
  expect(userCache({ XDG_CACHE_HOME: '/caches' }, 'linux')).toBe('/caches/tiny-recursive-model');
  expect(userCache({}, 'linux')).toMatch(/\/\.cache\/tiny-recursive-model$/);
  expect(userCache({}, 'darwin')).toMatch(/\/Library\/Caches\/tiny-recursive-model$/);
  expect(userCache({ XDG_CACHE_HOME: 'caches' }, 'linux', '/home/a')).toBe(
    '/home/a/.cache/tiny-recursive-model',
  );
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
  const [first, second] = [userCache({}, 'linux', ''), userCache({}, 'linux', '')];
  expect(first).toMatch(`${join(tmpdir(), 'tiny-recursive-model')}-`);
  expect(second).toBe(first);
  expect(warn.mock.calls).toEqual([
    [expect.stringContaining(`no home folder (HOME): what is made or downloaded is kept in ${first}`)],
  ]);
});
