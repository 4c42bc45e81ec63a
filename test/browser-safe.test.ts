/**
 * Browser code must never reach a Node module. Every file but those that run under Node by design is bundled here
 * as for a page; a Node module that is imported, directly or through others, fails the file that begins the chain.
 */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, type BuildOptions, build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** What may use Node: the library's entry for Node, its `load`, the command line, builders, files named so. */
const forNode =
  /^(index\.ts|load\.ts|cli\/|data\/builders\/|(.*\/)?node\/|runtime\/native\/|train\/mpi\/|.*\bnode\.ts$)/;

const files = (readdirSync(source, { recursive: true }) as string[])
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !forNode.test(file))
  .sort();

/** The Node modules that bundling the files for a browser meets, as `module, imported by file`. */
async function nodeImports(folder: string, entries: readonly string[]): Promise<string[]> {
  const settings = {
    entryPoints: entries.map((file) => join(folder, file)),
    outdir: tmpdir(),
    write: false,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    external: ['onnxruntime-web'],
    // As a package it would bundle: its own imports of Node are hidden in requires of its binary.
    alias: { 'onnxruntime-node': 'node:onnxruntime-node' },
    logLevel: 'silent',
  } satisfies BuildOptions;
  return build(settings).then(
    () => [],
    ({ errors }: BuildFailure) => errors.map(({ text, location }) => `${location?.file}: ${text}`),
  );
}

test('the core bundles for a browser', async () => {
  expect(await nodeImports(source, files)).toEqual([]);
});

test('what must run in a page is among the files', () => {
  const some = ['graph/trace.ts', 'nn/layers.ts', 'models/trm.ts', 'train/trainer.ts', 'runtime/web.ts'];
  expect(files).toEqual(expect.arrayContaining([...some, 'evaluate/evaluate.ts', 'data/sudoku/generate.ts']));
  expect(files).not.toContain('runtime/node.ts');
});

const folder = mkdtempSync(join(tmpdir(), 'trm-browser-safe-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['node:fs', 'fs', 'onnxruntime-node'])(
  'an import of %s is found, through another file',
  async (name) => {
    writeFileSync(join(folder, 'inner.ts'), `import * as it from '${name}';\nexport const value = it;\n`);
    writeFileSync(join(folder, 'outer.ts'), `export { value } from './inner.ts';\n`);
    const [fault, ...more] = await nodeImports(folder, ['outer.ts']);
    expect(fault).toMatch(new RegExp(`inner\\.ts: Could not resolve ".*${name.replace('node:', '')}"`));
    expect(more).toEqual([]);
  },
);
