/**
 * The contract in a process of its own: a crash in an engine's native code then fails a test instead of ending the run, and
 * the environment can name a driver, flags or a library before the engine loads.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import type { DeviceChoice, EngineChoice } from '../../src/runtime/choices.ts';
import type { ContractLine } from './contract.ts';
import type { Outcome } from './outcome.ts';

// Inside the package, so that its dependencies resolve.
const folder = mkdtempSync(fileURLToPath(new URL('../../node_modules/.contract-', import.meta.url)));
const child = `${folder}/child.mjs`;
afterAll(() => rmSync(folder, { recursive: true }));
await build({
  entryPoints: [fileURLToPath(new URL('contract-child.ts', import.meta.url))],
  outfile: child,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});

/** @param threads how many, one run of the contract after the other. */
export function inProcess(
  engine: EngineChoice,
  device: DeviceChoice,
  env: Readonly<Record<string, string>> = {},
  threads: readonly number[] = [2],
): Promise<Outcome> {
  const options = { env: { ...process.env, ...env }, timeout: 600_000 };
  const args = [child, engine, device, ...threads.map(String)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve({
        lines: lines.map((line): ContractLine => JSON.parse(line)),
        trouble: error ? `the process ended with ${error.signal ?? `status ${error.code}`}\n${stderr}` : '',
      });
    });
  });
}
