/**
 * The contract on every engine and device of this machine, each in a process of its own: a crash in ONNX Runtime's native code
 * then fails a test instead of ending the run, and a Vulkan driver can be named before the library loads.
 *
 * Where no adapter is found, webgpu runs on SwiftShader, Chromium's software Vulkan: that of npm's, or of Debian's.
 */

import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, it } from 'vitest';
import type { DeviceChoice, EngineChoice } from '../../src/runtime/choices.ts';
import { type Compiler, findCompiler } from '../../src/runtime/native/compiler.ts';
import { cpuIdentity } from '../../src/runtime/native/cpu.ts';
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

/** Native as it is shipped; for CPUs with fewer instructions; and with the sanitizers, whose library must come first. */
async function describeNative(): Promise<void> {
  const compiler = await findCompiler();
  const native = async (
    name: string,
    flags?: string,
    env: Record<string, string> = {},
    threads?: number[],
  ) => {
    const all = { ...env, ...(flags !== undefined && { TRM_NATIVE_FLAGS: flags }) };
    describeContract(name, await inProcess('native', 'cpu', all, threads), {
      optional: typeof compiler === 'string',
    });
  };
  await native('native, 2, 1 and 3 threads', undefined, {}, [2, 1, 3]);
  if (typeof compiler === 'string') return;
  if (process.arch === 'x64') await native('native, plain x86-64', '-O1 -march=x86-64');
  if (/ avx512f /.test(cpuIdentity())) await native('native, AVX2', '-O1 -march=x86-64-v3');
  const library = sanitizer(compiler);
  if (library === undefined)
    describe('native, sanitizers', () => it.skip(`${compiler.name} has none`, () => {}));
  else
    await native('native, sanitizers', '-O0 -fsanitize=address,undefined -fno-sanitize-recover=all', {
      LD_PRELOAD: library,
      CC: `env -u LD_PRELOAD ${compiler.command.join(' ')}`, // which would be slow with it
      ASAN_OPTIONS: 'detect_leaks=0',
    });
}

/** The address sanitizer's library of a compiler. */
function sanitizer({ command: [program, ...args], name }: Compiler): string | undefined {
  if (process.platform !== 'linux' || !name.startsWith('gcc')) return undefined;
  const asked = spawnSync(program!, [...args, '-print-file-name=libasan.so'], { encoding: 'utf8' });
  const file = asked.stdout.trim();
  return existsSync(file) ? file : undefined; // its bare name where there is none
}

describeContract('reference', await inProcess('reference', 'cpu'));
describeContract('cpu', await inProcess('onnxruntime', 'cpu'));
await describeNative();
describeContract('wasm', await inProcess('onnxruntime', 'wasm'));
describeContract('webgpu', await webgpu(), { optional: true });
describeContract('cuda', await inProcess('onnxruntime', 'cuda'), { optional: true });
