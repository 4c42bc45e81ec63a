/**
 * ONNX Runtime in a browser, page or worker: onnxruntime-web's native WebGPU provider and wasm. Each comes from the build made
 * for it, loaded when the device is chosen: wasm alone is half the size.
 * (The older WebGPU provider, in the `all` bundle, fails on training graphs.)
 */

import { TrmError } from '../../errors.ts';
import type { Backend } from '../backend.ts';
import { type OrtModule, ortBackend } from './ort.ts';

/** Where a page may compute. */
export type WebDeviceChoice = 'auto' | 'webgpu' | 'wasm';

/** Addresses of one build's glue and binary: `ort-wasm-simd-threaded` for wasm, `….asyncify` for webgpu. */
export interface OrtFiles {
  readonly mjs: string;
  readonly wasm: string;
}

export interface OrtWebOptions {
  /** wasm threads; half the logical cores, at most four, when omitted. The first use in a page decides. */
  readonly threads?: number | undefined;
  /**
   * Where ONNX Runtime's .wasm and .mjs files are served: their folder, ending in `/`, or the address of each, as
   * bundlers give them; beside the script when omitted. A function may fetch them first: ONNX Runtime itself never tries
   * again what it could not load.
   */
  readonly wasmPaths?:
    | string
    | Readonly<Record<'webgpu' | 'wasm', OrtFiles>>
    | ((device: 'webgpu' | 'wasm') => Promise<OrtFiles>);
}

/**
 * Opens a device. `auto` takes WebGPU where the browser gives a hardware adapter, else wasm: with threads where the
 * page is cross-origin isolated, else with one.
 *
 * @throws TrmError `runtime` when webgpu is asked for and there is no adapter.
 */
export async function openOnnxRuntime(choice: WebDeviceChoice, options: OrtWebOptions): Promise<Backend> {
  const asked = choice === 'auto' ? 'auto' : 'as asked';
  if (choice === 'wasm') return open('wasm', asked, options);
  const adapter = await findAdapter();
  if (typeof adapter !== 'string' && (choice === 'webgpu' || !adapter.software)) {
    return open('webgpu', `${asked}: the browser gives a WebGPU adapter`, options);
  }
  const fault = typeof adapter === 'string' ? adapter : 'the WebGPU adapter is emulated in software';
  if (choice === 'auto') return open('wasm', `auto: ${fault}`, options);
  throw new TrmError('runtime', `device "webgpu" does not open: ${fault}`, {
    key: 'device',
    fix: 'choose wasm, or use a browser with WebGPU over https or on localhost',
  });
}

async function open(
  device: 'webgpu' | 'wasm',
  reason: string,
  { threads: asked, wasmPaths }: OrtWebOptions,
): Promise<Backend> {
  const files = typeof wasmPaths === 'function' ? await wasmPaths(device) : wasmPaths;
  const ort = await (device === 'webgpu' ? import('onnxruntime-web/webgpu') : import('onnxruntime-web/wasm'));
  if (files !== undefined)
    ort.env.wasm.wasmPaths = typeof files === 'string' || 'mjs' in files ? files : files[device];
  ort.env.logLevel = 'error';
  // Set for both devices: the WebGPU provider's unsupported nodes run on the same wasm threads.
  const { count, why } = threads(asked);
  ort.env.wasm.numThreads = count;
  const because = device === 'wasm' ? `${reason}; ${why}` : reason;
  return ortBackend(ort as unknown as OrtModule, { device, reason: because, writesInto: false });
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
