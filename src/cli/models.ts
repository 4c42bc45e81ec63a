/** `trm models`: the models that go by a name, what they solve and how well. */

import { Command } from 'commander';
import { typed } from './support/invocation.ts';

export function modelsCommand(): Command {
  return new Command('models')
    .description(
      'list the models that come with the package and those downloaded: what they solve, how well, sizes',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  trm models\n')
    .action(async ({ json }: { json?: true }) => {
      const { cachedModels, shippedModels } = await import('../interop/node/source.ts');
      const { modelEntry } = await import('../interop/node/catalogue.ts');
      const { renderTable } = await import('./terminal/table.ts');
      const entries = (models: ReadonlyMap<string, string>) =>
        Array.from(models, ([name, file]) => modelEntry(name, file));
      const [shipped, cached] = [entries(shippedModels()), entries(cachedModels())];
      if (json) {
        process.stdout.write(`${JSON.stringify({ shipped, cached })}\n`);
        return;
      }
      const rows = [...shipped, ...cached].map(({ name, puzzles, note, bytes }) => [
        name,
        puzzles ?? 'not told by the file',
        note ?? '',
        megabytes(bytes),
      ]);
      process.stdout.write(
        `${renderTable([['model', 'puzzles', 'its maker says that it', 'size'], ...rows], 3)}\n`,
      );
      process.stdout.write(`solve with: ${typed('trm solve sudoku-6x6 FILE')}\n`);
    });
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
