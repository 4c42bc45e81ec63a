/** `trm sweep` with processes of its own: arms that fail, Ctrl-C, and what a second sitting does. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readMetrics } from '../../src/cli/metrics.ts';
import type { RunResult } from '../../src/cli/sweep/run.ts';
import { generateSudoku, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);
const at = (...path: string[]) => join(folder, ...path);
const model =
  '{ hiddenSize: 16, heads: 2, cycles: 1, latentSteps: 1, puzzleSlots: 1, puzzleEmbeddingSize: 16, expansion: 1 }';
writeFileSync(
  at('tiny.yaml'),
  `model: ${model}\nsteps: 30\nbatchSize: 4\nmicroBatchSize: 4\nsupervisionSteps: 2\nwarmupSteps: 0\nevaluateEvery: 15\ncheckpointEvery: 5\n`,
);
const head =
  '# Two arms of which one fails\nrecipes: [tiny.yaml]\ndatasets: { four: { make: generate sudoku --size 4 --count 40 --test-count 16 } }\n';
const sweep = (name: string, text: string) => {
  writeFileSync(at(`${name}.yaml`), head + text);
  return ['sweep', at(`${name}.yaml`), '--out', at(name), '--parallel', '2'];
};
const result = (name: string, arm: string, seed: number): RunResult =>
  JSON.parse(readFileSync(at(name, 'runs', arm, `seed-${seed}`, 'result.json'), 'utf8'));

test('a failed arm stops no other, is in the table with its reason, and is tried again', async () => {
  const arms = 'arms: [{ name: good }, { name: bad, set: { optimizer: adamw, learningRate: 1e38 } }]\n';
  const args = sweep('failing', `${arms}seeds: [0, 1]\nevaluate: { settings: [steps=2, steps=4] }\n`);
  const first = await trm(args);
  expect(first.status, first.err).toBe(1);
  expect(first.out).toMatch(/^good; steps=4 .* \d\.\d %.* GFLOP|^good; steps=4 .* MFLOP/m);
  expect(first.out).toMatch(/^bad; steps=2 +– .* 0, 2 failed$/m);
  expect(first.out).toMatch(/^failed: bad, seed 1: the (loss|gradient norm) is (NaN|Infinity) at step \d+/m);
  expect(first.err).toMatch(/^bad, seed 0: failed: the /m);
  const text = readFileSync(at('failing', 'results.md'), 'utf8');
  expect(text).toMatch(/^# Two arms of which one fails\n/);
  expect(text).toContain(`\`trm sweep ${at('failing.yaml')}\`, seeds 0, 1; `);
  expect(text).toMatch(/^- bad, seed 0: the /m);
  const rows = readFileSync(at('failing', 'results.csv'), 'utf8').trim().split('\n');
  expect(rows).toHaveLength(1 + 2 * 2 + 2);
  const json = JSON.parse(readFileSync(at('failing', 'results.json'), 'utf8'));
  expect(json.runs.map(({ status }: { status: string }) => status)).toEqual([
    'done',
    'failed',
    'done',
    'failed',
  ]);
  expect(json.arms[0].measured).toMatchObject({ examples: 16, trainedSteps: 30, answerSteps: 2 });
  expect(json.arms[1].measured.answerSteps).toBe(4);
  for (const name of ['compute.svg', 'curves.svg', 'compute.png', 'supervision-steps.svg'])
    expect(existsSync(at('failing', name)), name).toBe(true);

  const log = readFileSync(at('failing', 'runs', 'good', 'seed-0.log'), 'utf8');
  const second = await trm([...args, '--json']);
  expect(second.status).toBe(1);
  expect(second.err).toContain('2 of 4 runs are there already\n');
  expect(readFileSync(at('failing', 'runs', 'good', 'seed-0.log'), 'utf8')).toBe(log);
  expect(JSON.parse(second.out).runs[1]).toMatchObject({ arm: 'bad', status: 'failed' });
});

test.skipIf(process.platform === 'win32')(
  'Ctrl-C saves every run; the next sitting ends as one that was never stopped',
  async () => {
    const settings = 'set: { steps: 300 }\nseeds: [0, 1]\n';
    const args = sweep('stopped', settings);
    const run = (seed: number) => at('stopped', 'runs', 'tiny.yaml', `seed-${seed}`);
    const whole = trm(sweep('whole', settings));
    let stop: (() => void) | undefined;
    const watch = setInterval(() => {
      if ([0, 1].every((seed) => existsSync(run(seed)) && readMetrics(run(seed)).length > 0)) stop?.();
    }, 50);
    const stopped = await trm(args, {
      onOutput: (_, kill) => {
        stop ??= () => {
          clearInterval(watch);
          kill('SIGINT');
        };
      },
    });
    clearInterval(watch);
    expect(stopped.status, stopped.err).toBe(130);
    expect(stopped.err).toContain('stopping: runs save what they have; Ctrl-C again stops at once\n');
    expect(stopped.err).toContain(
      `stopped; go on with: trm sweep ${at('stopped.yaml')} --out ${at('stopped')}\n`,
    );
    expect(readFileSync(at('stopped', 'results.md'), 'utf8')).toMatch(
      /\*\*Not complete: \d of 2 runs are to come/,
    );
    for (const seed of [0, 1]) {
      expect(readdirSync(run(seed)).filter((name) => name.startsWith('.lock'))).toEqual([]);
      expect(readFileSync(`${run(seed)}.log`, 'utf8')).toMatch(/stopped at step \d+; go on with/);
    }

    const resumed = await trm(args);
    expect(resumed.status, resumed.err).toBe(0);
    expect((await whole).status).toBe(0);
    for (const seed of [0, 1]) {
      const [one, other] = ['stopped', 'whole'].map((name) => {
        const { steps, evaluations } = result(name, 'tiny.yaml', seed);
        return {
          steps,
          evaluations: evaluations.map(({ exact, cell, halting, wrong }) => ({
            exact,
            cell,
            halting,
            wrong,
          })),
        };
      });
      expect(one).toEqual(other);
      expect(one!.steps).toBe(300);
      expect(readFileSync(`${run(seed)}.log`, 'utf8')).toContain(`going on with ${run(seed)} at step `);
    }
  },
);

test.skipIf(process.platform === 'win32')(
  'a run that goes on though its sweep was killed is waited for',
  async () => {
    const args = sweep('killed', 'set: { steps: 2000 }\nseeds: [0]\n');
    const run = at('killed', 'runs', 'tiny.yaml', 'seed-0');
    let watch: NodeJS.Timeout | undefined;
    await trm(args, {
      onOutput: (_, kill) => {
        watch ??= setInterval(() => {
          if (existsSync(run) && readMetrics(run).length > 0) kill('SIGKILL');
        }, 50);
      },
    });
    clearInterval(watch);
    const { status, err } = await trm(args);
    expect(status, err).toBe(0);
    expect(err).toMatch(/^tiny\.yaml, seed 0: process \d+ trains it already, and is waited for$/m);
    expect(result('killed', 'tiny.yaml', 0).steps).toBe(2000);
    expect(readFileSync(`${run}.log`, 'utf8')).not.toContain('going on with');
  },
  60_000,
);

test('what is changed in the file is noticed before anything is trained', async () => {
  const args = sweep('whole', 'set: { steps: 500 }\nseeds: [0, 1]\n');
  const changed = await trm(args);
  expect(changed.status).toBe(2);
  expect(changed.err).toMatch(/seed-0: steps: was begun with 300, the sweep asks for 500; /);
  const more = await trm([...sweep('whole', 'set: { steps: 300 }\nseeds: [0, 1, 2]\n'), '--dry-run']);
  expect(more.status, more.err).toBe(0);
  expect(more.out).toMatch(
    /^3 runs, 1 to do, 2 at a time: about .*FLOP\/s, measured on tiny.yaml with \d thread/m,
  );
  expect(existsSync(at('whole', 'runs', 'tiny.yaml', 'seed-2'))).toBe(false);
});

test('the folder of a sweep is not that of a dataset, which stays as it is', async () => {
  const data = at('elsewhere');
  await generateSudoku(data, { count: 10, testCount: 4 });
  const before = readdirSync(data);
  for (const [name, datasets] of [
    ['own', `{ four: { folder: ${data} } }`],
    ['other', '{ four: { make: generate sudoku --size 4 --count 40 --test-count 16 } }'],
  ]) {
    writeFileSync(at(`${name}.yaml`), `recipes: [tiny.yaml]\ndatasets: ${datasets}\n`);
    expect(await trm(['sweep', at(`${name}.yaml`), '--out', data])).toMatchObject({
      status: 2,
      out: '',
      err: `error: --out: lies in the dataset ${data}; give the sweep a folder of its own, as runs/sweep\n`,
    });
  }
  expect(readdirSync(data)).toEqual(before);
});

test.each(['results.csv', 'config.json', 'curves.svg'])(
  'a folder that holds a %s of somebody else is not taken, and stays as it is',
  async (name) => {
    const out = at(`taken-${name}`);
    mkdirSync(out);
    writeFileSync(join(out, name), 'mine');
    const [command, file] = sweep('taken', '');
    expect(await trm([command!, file!, '--out', out])).toMatchObject({
      status: 2,
      out: '',
      err: `error: ${join(out, name)}: is there already, and a sweep may write over it; give the sweep a folder of its own, as runs/sweep\n`,
    });
    expect(readdirSync(out)).toEqual([name]);
    expect(readFileSync(join(out, name), 'utf8')).toBe('mine');
  },
);

test('a dataset that cannot be made, and an evaluation that cannot be done, end the sweep before it trains', async () => {
  writeFileSync(
    at('none.yaml'),
    'recipes: [tiny.yaml]\ndatasets:\n  five: { make: generate sudoku --size 5 --count 4 }\n',
  );
  const { status, err } = await trm(['sweep', at('none.yaml'), '--out', at('none')]);
  expect(status).toBe(1);
  expect(err).toMatch(/none\.yaml:3: datasets\.five: .*size.*5/);
  const asked = sweep('asked', 'evaluate: { settings: ["rollouts=4"] }\n');
  const contrary = await trm(asked);
  expect(contrary.status).toBe(2);
  expect(contrary.err).toMatch(/error: rollouts: got 4; ask for 2 or more together with noise/);
  expect(existsSync(at('asked', 'runs'))).toBe(false);
  rmSync(at('none'), { recursive: true });
});
