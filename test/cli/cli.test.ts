/** The command line from a dataset to a solved puzzle, stops and kills in between, and every wrong input. */

import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig, recipeNames } from '../../src/cli/support/config-file.ts';
import { decodeSafetensors } from '../../src/formats/safetensors.ts';
import { parseConfig } from '../../src/train/config.ts';
import { temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const data = at('data');
const recipe = at('tiny.yaml');
const settings = [
  'model: { hiddenSize: 16, heads: 2, cycles: 1, latentSteps: 1, puzzleSlots: 1, puzzleEmbeddingSize: 16, expansion: 1 }',
  'steps: 40',
  'batchSize: 8',
  'microBatchSize: 8',
  'supervisionSteps: 3',
  'learningRate: 1e-2',
  'warmupSteps: 5',
  'augment: true',
  'checkpointEvery: 7',
  'evaluateEvery: 20',
  'evaluateExamples: 16',
].join('\n');
const train = (run: string, ...more: string[]) =>
  trm(['train', '--config', recipe, '--data', data, '--out', run, ...more]);
/** All tensors of the last checkpoint. */
const tensors = (run: string) => {
  const file = join(run, 'checkpoints', 'last', 'checkpoint.safetensors');
  return decodeSafetensors(readFileSync(file), file).tensors;
};

beforeAll(async () => {
  writeFileSync(recipe, settings);
  const made = await trm([
    'data',
    'generate',
    'sudoku',
    '--size',
    '4',
    '--count',
    '60',
    '--test-count',
    '20',
    '--seed',
    '1',
    '--out',
    data,
  ]);
  expect(made).toMatchObject({
    status: 0,
    out: expect.stringMatching(`^${data}: 60 training and 20 test puzzles\\ntrain with: trm train --config `),
  });
});
afterAll(remove);

describe('a run', () => {
  const run = at('whole');

  it('trains, logs, draws and saves', async () => {
    const result = await train(run);
    expect(result.status, result.err).toBe(0);
    expect(result.out).toMatch(/^held-out exact .* % \(95 % interval .*\), cell .* %, 16 puzzles/);
    const rows = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.filter((row) => row.kind === 'step').map((row) => row.step)).toEqual(
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
    expect(rows.every((row) => row.kind !== 'step' || (row.dataShare > 0 && row.dataShare < 1))).toBe(true);
    expect(result.out).toMatch(/^waited for data \d+\.\d\d % of the time$/m);
    expect(rows.filter((row) => row.kind === 'evaluation').map((row) => row.step)).toEqual([20, 40]);
    expect(result.out).toContain(
      'best checkpoint: step 40, chosen by exact accuracy on the first 16 examples of the test split of data\n',
    );
    expect(readFileSync(join(run, 'curves.svg'), 'utf8')).toMatch(/^<svg/);
    const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'));
    expect(config).toMatchObject({
      config: { steps: 40, seed: 0 },
      data: [data],
      hardware: { device: 'cpu' },
    });
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['best', 'last']);
  });

  it('takes several folders, also when it goes on', async () => {
    const merged = at('merged');
    const first = await trm(['train', '--config', recipe, '--data', `${data},${data}`, '--out', merged]);
    expect(first.status, first.err).toBe(0);
    const config = JSON.parse(readFileSync(join(merged, 'config.json'), 'utf8'));
    expect(config.data).toEqual([data, data]);
    const resumed = await trm(['train', '--resume', merged]);
    expect(resumed.status, resumed.err).toBe(0);
    expect(await trm(['evaluate', merged, '--data', data, data])).toMatchObject({
      status: 2,
      err: `error: ${data}: the folder of a dataset, not of a run; put several datasets between commas: --data ${data},${data}\n`,
    });
    const all = await trm(['evaluate', merged, '--data', data, '--data', data, '--json']);
    expect(JSON.parse(all.out).evaluations[0].examples).toBe(40);
    const one = await trm(['evaluate', merged, '--data', data]);
    expect(one.status, one.err).toBe(0); // neither folder has identifiers of its own
  });

  it('evaluates as one JSON object', async () => {
    const result = await trm(['evaluate', run, '--data', data, '--json']);
    const { evaluations, differences } = JSON.parse(result.out);
    expect(differences).toEqual([]);
    const [evaluation] = evaluations;
    expect(evaluation).toMatchObject({ examples: 20, steps: [{}, {}, {}] });
    expect(evaluation.selection).toEqual({ split: 'test', data: ['data'], examples: 16, metric: 'exact' });
    for (const key of ['exact', 'cell', 'seconds', 'halting']) expect(evaluation[key]).toBeTypeOf('number');
    expect(evaluation.steps[2]).toEqual({
      exact: evaluation.exact,
      valid: evaluation.valid,
      cell: evaluation.cell,
      halting: evaluation.halting,
    });
  });

  it('says on what its checkpoint was chosen, where it was', async () => {
    const heldOut = at('held-out');
    const trained = await train(heldOut, '--set', 'validation=0.2', 'steps=2');
    expect(trained.out, trained.err).toMatch(/^validation exact .* %/);
    const { out } = await trm(['evaluate', run, heldOut, '--data', data]);
    const lines = out.trimEnd().split('\n').slice(-2);
    expect(lines).toEqual([
      `${run}: chosen as the best by exact accuracy on the first 16 examples of the test split of data; on the same puzzles it looks better than on new ones`,
      expect.stringMatching(
        `^${heldOut}: chosen as the best by exact accuracy on the first \\d+ examples of the puzzles held out of the training split of data; the test split had no part in it$`,
      ),
    ]);
    const last = await trm(['evaluate', run, '--data', data, '--checkpoint', 'last', '--json']);
    expect(JSON.parse(last.out).evaluations[0].selection).toBeNull();
    const lastText = await trm(['evaluate', run, '--data', data, '--checkpoint', 'last']);
    expect(lastText.out).not.toContain('chosen');
  });

  it('solves from standard input and from a file, with steps', async () => {
    const question = '1.3.\n....\n....\n.2.4';
    const shown = await trm(['solve', run, '--show-steps'], { input: question });
    expect([0, 3], shown.err).toContain(shown.status);
    expect(shown.out).toMatch(
      /question\n.*step 1: halting .* %, \d+ cells changed.*step 3: .*(solved|not solved): the answer/s,
    );
    writeFileSync(at('two.txt'), `${question.replaceAll('\n', '')}\n12\n\n${question}\n`);
    const mixed = await trm(['solve', run, at('two.txt'), '--json', '--show-steps']);
    const { puzzles: all, total } = JSON.parse(mixed.out);
    expect([mixed.status, total]).toEqual([1, 3]);
    expect(all[1]).toEqual({
      puzzle: 2,
      line: 2,
      error: {
        code: 'data',
        message: expect.stringContaining('two.txt:2: puzzle 2: expected a grid of 16 cells'),
      },
    });
    const puzzles = [all[0], all[2]];
    expect(puzzles[0]).toMatchObject({ question: '1.3..........2.4', steps: expect.any(Number) });
    expect(puzzles[0].trace).toHaveLength(puzzles[0].steps);
    expect(puzzles[0].answer).toMatch(/^[1-4.]{16}$/);
    expect(puzzles[1].answer).toBe(puzzles[0].answer);
    expect(puzzles[0].valid).toBeTypeOf('boolean');
  });

  it('thinks with settings, in evaluate and in solve', async () => {
    const question = '1.3..........2.4';
    const settings = ['steps=3', 'halt=0', 'rollouts=2,noise=.5,choose=vote', 'untilValid=true'];
    const { out } = await trm([
      ...['evaluate', run, '--data', data, '--json'],
      ...settings.flatMap((setting) => ['--setting', setting]),
    ]);
    const [plain, halting, rollouts, valid] = JSON.parse(out).evaluations;
    expect(plain).toMatchObject({ meanSteps: 3, steps: { length: 3 } });
    expect(halting).toMatchObject({ meanSteps: 1, steps: [], exact: plain.steps[0].exact });
    expect(rollouts).toMatchObject({ meanSteps: 6, examples: 20 });
    expect(valid.exact).toBeGreaterThanOrEqual(plain.exact);

    const solved = await trm(['solve', run, '-', '--json', '--setting', 'rollouts=4,symmetries=true'], {
      input: `${question}\n${question}`,
    });
    expect(JSON.parse(solved.out).puzzles).toMatchObject(
      [0, 1].map(() => ({ question, steps: 12, candidates: 4 })),
    );
    for (const [setting, message] of [
      ['noise=1', /rollouts: got 1; ask for 2 or more together with noise/],
      ['rollouts=2', /rollouts: got 2; ask for 2 or more together with noise/],
      ['halts=1', /--setting halts: unknown key; did you mean halt\?/],
    ] as const) {
      const refused = await trm(['solve', run, '-', '--setting', setting], { input: question });
      expect(refused).toMatchObject({ status: 2, err: expect.stringMatching(message) });
    }
  });

  it('ends with the same bits after Ctrl-C and after kill -9', async () => {
    const whole = tensors(run);
    for (const [signal, when] of [
      ['SIGINT', 3],
      ['SIGKILL', 9],
    ] as const) {
      const stopped = at(signal);
      let killed = false;
      // The log is watched because the progress line is drawn seldom when it is not on a terminal.
      const begun = trm(['train', '--config', recipe, '--data', data, '--out', stopped], {
        onOutput: (err, kill) => {
          if (killed || !err.includes('train: ')) return;
          killed = true;
          setTimeout(() => kill(signal), when);
        },
      });
      const first = await begun;
      if (signal === 'SIGINT')
        expect(first).toMatchObject({
          status: 130,
          err: expect.stringContaining(`go on with: trm train --resume ${stopped}`),
        });
      else expect(first.signal).toBe('SIGKILL');
      const resumed = await trm(['train', '--resume', stopped]);
      expect(resumed.status, resumed.err).toBe(0);
      const ended = tensors(stopped);
      expect([...ended.keys()]).toEqual([...whole.keys()]);
      for (const [name, { data: values }] of whole) expect(ended.get(name)!.data, name).toEqual(values);
      const steps = readFileSync(join(stopped, 'metrics.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter((row) => row.kind === 'step');
      expect(steps.map((row) => row.step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    }
  });

  it.each([
    [
      'a grid that breaks a rule',
      '11..\n....\n....\n....',
      1,
      /the givens break a rule: 1 stands twice in row 1/,
    ],
    ['a grid without a solution', '123.\n...4\n....\n....', 1, /the puzzle has no solution/],
    ['a grid of another size', '.'.repeat(81), 1, /this model solves 4x4/],
    ['a foreign character', '12z.\n....\n....\n....', 1, /standard input:1: 'z' is no cell/],
    ['nothing', '', 1, /^error: standard input: expected 16 cells, 4 rows of 4, got an empty text$/m],
  ])('refuses %s', async (_, input, status, message) => {
    const result = await trm(['solve', run, '-'], { input });
    expect(result).toMatchObject({ status, out: '' });
    expect(result.err).toMatch(message);
  });

  it('refuses a truncated checkpoint', async () => {
    const file = at('SIGINT', 'checkpoints', 'last', 'checkpoint.safetensors');
    truncateSync(file, 5000);
    const result = await trm(['train', '--resume', at('SIGINT')]);
    expect(result.status).toBe(1);
    expect(result.err).toContain(`error: ${file}: `);
  });

  it('does not overwrite a run', async () => {
    const result = await train(run);
    expect(result).toMatchObject({
      status: 2,
      err: expect.stringMatching(/there is a run here already; go on with it \(--resume/),
    });
  });
});

test.each([
  [['--nonsense'], 2, /unknown option '--nonsense'/],
  [['trian'], 2, /unknown command 'trian'[\s\S]*train/],
  [['trian', '--help'], 2, /^error: unknown command 'trian'\n\(Did you mean train\?\)\n/],
  [['config', 'shw', '--help'], 2, /^error: unknown command 'shw'\n\(Did you mean show\?\)\n/],
  [['help', 'trian'], 2, /^error: unknown command 'trian'\n\(Did you mean train\?\)\n/],
  [['help', 'nope'], 2, /^error: unknown command 'nope'\n/],
  [['data', 'help', 'nope'], 2, /^error: unknown command 'nope'\n/],
  [['help', 'solve', 'extra'], 2, /^error: unknown command 'extra'\n/],
  [['train'], 2, /--config: is needed for a new run/],
  [
    ['train', '--config', 'no-such', '--data', 'x', '--out', 'y'],
    2,
    /no-such: no such recipe; give a YAML file or one of .*sudoku-4x4/,
  ],
  [
    ['train', '--config', 'sudoku-4x4', '--data', 'x', '--out', 'y', '--set', 'learningrat=1'],
    2,
    /learningrat: unknown key; did you mean learningRate\?/,
  ],
  [
    ['train', '--config', 'sudoku-4x4', '--data', 'x', '--out', 'y', '--set', 'model.hidenSize=1'],
    2,
    /model\.hidenSize: unknown key; did you mean model\.hiddenSize\?/,
  ],
  [
    ['train', '--config', 'sudoku-4x4', '--data', 'x', '--out', 'y', '--set', 'steps=many'],
    2,
    /--set: steps: expected number, got "many"\n$/,
  ],
  [['train', '--config', 'sudoku-4x4', '--data', '/nonexistent', '--out', 'y'], 2, /nonexistent/],
  [['data', 'check', '/nonexistent'], 2, /\/nonexistent: no such dataset/],
  [['data', 'show', 'package.json'], 2, /package.json: a file, not the folder of a dataset/],
  [['solve', 'sudoku-4x4', '/nonexistent'], 2, /\/nonexistent: no such file/],
  [['train', '--config', 'sudoku-4x4', '--data', 'x', '--out', 'package.json'], 2, /no such dataset/],
  [['demo', '--keep', 'package.json'], 2, /package.json: not a directory/],
  [['evaluate', '/nonexistent', '--data', 'x'], 2, /\/nonexistent: no such run/],
  [['data', 'generate', 'sudoku', '--size', '5', '--count', '3', '--out', 'x'], 2, /--size.*4, 6, 9/],
  [['data', 'generate', 'sudoku', '--size', '4', '--count', 'x', '--out', 'x'], 2, /positive integer/],
  [['data', 'build', 'sudoku', '--from', '/nonexistent', '--out', '/tmp/never'], 2, /\/nonexistent/],
])('trm %j exits %i', async (args, status, message) => {
  const result = await trm(args);
  expect(result.status, result.err).toBe(status);
  expect(result.err).toMatch(message);
  expect(result.err).not.toMatch(/\n\s+at /);
  for (const left of ['y', 'x', '/tmp/never']) expect(existsSync(left)).toBe(false);
});

test('a folder with nothing in it is of the wrong kind, whatever was to be in it', async () => {
  const empty = at('empty');
  mkdirSync(empty);
  const out = ['--out', at('of-empty')];
  for (const args of [
    ['evaluate', empty, '--data', data],
    ['evaluate', 'sudoku-4x4', '--data', empty],
    ['solve', 'sudoku-4x4', empty],
    ['train', '--config', recipe, '--data', empty, ...out],
    ['train', '--resume', empty],
    ['data', 'check', empty],
    ['data', 'import', empty, ...out],
    ...['sudoku', 'maze', 'arc'].map((family) => ['data', 'build', family, '--from', empty, ...out]),
    ['import', empty, ...out],
  ]) {
    const { status, err } = await trm(args);
    expect({ status, err }, args.join(' ')).toEqual({
      status: 2,
      err: expect.stringMatching(new RegExp(`^error: ${empty}: .*; `)),
    });
  }
  const twice = await trm(['data', 'build', 'arc', '--from', empty, '--subsets', 'a,b,a', ...out]);
  expect(twice).toMatchObject({ status: 2, err: expect.stringContaining('It has a twice.') });
});

test('help shows an example in every command', async () => {
  for (const command of [
    [],
    ['demo'],
    ...['sudoku', 'maze', 'arc'].map((puzzles) => ['data', 'build', puzzles]),
    ...['sudoku', 'maze'].map((puzzles) => ['data', 'generate', puzzles]),
    ...['import', 'show', 'check'].map((name) => ['data', name]),
    ['train'],
    ['evaluate'],
    ['solve'],
    ['import'],
    ['export'],
    ['config', 'show'],
    ['config', 'init'],
  ]) {
    const { status, out } = await trm([...command, '--help']);
    expect(status).toBe(0);
    expect(out, command.join(' ')).toMatch(/Examples?:\n {2}(echo|trm) /);
  }
});

test.each([
  [['help'], ['--help']],
  [
    ['help', 'solve'],
    ['solve', '--help'],
  ],
  [
    ['help', 'data', 'check'],
    ['data', 'check', '--help'],
  ],
  [
    ['data', 'help', 'check'],
    ['data', 'check', '--help'],
  ],
])('trm %j is %j', async (words, same) => {
  const [help, other] = await Promise.all([trm(words), trm(same)]);
  expect(help).toEqual(other);
  expect(help).toMatchObject({ status: 0, err: '' });
});

test('every shipped recipe is sound, and config show gives it back', async () => {
  expect(recipeNames().sort()).toEqual([
    'arc-small',
    'futoshiki-4x4',
    'maze-10x10',
    'maze-any',
    'maze-hard',
    'maze-hard-small',
    'queens-8x8',
    'small',
    'sudoku-4x4',
    'sudoku-4x4-several',
    'sudoku-6x6',
    'sudoku-9x9',
    'sudoku-9x9-mlp',
    'sudoku-extreme-att',
    'sudoku-extreme-mlp',
    'sudoku-extreme-small',
  ]);
  for (const name of recipeNames()) {
    const { out } = await trm(['config', 'show', name, '--set', 'seed=7']);
    expect(parseConfig(parse(out))).toEqual({ ...loadConfig(name, []), seed: 7 });
  }
});
