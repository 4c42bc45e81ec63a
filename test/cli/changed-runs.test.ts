/** Runs that are changed, copied, moved or at their end, without arithmetic: what is refused, what is said, what is kept. */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { gentlerName } from '../../src/cli/gentler.ts';
import { readMetrics } from '../../src/cli/metrics.ts';
import { runFiles, saveCheckpoint } from '../../src/cli/run-folder.ts';
import { trainCommand } from '../../src/cli/train.ts';
import { writeDataset } from '../../src/data/node/folder.ts';
import { TrmError } from '../../src/errors.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { evaluationOf } from '../support/evaluation.ts';
import { fakeBackend, losing } from '../train/fake-backend.ts';
import { tinyDataset } from '../train/support.ts';
import { temporaryFolder } from './command.ts';

vi.mock('../../src/runtime/node.ts', () => ({ openBackend: vi.fn() }));
vi.mock('../../src/evaluate/evaluate.ts', async (original) => ({
  ...(await original<object>()),
  evaluate: vi.fn(),
}));

const { folder, remove } = temporaryFolder();
afterAll(remove);
const [data, others, recipe] = [join(folder, 'puzzles'), join(folder, 'others'), join(folder, 'tiny.yaml')];
const sizes = { hiddenSize: 8, heads: 1, layers: 1, cycles: 1, latentSteps: 1, puzzleSlots: 1 };
writeFileSync(
  recipe,
  JSON.stringify({
    model: { ...sizes, puzzleEmbeddingSize: 8 },
    ...{ steps: 6, batchSize: 4, microBatchSize: 4, supervisionSteps: 3, augment: true },
    ...{ checkpointEvery: 3, evaluateEvery: 1, learningRate: 0.01, puzzleLearningRate: 0.01 },
  }),
);
const [all, test8] = [tinyDataset(40), tinyDataset(8)];
await writeDataset(data, { train: tinyDataset(20), test: test8 }, ['<blank>']);
// The same sizes, other puzzles.
const twenty = { ...tinyDataset(20), inputs: all.inputs.slice(320), labels: all.labels.slice(320) };
const swapped = {
  ...twenty,
  read: (row: number, inputs: Int32Array, labels: Int32Array) => all.read(20 + row, inputs, labels),
};
await writeDataset(others, { train: swapped, test: test8 }, ['<blank>']);

const exactAt = [0.2, 0.5, 0.3, 0.6, 0.6, 0.1, 0.1, 0.1, 0.1];
let [out, err] = ['', ''];

beforeEach(() => {
  [out, err] = ['', ''];
  vi.mocked(openBackend).mockImplementation(async () => fakeBackend());
  vi.mocked(evaluate).mockImplementation(async (_, { dense: [step] }, dataset) =>
    evaluationOf(exactAt[step! - 1]!, dataset.count),
  );
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text);
    return true;
  });
  return () => {
    process.exitCode = undefined;
    vi.restoreAllMocks();
  };
});

const trm = (...args: string[]) => trainCommand().parseAsync(args, { from: 'user' });
const set = (settings: readonly string[]) => (settings.length > 0 ? ['--set', ...settings] : []);
const begin = (run: string, ...settings: string[]) =>
  trm('--config', recipe, '--data', data, '--out', run, ...set(settings));
const resume = (run: string, ...settings: string[]) => trm('--resume', run, ...set(settings));

let runs = 0;
const newName = () => join(folder, `run-${runs++}`);
const last = (run: string) => {
  const file = runFiles.checkpoint(run, 'last');
  return decodeCheckpoint(readFileSync(file), file);
};
/** Everything in the last checkpoint but the clock. */
const contents = (run: string) => Buffer.concat(encodeCheckpoint({ ...last(run), seconds: 0 })).toString();
const recordOf = (run: string) => JSON.parse(readFileSync(runFiles.config(run), 'utf8'));
const locks = (run: string) => readdirSync(run).filter((name) => name.startsWith('.lock'));

