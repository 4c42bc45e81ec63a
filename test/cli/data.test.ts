/** `trm data`: what is written, what is said, what is refused, and that nothing half-made is left. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { progressText } from '../../src/cli/support/progress-text.ts';
import { readDataset } from '../../src/data/node/folder.ts';
import { Random } from '../../src/data/random.ts';
import { generatePuzzles } from '../../src/data/sudoku/generate.ts';
import { formatLine } from '../../src/data/sudoku/grid.ts';
import { difficulty } from '../../src/data/sudoku/solver.ts';
import { decodeGrid } from '../../src/data/sudoku/tokens.ts';
import { arraysOf } from '../support/arrays.ts';
import { main, temporaryFolder, trm } from './command.ts';

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());
const at = (...parts: string[]) => join(folder, ...parts);
const generate = (...more: string[]) => trm(['data', 'generate', 'sudoku', ...more]);
const build = (...more: string[]) => trm(['data', 'build', 'sudoku', '--from', at('csv'), ...more]);

/** CSV text of generated 4x4 puzzles, each `repeat` times. */
function csv(count: number, seed: number, repeat = 1): string {
  const puzzles = generatePuzzles(4, new Random(seed));
  const rows = Array.from({ length: count }, () => {
    const { question, answer } = puzzles.next().value;
    return `generated,${formatLine(question)},${formatLine(answer)},1\n`;
  });
  return `source,question,answer,rating\n${rows.join('').repeat(repeat)}`;
}
function writeCsv(train: string, heldOut = csv(3, 2)): void {
  mkdirSync(at('csv'));
  writeFileSync(at('csv', 'train.csv'), train);
  writeFileSync(at('csv', 'test.csv'), heldOut);
}

