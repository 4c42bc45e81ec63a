/** Commands that write more than one file, killed at every change of the disk: nothing half made is taken for whole. */

import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { exportCommand } from '../../src/cli/export.ts';
import { importCommand } from '../../src/cli/import.ts';
import { loadCheckpoint, runFiles, saveCheckpoint } from '../../src/cli/run-folder.ts';
import { solveCommand } from '../../src/cli/solve.ts';
import { arcDataset } from '../../src/data/arc/dataset.ts';
import { parseTask } from '../../src/data/arc/task.ts';
import { readSplits, writeDataset } from '../../src/data/node/folder.ts';
import { newRun } from '../../src/train/run.ts';
import { life } from '../support/dying-disk.ts';
import { tinyConfig, tinyDataset } from '../train/support.ts';
import { temporaryFolder } from './command.ts';

vi.mock('node:fs', async (original) =>
  (await import('../support/dying-disk.ts')).dyingDisk(await original()),
);
vi.mock('node:fs/promises', async (original) =>
  (await import('../support/dying-disk.ts')).dyingPromises(await original()),
);

vi.mock('../../src/runtime/node.ts', async () => {
  const { fakeBackend } = await import('../train/fake-backend.ts');
  return { openBackend: async () => fakeBackend() };
});

const { folder, remove } = temporaryFolder();
const run = join(folder, 'run');
saveCheckpoint(run, 'last', newRun(tinyConfig(), tinyDataset()));
afterAll(remove);
afterEach(() => {
  life.left = life.room = Number.POSITIVE_INFINITY;
  vi.restoreAllMocks();
});

/** Does `work` once, then kills it at each of its changes; `check` is told whether `made` is there. */
async function killed(made: string, work: () => Promise<unknown>, check: () => Promise<unknown>) {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  life.left = 1000;
  await work();
  const changes = 1000 - life.left;
  await check();
  for (let left = 0; left < changes; left++) {
    life.left = Number.POSITIVE_INFINITY;
    rmSync(made, { recursive: true });
    life.left = left;
    await expect(work(), `killed at ${left}`).rejects.toThrow('killed');
    life.left = Number.POSITIVE_INFINITY;
    if (!existsSync(made)) await work();
    await check();
  }
  return changes;
}

test('a dataset folder', async () => {
  const made = join(folder, 'data');
  const splits = { train: tinyDataset(6), test: tinyDataset(3) };
  const changes = await killed(
    made,
    () => writeDataset(made, splits, ['<blank>']),
    async () => {
      const { train, test } = await readSplits(made);
      expect([train.count, test.count]).toEqual([6, 3]);
    },
  );
  expect(changes).toBeGreaterThan(15);
});

test('an export to PyTorch, whose config stands beside it', async () => {
  const made = join(folder, 'out.pt');
  const changes = await killed(
    made,
    () => exportCommand().parseAsync([run, '--format', 'pytorch', '--out', made], { from: 'user' }),
    async () => {
      const { config } = await loadCheckpoint(made, 'best'); // without its config it would be another model
      expect(config.model).toMatchObject({ heads: 2, cycles: 2, latentSteps: 2 });
      rmSync(`${made}.yaml`);
    },
  );
  expect(changes).toBeGreaterThan(6);
});

test('an export to PyTorch that a full disk stops leaves nothing but what was there', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const made = join(folder, 'full.pt');
  const exporting = () => exportCommand().parseAsync([run, '--out', made], { from: 'user' });
  const left = () => readdirSync(folder).filter((name) => name.startsWith('full'));
  life.room = 2000; // enough for the config
  await expect(exporting()).rejects.toThrow(/no space left/);
  expect(left()).toEqual([]);
  life.room = Number.POSITIVE_INFINITY;
  await exporting();
  rmSync(made);
  life.room = 2000;
  await expect(exporting()).rejects.toThrow(/no space left/);
  expect(left()).toEqual(['full.pt.yaml']);
});

test('an import', async () => {
  const [made, weights] = [join(folder, 'imported'), join(folder, 'weights.safetensors')];
  await exportCommand().parseAsync([run, '--format', 'safetensors', '--out', weights], { from: 'user' });
  const changes = await killed(
    made,
    () => importCommand().parseAsync([weights, '--out', made], { from: 'user' }),
    async () => {
      expect(existsSync(runFiles.config(made))).toBe(true);
      expect((await loadCheckpoint(made, 'last')).config.model.heads).toBe(2);
    },
  );
  expect(changes).toBeGreaterThan(8);
});

test('what is learnt of an unseen ARC task', async () => {
  const pair = (colour: number) => ({ input: [[colour, 0]], output: [[0, colour]] });
  const task = { train: [1, 2, 3].map(pair), test: [pair(4)] };
  const file = join(folder, 'task.json');
  writeFileSync(file, JSON.stringify(task));
  const { train } = arcDataset([{ tasks: [parseTask('a', task, file)], test: true }], {
    augment: 1,
    seed: 0,
  });
  const model = { ...tinyConfig().model, mixer: 'attention', positions: 'rope', hiddenSize: 8, heads: 1 };
  const settings = { model: { ...model, puzzleEmbeddingSize: 8 }, augment: false, supervisionSteps: 1 };
  const [made, arc] = [join(folder, 'learnt'), join(folder, 'arc')];
  saveCheckpoint(arc, 'last', newRun(tinyConfig(settings), train));
  const args = [arc, file, '--out', made, '--augment', '1', '--train-steps', '2', '--train-batch', '2'];
  let whole: unknown;
  const changes = await killed(
    made,
    () => solveCommand().parseAsync(args, { from: 'user' }),
    async () => {
      await solveCommand().parseAsync(args, { from: 'user' });
      const { state } = await loadCheckpoint(made, 'last');
      whole ??= state;
      expect(state).toEqual(whole);
      expect(state.step).toBe(2);
      const files = readdirSync(made, { recursive: true, encoding: 'utf8' });
      expect(files.filter((name) => name.includes('.'))).toHaveLength(2); // the task and its checkpoint
    },
  );
  expect(changes).toBeGreaterThan(7);
});
