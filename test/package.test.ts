/** The package as it is published: packed, installed in an empty folder, used as a command and as a library. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { temporaryFolder } from './cli/command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { folder, remove } = temporaryFolder();
afterAll(remove);

test('installs, prints help and trains', () => {
  const run = (command: string, args: readonly string[], cwd = folder) =>
    execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  );
  const files: string[] = packed.files.map((file: { path: string }) => file.path);
  for (const file of [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/web.js',
    'models/README.md',
    'models/sudoku-4x4.safetensors',
    'models/sudoku-6x6.safetensors',
    'dist/cli/main.js',
    'configs/sudoku-4x4.yaml',
    'LICENSE',
    'README.md',
  ]) {
    expect(files).toContain(file);
  }
  expect(files.filter((file) => /^(src|test|bench)\//.test(file))).toEqual([]);

  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, packed.filename)]);
  expect(run('npx', ['trm', '--help'])).toMatch(/Usage: trm/);
  expect(run('npx', ['trm', 'config', 'show', 'sudoku-4x4'])).toMatch(/hiddenSize: 64/);
  writeFileSync(join(folder, 'puzzle.txt'), '1....2.....4..21');
  expect(run('npx', ['trm', 'solve', 'sudoku-4x4', 'puzzle.txt'])).toMatch(/solved: the answer satisfies/);
  writeFileSync(
    join(folder, 'program.js'),
    `import { openBackend, trace, input, serialize } from 'tiny-recursive-model';
     const { device } = await openBackend({ device: 'cpu' });
     console.log(device, serialize(trace('identity', () => ({ y: input('x', [2]) }))).length > 0);`,
  );
  expect(run('node', ['program.js'])).toBe('cpu true\n');
  expect(readdirSync(folder).filter((file) => file.startsWith('core'))).toEqual([]);
  expect(existsSync(join(folder, 'node_modules/tiny-recursive-model/src'))).toBe(false);
});
