/** `trm data`: builds and generates datasets. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { commaList, integer, nonNegativeInteger, positiveInteger } from '../support/options.ts';
import { checkCommand } from './check.ts';
import { importCommand } from './import.ts';
import { showCommand } from './show.ts';

const buildExample = '\nExample:\n  trm data build sudoku --subsample 1000 --out datasets/sudoku-extreme\n';
const generateExample =
  '\nExample:\n  trm data generate sudoku --size 6 --count 5000 --seed 1 --out datasets/sudoku-6x6\n';

/** The recipe to try first on generated puzzles of a size. */
const recipes: Readonly<Record<number, string>> = {
  4: 'sudoku-4x4',
  6: 'sudoku-6x6',
  9: 'sudoku-9x9',
};

export function dataCommand(): Command {
  const build = new Command('build')
    .description('build a dataset of the paper')
    .addCommand(buildSudokuCommand())
    .addCommand(buildMazeCommand())
    .addCommand(buildArcCommand())
    .addHelpText('after', buildExample);
  const generate = new Command('generate')
    .description('generate a dataset')
    .addCommand(generateSudokuCommand())
    .addCommand(generateMazeCommand())
    .addHelpText('after', generateExample);
  return new Command('data')
    .description('build, generate, import, show and check datasets')
    .addCommand(build)
    .addCommand(generate)
    .addCommand(importCommand())
    .addCommand(showCommand())
    .addCommand(checkCommand())
    .addHelpText('after', generateExample);
}

interface BuildFlags {
  readonly from?: string;
  readonly out: string;
  readonly subsample?: number;
  readonly augment?: number;
  readonly minDifficulty?: number;
  readonly seed: number;
  readonly skipBad?: true;
}

