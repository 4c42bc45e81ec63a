/** The playground as static files that work from any folder: relative addresses, nothing from another origin. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/**
 * Emits the service worker with the list of files to keep for offline use: all but ONNX Runtime's wasm for WebGPU, the
 * largest, which is kept when it is first used. The wasm for the CPU comes last.
 */
function serviceWorker(): Plugin {
  const source = new URL('service-worker.js', import.meta.url);
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const isWasm = (file: string) => file.endsWith('.wasm');
      const files = Object.keys(bundle).filter((file) => !file.includes('asyncify'));
      const list = JSON.stringify(['./', ...files.filter((file) => !isWasm(file)), ...files.filter(isWasm)]);
      const version = createHash('sha256').update(list).digest('hex').slice(0, 12);
      const code = readFileSync(source, 'utf8').replace('FILES', list).replace('VERSION', version);
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: code });
    },
  };
}

/** The address that pictures of the page are asked for at: crawlers want whole ones. A build for a host sets SITE, ending in `/`. */
function site(): Plugin {
  return {
    name: 'site',
    transformIndexHtml: (html) => html.replaceAll('%SITE%', process.env.SITE ?? './'),
  };
}

/** Leaves out what zod attaches to every schema to write it as JSON Schema, 18 kB that the page never asks for. */
function withoutJsonSchema(): Plugin {
  return {
    name: 'without-json-schema',
    load(id) {
      if (!/\/zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/.test(id)) return undefined;
      const names = [...readFileSync(id, 'utf8').matchAll(/^export (?:function|const) (\w+)/gm)];
      return names.map(([, name]) => `export const ${name} = () => undefined;`).join('\n');
    },
  };
}

/** Builds the worker with the page, so that both load once what they share; by itself it would have a copy of all that it takes. */
function workerBesidePage(): Plugin {
  return {
    name: 'worker-beside-page',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/client.ts')) return undefined;
      const worker = this.emitFile({
        type: 'chunk',
        id: fileURLToPath(new URL('worker.ts', import.meta.url)),
      });
      return code.replace("new URL('./worker.ts', import.meta.url)", `import.meta.ROLLUP_FILE_URL_${worker}`);
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  // ONNX Runtime's own files are given to it by address (worker.ts); the other build would bring them a second time.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'] },
  worker: { format: 'es', plugins: () => [withoutJsonSchema()] },
  plugins: [serviceWorker(), site(), withoutJsonSchema(), workerBesidePage()],
  server: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    // What a script imports later is not announced in the page: a worker has none.
    modulePreload: { resolveDependencies: (_, files, { hostType }) => (hostType === 'html' ? files : []) },
  },
});
