/** What every command has in common: help, hints, lists, completion, output files. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { writeAtomically } from '../../src/cli/run-folder.ts';
import { recipeNames } from '../../src/cli/support/config-file.ts';
import { invocation, typed, word } from '../../src/cli/support/invocation.ts';
import { checkOutputs, outputFile, pictureFile, tryPlace } from '../../src/cli/support/output-file.ts';
import { pngRenderer } from '../../src/cli/terminal/png.ts';
import { main, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const at = (...parts: string[]) => join(folder, ...parts);

describe('the command as one types it', () => {
  const of = (...parts: string[]) => parts.join(sep);
  test.each([
    [
      'a global install',
      of('/usr', 'bin', 'trm'),
      of('/usr', 'lib', 'node_modules', 'trm', ''),
      '/home',
      'trm',
    ],
    [
      'the repository',
      of('/repo', 'dist', 'cli', 'main.js'),
      of('/repo', ''),
      of('/repo', 'docs'),
      'npx trm',
    ],
    [
      'a project that has the package',
      of('/app', 'node_modules', '.bin', 'trm'),
      of('/app', 'node_modules', 'tiny-recursive-model', ''),
      '/app',
      'npx trm',
    ],
    [
      'npx anywhere',
      of('/home', '.npm', '_npx', '1', 'node_modules', '.bin', 'trm'),
      of('/home', '.npm', '_npx', '1', 'node_modules', 'tiny-recursive-model', ''),
      '/home/work',
      'npx -p tiny-recursive-model trm',
    ],
  ])('in %s', (_, launched, own, cwd, expected) => {
    expect(invocation(launched, own, cwd)).toBe(expected);
  });

  it('is put into hints and examples, once', () => {
    const text = 'go on with: trm train --resume runs/trm\nor: npx trm solve x';
    expect(typed(text, 'npx trm')).toBe('go on with: npx trm train --resume runs/trm\nor: npx trm solve x');
    expect(typed(text, 'trm')).toBe(text);
  });

  it.each([
    ['runs/first-1.5_a', 'runs/first-1.5_a'],
    ['runs/größer/解', 'runs/größer/解'],
    ['my runs/a', "'my runs/a'"],
    ["it's", "'it'\\''s'"],
    ['a&b', "'a&b'"],
    ['', "''"],
  ])('takes the path %s as %s', (path, expected) => {
    expect(word(path)).toBe(expected);
    const said = spawnSync('sh', ['-c', `printf %s ${word(path)}`], { encoding: 'utf8' });
    expect(said.stdout).toBe(path);
  });

  it('tells the value that was no number, and an empty name', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [main, 'solve', 'sudoku-4x4', ...args], { encoding: 'utf8', input: '' });
    expect(run('--setting', 'steps=abc').stderr).toMatch(/--setting steps: expected a number, got "abc"/);
    expect(run('').stderr).toContain('error: expected the name of a file, got an empty one');
  });

  it('stands in help and in errors', () => {
    const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
    expect(run('train', '--help').stdout).toContain('\n  npx trm train --resume runs/first\n');
    expect(run('solve', 'no-such').stderr).toContain('the folder that npx trm train --out made');
  });
});

/** All at fault before anything is read. */
const contradicting: [string, RegExp][] = [
  ['solve sudoku-4x4 --setting steps=4 --steps 8', /--steps: does not go with steps of --setting; give one/],
  ['solve sudoku-4x4 --setting effort=4 --effort 8', /--effort: does not go with effort of --setting/],
  ['solve sudoku-4x4 --setting answers=4 --answers 8', /--answers: does not go with answers of --setting/],
  ['solve sudoku-4x4 --effort 3 --steps 4', /--steps: does not go with --effort; .*effort=3,steps=4/],
  ['solve sudoku-4x4 --effort 3 --show-steps', /--show-steps: does not go with --effort; its candidates/],
  ['solve sudoku-4x4 --setting steps=4,steps=5', /--setting steps: is given twice/],
  ['solve sudoku-4x4 --setting steps=4 --setting halt=1', /'--setting .*' .* given twice; put all between/],
  ['solve sudoku-4x4 --json --format csv', /--json: does not go with --format/],
  ['solve sudoku-4x4 --show-steps --format line', /--show-steps: does not go with line/],
  ['solve sudoku-4x4 --answers 2 --format csv', /--answers: does not go with csv, which has no place for/],
  ['solve sudoku-4x4 --setting answers=2 --format line', /--setting answers: does not go with line/],
  ['solve sudoku-4x4 --train-steps 5', /--train-steps: is for unseen ARC tasks/],
  ['serve sudoku-4x4 --setting effort=2 --effort 3', /--effort: does not go with effort of --setting/],
  ['evaluate a --data x --steps 4 --setting halt=1 --setting steps=2', /--steps: does not go with steps of/],
  ['evaluate a --data x --steps 1000000000', /--steps.*It must be an integer from 1 to 100000/],
  ['solve sudoku-4x4 --steps 1000000000', /--steps.*It must be an integer from 1 to 100000/],
  ['solve sudoku-4x4 --setting steps=1000000000', /steps: expected a number <= 100000/],
  ['evaluate a --data x --checkpoint best --setting checkpoint=last', /--checkpoint: does not go with check/],
  ['evaluate a --data x --answers 4 --setting answers=2', /--answers: does not go with answers of --setting/],
  [
    'solve sudoku-4x4 --checkpoint last',
    /checkpoint: is for runs, .*sudoku-4x4.safetensors has one set of w/,
  ],
  ['train --config sudoku-4x4 --data x --out y --set steps=3 steps=2', /--set steps: is given twice/],
  ['train --config sudoku-4x4 --data x --find-rate --tensorboard', /--tensorboard: does not go with --find-/],
  ['config show sudoku-4x4 --set steps=3 seed=1 --set steps=2', /--set steps: is given twice/],
  ['data import x --fixed a --symmetries dihedral --out y', /--fixed: goes with --symmetries colours/],
  ['config show sudoku-4x4 --data x --kernels --time', /--time: does not go with --kernels/],
];
test.each(contradicting)('trm %s is refused, and nothing dropped', async (line, message) => {
  const { status, err } = await trm(line.split(' '), { input: '1....2.....4..21' });
  expect(status, err).toBe(2);
  expect(err).toMatch(message);
});

