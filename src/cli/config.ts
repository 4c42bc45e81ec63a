/** `trm config`: `show` prints a recipe with every key, its value and what it means. */

import { Command } from 'commander';
import { stringify } from 'yaml';
import type { z } from 'zod';
import { modelSchema } from '../models/config.ts';
import { type Config, configSchema } from '../train/config.ts';
import { configInitCommand } from './config-init.ts';
import { loadConfig, recipeNames } from './support/config-file.ts';

const example = '\nExample:\n  trm config show sudoku-4x4 --set model.hiddenSize=128\n';

export function configCommand(): Command {
  const show = new Command('show')
    .description('print a recipe with every key, its value and its meaning')
    .argument('<recipe>', 'a YAML file or the name of a shipped recipe')
    .option('--set <key=value...>', 'override keys of the recipe')
    .option('--json', 'print one JSON object')
    .addHelpText('after', example)
    .addHelpText('after', () => `Recipes: ${recipeNames().join(', ')}\n`)
    .action((recipe: string, flags: { set?: readonly string[]; json?: true }) => {
      const config = loadConfig(recipe, flags.set ?? []);
      process.stdout.write(flags.json ? `${JSON.stringify(config)}\n` : showConfig(config));
    });
  return new Command('config')
    .description('look at recipes, or have one proposed')
    .addCommand(show)
    .addCommand(configInitCommand())
    .addHelpText('after', example);
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
