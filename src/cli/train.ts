/** `trm train`: trains a model from a recipe and a dataset, or goes on with a run. */

import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { PuzzleDataset } from '../data/dataset.ts';
import { ioError } from '../data/node/io-error.ts';
import { TrmError } from '../errors.ts';
import { resized } from '../interop/official-checkpoint.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { type Config, parseConfig } from '../train/config.ts';
import { loadCheckpoint, runFiles } from './run-folder.ts';
import { describeSelection } from './selection.ts';
import { typed } from './support/invocation.ts';
import { type ComputeFlags, computing, folders } from './support/options.ts';

interface TrainFlags extends ComputeFlags {
  readonly config?: string;
  readonly data?: readonly string[];
  readonly out?: string;
  readonly resume?: string;
  readonly init?: string;
  readonly set?: readonly string[];
}

export function trainCommand(): Command {
  const command = new Command('train')
    .description('train a model from a recipe and a dataset, or go on with a run')
    .option(
      '--config <file>',
      "recipe: a YAML file, a run's config.json or a shipped one of trm config list (required for a new run)",
    )
    .option(
      '--data <folders>',
      'dataset with a train and a test split; several are merged (required for a new run)',
      folders,
    )
    .option('--out <run>', 'folder of the new run (required for a new run)')
    .option(
      '--init <source>',
      "begin with a model's weights: a run, a file, a shipped model or hf:owner/name (without --config also with its settings)",
    )
    .option('--resume <run>', 'go on with a run that was stopped, to the same end, bit for bit')
    .option('--set <key=value...>', 'override keys of the recipe, e.g. --set steps=2000 seed=1');
  return computing(command)
    .addHelpText(
      'after',
      '\nExample:\n  trm data generate sudoku --size 4 --count 2000 --seed 1 --out datasets/sudoku-4x4\n  trm train --config sudoku-4x4 --data datasets/sudoku-4x4 --out runs/first\n  trm train --resume runs/first\n',
    )
    .action(async (flags: TrainFlags) => {
      const { run, checkpoint, data } = flags.resume === undefined ? await begin(flags) : await resume(flags);
      const { openBackend } = await import('../runtime/node.ts');
      const { readSplits } = await import('../data/node/folder.ts');
      const { beginRun, describeHeldOut, runSession } = await import('./session.ts');
      const splits = await readSplits(data);
      const start = checkpoint ?? (await firstCheckpoint(flags, splits.train));
      const backend = await openBackend({ device: flags.device, threads: flags.threads });
      process.stderr.write(`device ${backend.device} (${backend.reason})\n`);
      warnOfRows(start.config, splits.train);
      const session = { run, checkpoint: start, backend, data, ...splits };
      if (!checkpoint) beginRun(session);
      const result = await runSession(session);
      if (result.interrupted) {
        process.stderr.write(
          typed(`stopped at step ${result.step}; go on with: trm train --resume ${run}\n`),
        );
        process.exitCode = 130;
        return;
      }
      const { evaluation, selection } = result;
      if (evaluation && selection) {
        process.stdout.write(`${describeHeldOut(evaluation, selection)}\n`);
        process.stdout.write(`best checkpoint: chosen by ${describeSelection(selection)}\n`);
      }
      process.stdout.write(`waited for data ${(100 * result.dataShare).toFixed(2)} % of the time\n`);
      process.stdout.write(typed(`curves: ${runFiles.curves(run)}\nsolve with: trm solve ${run} FILE\n`));
    });
}

/** Puzzles with rows of their own in the puzzle embedding (ARC's tasks) cannot be answered before these have learnt. */
function warnOfRows({ validation }: Config, { metadata, puzzleIdentifiers }: PuzzleDataset): void {
  if (validation === 0 || puzzleIdentifiers.every((id) => id === metadata.blank_identifier_id)) return;
  process.stderr.write(
    'validation: each of these puzzles has a row of the puzzle embedding, which is not learnt while it is held out; hardly one will be solved\n',
  );
}

async function firstCheckpoint(flags: TrainFlags, train: PuzzleDataset): Promise<Checkpoint> {
  const { newRun } = await import('../train/run.ts');
  const init = flags.init === undefined ? undefined : await loadCheckpoint(flags.init, 'best');
  const start = newRun(await config(flags, init), train, init);
  const [from, to] = [init?.model.shape.puzzleEmbeddingRows, start.model.shape.puzzleEmbeddingRows];
  if (from !== undefined && from !== to) process.stderr.write(`${resized(from, to)}\n`);
  return start;
}

async function config({ config, set = [] }: TrainFlags, init?: Checkpoint): Promise<Config> {
  const { ofOtherPuzzles } = await import('../train/adapt.ts');
  const { applyOverride, loadConfig } = await import('./support/config-file.ts');
  if (config !== undefined || !init) return loadConfig(config!, set);
  const settings = structuredClone<Record<string, unknown>>(init.config);
  Object.assign(settings, ofOtherPuzzles);
  if (init.config.epochsPerIteration !== ofOtherPuzzles.epochsPerIteration)
    process.stderr.write(
      `epochsPerIteration: ${ofOtherPuzzles.epochsPerIteration} (${init.config.epochsPerIteration} was for the dataset of the weights)\n`,
    );
  for (const override of set) applyOverride(settings, override);
  return parseConfig(settings, '--set');
}

async function begin(flags: TrainFlags) {
  for (const key of ['config', 'data', 'out'] as const) {
    if (flags[key] === undefined && !(key === 'config' && flags.init !== undefined))
      throw new TrmError('usage', 'is needed for a new run', {
        key: `--${key}`,
        fix: 'or go on with one: --resume RUN',
      });
  }
  const run = flags.out!;
  if (existsSync(runFiles.config(run))) {
    throw new TrmError('usage', 'there is a run here already', {
      file: run,
      fix: `go on with it (--resume ${run}) or choose another --out`,
    });
  }
  if (flags.config !== undefined) await config(flags); // A wrong recipe is reported before the dataset is read.
  return { run, checkpoint: undefined, data: flags.data! };
}

async function resume(flags: TrainFlags) {
  const run = flags.resume!;
  for (const key of ['config', 'out', 'init'] as const) {
    if (flags[key] !== undefined)
      throw new TrmError('usage', 'does not go with --resume', {
        key: `--${key}`,
        fix: 'a run keeps its settings',
      });
  }
  if (flags.set)
    throw new TrmError('usage', 'does not go with --resume', {
      key: '--set',
      fix: 'a run keeps its settings',
    });
  // The name of a shipped model is no run to go on with.
  if (!existsSync(run))
    throw new TrmError('usage', 'no such run', { file: run, fix: 'or begin one: --out RUN' });
  const last = await loadCheckpoint(run, 'last');
  // Where the best checkpoint is gone, the next evaluation is the best there is.
  const bestExact = existsSync(runFiles.checkpoint(run, 'best')) ? last.bestExact : -1;
  return { run, checkpoint: { ...last, bestExact }, data: flags.data ?? dataOf(run) };
}

/** The datasets that a run's config.json names. */
function dataOf(run: string): readonly string[] {
  const file = runFiles.config(run);
  try {
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data?: unknown };
    const named = [data].flat();
    if (named.length > 0 && named.every((folder) => typeof folder === 'string')) return named;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw ioError(error, file);
  }
  throw new TrmError('data', 'does not name the dataset', { file, key: 'data', fix: 'give --data FOLDER' });
}
