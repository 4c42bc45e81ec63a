/** Making folders: what Node's own recursive `mkdir` does, and an end where that has none. */

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, test, vi } from 'vitest';
import { makeFolder, notMade, temporaryFolder } from '../../../src/data/node/make-folder.ts';
import { checkFree, newFolder } from '../../../src/data/node/new-folder.ts';
import { TrmError } from '../../../src/errors.ts';
import { temporaryFolder as testFolder } from '../../cli/command.ts';

const { folder, remove } = testFolder();
afterAll(remove);
const at = (name: string) => join(folder, name);
const errorOf = (work: () => unknown): TrmError => {
  try {
    work();
  } catch (error) {
    if (error instanceof TrmError) return error;
    throw error;
  }
  throw new Error('no error');
};

describe('a folder', () => {
  it('is made with those above it, and the first that was new is returned', () => {
    expect(makeFolder(at('a/b/c'))).toBe(at('a'));
    expect(makeFolder(at('a/b/d'))).toBe(at('a/b/d'));
    expect(makeFolder(at('a/b/c'))).toBeUndefined();
    expect(statSync(at('a/b/c')).isDirectory()).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('has the mode that is asked for, as those above it', () => {
    makeFolder(at('mine/native'), 0o700);
    for (const name of ['mine', 'mine/native']) expect(statSync(at(name)).mode & 0o777).toBe(0o700);
  });

  it('may be a link to one', () => {
    mkdirSync(at('real'));
    symlinkSync(at('real'), at('link'));
    expect(makeFolder(at('link'))).toBeUndefined();
    expect(makeFolder(at('link/new'))).toBe(at('link/new'));
    expect(existsSync(at('real/new'))).toBe(true);
  });

  it('that cannot be made is named', () => {
    writeFileSync(at('file'), '');
    symlinkSync(at('nowhere'), at('dangling'));
    expect(errorOf(() => makeFolder(at('file')))).toMatchObject({ code: 'io', detail: { file: at('file') } });
    expect(errorOf(() => makeFolder(at('file/a/b'))).message).toMatch(
      /it, or a part of it, is a file, not a folder$/,
    );
    expect(errorOf(() => makeFolder(at('dangling/a/b'))).detail.file).toBe(at('dangling'));
  });
});

describe.skipIf(process.platform !== 'linux')('under /proc, which takes no names', () => {
  const words = '/proc takes no new files or folders; choose another place';

  it('folders of any depth are refused', () => {
    expect(errorOf(() => makeFolder('/proc/x')).message).toBe(`/proc/x: ${words}`);
    expect(errorOf(() => makeFolder('/proc/x/y/z')).message).toBe(`/proc/x: ${words}`);
    expect(makeFolder('/proc')).toBeUndefined();
  });

  it('a dataset is refused, before the work for it too', async () => {
    const never = vi.fn();
    await expect(newFolder('/proc/x', never)).rejects.toThrow(`/proc/x: ${words}`);
    await expect(checkFree('/proc/x')).rejects.toThrow(`/proc/x: ${words}`);
    await expect(checkFree('/proc/x/y')).rejects.toThrow(`/proc/x: ${words}`);
    expect(never).not.toHaveBeenCalled();
  });
});

test('trying a place leaves nothing there', async () => {
  mkdirSync(at('place'));
  await checkFree(at('place/a/b'));
  await checkFree(at('place/c'));
  expect(readdirSync(at('place'))).toEqual([]);
});

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'a place without permission is refused before the work',
  async () => {
    mkdirSync(at('closed'), { mode: 0o500 });
    await expect(checkFree(at('closed/a'))).rejects.toThrow(/use a place you have permission for$/);
    chmodSync(at('closed'), 0o700);
  },
);

test('an error that says enough is left as it is', () => {
  const missing = Object.assign(new Error('ENOENT: no such file or directory, open'), { code: 'ENOENT' });
  expect(notMade(missing, at('gone/x')).message).toMatch(/no such file or directory; check the path$/);
  expect(notMade(missing, at('x')).message).toBe(
    `${at('x')}: ${folder} takes no new files or folders; choose another place`,
  );
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  expect(notMade(full, at('x')).message).toMatch(/the disk is full/);
});

describe('a temporary folder', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('is new each time', () => {
    vi.stubEnv('TMPDIR', folder);
    vi.stubEnv('TEMP', folder);
    const [one, other] = [temporaryFolder('of-'), temporaryFolder('of-')];
    expect(one.startsWith(at('of-'))).toBe(true);
    expect(one).not.toBe(other);
  });

  it.skipIf(process.platform === 'win32')('names the variable where there is no place for it', () => {
    vi.stubEnv('TMPDIR', at('gone'));
    expect(errorOf(() => temporaryFolder('of-')).message).toBe(
      `${at('gone')}: no temporary folder can be made here (ENOENT); set TMPDIR to a folder that takes files`,
    );
  });
});
