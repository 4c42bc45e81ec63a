/**
 * The contract on every engine and device of this machine, each in a process of its own: a crash in ONNX Runtime's native code
 * then fails a test instead of ending the run, and a Vulkan driver can be named before the library loads.
 *
 * Where no adapter is found, webgpu runs on SwiftShader, Chromium's software Vulkan: that of npm's, or of Debian's.
 */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import type { DeviceChoice, EngineChoice } from '../../src/runtime/choices.ts';
import { browser } from '../support/browser.ts';
import type { ContractLine } from './contract.ts';
import { closed, describeContract, type Outcome } from './outcome.ts';

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

function inProcess(
  engine: EngineChoice,
  device: DeviceChoice,
  env: Record<string, string> = {},
): Promise<Outcome> {
  const options = { env: { ...process.env, ...env }, timeout: 120_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, [child, engine, device], options, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      resolve({
        lines: lines.map((line): ContractLine => JSON.parse(line)),
        trouble: error ? `the process ended with ${error.signal ?? `status ${error.code}`}\n${stderr}` : '',
      });
    });
  });
}

/** webgpu on a real adapter, else on SwiftShader. */
async function webgpu(): Promise<Outcome> {
  const outcome = await inProcess('onnxruntime', 'webgpu');
  const chromium = browser?.swiftshader ?? '/usr/lib/chromium';
  if (closed(outcome) === undefined || !existsSync(`${chromium}/vk_swiftshader_icd.json`)) return outcome;
  return inProcess('onnxruntime', 'webgpu', {
    VK_DRIVER_FILES: `${chromium}/vk_swiftshader_icd.json`,
    LD_LIBRARY_PATH: chromium, // it brings Vulkan's loader too
  });
}

describeContract('reference', await inProcess('reference', 'cpu'));
describeContract('cpu', await inProcess('onnxruntime', 'cpu'));
describeContract('wasm', await inProcess('onnxruntime', 'wasm'));
describeContract('webgpu', await webgpu(), { optional: true });
describeContract('cuda', await inProcess('onnxruntime', 'cuda'), { optional: true });
