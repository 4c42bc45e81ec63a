/** How `trm train` comes to a run in its folder: it begins one, or takes one up where it was left. */

import { existsSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PuzzleDataset } from '../data/dataset.ts';
import { datasetHash } from '../data/dataset-hash.ts';
import { readSizes } from '../data/node/folder.ts';
import { TrmError } from '../errors.ts';
import { layoutOf } from '../inference/weights.ts';
import { isRecorded } from '../interop/node/run-checkpoint.ts';
import { isModelName, shippedModels } from '../interop/node/source.ts';
import { resized } from '../interop/official-checkpoint.ts';
import { ofOtherPuzzles } from '../train/adapt.ts';
import { checkKept, withSettings } from '../train/changes.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { type Config, parseConfig } from '../train/config.ts';
import { checkShapes, isFinished, newRun, takeUp } from '../train/run.ts';
import { sizedModels } from '../train/sizes.ts';
import { loadCheckpoint, runFiles, saveCheckpoint } from './run-folder.ts';
import { lockRun } from './run-lock.ts';
import { changesBetween, dataOf, readRecord } from './run-record.ts';
import { beginRun, tidyRun } from './session.ts';
import { applyOverrides, loadConfig } from './support/config-file.ts';
import { countOf } from './support/count-of.ts';
import type { EngineFlags } from './support/engine.ts';
import { typed, word } from './support/invocation.ts';
import { flagOf, refuseBeside } from './support/options.ts';
import { checkOutputs, checkOutside, sayTwice } from './support/output-file.ts';
import type { RankFlags } from './support/ranks.ts';
import { formatCount } from './terminal/amounts.ts';

export interface TrainFlags extends EngineFlags, RankFlags {
  readonly config?: string;
  readonly fromRun?: string;
  readonly data?: readonly string[];
  readonly out?: string;
  readonly resume?: string;
  readonly init?: string;
  readonly findRate?: string | true;
  readonly set?: readonly string[];
  readonly tensorboard?: true;
}

/** A run in its folder, which is this process's until `unlock`. */
export interface Started {
  readonly run: string;
  readonly checkpoint: Checkpoint;
  /** Folders of the dataset. */
  readonly data: readonly string[];
  /** Of each size of puzzles. */
  readonly splits: Readonly<Record<'train' | 'test', readonly PuzzleDataset[]>>;
  unlock(): void;
  /** Removes the run again, which was begun just now. */
  undo?(): void;
}

