/** The page's end of the worker, and the files it ships with. */

import { type Remote, wrap } from 'comlink';
import type { Api, ModelInfo } from './worker.ts';

export const worker: Remote<Api> = wrap<Api>(
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
);

const files: Record<string, string> = import.meta.glob('../models/*.safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Addresses of the shipped models by name, each loaded when it is chosen. */
const shipped = new Map(
  Object.entries(files).map(([path, url]) => [path.replace(/^.*\/|\.safetensors$/g, ''), url]),
);

/** Sudoku first, small sizes first: what a visitor begins with. */
export const shippedNames = [...shipped.keys()].sort(
  (a, b) => Number(b.startsWith('sudoku')) - Number(a.startsWith('sudoku')) || a.localeCompare(b),
);

export async function loadShipped(name: string): Promise<ModelInfo> {
  const response = await fetch(shipped.get(name)!);
  if (!response.ok) throw new Error(`${name}: the server answers ${response.status}; load the page again`);
  return worker.addModel(name, new Uint8Array(await response.arrayBuffer()));
}

/** The message of a fault: those of the worker arrive as plain errors. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
