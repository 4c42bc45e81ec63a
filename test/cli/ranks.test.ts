/** `trm train` and `trm evaluate` under mpirun: as one process would, and what becomes of a run when a rank is lost. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetrics } from '../../src/cli/metrics.ts';
import { runFiles } from '../../src/cli/run-folder.ts';
import type { NamedEvaluation, RunResult } from '../../src/cli/sweep/run.ts';
import { writeDataset } from '../../src/data/node/folder.ts';
import { type Checkpoint, decodeCheckpoint } from '../../src/train/checkpoint.ts';
import { launchers, lives, pidsOf, ranksOf, reasonOf } from '../train/mpi.ts';
import { tinyDataset } from '../train/support.ts';
import { main, temporaryFolder, trm } from './command.ts';

const { folder, remove } = temporaryFolder();
// Where no MPI is installed all tests are skipped, and hooks with them.
if (launchers.some(({ installed }) => installed)) afterAll(remove);
else remove();
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
  /** What asks nothing of MPI that the others do not: with one of those that are installed. */
  const once = it.skipIf(launcher !== launchers.find(({ installed }) => installed));
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

  /** Starts a run of 300 steps, each with its checkpoint, and calls `act` once when the twentieth is there. */
  const disturbed = (
    out: string,
    size: number,
    act: (pids: ReadonlyMap<number, number>, launcher: number) => void,
  ) => {
    let begun = Number.NaN;
    const watching = setInterval(() => {
      if (!existsSync(runFiles.checkpoint(out, 'last')) || !Number.isNaN(begun) || last(out).state.step < 20)
        return;
      begun = performance.now();
      act(pidsOf(pid), pid);
    }, 20);
    let pid = 0;
    const ended = on(size, begin(out, '--set', 'steps=300', 'checkpointEvery=1', 'evaluateEvery=0'), {
      onStart: (launched) => {
        pid = launched;
      },
    });
    return ended.then((end) => {
      clearInterval(watching);
      return { ...end, seconds: (performance.now() - begun) / 1000 };
    });
  };
  const straight = async (size: number) => {
    const out = run(`straight-${size}`);
    if (!existsSync(out))
      expect(await on(size, begin(out, '--set', 'steps=60', 'evaluateEvery=0'))).toMatchObject({ status: 0 });
    return last(out).state;
  };
  /** The run goes on where it was left, to the end of one that nobody disturbed: to the bit, on as many ranks. */
  const goesOn = async (out: string, size: number) => {
    const from = last(out).state.step;
    expect(from).toBeGreaterThanOrEqual(20);
    expect(from).toBeLessThan(60);
    const { status, err } = await on(size, resume(out, '--set', 'steps=60'));
    expect({ status, err }).toEqual({ status: 0, err: expect.any(String) });
    expect(last(out).state).toEqual(await straight(size));
  };

  ranked.each([0, 1])(
    'rank %i is killed: the others end and name it, and the run goes on to the bit',
    async (lost) => {
      const out = run(`killed-${lost}`);
      let killed = 0;
      const pids: number[] = [];
      const { status, err, seconds } = await disturbed(out, 3, (ranks) => {
        killed = ranks.get(lost)!;
        pids.push(...ranks.values());
        process.kill(killed, 'SIGKILL');
      });
      expect(status).not.toBe(0);
      expect(seconds).toBeLessThan(10);
      const named = `error: rank ${lost} on ${hostname()} (process ${killed}) is gone; go on with: npx trm train --resume ${out}\n`;
      // mpiexec of MPICH may end before it has passed on what the others say.
      if (launcher.name !== 'MPICH' || err.includes('is gone')) expect(err).toContain(named);
      expect(err.split('is gone').length).toBeLessThanOrEqual(2);
      expect(pids).toHaveLength(3);
      await expect.poll(() => pids.filter(lives), { timeout: 5000 }).toEqual([]); // the last ones are on their way out
      await goesOn(out, 3);
    },
  );

  const disk = process.getuid?.() === 0 && process.platform === 'linux';
  const onDisk = disk ? once : it.skip;
  onDisk(
    `a full disk ends all of them with the last checkpoint${disk ? '' : ' (skipped: a disk of a test needs root)'}`,
    async () => {
      const out = run('full');
      mkdirSync(out);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', out]);
      if (mounted.status !== 0) return; // a container that may not
      try {
        const { status, err } = await disturbed(out, 2, () => {
          try {
            writeFileSync(join(out, 'ballast'), Buffer.alloc(2 ** 23));
          } catch {} // the disk is full then
        });
        expect(status).not.toBe(0);
        expect(err).toMatch(/^error: .*no space left/m);
        rmSync(join(out, 'ballast'));
        await goesOn(out, 2);
      } finally {
        spawnSync('umount', ['-l', out]);
      }
    },
  );

  ranked(
    'a signal to one rank stops all of them with a checkpoint; another number of ranks goes on',
    async () => {
      const out = run('stopped');
      const { err } = await disturbed(out, 2, (ranks) => process.kill(ranks.get(1)!, 'SIGTERM'));
      const { step } = last(out).state;
      expect(err).toContain(`stopped at step ${step}; go on with: npx trm train --resume ${out}\n`);
      const logged = readMetrics(out).length;
      expect(logged).toBe(step);
      expect(await on(3, resume(out, '--set', `steps=${step + 5}`))).toMatchObject({ status: 0 });
      expect(last(out).state.step).toBe(step + 5);
      const record = JSON.parse(readFileSync(runFiles.config(out), 'utf8'));
      expect(record.changes.at(-1)).toMatchObject({
        step,
        changed: expect.arrayContaining([['hardware.ranks', expect.any(Array), expect.any(Array)]]),
      });
    },
  );

  ranked('SIGUSR1 to the launcher stops all of them with a checkpoint', async () => {
    const out = run('asked');
    const { err, seconds } = await disturbed(out, 2, (_, launcher) => process.kill(launcher, 'SIGUSR1'));
    expect(err).toContain(`stopped at step ${last(out).state.step}; go on with: `);
    expect(seconds).toBeLessThan(10);
    await goesOn(out, 2);
  });

  ranked('what one rank alone lacks is said with its name, and ends all', async () => {
    const args = begin(run('lacking'));
    const [mpirun, ...flags] = launcher.command(1);
    const separately = [
      mpirun!,
      ...flags,
      process.execPath,
      main,
      ...args,
      ':',
      '-np',
      '1',
      process.execPath,
      main,
      ...args,
    ];
    const child = spawnSync(separately[0]!, [...separately.slice(1), '--threads', '999'], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(child.status).not.toBe(0);
    expect(child.stderr).toContain(
      `error: rank 1 on ${hostname()}: threads: 999 are too many for this machine`,
    );
    expect(existsSync(runFiles.config(run('lacking')))).toBe(false); // it was not begun
  });

  once('puzzles are shared for an evaluation, whose files rank 0 writes', async () => {
    const [wrong, alone] = [run('wrong.csv'), run('wrong-alone.csv')];
    const args = [
      'evaluate',
      at('one'),
      '--data',
      data,
      '--json',
      '--setting',
      'steps=3',
      '--setting',
      'rollouts=2,noise=0.3',
    ];
    const timeless = (text: string) => {
      const { evaluations, ...rest } = JSON.parse(text);
      return [
        rest,
        ...evaluations.map(({ seconds, examplesPerSecond, ...numbers }: Record<string, unknown>) => numbers),
      ];
    };
    const shared = await on(3, [...args, '--wrong', wrong]);
    const one = await trm([...args, '--wrong', alone]);
    expect(timeless(shared.out)).toEqual(timeless(one.out));
    expect(readFileSync(wrong, 'utf8')).toBe(readFileSync(alone, 'utf8'));
  });

  once('the runs of a sweep are shared out, and rank 0 reports what one process would', async () => {
    const file = at('seeds.yaml');
    writeFileSync(
      file,
      `recipes: [tiny.yaml]\ndatasets: { tiny: { folder: ${data} } }\nset: { steps: 6 }\nseeds: [0, 1, 2]\n`,
    );
    const out = run('sweep');
    const args = ['sweep', file, '--engine', 'ort', '--threads', '1', '--parallel', '1', '--out'];
    const { status, err, out: said } = await on(2, [...args, out]);
    expect({ status, err }).toEqual({
      status: 0,
      err: expect.stringContaining('3 runs for 2 ranks, these are the 2 of rank 0\n'),
    });
    expect(said.match(/^tiny.yaml /gm)).toHaveLength(1);
    if (!existsSync(at('sweep-alone')))
      expect(await trm([...args, at('sweep-alone')])).toMatchObject({ status: 0 });
    const resultsIn = (folder: string) => {
      const { runs } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
      return (runs as { arm: string; seed: number; status: string; result: RunResult }[]).map(
        ({ arm, seed, status, result: { evaluations } }) => {
          const [{ exact, cell, halting, wrong }] = evaluations as [NamedEvaluation];
          return { arm, seed, status, exact, cell, halting, wrong };
        },
      );
    };
    expect(resultsIn(out)).toEqual(resultsIn(at('sweep-alone')));
    const again = await on(2, [...args, out]);
    expect(again.err).toContain('runs are there already');
    expect(resultsIn(out)).toEqual(resultsIn(at('sweep-alone')));
  });

  ranked('SIGUSR1 to the launcher stops the runs of all ranks, and the sweep goes on', async () => {
    const [file, out] = [at('long.yaml'), run('long')];
    writeFileSync(
      file,
      `recipes: [tiny.yaml]\ndatasets: { tiny: { folder: ${data} } }\nset: { steps: 100000, evaluateEvery: 0 }\nseeds: [0, 1]\n`,
    );
    const args = ['sweep', file, '--engine', 'ort', '--threads', '1', '--out', out];
    const runs = [0, 1].map((seed) => join(out, 'runs', 'tiny.yaml', `seed-${seed}`));
    let pid = 0;
    const watching = setInterval(() => {
      if (!runs.every((folder) => existsSync(folder) && readMetrics(folder).length > 0)) return;
      clearInterval(watching);
      process.kill(pid, 'SIGUSR1');
    }, 50);
    const { err } = await on(2, args, {
      onStart: (launched) => {
        pid = launched;
      },
    });
    expect(err).toContain(`stopped; go on with: npx trm sweep ${file} --out ${out}\n`);
    expect(readFileSync(join(out, 'results.md'), 'utf8')).toContain(
      '**Not complete: 2 of 2 runs are to come',
    );
    for (const folder of runs) {
      expect(readdirSync(folder).filter((name) => name.startsWith('.lock'))).toEqual([]);
      expect(readFileSync(`${folder}.log`, 'utf8')).toMatch(/stopped at step \d+; go on with/);
    }
  });

  once('puzzles of several sizes are trained on in turn', async () => {
    for (const [name, size] of [
      ['small', '4'],
      ['wide', '4x6'],
    ] as const)
      if (!existsSync(at(name))) {
        const wanted = `data generate maze --like maze-hard --min-path 3 --count 20 --test-count 6 --size ${size} --out`;
        expect(await trm([...wanted.split(' '), at(name)])).toMatchObject({ status: 0 });
      }
    const settings =
      'steps=6 batchSize=5 evaluateEvery=3 model.hiddenSize=8 model.cycles=1 model.latentSteps=1'.split(' ');
    const args = (out: string) => [
      ...['train', '--config', 'maze-any', '--data', `${at('small')},${at('wide')}`, '--out', out],
      ...['--engine', 'native', '--set', ...settings],
    ];
    const out = run('sizes');
    const { status, err } = await on(2, args(out));
    expect({ status, err }).toEqual({ status: 0, err: expect.stringMatching(/^.*step 3: 4x6: exact/m) });
    if (!existsSync(at('sizes-alone')))
      expect(await trm(args(at('sizes-alone')))).toMatchObject({ status: 0 });
    const [ours, theirs] = [losses(out), losses(at('sizes-alone'))];
    expect(ours).toHaveLength(6);
    ours.forEach((loss, step) => {
      expect(Math.abs(loss / theirs[step]! - 1), `loss of step ${step + 1}`).toBeLessThan(1e-3);
    });
  });

  once(
    "a command that is not shared is rank 0's alone, and faults of a command line are said once",
    async () => {
      const { out, status } = await on(3, ['config', 'show', 'sudoku-4x4']);
      expect(status).toBe(0);
      expect(out.match(/^steps:/gm)).toHaveLength(1);
      const wrong = await on(3, ['train', '--bogus']);
      expect(wrong.err.match(/unknown option/g)).toHaveLength(1);
      const missing = await on(2, ['train', '--config', 'nope', '--data', data, '--out', run('none')]);
      expect(missing.status).toBe(2);
      expect(missing.err.match(/nope: no such recipe/g)).toHaveLength(1);
    },
  );

  once('a loss that is not finite ends all of them with the advice of one', async () => {
    const out = run('infinite');
    const { status, err } = await on(
      2,
      begin(out, '--set', 'learningRate=1e38', 'warmupSteps=0', 'checkpointEvery=1'),
    );
    expect(status).toBe(1);
    expect(err.match(/^error: the (loss|gradient norm) is .*trm train/gm)).toHaveLength(1);
    expect(err).not.toMatch(/MPI_ABORT|Abort\(/);
  });
});

