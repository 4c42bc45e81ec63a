/**
 * The contract on the reference and on every device of ONNX Runtime; native has a file of its own (native-contract.test.ts).
 *
 * Where no adapter is found, webgpu runs on SwiftShader, Chromium's software Vulkan: that of npm's, or of Debian's.
 */

import { existsSync } from 'node:fs';
import { browser } from '../support/browser.ts';
import { inProcess } from './contract-process.ts';
import { closed, describeContract, type Outcome } from './outcome.ts';

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
