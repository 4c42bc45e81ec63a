export default {
  base: './',
  // ONNX Runtime's own files are given by address in worker.js; without this they would be bundled a second time.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'] },
  optimizeDeps: { exclude: ['onnxruntime-web', 'tiny-recursive-model'] },
  worker: { format: 'es' },
  build: { target: 'es2023', assetsInlineLimit: 0 },
};
