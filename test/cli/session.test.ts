/**
 * Sessions of `trm train` without arithmetic: killed at every change of the disk and stopped at every place they go on to
 * the same end, with a best checkpoint that is there and is the one they believe in.
 */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { readMetrics } from '../../src/cli/metrics.ts';
import { runFiles } from '../../src/cli/run-folder.ts';
import { typed } from '../../src/cli/support/invocation.ts';
import { trainCommand } from '../../src/cli/train.ts';
import { arcDataset } from '../../src/data/arc/dataset.ts';
import { parseTask } from '../../src/data/arc/task.ts';
import { writeDataset } from '../../src/data/node/folder.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import type { CheckpointName } from '../../src/interop/node/run-checkpoint.ts';
import { loadModelAt } from '../../src/interop/node/source.ts';
import { openBackend } from '../../src/runtime/node.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/train/checkpoint.ts';
import { life } from '../support/dying-disk.ts';
import { evaluationOf } from '../support/evaluation.ts';
import { fakeBackend } from '../train/fake-backend.ts';
import { tinyDataset } from '../train/support.ts';
import { temporaryFolder } from './command.ts';

vi.mock('node:fs', async (original) =>
  (await import('../support/dying-disk.ts')).dyingDisk(await original()),
);
vi.mock('../../src/runtime/node.ts', () => ({ openBackend: vi.fn() }));
vi.mock('../../src/evaluate/evaluate.ts', async (original) => ({
  ...(await original<object>()),
  evaluate: vi.fn(),
}));

const { folder, remove } = temporaryFolder();
const [data, recipe] = [join(folder, 'puzzles'), join(folder, 'tiny.yaml')];
const settings = {
  model: {
    hiddenSize: 8,
    heads: 1,
    layers: 1,
    cycles: 1,
    latentSteps: 1,
    puzzleSlots: 1,
    puzzleEmbeddingSize: 8,
  },
  steps: 6,
  batchSize: 4,
  microBatchSize: 4,
  supervisionSteps: 3,
  explorationProbability: 0.5,
  augment: true,
  checkpointEvery: 3,
  evaluateEvery: 1,
};
writeFileSync(recipe, JSON.stringify(settings));
await writeDataset(data, { train: tinyDataset(20), test: tinyDataset(8) }, ['<blank>']);
afterAll(remove);

/** Exact accuracy after each step; the best is the fourth, and later ones are no better. */
const exactAt = [0.2, 0.5, 0.3, 0.6, 0.6, 0.1];
/** Called before the backend does something. */
let before: (event: string) => void = () => {};
let out = '';

beforeEach(() => {
  before = () => {};
  out = '';
  vi.mocked(openBackend).mockImplementation(async () => fakeBackend((event) => before(event)));
  vi.mocked(evaluate).mockImplementation(async (_, { dense: [step] }, dataset) =>
    evaluationOf(exactAt[step! - 1]!, dataset.count),
  );
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  return () => {
    process.exitCode = undefined;
    vi.restoreAllMocks();
  };
});

/** `trm train`, in this process. */
async function trm(...args: string[]): Promise<void> {
  await trainCommand().parseAsync(args, { from: 'user' });
}
const begin = (run: string, ...set: string[]) =>
  trm('--config', recipe, '--data', data, '--out', run, ...(set.length > 0 ? ['--set', ...set] : []));
const resume = (run: string) => trm('--resume', run);

function checkpoint(run: string, name: CheckpointName) {
  const file = runFiles.checkpoint(run, name);
  return decodeCheckpoint(readFileSync(file), file);
}

/** Everything that a run has come to, but for its clock. */
function endOf(run: string) {
  const digest = (name: CheckpointName) => {
    const hash = createHash('sha256');
    for (const chunk of encodeCheckpoint({ ...checkpoint(run, name), seconds: 0 })) hash.update(chunk);
    return hash.digest('hex');
  };
  const rows = readMetrics(run).map(({ kind, step }) => `${kind} ${step}`);
  const files = readdirSync(run, { recursive: true, encoding: 'utf8' }).sort();
  return { best: digest('best'), last: digest('last'), rows, files };
}

let runs = 0;
const newName = () => join(folder, `run-${runs++}`);

/** Stops the process of a session as Ctrl-C does. */
const interrupt = () => process.listeners('SIGINT').at(-1)!('SIGINT');

