/** The package as it is published: packed, installed in an empty folder, used as a command and as a library. */

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { devNull } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { main, temporaryFolder } from './cli/command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { folder, remove } = temporaryFolder();
afterAll(remove);

/** What a command prints; when it fails, with its status. */
function run(command: string, args: readonly string[], { cwd = folder, input = '' } = {}) {
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, input, encoding: 'utf8', env });
  return { status, stdout, stderr };
}

function expectRun(...args: Parameters<typeof run>) {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stderr: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

describe('the package', () => {
  const installed = join(folder, 'node_modules/tiny-recursive-model');
  let files: string[];
  let tarball: string;

  beforeAll(() => {
    const options = ['--json', '--ignore-scripts', '--pack-destination', folder];
    const [packed] = JSON.parse(expectRun('npm', ['pack', ...options], { cwd: root }));
    files = packed.files.map((file: { path: string }) => file.path);
    tarball = join(folder, packed.filename);
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const packages = [tarball, 'typescript@~5.5', '@types/node@20'];
    expectRun('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages]);
  });

  it('has what it needs and no more', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        ...[
          'bin/start.js',
          'dist/index.js',
          'dist/index.d.ts',
          'dist/web.js',
          'dist/cli/main.js',
          'src/index.ts',
        ],
        'dist/compiler/c/team.h',
        ...['models/README.md', 'models/sudoku-4x4.safetensors', 'models/sudoku-6x6.safetensors'],
        ...[
          'configs/sudoku-4x4.yaml',
          'sweeps/learning-rate.yaml',
          'docs/library.md',
          'LICENSE',
          'README.md',
        ],
        ...['examples/arc/007bbfb7.json', 'examples/arc/LICENSE'],
      ]),
    );
    expect(
      files.filter((file) => /^(test|scripts)\/|^bench\/.*\.ts$|(^|\/)(dist|api)\/.*html$/.test(file)),
    ).toEqual([]);
  });

  it('has the files that its texts link to', () => {
    const texts = files.filter((file) => file.endsWith('.md'));
    expect(texts.length).toBeGreaterThan(10);
    const dead = texts.flatMap((text) =>
      [
        ...readFileSync(join(installed, text), 'utf8').matchAll(
          /\]\(([^):#]+)(?:#[^)]*)?\)|<img src="([^":]+)"/g,
        ),
      ].flatMap(([, link, image]) => {
        const target = join(installed, dirname(text), link ?? image!);
        return existsSync(target) ? [] : [`${text} -> ${link ?? image}`];
      }),
    );
    expect(dead).toEqual([]);
  });

  it('has the sources of its source maps', () => {
    const maps = files.filter((file) => file.endsWith('.map'));
    expect(maps).toContain('dist/index.js.map');
    expect(maps).toContain('dist/commonjs/index.d.ts.map');
    for (const map of maps) {
      const { sources } = JSON.parse(readFileSync(join(installed, map), 'utf8'));
      for (const source of sources) expect(existsSync(join(installed, dirname(map), source)), map).toBe(true);
    }
  });

  it('says nothing of a publisher', () => {
    const stated = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    for (const key of ['author', 'repository', 'homepage', 'bugs', 'funding', 'publishConfig'])
      expect(stated).not.toHaveProperty(key);
  });

  it('is cited by its version', () => {
    const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(parse(readFileSync(join(root, 'CITATION.cff'), 'utf8'))).toMatchObject({
      version,
      license: 'MIT',
    });
  });

  it('prints help and solves', () => {
    expect(expectRun('npx', ['trm', '--help'])).toMatch(/Usage: trm/);
    expect(expectRun('npx', ['trm', 'config', 'show', 'sudoku-4x4'])).toMatch(/hiddenSize: 64/);
    writeFileSync(join(folder, 'puzzle.txt'), '1....2.....4..21');
    expect(expectRun('npx', ['trm', 'solve', 'sudoku-4x4', 'puzzle.txt'])).toMatch(/solved: the answer/);
    expect(readdirSync(folder).filter((file) => file.startsWith('core'))).toEqual([]);
  });

  it('is a module', () => {
    writeFileSync(
      join(folder, 'program.js'),
      `import { openBackend, trace, input, serialize } from 'tiny-recursive-model';
       const { device } = await openBackend({ device: 'cpu' });
       console.log(device, serialize(trace('identity', () => ({ y: input('x', [2]) }))).length > 0);`,
    );
    expect(expectRun('node', ['program.js'])).toBe('cpu true\n');
  });

  describe('in a CommonJS project in TypeScript', () => {
    const project = join(folder, 'commonjs');
    const newest = join(root, 'node_modules/typescript/bin/tsc');
    const oldest = join(folder, 'node_modules/typescript/bin/tsc');

    beforeAll(() => {
      mkdirSync(project);
      writeFileSync(join(project, 'package.json'), '{"type":"commonjs"}');
      writeFileSync(
        join(project, 'program.ts'),
        `import { load, serialize, type Solution, trace, TrmError, input } from 'tiny-recursive-model';
         import * as web from 'tiny-recursive-model/web';

         async function main(): Promise<void> {
           const model = await load('sudoku-4x4', { device: 'cpu' });
           const { answer, valid }: Solution = await model.solve('1....2.....4..21');
           // @ts-expect-error a text is no number
           const wrong: number = answer;
           // @ts-expect-error an array and nothing
           serialize(trace('identity', () => ({ y: input('x', [2]) }))).nothing;
           console.log(answer, valid, new TrmError('usage', 'fault').code, typeof web.load, typeof wrong);
         }
         void main();\n`,
      );
    });

    const compile = (tsc: string, module: string, more: readonly string[]) => {
      const options = ['--strict', '--target', 'es2022', '--module', module, '--types', 'node'];
      const args = [tsc, ...options, '--esModuleInterop', ...more, 'program.ts'];
      return run(process.execPath, args, { cwd: project });
    };

    it.each([
      ['5.5', 'commonjs', oldest],
      ['5.5', 'node16', oldest],
      ['of this repository', 'nodenext', newest],
    ])('TypeScript %s knows its types with module %s, and it runs', (version, module, tsc) => {
      if (version === '5.5')
        expect(expectRun(process.execPath, [tsc, '--version'])).toMatch(/^Version 5\.5\./);
      expect(compile(tsc, module, ['--skipLibCheck'])).toEqual({ status: 0, stdout: '', stderr: '' });
      expect(expectRun('node', ['program.js'], { cwd: project })).toBe(
        '1342421321343421 true usage function string\n',
      );
    });

    it('its declarations have no fault of their own in TypeScript 5.5', () => {
      // Those of its dependencies have.
      expect(compile(oldest, 'node16', ['--noEmit']).stdout).not.toMatch(/tiny-recursive-model/);
    });
  });

  describe('where the native library', () => {
    const native = join(folder, 'node_modules/onnxruntime-node');
    const solve = (device: string) =>
      run('npx', ['trm', 'solve', 'sudoku-4x4', '-', '--device', device], { input: '1....2.....4..21' });
    const solved = { status: 0, stdout: expect.stringMatching(/solved: the answer satisfies/) };

    it('does not load, wasm takes over and says so in a line', () => {
      const libraries = (readdirSync(native, { recursive: true }) as string[]).filter((file) =>
        /\/libonnxruntime[^/]*\.(so|dylib)|onnxruntime\.dll$/.test(file),
      );
      expect(libraries.length).toBeGreaterThan(0);
      for (const library of libraries) renameSync(join(native, library), join(native, `${library}.away`));
      try {
        expect(solve('wasm')).toMatchObject({
          ...solved,
          stderr: expect.stringMatching(/^engine onnxruntime-web .* on wasm \(.*as asked\)\n$/),
        });
        expect(solve('auto')).toMatchObject({
          ...solved,
          stderr: expect.stringMatching(
            /^engine .* on wasm .*\nwarning: computing on wasm, which is slow: onnxruntime-node does not load.*\n$/,
          ),
        });
        expect(solve('cpu')).toEqual({
          status: 1,
          stdout: '',
          stderr: expect.stringMatching(
            /^error: device: onnxruntime-node does not load.*; choose the device wasm\n$/,
          ),
        });
      } finally {
        for (const library of libraries) renameSync(join(native, `${library}.away`), join(native, library));
      }
    });

    it('is not installed, the package to add is named', () => {
      const away = `${native}-away`;
      renameSync(native, away);
      try {
        expect(solve('auto')).toMatchObject({
          ...solved,
          stderr: expect.stringMatching(
            /^engine .* on wasm .*\nwarning: .* is not installed; add it: npm install onnxruntime-node.*\n$/,
          ),
        });
      } finally {
        renameSync(away, native);
      }
    });
  });
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

it('says what to do where it is not built', () => {
  const { folder, remove } = temporaryFolder();
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin/start.js')], {
    encoding: 'utf8',
  });
  remove();
  expect({ status, stderr }).toEqual({ status: 1, stderr: 'error: trm is not built yet: npm run build\n' });
});

it('is built where an optional package is not installed, which is said', () => {
  const { folder, remove } = temporaryFolder();
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const file of ['scripts/build.mjs', 'tsconfig.json', 'tsconfig.build.json'])
    write(file, readFileSync(join(root, file), 'utf8').replace('"types": ["node"]', '"types": []'));
  write('package.json', '{"type":"module","optionalDependencies":{"not-there":"1"}}');
  write('src/index.ts', "export const load = () => import('not-there');\n");
  write('src/cli/main.ts', 'export {};\n');
  write('src/compiler/c/header.h', '');
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}` },
  });
  const built = readFileSync(join(folder, 'dist/index.js'), 'utf8');
  remove();
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: 'build: types are not checked, for optional packages are not installed: not-there\n',
  });
  expect(built).toContain("import('not-there')");
});
