/** `trm data check`: whether a dataset is sound. */

import { Command } from 'commander';
import type { DatasetReport, SplitReport } from '../../data/check.ts';
import { countOf } from '../support/count-of.ts';
import { folders } from '../support/options.ts';
import { sayTwice } from '../support/output-file.ts';
import { endingAtOnce } from '../support/stopping.ts';

const example =
  '\nExamples:\n  trm data check datasets/sudoku-6x6\n' +
  '  trm data check datasets/hard --against datasets/sudoku-extreme   (are its test puzzles trained on, in any form?)\n';

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'check a dataset: arrays, ranges, identifiers, test puzzles that are trained on (those in another form are only told), answers against the rules; exit status 1 when something is wrong',
    )
    .argument('<folder>', 'dataset')
    .option(
      '--against <folders>',
      'compare its training puzzles with the test puzzles of these datasets too, between commas, under all symmetries',
      folders,
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', example)
    .action(async (folder: string, { against, json }: { against?: readonly string[]; json?: true }) => {
      const { report, problems } = await endingAtOnce('', async () => {
        const { readDataset, readSplits } = await import('../../data/node/folder.ts');
        const { readIdentifiers } = await import('../../data/node/identifiers.ts');
        const { checkDatasets, problemsOf } = await import('../../data/check.ts');
        const { createProgress, describeProgress } = await import('../terminal/progress.ts');
        sayTwice(against ?? []);
        const splits = await readSplits(folder);
        await readIdentifiers(folder, splits.train.metadata);
        const others = against && (await readDataset(against, 'test'));
        const progress = createProgress({ label: 'check' });
        const report = checkDatasets({ ...splits, against: others }, (done, total) => {
          if (done % 1000 === 0) progress.update(`checking ${describeProgress({ done, total })}`);
        });
        progress.end();
        return { report, problems: problemsOf(report) };
      });
      process.stdout.write(
        json ? `${JSON.stringify({ ...report, problems })}\n` : `${describe(report, problems)}\n`,
      );
      if (problems.length > 0) process.exitCode = 1;
    });
}

function describe(report: DatasetReport, problems: readonly string[]): string {
  const lines = [describeSplit('train', report.train), describeSplit('test', report.test)];
  lines.push(`${report.leaked} test questions are training questions`);
  if (report.disguised !== undefined) {
    lines.push(`${report.disguised} test questions are training questions, turned or renamed or as they are`);
  }
  if (report.against) {
    const { rows, disguised } = report.against;
    lines.push(
      `${disguised} of ${rows} test questions of the other dataset are training questions, in some form`,
    );
  }
  if (report.untrained > 0) lines.push(`${report.untrained} test identifiers are never trained`);
  if (report.difficulty) {
    const { unit, least, lower, median, upper, most } = report.difficulty;
    lines.push(
      most === 0
        ? `test puzzles take no ${unit}`
        : `test puzzles take ${least} to ${most} ${unit}: half of them at most ${median}, half between ${lower} and ${upper}`,
    );
  }
  if (report.depths) {
    const [none, one, more] = report.depths.map((share) => `${(100 * share).toFixed(0)} %`);
    lines.push(`simple logic solves ${none} of them, with a further digit ${one}; ${more} need more digits`);
  }
  lines.push(...report.faults.map((fault) => `  ${fault}`));
  lines.push(verdict(report, problems));
  return lines.join('\n');
}

/** The last line: a test question that is trained on in another form is no fault of the files, but no new puzzle either. */
function verdict({ disguised = 0, leaked }: DatasetReport, problems: readonly string[]): string {
  if (problems.length > 0) return `not sound: ${problems.join('; ')}`;
  const known = disguised - leaked;
  return known > 0
    ? `sound, but for ${countOf(known, 'test question')} that training holds in another form`
    : 'sound';
}

function describeSplit(
  name: string,
  { rows, puzzles, groups, identifiers, repeated, ambiguous, answers, broken }: SplitReport,
): string {
  const parts = [
    `${countOf(rows, 'row')} of ${countOf(puzzles, 'puzzle')} in ${countOf(groups, 'group')}`,
    countOf(identifiers, 'identifier'),
  ];
  if (repeated > 0)
    parts.push(`${countOf(repeated, 'row')} ${repeated === 1 ? 'repeats' : 'repeat'} a question`);
  if (ambiguous > 0)
    parts.push(`${countOf(ambiguous, 'question')} ${ambiguous === 1 ? 'has' : 'have'} several answers`);
  if (answers) {
    const range = answers.least === answers.most ? answers.most : `${answers.least} to ${answers.most}`;
    const { incomplete } = answers;
    const others = incomplete
      ? `, of ${countOf(incomplete, 'question')} not all there are`
      : ', all there are';
    const complete = incomplete === undefined ? '' : others;
    parts.push(`${countOf(answers.count, 'answer')}, ${range} of a question${complete}`);
  }
  parts.push(
    broken === undefined
      ? 'no rules known'
      : `${countOf(rows - broken, 'answer')} ${rows - broken === 1 ? 'follows' : 'follow'} the rules`,
  );
  return `${name}: ${parts.join(', ')}`;
}
