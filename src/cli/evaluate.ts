/** `trm evaluate`: accuracy of runs on the test split, alone or side by side. */

import { Command, Option } from 'commander';
import { isDataset } from '../data/node/is-dataset.ts';
import { TrmError } from '../errors.ts';
import { MOST_STEPS } from '../evaluate/thinking-settings.ts';
import { alone } from '../train/communicator.ts';
import { launched } from '../train/mpi/launcher.ts';
import { armsOf, type EvaluateFlags, settingsSchema, variantsOf } from './arms.ts';
import { computing, precisionOption } from './support/engine.ts';
import { word } from './support/invocation.ts';
import { explainKeys } from './support/key-values.ts';
import {
  collect,
  flagOf,
  folders,
  given,
  integer,
  integerBetween,
  positiveInteger,
} from './support/options.ts';
import { checkOutputs, outputFile, type PictureFile, pictureFile, sayTwice } from './support/output-file.ts';
import { describeRanks, joinedRanks, mpiOption } from './support/ranks.ts';
import { stoppingAtOnce } from './support/stopping.ts';

/** Flags that name a file to write. */
const outputKeys = ['csv', 'plot', 'wrong', 'submission', 'image'] as const;

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('measure runs on the test split of a dataset, several of them side by side')
    .argument('<runs...>', 'folders of runs, checkpoint files, shipped models, or hf:owner/name')
    .requiredOption(
      '--data <folders>',
      'dataset; several, between commas, are merged as in training',
      folders,
    )
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .option('--steps <n>', 'supervision steps (default: as in training)', integerBetween(1, MOST_STEPS))
    .option(
      '--setting <key=value,...>',
      'evaluate with these settings, explained below; repeat it to compare several',
      collect,
    )
    .option(
      '--answers <n>',
      'ask each puzzle from n starts: the share of its answers that are found, with 1, 2, 4, … of them',
      positiveInteger,
    )
    .option('--examples <n>', 'only n examples: the first ones, or with --seed random ones', positiveInteger)
    .option('--seed <n>', 'draw the examples at random, the same ones for the same seed', integer)
    .option('--batch-size <n>', 'puzzles answered at once', positiveInteger, 16);
  return computing(command)
    .addOption(precisionOption())
    .addOption(mpiOption())
    .option(
      '--by-difficulty',
      'accuracy by difficulty too: the guesses that a search takes, the steps of a maze',
    )
    .option('--json', 'print one JSON object')
    .option(
      '--csv <file>',
      'write a table, replaced if it exists: a row each supervision step, or each test grid of ARC',
    )
    .option(
      '--plot <file>',
      'draw the accuracy by supervision step, or against the compute of an answer where settings differ in it, .svg or .png, replaced if it exists',
    )
    .option(
      '--wrong <file>',
      'write the puzzles not solved, .csv or .jsonl, replaced if it exists: question, answer, what was given',
    )
    .option('--only <task>', 'ARC: only this task (repeatable)', collect)
    .option(
      '--submission <file>',
      "ARC: write the attempts as Kaggle's submission.json, replaced if it exists",
    )
    .option('--image <file>', 'ARC: draw the attempts beside the truth, .svg or .png, replaced if it exists')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  trm evaluate runs/first --data datasets/sudoku-4x4\n' +
        '  trm evaluate runs/first runs/second --data datasets/sudoku-4x4 --plot steps.svg\n' +
        '  trm evaluate runs/first --data datasets/sudoku-4x4 --setting steps=4 --setting steps=16\n' +
        '  trm evaluate runs/first --data datasets/sudoku-4x4 --examples 500 --seed 1 --wrong wrong.csv\n' +
        '  trm evaluate runs/first --data datasets/sudoku-4x4 --setting steps=16 --setting halt=0.5\n' +
        '  trm evaluate sudoku-9x9 --data datasets/hard --setting effort=2 --setting effort=8 --plot compute.svg\n' +
        '  trm evaluate runs/queens --data datasets/queens-8x8 --answers 32\n' +
        '  trm evaluate runs/arc --data datasets/arc-1 --submission submission.json --image attempts.svg\n' +
        `\nSettings, a value each:\n${explainKeys(settingsSchema)}\n`,
    )
    .action(async (runs: string[], flags: EvaluateFlags, command: Command) => {
      const stop = launched() ? undefined : stoppingAtOnce(); // ranks end together
      if (flags.seed !== undefined && flags.examples === undefined)
        throw new TrmError('usage', 'draws some examples', {
          key: '--seed',
          fix: 'say how many: --examples N',
        });
      const another = runs.find((run) => isDataset(run));
      if (another !== undefined)
        throw new TrmError('usage', 'the folder of a dataset, not of a run', {
          file: another,
          fix: `put several datasets between commas: --data ${word([...flags.data, another].join(','))}`,
        });
      sayTwice(flags.data);
      const variants = variantsOf(flags, given(command));
      const ranks = await joinedRanks(flags);
      const communicator = ranks?.communicator ?? alone;
      const { plot, image } = communicator.rank === 0 ? await places(runs, flags) : {};
      const load = () => armsOf(runs, variants, flags);
      const loaded = communicator.rank === 0 ? await load() : undefined;
      await communicator.barrier(); // what is downloaded is there for the others
      const arms = loaded ?? (await load());
      const threads = flags.threads ?? ranks?.threads;
      if (ranks) process.stderr.write(`${describeRanks(ranks, flags.threads)}\n`);
      const { readArcTests } = await import('../data/node/arc-tests.ts');
      // Several folders are measured cell by cell: votes are counted within one.
      const [folder, ...others] = flags.data;
      const tests = others.length === 0 ? await readArcTests(folder!) : undefined;
      if (tests) {
        if (arms.some(({ plan }) => plan))
          throw new TrmError('usage', 'for ARC only steps and checkpoint', { key: '--setting' });
        refuse(flags, ['plot'], 'is not for ARC, whose answers are voted on after the last step');
        refuse(flags, ['seed', 'wrong', 'byDifficulty', 'answers'], 'is not for ARC; --only and --csv are');
        const { evaluateArcArms } = await import('./evaluate-arc.ts');
        await evaluateArcArms(arms, tests, { ...flags, threads }, image, communicator);
      } else {
        refuse(
          flags,
          ['only', 'submission', 'image'],
          `is for one ARC dataset, which ${flags.data.join(', ')} is not`,
        );
        const { evaluatePuzzleArms } = await import('./evaluate-puzzles.ts');
        await evaluatePuzzleArms(arms, { ...flags, threads }, plot, communicator);
      }
      stop?.end();
    });
}

/** Makes sure that the files to write can be written, before there is something to write. */
async function places(runs: readonly string[], flags: EvaluateFlags) {
  const outputs = outputKeys.map((key) => [flagOf(key), flags[key]]);
  checkOutputs(Object.fromEntries(outputs), [...runs, ...flags.data]);
  if (flags.csv !== undefined) outputFile(flags.csv, '--csv', ['csv']);
  if (flags.wrong !== undefined) outputFile(flags.wrong, '--wrong', ['csv', 'jsonl']);
  if (flags.submission !== undefined) outputFile(flags.submission, '--submission', ['json']);
  const [plot, image] = await Promise.all([picture(flags, 'plot'), picture(flags, 'image')]);
  return { plot, image };
}

async function picture(flags: EvaluateFlags, key: 'plot' | 'image'): Promise<PictureFile | undefined> {
  const file = flags[key];
  return file === undefined ? undefined : pictureFile(file, `--${key}`);
}

function refuse(flags: EvaluateFlags, keys: readonly (keyof EvaluateFlags)[], why: string): void {
  const given = keys.find((key) => flags[key] !== undefined);
  if (given) throw new TrmError('usage', why, { key: flagOf(given) });
}
