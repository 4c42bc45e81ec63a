/** `trm train` and `trm evaluate` under mpirun: as one process would, and what becomes of a run when a rank is lost. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetrics } from '../../src/cli/metrics.ts';
import { runFiles } from '../../src/cli/run-folder.ts';
import { writeDataset } from '../../src/data/node/folder.ts';
import { type Checkpoint, decodeCheckpoint } from '../../src/train/checkpoint.ts';
import { type Launcher, launchers, pidsOf, ranksOf, reasonOf } from '../train/mpi.ts';
import { tinyDataset } from '../train/support.ts';
import { main, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const at = (...parts: string[]) => join(folder, ...parts);
const [data, recipe] = [at('data'), at('tiny.yaml')];
/** A batch that 2, 3 and 4 ranks share unevenly. */
const settings = `
model: { hiddenSize: 16, heads: 2, cycles: 1, latentSteps: 1, puzzleSlots: 1, puzzleEmbeddingSize: 16, expansion: 1 }
steps: 50
batchSize: 7
microBatchSize: 3
supervisionSteps: 3
explorationProbability: 0.5
learningRate: 1e-3
warmupSteps: 5
clipNorm: 1
augment: true
evaluateEvery: 25
evaluateExamples: 7
checkpointEvery: 10
`;
const last = (run: string): Checkpoint => {
  const file = runFiles.checkpoint(run, 'last');
  return decodeCheckpoint(readFileSync(file), file);
};
const losses = (run: string) => readMetrics(run).flatMap((row) => (row.kind === 'step' ? [row.loss] : []));
const begin = (run: string, ...more: string[]) => [
  'train',
  '--config',
  recipe,
  '--data',
  data,
  '--out',
  run,
  ...more,
];
const resume = (run: string, ...more: string[]) => ['train', '--resume', run, ...more];
const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - b[i]!));

beforeAll(async () => {
  await writeDataset(data, { train: tinyDataset(20), test: tinyDataset(9) }, ['<blank>']);
  writeFileSync(recipe, settings);
  const first = await trm(begin(at('one'), '--set', 'steps=1'));
  expect(first).toMatchObject({ status: 0 });
  moment = last(at('one')).state.dense.optimizer.firstMoment!;
  expect(await trm(resume(at('one'), '--set', 'steps=50'))).toMatchObject({ status: 0 });
});
/** After the first step: a tenth of its gradient. */
let moment: Float32Array;

describe.each(launchers.map((launcher) => [reasonOf(launcher), launcher] as const))('%s', (_, launcher) => {
  const ranked = it.skipIf(!launcher.installed);
  const run = (name: string) => at(`${launcher.name.replace(' ', '-')}-${name}`);
  const on = (size: number, args: readonly string[], options?: Parameters<typeof ranksOf>[3]) =>
    ranksOf(launcher, size, [main, ...args], options);

  ranked.each([2, 3, 4])('%i ranks train as one process does', async (size) => {
    const out = run(`${size}`);
    const engine = ['--engine', launcher.name === 'MPICH' ? 'native' : 'ort'];
    const first = await on(size, begin(out, ...engine, '--set', 'steps=1'));
    expect({ status: first.status, err: first.err }).toEqual({
      status: 0,
      err: expect.stringContaining(`${size} ranks by ${launcher.name}`),
    });
    const own = last(out).state.dense.optimizer.firstMoment!;
    expect(distance(own, moment) / Math.hypot(...moment)).toBeLessThan(1e-5);
    const { status, out: said } = await on(size, resume(out, ...engine, '--set', 'steps=50'));
    expect(status).toBe(0);
    expect(said).toMatch(/^ranks waited for each other \d+\.\d\d % of the time, least rank \d on /m);
    expect(said.match(/^best checkpoint/gm)).toHaveLength(1); // one rank speaks
    const [ours, theirs] = [losses(out), losses(at('one'))];
    expect(ours).toHaveLength(50);
    ours.forEach((loss, step) => {
      expect(Math.abs(loss / theirs[step]! - 1), `loss of step ${step + 1}`).toBeLessThan(1e-3);
    });
    const evaluations = (folder: string) =>
      readMetrics(folder).flatMap((row) => (row.kind === 'evaluation' ? [[row.examples, row.cell]] : []));
    expect(evaluations(out)).toEqual(evaluations(at('one')));
    const [step] = readMetrics(out);
    expect(step).toMatchObject({ ranks: { waited: Array.from({ length: size }, () => expect.any(Number)) } });
    expect(last(out).state.carry.halted).toHaveLength(7);
    expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
