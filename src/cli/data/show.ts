/** `trm data show`: puzzles of a dataset, in the terminal and as a picture. */

import { Command, Option } from 'commander';
import { intervalOf, type PuzzleDataset } from '../../data/dataset.ts';
import type { Split } from '../../data/node/folder.ts';
import { TrmError } from '../../errors.ts';
import { nonNegativeInteger, positiveInteger } from '../support/options.ts';
import { nothingWritten } from '../support/signals.ts';
import { stoppingAtOnce } from '../support/stopping.ts';

interface ShowFlags {
  readonly split: Split;
  readonly count: number;
  readonly at?: number;
  readonly image?: string;
}

const example =
  '\nExamples:\n  trm data show datasets/sudoku-6x6\n  trm data show datasets/arc-1 --split test --at 100 --count 12 --image sheet.svg\n';

export function showCommand(): Command {
  return new Command('show')
    .description(
      'print puzzles beside their answers, what these change marked with *, and draw them as a picture',
    )
    .argument('<folder>', 'dataset')
    .addOption(new Option('--split <name>', 'which split').choices(['train', 'test']).default('train'))
    .option('--count <n>', 'puzzles to show', positiveInteger, 3)
    .option(
      '--at <row>',
      'first row to show; from there on (default: evenly over the split)',
      nonNegativeInteger,
    )
    .option('--image <file>', 'draw them as a picture too, .svg or .png, replaced if it exists')
    .addHelpText('after', example)
    .action(async (folder: string, { split, count, at, image }: ShowFlags) => {
      const stop = stoppingAtOnce();
      await stop.working('', nothingWritten);
      const { readDataset } = await import('../../data/node/folder.ts');
      const { readIdentifiers } = await import('../../data/node/identifiers.ts');
      const { datasetFamily } = await import('../../data/dataset.ts');
      const { contactSheet } = await import('../terminal/contact-sheet.ts');
      const { supportsColor } = await import('../terminal/grid.ts');
      const { sideBySide, showPuzzle } = await import('../puzzles.ts');
      const { checkOutputs, pictureFile } = await import('../support/output-file.ts');
      checkOutputs({ '--image': image }, [folder]);
      const picture = image === undefined ? undefined : await pictureFile(image, '--image');
      const dataset = await readDataset(folder, split);
      const { metadata } = dataset;
      const names = await readIdentifiers(folder, metadata);
      const family = datasetFamily(metadata);
      const color = supportsColor(process.stdout);
      const puzzles = rowsOf(dataset, count, at).map((row) => ({ ...readRow(dataset, row), row }));
      for (const { row, puzzle, question, answer } of puzzles) {
        const name = names[dataset.puzzleIdentifiers[puzzle]!];
        const title = `${split} row ${row}, puzzle ${puzzle}${name && name !== '<blank>' ? `: ${name}` : ''}`;
        const pictures = [
          showPuzzle(family, question, question, undefined, color),
          showPuzzle(family, question, answer, question, color),
        ];
        process.stdout.write(`${title}\n${sideBySide(pictures)}\n\n`);
      }
      const sheet = picture && contactSheet(family, puzzles);
      await stop.working(undefined);
      if (sheet !== undefined) {
        picture!.write(sheet);
        process.stderr.write(`picture: ${image}\n`);
      }
      stop.end();
    });
}

function rowsOf({ count: all }: PuzzleDataset, count: number, at: number | undefined): number[] {
  if (at !== undefined && at >= all) {
    throw new TrmError('usage', `there are ${all} rows`, { key: '--at', fix: `use at most ${all - 1}` });
  }
  const shown = Math.min(count, at === undefined ? all : all - at);
  return Array.from({ length: shown }, (_, i) => (at === undefined ? Math.floor((i * all) / shown) : at + i));
}

function readRow({ metadata, puzzleIndices, read }: PuzzleDataset, row: number) {
  const question = new Int32Array(metadata.seq_len);
  const answer = new Int32Array(metadata.seq_len);
  read(row, question, answer);
  return { question, answer, puzzle: intervalOf(puzzleIndices, row) };
}
