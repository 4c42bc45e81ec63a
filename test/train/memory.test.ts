/**
 * A table of puzzle embeddings is in memory once: ARC's has gigabytes. What is measured is the most that a process holds
 * with a table of 128 MiB, beyond what it holds with a table of almost nothing, in tables.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveCheckpoint, writeAtomically } from '../../src/cli/run-folder.ts';
import { encodeModelFile } from '../../src/interop/model-file.ts';
import { checkpointFile } from '../../src/interop/node/run-checkpoint.ts';
import { newRun } from '../../src/train/run.ts';
import { tinyConfig, tinyDataset } from './support.ts';

// Inside the package, so that its dependencies resolve.
const folder = mkdtempSync(fileURLToPath(new URL('../../node_modules/.memory-', import.meta.url)));
const child = join(folder, 'child.mjs');
const E = 512;
const sizes = { small: 16, large: 2 ** 16 }; // rows
const tableBytes = (sizes.large - sizes.small) * E * 4;

const file = (size: keyof typeof sizes, format: 'checkpoint' | 'safetensors' | 'pytorch') =>
  format === 'checkpoint' ? checkpointFile(join(folder, size), 'last') : join(folder, `${size}.${format}`);

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('memory-child.ts', import.meta.url))],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  for (const size of ['small', 'large'] as const) {
    const tiny = tinyDataset();
    const metadata = { ...tiny.metadata, num_puzzle_identifiers: sizes[size] };
    const model = { ...tinyConfig().model, hiddenSize: 32, puzzleSlots: 16, puzzleEmbeddingSize: E };
    const run = newRun(tinyConfig({ steps: 1, model }), { ...tiny, metadata });
    saveCheckpoint(join(folder, size), 'last', run);
    for (const format of ['safetensors', 'pytorch'] as const)
      writeAtomically(file(size, format), encodeModelFile(run, format, ''));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function peak(task: string, source: string): number {
  const out = execFileSync(process.execPath, [child, task, source, join(folder, 'out')], {
    encoding: 'utf8',
  });
  return Number(out);
}

test.each([
  ['resume', 'checkpoint', 1.3],
  ['solve', 'checkpoint', 1.3],
  ['export', 'checkpoint', 1.3],
  ['export as float16', 'checkpoint', 1.8], // the half as large copy is what is written
  ['begin a run with', 'checkpoint', 2.3], // the run has a table of its own
  ['load', 'safetensors', 1.3],
  ['load', 'pytorch', 2.3], // the file's bytes, and the table that is copied from them
] as const)('%s a %s file', (task, format, tables) => {
  const held = peak(task, file('large', format)) - peak(task, file('small', format));
  expect(held / tableBytes).toBeGreaterThan(0.9);
  expect(held / tableBytes).toBeLessThan(tables);
});
