/** `trm config init`: proposes a recipe for a dataset, says why, and measures how long it will take here. */

import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import type { PuzzleDataset } from '../data/dataset.ts';
import { computing, type EngineFlags, openEngine } from './support/engine.ts';
import { freeRun } from './support/free-run.ts';
import { typed, word } from './support/invocation.ts';
import { checkNew } from './support/output-file.ts';
import { nothingWritten } from './support/signals.ts';
import { stoppingAtOnce } from './support/stopping.ts';
import { formatDuration } from './terminal/progress.ts';

interface InitFlags extends EngineFlags {
  readonly data: string;
  readonly out?: string;
}

export function configInitCommand(): Command {
  const command = new Command('init')
    .description('propose a recipe for a dataset, with reasons, the time it takes here and the memory')
    .requiredOption('--data <folder>', 'dataset')
    .option('--out <file>', 'new YAML file to write (default: standard output)');
  return computing(command)
    .addHelpText('after', '\nExample:\n  trm config init --data datasets/mine --out mine.yaml\n')
    .action(async ({ data, out, ...flags }: InitFlags) => {
      if (out !== undefined) checkNew(out);
      const stop = stoppingAtOnce();
      await stop.working('config init: reading the dataset and measuring', nothingWritten);
      const { readSplits } = await import('../data/node/folder.ts');
      const { datasetFamily } = await import('../data/dataset.ts');
      const { megabytes, proposeRecipe, recipeText } = await import('./support/propose-recipe.ts');
      const { writeAtomically } = await import('./run-folder.ts');
      const { measureRun } = await import('./support/measure.ts');
      const { outputFile } = await import('./support/output-file.ts');
      if (out !== undefined) outputFile(out, '--out', ['yaml', 'yml']);
      const splits = await readSplits(data);
      const { metadata, count } = splits.train;
      const proposal = proposeRecipe({
        cells: metadata.seq_len,
        examples: count,
        puzzles: metadata.num_puzzle_identifiers,
        padded: isPadded(splits.train),
        symmetric: datasetFamily(metadata).symmetry !== undefined,
      });
      const backend = await openEngine(flags);
      process.stderr.write('measuring two training steps and a batch of evaluation\n');
      const measured = await measureRun(proposal.config, splits, backend);
      const run = freeRun(data);
      const text = recipeText(proposal, [
        `Proposed for ${data}: ${count} training and ${splits.test.count} test puzzles of ${metadata.seq_len} cells.`,
        `Measured with ${backend.runtime} on ${backend.device}, ${availableParallelism()} cores: ${measured.step.toFixed(3)} s a step, so ` +
          `${proposal.config.steps} steps with their evaluations take about ${formatDuration(measured.total)}; ` +
          `${megabytes(measured.memory)} of memory.`,
        `  trm train --config ${word(out ?? 'FILE.yaml')} --data ${word(data)} --out ${word(run)}`,
      ]);
      await stop.working(undefined);
      if (out !== undefined) writeAtomically(out, [text]);
      stop.end();
      if (out === undefined) {
        process.stdout.write(text);
        return;
      }
      process.stdout.write(
        `${out}: ${measured.step.toFixed(3)} s a step, about ${formatDuration(measured.total)} in all, ` +
          `${megabytes(measured.memory)} of memory\n` +
          typed(`train with: trm train --config ${word(out)} --data ${word(data)} --out ${word(run)}\n`),
      );
    });
}

/** Whether a row has padding among its inputs: the grids have different sizes. */
function isPadded(dataset: PuzzleDataset): boolean {
  const { seq_len, pad_id } = dataset.metadata;
  const [inputs, labels] = [new Int32Array(seq_len), new Int32Array(seq_len)];
  for (let row = 0; row < dataset.count; row++) {
    dataset.read(row, inputs, labels);
    if (inputs.includes(pad_id)) return true;
  }
  return false;
}
