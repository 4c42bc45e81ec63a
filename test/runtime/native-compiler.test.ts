/** Finding a C compiler, and what it says where it cannot work. */

import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, test } from 'vitest';
import {
  type Compiler,
  compile,
  failure,
  findCompiler,
  flagsOf,
  missingSanitizer,
  nameOf,
  tryOut,
} from '../../src/runtime/native/compiler.ts';
import { skippedFor } from '../support/missing.ts';

const folder = mkdtempSync(join(tmpdir(), 'trm-compiler-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
  delete process.env.TRM_NATIVE_FLAGS;
});

/** A program that prints a text and ends with a status, alone on the path. */
function alone(name: string, text: string, status = 0): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho '${text}'\nexit ${status}\n`);
  chmodSync(file, 0o755);
  process.env.PATH = folder;
  return file;
}

test.each([
  ['gcc (Debian 12.2.0-14+deb12u1) 12.2.0\nCopyright (C) 2022 Free Software Foundation, Inc.', 'gcc 12.2.0'],
  [
    'cc (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0\nCopyright (C) 2023 Free Software Foundation, Inc.',
    'gcc 13.3.0',
  ],
  [
    'gcc (GCC) 14.2.1 20240912 (Red Hat 14.2.1-3)\nCopyright (C) 2024 Free Software Foundation, Inc.',
    'gcc 14.2.1',
  ],
  ['Debian clang version 16.0.6 (15~deb12u1)\nTarget: x86_64-pc-linux-gnu', 'clang 16.0.6'],
  ['Apple clang version 15.0.0 (clang-1500.3.9.4)\nTarget: arm64-apple-darwin23.4.0', 'clang 15.0.0'],
  ['tcc version 0.9.27 (x86_64 Linux)', undefined],
  ['Intel(R) oneAPI DPC++/C++ Compiler 2024.0.0 (2024.0.0.20231017)', undefined],
])('%j is %s', (version, name) => {
  expect(nameOf(version)).toBe(name);
});

describe.skipIf(process.platform === 'win32')('where there is', () => {
  it('no compiler, each that was tried is named', async () => {
    process.env.PATH = join(folder, 'empty');
    expect(await findCompiler({ CC: 'mycc -m64' })).toBe(
      'no C compiler: mycc -m64 is not there, cc is not there, gcc is not there, clang is not there',
    );
  });

  it('another compiler or a broken one, it is not taken', async () => {
    alone('cc', 'tcc version 0.9.27');
    alone('clang', 'clang version 99', 1);
    expect(await findCompiler({})).toBe(
      'no C compiler: cc is neither GCC nor clang, gcc is not there, clang failed (1)',
    );
  });

  it('CC, it comes first, with its own arguments', async () => {
    alone('cc', 'cc (GCC) 11.1.0\nFree Software Foundation');
    alone('mycc', 'clang version 17.0.1');
    expect(await findCompiler({ CC: 'mycc --fast' })).toEqual({
      command: ['mycc', '--fast'],
      name: 'clang 17.0.1',
      version: 'clang version 17.0.1\n',
    });
  });

  it('CC that cannot be taken, the next is, and why is kept', async () => {
    alone('cc', 'cc (GCC) 11.1.0\nFree Software Foundation');
    alone('tcc', 'tcc version 0.9.27');
    const found = { command: ['cc'], name: 'gcc 11.1.0' };
    for (const [CC, passedOver] of [
      ['gone -O3', 'gone -O3 is not there'],
      ['tcc', 'tcc is neither GCC nor clang'],
      ['cc', undefined],
      [undefined, undefined],
    ])
      expect(await findCompiler(CC === undefined ? {} : { CC }), CC).toMatchObject({ ...found, passedOver });
  });
});

test.skipIf(process.platform === 'win32')('a compiler that says nothing is not waited for', async () => {
  const file = join(folder, 'silent');
  writeFileSync(file, '#!/bin/sh\ntrap "" TERM\nsleep 20 &\nwait\nwait\n');
  chmodSync(file, 0o755);
  process.env.PATH = `${folder}/empty:/usr/bin:/bin`;
  const begun = performance.now();
  const found = await findCompiler({ CC: file }, process.platform, 300);
  expect(performance.now() - begun).toBeLessThan(10_000);
  const why = `${file} did not end within 0.3 s`;
  expect(typeof found === 'string' ? found : found.passedOver).toContain(why);
});

test.skipIf(process.platform === 'win32')(
  'a program that dies of what is in it ends itself alone',
  async () => {
    const file = join(folder, 'dies');
    writeFileSync(file, '#!/bin/sh\nkill -ILL $$\n');
    chmodSync(file, 0o755);
    const compiler = { command: ['cc'], name: 'gcc 12.2.0', version: '' };
    await expect(tryOut(compiler, file)).rejects.toThrow(
      'gcc 12.2.0 made a program that was ended by SIGILL on this CPU',
    );
  },
);

test.skipIf(process.platform !== 'linux')(
  'a compiler has a process group of its own: Ctrl-C is not for it',
  async () => {
    const script =
      'read -r pid name state parent group rest < /proc/$$/stat\necho "clang version $group of $$"';
    writeFileSync(join(folder, 'own'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'own'), 0o755);
    const compiler = (await findCompiler({ CC: join(folder, 'own') })) as Compiler;
    expect(compiler.version).toMatch(/^clang version (\d+) of \1\n$/);
  },
);

test.each([
  ['-fsanitize=address', '', 'the address sanitizer is not in this process; begin it with LD_PRELOAD="$(gcc'],
  ['-O0 -fsanitize=undefined,thread', '', 'the thread sanitizer is not in this process'],
  ['-fsanitize=thread', '/usr/lib/libasan.so', 'the thread sanitizer is not in this process'],
  ['-fsanitize=address,undefined', '/usr/lib/libasan.so', undefined],
  ['-fsanitize=undefined', '', undefined],
  ['-O1', '', undefined],
])('TRM_NATIVE_FLAGS="%s" with LD_PRELOAD="%s"', (flags, preloaded, message) => {
  const error = missingSanitizer({ TRM_NATIVE_FLAGS: flags, LD_PRELOAD: preloaded });
  if (message === undefined) expect(error).toBeUndefined();
  else expect(error?.message).toContain(`TRM_NATIVE_FLAGS: ${message}`);
});

test('nothing is looked for on Windows', async () => {
  expect(await findCompiler({}, 'win32')).toBe('no C compiler is looked for on Windows');
});

test('TRM_NATIVE_FLAGS has the last word; NaN and infinity keep their meaning', () => {
  process.env.TRM_NATIVE_FLAGS = ' -march=x86-64  -g ';
  const flags = flagsOf({ command: ['cc'], name: 'gcc 12.2.0', version: '' });
  expect(flags.slice(-2)).toEqual(['-march=x86-64', '-g']);
  expect(flags.filter((flag) => /fast-math|finite-math/.test(flag))).toEqual([]);
});

describe('what a compiler could not make is told with its cure:', () => {
  const gcc = { command: ['gcc', '-m32'], name: 'gcc 12.2.0', version: '' };
  const headers = 'install the C library with its headers (libc6-dev, glibc-devel, musl-dev)';
  test.each([
    ['failed (x.c:1:2: error: odd)', {}, undefined],
    ['failed (team.h:15:10: fatal error: pthread.h: No such file or directory)', {}, headers],
    ["failed (team.h:15:10: fatal error: 'pthread.h' file not found)", {}, headers],
    ['failed (/usr/bin/ld: cannot find crti.o: No such file or directory)', {}, headers],
    [
      "failed (gcc: fatal error: cannot execute 'as': execvp: No such file or directory)",
      {},
      'install the compiler whole, with binutils',
    ],
    [
      'failed (error: unable to make temporary file: No such file or directory)',
      {},
      'set TMPDIR to a folder that takes files',
    ],
    [
      'made a library that does not load (x.so: failed to map segment from shared object)',
      {},
      'set TRM_CACHE to a folder from which programs may run',
    ],
    [
      "failed (gcc: error: unrecognized command-line option '-odd')",
      { TRM_NATIVE_FLAGS: '-odd' },
      'correct or unset TRM_NATIVE_FLAGS',
    ],
    ['failed (error: odd)', { CC: 'gcc  -m32' }, 'correct or unset CC'],
    ['failed (error: odd)', { CC: 'passed over' }, undefined],
    [
      'failed (fatal error: bits/wordsize.h: No such file or directory)',
      { CC: 'gcc -m32', TRM_NATIVE_FLAGS: '-g' },
      `${headers}, or correct or unset CC, or correct or unset TRM_NATIVE_FLAGS`,
    ],
  ])('%s, %j', (what, env, fix) => {
    const error = failure(gcc, what, undefined, env);
    expect(error).toMatchObject({ code: 'runtime' });
    expect(error.detail.fix).toBe(fix);
    expect(error.fault).toMatch(/^gcc 12\.2\.0/);
    expect(error.fault).toContain(what);
    for (const [name, value] of Object.entries(env))
      expect(error.fault.includes(`${name}="${value}"`)).toBe(fix !== undefined);
  });
});

const found = await findCompiler();
describe.skipIf(typeof found === 'string')(`compiling${skippedFor(found)}`, () => {
  const compiler = found as Compiler;
  const to = join(folder, 'library.so');

  it('writes a library', async () => {
    await compile(compiler, { text: 'int one(void) { return 1; }', units: 1 }, folder, to);
    expect(existsSync(to)).toBe(true);
  });

  it.runIf(availableParallelism() > 1)('compiles its pieces side by side', async () => {
    const text = `int two(void);
#if UNIT == 1
int one(void) { return two() - 1; }
#else
int two(void) { return 2; }
#endif`;
    await compile(compiler, { text, units: 2 }, folder, to);
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('library.so'))
        .sort(),
    ).toEqual(['library.so', 'library.so.1', 'library.so.2']);
    const broken = { text: `${text}\n#if UNIT == 2\nint three(void) { return four; }\n#endif`, units: 2 };
    await expect(compile(compiler, broken, folder, to)).rejects.toThrow(/error: .*four/);
  });

  it.each([
    ['int one(void) { return two; }', /^(gcc|clang) [\d.]+ failed \(<stdin>:1:\d+: error: .*two.*\)$/],
    ['#include "nowhere.h"', /nowhere\.h/],
    ['int deep(void) { volatile char a[600000]; a[9] = 1; return a[9]; }', /600\d+.*512|frame/],
  ])('%j fails with its first error', async (source, message) => {
    await expect(compile(compiler, { text: source, units: 1 }, folder, to)).rejects.toThrow(message);
  });
});
