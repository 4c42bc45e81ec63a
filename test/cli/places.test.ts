/** Whatever is to be written under /proc, where Linux takes no new names, is refused in words, and no command hangs. */

import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeDataset } from '../../src/data/node/folder.ts';
import { tinyDataset } from '../train/support.ts';
import { temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const data = join(folder, 'data');
beforeAll(() => writeDataset(data, { train: tinyDataset(4), test: tinyDataset(2) }, ['<blank>']));

const recipe = ['--config', 'sudoku-4x4', '--data', data];
const small = ['--size', '4', '--count', '2', '--test-count', '2'];

describe.skipIf(process.platform !== 'linux')('under /proc', () => {
  it.each([
    ['train', ...recipe, '--out', '/proc/x/run'],
    ['train', ...recipe, '--find-rate', '/proc/x/a.svg'],
    ['data', 'generate', 'sudoku', ...small, '--out', '/proc/x'],
    ['demo', '--keep', '/proc/x'],
    ['solve', 'sudoku-4x4', '--out', '/proc/x/a.json'],
    ['evaluate', 'sudoku-4x4', '--data', data, '--csv', '/proc/x/a.csv'],
    ['export', 'sudoku-4x4', '--out', '/proc/x/a.onnx'],
    ['config', 'init', '--data', data, '--out', '/proc/x/a.yaml'],
  ])('trm %s %s %s', async (...args) => {
    const { status, err } = await trm(args, { input: '1....2.....4..21' });
    expect(err).toMatch(/error: \/proc\/x: \/proc takes no new files or folders; choose another place\n$/);
    expect(status).toBe(1);
  });

  it('a cache there is none, which is said', async () => {
    const { status, err } = await trm(['solve', 'sudoku-4x4', '--engine', 'auto'], {
      input: '1....2.....4..21',
      env: { TRM_CACHE: '/proc/x', TRM_ENGINE: 'auto' },
    });
    expect(status, err).toBe(0);
    expect(err).toMatch(
      /compiled anew each time, for \/proc\/x\/native cannot be written|not native: no C compiler/,
    );
  });
});

it('a demo is not kept beside the files of a dataset, and says so before it makes anything', async () => {
  expect(await trm(['demo', '--keep', data])).toMatchObject({
    status: 2,
    out: '',
    err: `error: ${data}: the folder exists and is not empty; choose another name or remove it first\n`,
  });
});

describe('in the folder of a run or a dataset nothing is made', () => {
  const run = join(folder, 'run');
  const puzzles = join(folder, 'puzzles.txt');
  beforeAll(() => {
    writeFileSync(puzzles, '..1.2........3.4\n.3.4........1..2\n');
    mkdirSync(join(run, 'checkpoints/last'), { recursive: true });
    copyFileSync('models/sudoku-4x4.safetensors', join(run, 'checkpoints/last/checkpoint.safetensors'));
  });

  it.each([
    ['data', 'generate', 'sudoku', ...small, '--out'],
    ['data', 'import', puzzles, '--solve', '--out'],
    ['data', 'build', 'sudoku', '--from', puzzles, '--out'],
    ['data', 'build', 'maze', '--from', puzzles, '--out'],
    ['data', 'build', 'arc', '--from', 'examples/arc', '--out'],
    ['demo', '--keep'],
  ])('trm %s %s %s', async (...args) => {
    for (const [what, place] of [
      ['run', run],
      ['dataset', data],
    ] as const) {
      const { status, err } = await trm([...args, join(place, 'a/b')]);
      const said = `error: ${args.at(-1)}: lies in the ${what} ${place}; give the `;
      expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(said) });
      expect(existsSync(join(place, 'a'))).toBe(false);
    }
  });
});

it.skipIf(process.platform === 'win32')('a demo without a temporary folder names TMPDIR', async () => {
  const { status, err } = await trm(['demo'], { env: { TMPDIR: join(folder, 'gone') } });
  expect({ status, err }).toEqual({
    status: 1,
    err: expect.stringMatching(
      /gone: no temporary folder can be made here \(ENOENT\); set TMPDIR to a folder/,
    ),
  });
});