test('options that must be given are marked', async () => {
  const { out } = await trm(['data', 'generate', 'sudoku', '--help']);
  expect(out).toMatch(/--count <n> +training puzzles \(required\)\n/);
  expect(out).toMatch(/--seed <n> +seed \(default: 0\)\n/);
});

test.each([['demo'], ['train'], ['evaluate'], ['serve'], ['config', 'init']])(
  'trm %s %s computes where and with as many threads as it is told',
  async (...command) => {
    const { out } = await trm([...command.filter(Boolean), '--help']);
    expect(out).toMatch(/--device <device>/);
    expect(out).toMatch(/--threads <n>/);
  },
);

test('the run that is proposed is not there yet', () => {
  mkdirSync(at('runs', 'four'), { recursive: true });
  mkdirSync(at('runs', 'four-2'));
  const made = 'data generate sudoku --size 4 --count 4 --test-count 2 --out four'.split(' ');
  const { stdout } = spawnSync(process.execPath, [main, ...made], { encoding: 'utf8', cwd: folder });
  expect(stdout).toMatch(/train --config sudoku-4x4 --data four --out runs.four-3\n$/);
});

describe('lists', () => {
  it('trm models: what comes with the package', async () => {
    const { out, status } = await trm(['models']);
    expect(status).toBe(0);
    expect(out).toMatch(/^sudoku-6x6 +Sudoku 6×6 +solves 99\.6 % of 1000 held-out puzzles .* 0\.42 MB$/m);
    expect(out).toMatch(/^maze-any +Maze 12×12 and other sizes /m);
    const { shipped } = JSON.parse((await trm(['models', '--json'])).out);
    expect(shipped.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['maze-10x10', 'maze-any', 'sudoku-4x4', 'sudoku-6x6', 'sudoku-9x9']),
    );
    for (const { bytes, puzzles, note } of shipped)
      expect({ bytes, puzzles, note }).toEqual({
        bytes: expect.any(Number),
        puzzles: expect.stringMatching(/^\w+ \d+×\d+( and other sizes)?$/),
        note: expect.stringMatching(/ % /),
      });
  });

  it('trm config list: the recipes', async () => {
    const { out } = await trm(['config', 'list']);
    expect(out).toMatch(/^sudoku-4x4 +4x4 Sudoku with as few givens as possible +1200$/m);
    const { recipes } = JSON.parse((await trm(['config', 'list', '--json'])).out);
    expect(recipes.map(({ name }: { name: string }) => name)).toEqual(recipeNames());
    for (const { about } of recipes) expect(about).toMatch(/^\w.{9,}/);
  });
});

