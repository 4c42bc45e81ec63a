/** The worker: loads the model and ONNX Runtime with the first puzzle, and keeps them. */

import webgpuGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import webgpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import wasmGlue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import weights from 'tiny-recursive-model/models/sudoku-4x4.safetensors?url';
import { load } from 'tiny-recursive-model/web';

const address = (url) => new URL(url, import.meta.url).href;
let model;

addEventListener('message', async ({ data }) => {
  try {
    model ??= load(address(weights), {
      wasmPaths: {
        webgpu: { mjs: address(webgpuGlue), wasm: address(webgpuBinary) },
        wasm: { mjs: address(wasmGlue), wasm: address(wasmBinary) },
      },
    });
    for await (const { step, answer } of (await model).steps(data)) postMessage(`step ${step}: ${answer}`);
  } catch (error) {
    postMessage(error.message);
  }
});