/** Whether network namespaces can be made here, as root can. */
const hasNamespaces =
  launchers[0]!.installed &&
  spawnSync('ip', ['netns', 'add', 'trm-probe']).status === 0 &&
  spawnSync('ip', ['netns', 'del', 'trm-probe']).status === 0;
it.skipIf(!hasNamespaces)(
  `two ranks on two machines with a link between them${hasNamespaces ? '' : ' (skipped: no network namespaces)'}`,
  async () => {
    const script = fileURLToPath(new URL('../../bench/two-machines.sh', import.meta.url));
    const args = ['100mbit', process.execPath, main, ...begin(at('machines'), '--engine', 'ort')];
    const child = spawnSync(script, args, { encoding: 'utf8', timeout: 100_000 });
    expect({ status: child.status, err: child.stderr }).toEqual({
      status: 0,
      err: expect.stringMatching(/^ {2}trm-a: rank 0 \(process \d+\)\n {2}trm-b: rank 1 \(process \d+\)$/m),
    });
    losses(at('machines')).forEach((loss, step) => {
      expect(Math.abs(loss / losses(at('one'))[step]! - 1), `loss of step ${step + 1}`).toBeLessThan(1e-3);
    });
    expect(spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout).not.toContain('trm-');
  },
);

const both = launchers.every(({ installed }) => installed);
it.skipIf(!both)("an MPI that is not the launcher's is found out", async () => {
  const other = await ranksOf(launchers[0]!, 2, [
    main,
    ...begin(at('other')),
    '--mpi-library',
    'libmpich.so.12',
  ]);
  expect(other.status).not.toBe(0);
  expect(other.err).toMatch(
    /mpi: mpirun of Open MPI started 2 processes, MPICH \S+ sees 1; give the library of the same MPI/,
  );
  expect(existsSync(at('other'))).toBe(false);
});
