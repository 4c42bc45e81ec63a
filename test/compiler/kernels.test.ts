/**
 * The C kernels of the native engine against libm and plain loops (c/kernels.c), for each vector width, with the
 * address and undefined-behaviour sanitizers, and as they are shipped.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../cli/command.ts';

const source = fileURLToPath(new URL('c/kernels.c', import.meta.url));
const headers = fileURLToPath(new URL('../../src/compiler/c', import.meta.url));
const { folder, remove } = temporaryFolder();
afterAll(remove);

const cc = process.env.CC ?? 'cc';
const rules = [
  '-std=gnu11',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-ffp-contract=fast',
  '-Wall',
  '-Wextra',
  '-Werror',
];
/** Not -O3, which takes them three times as long to compile. */
const sanitizers = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** What the compiler may assume of this machine, or undefined where there is none. */
const macros = spawnSync(cc, ['-march=native', '-dM', '-E', '-x', 'c', '-'], {
  input: '',
  encoding: 'utf8',
}).stdout;
if (!macros) remove(); // where all is skipped nothing comes after it
const has = (...names: readonly string[]) => names.every((name) => macros?.includes(`#define __${name}__ `));

const machines = [
  { march: 'native', runs: true },
  { march: 'x86-64', runs: has('x86_64') },
  { march: 'x86-64-v3', runs: has('x86_64', 'AVX2', 'FMA', 'BMI2') },
  { march: 'x86-64-v4', runs: has('x86_64', 'AVX512F', 'AVX512BW', 'AVX512VL', 'AVX512DQ', 'AVX512CD') },
];

const compile = (march: string, ...flags: readonly string[]) => compileWith(cc, march, ...flags);

function compileWith(compiler: string, march: string, ...flags: readonly string[]): string {
  const program = join(folder, `kernels-${march}-${flags.length}`);
  execFileSync(compiler, [
    '-O3',
    `-march=${march}`,
    ...rules,
    ...flags,
    `-I${headers}`,
    source,
    '-o',
    program,
    ...(flags.includes('-S') ? [] : ['-lm']),
  ]);
  return program;
}

function run(program: string): void {
  const { status, stdout, stderr } = spawnSync(program, { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
}

describe.skipIf(!macros)('the C kernels (need a C compiler)', () => {
  for (const { march, runs } of machines) {
    test.skipIf(!runs)(`-march=${march}`, () => run(compile(march)));
    test.skipIf(!runs)(`-march=${march}, sanitizers`, () => run(compile(march, ...sanitizers)));
    test.skipIf(!runs)(`-march=${march}, bfloat16`, () =>
      run(compile(march, '-DTRM_BFLOAT16', ...sanitizers)),
    );
  }

  test.each([
    ['as the manual says', 1],
    ['refused by the system', 0],
  ])('with the tiles of AMX in plain C, %s', (_, granted) => {
    const amx = ['-Wno-psabi', '-DTRM_BFLOAT16', '-DTRM_LANES=16', `-DTRM_AMX_PLAIN=${granted}`];
    run(compile('native', ...amx, ...sanitizers));
  });

  describe.skipIf(!has('x86_64'))('use the instructions of CPUs that are not at hand', () => {
    const assembly = (compiler: string, march: string, ...flags: readonly string[]) =>
      readFileSync(compileWith(compiler, march, '-DTRM_BFLOAT16', '-S', ...flags), 'utf8');
    for (const compiler of new Set([cc, 'clang'])) {
      const missing = spawnSync(compiler, ['--version']).status !== 0;
      test.skipIf(missing)(`by ${compiler}${missing ? ', which is not installed' : ''}`, () => {
        expect(assembly(compiler, 'x86-64-v4')).toMatch(/vfmadd\S+\s.*%zmm/);
        expect(assembly(compiler, 'cooperlake')).toMatch(/vdpbf16ps\s.*%zmm/);
        const tiles = assembly(compiler, 'cooperlake', '-mamx-tile', '-mamx-bf16');
        for (const what of ['ldtilecfg', 'tileloadd', 'tdpbf16ps', 'tilestored', 'tilerelease'])
          expect(tiles).toContain(what);
      });
    }
  });
});
