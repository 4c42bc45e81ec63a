/** From C text to a loaded library: a compiler, koffi and a cache that were tried together once. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source } from '../../compiler/c/render.ts';
import { userCache } from '../../data/node/user-cache.ts';
import { TrmError } from '../../errors.ts';
import { cached, type LibraryCache, openCache } from './cache.ts';
import {
  type Compiler,
  compile,
  failure,
  findCompiler,
  flagsOf,
  missingSanitizer,
  tryOut,
} from './compiler.ts';
import { cpuIdentity } from './cpu.ts';
import { findKoffi, type Koffi, loadLibrary, type NativeLibrary } from './library.ts';

export interface Toolchain {
  /** `gcc 12.2.0` */
  readonly compiler: string;
  /** What CC names, and why that was not taken, in words. */
  readonly passedOver: string | undefined;
  /** The vector instructions that it uses here, as `AVX2`. */
  readonly vectors: string;
  readonly cache: LibraryCache;
  /**
   * Loads the library of a source.
   *
   * @param onCompile called before it is compiled to a file, and waited for; not where it is in the cache.
   * @throws TrmError `runtime` with the compiler's first error.
   */
  load(source: Source, onCompile?: (file: string) => void | Promise<void>): Promise<NativeLibrary>;
}

/** Beside this file's folder in src/ and in dist/; src/'s where a bundle two folders below the package holds this file. */
const headers = ['../../compiler/c', '../../src/compiler/c']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(join(folder, 'trial.c')));

/** How a machine comes by a compiler. */
const installed: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'install one: xcode-select --install',
  linux: 'install gcc or clang',
};

/** What compiles and loads here, tried on a small library; else the error that tells why nothing does. */
export async function openToolchain(): Promise<Toolchain | TrmError> {
  if (headers === undefined) {
    const fix = 'keep tiny-recursive-model out of the bundle';
    return new TrmError('runtime', 'its C headers are not beside its code, as in a bundle', { fix });
  }
  const [koffi, compiler] = [await findKoffi(), await findCompiler()];
  if (typeof compiler === 'string') {
    const fix = installed[process.platform];
    return new TrmError('runtime', compiler, fix === undefined ? {} : { fix });
  }
  const unsanitary = missingSanitizer();
  if (unsanitary) return unsanitary;
  if (typeof koffi === 'string') return new TrmError('runtime', koffi, { fix: 'npm install koffi' });
  try {
    const cache = await openCache(join(userCache(), 'native'));
    const load = loader(koffi, compiler, headers, cache);
    const source = { text: readFileSync(join(headers, 'trial.c'), 'utf8'), units: 1 };
    // Before it is loaded: an instruction that the CPU lacks ends the process that comes to it.
    const trial = await load(source, async (file) => {
      await compile(compiler, source, headers, file, 'program');
      await tryOut(compiler, file);
    });
    const { vectors = 'vectors unknown' } = trial;
    await doubles(trial, compiler);
    trial.unload();
    const { name, passedOver } = compiler;
    return { compiler: name, passedOver, vectors, cache, load };
  } catch (cause) {
    return cause instanceof TrmError ? cause : new TrmError('runtime', (cause as Error).message, { cause });
  }
}

function loader(koffi: Koffi, compiler: Compiler, headers: string, cache: LibraryCache): Toolchain['load'] {
  return (source, onCompile = () => {}) =>
    cached(
      cache,
      keyOf(source, headers, compiler),
      async (file) => {
        await onCompile(file);
        await compile(compiler, source, headers, file);
      },
      (file) => {
        try {
          return loadLibrary(koffi, file);
        } catch (error) {
          throw failure(compiler, `made a library that does not load (${(error as Error).message})`, error);
        }
      },
    );
}

/** All that the library's bytes depend on. */
function keyOf({ text }: Source, headers: string, compiler: Compiler): string {
  const hash = createHash('sha256');
  const add = (text: string) => hash.update(`${text.length}\n${text}`);
  for (const name of readdirSync(headers).sort())
    if (/\.[ch]$/.test(name)) add(name + readFileSync(join(headers, name), 'utf8'));
  for (const part of [text, compiler.version, ...flagsOf(compiler), cpuIdentity()]) add(part);
  return hash.digest('hex').slice(0, 32);
}

/** Runs the trial library on two threads. @throws TrmError `runtime` when it does not do what it should. */
async function doubles(library: NativeLibrary, compiler: Compiler): Promise<void> {
  const context = library.open(2);
  const [from, to] = [Float32Array.of(1, -2, 3, 0.5), new Float32Array(4)];
  await context.run([from, to]);
  context.close();
  if (to.join() !== '2,-4,6,1')
    throw failure(compiler, `made a library that computes wrongly (it doubled ${from} to ${to})`);
}
