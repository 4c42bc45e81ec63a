/**
 * A compiled graph, loaded by koffi (chosen for being maintained and prebuilt for every platform that Node runs on, 4 MB).
 *
 * A run is an asynchronous call, so the event loop goes on. The C code sees addresses only: what lies behind them must
 * neither be collected nor move until the call is done. Asking for its address moves a small array out of V8's heap; a
 * set that the process always reaches holds it, and the list of addresses, for the time of the call.
 */

import { TrmError } from '../../errors.ts';
import type { HostData } from '../backend.ts';

/** The mode is for CommonJS, whose TypeScript takes an import for a call of `require`. */
export type Koffi = typeof import('koffi', { with: { 'resolution-mode': 'import' }})['default'];

/** A library with the exports of compiler/c/run.h. */
export interface NativeLibrary {
  /** What one context takes, bytes. */
  bytes(threads: number): number;
  /** The vector instructions that it was compiled for; of the trial alone. */
  readonly vectors: string | undefined;
  /** Memory and threads to run in. @throws TrmError `runtime` when memory or threads are short. */
  open(threads: number): NativeContext;
  unload(): void;
}

export interface NativeContext {
  /**
   * Runs once. One run at a time.
   *
   * @param tensors inputs in the graph's order, then outputs in its order.
   */
  run(tensors: readonly HostData[]): Promise<void>;
  close(): void;
}

/** What an asynchronous call has for its stack, bytes: as the threads of a team (c/team.h). koffi gives 128 KiB. */
const STACK = 2 * 2 ** 20;

/** koffi, or why it cannot be had, in words. */
export async function findKoffi(): Promise<Koffi | string> {
  try {
    const { default: koffi } = await import('koffi');
    if (koffi.config().async_stack_size! < STACK) koffi.config({ async_stack_size: STACK });
    return koffi;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ERR_MODULE_NOT_FOUND'
      ? 'the package koffi is not installed'
      : `koffi cannot be used (${message.split('\n')[0]})`;
  }
}

const inFlight = new Set<object>();

/** Of dlopen, on Linux and macOS alike. */
const RTLD_NOW = 2;

/**
 * Loads a library, until `unload`: koffi alone would also unload it where the process or a worker ends, under the threads of the
 * contexts that are still open.
 *
 * @throws Error where the system's loader refuses it.
 */
export function loadLibrary(koffi: Koffi, file: string): NativeLibrary {
  const library = koffi.load(file);
  const system = koffi.load(null);
  const hold = system.func('void *dlopen(const char *file, int flags)');
  const letGo = system.func('int dlclose(void *library)');
  const held: bigint = hold(file, RTLD_NOW);
  const bytes = library.func('long trm_bytes(int threads)');
  const open = library.func('void *trm_open(int threads)');
  const run = library.func('void trm_run(void *context, void *tensors)');
  const close = library.func('void trm_close(void *context)');
  return {
    bytes: (threads) => Number(bytes(threads)),
    vectors: vectorsOf(library),
    open(threads) {
      const context: bigint | null = open(threads);
      if (context === null) {
        const message = `no memory (${Math.ceil(Number(bytes(threads)) / 2 ** 20)} MiB) or no threads (${threads}) to be had`;
        throw new TrmError('runtime', message, { fix: 'use a smaller microBatchSize or fewer threads' });
      }
      return {
        run(tensors) {
          const addresses = BigUint64Array.from(tensors, (data) => koffi.address(data));
          const held = { tensors, addresses };
          inFlight.add(held);
          return new Promise((resolve, reject) => {
            run.async(context, addresses, (error: Error | null) => {
              inFlight.delete(held);
              if (error) reject(error);
              else resolve();
            });
          });
        },
        close: () => close(context),
      };
    },
    unload() {
      library.unload();
      letGo(held);
    },
  };
}

function vectorsOf(library: ReturnType<Koffi['load']>): string | undefined {
  try {
    return library.func('const char *trm_vectors()')();
  } catch {
    return undefined;
  }
}