function buildSudokuCommand(): Command {
  return new Command('sudoku')
    .description('Sudoku-Extreme: a train and a test split in the official layout')
    .option(
      '--from <folder>',
      'folder with train.csv and test.csv (default: downloaded from the dataset hub, and cached)',
    )
    .requiredOption('--out <folder>', 'folder to make')
    .option('--subsample <n>', 'only n random training puzzles (the paper: 1000)', positiveInteger)
    .option(
      '--augment <n>',
      'store n transformed copies of each training puzzle; training can also do it on the fly (augment: true)',
      positiveInteger,
    )
    .option('--min-difficulty <n>', 'only puzzles of at least this rating', nonNegativeInteger)
    .option('--seed <n>', "seed of NumPy's stream, for subsample and augmentation", nonNegativeInteger, 42)
    .option('--skip-bad', 'leave out rows that are not sound, and list them')
    .addHelpText('after', buildExample)
    .action(async ({ skipBad, ...flags }: BuildFlags) => {
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

interface BuildMazeFlags {
  readonly from?: string;
  readonly out: string;
  readonly subsample?: number;
  readonly augment?: true;
  readonly minDifficulty?: number;
  readonly seed: number;
  readonly skipBad?: true;
}

function buildMazeCommand(): Command {
  return new Command('maze')
    .description('Maze-Hard: a train and a test split in the official layout')
    .option(
      '--from <folder>',
      'folder with train.csv and test.csv (default: downloaded from the dataset hub, and cached)',
    )
    .requiredOption('--out <folder>', 'folder to make')
    .option('--augment', 'store the 8 dihedral forms of each training maze')
    .option('--subsample <n>', 'only n random training mazes', positiveInteger)
    .option('--min-difficulty <n>', 'only mazes of at least this rating', nonNegativeInteger)
    .option('--seed <n>', "seed of NumPy's stream, for the subsample", nonNegativeInteger, 42)
    .option('--skip-bad', 'leave out rows that are not sound, and list them')
    .addHelpText('after', mazeExample)
    .action(async ({ skipBad, ...flags }: BuildMazeFlags) => {
      const { buildMaze } = await import('../../data/builders/maze-csv.ts');
      const { building, skipping } = await import('../support/building.ts');
      await skipping(skipBad, (bad) =>
        building(flags.out, 'maze-hard-small', (onProgress) => buildMaze({ ...flags, ...bad, onProgress })),
      );
    });
}

const arcExample =
  '\nExamples:\n' +
  '  trm data build arc --out datasets/arc-1\n' +
  '  trm data build arc --subsets training2,evaluation2,concept --test-set evaluation2 --compact --out datasets/arc-2\n';

interface BuildArcFlags {
  readonly from?: string;
  readonly out: string;
  readonly subsets: readonly string[];
  readonly testSet: string;
  readonly augment: number;
  readonly seed: number;
  readonly compact?: true;
  readonly skipBad?: true;
}

function buildArcCommand(): Command {
  return new Command('arc')
    .description('ARC-AGI-1, ARC-AGI-2 and ConceptARC: a train and a test split in the official layout')
    .option(
      '--from <folder>',
      'folder with *_SUBSET_challenges.json, or with a folder SUBSET or data/SUBSET of task files (default: downloaded, and cached)',
    )
    .requiredOption('--out <folder>', 'folder to make')
    .option('--subsets <names>', 'sets of tasks, separated by commas', commaList, [
      'training',
      'evaluation',
      'concept',
    ])
    .option('--test-set <name>', 'the subset whose tests are held out', 'evaluation')
    .option('--augment <n>', 'augmentations of each task beside itself', nonNegativeInteger, 1000)
    .option('--seed <n>', "seed of NumPy's stream", nonNegativeInteger, 42)
    .option(
      '--compact',
      'write the tasks alone (a few MB instead of 6.5 GB): the same examples are drawn up while training',
    )
    .option('--skip-bad', 'leave out tasks that are not sound, and list them')
    .addHelpText('after', arcExample)
    .action(async ({ skipBad, ...flags }: BuildArcFlags) => {
      const { buildArc } = await import('../../data/builders/arc.ts');
      const { building, skipping } = await import('../support/building.ts');
      await skipping(skipBad, (bad) =>
        building(flags.out, 'arc-small', (onProgress) => buildArc({ ...flags, ...bad, onProgress })),
      );
    });
}

interface GenerateFlags {
  readonly size: '4' | '6' | '9' | '16';
  readonly count: number;
  readonly testCount: number;
  readonly seed: number;
  readonly out: string;
  readonly clues?: number;
  readonly minDifficulty?: number;
}

function generateSudokuCommand(): Command {
  return new Command('sudoku')
    .description('Sudoku with exactly one solution, a train and a test split without a puzzle in common')
    .addOption(
      new Option('--size <n>', 'cells in a row').choices(['4', '6', '9', '16']).makeOptionMandatory(),
    )
    .requiredOption('--count <n>', 'training puzzles', positiveInteger)
    .option('--test-count <n>', 'test puzzles', positiveInteger, 256)
    .option('--clues <n>', 'givens to keep (default: as few as possible)', positiveInteger)
    .option(
      '--min-difficulty <n>',
      'guesses that a puzzle takes at least (trm data show prints them)',
      positiveInteger,
    )
    .option('--seed <n>', 'seed', integer, 0)
    .requiredOption('--out <folder>', 'folder to make')
    .addHelpText('after', generateExample)
    .action(async ({ size: text, ...flags }: GenerateFlags) => {
      const { generateSudoku } = await import('../../data/builders/sudoku-generated.ts');
      const { building } = await import('../support/building.ts');
      const size = Number(text) as 4 | 6 | 9 | 16;
      await building(flags.out, recipes[size], (onProgress) =>
        generateSudoku({ ...flags, size, onProgress }),
      );
    });
}

const generateMazeExample =
  '\nExample:\n  trm data generate maze --size 12 --count 5000 --min-path 15 --out datasets/maze-12\n';

interface GenerateMazeFlags {
  readonly size: { readonly rows: number; readonly columns: number };
  readonly count: number;
  readonly testCount: number;
  readonly minPath: number;
  readonly seed: number;
  readonly out: string;
}

function generateMazeCommand(): Command {
  return new Command('maze')
    .description('mazes with one way from start to goal, a train and a test split without a maze in common')
    .requiredOption('--size <n>', 'rows and columns: 30, or 12x16', mazeSize)
    .requiredOption('--count <n>', 'training mazes', positiveInteger)
    .option('--test-count <n>', 'test mazes', positiveInteger, 256)
    .option('--min-path <n>', 'steps from start to goal, at least', positiveInteger, 1)
    .option('--seed <n>', 'seed', integer, 0)
    .requiredOption('--out <folder>', 'folder to make')
    .addHelpText('after', generateMazeExample)
    .action(async ({ size, ...flags }: GenerateMazeFlags) => {
      const { generateMazeDataset } = await import('../../data/builders/maze-generated.ts');
      const { building } = await import('../support/building.ts');
      await building(flags.out, undefined, (onProgress) =>
        generateMazeDataset({ ...flags, ...size, onProgress }),
      );
    });
}

function mazeSize(text: string): { rows: number; columns: number } {
  const [, rows, columns = rows] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? [];
  if (!rows || Number(rows) < 2 || Number(columns) < 2) {
    throw new InvalidArgumentError('It must be a side of at least 2, or two of them like 12x16.');
  }
  return { rows: Number(rows), columns: Number(columns) };
}