describe('a run at its end', () => {
  test('is said to be finished, and lengthened ends as one that was longer from the start', async () => {
    const [short, long] = [newName(), newName()];
    await begin(short, 'steps=4');
    await resume(short);
    expect(out).toMatch(
      new RegExp(`${short} is finished: step 4 of 4; the best is step 4\ntrain it further .*--set steps=8\n`),
    );
    vi.mocked(openBackend).mockClear();
    await resume(short);
    expect(openBackend).not.toHaveBeenCalled();

    await resume(short, 'steps=6');
    expect(err).toContain('from step 4 on: steps 4 -> 6\n');
    expect(err).toContain(`going on with ${short} at step 4 of 6\n`);
    await begin(long);
    expect(contents(short)).toBe(contents(long));
    expect(readMetrics(short).map(({ step }) => step)).toEqual(readMetrics(long).map(({ step }) => step));
    expect(recordOf(short).changes).toEqual([{ step: 4, changed: [['config.steps', 4, 6]] }]);
    expect(recordOf(long)).not.toHaveProperty('changes');
    expect(locks(short)).toEqual([]);
  });

  test('comes early when no evaluation is better, however often it is stopped', async () => {
    const [whole, run] = [newName(), newName()];
    const settings = ['earlyStopping=2', 'steps=9', 'checkpointEvery=1'];
    await begin(whole, ...settings);
    expect(last(whole)).toMatchObject({ bestStep: 4, evaluationsSinceBest: 2, state: { step: 6 } });
    expect(out).toContain('stopped early at step 6 of 9: 2 evaluations since step 4, none of them better\n');
    expect(out).toMatch(/^best checkpoint: step 4, chosen by exact accuracy/m);

    let updates = 0;
    vi.mocked(openBackend).mockImplementation(async () =>
      fakeBackend((event) => {
        if (event === 'run update' && ++updates === 5) process.listeners('SIGINT').at(-1)!('SIGINT');
      }),
    );
    await begin(run, ...settings);
    expect(last(run)).toMatchObject({ evaluationsSinceBest: 1, state: { step: 5 } });
    process.exitCode = undefined;
    await resume(run);
    expect(contents(run)).toBe(contents(whole));
    await resume(run);
    expect(out).toContain('is finished: step 6 of 9, 2 evaluations after the best; the best is step 4\n');
    await resume(run, 'earlyStopping=0');
    expect(last(run).state.step).toBe(9);
  });
});

describe('settings of a run that goes on', () => {
  const run = newName();

  test.each([
    ['seed=2', /^seed: a run keeps it to its end; begin another run/],
    ['model.hiddenSize=16', /^model: a run keeps it/],
    ['model.hiddenSize=1', /^model: a run keeps it/], // which would not hold its puzzle embedding
    ['batchSize=none', /^batchSize: a run keeps it/],
    ['steps=2', /^steps: the run has taken 3 steps; give a larger number/],
    ['stepz=2', /^--set: stepz: unknown key; did you mean steps\?/],
  ])('%s is refused, and nothing is changed', async (setting, message) => {
    if (!existsSync(run)) await begin(run, 'steps=3');
    const before = contents(run);
    await expect(resume(run, setting)).rejects.toThrow(message);
    expect(contents(run)).toBe(before);
    expect(locks(run)).toEqual([]);
  });

  test('evaluations of other puzzles choose the best anew', async () => {
    await resume(run, 'evaluateExamples=4', 'steps=6');
    expect(err).toContain('on other puzzles the best checkpoint is chosen anew');
    expect(last(run)).toMatchObject({ bestStep: 4, bestExact: 0.6 });
  });

  test('--from-run begins anew with them, on the same dataset', async () => {
    const [copy, other] = [newName(), newName()];
    const source = newName();
    await begin(source, 'steps=5');
    await trm('--from-run', source, '--out', copy);
    expect(contents(copy)).toBe(contents(source));
    await trm('--from-run', source, '--out', other, '--set', 'seed=3');
    expect(last(other).config).toEqual({ ...last(source).config, seed: 3 });
    await expect(trm('--from-run', source, '--config', recipe, '--out', newName())).rejects.toThrow(
      /^--from-run: does not go with --config/,
    );
    await expect(trm('--from-run', 'sudoku-4x4', '--out', newName())).rejects.toThrow(
      /^sudoku-4x4: a shipped model has weights, but no run; begin with them: --init sudoku-4x4 --data FOLDER$/,
    );
    await expect(trm('--from-run', newName(), '--out', newName())).rejects.toThrow(
      /: no such run; check the path$/,
    );
    await expect(trm('--from-run', data, '--out', newName())).rejects.toThrow(/: not the folder of a run; /);
    const model = newName();
    mkdirSync(model);
    writeFileSync(join(model, 'config.json'), '{"model_type": "bert"}');
    await expect(trm('--from-run', model, '--out', newName())).rejects.toThrow(/: not the folder of a run; /);
  });
});

