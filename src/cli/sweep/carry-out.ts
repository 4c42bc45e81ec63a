/** A sitting of a sweep, from its file to its results. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { parseJson } from '../../data/json.ts';
import { namesIn } from '../../data/node/names-in.ts';
import { textAt } from '../../data/node/text-at.ts';
import { TrmError } from '../../errors.ts';
import { physicalCores } from '../../runtime/native/cpu.ts';
import { alone, onAnyRank } from '../../train/communicator.ts';
import { writeAtomically } from '../run-folder.ts';
import { lockRun } from '../run-lock.ts';
import type { EngineFlags } from '../support/engine.ts';
import { typed, word } from '../support/invocation.ts';
import { checkOutside } from '../support/output-file.ts';
import { describeRanks, joinedRanks, type RankFlags } from '../support/ranks.ts';
import { onStopSignals } from '../support/signals.ts';
import { formatCount, formatFlops } from '../terminal/amounts.ts';
import { formatDuration } from '../terminal/progress.ts';
import { renderTable } from '../terminal/table.ts';
import { measureArm, type PricedArm, priceArms } from './budget.ts';
import { Children } from './child.ts';
import { prepareDatasets } from './datasets.ts';
import { readSweep } from './file.ts';
import { lawsOf } from './fits.ts';
import { type Arm, armsOf } from './plan.ts';
import { reportJson, showResults, writeReport } from './report.ts';
import { type Report, resultsOf } from './results.ts';
import { checkSame, type Run, resultOf, runsOf, type Sitting } from './run.ts';
import { carryOutShared } from './shares.ts';

export interface SweepFlags extends EngineFlags, RankFlags {
  readonly out: string;
  readonly parallel?: number;
  readonly dryRun?: true;
  readonly tensorboard?: true;
  readonly json?: true;
}

/** sweep.json: what later sittings must know beside the file. */
interface Kept {
  /** The words that made each dataset. */
  readonly made: Record<string, string>;
  /** Seconds of a step, as measured for a budget of minutes. */
  readonly stepSeconds: Record<string, number>;
}

/**
 * On several ranks rank 0 prepares the sweep, each carries out its share of the runs, and rank 0 reports. All see its folder.
 *
 * @throws TrmError `config` or `usage` before anything is trained; a run that fails is part of the results.
 */
export async function carryOutSweep(nameOrFile: string, flags: SweepFlags): Promise<void> {
  const { out } = flags;
  const sweep = readSweep(nameOrFile);
  const arms = armsOf(sweep);
  const folders = Object.values(sweep.datasets).flatMap(({ folder = [] }) => folder);
  checkOutside(out, folders, 'give the sweep a folder of its own, as runs/sweep');
  const ranks = await joinedRanks(flags);
  const { communicator, threads: cores } = ranks ?? { communicator: alone, threads: physicalCores() };
  const most = Math.ceil((arms.length * sweep.seeds.length) / communicator.size);
  const parallel = flags.parallel ?? Math.min(cores, most);
  const threads = flags.threads ?? Math.max(1, Math.floor(cores / parallel));
  const onward = typed(`go on with: trm sweep ${word(nameOrFile)} --out ${word(out)}`);
  if (ranks) {
    process.stderr.write(`${describeRanks(ranks)}\n`);
    ranks.advise(onward);
  }
  const leads = communicator.rank === 0;
  if (leads) checkOut(out);
  const unlock = leads ? await lockRun(out) : () => {};
  const children = new Children();
  const deafen = onStopSignals(() => {
    const again = children.stopping;
    children.stop();
    if (!again)
      return void process.stderr.write('stopping: runs save what they have; Ctrl-C again stops at once\n');
    unlock();
    process.exit(130);
  });
  ranks?.lost.addEventListener('abort', () => children.stop());
  const engine = { ...flags, threads };
  const tensorboard = flags.tensorboard === true;
  const sitting: Sitting = { sweep, out, engine, parallel, tensorboard, children, communicator };
  try {
    const prepared = await prepareTogether(sitting, arms);
    if (prepared && flags.dryRun) {
      if (leads) await listArms(sitting, prepared, flags.json);
    } else if (prepared) await trainAll(sitting, prepared, flags.json);
    if (!(await onAnyRank(communicator, children.stopping))) return;
  } finally {
    deafen();
    unlock();
  }
  process.exitCode = 130;
  process.stderr.write(`stopped; ${onward}\n`);
}

interface Prepared {
  readonly priced: readonly PricedArm[];
  readonly runs: readonly Run[];
}

/** Rank 0 makes what is missing, then the others find it there. Undefined on all of them where it was stopped meanwhile. */
async function prepareTogether(sitting: Sitting, arms: readonly Arm[]): Promise<Prepared | undefined> {
  const { communicator, children } = sitting;
  const first =
    communicator.rank > 0
      ? undefined
      : await prepare(sitting, arms).catch((error) => {
          if (!children.stopping) throw error;
        });
  if (await onAnyRank(communicator, children.stopping)) return undefined;
  return first ?? prepare(sitting, arms);
}

