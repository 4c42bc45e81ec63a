/** From C text to a loaded library: a compiler, koffi and a cache that were tried together once. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { userCache } from '../../data/node/user-cache.ts';
import { cached, type LibraryCache, openCache } from './cache.ts';
import { type Compiler, compile, findCompiler, flagsOf } from './compiler.ts';
import { cpuIdentity } from './cpu.ts';
import { findKoffi, loadLibrary, type NativeLibrary } from './library.ts';

export interface Toolchain {
  /** `gcc 12.2.0` */
  readonly compiler: string;
  /** The vector instructions that it uses here, as `AVX2`. */
  readonly vectors: string;
  readonly cache: LibraryCache;
  /**
   * The library of a source.
   *
   * @param onCompile called before it is compiled; not where it is in the cache.
   * @throws TrmError `runtime` with the compiler's first error.
   */
  library(source: string, onCompile?: () => void): Promise<NativeLibrary>;
}

/** Beside this file's folder in src/ and in dist/; src/'s where a bundle two folders below the package holds this file. */
const headers = ['../../compiler/c', '../../src/compiler/c']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(join(folder, 'trial.c')));

/** What compiles and loads here, tried on a small library; else why nothing does, in words. */
export async function openToolchain(): Promise<Toolchain | string> {
  if (headers === undefined) return 'its C headers are not beside its code, as in a bundle';
  const [koffi, compiler] = [await findKoffi(), await findCompiler()];
  if (typeof compiler === 'string') return compiler;
  if (typeof koffi === 'string') return koffi;
  const cache = await openCache(join(userCache(), 'native'));
  const library: Toolchain['library'] = (source, onCompile = () => {}) =>
    cached(
      cache,
      keyOf(source, headers, compiler),
      (file) => {
        onCompile();
        return compile(compiler, source, headers, file);
      },
      (file) => loadLibrary(koffi, file),
    );
  try {
    const trial = await library(readFileSync(join(headers, 'trial.c'), 'utf8'));
    const { vectors } = trial;
    await doubles(trial);
    trial.unload();
    return { compiler: compiler.name, vectors: vectors ?? 'vectors unknown', cache, library };
  } catch (error) {
    return (error as Error).message;
  }
}

/** All that the library's bytes depend on. */
function keyOf(source: string, headers: string, compiler: Compiler): string {
  const hash = createHash('sha256');
  const add = (text: string) => hash.update(`${text.length}\n${text}`);
  for (const name of readdirSync(headers).sort())
    if (/\.[ch]$/.test(name)) add(name + readFileSync(join(headers, name), 'utf8'));
  for (const text of [source, compiler.version, ...flagsOf(compiler), cpuIdentity()]) add(text);
  return hash.digest('hex').slice(0, 32);
}

/** Runs the trial library on two threads. @throws Error when it does not do what it should. */
async function doubles(library: NativeLibrary): Promise<void> {
  const context = library.open(2);
  const [from, to] = [Float32Array.of(1, -2, 3, 0.5), new Float32Array(4)];
  await context.run([from, to]);
  context.close();
  if (to.join() !== '2,-4,6,1') throw new Error(`a compiled trial doubled ${from} to ${to}`);
}
