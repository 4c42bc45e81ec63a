/**
 * Devices in a browser, page or worker: onnxruntime-web's native WebGPU provider and wasm, from one module.
 * (Its older provider, in the `all` bundle, fails on training graphs.)
 */

import * as ort from 'onnxruntime-web/webgpu';
import { TrmError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { type OrtModule, ortBackend } from './ort.ts';

export type WebDeviceChoice = 'auto' | 'webgpu' | 'wasm';

export interface WebBackendOptions {
  /** wasm threads; half the logical cores, at most four, when omitted. The first use in a page decides. */
  readonly threads?: number;
  /** Where ONNX Runtime's files are served: their folder, ending in `/`, or each address; beside the script when omitted. */
  readonly wasmPaths?: string | { readonly mjs: string; readonly wasm: string };
}

/**
 * Opens a device. `auto` takes WebGPU where the browser gives a hardware adapter, else wasm: with threads where the
 * page is cross-origin isolated, else with one.
 *
 * @throws TrmError `runtime` when webgpu is asked for and there is no adapter.
 */
export async function openBackend(
  choice: WebDeviceChoice = 'auto',
  options: WebBackendOptions = {},
): Promise<Backend> {
  if (options.wasmPaths !== undefined) ort.env.wasm.wasmPaths = options.wasmPaths;
  ort.env.logLevel = 'error';
  // Set for both devices: the WebGPU provider's unsupported nodes run on the same wasm threads.
  const { count, why } = threads(options.threads);
  ort.env.wasm.numThreads = count;
  const module = ort as unknown as OrtModule;
  const opened = (device: 'webgpu' | 'wasm', reason: string) =>
    ortBackend(module, { device, reason, writesInto: false });

  const asked = choice === 'auto' ? 'auto' : 'as asked';
  const wasm = (reason: string) => opened('wasm', `${reason}; ${why}`);
  if (choice === 'wasm') return wasm(asked);
  const adapter = await findAdapter();
  if (typeof adapter !== 'string' && (choice === 'webgpu' || !adapter.software)) {
    return opened('webgpu', `${asked}: the browser gives a WebGPU adapter`);
  }
  const fault = typeof adapter === 'string' ? adapter : 'the WebGPU adapter is emulated in software';
  if (choice === 'auto') return wasm(`auto: ${fault}`);
  throw new TrmError('runtime', `device "webgpu" does not open: ${fault}`, {
    key: 'device',
    fix: 'choose wasm, or use a browser with WebGPU over https or on localhost',
  });
}

function threads(asked: number | undefined): { count: number; why: string } {
  if (!globalThis.crossOriginIsolated) {
    return { count: 1, why: 'one thread, for the page is not cross-origin isolated (COOP and COEP headers)' };
  }
  const count = asked ?? Math.max(1, Math.min(4, Math.floor((navigator.hardwareConcurrency || 2) / 2)));
  return { count, why: count === 1 ? 'one thread' : `${count} threads` };
}

/** What is used of WebGPU's `navigator.gpu`; TypeScript's library of the DOM is not sure to have it. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info?: { readonly isFallbackAdapter?: boolean } } | null>;
}

/** The adapter's kind, or why there is none. */
async function findAdapter(): Promise<{ software: boolean } | string> {
  const gpu = (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu;
  if (!gpu) return 'this browser has no WebGPU here';
  try {
    const adapter = await gpu.requestAdapter();
    return adapter
      ? { software: adapter.info?.isFallbackAdapter === true }
      : 'the browser gives no WebGPU adapter';
  } catch (error) {
    return `the browser gives no WebGPU adapter (${(error as Error).message})`;
  }
}
