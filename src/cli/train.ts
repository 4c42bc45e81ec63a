/** `trm train`: trains a model from a recipe and a dataset, or goes on with a run. */

import { Command } from 'commander';
import type { PuzzleDataset } from '../data/dataset.ts';
import type { Config } from '../train/config.ts';
import { launched } from '../train/mpi/launcher.ts';
import type { Ranks } from '../train/mpi/ranks.ts';
import { runFiles } from './run-folder.ts';
import { threadsOf } from './run-record.ts';
import { describeSelection } from './selection.ts';
import type { SessionResult } from './session.ts';
import { countOf } from './support/count-of.ts';
import { computing, openEngine } from './support/engine.ts';
import { typed, word } from './support/invocation.ts';
import { folders } from './support/options.ts';
import { describeRanks, joinedRanks, mpiOption } from './support/ranks.ts';
import { nothingWritten } from './support/signals.ts';
import { type Stop, stopping } from './support/stopping.ts';
import type { Started, TrainFlags } from './train-start.ts';

export function trainCommand(): Command {
  const command = new Command('train')
    .description('train a model from a recipe and a dataset, or go on with a run')
    .option(
      '--config <file>',
      "recipe: a YAML file, a run's config.json or a shipped one of trm config list (a new run needs it, --from-run or --init)",
    )
    .option(
      '--from-run <run>',
      'begin anew with the settings of a run, and its dataset unless --data is given',
    )
    .option(
      '--data <folders>',
      'dataset with a train and a test split; several, between commas, are merged, those of other sizes trained on in turn, which takes a model with mixer: convolution (required for a new run without --from-run)',
      folders,
    )
    .option('--out <run>', 'folder of the new run (required for a new run)')
    .option(
      '--init <source>',
      "begin with a model's weights: a run, a file, a shipped model or hf:owner/name (without --config also with its settings)",
    )
    .option(
      '--resume <run>',
      'go on with a run that was stopped, to the same end, bit for bit; with --set to another one',
    )
    .option('--set <key=value...>', 'override keys of the recipe, e.g. --set steps=2000 seed=1')
    .option(
      '--find-rate [file]',
      'no run: try rising learning rates for 100 steps, draw the losses into an SVG or PNG file, replaced if it exists (default: find-rate.svg), and propose one',
    );
  return computing(command)
    .option('--tensorboard', "write TensorBoard's event files into the run too (see docs/experiments.md)")
    .addOption(mpiOption())
    .addHelpText(
      'after',
      `
Example:
  trm data generate sudoku --size 4 --count 2000 --seed 1 --out datasets/sudoku-4x4
  trm train --config sudoku-4x4 --data datasets/sudoku-4x4 --out runs/first
  trm train --resume runs/first
  trm train --resume runs/first --set steps=3000
  trm train --from-run runs/first --out runs/second --set seed=2
  trm train --config sudoku-4x4 --data datasets/sudoku-4x4 --find-rate rates.svg
  mpirun -np 4 trm train --config sudoku-extreme-mlp --data datasets/sudoku-extreme --out runs/four
`,
    )
    .action(async (flags: TrainFlags) => {
      if (flags.findRate !== undefined) return (await import('./find-rate.ts')).findRateCommand(flags);
      let farewell = flags.resume === undefined ? nothingWritten : stoppedIn(flags.resume);
      const early = stopping(() => {
        if (launched()) return undefined; // ranks stop together, in the session
        process.stderr.write(farewell);
        return 'exit';
      });
      try {
        const { begin, resume } = await import('./train-start.ts');
        const start = () => (flags.resume === undefined ? begin(flags) : resume(flags, flags.resume));
        const ranks = await joinedRanks(flags);
        const started = ranks
          ? await (await import('./train-ranks.ts')).startTogether(ranks.communicator, start)
          : await start();
        if (!started) return;
        farewell = stoppedIn(started.run, started.checkpoint.state.step);
        try {
          await trainOn(started, flags, early, ranks);
        } finally {
          started.unlock();
        }
      } finally {
        early.end();
      }
    });
}

/** @param step where it is known. */
function stoppedIn(run: string, step?: number): string {
  return typed(
    `stopped${step === undefined ? '' : ` at step ${step}`}; go on with: trm train --resume ${word(run)}\n`,
  );
}

