/** `trm data import`: a dataset of somebody's own question and answer grids. */

import { Command, InvalidArgumentError, Option } from 'commander';
import type { ImportReport } from '../../data/builders/grid-import.ts';
import { type OwnFamily, ownFamilies } from '../../data/builders/own-family.ts';
import { familyFrom } from '../../data/families.ts';
import { TrmError } from '../../errors.ts';
import { countOf } from '../support/count-of.ts';
import { leftOut } from '../support/left-out.ts';
import { integer, positiveInteger, share } from '../support/options.ts';

interface ImportFlags {
  readonly out: string;
  readonly test: number;
  readonly symmetries?: readonly ('dihedral' | 'colours')[];
  readonly fixed: readonly string[];
  readonly maxSide: number;
  readonly seed: number;
  readonly as: OwnFamily;
  readonly solve?: true;
  readonly skipBad?: true;
}

const example =
  '\nExamples:\n  trm data import puzzles.jsonl --symmetries dihedral --out datasets/mine\n' +
  '  trm data import collection.sdm --solve --out datasets/my-sudokus\n';

export function importCommand(): Command {
  return new Command('import')
    .description('make a dataset of your own puzzles: Sudoku, mazes, or question and answer grids')
    .argument(
      '<path>',
      'file of puzzles, in any form that trm solve reads, or a folder of them (.csv, .json, .jsonl, .txt, .sdk, .sdm, .ss, .opensudoku)',
    )
    .requiredOption('--out <folder>', 'folder to make')
    .option(
      '--test <n>',
      'held-out puzzles, a share below 1 or a number; a file test.* in a folder of files is held out instead',
      share,
      0.1,
    )
    .addOption(
      new Option('--as <family>', 'what they are; auto: Sudoku or mazes where every answer obeys their rules')
        .choices(ownFamilies)
        .default('auto'),
    )
    .option(
      '--solve',
      'find answers of Sudokus and mazes that have none, with the built-in solvers; those without a single one are left out and listed, with exit status 1',
    )
    .option(
      '--symmetries <names>',
      'what training may do to a puzzle: dihedral (turn and mirror), colours (rename symbols), none',
      symmetryNames,
    )
    .option(
      '--fixed <symbols>',
      'with colours: symbols that are never renamed, separated by commas',
      (text) => text.split(','),
      [],
    )
    .option('--max-side <n>', 'longest side of a grid', positiveInteger, 40)
    .option('--seed <n>', 'seed of the split', integer, 0)
    .option('--skip-bad', 'leave out puzzles that are not sound, and list them')
    .addHelpText('after', example)
    .action(async (from: string, { symmetries: asked, fixed, skipBad, ...flags }: ImportFlags) => {
      const symmetries = asked ?? [];
      if (fixed.length > 0 && !symmetries.includes('colours'))
        throw new TrmError('usage', 'goes with --symmetries colours, without which no symbol is renamed', {
          key: '--fixed',
          fix: 'add that, or leave it out',
        });
      const { importGrids } = await import('../../data/builders/grid-import.ts');
      const { building, skipping } = await import('../support/building.ts');
      const family = {
        dihedral: symmetries.includes('dihedral'),
        rename: symmetries.includes('colours'),
        fixed: [...fixed],
      };
      let report: ImportReport | undefined;
      // Of a collection that is to be solved one without an answer does not stop the others; the exit status says so.
      const bad = await skipping(skipBad ?? flags.solve, (bad) =>
        building(flags.out, undefined, async (onProgress) => {
          report = await importGrids({ ...flags, ...bad, from, symmetries: family, onProgress });
          return report;
        }),
      );
      if (!report) return;
      if (bad > 0 && !skipBad) process.exitCode = 1;
      process.stdout.write(`${describe(report)}\n`);
      const { title, symmetry } = familyFrom(report.family)!;
      if (asked && symmetry && report.family.kind !== 'grid')
        process.stderr.write(
          `note: ${title} has symmetries of its own, whatever --symmetries says; to train without them: --set augment=false\n`,
        );
      process.stderr.write(leftOut(report.words));
    });
}

function describe({ family, duplicates, leaks, ambiguous, loose, prose }: ImportReport): string {
  const { title, symbols, symmetry } = familyFrom(family)!;
  const texts = symbols.flatMap(({ text }) => (text === '' ? [] : [text]));
  const what =
    family.kind === 'grid'
      ? `${title} of ${texts.length} symbols: ${texts.join(' ')}`
      : `${title}, with its rules${symmetry ? ' and symmetries' : ''}`;
  const parts = [what];
  for (const line of prose) parts.push(`left out the line "${line}", which stands in every question`);
  if (ambiguous > 0)
    parts.push(
      `${countOf(ambiguous, 'question')} ${ambiguous === 1 ? 'has' : 'have'} several answers: training draws one each time, and any of them is right`,
    );
  if (loose > 0)
    parts.push(
      `${countOf(loose, 'puzzle')} ${loose === 1 ? 'has' : 'have'} more solutions than the one beside it, which alone counts as right`,
    );
  if (duplicates > 0) parts.push(`${duplicates} duplicates left out`);
  if (leaks > 0) parts.push(`${leaks} training puzzles left out that are test puzzles turned or renamed`);
  return parts.join('\n');
}

function symmetryNames(text: string): ('dihedral' | 'colours')[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    if (name === 'dihedral' || name === 'colours') return name;
    throw new InvalidArgumentError('It must be none, dihedral, colours, or dihedral,colours.');
  });
}
