/** `trm data import`: a dataset of somebody's own question and answer grids. */

import { Command, InvalidArgumentError } from 'commander';
import type { ImportReport } from '../../data/builders/grid-import.ts';
import { integer, positiveInteger } from '../support/options.ts';

interface ImportFlags {
  readonly out: string;
  readonly test: number;
  readonly symmetries: readonly ('dihedral' | 'colours')[];
  readonly fixed: readonly string[];
  readonly maxSide: number;
  readonly seed: number;
  readonly skipBad?: true;
}

const example = '\nExample:\n  trm data import puzzles.jsonl --symmetries dihedral --out datasets/mine\n';

export function importCommand(): Command {
  return new Command('import')
    .description('make a dataset of your own question and answer grids')
    .argument('<path>', 'file of puzzles (.csv, .json, .jsonl, .txt), or a folder of such files')
    .requiredOption('--out <folder>', 'folder to make')
    .option(
      '--test <n>',
      'held-out puzzles, a share below 1 or a number; a file test.* in a folder of files is held out instead',
      share,
      0.1,
    )
    .option(
      '--symmetries <names>',
      'what training may do to a puzzle: dihedral (turn and mirror), colours (rename symbols), none',
      symmetryNames,
      [],
    )
    .option(
      '--fixed <symbols>',
      'symbols that are never renamed, separated by commas',
      (text) => text.split(','),
      [],
    )
    .option('--max-side <n>', 'longest side of a grid', positiveInteger, 40)
    .option('--seed <n>', 'seed of the split', integer, 0)
    .option('--skip-bad', 'leave out puzzles that are not sound, and list them')
    .addHelpText('after', example)
    .action(async (from: string, { symmetries, fixed, skipBad, ...flags }: ImportFlags) => {
      const { importGrids } = await import('../../data/builders/grid-import.ts');
      const { building, skipping } = await import('../support/building.ts');
      const family = {
        dihedral: symmetries.includes('dihedral'),
        rename: symmetries.includes('colours'),
        fixed: [...fixed],
      };
      let report: ImportReport | undefined;
      await skipping(skipBad, (bad) =>
        building(flags.out, undefined, async (onProgress) => {
          report = await importGrids({ ...flags, ...bad, from, symmetries: family, onProgress });
          return report;
        }),
      );
      if (report) process.stdout.write(`${describe(report)}\n`);
    });
}

function describe({ rows, columns, alphabet, duplicates, leaks }: ImportReport): string {
  const parts = [`grids up to ${rows}x${columns} of ${alphabet.length} symbols: ${alphabet.join(' ')}`];
  if (duplicates > 0) parts.push(`${duplicates} duplicates left out`);
  if (leaks > 0) parts.push(`${leaks} training puzzles left out that are test puzzles turned or renamed`);
  return parts.join('\n');
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0) || (value >= 1 && !Number.isInteger(value))) {
    throw new InvalidArgumentError('It must be a share between 0 and 1, or a number of puzzles.');
  }
  return value;
}

function symmetryNames(text: string): ('dihedral' | 'colours')[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    if (name === 'dihedral' || name === 'colours') return name;
    throw new InvalidArgumentError('It must be none, dihedral, colours, or dihedral,colours.');
  });
}
