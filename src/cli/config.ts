/** `trm config`: `list` names the recipes, `show` prints one with every key, its value and what it means. */

import { Command } from 'commander';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { TrmError } from '../errors.ts';
import { modelSchema } from '../models/config.ts';
import { type Config, configSchema } from '../train/config.ts';
import { configInitCommand } from './config-init.ts';
import { loadConfig, recipeAbout, recipeNames } from './support/config-file.ts';
import { computing, type EngineFlags } from './support/engine.ts';
import { folders, refuseBeside } from './support/options.ts';
import { endingAtOnce } from './support/stopping.ts';
import { renderTable } from './terminal/table.ts';

const example = `
Example:
  trm config show sudoku-4x4 --set model.hiddenSize=128
  trm config show sudoku-4x4 --data datasets/sudoku-4x4 --time
`;

export function configCommand(): Command {
  const show = new Command('show')
    .description('print a recipe with every key, its value and its meaning')
    .argument('<recipe>', "a YAML file, a run's config.json, or the name of a shipped recipe")
    .option('--set <key=value...>', 'override keys of the recipe')
    .option('--json', 'print one JSON object')
    .option('--kernels', 'print what the native engine makes of a training and an answer step on a dataset')
    .option(
      '--data <folders>',
      'a dataset, or several between commas: add what the recipe costs on its puzzles, weights and FLOP; --kernels takes their sizes',
      folders,
    )
    .option('--time', 'with --data: measure how long the recipe takes here');
  computing(show)
    .addHelpText('after', example)
    .addHelpText('after', () => `Recipes: ${recipeNames().join(', ')}\n`)
    .action(async (recipe: string, flags: ShowFlags) => {
      const config = loadConfig(recipe, flags.set ?? []);
      if (flags.kernels) {
        refuseBeside(flags, 'kernels', ['json', 'time']);
        const { kernelsOf } = await import('./config-kernels.ts');
        process.stdout.write(
          await endingAtOnce('config show: lowering the graphs', () => kernelsOf(config, flags.data)),
        );
        return;
      }
      if (flags.data === undefined) {
        if (flags.time)
          throw new TrmError('usage', 'needs a dataset', { key: '--time', fix: 'add --data DIR' });
        process.stdout.write(flags.json ? `${JSON.stringify(config)}\n` : showConfig(config));
        return;
      }
      const { recipeCost, showCost } = await import('./config-cost.ts');
      const [data, engine] = [flags.data, flags.time && flags];
      const cost = await endingAtOnce('config show: counting', () => recipeCost(config, data, engine));
      process.stdout.write(
        flags.json ? `${JSON.stringify({ config, cost })}\n` : showConfig(config) + showCost(config, cost),
      );
    });
  const list = new Command('list')
    .description('list the shipped recipes: what each trains, and for how many steps')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  trm config list\n')
    .action((flags: { json?: true }) => {
      const recipes = recipeNames().map((name) => {
        const { steps, batchSize, model } = loadConfig(name, []);
        return { name, about: recipeAbout(name), steps, batchSize, hiddenSize: model.hiddenSize };
      });
      if (flags.json) {
        process.stdout.write(`${JSON.stringify({ recipes })}\n`);
        return;
      }
      const rows = recipes.map(({ name, about, steps }) => [name, about, String(steps)]);
      process.stdout.write(`${renderTable([['recipe', 'trains', 'steps'], ...rows], 2)}\n`);
    });
  return new Command('config')
    .description('list recipes, look at one, or have one proposed')
    .addCommand(list)
    .addCommand(show)
    .addCommand(configInitCommand())
    .addHelpText('after', example);
}

interface ShowFlags extends EngineFlags {
  readonly set?: readonly string[];
  readonly json?: true;
  readonly kernels?: true;
  readonly data?: readonly string[];
  readonly time?: true;
}

/** The settings as YAML, each key with its meaning; reading it back gives the same settings. */
function showConfig({ model, ...rest }: Config): string {
  const lines = (schema: Readonly<Record<string, z.ZodType>>, values: object, indent: string) =>
    Object.entries(values).map(([key, value]) => {
      const meaning = schema[key]?.description;
      return `${indent}${stringify({ [key]: value }).trimEnd()}${meaning ? `  # ${meaning}` : ''}\n`;
    });
  return ['model:\n', ...lines(modelSchema.shape, model, '  '), ...lines(configSchema.shape, rest, '')].join(
    '',
  );
}
