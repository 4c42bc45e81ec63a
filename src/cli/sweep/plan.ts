/**
 * The runs of a sweep: every arm with every seed. An arm is one combination of what varies; its folder is named after it,
 * and so is what a reader sees of it.
 */

import { dirname, join } from 'node:path';
import { statAt } from '../../data/node/stat-at.ts';
import { TrmError } from '../../errors.ts';
import { type Config, parseConfig } from '../../train/config.ts';
import { loadConfig, setKey, shippedNames, shippedOr } from '../support/config-file.ts';
import type { Sweep, Value } from './file.ts';

export interface Arm {
  /** What tells it from the others: `no-ema, learningRate=0.001`. */
  readonly name: string;
  /** What the name is made of: `arm`, `recipe`, `dataset` and keys of the grid, as they vary. */
  readonly parts: Readonly<Record<string, string>>;
  /** The same as a part of a path. */
  readonly slug: string;
  readonly recipe: string;
  /** Its key in the sweep. */
  readonly dataset: string;
  /** The values of the grid's keys. */
  readonly grid: Readonly<Record<string, Value>>;
  /** Its settings, the budget not yet spent; the seed is the run's. */
  readonly config: Config;
}

/** The arms in the order of the file, the last key of the grid varying fastest. @throws TrmError `config` that names the line. */
export function armsOf(sweep: Sweep): Arm[] {
  const { recipes, datasets, grid } = sweep;
  const named = sweep.arms.length > 0 ? sweep.arms : [{ name: '', set: {} }];
  const points = combinations(grid);
  const varying = Object.keys(grid).filter((key) => grid[key]!.length > 1);
  const all = named.flatMap((arm) =>
    (arm.recipe === undefined ? recipes : [arm.recipe]).flatMap((recipe) =>
      (arm.dataset === undefined ? Object.keys(datasets) : [arm.dataset]).flatMap((dataset) =>
        points.map((point): Arm => {
          const parts = {
            ...(arm.name !== '' && { arm: arm.name }),
            ...(arm.recipe === undefined &&
              recipes.length > 1 && { recipe: recipe.replace(/^.*[\\/]|\.ya?ml$/g, '') }),
            ...(arm.dataset === undefined && Object.keys(datasets).length > 1 && { dataset }),
            ...Object.fromEntries(varying.map((key) => [key, `${key}=${shown(point[key]!)}`])),
          };
          const name = Object.values(parts).join(', ') || recipe;
          const config = configOf(sweep, recipe, { ...sweep.set, ...arm.set, ...point });
          return { name, parts, slug: slugOf(name), recipe, dataset, grid: point, config };
        }),
      ),
    ),
  );
  const twice = all.find(({ slug }, i) => all.findIndex((other) => other.slug === slug) < i);
  if (!twice) return all;
  const fix = 'give each arm a name of its own';
  throw new TrmError('config', `two arms are called ${twice.slug}`, { file: sweep.file, fix });
}

function combinations(grid: Sweep['grid']): Record<string, Value>[] {
  return Object.entries(grid).reduce<Record<string, Value>[]>(
    (points, [key, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [key]: value }))),
    [{}],
  );
}

const shown = (value: Value): string => (typeof value === 'object' ? JSON.stringify(value) : `${value}`);

const slugOf = (name: string): string => name.replaceAll(', ', ',').replace(/[^\w.=,+-]/g, '-');

/** Keys that a sweep gives values to itself. */
const OWN: Readonly<Record<string, string>> = {
  seed: 'list them: seeds: [0, 1, 2]',
  steps: 'they follow from the budget; take one of the two away',
  evaluateEvery: 'it follows from evaluations; take one of the two away',
};

function configOf(sweep: Sweep, recipe: string, settings: Readonly<Record<string, Value>>): Config {
  const { file, budget, evaluations } = sweep;
  const taken = ['seed', ...(budget ? ['steps'] : []), ...(evaluations ? ['evaluateEvery'] : [])];
  const own = taken.find((key) => Object.hasOwn(settings, key));
  if (own)
    throw new TrmError('config', 'is not set by hand here', {
      ...placeOf(sweep, own),
      key: own,
      fix: OWN[own]!,
    });
  const config: Record<string, unknown> = structuredClone(loadConfig(recipeFile(sweep, recipe), []));
  for (const [key, value] of Object.entries(settings)) setKey(config, key, value, file);
  try {
    return parseConfig(config, file);
  } catch (error) {
    // Recipes have been checked by themselves: a fault is one of the sweep's own settings.
    if (!(error instanceof TrmError) || error.detail.key === undefined) throw error;
    const { key, fix } = error.detail;
    const message = error.message.replace(`${file}: ${key}: `, '').replace(fix ? `; ${fix}` : '', '');
    throw new TrmError('config', message, { ...placeOf(sweep, key), key, ...(fix && { fix }), cause: error });
  }
}

/** A recipe beside the sweep, else as everywhere. @throws TrmError `config` when there is none. */
function recipeFile({ file, recipes, arms, lineOf }: Sweep, recipe: string): string {
  const beside = join(dirname(file), recipe);
  const found = statAt(beside)?.isFile() ? beside : shippedOr(recipe, 'configs');
  if (found !== undefined) return found;
  const at = recipes.indexOf(recipe);
  const path = at < 0 ? ['arms', arms.findIndex((arm) => arm.recipe === recipe), 'recipe'] : ['recipes', at];
  const fix = `give a YAML file or one of ${shippedNames('configs').join(', ')}`;
  throw new TrmError('config', `no such recipe: ${recipe}`, {
    file,
    line: lineOf(path),
    key: path.join('.'),
    fix,
  });
}

/** Where a setting stands in the sweep's file. */
function placeOf(sweep: Sweep, key: string): { readonly file: string; readonly line?: number } {
  const { file, lineOf, arms } = sweep;
  const paths = [
    ...(Object.hasOwn(sweep.grid, key) ? [['grid', key]] : []),
    ...arms.flatMap(({ set }, i) => (Object.hasOwn(set, key) ? [['arms', i, 'set', key]] : [])),
    ...(Object.hasOwn(sweep.set, key) ? [['set', key]] : []),
  ];
  return { file, ...(paths[0] && { line: lineOf(paths[0]) }) };
}