/** @param early hears signals until the run's session does. */
async function trainOn(
  { run, checkpoint, data, splits, undo }: Started,
  flags: TrainFlags,
  early: Stop,
  ranks: Ranks | undefined,
): Promise<void> {
  const { describeHeldOut, runSession } = await import('./session.ts');
  const { tensorboard } = flags;
  const before = flags.resume === undefined ? undefined : threadsOf(run);
  const threads = flags.threads ?? ranks?.threads ?? before;
  if (threads !== undefined && threads === before && flags.threads === undefined)
    process.stderr.write(`threads: ${threads}, as the run has had; --threads changes it\n`);
  const { precision } = checkpoint.config;
  const opened = async () => {
    const backend = await openEngine({ ...flags, threads, precision });
    if (ranks) {
      const { sameOnRanks } = await import('./support/same-on-ranks.ts');
      const content = [...splits.train, ...splits.test];
      await sameOnRanks(ranks.communicator, [{ name: data.join(','), content }]); // all have their data and their engine
    }
    return backend;
  };
  const backend = await opened().catch((error) => {
    undo?.();
    throw error;
  });
  if (ranks) {
    process.stderr.write(`${describeRanks(ranks, flags.threads)}\n`);
    ranks.advise(typed(`go on with: trm train --resume ${word(run)}`));
  }
  await sayPuzzles(checkpoint.config, splits);
  const { steps } = checkpoint.config;
  const result = await runSession({
    run,
    checkpoint,
    backend,
    data,
    threads,
    tensorboard,
    ranks,
    before: early,
    stopped: (step) => stoppedIn(run, step),
    ...splits,
  });
  if (result.interrupted) {
    process.exitCode = 130;
    return;
  }
  const { evaluation, selection, bestStep, step } = result;
  if (evaluation && selection) process.stdout.write(`${describeHeldOut(evaluation, selection)}\n`);
  if (step < steps) {
    const since = `${result.evaluationsSinceBest} evaluations since step ${bestStep}, none of them better`;
    process.stdout.write(`stopped early at step ${step} of ${steps}: ${since}\n`);
  }
  if (bestStep !== undefined) {
    const chosen = selection ? `, chosen by ${describeSelection(selection)}` : '';
    process.stdout.write(`best checkpoint: step ${bestStep}${chosen}\n`);
  }
  process.stdout.write(`waited for data ${percent(result.dataShare)} of the time\n`);
  if (ranks) process.stdout.write(`${describeWaiting(result, ranks)}\n`);
  process.stdout.write(typed(`curves: ${runFiles.curves(run)}\nsolve with: trm solve ${word(run)} FILE\n`));
}

/** What the ranks spent on each other; a rank that hardly waits while others do is the slow one. */
function describeWaiting({ sumShare, waitShares }: SessionResult, { members }: Ranks): string {
  const slowest = waitShares.indexOf(Math.min(...waitShares));
  const mean = waitShares.reduce((sum, share) => sum + share, 0) / waitShares.length;
  const { host } = members[slowest]!;
  return `ranks waited for each other ${percent(mean)} of the time, least rank ${slowest} on ${host} (${percent(waitShares[slowest]!)}), and summed gradients ${percent(sumShare)}`;
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** How many puzzles are trained on, and on which the run is evaluated. */
async function sayPuzzles(config: Config, { train, test }: Started['splits']): Promise<void> {
  const { cutValidation } = await import('../data/validation.ts');
  const { shapeOf, sizeName } = await import('../train/sizes.ts');
  const cuts = train.map((one) => cutValidation(one, config));
  const groups = (datasets: readonly PuzzleDataset[]) =>
    datasets.reduce((sum, { groupIndices }) => sum + groupIndices.length - 1, 0);
  const trained = groups(cuts.map((cut) => cut.train));
  const validation = cuts.flatMap((cut) => cut.validation ?? []);
  const all = (validation.length > 0 ? validation : test).map(({ count }) => count);
  const wanted = Math.ceil(config.evaluateExamples / all.length) || Number.POSITIVE_INFINITY;
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const examples = total(all.map((count) => Math.min(wanted, count)));
  const heldOut =
    validation.length > 0
      ? `${countOf(groups(train) - trained, 'puzzle')} held out of training`
      : 'the test split';
  const sizes = train.map(({ metadata }) => sizeName(shapeOf(metadata))).join(', ');
  process.stderr.write(
    `training on ${countOf(trained, 'puzzle')}${train.length > 1 ? ` of ${sizes} in turn` : ''}, evaluating on ${examples} of ${countOf(total(all), 'example')} of ${heldOut}\n`,
  );
  const hasOwnRows = ({ metadata, puzzleIdentifiers }: PuzzleDataset) =>
    puzzleIdentifiers.some((id) => id !== metadata.blank_identifier_id);
  // Puzzles with rows of their own in the puzzle embedding (ARC's tasks) cannot be answered before these have learnt.
  if (validation.length > 0 && train.some(hasOwnRows))
    process.stderr.write(
      'validation: each of these puzzles has a row of the puzzle embedding, which is not learnt while it is held out; hardly one will be solved\n',
    );
}
