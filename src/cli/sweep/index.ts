/** `trm sweep`: trains and compares all arms of an experiment that a file describes; interrupted, it goes on. */

import { Command } from 'commander';
import { shippedNames } from '../support/config-file.ts';
import { computing } from '../support/engine.ts';
import { positiveInteger } from '../support/options.ts';
import { mpiOption } from '../support/ranks.ts';
import type { SweepFlags } from './carry-out.ts';

export function sweepCommand(): Command {
  const command = new Command('sweep')
    .description('train and compare all arms of an experiment that a file describes')
    .argument('<sweep>', 'a YAML file, or the name of a shipped sweep (docs/experiments.md)')
    .requiredOption('--out <folder>', 'folder of its runs and results; given again, what is missing is done')
    .option('--parallel <n>', 'runs at a time, which share the cores (default: one a core)', positiveInteger)
    .option(
      '--dry-run',
      'make the datasets, list the arms with their FLOP and the time they take, train nothing',
    )
    .option('--tensorboard', "write TensorBoard's event files into every run")
    .option('--json', 'print one JSON object');
  return computing(command)
    .addOption(mpiOption())
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  trm sweep learning-rate --out runs/learning-rate\n' +
        '  mpirun -np 4 trm sweep learning-rate --out runs/learning-rate\n',
    )
    .addHelpText('after', () => `Sweeps: ${shippedNames('sweeps').join(', ')}\n`)
    .action(async (sweep: string, flags: SweepFlags) => {
      const { carryOutSweep } = await import('./carry-out.ts');
      await carryOutSweep(sweep, flags);
    });
}
