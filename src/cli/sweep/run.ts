/** One run of a sweep: trained by `trm train`, taken up where an earlier sitting left it, then measured by `trm evaluate`. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '../../data/json.ts';
import { textAt } from '../../data/node/text-at.ts';
import { TrmError } from '../../errors.ts';
import type { Evaluation } from '../../evaluate/evaluate.ts';
import type { Communicator } from '../../train/communicator.ts';
import type { Config } from '../../train/config.ts';
import { lastStep } from '../metrics.ts';
import { runFiles, writeAtomically } from '../run-folder.ts';
import { changesBetween, readRecord } from '../run-record.ts';
import type { EngineFlags } from '../support/engine.ts';
import { flagOf } from '../support/options.ts';
import type { PricedArm } from './budget.ts';
import type { Children } from './child.ts';
import type { Sweep } from './file.ts';

export interface Run {
  readonly arm: PricedArm;
  readonly seed: number;
  readonly folder: string;
  readonly config: Config;
}

/** An evaluation under one of the sweep's settings. */
export interface NamedEvaluation extends Evaluation {
  /** `steps=16`; empty where the sweep names none. */
  readonly setting: string;
  /** Rows of the test split that were not solved. */
  readonly wrong: readonly number[];
}

/** What a run came to, kept in its folder as result.json. */
export interface RunResult {
  /** How it was to be evaluated. */
  readonly asked: Sweep['evaluate'];
  /** Steps that were taken. */
  readonly steps: number;
  /** Seconds of training. */
  readonly seconds: number;
  readonly evaluations: readonly NamedEvaluation[];
}

export type Outcome =
  | { readonly status: 'done'; readonly result: RunResult }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'stopped' };

/** What all runs of a sweep share. */
export interface Sitting {
  readonly sweep: Sweep;
  readonly out: string;
  readonly engine: EngineFlags;
  /** Runs at a time, of each rank. */
  readonly parallel: number;
  readonly tensorboard: boolean;
  readonly children: Children;
  /** Of the ranks that share the runs. */
  readonly communicator: Communicator;
}

/** Every arm with the first seed, then with the next: what is there early compares all arms. */
export function runsOf({ sweep, out }: Pick<Sitting, 'sweep' | 'out'>, arms: readonly PricedArm[]): Run[] {
  return sweep.seeds.flatMap((seed) =>
    arms.map((arm) => ({
      arm,
      seed,
      folder: join(out, 'runs', arm.slug, `seed-${seed}`),
      config: { ...arm.config, seed },
    })),
  );
}

const resultFile = ({ folder }: Run): string => join(folder, 'result.json');

/** What a run came to in an earlier sitting, measured as it is asked for now. */
export function resultOf(run: Run, asked: Sweep['evaluate']): RunResult | undefined {
  const file = resultFile(run);
  const text = textAt(file);
  if (text === undefined) return undefined;
  const result = parseJson(text, file) as RunResult;
  return JSON.stringify(result.asked) === JSON.stringify(asked) ? result : undefined;
}

/** @throws TrmError `config` when the run was begun with other settings. */
export function checkSame({ folder, config }: Run): void {
  if (!existsSync(runFiles.config(folder))) return;
  const [change] = changesBetween(Object(readRecord(folder).config), config);
  if (!change) return;
  const [key, before, after] = change;
  const fix = 'choose another --out, or remove the run';
  throw new TrmError('config', `was begun with ${before}, the sweep asks for ${after}`, {
    file: folder,
    key,
    fix,
  });
}

/** Trains and measures what is missing. @param recipe file of the arm's settings. */
export async function carryOut(run: Run, recipe: string, sitting: Sitting): Promise<Outcome> {
  const { folder, arm, seed } = run;
  const log = `${folder}.log`;
  const engine = engineArgs(sitting.engine);
  const begun = existsSync(runFiles.config(folder));
  const what = begun
    ? ['--resume', folder]
    : ['--config', recipe, '--data', arm.data.folder, '--out', folder, '--set', `seed=${seed}`];
  const more = sitting.tensorboard ? ['--tensorboard'] : [];
  const trained = await sitting.children.run(['train', ...what, ...engine, ...more], log);
  if (trained.outcome !== 'done') return endOf(trained.outcome, trained.reason);

  const { checkpoint, settings, examples, seed: drawn, batchSize } = sitting.sweep.evaluate;
  const wrong = join(folder, 'wrong.jsonl');
  const options = { checkpoint, examples, seed: drawn, batchSize, precision: run.config.precision, wrong };
  const measured = await sitting.children.run(
    [
      ...['evaluate', folder, '--data', arm.data.folder, '--json', ...optionArgs(options)],
      ...(settings ?? []).flatMap((setting) => ['--setting', setting]),
      ...engine,
    ],
    log,
  );
  if (measured.outcome !== 'done') return endOf(measured.outcome, measured.reason);
  const last = lastStep(folder);
  const result: RunResult = {
    asked: sitting.sweep.evaluate,
    steps: last?.step ?? 0,
    seconds: last?.seconds ?? 0,
    evaluations: evaluationsIn(measured.stdout, wrong, settings),
  };
  writeAtomically(resultFile(run), [`${JSON.stringify(result)}\n`]);
  return { status: 'done', result };
}

function endOf(outcome: 'failed' | 'stopped', reason: string): Outcome {
  return outcome === 'stopped' ? { status: 'stopped' } : { status: 'failed', reason };
}

/** What `trm evaluate --json --wrong` said, one evaluation for each setting. */
function evaluationsIn(
  json: string,
  wrongFile: string,
  settings: Sweep['evaluate']['settings'],
): NamedEvaluation[] {
  const { evaluations } = JSON.parse(json) as { evaluations: (Evaluation & { name: string })[] };
  const unsolved = readFileSync(wrongFile, 'utf8').split('\n').filter(Boolean);
  const wrong = unsolved.map((line) => JSON.parse(line) as { name: string; row: number });
  return evaluations.map(({ name, ...evaluation }, i) => ({
    ...evaluation,
    setting: settings?.[i] ?? '',
    wrong: wrong.filter((row) => row.name === name).map(({ row }) => row),
  }));
}

const engineArgs = ({ engine, device, threads }: EngineFlags): string[] =>
  optionArgs({ engine, device, threads });

/** `--batch-size 16` of `{ batchSize: 16 }`; what is undefined is left out. */
function optionArgs(options: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(options).flatMap(([key, value]) =>
    value === undefined ? [] : [flagOf(key), String(value)],
  );
}
