/** What a first visit loads, ONNX Runtime and weights apart, and what others are told who get a link to it. */

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

test('a link to the page has a title, a description and a picture of the size that it tells', async () => {
  const folder = await builtPlayground();
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const told = (name: string) =>
    new RegExp(`(?:property|name)="${name}"\\s+content="([^"]+)"`).exec(html)?.[1];
  expect(told('og:title')).toBe(/<title>(.*)<\/title>/.exec(html)![1]);
  expect(told('description')).toMatch(/corrects itself/);
  expect(html).not.toMatch(/search/); // the page may look from other sides, until the rules hold
  expect(told('og:description')).toMatch(/recursion by recursion/);
  const picture = readFileSync(join(folder, told('og:image')!));
  const size = [picture.readUInt32BE(16), picture.readUInt32BE(20)]; // of a PNG's header
  expect(size.map(String)).toEqual([told('og:image:width'), told('og:image:height')]);
});