describe('a run that is killed', () => {
  it('at any change of the disk goes on to the same end', async () => {
    const whole = newName();
    life.left = 1000;
    await begin(whole);
    const changes = 1000 - life.left;
    expect(changes).toBeGreaterThan(40);
    const end = endOf(whole);
    expect(end.rows).toEqual([1, 2, 3, 4, 5, 6].flatMap((step) => [`step ${step}`, `evaluation ${step}`]));
    expect(checkpoint(whole, 'best')).toMatchObject({ bestExact: 0.6, state: { step: 4 } });
    expect(checkpoint(whole, 'last')).toMatchObject({ bestExact: 0.6, state: { step: 6 } });

    for (let left = 0; left < changes; left++) {
      const run = newName();
      life.left = left;
      await expect(begin(run), `killed at ${left}`).rejects.toThrow('killed');
      life.left = Number.POSITIVE_INFINITY;
      await (existsSync(runFiles.config(run)) ? resume(run) : begin(run));
      expect(endOf(run), `killed at change ${left}`).toEqual(end);
      expect(readFileSync(runFiles.curves(run), 'utf8')).toMatch(/<\/svg>\n$/);
      rmSync(run, { recursive: true });
    }
  });

  it('has on the disk what it logged, every twenty steps at least', async () => {
    const run = newName();
    let updates = 0;
    const rows: number[] = [];
    before = (event) => {
      if (event === 'run update' && ++updates > 20) rows.push(readMetrics(run).length);
    };
    await begin(run, 'steps=22', 'evaluateEvery=0', 'checkpointEvery=0', 'evaluateExamples=1').catch(
      () => {},
    );
    expect(rows).toEqual([20, 20]);
  });
});

describe('a run that lost its best checkpoint', () => {
  it('takes the next evaluation for the best', async () => {
    const run = newName();
    await begin(run, 'steps=5');
    rmSync(runFiles.checkpoint(run, 'best'));
    const file = runFiles.checkpoint(run, 'last');
    const last = checkpoint(run, 'last');
    const longer = { ...last, config: { ...last.config, steps: 6 } };
    writeFileSync(file, Buffer.concat(encodeCheckpoint(longer)));
    await resume(run);
    expect(checkpoint(run, 'best')).toMatchObject({ bestExact: 0.1, state: { step: 6 } });
    expect(process.stderr.write).toHaveBeenCalledWith(
      `${runFiles.checkpoint(run, 'best')}: the best checkpoint is gone; the next evaluation is the best there is\n`,
    );
  });

  it('answers with its last one, and says so; one that was never evaluated has none to lose', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const [run, fresh] = [newName(), newName()];
    await begin(run);
    await begin(fresh, 'steps=1');
    const { state } = loadModelAt(run, 'best').checkpoint;
    expect(state.step).toBe(4);
    rmSync(runFiles.checkpoint(run, 'best'));
    rmSync(runFiles.checkpoint(fresh, 'best'));
    const file = runFiles.checkpoint(fresh, 'last');
    const never = { ...checkpoint(fresh, 'last'), bestExact: -1, bestStep: undefined };
    writeFileSync(file, Buffer.concat(encodeCheckpoint(never)));
    loadModelAt(fresh, 'best');
    loadModelAt(run, 'last');
    loadModelAt(runFiles.checkpoint(run, 'last'), 'best');
    expect(warn).not.toHaveBeenCalled();
    expect(loadModelAt(run, 'best').checkpoint.state.step).toBe(6);
    expect(warn.mock.calls).toEqual([
      [
        `${runFiles.checkpoint(run, 'best')}: the best checkpoint of step 4 is gone; taken is the last one, of step 6`,
      ],
    ]);
  });
});

describe('a log with lines that are no rows', () => {
  const said = () =>
    vi
      .mocked(process.stderr.write)
      .mock.calls.map(([text]) => String(text))
      .filter((text) => text.includes('no rows'));

  it('loses them when the run goes on, which is said; not of a last one that a crash cut short', async () => {
    const run = newName();
    await begin(run, 'steps=4');
    const file = runFiles.metrics(run);
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${lines.slice(0, 8).join('\n')}\n{"kind": "st`);
    await trm('--resume', run, '--set', 'steps=5');
    expect(said()).toEqual([]);
    const whole = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [whole[0], '{"kind": "step", "st', 'null', '5', ...whole.slice(4), ''].join('\n'));
    await trm('--resume', run, '--set', 'steps=6');
    expect(said()).toEqual([`${file}: left out are lines that are no rows: 2-4\n`]);
    expect(readFileSync(file, 'utf8').split('\n')[1]).toBe(whole[4]);
  });
});

