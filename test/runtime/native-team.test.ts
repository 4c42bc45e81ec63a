/** The team of threads that a compiled graph runs on (src/compiler/c/team.h), as a C program of its own: native-team.c. */

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { findCompiler } from '../../src/runtime/native/compiler.ts';
import { temporaryFolder } from '../cli/command.ts';
import { skippedFor } from '../support/missing.ts';

const compiler = await findCompiler();
const headers = fileURLToPath(new URL('../../src/compiler/c', import.meta.url));
const source = fileURLToPath(new URL('native-team.c', import.meta.url));
const { folder, remove } = temporaryFolder();
afterAll(remove);
if (typeof compiler === 'string') remove(); // where all is skipped nothing comes after it

/** The program, or why it cannot be made. */
function make(name: string, flags: readonly string[]): { readonly program: string; readonly why?: string } {
  const program = join(folder, name);
  if (typeof compiler === 'string') return { program, why: compiler };
  const [command, ...own] = compiler.command;
  const all = [...own, '-std=gnu11', '-pthread', ...flags, '-I', headers, source, '-o', program];
  const { status, stderr } = spawnSync(command!, all, { encoding: 'utf8' });
  return status === 0 ? { program } : { program, why: stderr };
}

const plain = make('plain', ['-O3', '-Wall', '-Wextra', '-Werror']);

describe.skipIf(typeof compiler === 'string')(`a team${skippedFor(compiler)}`, () => {
  it.each([1, 2, 3, 8])(
    'of %i meets at every barrier, runs each work on each worker, sleeps when idle',
    (size) => {
      expect(plain.why).toBeUndefined();
      const { idle, ...rest } = JSON.parse(execFileSync(plain.program, [`${size}`], { encoding: 'utf8' }));
      expect(rest).toEqual({ size, runs: size * 501, faults: 0 });
      expect(idle).toBeLessThan(0.01); // seconds of CPU time in 0.3 s
    },
  );

  const watched = make('watched', ['-O1', '-g', '-fsanitize=thread']);
  const why = skippedFor(watched.why?.trim().split('\n')[0]);
  it.skipIf(why !== '')(`of 3 has no race that the thread sanitizer sees${why}`, () => {
    const { status, stdout, stderr } = spawnSync(watched.program, ['3'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ size: 3, faults: 0 });
  });
});
