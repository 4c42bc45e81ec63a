/**
 * The contract on every device of this machine, each in a process of its own: a crash in ONNX Runtime's native code
 * then fails a test instead of ending the run, and a Vulkan driver can be named before the library loads.
 *
 * Where no adapter is found, webgpu runs on SwiftShader, Chromium's software Vulkan (Debian: apt install chromium).
 */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { type ContractLine, contract } from './contract.ts';

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

interface Outcome {
  readonly lines: readonly ContractLine[];
  /** How the process ended, and what it said. */
  readonly end: string;
}

function runContractOn(device: string, env: Record<string, string> = {}): Promise<Outcome> {
  const options = { env: { ...process.env, ...env }, timeout: 60_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, [child, device], options, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve({
        lines: lines.map((line): ContractLine => JSON.parse(line)),
        end: `the process ended with ${error?.signal ?? `status ${error?.code ?? 0}`}\n${stderr}`,
      });
    });
  });
}

/** webgpu on a real adapter, else on SwiftShader. */
async function webgpuOutcome(): Promise<Outcome> {
  const outcome = await runContractOn('webgpu');
  const chromium = '/usr/lib/chromium';
  if (closed(outcome) === undefined || !existsSync(`${chromium}/vk_swiftshader_icd.json`)) return outcome;
  return runContractOn('webgpu', {
    VK_DRIVER_FILES: `${chromium}/vk_swiftshader_icd.json`,
    LD_LIBRARY_PATH: chromium, // it brings Vulkan's loader too
  });
}

/** Why the device does not open, undefined where it does. */
const closed = ({ lines }: Outcome) => lines.flatMap((line) => ('closed' in line ? [line.closed] : []))[0];

describe.each([
  ['cpu', await runContractOn('cpu')],
  ['wasm', await runContractOn('wasm')],
  ['webgpu', await webgpuOutcome()],
  ['cuda', await runContractOn('cuda')],
] as const)('%s', (device, outcome) => {
  const why = closed(outcome);
  if (why !== undefined && (device === 'webgpu' || device === 'cuda')) {
    it.skip(`not on this machine: ${why}`, () => {});
    return;
  }

  it.each(contract.map(({ name }) => name))('%s', (name) => {
    const result = outcome.lines.find((line) => 'name' in line && line.name === name);
    expect(result, why ?? outcome.end).toBeDefined();
    expect(result).toEqual({ name, fault: '' });
  });

  it('ends well', () => {
    expect(outcome.end).toMatch(/^the process ended with status 0\n/);
  });
});
