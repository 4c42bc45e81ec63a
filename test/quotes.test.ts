/** Code that a document quotes (a fence that names a file) stands in that file, line for line. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

describe.each(readdirSync(`${root}docs`).filter((name) => /^new-.*\.md$/.test(name)))('docs/%s', (name) => {
  const text = readFileSync(`${root}docs/${name}`, 'utf8');
  const quotes = [...text.matchAll(/^```ts (\S+)\n(.*?)^```$/gms)].map(
    ([, file, code]) => [file!, code!] as const,
  );

  test.each(quotes)('quotes %s: %j', (file, code) => {
    expect(readFileSync(root + file, 'utf8')).toContain(code);
  });

  test('quotes some, and links to files that are there', () => {
    expect(quotes.length).toBeGreaterThan(0);
    for (const [, target] of text.matchAll(/\]\(([^):#]+)\)/g))
      expect(existsSync(`${root}docs/${target}`), target).toBe(true);
  });
});
