/**
 * The contract on the native engine: as it is shipped, on several numbers of threads; for CPUs with fewer instructions; and
 * with the address and undefined-behaviour sanitizers, which see what touches memory that is not the engine's.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';
import { type Compiler, findCompiler } from '../../src/runtime/native/compiler.ts';
import { cpuIdentity } from '../../src/runtime/native/cpu.ts';
import { inProcess } from './contract-process.ts';
import { describeContract } from './outcome.ts';

interface Variant {
  readonly name: string;
  readonly threads?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  /** Why it does not run here. */
  readonly missing?: string | undefined;
}

const compiler = await findCompiler();

function variants(): readonly Variant[] {
  if (typeof compiler === 'string') return [{ name: 'native', missing: compiler }];
  const isX64 = process.arch === 'x64';
  const wide = / avx512f /.test(cpuIdentity());
  const { library, missing } = sanitizer(compiler);
  return [
    { name: 'native, 1, 2 and 3 threads', threads: [1, 2, 3] },
    {
      name: 'native, plain x86-64',
      env: { TRM_NATIVE_FLAGS: '-O1 -march=x86-64' },
      missing: isX64 ? undefined : `this is ${process.arch}`,
    },
    {
      name: 'native, AVX2',
      env: { TRM_NATIVE_FLAGS: '-O1 -march=x86-64-v3' },
      missing: isX64 && wide ? undefined : 'this CPU has no AVX-512: it is what native takes anyway',
    },
    {
      name: 'native, sanitizers',
      env: {
        TRM_NATIVE_FLAGS: '-O0 -fsanitize=address,undefined -fno-sanitize-recover=all',
        LD_PRELOAD: library, // it must come first
        CC: `env -u LD_PRELOAD ${compiler.command.join(' ')}`, // which would be slow with it
        ASAN_OPTIONS: 'detect_leaks=0', // of Node
      },
      missing,
    },
  ];
}

/** The address sanitizer's library of a compiler. */
function sanitizer({ command: [program, ...args], name }: Compiler): {
  readonly library: string;
  readonly missing?: string;
} {
  const missing = `${name} has no libasan.so`;
  if (process.platform !== 'linux' || !name.startsWith('gcc')) return { library: '', missing };
  const asked = spawnSync(program!, [...args, '-print-file-name=libasan.so'], { encoding: 'utf8' });
  const library = asked.stdout.trim(); // the bare name where there is none
  return existsSync(library) ? { library } : { library, missing };
}

for (const { name, threads, env, missing } of variants())
  if (missing !== undefined) describe(name, () => it.skip(`not on this machine: ${missing}`, () => {}));
  else describeContract(name, await inProcess('native', 'cpu', env, threads));
