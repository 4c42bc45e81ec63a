/** The worker: loads the model and ONNX Runtime with the first puzzle, and keeps them. */

import webgpuGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import webgpuBinary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import wasmGlue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmBinary from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import weights from 'tiny-recursive-model/models/sudoku-4x4.safetensors?url';
import {
  Answerer,
  answerWeights,
  openBackend,
  puzzleKind,
  questionBatch,
  readModelFile,
} from 'tiny-recursive-model/web';

const address = (url) => new URL(url, import.meta.url).href;
let loaded;

async function load() {
  const bytes = new Uint8Array(await (await fetch(address(weights))).arrayBuffer());
  const { checkpoint } = readModelFile(bytes, {}, weights);
  const backend = await openBackend('auto', {
    wasmPaths: {
      webgpu: { mjs: address(webgpuGlue), wasm: address(webgpuBinary) },
      wasm: { mjs: address(wasmGlue), wasm: address(wasmBinary) },
    },
  });
  return { ...checkpoint, answerer: await Answerer.create(checkpoint.model, 1, backend) };
}

addEventListener('message', async ({ data }) => {
  try {
    loaded ??= load();
    const { model, config, puzzle, state, answerer } = await loaded;
    const kind = puzzleKind({ puzzle, ...model.shape });
    const batch = questionBatch([kind.read(data, 'puzzle')[0]], 1);
    for await (const { step, answer } of answerer.answer(
      answerWeights(state),
      batch,
      config.supervisionSteps,
    )) {
      postMessage(`step ${step}: ${kind.line(answer)}`);
    }
  } catch (error) {
    postMessage(error.message);
  }
});
