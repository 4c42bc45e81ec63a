/** `trm evaluate`: accuracy of runs on the test split, alone or side by side. */

import { Command, Option } from 'commander';
import { TrmError } from '../errors.ts';
import { devices } from '../runtime/choices.ts';
import { armsOf, type EvaluateFlags, settingsSchema } from './arms.ts';
import { engineOption, precisionOption } from './support/engine.ts';
import { explainKeys } from './support/key-values.ts';
import { collect, folders, positiveInteger } from './support/options.ts';

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('measure runs on the test split of a dataset, several of them side by side')
    .argument('<runs...>', 'folders of runs, checkpoint files, shipped models, or hf:owner/name')
    .requiredOption('--data <folders>', 'dataset; several are merged as in training', folders)
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .option('--steps <n>', 'supervision steps (default: as in training)', positiveInteger)
    .option(
      '--setting <key=value,...>',
      'evaluate with these settings, explained below; repeat it to compare several',
      collect,
    )
    .option('--examples <n>', 'only the first n examples', positiveInteger)
    .option('--batch-size <n>', 'puzzles answered at once', positiveInteger, 16)
    .addOption(new Option('--device <device>', 'where to compute').choices(devices).default('auto'))
    .addOption(engineOption())
    .addOption(precisionOption())
    .option('--json', 'print one JSON object')
    .option('--csv <file>', 'write a table: a row each supervision step, or each test grid of ARC')
    .option('--plot <file>', 'draw the accuracy by supervision step, as SVG')
    .option('--only <task>', 'ARC: only this task (repeatable)', collect)
    .option('--submission <file>', "ARC: write the attempts as Kaggle's submission.json")
    .option('--image <file>', 'ARC: draw the attempts beside the truth, as SVG')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  trm evaluate runs/first --data datasets/sudoku-4x4\n' +
        '  trm evaluate runs/first runs/second --data datasets/sudoku-4x4 --plot steps.svg\n' +
        '  trm evaluate runs/first --data datasets/sudoku-4x4 --setting steps=4 --setting steps=16\n' +
        '  trm evaluate runs/first --data datasets/sudoku-4x4 --setting steps=16 --setting halt=0.5\n' +
        '  trm evaluate runs/arc --data datasets/arc-1 --submission submission.json --image attempts.svg\n' +
        `\nSettings, a value each:\n${explainKeys(settingsSchema)}\n`,
    )
    .action(async (runs: string[], flags: EvaluateFlags) => {
      const arms = await armsOf(runs, flags.setting ?? [], flags);
      const { readArcTests } = await import('../data/node/arc-tests.ts');
      // Several folders are measured cell by cell: votes are counted within one.
      const [folder, ...others] = flags.data;
      const tests = others.length === 0 ? await readArcTests(folder!) : undefined;
      if (tests) {
        if (arms.some(({ thinking }) => thinking))
          throw new TrmError('usage', 'for ARC only steps and checkpoint', { key: '--setting' });
        refuse(flags, ['plot'], 'is not for ARC, whose answers are voted on after the last step');
        const { evaluateArcArms } = await import('./evaluate-arc.ts');
        await evaluateArcArms(arms, tests, flags);
      } else {
        refuse(
          flags,
          ['only', 'submission', 'image'],
          `is for one ARC dataset, which ${flags.data.join(', ')} is not`,
        );
        const { evaluatePuzzleArms } = await import('./evaluate-puzzles.ts');
        await evaluatePuzzleArms(arms, flags);
      }
    });
}

function refuse(flags: EvaluateFlags, keys: readonly (keyof EvaluateFlags)[], why: string): void {
  const given = keys.find((key) => flags[key] !== undefined);
  if (given) throw new TrmError('usage', why, { key: `--${given}` });
}
