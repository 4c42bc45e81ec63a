/** The examples, with the package where `npm install` puts it. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from '../support/browser.ts';
import { type Site, serve } from './page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

/** A folder of dependencies as after an install: this package among its own. */
function install(): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  symlinkSync(root, join(modules, 'tiny-recursive-model'));
}

describe.skipIf(noBrowser)(`the examples${noBrowser}`, () => {
  let site: Site;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trm-examples-'));
    install();
    cpSync(join(root, 'examples'), folder, { recursive: true });
    site = await serve(folder);
  });
  afterAll(async () => {
    await site?.close();
    rmSync(folder, { recursive: true });
  });

  async function solves(path: string): Promise<void> {
    const { page, troubles } = await site.open(path);
    await page.getByRole('button', { name: 'Solve' }).click();
    await page.getByText('step 16: 1342421321343421').waitFor();
    expect(troubles).toEqual([]);
    await page.context().close();
  }

  test('a page of at most 40 lines solves a Sudoku', async () => {
    const lines = readFileSync(join(folder, 'embed.html'), 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    await solves('embed.html');
  });

  test('the same with a bundler, in a worker', async () => {
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const env = { ...process.env, NODE_ENV: 'production' };
    execFileSync('node', [vite, 'build', '--logLevel', 'error'], { cwd: join(folder, 'embed-vite'), env });
    await solves('embed-vite/dist/index.html');
  });
});
