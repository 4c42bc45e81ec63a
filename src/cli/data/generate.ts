/** `trm data generate`: a command for every family that has a generator, made of what its generator asks for. */

import { Command, InvalidArgumentError, Option } from 'commander';
import type * as z from 'zod';
import { type FamilyInfo, families, type KnownFamily, puzzleFamily } from '../../data/families.ts';
import { flagOf, integer, positiveInteger } from '../support/options.ts';

export const generateExample =
  '\nExample:\n  trm data generate sudoku --size 6 --count 5000 --seed 1 --out datasets/sudoku-6x6\n';

interface GenerateFlags extends Readonly<Record<string, unknown>> {
  readonly size: FamilyInfo;
  readonly count: number;
  readonly testCount: number;
  readonly seed: number;
  readonly threads?: number;
  readonly out: string;
}

export function generateCommand(): Command {
  const command = new Command('generate')
    .description('generate a dataset')
    .addHelpText('after', generateExample);
  for (const name of Object.keys(families)) {
    const { generator } = puzzleFamily({ kind: name })!;
    if (generator) command.addCommand(familyCommand(name, generator));
  }
  return command;
}

function familyCommand(
  name: string,
  { about, example, size, options, made, recipe }: NonNullable<KnownFamily['generator']>,
): Command {
  const command = new Command(name)
    .description(`${about}, a train and a test split without a puzzle in common`)
    .addOption(optionOf('size', size).makeOptionMandatory())
    .requiredOption('--count <n>', 'training puzzles', positiveInteger)
    .option('--test-count <n>', 'test puzzles', positiveInteger, 256);
  for (const [key, type] of Object.entries(options.shape))
    command.addOption(optionOf(key, type as z.ZodType));
  return command
    .option('--seed <n>', 'seed', integer, 0)
    .option(
      '--threads <n>',
      'threads that make them, at most one a core; the puzzles are the same (default: all cores)',
      positiveInteger,
    )
    .requiredOption('--out <folder>', 'folder to make')
    .addHelpText('after', `\nExample:\n  trm data generate ${example} --out datasets/${name}\n`)
    .action(async ({ size: family, count, testCount, seed, threads, out, ...options }: GenerateFlags) => {
      const { generateDataset } = await import('../../data/builders/generated.ts');
      const { building } = await import('../support/building.ts');
      const { availableParallelism } = await import('node:os');
      const request = {
        family,
        options,
        count,
        testCount,
        seed,
        out,
        threads: threads ?? availableParallelism(),
      };
      const info = made?.(family, options) ?? family;
      await building(out, recipe?.(info, options), (onProgress) =>
        generateDataset({ ...request, onProgress }),
      );
    });
}

/** `--min-path <n>` of `minPath`, read by its schema. */
function optionOf(key: string, type: z.ZodType): Option {
  const { placeholder = 'n' } = type.meta() ?? {};
  return new Option(`${flagOf(key)} <${placeholder}>`, type.description).argParser((text) => {
    const { data, error } = type.safeParse(text);
    if (error) throw new InvalidArgumentError(error.issues[0]!.message);
    return data;
  });
}
