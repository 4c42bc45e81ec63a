/** docs/new-family.md quotes code: what a fence names a file for stands in that file. (The code of its siblings is compiled.) */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const read = (name: string) => readFileSync(docs + name, 'utf8');

const quotes = [...read('new-family.md').matchAll(/^```ts (\S+)\n(.*?)^```$/gms)];

test('quotes some', () => expect(quotes.length).toBeGreaterThan(3));

test.each(quotes.map(([, file, code], i) => [`${file} (${i + 1})`, file!, code!]))(
  'quotes %s',
  (_, file, code) => expect(read(`../${file}`)).toContain(code),
);

test.each(readdirSync(docs).filter((name) => name.endsWith('.md')))(
  '%s links to files that are there',
  (name) => {
    for (const [, target] of read(name).matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g))
      expect(existsSync(docs + target), target).toBe(true);
  },
);