describe('Ctrl-C', () => {
  const interruptAt = (event: string, count: number) => {
    let seen = 0;
    before = (now) => {
      if (now === event && ++seen === count) interrupt();
    };
  };
  const leavesWhatGoesOn = async (run: string, step: number) => {
    expect(checkpoint(run, 'last').state.step).toBe(step);
    expect(process.stderr.write).toHaveBeenCalledWith(
      typed(`stopped at step ${step}; go on with: trm train --resume ${run}\n`),
    );
    const whole = newName();
    await begin(whole);
    await resume(run);
    expect(endOf(run)).toEqual(endOf(whole));
  };

  it.each([
    ['supervision step', 2, 2],
    ['update', 3, 3],
  ])('in a step saves, says how to go on, and loses nothing: %s %i', async (graph, count, step) => {
    const run = newName();
    interruptAt(`run ${graph}`, count);
    await begin(run);
    expect(process.exitCode).toBe(130);
    expect(process.stderr.write).toHaveBeenCalledWith(
      expect.stringContaining(
        typed(`stops at once, and the last checkpoint goes on with: trm train --resume ${run}\n`),
      ),
    );
    await leavesWhatGoesOn(run, step);
  });

  it.each(['compile update', 'compile supervision step', 'run supervision step'])(
    'before a step is done ends at once, for there is nothing to save: %s',
    async (event) => {
      const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
        throw new Error('ended');
      });
      const run = newName();
      interruptAt(event, 1);
      await expect(begin(run)).rejects.toThrow('ended');
      expect(exit.mock.calls).toEqual([[130]]);
      before = () => {};
      await leavesWhatGoesOn(run, 0);
    },
  );
});

test('the best checkpoint says on what it was chosen, and so does the run', async () => {
  const [onTest, onValidation] = [newName(), newName()];
  await begin(onTest);
  expect(out).toContain('held-out exact 10.0 %');
  expect(out).toContain('chosen by exact accuracy on the first 8 examples of the test split of puzzles\n');
  expect(checkpoint(onTest, 'best').selection).toEqual({
    split: 'test',
    data: ['puzzles'],
    examples: 8,
    metric: 'exact',
  });
  expect(checkpoint(onTest, 'last').selection).toBeUndefined();

  out = '';
  await begin(onValidation, 'validation=0.5');
  expect(out).toContain('validation exact 10.0 %');
  const { selection } = checkpoint(onValidation, 'best');
  expect(selection).toMatchObject({ split: 'validation', data: ['puzzles'], metric: 'exact' });
  expect(selection!.examples).toBeLessThanOrEqual(10);
  expect(out).toContain(
    `chosen by exact accuracy on the first ${selection!.examples} examples of the puzzles held out of the training split of puzzles\n`,
  );
});

test("weights begin a run on fewer puzzles than their own run's turns were made for", async () => {
  const [whole, tuned, asked, few] = [newName(), newName(), newName(), join(folder, 'few')];
  await writeDataset(few, { train: tinyDataset(2), test: tinyDataset(2) }, ['<blank>']);
  await begin(whole, 'epochsPerIteration=1');
  await trm('--init', whole, '--data', few, '--out', tuned);
  expect(checkpoint(tuned, 'last').config.epochsPerIteration).toBe(0);
  expect(process.stderr.write).toHaveBeenCalledWith(
    'epochsPerIteration: 0 (1 was for the dataset of the weights)\n',
  );
  await trm('--init', whole, '--data', few, '--out', asked, '--set', 'epochsPerIteration=3');
  expect(checkpoint(asked, 'last').config.epochsPerIteration).toBe(3);
});

test('many weights are said before they are made', async () => {
  const [small, large] = [newName(), newName()];
  const making = expect.stringMatching(/^making 1\d,\d{3},\d{3} weights of 5 layers\n$/);
  await begin(small, 'model.layers=3');
  expect(process.stderr.write).not.toHaveBeenCalledWith(expect.stringMatching(/^making/));
  await begin(large, 'model.layers=5', 'model.hiddenSize=512', 'steps=1');
  expect(process.stderr.write).toHaveBeenCalledWith(making);
});

test('ARC tasks that are held out are called unanswerable', async () => {
  const arc = join(folder, 'arc');
  const pair = (colour: number) => ({ input: [[colour, 0]], output: [[0, colour]] });
  const tasks = [1, 2, 3, 4].map((colour) =>
    parseTask(String(colour), { train: [pair(colour)], test: [pair(colour + 1)] }, 'memory'),
  );
  const splits = arcDataset([{ tasks, test: true }], { augment: 0, seed: 0 });
  await writeDataset(arc, splits, [...splits.identifiers()]);
  const args = [
    '--config',
    recipe,
    '--data',
    arc,
    '--out',
    newName(),
    '--set',
    'augment=false',
    'batchSize=1',
  ];
  await trm(...args, 'validation=1');
  expect(process.stderr.write).toHaveBeenCalledWith(
    expect.stringMatching(/^validation: each of these puzzles/),
  );
});
