/** The page's end of the worker, and the files it ships with. */

import { type Remote, wrap } from 'comlink';
import type { Api, ModelInfo } from './worker.ts';

export const worker: Remote<Api> = wrap<Api>(
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
);

const shipped: Record<string, string> = import.meta.glob('../models/*.safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** The shipped models, smallest first. */
export async function loadShipped(): Promise<ModelInfo[]> {
  const models = await Promise.all(
    Object.entries(shipped).map(async ([path, url]) => {
      const response = await fetch(url);
      const name = path.replace(/^.*\/|\.safetensors$/g, '');
      return worker.addModel(name, new Uint8Array(await response.arrayBuffer()));
    }),
  );
  return models.sort((a, b) => a.cells - b.cells);
}

/** The message of a fault: those of the worker arrive as plain errors. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
