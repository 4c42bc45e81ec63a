/** What runs graphs in a browser, page or worker: ONNX Runtime on a device. */

import type { Backend } from './backend.ts';
import { type OrtWebOptions, openOnnxRuntime, type WebDeviceChoice } from './onnxruntime/web.ts';

export type { WebDeviceChoice } from './onnxruntime/web.ts';

/** The device of a page, and where its files are. */
export interface WebBackendOptions extends OrtWebOptions {
  /** `auto` when omitted. */
  readonly device?: WebDeviceChoice | undefined;
}

/**
 * Opens a device. `auto` takes WebGPU where the browser gives a hardware adapter, else wasm: with threads where the
 * page is cross-origin isolated, else with one.
 *
 * @throws TrmError `runtime` when webgpu is asked for and there is no adapter.
 */
export async function openBackend({ device = 'auto', ...options }: WebBackendOptions = {}): Promise<Backend> {
  return openOnnxRuntime(device, options);
}