async function prepare(sitting: Sitting, arms: readonly Arm[]): Promise<Prepared> {
  const { sweep, out, engine, communicator, children } = sitting;
  const leads = communicator.rank === 0;
  if (!leads && !existsSync(keptFile(out)))
    throw new TrmError('usage', 'is not the folder that rank 0 sees under this name', {
      key: '--out',
      fix: 'choose one on a disk that all machines share',
    });
  const kept = readKept(out);
  const save = () => {
    if (leads) writeAtomically(keptFile(out), [`${JSON.stringify(kept, null, 2)}\n`]);
  };
  const datasets = await prepareDatasets(sweep, out, kept.made, save, children);
  const priced = await priceArms(sweep, arms, datasets, kept.stepSeconds, engine);
  save();
  const runs = runsOf(sitting, priced);
  for (const run of runs) checkSame(run);
  return { priced, runs };
}

/** What a sweep makes in its folder, or a run in its own. */
const MADE = /^(config\.json|results\.(md|csv|json)|recipes|runs|.*\.(svg|png))$/;

/** @throws TrmError `usage` where files that are not a sweep's would be written over. */
function checkOut(out: string): void {
  if (existsSync(keptFile(out)) || !existsSync(out)) return;
  const there = namesIn(out).find((name) => MADE.test(name));
  if (there === undefined) return;
  throw new TrmError('usage', 'is there already, and a sweep may write over it', {
    file: join(out, there),
    fix: 'give the sweep a folder of its own, as runs/sweep',
  });
}

const keptFile = (out: string): string => join(out, 'sweep.json');

function readKept(out: string): Kept {
  const file = keptFile(out);
  const text = textAt(file);
  if (text === undefined) return { made: {}, stepSeconds: {} };
  return parseJson(text, file) as unknown as Kept;
}

async function trainAll(sitting: Sitting, { priced, runs }: Prepared, json: true | undefined): Promise<void> {
  const { sweep, out, communicator } = sitting;
  const recipe = ({ slug }: PricedArm) => join(out, 'recipes', `${slug}.yaml`);
  if (communicator.rank === 0)
    for (const arm of priced)
      writeAtomically(recipe(arm), [`# ${arm.name}, of ${sweep.file}\n${stringify(arm.config)}`]);
  const finished = await carryOutShared(sitting, runs, ({ arm }) => recipe(arm));
  if (communicator.rank > 0) return;
  const results = resultsOf(priced, finished, sweep.evaluate.settings);
  const report: Report = { sweep, finished, results, laws: lawsOf(sweep.fit, results, finished) };
  const files = await writeReport(out, report);
  if (finished.some(({ outcome }) => outcome.status === 'stopped')) return; // the files tell what there is
  process.stdout.write(json ? `${JSON.stringify(reportJson(report))}\n` : `${showResults(report)}\n`);
  process.stderr.write(`in ${out}: ${files.join(', ')}\n`);
  if (finished.some(({ outcome }) => outcome.status !== 'done')) process.exitCode = 1;
}

/** The arms with what each of their runs costs, and the time that one measured arm lets expect of the others. */
async function listArms(
  { sweep, engine, parallel, communicator }: Sitting,
  { priced: arms, runs }: Prepared,
  json: true | undefined,
): Promise<void> {
  const flopsOf = ({ cost }: PricedArm) => cost.training + cost.evaluation;
  const [first] = arms as [PricedArm, ...PricedArm[]];
  const rate = flopsOf(first) / (await measureArm(first, engine)).total;
  const secondsOf = (arm: PricedArm) => flopsOf(arm) / rate;
  const missing = runs.filter((run) => resultOf(run, sweep.evaluate) === undefined);
  const atOnce = parallel * communicator.size;
  const seconds = missing.reduce((sum, { arm }) => sum + secondsOf(arm), 0) / atOnce;
  if (json) {
    const list = arms.map((arm) => ({
      name: arm.name,
      cost: arm.cost,
      config: arm.config,
      seconds: secondsOf(arm),
    }));
    process.stdout.write(
      `${JSON.stringify({ arms: list, runs: runs.length, missing: missing.length, seconds })}\n`,
    );
    return;
  }
  const rows = arms.map((arm) => [
    arm.name,
    arm.dataset,
    formatCount(arm.cost.parameters),
    String(arm.config.steps),
    formatFlops(arm.cost.trainingStep),
    formatFlops(arm.cost.training),
    formatFlops(arm.cost.answer),
    formatDuration(secondsOf(arm)),
  ]);
  const head = ['arm', 'dataset', 'weights', 'steps', 'a step', 'training', 'an answer', 'time'];
  process.stdout.write(`${renderTable([head, ...rows], 2)}\n`);
  process.stdout.write(
    `${runs.length} runs, ${missing.length} to do, ${atOnce} at a time: about ${formatDuration(seconds)} ` +
      `(at ${formatFlops(rate)}/s, measured on ${first.name} with ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'})\n`,
  );
}