describe('trm completion', () => {
  const script = async (shell: string) => (await trm(['completion', shell])).out;

  it.skipIf(process.platform === 'win32')('completes commands, options and values in bash', async () => {
    writeFileSync(at('trm.bash'), await script('bash'));
    const complete = (...words: string[]) => {
      const run = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _trm; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', run, '_', at('trm.bash'), 'trm', ...words], {
        encoding: 'utf8',
        cwd: folder,
      });
      expect(stderr).toBe('');
      return stdout.trimEnd().split('\n');
    };
    expect(complete('ev')).toEqual(['evaluate']);
    expect(complete('data', 'build', '')).toEqual(['sudoku', 'maze', 'arc', 'help']);
    expect(complete('train', '--config', 'sudoku-extreme-a')).toEqual(['sudoku-extreme-att']);
    expect(complete('train', '--device', 'c')).toEqual(['cpu', 'cuda', 'coreml']);
    expect(complete('data', 'generate', 'sudoku', '--c')).toEqual(['--count', '--clues']);
    expect(complete('solve', 'sudoku-6')).toEqual(['sudoku-6x6']);
    expect(complete('evaluate', 'sudoku-4x4', '--data', 'trm')).toEqual(['trm.bash']);
    expect(complete('solve', 'sudoku-4x4', '--out', 'trm')).toEqual(['trm.bash']);
    expect(complete('data', 'build', 'sudoku', '--from', 'trm')).toEqual(['trm.bash']);
    expect(complete('evaluate', 'sudoku-4x4', '--examples', 'trm')).toEqual(['']);
  });

  it.each(['bash', 'zsh', 'fish'])('knows every command and option in %s', async (shell) => {
    const text = await script(shell);
    for (const name of [
      'evaluate',
      'completion',
      'generate',
      'min-difficulty',
      'by-difficulty',
      'sudoku-9x9',
    ])
      expect(text).toContain(name);
  });

  it('refuses other shells', async () => {
    expect(await trm(['completion', 'tcsh'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('Allowed choices are bash, zsh, fish'),
    });
  });
});

