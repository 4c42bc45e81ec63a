/**
 * The contract in a page, in headless Chromium with SwiftShader as its WebGPU adapter.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { vi } from 'vitest';
import { noBrowser, browser as program } from '../support/browser.ts';
import type { ContractLine } from './contract.ts';
import { describeContract, type Outcome } from './outcome.ts';

const ortFiles = fileURLToPath(new URL('.', import.meta.resolve('onnxruntime-web/webgpu')));
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('contract-page.ts', import.meta.url))],
  outdir: tmpdir(),
  write: false,
  bundle: true,
  platform: 'browser',
  format: 'esm',
  logLevel: 'error',
});

/** Serves the page, its script and ONNX Runtime's files; hands on what the page posts. */
async function serve(
  posted: (body: ContractLine | 'end') => void,
  request: IncomingMessage,
  out: ServerResponse,
) {
  // Isolated from other origins, as threads want it.
  out.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  out.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  const { pathname } = new URL(request.url!, 'http://localhost');
  const reply = (type: string, body: string | Uint8Array) => out.setHeader('Content-Type', type).end(body);
  if (pathname === '/') reply('text/html', '<script type="module" src="/page.js"></script>');
  else if (pathname === '/page.js') reply('text/javascript', outputFiles[0]!.contents);
  else if (pathname === '/report') {
    posted(JSON.parse(await text(request)));
    out.end();
  } else if (pathname.startsWith('/ort/')) {
    const type = pathname.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    reply(type, readFileSync(join(ortFiles, pathname.slice('/ort/'.length))));
  } else out.writeHead(404).end();
}

async function inPage(device: string): Promise<Outcome> {
  if (!program) return { lines: [{ closed: noBrowser.trim() }], trouble: '' };
  const lines: ContractLine[] = [];
  const profile = mkdtempSync(join(tmpdir(), 'trm-chromium-'));
  let ended = false;
  const server = createServer((request, response) =>
    serve(
      (body) => {
        if (body !== 'end') return void lines.push(body);
        ended = true;
        browser.kill();
      },
      request,
      response,
    ),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const browser = spawn(
    program.executablePath,
    [
      '--headless',
      '--no-sandbox', // it cannot have one as root in a container; the page is ours
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--enable-features=Vulkan',
      '--use-vulkan=swiftshader',
      `--user-data-dir=${profile}`,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/?device=${device}`,
    ],
    { stdio: 'ignore', timeout: 600_000, env: { ...process.env, ...program.env } },
  );
  await new Promise((exited) => browser.once('close', exited));
  server.closeAllConnections();
  server.close();
  // The browser's other processes may write a little longer.
  await vi.waitFor(() => rmSync(profile, { recursive: true, force: true }), {
    timeout: 10_000,
    interval: 100,
  });
  return { lines, trouble: ended ? '' : 'the page did not come to its end' };
}

describeContract('wasm in a page', await inPage('wasm'), { optional: true });
describeContract('webgpu in a page', await inPage('webgpu'), { optional: true });
