/**
 * The built playground in headless Chromium, served as a plain host would: from a folder, without headers of its own.
 */

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { browser as browserProgram } from '../support/browser.ts';

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

/** A folder served as a plain host would, and a browser to look at it with. */
export interface Site {
  /** A file of the folder in a page with a context of its own, and a script that runs `before` its own. */
  open(path: string, options?: BrowserContextOptions, before?: string): Promise<Opened>;
  /** Stops answering, as a host that is gone. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

export interface Opened {
  readonly page: Page;
  /** Errors and warnings of the console, uncaught errors, and requests to other origins, so far. */
  readonly troubles: string[];
}

export interface Playground {
  /**
   * The playground in a page of its own.
   *
   * @param hash of its address; a small Sudoku of the visitor's own when omitted.
   * @param before a script that runs before its own.
   */
  open(options?: BrowserContextOptions, hash?: string, before?: string): Promise<Opened>;
  cut(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The playground, built as a user does, once for all files of a run: the first that asks builds, the others wait. The test
 * runner's own NODE_ENV would make a development build. @returns the folder, which nobody changes.
 */
export async function builtPlayground(): Promise<string> {
  const folder = join(tmpdir(), 'trm-web');
  const partial = `${folder}.partial`;
  while (!existsSync(folder)) {
    try {
      mkdirSync(partial);
    } catch {
      await setTimeout(200);
      continue;
    }
    // Another may have come to its end between the look for its folder and the making of this one.
    if (existsSync(folder)) {
      rmSync(partial, { recursive: true });
      break;
    }
    try {
      const command = ['run', '--silent', 'web:build', '--', '--outDir', partial, '--logLevel', 'error'];
      execFileSync('npm', command, { env: { ...process.env, NODE_ENV: 'production' }, stdio: 'inherit' });
      renameSync(partial, folder);
    } catch (error) {
      rmSync(partial, { recursive: true });
      throw error;
    }
  }
  return folder;
}

/** What the playground is made to believe. */
export interface Pretence {
  /** Logical cores: half of them become threads. */
  readonly cores?: number;
  /** Whether the browser denies the page its storage. */
  readonly blocked?: boolean;
  /** Whether the browser has no locks, as for a page without https. */
  readonly lockless?: boolean;
}

export async function startPlayground({ cores, blocked, lockless }: Pretence = {}): Promise<Playground> {
  const built = await builtPlayground();
  const isOwn = cores !== undefined || blocked || lockless;
  const folder = isOwn ? mkdtempSync(join(tmpdir(), 'trm-web-')) : built;
  if (isOwn) cpSync(built, folder, { recursive: true });
  const assets = join(folder, 'assets');
  if (cores !== undefined)
    prepend(assets, `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${cores} });`);
  if (blocked) prepend(assets, deny('indexedDB'));
  if (lockless) prepend(assets, `Object.defineProperty(navigator, 'locks', { value: undefined });`);
  const site = await serve(folder);
  return {
    async open(options, hash = '#solve?model=sudoku-4x4', before) {
      const opened = await site.open(hash, options, blocked ? deny('sessionStorage', 'indexedDB') : before);
      await opened.page.getByRole('button', { name: 'Solve', exact: true }).waitFor();
      return opened;
    },
    cut: site.cut,
    close: async () => {
      await site.close();
      if (isOwn) rmSync(folder, { recursive: true });
    },
  };
}

/** What a page finds where storage is blocked. */
function deny(...names: string[]): string {
  const denied = `{ get() { throw new DOMException('access is denied', 'SecurityError'); } }`;
  return names.map((name) => `Object.defineProperty(globalThis, '${name}', ${denied});`).join('\n');
}

/** Runs a script before the worker's own. */
function prepend(assets: string, script: string): void {
  for (const file of readdirSync(assets)) {
    if (!/^worker-.*\.js$/.test(file)) continue;
    writeFileSync(join(assets, file), `${script}\n${readFileSync(join(assets, file), 'utf8')}`);
  }
}

/** Serves a folder under an address that is not the root, without headers of its own. */
export async function serve(folder: string): Promise<Site> {
  const base = '/some/folder/';
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const file = join(folder, pathname.slice(base.length) || 'index.html');
    if (!pathname.startsWith(base) || !existsSync(file)) response.writeHead(404).end();
    else {
      response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
      response.end(readFileSync(file));
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`;
  const temporary = mkdtempSync(join(tmpdir(), 'trm-browser-'));
  const browser = await launch(temporary);
  return {
    open: (path, options, before) => open(browser, address + path, options, before),
    cut: () => stop(server),
    close: async () => {
      await browser.close();
      await stop(server);
      rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Its temporary files stay in a folder of its own: a process of it that is stopped leaves what it shares with others there. */
function launch(temporary: string): Promise<Browser> {
  const { executablePath, env } = browserProgram!;
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env, TMPDIR: temporary } as Record<string, string>,
    args: [
      '--no-sandbox', // it cannot have one as root in a container; the page is ours
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--enable-features=Vulkan',
      '--use-vulkan=swiftshader',
    ],
  });
}

async function open(
  browser: Browser,
  address: string,
  options?: BrowserContextOptions,
  before?: string,
): Promise<Opened> {
  const context = await browser.newContext(options);
  if (before !== undefined) await context.addInitScript(before);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    const foreign = protocol.startsWith('http') && origin !== new URL(address).origin;
    if (foreign) troubles.push(`request to ${request.url()}`);
  });
  await page.goto(address);
  return { page, troubles };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}

/** Opens a part of the page that is folded. */
export async function unfold(page: Page, summary: string): Promise<void> {
  const part = page.locator('details', { hasText: summary }).first();
  if ((await part.getAttribute('open')) === null) await part.locator('summary').click();
}

/** Chooses a model by its name. */
export async function choose(page: Page, name: string): Promise<void> {
  await unfold(page, 'Model and settings');
  await page.getByLabel('Model').first().selectOption(name);
}

/** Opens a checkpoint, which is chosen at once where the view has puzzles of its kind. */
export async function openCheckpoint(
  page: Page,
  name: string,
  buffer: Buffer,
  isChosen = true,
): Promise<void> {
  await unfold(page, 'Model and settings');
  const file = { name: `${name}.safetensors`, mimeType: 'application/octet-stream', buffer };
  await page.getByLabel('Open a checkpoint').setInputFiles(file);
  await page.getByText(`Opened ${name}.`).waitFor();
  const model = page.getByLabel('Model').first();
  while (isChosen && (await model.inputValue()) !== name) await setTimeout(50);
}

/** Drops a file on the page. */
export async function drop(page: Page, name: string, content: Buffer): Promise<void> {
  const transfer = await page.evaluateHandle(
    ({ name, text }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0))], name));
      return transfer;
    },
    { name, text: content.toString('base64') },
  );
  await page.locator('.page').dispatchEvent('drop', { dataTransfer: transfer });
}

/** Sets a number of the settings. */
export async function set(page: Page, label: string, value: number): Promise<void> {
  await unfold(page, 'Model and settings');
  await page.getByLabel(label, { exact: true }).first().fill(String(value));
  await page.getByLabel(label, { exact: true }).first().press('Enter');
}

/** Puts a puzzle into a pane by its text, and waits until that is read. */
export async function paste(page: Page, text: string): Promise<void> {
  await unfold(page, 'Paste a puzzle');
  await page.getByLabel('Puzzle as text').fill(text);
  await page.getByRole('button', { name: 'Use this puzzle' }).click();
  await page.locator('.choices ~ button.primary:enabled').waitFor({ state: 'attached' });
}

/** Presses Solve and waits for the run's end. */
export async function solve(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Solve', exact: true }).click();
  await page.locator('.scatter').waitFor({ timeout: 90_000 }); // an emulated GPU is slow beside other tests
}

/** The grid as text, row by row, blanks as dots. */
export async function gridText(page: Page, label = /puzzle A/): Promise<string> {
  const cells = await page.getByRole('grid', { name: label }).getByRole('gridcell').allInnerTexts();
  return cells.map((cell) => cell.trim() || '.').join('');
}

/** Notes every task that blocks the page's main thread, from now on. @returns what gives their milliseconds so far. */
export async function longTasks(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(globalThis, { tasks });
    new PerformanceObserver((list) => {
      tasks.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask' });
  });
  return () => page.evaluate(() => (globalThis as unknown as { tasks: number[] }).tasks);
}

/** Pixels of a chart, by its label, that have a colour: of a curve that is drawn. */
export function curvePixels(page: Page, label: string, colour: readonly number[]): Promise<number> {
  const canvas = page.getByRole('img', { name: label }).locator('canvas');
  return canvas.evaluate((element, colour) => {
    const { width, height } = element as HTMLCanvasElement;
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    copy.drawImage(element as HTMLCanvasElement, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] === 255 && colour.every((part, p) => data[i + p] === part)) count++;
    return count;
  }, colour);
}