/** Makes a run's folder, with a checkpoint before anything else that takes time: Ctrl-C loses nothing from then on. */
export async function begin(flags: TrainFlags): Promise<Started> {
  const data = dataFor(flags);
  const { out: run } = flags;
  if (!run) throw needed('out');
  checkOut(run, data);
  checkOutputs({ '--out': runFiles.checkpoint(run, 'last') }, [flags.init]);
  if (flags.init === undefined) await configFor(flags); // a wrong recipe is reported before the dataset is read
  const splits = await readSizes(data);
  const first = await firstCheckpoint(flags, splits.train);
  checkShapes(first, splits.test);
  const checkpoint = {
    ...first,
    datasetHash: await datasetHash(splits.train),
    testHash: await testHash(first, splits),
  };
  const unlock = await lockRun(run);
  const undo = () => {
    for (const file of [runFiles.config(run), dirname(dirname(runFiles.checkpoint(run, 'last')))])
      rmSync(file, { recursive: true, force: true });
  };
  try {
    checkNoRun(run);
    try {
      beginRun(run, checkpoint, data, flags.threads);
    } catch (error) {
      removeEmpty(run);
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
  return { run, checkpoint, data, splits, unlock, undo };
}

/** Removes the folders of a checkpoint that could not be written, as on a full disk: what is left of them looks like a run. */
function removeEmpty(run: string): void {
  const last = dirname(runFiles.checkpoint(run, 'last'));
  try {
    for (const folder of [last, dirname(last)]) rmdirSync(folder);
  } catch {} // something is in it, or it was never made
}

/** A run where it was left, with what `--set` changes; undefined when it is at its end, which is said. */
export async function resume(flags: TrainFlags, run: string): Promise<Started | undefined> {
  const fix = 'a run keeps its settings; --set changes some of them';
  refuseBeside(flags, 'resume', ['config', 'fromRun', 'out', 'init'], fix);
  // The name of a shipped model is no run to go on with.
  if (!existsSync(run))
    throw new TrmError('usage', 'no such run', { file: run, fix: 'or begin one: --out RUN' });
  if (!statSync(run).isDirectory())
    throw new TrmError('usage', 'a file, not the folder of a run', { file: run, fix: insteadOf(run) });
  const unlock = await lockRun(run);
  try {
    const last = await lastCheckpoint(run);
    const checkpoint = withSettings(last, changed(last.config, flags.set ?? []));
    const { state, config } = checkpoint;
    if (isFinished(checkpoint)) {
      if (flags.data) await checkData(checkpoint, await readSizes(flags.data));
      tidyRun(run, checkpoint);
      sayFinished(run, checkpoint);
      unlock();
      return undefined;
    }
    const data = flags.data ?? dataOf(run);
    const splits = await readSizes(data);
    await checkData(checkpoint, splits); // before anything is written
    sayChanges(last, checkpoint);
    if (flags.set) saveCheckpoint(run, 'last', checkpoint); // killed, the run goes on with them
    process.stderr.write(`going on with ${run} at step ${state.step} of ${config.steps}\n`);
    if (checkpoint.datasetHash === undefined && state.step > 0)
      process.stderr.write('dataset: the checkpoint does not say which it was; taken for the same\n');
    return { run, checkpoint, data, splits, unlock };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** What to write in place of a file as `--resume`. */
function insteadOf(file: string): string {
  const above = dirname(file);
  const run = [above, dirname(dirname(above))].find((folder) =>
    existsSync(runFiles.checkpoint(folder, 'last')),
  );
  if (run !== undefined) return `name the folder: --resume ${word(run)}`;
  if (isModelName(file)) return `begin a run with its weights: --init ${word(file)} --out RUN`;
  return 'name the folder that trm train has made';
}

/** A fresh state with the settings and weights that are asked for. */
export async function firstCheckpoint(
  flags: TrainFlags,
  train: readonly PuzzleDataset[],
): Promise<Checkpoint> {
  const init = flags.init === undefined ? undefined : await loadCheckpoint(flags.init, 'best');
  const config = await configFor(flags, init);
  sayMaking(config, train);
  const start = newRun(config, train, init);
  const [from, to] = [init?.model.shape.puzzleEmbeddingRows, start.model.shape.puzzleEmbeddingRows];
  if (from !== undefined && from !== to) process.stderr.write(`${resized(from, to)}\n`);
  return start;
}

/** As many weights take a second or more to be drawn and saved. */
const MANY = 1e7;

/** Says what is made before anything else is heard of the run, where that takes long. */
function sayMaking({ model: settings }: Config, train: readonly PuzzleDataset[]): void {
  const { model } = sizedModels(settings, train)[0]!;
  const puzzles = model.shape.puzzleEmbeddingRows * model.puzzleEmbeddingSize;
  const count = layoutOf(model.parameters).count + puzzles;
  if (count >= MANY)
    process.stderr.write(`making ${formatCount(count)} weights of ${countOf(settings.layers, 'layer')}\n`);
}

/** The folders of `--data`, else of the run whose settings are taken. */
export function dataFor(flags: TrainFlags): readonly string[] {
  const { data, fromRun, config, init } = flags;
  if (config === undefined && fromRun === undefined && init === undefined) throw needed('config');
  refuseBeside(flags, 'config', ['fromRun']);
  if (fromRun !== undefined) checkRun(fromRun);
  if (data) {
    sayTwice(data);
    return data;
  }
  if (fromRun === undefined) throw needed('data');
  return dataOf(fromRun);
}

/** @throws TrmError `usage` where no run is there whose settings could be taken. */
function checkRun(run: string): void {
  if (isRecorded(run)) return;
  const refused = (what: string, fix: string) => new TrmError('usage', what, { file: run, fix });
  if (existsSync(run)) throw refused('not the folder of a run', 'name one that trm train has made');
  if (!shippedModels().has(run)) throw refused('no such run', 'check the path');
  throw refused('a shipped model has weights, but no run', `begin with them: --init ${run} --data FOLDER`);
}

async function configFor({ config, fromRun, set = [] }: TrainFlags, init?: Checkpoint): Promise<Config> {
  if (config !== undefined) return loadConfig(config, set);
  if (fromRun !== undefined) return overridden(readRecord(fromRun).config, set, runFiles.config(fromRun));
  const settings = structuredClone<Record<string, unknown>>(init!.config);
  Object.assign(settings, ofOtherPuzzles);
  if (init!.config.epochsPerIteration !== ofOtherPuzzles.epochsPerIteration)
    process.stderr.write(
      `epochsPerIteration: ${ofOtherPuzzles.epochsPerIteration} (${init!.config.epochsPerIteration} was for the dataset of the weights)\n`,
    );
  return overridden(settings, set);
}

function overridden(settings: unknown, set: readonly string[], file?: string): Config {
  const config = structuredClone<Record<string, unknown>>(parseConfig(settings, file));
  applyOverrides(config, set);
  return parseConfig(config, '--set');
}

/** The same for a run that goes on: what it keeps is said before what else may be wrong with the new value. */
function changed(before: Config, set: readonly string[]): Config {
  const config = structuredClone<Record<string, unknown>>(before);
  applyOverrides(config, set);
  checkKept(before, config);
  return parseConfig(config, '--set');
}

function needed(key: 'config' | 'data' | 'out'): TrmError {
  const fix = 'or go on with a run: --resume RUN';
  return new TrmError('usage', 'is needed for a new run', { key: flagOf(key), fix });
}

/** @throws TrmError `usage` when a run's files would lie among those of a dataset, or over others that are there. */
function checkOut(run: string, data: readonly string[]): void {
  checkNoRun(run);
  checkOutside(run, data, 'give the run a folder of its own, as runs/first');
}

function checkNoRun(run: string): void {
  const file = [runFiles.config, runFiles.metrics, runFiles.curves]
    .map((fileOf) => fileOf(run))
    .find((one) => existsSync(one));
  if (file === undefined) return;
  if (existsSync(runFiles.config(run)) && existsSync(runFiles.checkpoint(run, 'last')))
    throw new TrmError('usage', 'there is a run here already', {
      file: run,
      fix: `go on with it (--resume ${word(run)}) or choose another --out`,
    });
  throw new TrmError('usage', 'is there already, and a run would write over it', {
    file,
    fix: 'choose another --out, or remove it first',
  });
}

/** Of the split by which the best checkpoint is chosen; undefined where puzzles are held out of training for that. */
async function testHash({ config }: Checkpoint, { test }: Started['splits']): Promise<string | undefined> {
  return config.validation > 0 ? undefined : datasetHash(test);
}

/** @throws TrmError `data` on a dataset of other sizes or puzzles than that of the run. */
async function checkData(checkpoint: Checkpoint, splits: Started['splits']): Promise<void> {
  await takeUp(checkpoint, splits.train);
  checkShapes(checkpoint, splits.test);
  await checkTest(checkpoint, splits);
}

/** @throws TrmError `data` on another test split: by its accuracy no checkpoint could be held against the best so far. */
async function checkTest(checkpoint: Checkpoint, splits: Started['splits']): Promise<void> {
  const { testHash: before } = checkpoint;
  const now = await testHash(checkpoint, splits);
  if (before === undefined || now === undefined || now === before) return;
  const message = 'the test split holds other puzzles than the one that the run began with';
  const fix = 'use the dataset that the run began with, or begin a new run with its weights';
  throw new TrmError('data', message, { fix });
}

async function lastCheckpoint(run: string): Promise<Checkpoint> {
  const [file, best] = [runFiles.checkpoint(run, 'last'), runFiles.checkpoint(run, 'best')];
  if (!existsSync(file) && existsSync(best)) {
    const fix = `begin a run with it: trm train --init ${run} --data DATASET --out RUN`;
    throw new TrmError('checkpoint', 'the run has no such checkpoint, but its best one', { file, fix });
  }
  const last = await loadCheckpoint(run, 'last');
  if (existsSync(best) || last.bestExact < 0) return last;
  process.stderr.write(`${best}: the best checkpoint is gone; the next evaluation is the best there is\n`);
  return { ...last, bestExact: -1, bestStep: undefined, evaluationsSinceBest: 0 };
}

function sayChanges(before: Checkpoint, after: Checkpoint): void {
  const changes = changesBetween(before.config, after.config);
  if (changes.length === 0) return;
  const shown = changes.map(([key, was, is]) => `${key} ${was} -> ${is}`);
  process.stderr.write(`from step ${before.state.step} on: ${shown.join(', ')}\n`);
  if (after.bestExact !== before.bestExact)
    process.stderr.write('evaluateExamples: on other puzzles the best checkpoint is chosen anew\n');
}

function sayFinished(run: string, { config, state, bestStep, evaluationsSinceBest }: Checkpoint): void {
  const early = state.step < config.steps;
  const why = early ? `, ${evaluationsSinceBest} evaluations after the best` : '';
  const best = bestStep === undefined ? '' : `; the best is step ${bestStep}`;
  const next = early ? 'earlyStopping=0' : `steps=${2 * state.step}`;
  process.stdout.write(
    typed(
      `${run} is finished: step ${state.step} of ${config.steps}${why}${best}\n` +
        `train it further with: trm train --resume ${word(run)} --set ${next}\nsolve with: trm solve ${word(run)} FILE\n`,
    ),
  );
}
