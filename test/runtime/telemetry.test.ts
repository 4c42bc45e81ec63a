/** ONNX Runtime's telemetry is off on every way to it, and stays what the user's environment says where it says something. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, test } from 'vitest';
import { main, temporaryFolder } from '../cli/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { folder, remove } = temporaryFolder();
afterAll(remove);

const library = JSON.stringify(new URL('../../dist/index.js', import.meta.url).href);
const puzzle = '1....2.....4..21';
const solve = `import { load } from ${library};
  const model = await load('sudoku-4x4', { device: 'cpu' });
  console.log((await model.solve('${puzzle}')).answer);`;
const inWorker = (options: string) => `import { Worker } from 'node:worker_threads';
  new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(solve)})), ${options});`;

/** What a process prints, and the files that it leaves in its home, cache and temporary folder. */
function run(
  name: string,
  args: readonly string[],
  variables: Record<string, string> = {},
): { out: string; files: string[] } {
  const home = join(folder, name);
  const [cache, temporary] = [join(home, 'cache'), join(home, 'tmp')];
  for (const path of [cache, temporary]) mkdirSync(path, { recursive: true });
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env; // this process has opened a device, perhaps
  const out = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    env: {
      ...env,
      HOME: home,
      USERPROFILE: home,
      LOCALAPPDATA: cache,
      XDG_CACHE_HOME: cache,
      TMPDIR: temporary,
      TEMP: temporary,
      ...variables,
    },
    input: puzzle,
  });
  const entries = readdirSync(home, { recursive: true, withFileTypes: true });
  return { out, files: entries.filter((entry) => entry.isFile()).map((entry) => entry.name) };
}

const program = (text: string) => ['--input-type=module', '--eval', text];

describe('nothing is left behind by', () => {
  it.each([
    ['the command', [main, 'solve', 'sudoku-4x4', '-', '--device', 'cpu']],
    ['the library', program(solve)],
    ['a worker', program(inWorker('{}'))],
    ['a worker with an environment of its own', program(inWorker('{ env: {} }'))],
  ])('%s', (name, args) => {
    const { out, files } = run(name, args);
    expect(out.replace(/\D/g, '')).toContain('1342421321343421');
    expect(files).toEqual([]);
  });
});

// No session is made: with telemetry on it would begin.
const open = `import { openBackend } from ${library};
  await openBackend({ device: 'cpu' });
  console.log(process.env.ORT_DISABLE_TELEMETRY);`;

test.each([
  ['1', {}],
  ['0', { ORT_DISABLE_TELEMETRY: '0' }],
  ['', { ORT_DISABLE_TELEMETRY: '' }],
])('the variable is "%s" with %o', (value, variables) => {
  expect(run(`variable-${value}`, program(open), variables).out).toBe(`${value}\n`);
});

test('one file imports onnxruntime-node', () => {
  const importing = /(?:from|import|require)\s*\(?\s*['"]onnxruntime-node/;
  const importers = ['src', 'test', 'bench', 'web', 'examples'].flatMap((top) =>
    (readdirSync(join(root, top), { recursive: true }) as string[])
      .map((file) => join(top, file).replaceAll('\\', '/'))
      .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !file.includes('node_modules/'))
      .filter((file) =>
        importing.test(readFileSync(join(root, file), 'utf8').replace(/typeof import\(.*\)/g, '')),
      ),
  );
  expect(importers).toEqual(['src/runtime/onnxruntime/ort-node.ts']);
});
