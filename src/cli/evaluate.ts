/** `trm evaluate`: accuracy of a run on the test split, after every supervision step. */

import { Command, Option } from 'commander';
import { type DeviceChoice, devices } from '../runtime/devices.ts';
import { loadCheckpoint } from './run-folder.ts';
import { positiveInteger } from './support/options.ts';

interface EvaluateFlags {
  readonly data: string;
  readonly checkpoint: 'best' | 'last';
  readonly steps?: number;
  readonly examples?: number;
  readonly batchSize: number;
  readonly device: DeviceChoice;
  readonly json?: true;
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('measure a run on the test split of a dataset')
    .argument('<run>', 'folder of a run, a checkpoint file, or hf:owner/name')
    .requiredOption('--data <folder>', 'dataset')
    .addOption(
      new Option('--checkpoint <name>', 'which of the run').choices(['best', 'last']).default('best'),
    )
    .option('--steps <n>', 'supervision steps (default: as in training)', positiveInteger)
    .option('--examples <n>', 'only the first n examples', positiveInteger)
    .option('--batch-size <n>', 'puzzles answered at once', positiveInteger, 16)
    .addOption(new Option('--device <device>', 'where to compute').choices(devices).default('auto'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  trm evaluate runs/first --data datasets/sudoku-4x4\n')
    .action(async (run: string, flags: EvaluateFlags) => {
      const { model, state, config } = await loadCheckpoint(run, flags.checkpoint);
      const { readDataset } = await import('../data/node/folder.ts');
      const { openBackend } = await import('../runtime/node.ts');
      const { Answerer, answerWeights } = await import('../evaluate/answer.ts');
      const { evaluate } = await import('../evaluate/evaluate.ts');
      const { checkShape } = await import('../train/run.ts');
      const { createProgress } = await import('./terminal/progress.ts');
      const dataset = await readDataset(flags.data, 'test');
      checkShape(model, dataset);
      const answerer = await Answerer.create(model, flags.batchSize, await openBackend(flags.device));
      const progress = createProgress({ label: 'evaluate' });
      const evaluation = await evaluate(answerer, answerWeights(state), dataset, {
        supervisionSteps: flags.steps ?? config.supervisionSteps,
        ...(flags.examples === undefined ? {} : { examples: flags.examples }),
        onProgress: (done, total) => progress.update({ done, total }),
      });
      progress.end();
      await answerer.dispose();
      if (flags.json) {
        process.stdout.write(
          `${JSON.stringify({ run, checkpoint: flags.checkpoint, trainedSteps: state.step, ...evaluation })}\n`,
        );
        return;
      }
      const percent = (value: number) => `${(100 * value).toFixed(1)} %`.padStart(8);
      process.stdout.write('step    exact     cell  halting\n');
      evaluation.steps.forEach(({ exact, cell, halting }, i) => {
        process.stdout.write(
          `${String(i + 1).padStart(4)} ${percent(exact)} ${percent(cell)} ${percent(halting)}\n`,
        );
      });
      const { describe } = await import('./session.ts');
      process.stdout.write(
        `${describe(evaluation)} (${evaluation.examplesPerSecond.toFixed(1)} puzzles/s)\n`,
      );
    });
}
