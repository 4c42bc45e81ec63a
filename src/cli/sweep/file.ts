/** A sweep's file: what is trained on what, how often, and how it is measured (docs/experiments.md). */

import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { openYaml } from '../../data/node/yaml.ts';
import { TrmError } from '../../errors.ts';
import { settingsError } from '../../settings-error.ts';
import { didYouMean } from '../../suggest.ts';
import { settingsSchema } from '../arms.ts';
import { shippedNames, shippedOr } from '../support/config-file.ts';
import { parseKeyValues } from '../support/key-values.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: 'expected a number, a text, true or false',
});
/** The value of a setting: a scalar, or the stages of a curriculum. */
const value = z.union([scalar, z.array(z.record(z.string(), scalar))], {
  error: 'expected a number, a text, true or false',
});
export type Value = z.infer<typeof value>;

/** Names become parts of paths. */
const name = z.string().regex(/^[\w.+-]+$/, 'expected letters, digits and . + - _');
const settings = z.record(z.string(), value).default({});
const distinct = [
  (list: readonly unknown[]) => new Set(list.map((one) => JSON.stringify(one))).size === list.length,
  'has one twice',
] as const;

const dataset = z
  .strictObject({
    make: z
      .string()
      .refine((words) => !/(^|\s)--out\b/.test(words), 'has an --out: the key folder names it')
      .optional()
      .describe('words of `trm data` that make it, without --out'),
    folder: z.string().optional().describe('where it is; DIR/datasets/NAME when omitted'),
  })
  .refine(({ make, folder }) => make ?? folder, 'expected make, folder or both');

/** What the error can be fitted against (fits.ts). */
const FITTED = ['weights', 'puzzles', 'recursions', 'steps'] as const;
export type Fitted = (typeof FITTED)[number];

const arm = z.strictObject({
  name,
  recipe: z.string().optional().describe('in place of recipes'),
  dataset: name.optional().describe('in place of all datasets'),
  set: settings,
});

const sweepSchema = z.strictObject({
  recipes: z
    .array(z.string())
    .refine(...distinct)
    .default([])
    .describe('recipes, or files of them'),
  datasets: z.record(name, dataset).refine((all) => Object.keys(all).length > 0, 'expected one at least'),
  set: settings.describe('settings of all arms'),
  grid: z
    .record(
      z.string(),
      z
        .array(value)
        .min(1)
        .refine(...distinct),
    )
    .default({})
    .describe('keys of the recipe with the values that each takes: every combination is an arm'),
  arms: z.array(arm).default([]).describe('arms by name; each is multiplied by the grid'),
  seeds: z
    .array(z.int())
    .min(1)
    .refine(...distinct)
    .default([0]),
  budget: z
    .strictObject({ gflop: z.number().positive().optional(), minutes: z.number().positive().optional() })
    .refine(
      ({ gflop, minutes }) => (gflop === undefined) !== (minutes === undefined),
      'expected gflop or minutes',
    )
    .optional()
    .describe('of training, the same for every run: the number of steps follows from it'),
  evaluations: z.int().positive().optional().describe('while training, at equal distances'),
  evaluate: z
    .strictObject({
      checkpoint: z.enum(['last', 'best']).default('last'),
      settings: z
        .array(z.string())
        .min(1)
        .refine(...distinct)
        .optional()
        .describe('as of trm evaluate --setting'),
      examples: z.int().positive().optional(),
      seed: z.int().optional(),
      batchSize: z.int().positive().optional(),
    })
    .prefault({}),
  fit: z
    .array(z.enum(FITTED))
    .refine(...distinct)
    .default([])
    .describe('what the held-out error is fitted against'),
});

export interface Sweep extends z.infer<typeof sweepSchema> {
  /** Its own name, as its file is called. */
  readonly name: string;
  /** What it was asked for by: the path of its file, or its name where it is shipped. */
  readonly asked: string;
  readonly file: string;
  /** The first sentence of the file's first comment. */
  readonly about: string;
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/**
 * Reads a sweep: a file, or the name of a shipped one.
 *
 * @throws TrmError `config` that names the file, the line and the key.
 */
export function readSweep(nameOrFile: string): Sweep {
  const file = shippedOr(nameOrFile, 'sweeps');
  if (!file)
    throw new TrmError('config', 'no such sweep', {
      file: nameOrFile,
      fix: didYouMean(
        nameOrFile,
        shippedNames('sweeps'),
        `give a YAML file or one of ${shippedNames('sweeps').join(', ')}`,
      ),
    });
  const { settings, lineOf } = openYaml(file);
  const { data, error } = sweepSchema.safeParse(settings, { reportInput: true });
  if (!data) throw settingsError('config', error, { file, lineOf, known: knownKeys });
  const fault = (message: string, path: readonly PropertyKey[], fix: string) =>
    new TrmError('config', message, { file, line: lineOf(path), key: path.join('.'), fix });
  for (const [i, { recipe, dataset }] of data.arms.entries()) {
    if (recipe === undefined && data.recipes.length === 0)
      throw fault('has no recipe', ['arms', i], 'give it one, or all of them: recipes: [NAME]');
    if (dataset !== undefined && !Object.hasOwn(data.datasets, dataset))
      throw fault(
        `no such dataset: ${dataset}`,
        ['arms', i, 'dataset'],
        `datasets has ${Object.keys(data.datasets).join(', ')}`,
      );
  }
  for (const [i, text] of (data.evaluate.settings ?? []).entries()) {
    try {
      parseKeyValues(text, settingsSchema, 'evaluate.settings');
    } catch (error) {
      if (!(error instanceof TrmError)) throw error;
      throw new TrmError('config', error.message, { file, line: lineOf(['evaluate', 'settings', i]) });
    }
  }
  if (data.arms.length === 0 && data.recipes.length === 0)
    throw fault('none is named', ['recipes'], 'give one at least: recipes: [NAME]');
  const about = /^# *(.*?)[.:]?$/m.exec(readFileSync(file, 'utf8').split('\n')[0]!)?.[1] ?? '';
  return { ...data, name: nameOf(file), asked: nameOrFile, file, about, lineOf };
}

function nameOf(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/, '');
}

const knownKeys = [
  ...Object.keys(sweepSchema.shape),
  ...Object.keys(dataset.shape).map((key) => `datasets.${key}`),
  ...Object.keys(arm.shape).map((key) => `arms.${key}`),
  ...['gflop', 'minutes'].map((key) => `budget.${key}`),
  ...['checkpoint', 'settings', 'examples', 'seed', 'batchSize'].map((key) => `evaluate.${key}`),
];
