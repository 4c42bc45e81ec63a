/** A process that ends while it compiles takes the compiler with it, and leaves nothing half made. */

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../cli/command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);

/** Writes its library half, and starts another process as `gcc` does, which goes on by itself. */
const compiler = join(folder, 'compiler');
writeFileSync(
  compiler,
  `#!/bin/sh
while [ "$1" != -o ]; do shift; done
echo half > "$2"
sleep 300 &
echo $! > "${folder}/pid"
wait
`,
);
chmodSync(compiler, 0o755);

/** Not a zombie either, which waits for a parent to ask. */
function isRunning(pid: number): boolean {
  const of = ['-o', 'stat=', '-p', String(pid)];
  if (process.platform !== 'linux') return /^[^Z]/.test(spawnSync('ps', of, { encoding: 'utf8' }).stdout);
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && /\) [^Z]/.test(readFileSync(file, 'utf8'));
}

/** A process that compiles into a folder; `more` is what else it does. */
function compiling(cache: string, more = '') {
  const native = new URL('../../dist/runtime/native/', import.meta.url).href;
  const program = `
    import { cached } from '${native}cache.js';
    import { compile } from '${native}compiler.js';
    const compiler = { command: ['${compiler}'], name: 'gcc', version: '' };
    const make = (file) => compile(compiler, '', '.', file);
    ${more}
    await cached({ folder: ${cache} }, 'key', make, () => {});`;
  const env = { ...process.env, TMPDIR: join(folder, 'temporary') };
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env });
  return {
    child,
    ended: new Promise((resolve) => child.on('close', (status, signal) => resolve(signal ?? status))),
  };
}

describe.skipIf(process.platform === 'win32').each([
  ['the cache', JSON.stringify(join(folder, 'cache')), join(folder, 'cache')],
  ['a temporary folder', 'undefined', join(folder, 'temporary')],
])('into %s', (_, cache, place) => {
  const begun = async (more?: string) => {
    mkdirSync(place, { recursive: true });
    mkdirSync(join(folder, 'temporary'), { recursive: true });
    writeFileSync(join(folder, 'pid'), '');
    const { child, ended } = compiling(cache, more);
    const pid = await vi.waitFor(
      () => {
        const text = readFileSync(join(folder, 'pid'), 'utf8').trim();
        if (text === '') throw new Error('the compiler has not begun');
        return Number(text);
      },
      { timeout: 30_000 },
    );
    expect(readdirSync(place)).toHaveLength(1); // what is half made
    expect(isRunning(pid)).toBe(true);
    return { child, ended, pid };
  };
  const nothingIsLeft = async (pid: number) => {
    expect(readdirSync(place)).toEqual([]);
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
  };

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', async (signal) => {
    const { child, ended, pid } = await begun();
    child.kill(signal);
    expect(await ended).toBe(signal);
    await nothingIsLeft(pid);
  });

  it('process.exit', async () => {
    const { child, ended, pid } = await begun("process.on('SIGINT', () => process.exit(130));");
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await nothingIsLeft(pid);
  });

  it('a signal that the process answers does not reach the compiler', async () => {
    const heard = join(folder, 'heard');
    const { child, ended, pid } = await begun(
      `import { writeFileSync } from 'node:fs';
       process.on('SIGINT', () => writeFileSync('${heard}', ''));`,
    );
    child.kill('SIGINT');
    await vi.waitFor(() => expect(existsSync(heard)).toBe(true));
    rmSync(heard);
    expect(isRunning(pid)).toBe(true);
    child.kill('SIGTERM');
    await ended;
    await nothingIsLeft(pid);
  });
});
