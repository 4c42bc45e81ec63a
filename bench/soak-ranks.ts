/**
 * `npm run soak:ranks`: a run on several ranks, one of which is killed at random, again and again; each time it is resumed. The
 * job has to end within ten seconds, leave no process behind and say which rank it was, and the run has to come to the same
 * bits as one that nobody disturbed.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Random } from '../src/data/random.ts';
import { decodeCheckpoint } from '../src/train/checkpoint.ts';
import { type Ended, type Launcher, launchers, lives, pidsOf, ranksOf } from '../test/train/mpi.ts';

const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    ranks: { type: 'string', default: '3' },
    seed: { type: 'string', default: '0' },
  },
});
const [kills, size] = [Number(flags.kills), Number(flags.ranks)];
const random = new Random(Number(flags.seed));
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'trm-soak-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const [data, recipe] = [join(folder, 'data'), join(folder, 'recipe.yaml')];

/** Milliseconds in which a job has to end. */
const ENDS = 10_000;
/** A rank is killed so many steps after the last checkpoint at the latest; every fourth one while they start, within so many milliseconds. */
const [FURTHEST, STARTING] = [30, 4000];
const steps = (FURTHEST + 10) * kills;

execFileSync(process.execPath, [main, ...'data generate sudoku --size 4 --count 50 --out'.split(' '), data], {
  stdio: 'ignore',
});
writeFileSync(
  recipe,
  `model: { hiddenSize: 16, heads: 2, cycles: 1, latentSteps: 1, puzzleSlots: 1, puzzleEmbeddingSize: 16, expansion: 1 }
steps: ${steps}
batchSize: 7
microBatchSize: 3
augment: true
learningRate: 1e-3
evaluateEvery: 0
checkpointEvery: 5
`,
);

function stateOf(run: string) {
  const file = join(run, 'checkpoints', 'last', 'checkpoint.safetensors');
  return existsSync(file) ? decodeCheckpoint(readFileSync(file), file).state : undefined;
}

/** Begins the run, or goes on with it. */
function session(launcher: Launcher, run: string, onStart = (_: number) => {}): Promise<Ended> {
  const begun = existsSync(join(run, 'config.json'));
  const args = begun ? ['--resume', run] : ['--config', recipe, '--data', data, '--out', run];
  return ranksOf(launcher, size, [main, 'train', ...args, '--engine', 'ort'], { onStart });
}

/** What went wrong when a rank of a session was killed. */
async function disturbed(launcher: Launcher, run: string, kill: number): Promise<string[]> {
  let job = 0;
  let end: Ended | undefined;
  const ended_ = session(launcher, run, (pid) => {
    job = pid;
  }).then((ended) => {
    end = ended;
  });
  const [rank, starting] = [random.int(size), random.int(4) === 0];
  const goal = (stateOf(run)?.step ?? 0) + 1 + random.int(FURTHEST);
  const time = performance.now() + (starting ? random.int(STARTING) : Number.POSITIVE_INFINITY);
  while (!end && performance.now() < time && (stateOf(run)?.step ?? -1) < goal) await setTimeout(20);
  while (!end && pidsOf(job).size < size) await setTimeout(20);
  const ranks = pidsOf(job);
  const victim = ranks.get(rank);
  if (end || victim === undefined) return [`it ended by itself: ${(end as Ended | undefined)?.err}`];
  process.kill(victim, 'SIGKILL');
  const begun = performance.now();
  await ended_;
  const seconds = (performance.now() - begun) / 1000;
  const { err, status } = end! as Ended;
  const ours = err.includes(`rank ${rank} on ${hostname()} (process ${victim}) is gone`);
  const theirs = err.includes(`rank ${rank} with PID`);
  // It does not say which, and may end before it has passed on what the others say.
  const unnamed = launcher.name === 'MPICH' && !err.includes('is gone');
  // A rank that was told to end may take a moment longer than its launcher.
  while (performance.now() - begun < ENDS && [...ranks.values()].some(lives)) await setTimeout(20);
  const left = [...ranks.values()].filter(lives);
  const step = stateOf(run)?.step ?? 'none';
  const by = ours ? 'trm' : theirs ? 'the launcher' : unnamed ? 'nobody (mpiexec was faster)' : 'nobody';
  console.log(
    `  kill ${kill}: rank ${rank} ${starting ? 'at the start' : `near step ${goal}`}, last checkpoint ${step}; ended in ${seconds.toFixed(1)} s, named by ${by}`,
  );
  return [
    ...(seconds * 1000 > ENDS ? [`it took ${seconds.toFixed(1)} s`] : []),
    ...(status === 0 ? ['its status is 0'] : []),
    ...(ours || theirs || unnamed ? [] : [`nobody named the rank: ${err}`]),
    ...(left.length > 0 ? [`processes ${left.join(', ')} are left`] : []),
  ];
}

async function soak(launcher: Launcher): Promise<number> {
  const [straight, run] = ['straight', 'run'].map((name) => join(folder, `${launcher.name}-${name}`)) as [
    string,
    string,
  ];
  console.log(`${launcher.name}, ${size} ranks, ${steps} steps`);
  await session(launcher, straight);
  let faults = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const found = await disturbed(launcher, run, kill);
    for (const fault of found) console.log(`    FAULT: ${fault}`);
    faults += found.length;
  }
  await session(launcher, run);
  const same = isDeepStrictEqual(stateOf(run), stateOf(straight));
  console.log(same ? '  the same bits in the end' : '  FAULT: other bits in the end');
  return faults + (same ? 0 : 1);
}

const there = launchers.filter(({ installed }) => installed);
for (const { name, installed } of launchers)
  if (!installed) console.log(`${name} is not installed, left out`);
let faults = 0;
for (const launcher of there) faults += await soak(launcher);
console.log(`${kills * there.length} kills, ${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;
