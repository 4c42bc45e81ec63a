/** `load`: from an address or a file to a model that solves, in a page. */

import { TrmError } from './errors.ts';
import { Solver } from './evaluate/solver.ts';
import { readModelFile } from './interop/model-file.ts';
import { checkOptions } from './options.ts';
import { openBackend, type WebBackendOptions } from './runtime/web.ts';

/** Where to compute. */
export type LoadOptions = WebBackendOptions;

const known: Readonly<Record<keyof LoadOptions, true>> = { device: true, threads: true, wasmPaths: true };

/**
 * Loads a model that solves puzzles.
 *
 * @param source the address of a model file, the file itself (as dropped onto a page), or its bytes.
 * @throws TrmError `usage` on an unknown option, `io` when it cannot be fetched, `checkpoint` when it is no model, `runtime` when the device does not open.
 */
export async function load(
  source: string | URL | Blob | Uint8Array,
  options: LoadOptions = {},
): Promise<Solver> {
  const sound = checkOptions(options, known);
  const { checkpoint } = readModelFile(await bytesOf(source), {}, nameOf(source));
  return new Solver(checkpoint, await openBackend(sound));
}

async function bytesOf(source: string | URL | Blob | Uint8Array): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (typeof source !== 'string' && !(source instanceof URL))
    throw new TrmError('usage', `expected an address, a file or bytes, got ${String(source)}`, {
      key: 'source',
    });
  const response = await fetch(source).catch((cause) => {
    throw new TrmError('io', 'cannot be fetched', { file: String(source), cause });
  });
  if (!response.ok)
    throw new TrmError('io', `the server answers ${response.status}`, { file: String(source) });
  return new Uint8Array(await response.arrayBuffer());
}

function nameOf(source: string | URL | Blob | Uint8Array): string {
  if (typeof source === 'string' || source instanceof URL) return String(source);
  return source instanceof File ? source.name : 'model';
}
