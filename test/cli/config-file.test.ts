/** Recipes: files, shipped names, overrides, and what is said about wrong ones. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig, recipeNames } from '../../src/cli/support/config-file.ts';
import { families } from '../../src/data/families.ts';
import { TrmError } from '../../src/errors.ts';
import { parseConfig } from '../../src/train/config.ts';
import { main, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const file = join(folder, 'recipe.yaml');
const written = (text: string) => {
  writeFileSync(file, text);
  return file;
};
/** The error of `action` as `code: message`. */
const errorOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    if (error instanceof TrmError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it did not fail');
};

describe('loadConfig', () => {
  it('completes a file with the defaults and applies overrides as YAML scalars', () => {
    const overrides = ['augment=true', 'learningRate=3e-4', 'model.heads=4', 'cellLoss=softmax'];
    expect(
      loadConfig(written('model:\n  hiddenSize: 32\n  puzzleEmbeddingSize: 32\nsteps: 9\n'), overrides),
    ).toEqual(
      parseConfig({
        model: { hiddenSize: 32, puzzleEmbeddingSize: 32, heads: 4 },
        steps: 9,
        augment: true,
        learningRate: 3e-4,
        cellLoss: 'softmax',
      }),
    );
  });

  it('takes a file of comments as the defaults, and makes keys that an override names', () => {
    expect(loadConfig(written('# nothing\n'), [])).toEqual(parseConfig({}));
    expect(loadConfig(written('# nothing\n'), ['model.cycles=2']).model.cycles).toBe(2);
  });

  it('takes no empty file, as a command that failed leaves one, and no folder', () => {
    const file = written(' \n');
    expect(() => loadConfig(file, ['model.cycles=2'])).toThrow(`${file}: is empty; make a recipe: `);
    const folder = dirname(file);
    expect(() => loadConfig(folder, [])).toThrow(`${folder}: a folder, not a recipe; name a YAML file`);
  });

  it("takes a run's config.json, which holds the settings beside data and versions", () => {
    const config = loadConfig('sudoku-6x6', ['seed=4']);
    const content = JSON.stringify({ config, data: ['/d'], versions: { node: '20' }, hardware: {} });
    expect(loadConfig(written(content), ['steps=9'])).toEqual({ ...config, steps: 9 });
  });

  it('finds a shipped recipe where a folder has its name', () => {
    const before = process.cwd();
    mkdirSync(join(folder, 'sudoku-4x4'));
    process.chdir(folder);
    try {
      expect(loadConfig('sudoku-4x4', []).model.hiddenSize).toBe(64);
    } finally {
      process.chdir(before);
    }
  });

  it.each([
    ['steps: 3\nmodel: [\n', `config: ${file}:3: `],
    ['steps: 3\nsteps: 4\n', `config: ${file}:2: Map keys must be unique`],
    ['- steps\n', `config: ${file}:1: expected keys with values`],
    ['just text\n', `config: ${file}:1: expected keys with values`],
    ['steps: *nowhere\n', `config: ${file}: Unresolved alias`],
    ['stepps: 3\n', `config: ${file}: stepps: unknown key; did you mean steps?`],
    [
      'model: { latentStep: 3 }\n',
      `config: ${file}: model.latentStep: unknown key; did you mean model.latentSteps?`,
    ],
    ['batchSize: 0\n', `config: ${file}: batchSize: `],
    ['model: { mixer: attention, heads: 7 }\n', `config: ${file}: model.heads: must divide hiddenSize 512`],
  ])('refuses the file %j', (text, message) => {
    expect(errorOf(() => loadConfig(written(text), ['seed=1']))).toContain(message);
  });

  it.each([
    ['steps', 'usage: --set: expected key=value, got "steps"'],
    ['=3', 'usage: --set: expected key=value, got "=3"'],
    ['steps=[1', 'usage: --set: steps: not a YAML value: '],
    ['steps=', 'config: --set: steps: '],
    ['steps=1.5', 'config: --set: steps: '],
    ['steps.x=1', 'config: --set: steps: has no keys of its own'],
    ['model=3', 'config: --set: model: '],
    ['model.hidenSize=64', 'config: --set: model.hidenSize: unknown key; did you mean model.hiddenSize?'],
    ['__proto__.steps=1', 'config: --set: __proto__: unknown key'],
  ])('refuses the override %j', (override, message) => {
    expect(errorOf(() => loadConfig('sudoku-4x4', [override]))).toContain(message);
    expect(({} as Record<string, unknown>).steps).toBeUndefined();
  });

  it('lists the recipes where there is none', () => {
    expect(errorOf(() => loadConfig('sudoku-5x5', []))).toBe(
      `config: sudoku-5x5: no such recipe; give a YAML file or one of ${recipeNames().join(', ')}`,
    );
  });
});

