/** A sitting of a sweep, from its file to its results. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { parseJson } from '../../data/json.ts';
import { physicalCores } from '../../runtime/native/cpu.ts';
import { writeAtomically } from '../run-folder.ts';
import { lockRun } from '../run-lock.ts';
import type { EngineFlags } from '../support/engine.ts';
import { typed } from '../support/invocation.ts';
import { onStopSignals } from '../support/signals.ts';
import { formatCount, formatFlops } from '../terminal/amounts.ts';
import { formatDuration } from '../terminal/progress.ts';
import { renderTable } from '../terminal/table.ts';
import { measureArm, type PricedArm, priceArms } from './budget.ts';
import { Children } from './child.ts';
import { prepareDatasets } from './datasets.ts';
import { readSweep } from './file.ts';
import { armsOf } from './plan.ts';
import { reportJson, showResults, writeReport } from './report.ts';
import { type Finished, type Report, resultsOf } from './results.ts';
import { checkSame, type Run, resultOf, runsOf, type Sitting } from './run.ts';
import { carryOutRuns } from './side-by-side.ts';

export interface SweepFlags extends EngineFlags {
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

/** @throws TrmError `config` or `usage` before anything is trained; a run that fails is part of the results. */
export async function carryOutSweep(nameOrFile: string, flags: SweepFlags): Promise<void> {
  const { out } = flags;
  const sweep = readSweep(nameOrFile);
  const arms = armsOf(sweep);
  const parallel = flags.parallel ?? Math.min(physicalCores(), arms.length * sweep.seeds.length);
  const threads = flags.threads ?? Math.max(1, Math.floor(physicalCores() / parallel));
  const engine = { ...flags, threads };
  const unlock = await lockRun(out);
  const children = new Children();
  const deafen = onStopSignals(() => {
    const again = children.stopping;
    children.stop();
    if (!again)
      return void process.stderr.write('stopping: runs save what they have; Ctrl-C again stops at once\n');
    unlock();
    process.exit(130);
  });
  try {
    const kept = readKept(out);
    const save = () => writeAtomically(keptFile(out), [`${JSON.stringify(kept, null, 2)}\n`]);
    const datasets = await prepareDatasets(sweep, out, kept.made, save, children);
    const priced = await priceArms(sweep, arms, datasets, kept.stepSeconds, engine);
    save();
    const sitting: Sitting = { sweep, out, engine, tensorboard: flags.tensorboard === true, children };
    const runs = runsOf(sitting, priced);
    for (const run of runs) checkSame(run);
    if (flags.dryRun) await listArms(sitting, priced, runs, parallel, flags.json);
    else if (!children.stopping) await trainAll(sitting, priced, runs, parallel, flags.json);
  } catch (error) {
    if (!children.stopping) throw error;
  } finally {
    deafen();
    unlock();
  }
  if (!children.stopping) return;
  process.exitCode = 130;
  process.stderr.write(typed(`stopped; go on with: trm sweep ${nameOrFile} --out ${out}\n`));
}

const keptFile = (out: string): string => join(out, 'sweep.json');

function readKept(out: string): Kept {
  const file = keptFile(out);
  if (!existsSync(file)) return { made: {}, stepSeconds: {} };
  return parseJson(readFileSync(file, 'utf8'), file) as unknown as Kept;
}

async function trainAll(
  sitting: Sitting,
  arms: readonly PricedArm[],
  runs: readonly Run[],
  parallel: number,
  json: true | undefined,
): Promise<void> {
  const { sweep, out } = sitting;
  const recipe = ({ slug }: PricedArm) => join(out, 'recipes', `${slug}.yaml`);
  for (const arm of arms)
    writeAtomically(recipe(arm), [`# ${arm.name}, of ${sweep.file}\n${stringify(arm.config)}`]);
  const finished: Finished[] = await carryOutRuns(sitting, runs, ({ arm }) => recipe(arm), parallel);
  const report: Report = { sweep, finished, results: resultsOf(arms, finished, sweep.evaluate.settings) };
  const files = await writeReport(out, report);
  if (sitting.children.stopping) return; // the files tell what there is
  process.stdout.write(json ? `${JSON.stringify(reportJson(report))}\n` : `${showResults(report)}\n`);
  process.stderr.write(`in ${out}: ${files.join(', ')}\n`);
  if (finished.some(({ outcome }) => outcome.status !== 'done')) process.exitCode = 1;
}

/** The arms with what each of their runs costs, and the time that one measured arm lets expect of the others. */
async function listArms(
  { sweep, engine }: Sitting,
  arms: readonly PricedArm[],
  runs: readonly Run[],
  parallel: number,
  json: true | undefined,
): Promise<void> {
  const flopsOf = ({ cost }: PricedArm) => cost.training + cost.evaluation;
  const [first] = arms as [PricedArm, ...PricedArm[]];
  const rate = flopsOf(first) / (await measureArm(first, engine)).total;
  const secondsOf = (arm: PricedArm) => flopsOf(arm) / rate;
  const missing = runs.filter((run) => resultOf(run, sweep.evaluate) === undefined);
  const seconds = missing.reduce((sum, { arm }) => sum + secondsOf(arm), 0) / parallel;
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
    `${runs.length} runs, ${missing.length} to do, ${parallel} at a time: about ${formatDuration(seconds)} ` +
      `(at ${formatFlops(rate)}/s, measured on ${first.name} with ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'})\n`,
  );
}
