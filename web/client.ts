/** The page's end of the worker, and the files it ships with. */

import { type Remote, wrap } from 'comlink';
import { fetchFile } from './fetch-file.ts';
import { TRAINED } from './tasks.ts';
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

/** What the page opens with: the Sudoku of the most cells, of those that have them in their name. */
export const landingName = shippedNames.findLast((name) => /^sudoku-\d/.test(name)) ?? shippedNames[0]!;

let restoring: ReturnType<typeof worker.restoreTraining> | undefined;

/** The run of an earlier visit, looked for once. */
export const earlierRun = () => {
  restoring ??= worker.restoreTraining();
  return restoring;
};

/** A model that the page has: one that it ships, or that was trained in it on an earlier visit. @throws Error in the page's words. */
export async function loadModel(name: string): Promise<ModelInfo> {
  const trained = name === TRAINED ? await earlierRun().catch(() => undefined) : undefined;
  if (trained) return trained.model;
  const address = shipped.get(name);
  if (!address)
    throw new Error(`the page has no model “${name}”: drop its file on the page, then open the link again`);
  const response = await fetchFile(address, `the weights ${name}`);
  return worker.addModel(name, new Uint8Array(await response.arrayBuffer()));
}

/** The message of a fault: those of the worker arrive as plain errors. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