describe('output files', () => {
  it('say their format by their ending', () => {
    expect(outputFile(at('a.CSV'), '--csv', ['csv', 'jsonl'])).toBe('csv');
    expect(() => outputFile('a.txt', '--csv', ['csv', 'jsonl'])).toThrow(
      '--csv: the ending says the format, got a.txt; end it in .csv or .jsonl',
    );
    expect(existsSync(at('a.CSV'))).toBe(false);
  });

  it('are tried before the work, leaving nothing', () => {
    expect(outputFile(at('new', 'deep', 'a.csv'), '--csv', ['csv'])).toBe('csv');
    expect(existsSync(at('new'))).toBe(false);
    mkdirSync(at('folder.csv'));
    expect(() => outputFile(at('folder.csv'), '--csv', ['csv'])).toThrow('folder.csv: is a directory');
    writeFileSync(at('file'), '');
    expect(() => outputFile(at('file', 'a.csv'), '--csv', ['csv'])).toThrow(
      /a\.csv: .*(not a directory|exists)/,
    );
  });

  it.skipIf(process.platform !== 'linux')('are refused where the system takes no names', () => {
    const words = '/proc takes no new files or folders; choose another place';
    expect(() => outputFile('/proc/a.json', '--out', ['json'])).toThrow(`/proc/a.json: ${words}`);
    expect(() => outputFile('/proc/x/y/a.json', '--out', ['json'])).toThrow(`/proc/x: ${words}`);
  });

  it.skipIf(process.platform === 'win32')('never take the place of a device', () => {
    for (const device of ['/dev/null', '/dev/stdout', '/dev/fd/1'])
      expect(() => tryPlace(device)).toThrow(`${device}: is no ordinary file; name a file to make`);
  });

  it.skipIf(process.platform === 'win32')('are written where a link leads, and keep its permissions', () => {
    mkdirSync(at('links'));
    mkdirSync(at('elsewhere'));
    writeFileSync(at('elsewhere', 'there.csv'), 'before');
    chmodSync(at('elsewhere', 'there.csv'), 0o600);
    symlinkSync(join('..', 'elsewhere', 'there.csv'), at('links', 'there.csv'));
    symlinkSync(at('elsewhere', 'coming.csv'), at('links', 'coming.csv'));
    symlinkSync(at('links', 'coming.csv'), at('links', 'again.csv'));
    const mode = (...parts: string[]) => statSync(at(...parts)).mode & 0o777;
    const [ordinary] = [0o666 & ~process.umask()];
    for (const name of ['there.csv', 'again.csv']) {
      tryPlace(at('links', name));
      writeAtomically(at('links', name), ['after']);
      expect(lstatSync(at('links', name)).isSymbolicLink()).toBe(true);
      expect(readFileSync(at('links', name), 'utf8')).toBe('after');
    }
    expect(readdirSync(at('elsewhere')).sort()).toEqual(['coming.csv', 'there.csv']);
    expect([mode('elsewhere', 'there.csv'), mode('elsewhere', 'coming.csv')]).toEqual([0o600, ordinary]);
    writeAtomically(at('elsewhere', 'there.csv'), ['once more']);
    expect(mode('elsewhere', 'there.csv')).toBe(0o600);
    symlinkSync(at('links', 'two.csv'), at('links', 'one.csv'));
    symlinkSync(at('links', 'one.csv'), at('links', 'two.csv'));
    expect(() => writeAtomically(at('links', 'one.csv'), [''])).toThrow('one.csv: too many symbolic links');
    symlinkSync(at('elsewhere', 'input.csv'), at('links', 'input.csv'));
    const outputs = { '--csv': at('links', 'input.csv'), '--wrong': at('elsewhere', 'input.csv') };
    expect(() => checkOutputs(outputs, [])).toThrow('--wrong: is the file of --csv too');
  });

  it('never take the place of what is read, by whatever path, nor of each other', () => {
    const [run, dataset] = [at('a-run'), at('a-dataset')];
    mkdirSync(join(run, 'checkpoints'), { recursive: true });
    mkdirSync(join(dataset, 'test'), { recursive: true });
    for (const file of ['a-run/curves.svg', 'puzzles.csv', 'a-dataset/test/x.csv'])
      writeFileSync(at(file), '');
    const check = (option: string, file: string) => () =>
      checkOutputs({ [option]: file }, [run, dataset, at('puzzles.csv'), 'sudoku-4x4', undefined]);
    expect(check('--csv', at('puzzles.csv'))).toThrow(
      `--csv: is ${at('puzzles.csv')}, which is read; name another file`,
    );
    for (const folder of [dataset, at('not-there')])
      expect(check('--csv', `${folder}/../puzzles.csv`)).toThrow('which is read');
    writeAtomically(`${at('not-there')}/../beside.csv`, ['here']);
    expect([existsSync(at('beside.csv')), existsSync(at('not-there'))]).toEqual([true, false]);
    expect(check('--plot', join(run, 'curves.svg'))).toThrow(`--plot: is curves.svg of ${run}; name another`);
    expect(check('--wrong', join(run, 'metrics.jsonl'))).toThrow(`is metrics.jsonl of ${run}`); // to come
    expect(check('--csv', join(dataset, 'test', 'x.csv'))).toThrow(
      `is ${join('test', 'x.csv')} of ${dataset}`,
    );
    symlinkSync(run, at('a-link'), 'junction');
    expect(check('--plot', at('a-link/curves.svg'))).toThrow(`is curves.svg of ${run}`);
    expect(() => checkOutputs({ '--csv': at('x.csv'), '--wrong': `${run}/../x.csv` }, [])).toThrow(
      '--wrong: is the file of --csv too; name another file',
    );
    for (const file of [join(run, 'steps.svg'), at('new.csv')]) expect(check('--plot', file)).not.toThrow();
  });

  it('are PNG where asked, with twice the pixels', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><rect width="9" height="9"/></svg>';
    const file = await pictureFile(at('a.png'), '--image');
    file.write(svg);
    const bytes = readFileSync(at('a.png'));
    expect([...bytes.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([60, 40]);
    const blank = (await pngRenderer())(svg.replace(/<rect.*?>/, ''));
    expect(Buffer.compare(Buffer.from(blank), bytes)).not.toBe(0);
  });

  it.each([
    [
      ['evaluate', 'sudoku-4x4', '--data', 'none', '--plot', 'x.jpg'],
      '--plot: the ending says the format, got x.jpg',
    ],
    [
      ['evaluate', 'sudoku-4x4', '--data', 'none', '--wrong', 'x'],
      '--wrong: the ending says the format, got x',
    ],
    [['evaluate', 'sudoku-4x4', '--data', 'none', '--submission', 'x.txt'], 'end it in .json'],
    [
      ['config', 'init', '--data', 'none', '--out', 'src'],
      'src: a folder, not a file to make; choose another',
    ],
    [
      ['config', 'init', '--data', 'none', '--out', 'package.json'],
      'package.json: the file exists; choose another --out',
    ],
    [['export', 'sudoku-4x4', '--format', 'pytorch', '--out', 'src'], 'src: a folder, not a file to make'],
    [['config', 'init', '--data', 'none', '--out', 'x.toml'], '--out: the ending says the format'],
    [
      ['export', 'sudoku-4x4', '--out', 'x.bin'],
      '--out: the ending of x.bin says no format; end it in one of .onnx',
    ],
    [
      ['export', 'sudoku-4x4', '--format', 'pytorch', '--out', 'x.onnx'],
      '--out: .onnx is the ending of onnx',
    ],
    [
      ['evaluate', 'sudoku-4x4', '--data', 'none', '--csv', 'x.csv', '--wrong', './x.csv'],
      '--wrong: is the file of --csv too',
    ],
  ])('%j is refused at once', async (args, message) => {
    expect(await trm(args)).toMatchObject({ status: 2, out: '', err: expect.stringContaining(message) });
  });
});
