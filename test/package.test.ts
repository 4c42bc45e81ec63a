/** The package as it is published: packed, installed in an empty folder, used as a command and as a library. */

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, test } from 'vitest';
import { main, temporaryFolder } from './cli/command.ts';

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
    'examples/arc/007bbfb7.json',
    'examples/arc/LICENSE',
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

/** npm as in a clean clone: nothing of what started the tests, no settings of the user's own. */
const clean = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  npm_config_userconfig: devNull,
  npm_config_update_notifier: 'false',
};

describe('in the repository', () => {
  const windows = process.platform === 'win32';

  it.skipIf(windows)('the built command may be run', () => {
    expect(statSync(main).mode & 0o111).toBe(0o111);
    const { status, stdout } = spawnSync(main, ['--version'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([['ls'], ['run'], ['exec', 'trm', '--', '--version']])(
    'npm %s has nothing to complain of',
    (...args) => {
      const { status, stderr } = spawnSync('npm', args, {
        cwd: root,
        encoding: 'utf8',
        env: clean,
        shell: windows,
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  it('a clean install warns of nothing', () => {
    const clone = join(folder, 'clone');
    mkdirSync(clone);
    for (const file of ['.npmrc', 'package.json', 'package-lock.json'])
      copyFileSync(join(root, file), join(clone, file));
    const args = ['ci', '--dry-run', '--prefer-offline'];
    const { status, stderr } = spawnSync('npm', args, {
      cwd: clone,
      encoding: 'utf8',
      env: clean,
      shell: windows,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
