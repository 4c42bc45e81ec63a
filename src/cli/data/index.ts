/** `trm data`: builds and generates datasets. */

import { Command } from 'commander';
import type { ArcReport } from '../../data/builders/arc.ts';
import { otherFiles, unusedFiles } from '../support/left-out.ts';
import { distinctNames, nonNegativeInteger, positiveInteger, share } from '../support/options.ts';
import { checkCommand } from './check.ts';
import { generateCommand, generateExample } from './generate.ts';
import { importCommand } from './import.ts';
import { showCommand } from './show.ts';

const buildExample = '\nExample:\n  trm data build sudoku --subsample 1000 --out datasets/sudoku-extreme\n';

export function dataCommand(): Command {
  const build = new Command('build')
    .description('build a dataset of the paper')
    .addCommand(buildSudokuCommand())
    .addCommand(buildMazeCommand())
    .addCommand(buildArcCommand())
    .addHelpText('after', buildExample);
  return new Command('data')
    .description('build, generate, import, show and check datasets')
    .addCommand(build)
    .addCommand(generateCommand())
    .addCommand(importCommand())
    .addCommand(showCommand())
    .addCommand(checkCommand())
    .addHelpText('after', generateExample);
}

/** Of what is built from CSV files. */
interface CsvFlags {
  readonly from?: string;
  readonly test?: number;
  readonly out: string;
  readonly subsample?: number;
  readonly minDifficulty?: number;
  readonly seed: number;
  readonly skipBad?: true;
}

/** @param puzzles what they are called. */
function csvCommand(name: string, dataset: string, puzzles: string): Command {
  return new Command(name)
    .description(`${dataset}: a train and a test split in the official layout`)
    .option(
      '--from <path>',
      'CSV file, or folder with train.csv and test.csv (default: downloaded from the dataset hub, and cached)',
    )
    .option(
      '--test <n>',
      'held out where there is no test.csv, a share below 1 or a number (default: 0.1)',
      share,
    )
    .requiredOption('--out <folder>', 'folder to make')
    .option('--subsample <n>', `only n random training ${puzzles}`, positiveInteger)
    .option('--min-difficulty <n>', `only ${puzzles} of at least this rating`, nonNegativeInteger)
    .option('--seed <n>', "seed of NumPy's stream, for what is drawn", nonNegativeInteger, 42)
    .option('--skip-bad', 'leave out rows that are not sound, and list them');
}

function buildSudokuCommand(): Command {
  return csvCommand('sudoku', 'Sudoku-Extreme', 'puzzles')
    .option(
      '--augment <n>',
      'store n transformed copies of each training puzzle; training can also do it on the fly (augment: true)',
      positiveInteger,
    )
    .addHelpText('after', `\nThe paper subsamples 1000.\n${buildExample}`)
    .action(async ({ skipBad, ...flags }: CsvFlags & { readonly augment?: number }) => {
      const { buildSudoku } = await import('../../data/builders/sudoku-csv.ts');
      const { building, skipping } = await import('../support/building.ts');
      await skipping(skipBad, (bad) =>
        building(flags.out, 'sudoku-extreme-small', (onProgress) =>
          buildSudoku({ ...flags, ...bad, onProgress }),
        ),
      );
    });
}

const mazeExample = '\nExample:\n  trm data build maze --augment --out datasets/maze-hard\n';

function buildMazeCommand(): Command {
  return csvCommand('maze', 'Maze-Hard', 'mazes')
    .option(
      '--columns <n>',
      'cells in a row of mazes that are no squares (default: the shape in which the answers are right)',
      positiveInteger,
    )
    .option('--augment', 'store the 8 dihedral forms of each training maze (4 where they are no squares)')
    .addHelpText('after', mazeExample)
    .action(
      async ({ skipBad, ...flags }: CsvFlags & { readonly columns?: number; readonly augment?: true }) => {
        const { buildMaze } = await import('../../data/builders/maze-csv.ts');
        const { building, skipping } = await import('../support/building.ts');
        await skipping(skipBad, (bad) =>
          building(flags.out, 'maze-hard-small', (onProgress) => buildMaze({ ...flags, ...bad, onProgress })),
        );
      },
    );
}

const arcExample =
  '\nExamples:\n' +
  '  trm data build arc --out datasets/arc-1\n' +
  '  trm data build arc --subsets training2,evaluation2,concept --test-set evaluation2 --compact --out datasets/arc-2\n' +
  '  trm data build arc --from my-tasks.json --augment 100 --out datasets/my-tasks\n' +
  '  trm data build arc --from examples/arc --augment 100 --compact --out datasets/arc-first   (three tasks that ship with trm)\n';

interface BuildArcFlags {
  readonly from?: string;
  readonly out: string;
  readonly subsets?: readonly string[];
  readonly testSet?: string;
  readonly augment: number;
  readonly seed: number;
  readonly compact?: true;
  readonly skipBad?: true;
}

function buildArcCommand(): Command {
  return new Command('arc')
    .description(
      'ARC-AGI-1, ARC-AGI-2, ConceptARC, or your tasks: a train and a test split in the official layout',
    )
    .option(
      '--from <path>',
      'folder with *_SUBSET_challenges.json, with a folder SUBSET or data/SUBSET of task files, or with SUBSET.json; or any folder or file of tasks (default: downloaded, and cached)',
    )
    .requiredOption('--out <folder>', 'folder to make')
    .option(
      '--subsets <names>',
      'sets of tasks, separated by commas (default: training,evaluation,concept, of a folder those that are there, else all its tasks as one set)',
      distinctNames,
    )
    .option('--test-set <name>', 'the subset whose tests are held out (default: evaluation, or the only one)')
    .option('--augment <n>', 'augmentations of each task beside itself', nonNegativeInteger, 1000)
    .option('--seed <n>', "seed of NumPy's stream", nonNegativeInteger, 42)
    .option(
      '--compact',
      'write the tasks alone (a few MB instead of 6.5 GB): the same examples are drawn up while training',
    )
    .option('--skip-bad', 'leave out pairs, tasks and files that are not sound, and list them')
    .addHelpText('after', arcExample)
    .action(async ({ skipBad, ...flags }: BuildArcFlags) => {
      const { buildArc } = await import('../../data/builders/arc.ts');
      const { exampleAt } = await import('../../data/node/examples.ts');
      const { building, skipping } = await import('../support/building.ts');
      let report: ArcReport | undefined;
      const others: string[] = [];
      const unused: string[] = [];
      const onOther = (file: string) => others.push(file);
      const onUnused = (file: string) => unused.push(file);
      await skipping(skipBad, (bad) =>
        building(flags.out, 'arc-small', async (onProgress) => {
          const from = flags.from === undefined ? {} : { from: exampleAt(flags.from) };
          report = await buildArc({ ...flags, ...from, ...bad, onOther, onUnused, onProgress });
          return report;
        }),
      );
      process.stderr.write(otherFiles(others) + unusedFiles(unused));
      if (report && !flags.subsets) {
        const { subsets, heldOut } = report;
        process.stdout.write(
          `subsets: ${subsets.join(', ')}; held out are the tests of ${heldOut.join(', ')}\n`,
        );
      }
    });
}
