/** `trm config`: `list` names the recipes, `show` prints one with every key, its value and what it means. */

import { Command } from 'commander';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { TrmError } from '../errors.ts';
import { modelSchema } from '../models/config.ts';
import { type Config, configSchema } from '../train/config.ts';
import { configInitCommand } from './config-init.ts';
import { loadConfig, recipeAbout, recipeNames } from './support/config-file.ts';
import { renderTable } from './terminal/table.ts';

const example = '\nExample:\n  trm config show sudoku-4x4 --set model.hiddenSize=128\n';

export function configCommand(): Command {
  const show = new Command('show')
    .description('print a recipe with every key, its value and its meaning')
    .argument('<recipe>', "a YAML file, a run's config.json, or the name of a shipped recipe")
    .option('--set <key=value...>', 'override keys of the recipe')
    .option('--json', 'print one JSON object')
    .option('--data <dir>', 'a dataset: add the sizes and weights that the model has on it')
    .option('--kernels', 'with --data: print what the native engine makes of a training and an answer step')
    .addHelpText('after', `${example}  trm config show sudoku-4x4 --data datasets/sudoku-4x4\n`)
    .addHelpText('after', () => `Recipes: ${recipeNames().join(', ')}\n`)
    .action(async (recipe: string, flags: ShowFlags) => {
      const config = loadConfig(recipe, flags.set ?? []);
      if (flags.kernels) {
        if (flags.json) throw new TrmError('usage', 'does not go with --kernels', { key: '--json' });
        const { kernelsOf } = await import('./config-kernels.ts');
        process.stdout.write(await kernelsOf(config, flags.data));
        return;
      }
      if (flags.data === undefined) {
        process.stdout.write(flags.json ? `${JSON.stringify(config)}\n` : showConfig(config));
        return;
      }
      const { describeModel, modelOn, showModel } = await import('./config-on-data.ts');
      const model = await modelOn(config, flags.data);
      process.stdout.write(
        flags.json
          ? `${JSON.stringify({ config, model: describeModel(model) })}\n`
          : showConfig(config) + showModel(model, flags.data),
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

interface ShowFlags {
  readonly set?: readonly string[];
  readonly json?: true;
  readonly kernels?: true;
  readonly data?: string;
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