test('the threads of a run are its own from the beginning, and until others are given', async () => {
  const run = newName();
  const threads = () => vi.mocked(openBackend).mock.lastCall?.[0]?.threads;
  await trm('--config', recipe, '--data', data, '--out', run, '--threads', '1', ...set(['steps=3']));
  expect(recordOf(run)).toMatchObject({ hardware: { threads: 1 } });
  expect(recordOf(run).changes).toBeUndefined();
  await resume(run, 'steps=4');
  expect(threads()).toBe(1);
  expect(err).toContain('threads: 1, as the run has had; --threads changes it\n');
  await trm('--resume', run, '--threads', '2', ...set(['steps=5']));
  expect(threads()).toBe(2);
  expect(recordOf(run).changes.at(-1).changed).toContainEqual(['hardware.threads', 1, 2]);
});

describe('the dataset of a run that goes on', () => {
  const run = newName();

  test('is known by what it holds, not by its place or its size', async () => {
    await begin(run, 'steps=3');
    const refused = resume(run, 'steps=4').then(() =>
      trm('--resume', run, '--data', others, '--set', 'steps=5'),
    );
    await expect(refused).rejects.toThrow(
      /^the dataset holds other puzzles than those of the first 4 steps; use the dataset that the run began with/,
    );
    const moved = join(folder, 'moved');
    await writeDataset(moved, { train: tinyDataset(20), test: test8 }, ['<blank>']);
    expect(last(run)).toMatchObject({ config: { steps: 4 }, state: { step: 4 } });
    await trm('--resume', run, '--data', moved, '--set', 'steps=5');
    expect(last(run).state.step).toBe(5);
    const changed = [
      ['config.steps', 4, 5],
      ['data', [data], [moved]],
    ];
    expect(recordOf(run).changes.at(-1)).toEqual({ step: 4, changed });
  });

  test('is compared where the run is finished too', async () => {
    const finished = newName();
    await begin(finished, 'steps=3');
    const before = contents(finished);
    await expect(trm('--resume', finished, '--data', others)).rejects.toThrow(
      /^the dataset holds other puzzles than those of the first 3 steps; use the dataset/,
    );
    expect(out).not.toContain('is finished');
    expect(contents(finished)).toBe(before);
    expect(locks(finished)).toEqual([]);
    await trm('--resume', finished, '--data', data);
    expect(out).toContain(`${finished} is finished: step 3 of 3`);
  });

  test('is known by its test split too, unless puzzles are held out of training', async () => {
    const [tested, validated, other] = [newName(), newName(), join(folder, 'other-test')];
    const test = {
      ...tinyDataset(8),
      inputs: all.inputs.slice(480, 608),
      labels: all.labels.slice(480, 608),
    };
    test.read = (row, inputs, labels) => all.read(30 + row, inputs, labels);
    await writeDataset(other, { train: tinyDataset(20), test }, ['<blank>']);
    await begin(tested, 'steps=3');
    await expect(trm('--resume', tested, '--data', other, '--set', 'steps=4')).rejects.toThrow(
      /^the test split holds other puzzles than the one that the run began with; use the dataset/,
    );
    await begin(validated, 'steps=3', 'validation=4');
    await trm('--resume', validated, '--data', other, '--set', 'steps=4');
    expect(last(validated).state.step).toBe(4);
  });

  test('of another count is an error in words, also for a checkpoint that does not say which it was', async () => {
    const few = join(folder, 'few');
    await writeDataset(few, { train: tinyDataset(19), test: test8 }, ['<blank>']);
    const older = { ...last(run), datasetHash: undefined };
    saveCheckpoint(run, 'last', { ...older, config: { ...older.config, steps: 6 } });
    await expect(trm('--resume', run, '--data', few)).rejects.toThrow(
      /^the run trained on 20 puzzles, this dataset has 19; use the dataset that the run began with/,
    );
    await resume(run);
    expect(err).toContain('dataset: the checkpoint does not say which it was; taken for the same\n');
    expect(last(run).datasetHash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the folder of a run', () => {
  test('is not that of its dataset, nor in it', async () => {
    const linked = join(folder, 'linked');
    (await import('node:fs')).symlinkSync(data, linked);
    for (const place of [data, join(data, 'runs', 'first'), join(linked, 'run')]) {
      await expect(begin(place)).rejects.toThrow(/^--out: lies in the dataset .*puzzles/);
      expect(readdirSync(data).sort()).toEqual(['identifiers.json', 'test', 'train']);
    }
  });

  test('is not that of another dataset', async () => {
    const before = readdirSync(others);
    await expect(begin(others)).rejects.toThrow(
      /^--out: lies in the dataset .*others; give the run a folder/,
    );
    expect(readdirSync(others)).toEqual(before);
  });

  test('is not in that of another run, by whatever path', async () => {
    const run = newName();
    await begin(run, 'steps=1');
    rmSync(join(run, 'config.json')); // it is a run without its record too
    const linked = newName();
    symlinkSync(join(run, 'checkpoints'), linked);
    const before = readdirSync(run, { recursive: true });
    for (const place of [join(run, 'checkpoints', 'last'), join(run, 'a', 'b'), join(linked, 'c')])
      await expect(begin(place)).rejects.toThrow(
        `--out: lies in the run ${run}; give the run a folder of its own, as runs/first`,
      );
    expect(readdirSync(run, { recursive: true })).toEqual(before);
  });

  test.each([
    ['metrics.jsonl', runFiles.metrics],
    ['curves.svg', runFiles.curves],
    ['config.json', runFiles.config],
  ] as const)('names its %s where that is a folder', async (_, fileOf) => {
    const run = newName();
    await begin(run, 'steps=1');
    rmSync(fileOf(run));
    mkdirSync(fileOf(run));
    await expect(resume(run, 'steps=2')).rejects.toThrow(`${fileOf(run)}: illegal operation on a directory`);
  });

  test.each(['metrics.jsonl', 'curves.svg', 'config.json'])(
    'has no %s of somebody else, which stays',
    async (name) => {
      const run = newName();
      mkdirSync(run);
      writeFileSync(join(run, name), '{"a":1}');
      await expect(begin(run)).rejects.toThrow(
        `${join(run, name)}: is there already, and a run would write over it; choose another --out, or remove it first`,
      );
      expect(readdirSync(run)).toEqual([name]);
      expect(readFileSync(join(run, name), 'utf8')).toBe('{"a":1}');
    },
  );

  test('without its config.json goes on with the dataset that is named', async () => {
    const run = newName();
    await begin(run, 'steps=1');
    rmSync(join(run, 'config.json'));
    await expect(resume(run, 'steps=2')).rejects.toThrow(
      `${join(run, 'config.json')}: is missing, and with it the name of the dataset; give --data FOLDER`,
    );
    writeFileSync(join(run, 'config.json'), '{}');
    await expect(resume(run, 'steps=2')).rejects.toThrow(
      `${join(run, 'config.json')}: data: does not name the dataset; give --data FOLDER`,
    );
    rmSync(join(run, 'config.json'));
    await trm('--resume', run, '--data', data, '--set', 'steps=2');
    expect(last(run).state.step).toBe(2);
    expect(recordOf(run)).toMatchObject({ config: { steps: 2 }, data: [data] });
  });

  test('of a run is told from one of other files', async () => {
    const run = newName();
    await begin(run, 'steps=1');
    await expect(begin(run)).rejects.toThrow(`${run}: there is a run here already; go on with it (--resume`);
  });

  test('has a checkpoint before the device is opened, and is gone when it does not open', async () => {
    const run = newName();
    vi.mocked(openBackend).mockImplementation(async () => {
      expect(last(run).state.step).toBe(0);
      expect(last(run).datasetHash).toMatch(/^[0-9a-f]{64}$/);
      expect(recordOf(run)).toMatchObject({ config: { steps: 6 }, data: [data] });
      throw new TrmError('runtime', 'no such device');
    });
    await expect(begin(run)).rejects.toThrow('no such device');
    expect(existsSync(run)).toBe(false);
  });

  test.each([
    ['of a file', () => recipe, /tiny\.yaml: file already exists; choose another name$/],
    [
      'in a file',
      () => join(recipe, 'run'),
      /tiny\.yaml\/run: not a directory; check the path: it, or a part of it, is a file/,
    ],
    ['of nothing', () => '', /^--out: is needed for a new run/],
  ])('is no place %s', async (_, place, message) => {
    const refused = await begin(place()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TrmError);
    expect((refused as Error).message).toMatch(message);
  });

  test('is not a file to go on with: its folder is named, or what to begin with it', async () => {
    const run = newName();
    await begin(run, 'steps=1');
    const alone = join(folder, 'alone.safetensors');
    copyFileSync(runFiles.checkpoint(run, 'last'), alone);
    for (const [file, fix] of [
      [runFiles.config(run), `name the folder: --resume ${run}`],
      [runFiles.checkpoint(run, 'last'), `name the folder: --resume ${run}`],
      [alone, `begin a run with its weights: --init ${alone} --out RUN`],
      [recipe, 'name the folder that trm train has made'],
    ] as const)
      await expect(resume(file)).rejects.toThrow(`${file}: a file, not the folder of a run; ${fix}`);
  });

  test('is none to go on with where its last checkpoint is gone: what is advised can be done', async () => {
    const run = newName();
    await begin(run, 'steps=2', 'evaluateEvery=1');
    rmSync(join(run, 'checkpoints', 'last'), { recursive: true });
    const best = newName();
    await expect(resume(run)).rejects.toThrow(
      `${runFiles.checkpoint(run, 'last')}: the run has no such checkpoint, but its best one; begin a run with it: trm train --init ${run} --data DATASET --out RUN`,
    );
    await trm('--init', run, '--data', data, '--out', best);
    rmSync(join(run, 'checkpoints'), { recursive: true });
    const anew = newName();
    await expect(resume(run)).rejects.toThrow(
      `${runFiles.checkpoint(run, 'last')}: the run has no checkpoint; begin it anew: trm train --from-run ${run} --out RUN`,
    );
    await trm('--from-run', run, '--out', anew);
    for (const made of [best, anew]) expect(last(made).state.step).toBe(2);
  });

  test('is one process’s at a time; what a killed one left does not matter', async () => {
    const run = newName();
    await begin(run, 'steps=2');
    const began = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
    const held = join(run, `.lock-${process.ppid}-${began}`);
    writeFileSync(held, (await import('node:os')).hostname());
    await expect(resume(run)).rejects.toThrow(`process ${process.ppid} trains here; let it end`);
    expect(readdirSync(run)).toContain(held.slice(run.length + 1));
    writeFileSync(held, 'another-machine');
    await expect(resume(run)).rejects.toThrow(
      'a process on another-machine trains here; if it has ended, remove',
    );
    rmSync(held);
    // The same number at another time, and a number that no process has.
    for (const name of [`.lock-${process.ppid}-1`, '.lock-4194999-77']) writeFileSync(join(run, name), '');
    for (const name of locks(run)) writeFileSync(join(run, name), (await import('node:os')).hostname());
    await resume(run);
    expect(locks(run)).toEqual([]);
  });

  test('is taken also where somebody tidies it in that moment, and refused in words', async () => {
    const { lockRun } = await import('../../src/cli/run-lock.ts');
    const folderOf = await import('../../src/cli/run-folder.ts');
    const run = newName();
    mkdirSync(run);
    const disk = (await import('node:fs')).default;
    const { syncBuiltinESMExports } = await import('node:module');
    const rename = disk.renameSync;
    let tidied = 0;
    disk.renameSync = (from, to) => {
      if (tidied++ === 0) folderOf.removePartials(run);
      rename(from, to);
    };
    syncBuiltinESMExports();
    try {
      (await lockRun(run))();
    } finally {
      disk.renameSync = rename;
      syncBuiltinESMExports();
    }
    expect(tidied).toBe(2);
  });

  test('that was not there goes again where the run never began; one that was stays', async () => {
    const { lockRun } = await import('../../src/cli/run-lock.ts');
    const run = newName();
    const [fresh, found] = [`${run}-fresh`, `${run}-found`];
    mkdirSync(found);
    for (const folder of [fresh, found]) (await lockRun(folder))();
    expect([fresh, found].map((folder) => existsSync(folder))).toEqual([false, true]);
    const release = await lockRun(fresh);
    writeFileSync(join(fresh, 'config.json'), '');
    release();
    expect(readdirSync(fresh)).toEqual(['config.json']);
    const lost = await lockRun(`${run}-lost`);
    rmSync(`${run}-lost`, { recursive: true });
    lost(); // somebody has removed the folder: no error
  });
});

describe('a loss that is not finite', () => {
  /** Opens backends whose loss is NaN in the steps that `wrong` says, counted over all of them. */
  const breaking = (wrong: (step: number) => boolean) => {
    let step = 0;
    vi.mocked(openBackend).mockImplementation(async () => losing(() => (wrong(++step) ? Number.NaN : 0)));
  };

  /** The command that an error ends with. */
  const advised = (error: unknown) => /: trm train (--.*)$/.exec((error as Error).message)![1]!.split(' ');

  test('is followed by a command that goes on as it stands', async () => {
    const run = newName();
    breaking((step) => step === 5);
    const error = await begin(run, 'checkpointEvery=3', 'evaluateEvery=0').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'numeric' });
    expect((error as Error).message).toBe(
      `the loss is NaN at step 5; the weights were left as they were; go on from step 3, more gently: trm train --resume ${run} --set learningRate=0.0025 puzzleLearningRate=0.0025 clipNorm=1`,
    );
    await trm(...advised(error));
    expect(last(run)).toMatchObject({ config: { learningRate: 0.0025, clipNorm: 1 }, state: { step: 6 } });
    expect(recordOf(run).changes).toEqual([
      {
        step: 3,
        changed: [
          ['config.learningRate', 0.01, 0.0025],
          ['config.clipNorm', 0, 1],
          ['config.puzzleLearningRate', 0.01, 0.0025],
        ],
      },
    ]);
  });

  test('right after a checkpoint is followed by one that begins anew', async () => {
    const run = newName();
    breaking((step) => step === 4);
    const error = await begin(run, 'checkpointEvery=3').catch((thrown: unknown) => thrown);
    expect((error as Error).message).toContain('begin anew, more gently: trm train --from-run');
    await trm(...advised(error));
    expect(last(`${run}-gentler`)).toMatchObject({ config: { clipNorm: 1 }, state: { step: 6 } });
  });

  test('at a rate far above the recipe’s is followed by that, and the other rate is left', async () => {
    const run = newName();
    breaking((step) => step === 5);
    const error = await begin(run, 'checkpointEvery=3', 'evaluateEvery=0', 'learningRate=1e5').catch(
      (thrown: unknown) => thrown,
    );
    expect((error as Error).message).toMatch(
      / far below; look for one with trm train --from-run \S+ --find-rate, or go on from step 3, more gently: /,
    );
    expect(advised(error)).toEqual(['--resume', run, '--set', 'learningRate=0.003', 'clipNorm=1']);
    await trm(...advised(error));
    expect(last(run)).toMatchObject({ config: { learningRate: 0.003, puzzleLearningRate: 0.01 } });
  });

  test('again names no run twice, and no puzzle rate where there is no puzzle embedding', async () => {
    const run = newName();
    mkdirSync(`${run}-gentler`);
    breaking((step) => step === 4);
    const none = ['model.puzzleSlots=0', 'model.puzzleEmbeddingSize=0'];
    const error = await begin(run, 'checkpointEvery=3', ...none).catch((thrown: unknown) => thrown);
    const settings = ['--set', 'learningRate=0.0025', 'clipNorm=1'];
    expect(advised(error)).toEqual(['--from-run', run, '--out', `${run}-gentler-2`, ...settings]);
    expect(gentlerName(`${run}-gentler-2`)).toBe(`${run}-gentler-3`);
  });

  test('in the first step of all is no fault of a rate', async () => {
    breaking(() => true);
    await expect(begin(newName())).rejects.toThrow(/nothing was learnt yet.*: lower model\.layers/);
  });
});

test('says how many puzzles are trained on and held out', async () => {
  await begin(newName(), 'steps=1');
  expect(err).toContain('training on 20 puzzles, evaluating on 8 of 8 examples of the test split\n');
  err = '';
  await begin(newName(), 'steps=1', 'validation=0.5');
  const [, trained, examples, held] =
    /training on (\d+) puzzles, evaluating on (\d+) of \d+ examples of (\d+) puzzles held out of training\n/.exec(
      err,
    )!;
  expect(Number(trained) + Number(held)).toBe(20);
  expect(Number(held)).toBeGreaterThan(0);
  expect(examples).toBe(held);
});

describe('--find-rate', () => {
  test('draws a plot, proposes a rate, and makes no run', async () => {
    const plot = join(folder, 'rates.svg');
    mkdirSync(join(folder, 'empty'));
    let step = 0;
    // Falls from 2 to 1 about the 50th of 100 rates, and jumps at the 90th.
    const loss = () => (++step > 90 ? 9 : 2 - 1 / (1 + Math.exp((50 - step) / 4)));
    vi.mocked(openBackend).mockImplementation(async () => losing(loss));
    await trm('--config', recipe, '--data', data, '--find-rate', plot);
    expect(out).toMatch(
      /^tried 9[1-5] rates from 1e-5 to [\d.e-]+: .*rates\.svg\nproposed: --set learningRate=0.003, /,
    );
    expect(readFileSync(plot, 'utf8')).toMatch(
      /learningRate=0\.003<\/text>[\s\S]*learning rate<\/text>\n<\/svg>\n$/,
    );
    expect(existsSync(runFiles.config(folder))).toBe(false);
  });

  test('refuses what it cannot do', async () => {
    await expect(trm('--config', recipe, '--data', data, '--find-rate', 'x.gif')).rejects.toThrow(
      /end it in \.svg/,
    );
    await expect(trm('--resume', 'x', '--find-rate')).rejects.toThrow(
      /^--resume: does not go with --find-rate/,
    );
  });
});
