/** Devices under Node: onnxruntime-node for cpu, webgpu, cuda, coreml and dml; onnxruntime-web for wasm. */

import * as ort from 'onnxruntime-node';
import { TrmError } from '../errors.ts';
import type { Backend, Device } from './backend.ts';
import { type OrtModule, ortBackend } from './ort.ts';

export interface NodeBackendOptions {
  /** Threads inside an operator; ONNX Runtime's choice (the physical cores) when omitted. */
  readonly threads?: number;
  /** Path prefix for ONNX Runtime's profile of every run. */
  readonly profile?: string;
}

/** What a user may ask for: a device, or `auto`. */
export const devices = ['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml', 'wasm'] as const;
export type DeviceChoice = (typeof devices)[number];

/**
 * Opens a device. `auto` takes cuda where this build of ONNX Runtime has it, else the CPU. (webgpu and coreml
 * are left to an explicit choice: whether they beat the CPU depends on the adapter and the model's size.)
 *
 * @throws TrmError `runtime` when the device is not in this build, naming those that are.
 */
export async function openBackend(
  choice: DeviceChoice = 'auto',
  options: NodeBackendOptions = {},
): Promise<Backend> {
  const available = ort.listSupportedBackends().map((backend) => backend.name);
  const { device, reason } = choose(choice, available);
  const session = {
    // The pattern allocator keeps a second copy of every activation: without it a step takes half the memory at the
    // same speed (docs/log.md).
    enableMemPattern: false,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
  };
  if (device === 'wasm') {
    const web = await import('onnxruntime-web');
    if (options.threads !== undefined) web.env.wasm.numThreads = options.threads;
    return ortBackend(web as unknown as OrtModule, { device, reason });
  }
  return ortBackend(ort as unknown as OrtModule, { device, reason, session });
}

function choose(choice: DeviceChoice, available: readonly string[]): { device: Device; reason: string } {
  if (choice === 'auto') {
    return available.includes('cuda')
      ? { device: 'cuda', reason: 'auto: ONNX Runtime has its CUDA library here' }
      : {
          device: 'cpu',
          reason: 'auto: no CUDA library in this ONNX Runtime; the CPU is the fastest sure choice',
        };
  }
  if (choice !== 'wasm' && !available.includes(choice)) {
    throw new TrmError('runtime', `device "${choice}" is not in this build of ONNX Runtime`, {
      key: 'device',
      fix: `choose one of ${[...available, 'wasm'].join(', ')}`,
    });
  }
  return { device: choice, reason: 'as asked' };
}
