/** What a first visit loads, ONNX Runtime and weights apart. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { builtPlayground } from './page.ts';

test('the page is less than 300 kB of compressed JavaScript and CSS', async () => {
  const folder = await builtPlayground();
  const assets = join(folder, 'assets');
  const own = readdirSync(assets).filter((file) => /^(?!ort[.-]).*\.(js|css)$/.test(file));
  expect(own.length).toBeGreaterThan(2);
  const sizes = own.map((file) => gzipSync(readFileSync(join(assets, file))).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
});