describe('generate', () => {
  test('writes both splits and names the next command', async () => {
    const out = at('new', 'four');
    const result = await generate('--size', '4', '--count', '30', '--test-count', '7', '--out', out);
    expect(result.out).toBe(
      `${out}: 30 training and 7 test puzzles\n` +
        `train with: trm train --config sudoku-4x4 --data ${out} --out ${join('runs', 'four')}\n`,
    );
    expect(result.err).toBe(`data: generating train\ndata: writing ${out}\n`);
    expect(arraysOf(await readDataset(out, 'train')).metadata).toMatchObject({
      total_groups: 30,
      vocab_size: 6,
    });
    expect(arraysOf(await readDataset(out, 'test')).metadata.total_groups).toBe(7);
  });

  test('more puzzles of 4x4 than there are are refused before any is made', async () => {
    const more = (count: string, ...options: string[]) =>
      generate('--size', '4', '--count', count, '--test-count', '1', ...options, '--out', at('out'));
    expect((await more('85632')).err).toMatch(
      /there are at most 85632 such puzzles of Sudoku 4×4, got 85633/,
    );
    expect((await more('13579680', '--clues', '8')).err).toContain('there are at most 13579680 such puzzles');
  });

  test('keeps the clues asked for, by the seed', async () => {
    const options = ['--size', '6', '--count', '5', '--test-count', '1', '--clues', '20'];
    for (const [name, seed] of [
      ['a', '3'],
      ['b', '3'],
      ['c', '4'],
    ] as const) {
      expect(await generate(...options, '--seed', seed, '--out', at(name))).toMatchObject({ status: 0 });
    }
    const [a, b, c] = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => arraysOf(await readDataset(at(name), 'train'))),
    );
    expect(a!.inputs.filter((token) => token > 1)).toHaveLength(100);
    expect(b).toEqual(a);
    expect(c!.inputs).not.toEqual(a!.inputs);
  });

  test('every family that has a generator is a command, with its own options', async () => {
    const help = await trm(['data', 'generate', '--help']);
    for (const name of ['sudoku', 'maze', 'futoshiki', 'queens', 'takuzu'])
      expect(help.out).toMatch(new RegExp(`^  ${name} \\[options\\]`, 'm'));
    const few = ['--count', '4', '--test-count', '2', '--out'];
    const maze = await trm([
      'data',
      'generate',
      'maze',
      '--size',
      '5x7',
      '--min-path',
      '6',
      ...few,
      at('maze'),
    ]);
    expect(maze.out).toContain(
      '4 training and 2 test puzzles\nchoose settings with: trm config init --data ',
    );
    const { metadata } = await readDataset(at('maze'), 'test');
    expect(metadata).toMatchObject({ seq_len: 35, puzzle: { kind: 'maze', rows: 5, columns: 7 } });
    const signs = await trm(['data', 'generate', 'futoshiki', '--size', '4', ...few, at('futoshiki')]);
    expect(signs.out).toContain('train with: trm train --config futoshiki-4x4 --data ');
    expect((await trm(['data', 'check', at('futoshiki')])).out).toMatch(
      /test puzzles take (\d+ to \d+|no) guesses.*\nsound\n$/,
    );
    const shown = await trm(['data', 'show', at('futoshiki'), '--count', '1', '--image', at('sheet.svg')]);
    expect(shown.out.split('\n')[1]).toMatch(/^[.1-4] /);
    for (const [flags, message] of [
      [['maze', '--size', '1'], 'It must be a side of at least 2, or two of them like 12x16.'],
      [['maze', '--size', '4', '--min-path', '-1'], 'It must be an integer of at least 0.'],
      [['futoshiki', '--size', '2'], 'Allowed choices are 3, 4, 5, 6, 7, 8, 9.'],
    ] as const) {
      const refused = await trm(['data', 'generate', ...flags, ...few, at('x')]);
      expect(refused).toMatchObject({ status: 2, out: '' });
      expect(refused.err).toContain(message);
    }
  });

  test('hard ones, in shares: the same puzzles whatever the number of threads', async () => {
    const asked = ['--size', '9', '--count', '70', '--test-count', '10', '--difficulty', '0:.5,4:.25,8:0.25'];
    for (const threads of ['1', '3', '100000'])
      expect(await generate(...asked, '--threads', threads, '--out', at(threads))).toMatchObject({
        status: 0,
      });
    const [one, ...several] = await Promise.all(
      ['1', '3', '100000'].map(async (name) => arraysOf(await readDataset(at(name), 'train'))),
    );
    for (const other of several) expect(other).toEqual(one);
    const guesses = Array.from({ length: 70 }, (_, row) =>
      difficulty(decodeGrid(one!.inputs.subarray(81 * row, 81 * (row + 1)))),
    );
    expect(guesses.filter((count) => count >= 4).length).toBeGreaterThanOrEqual(35);
    expect(guesses.filter((count) => count >= 8).length).toBeGreaterThanOrEqual(17);
    expect((await trm(['data', 'check', at('3')])).out).toMatch(
      /^0 test questions are training questions, turned or renamed or as they are$/m,
    );
  });

  it.each([
    [
      ['--size', '4', '--count', '0'],
      /'--count <n>' argument '0' is invalid\. It must be a positive integer/,
    ],
    [['--size', '4', '--count', '1e3'], /'1e3' is invalid\. It must be a positive integer/],
    [['--size', '4', '--count', '3', '--seed', '1.5'], /'1\.5' is invalid\. It must be an integer/],
    [['--size', '4'], /required option '--count <n>' not specified/],
    [
      ['--size', '4', '--count', '3', '--test-coun', '3'],
      /unknown option.*\n\(Did you mean --test-count\?\)/,
    ],
    [
      ['--size', '4', '--count', '3', '--clues', '3'],
      /clues: a 4x4 Sudoku with one solution has 4 givens at least, got 3; ask for 4 or more/,
    ],
    [
      ['--size', '9', '--count', '3', '--difficulty', '0:0.5'],
      /--difficulty <n:share,...>' argument '0:0.5' is invalid. The shares must sum to 1/,
    ],
    [
      ['--size', '9', '--count', '3', '--difficulty', '0:0.5,'],
      /'0:0\.5,' is invalid\. It must be as 0:0\.3,10:0\.3,60:0\.4, guesses at least and their share/,
    ],
    [
      ['--size', '9', '--count', '3', '--difficulty', '5:1', '--min-difficulty', '5'],
      /difficulty: it takes the place of minDifficulty: leave out one of them/,
    ],
    [
      ['--size', '9', '--count', '3', '--backdoors', '2'],
      /'2' is invalid\. It must be a share from 0 to 1\./,
    ],
    [
      ['--size', '9', '--count', '3', '--backdoors', '.1', '--min-difficulty', '5'],
      /backdoors: it takes the place of minDifficulty, difficulty and solutions/,
    ],
    [
      ['--size', '4', '--count', '3', '--backdoors', '0'],
      /backdoors: found no 4x4 puzzle with so few backdoors; ask for more than 0, or for another size/,
    ],
    [
      ['--size', '4', '--count', '3', '--min-difficulty', '9'],
      /minDifficulty: found no 4x4 puzzle that takes 9 guesses; ask for at most \d\n/,
    ],
    [['--size', '4', '--count', '3', '--clues', '16'], /clues: expected an integer from 0 to 15, got 16/],
    [
      ['--size', '4', '--count', '9999', '--clues', '15'],
      /count: found only \d+ different puzzles of Sudoku 4×4; ask/,
    ],
  ])('refuses %j', async (flags, message) => {
    const result = await generate(...flags, '--out', at('x'));
    expect(result).toMatchObject({ status: 2, out: '' });
    expect(result.err).toMatch(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('does not overwrite', async () => {
    writeFileSync(at('mine'), 'kept');
    const result = await generate('--size', '4', '--count', '3', '--out', folder);
    expect(result).toMatchObject({
      status: 2,
      err: `error: ${folder}: the folder exists and is not empty; choose another name or remove it first\n`,
    });
    expect(readdirSync(folder)).toEqual(['mine']);
  });
});

describe('build', () => {
  test('draws and augments the training split only', async () => {
    writeCsv(csv(12, 1));
    const out = at('built');
    const result = await build('--subsample', '5', '--augment', '2', '--out', out);
    expect(result.out).toMatch(`${out}: 15 training and 3 test puzzles\ntrain with: trm train --config `);
    expect(arraysOf(await readDataset(out, 'train')).metadata).toMatchObject({
      total_groups: 5,
      total_puzzles: 5,
    });
    expect(arraysOf(await readDataset(out, 'test')).metadata.total_puzzles).toBe(3);
  });

  it.each([
    ['a bad row', csv(2, 1).replace(/,1\n$/, '\n'), [], 1, /train\.csv:3: .*\n$/],
    [
      'a missing column',
      'a,b\n1,2\n',
      [],
      1,
      /train\.csv:1: no column is known to name a puzzle, got .*; rename that of the puzzle to question, /,
    ],
    ['too large a sample', csv(2, 1), ['--subsample', '3'], 2, /subsample: cannot draw 3 of 2 rows/],
  ] as const)('leaves nothing after %s', async (_, train, flags, status, message) => {
    writeCsv(train);
    const result = await build(...flags, '--out', at('x'));
    expect(result).toMatchObject({ status, out: '' });
    expect(result.err).toMatch(message);
    expect(readdirSync(folder)).toEqual(['csv']);
  });

  test('builds ARC from a file per task, whole or compact, and lists what it leaves out', async () => {
    const task = (colour: number) => ({
      train: [{ input: [[0, colour]], output: [[colour]] }],
      test: [{ input: [[colour]], output: [[0, colour]] }],
    });
    mkdirSync(at('arc/data/evaluation'), { recursive: true });
    for (const [name, colour] of Object.entries({ a: 1, b: 2, bad: 10 })) {
      writeFileSync(at(`arc/data/evaluation/${name}.json`), JSON.stringify(task(colour)));
    }
    const arc = (...flags: string[]) =>
      trm([
        'data',
        'build',
        'arc',
        '--from',
        at('arc'),
        '--subsets',
        'evaluation',
        '--augment',
        '3',
        ...flags,
      ]);
    const strict = await arc('--out', at('strict'));
    expect(strict).toMatchObject({ status: 1, out: '' });
    expect(strict.err).toMatch(
      /bad\.json: bad\.train\[0\]\.input: row 0, column 1: expected a colour 0 to 9, got 10; --skip-bad leaves it out\n$/,
    );
    const built = await arc('--skip-bad', '--out', at('built'));
    expect(built.out).toMatch(/^.*built: 2 training and 2 test puzzles\n/);
    expect(built.err).toMatch(
      /skipped 2 bad entries\n {2}.*bad\.json: bad\.train\[0\]\.input: .*\n {2}.*bad: none of its demonstrations is sound\n$/,
    );
    expect(await arc('--skip-bad', '--compact', '--out', at('compact'))).toMatchObject({ status: 0 });
    for (const split of ['train', 'test'] as const) {
      const [whole, compact] = await Promise.all(
        ['built', 'compact'].map((name) => readDataset(at(name), split)),
      );
      expect(arraysOf(compact!)).toEqual(arraysOf(whole!));
      expect(whole!.count).toBe(8);
    }
  });

  test('stops on Ctrl-C while it reads', async () => {
    writeCsv(csv(500, 1, 500));
    let killed = false;
    const result = await trm(['data', 'build', 'sudoku', '--from', at('csv'), '--out', at('x')], {
      onOutput: (err, kill) => {
        if (!killed && err.includes('reading')) kill('SIGINT');
        killed = true;
      },
    });
    expect(result).toMatchObject({ status: 130, signal: null, out: '' });
    expect(result.err).toMatch(/stopped; nothing was written\n$/);
    expect(readdirSync(folder)).toEqual(['csv']);
  });
});

describe('Ctrl-C while a folder is written', () => {
  const module = pathToFileURL(join(main, '..', 'support', 'interrupt.js')).href;
  const program = (body: string) => `
    import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
    import { setTimeout } from 'node:timers/promises';
    import { stoppable } from '${module}';
    const result = await stoppable('out', async (checkpoint) => { ${body} });
    console.log(result);`;
  const run = (body: string) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', program(body)], {
      cwd: folder,
      encoding: 'utf8',
    });

  it.each([
    [
      'removes what is half made, and only that',
      `mkdirSync('out.partial-b'); checkpoint(); process.kill(process.pid, 'SIGINT'); await setTimeout(100);
       writeFileSync('out.partial-b/file', '');`,
    ],
    [
      'removes what was made whole after it',
      `checkpoint(); process.kill(process.pid, 'SIGINT'); await setTimeout(100);
       mkdirSync('out'); writeFileSync('out/file', '');`,
    ],
  ])('%s', (_, body) => {
    mkdirSync(at('out.partial-a'));
    expect(run(body)).toMatchObject({ status: 130, stdout: 'undefined\n', stderr: '' });
    expect(readdirSync(folder)).toEqual(['out.partial-a']);
  });

  it('leaves other outcomes alone', () => {
    expect(run(`checkpoint(); return 7;`)).toMatchObject({ status: 0, stdout: '7\n', stderr: '' });
    const failed = run(`checkpoint(); throw new Error('no room');`);
    expect(failed).toMatchObject({ status: 1, stderr: expect.stringContaining('no room') });
  });
});

test('progress counts what is done since a stage began', () => {
  let time = 0;
  const text = progressText(() => time);
  const generating = (done: number) => text({ stage: 'generate', name: 'train', done, total: 600 });
  expect(generating(100)).toBe('generating train: 100/600 (16 %)');
  time = 2000;
  expect(generating(300)).toBe('generating train: 300/600 (50 %), 100 puzzles/s, 3.0 s left');
  expect(text({ stage: 'write', name: 'out', done: 0, total: 600 })).toBe('writing out');
  const reading = (done: number) => text({ stage: 'read', name: 'a.csv', done, total: 50e6 });
  expect(reading(10e6)).toBe('reading a.csv: 10/50 (20 %)');
  time = 4000;
  expect(reading(30e6)).toBe('reading a.csv: 30/50 (60 %), 10 MB/s, 2.0 s left');
});