test('the recipes of the paper have its numbers', () => {
  const paper = {
    steps: 65_000,
    batchSize: 768,
    supervisionSteps: 16,
    cellLoss: 'stablemax',
    optimizer: 'adam-atan2',
    learningRate: 1e-4,
    puzzleLearningRate: 1e-4,
    weightDecay: 1,
    puzzleWeightDecay: 1,
    beta1: 0.9,
    beta2: 0.95,
    warmupSteps: 2000,
    minLearningRateRatio: 1,
    emaRate: 0.999,
    randomStart: false,
    labelSmoothing: 0,
    clipNorm: 0,
  };
  const model = {
    hiddenSize: 512,
    layers: 2,
    heads: 8,
    expansion: 4,
    cycles: 3,
    latentSteps: 6,
    puzzleSlots: 16,
    puzzleEmbeddingSize: 512,
  };
  expect(loadConfig('sudoku-extreme-mlp', [])).toMatchObject({
    ...paper,
    model: { ...model, mixer: 'mlp', positions: 'none' },
  });
  expect(loadConfig('sudoku-extreme-att', [])).toMatchObject({
    ...paper,
    model: { ...model, mixer: 'attention', positions: 'rope' },
  });
});

test("every recipe's header names commands that exist, with its own name", async () => {
  const help = { data: await trm(['data', '--help']), train: await trm(['train', '--help']) };
  for (const name of recipeNames()) {
    const text = readFileSync(new URL(`../../configs/${name}.yaml`, import.meta.url), 'utf8');
    expect(text).toMatch(
      new RegExp(`^# {3}trm data (build|generate) (${Object.keys(families).join('|')}) `, 'm'),
    );
    expect(text).toContain(`trm train --config ${name} --data `);
    for (const [flag] of text.matchAll(/(?<=trm train .*)--[a-z-]+/g)) expect(help.train.out).toContain(flag);
    expect(text).toMatch(/[Mm]easured on 2 CPU cores|The paper:|Not run to the end/);
  }
  expect(help.data.out).toMatch(/build .*\n +generate /);
});

describe('trm config show', () => {
  it('explains the keys, and what it prints is a recipe of the same settings', async () => {
    const { out, status } = await trm(['config', 'show', 'sudoku-extreme-att', '--set', 'model.cycles=4']);
    expect(status).toBe(0);
    expect(out).toContain('  cycles: 4  # T, cycles in a supervision step; only the last has a gradient\n');
    expect(loadConfig(written(out), [])).toEqual(loadConfig('sudoku-extreme-att', ['model.cycles=4']));
    expect(parse(out)).toEqual(loadConfig('sudoku-extreme-att', ['model.cycles=4']));
  });

  it('says that kernels are no JSON', async () => {
    const kernels = await trm(['config', 'show', 'sudoku-4x4', '--data', folder, '--kernels', '--json']);
    expect(kernels).toMatchObject({
      status: 2,
      err: expect.stringMatching(/--json: does not go with --kernels/),
    });
  });

  it('prints JSON, errors too', async () => {
    const { out } = await trm(['config', 'show', 'sudoku-6x6', '--json']);
    expect(JSON.parse(out)).toEqual(loadConfig('sudoku-6x6', []));
    const failed = await trm(['config', 'show', 'sudoku-6x6', '--json', '--set', 'stepps=1']);
    expect(failed.status).toBe(2);
    expect(JSON.parse(failed.out)).toEqual({
      error: {
        code: 'config',
        message: '--set: stepps: unknown key; did you mean steps?',
        file: '--set',
        key: 'stepps',
        fix: 'did you mean steps?',
      },
    });
    const unknown = await trm(['config', 'show', 'sudoku-6x6', '--json', '--st', 'x']);
    expect(JSON.parse(unknown.out)).toMatchObject({
      error: { code: 'usage', message: expect.stringMatching(/^unknown option '--st'/) },
    });
  });
});

test('a stack only with TRM_DEBUG', async () => {
  expect((await trm(['config', 'show', 'none'])).err).not.toMatch(/\n\s+at /);
  process.env.TRM_DEBUG = '1';
  try {
    const { err, status } = await trm(['config', 'show', 'none']);
    expect(err).toMatch(/^error: TrmError: none: no such recipe.*\n\s+at /);
    expect(status).toBe(2);
  } finally {
    delete process.env.TRM_DEBUG;
  }
});

test('a reader that stops early is no failure', async () => {
  const child = spawn(process.execPath, [main, 'config', 'show', 'sudoku-4x4'], { stdio: 'pipe' });
  child.stdout.destroy();
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const [status] = await once(child, 'close');
  expect({ status, err }).toEqual({ status: 0, err: '' });
});

test('groups without a subcommand print their help with an example and exit 2', async () => {
  for (const args of [[], ['data'], ['data', 'build'], ['data', 'generate'], ['config']]) {
    const { status, err } = await trm(args);
    expect(status).toBe(2);
    expect(err).toMatch(/Usage: trm[\s\S]*Example:\n {2}trm /);
  }
});
