/** Devices under Node: onnxruntime-node for cpu, webgpu, cuda, coreml and dml; onnxruntime-web for wasm. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { TrmError } from '../errors.ts';
import type { Backend, Device } from './backend.ts';
import type { DeviceChoice } from './devices.ts';
import { type OrtModule, ortBackend } from './ort.ts';

export interface NodeBackendOptions {
  /** Threads inside an operator; ONNX Runtime's choice (the physical cores) when omitted. */
  readonly threads?: number;
  /** Path prefix for ONNX Runtime's profile of every run. */
  readonly profile?: string;
}

/**
 * Opens a device. `auto` takes cuda where ONNX Runtime's CUDA library is installed, else the CPU. (webgpu and coreml
 * are left to an explicit choice: whether they beat the CPU depends on the adapter and the model's size.)
 *
 * @throws TrmError `runtime` when the device is not in this build, naming those that are.
 */
export async function openBackend(
  choice: DeviceChoice = 'auto',
  options: NodeBackendOptions = {},
): Promise<Backend> {
  const { device, reason } = choose(choice, availableDevices());
  if (device === 'wasm') {
    const web = await import('onnxruntime-web');
    if (options.threads !== undefined) web.env.wasm.numThreads = options.threads;
    return ortBackend(web as unknown as OrtModule, { device, reason });
  }
  const session = {
    // The pattern allocator keeps a second copy of every activation: without it a step takes half the memory at the
    // same speed (docs/log.md).
    enableMemPattern: false,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
  };
  return ortBackend(ort as unknown as OrtModule, { device, reason, session });
}

/** Devices whose code is there. onnxruntime-node lists cuda also where its library was not installed. */
function availableDevices(): string[] {
  const listed = ort.listSupportedBackends();
  return [
    ...listed
      .filter(({ name, bundled }) => bundled || (name === 'cuda' && hasCudaLibrary()))
      .map(({ name }) => name),
    'wasm',
  ];
}

function hasCudaLibrary(): boolean {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve('onnxruntime-node')),
    '..',
    'bin',
    'napi-v6',
    process.platform,
    process.arch,
  );
  return existsSync(
    join(
      folder,
      process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so',
    ),
  );
}

function choose(choice: DeviceChoice, available: readonly string[]): { device: Device; reason: string } {
  if (choice === 'auto') {
    return available.includes('cuda')
      ? { device: 'cuda', reason: 'auto: ONNX Runtime has its CUDA library here' }
      : { device: 'cpu', reason: 'auto: this ONNX Runtime has no CUDA library' };
  }
  if (available.includes(choice)) return { device: choice, reason: 'as asked' };
  const fix =
    choice === 'cuda'
      ? 'reinstall onnxruntime-node with its install script enabled (docs/install.md), or choose'
      : 'choose';
  throw new TrmError('runtime', `"${choice}" is not in this ONNX Runtime`, {
    key: 'device',
    fix: `${fix} one of ${available.join(', ')}`,
  });
}
