/** Choosing a device in a browser, with a stand-in for the browser's part. */

import { env } from 'onnxruntime-web/wasm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openBackend } from '../../src/runtime/web.ts';

/** A browser with this many logical cores, this adapter (or none, or no WebGPU at all), isolated or not. */
function browser(adapter: 'hardware' | 'software' | 'none' | 'no webgpu', isolated = true): void {
  const requestAdapter = async () =>
    adapter === 'none' ? null : { info: { isFallbackAdapter: adapter === 'software' } };
  const gpu = adapter === 'no webgpu' ? {} : { gpu: { requestAdapter } };
  vi.stubGlobal('navigator', { hardwareConcurrency: 6, ...gpu });
  vi.stubGlobal('crossOriginIsolated', isolated);
}
afterEach(() => vi.unstubAllGlobals());

describe('openBackend in a browser', () => {
  it.each([
    ['hardware', 'webgpu', 'auto: the browser gives a WebGPU adapter'],
    ['software', 'wasm', 'auto: the WebGPU adapter is emulated in software; 3 threads'],
    ['none', 'wasm', 'auto: the browser gives no WebGPU adapter; 3 threads'],
    ['no webgpu', 'wasm', 'auto: this browser has no WebGPU here; 3 threads'],
  ] as const)('auto with adapter %s is %s', async (adapter, device, reason) => {
    browser(adapter);
    expect(await openBackend()).toMatchObject({ device, reason });
  });

  it('takes a software adapter where webgpu is asked for, and fails without any', async () => {
    browser('software');
    expect(await openBackend({ device: 'webgpu' })).toMatchObject({ device: 'webgpu' });
    browser('none');
    await expect(openBackend({ device: 'webgpu' })).rejects.toThrow(
      /"webgpu" does not open: .*; choose wasm/,
    );
  });

  it('uses the threads asked for, but one where the page is not isolated', async () => {
    browser('none');
    expect((await openBackend({ device: 'wasm', threads: 2 })).reason).toBe('as asked; 2 threads');
    expect(env.wasm.numThreads).toBe(2);
    browser('none', false);
    expect((await openBackend({ device: 'wasm', threads: 2 })).reason).toMatch(/one thread, .*COOP and COEP/);
    expect(env.wasm.numThreads).toBe(1);
  });

  it('passes on where the wasm files are', async () => {
    browser('none');
    await openBackend({ device: 'wasm', wasmPaths: 'https://example.org/ort/' });
    expect(env.wasm.wasmPaths).toBe('https://example.org/ort/');
  });
});
