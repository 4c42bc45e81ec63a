/** What a first visit loads, ONNX Runtime and weights apart. */

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildPlayground } from './page.ts';

test('the page is less than 300 kB of compressed JavaScript and CSS', () => {
  const folder = buildPlayground();
  const assets = join(folder, 'assets');
  const own = readdirSync(assets).filter((file) => /\.(js|css)$/.test(file));
  expect(own.length).toBeGreaterThan(2);
  const sizes = own.map((file) => gzipSync(readFileSync(join(assets, file))).length);
  rmSync(folder, { recursive: true });
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
});
