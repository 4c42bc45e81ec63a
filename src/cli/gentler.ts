/** What to do about a loss that is not finite, as a command that can be followed as it stands. */

import { existsSync } from 'node:fs';
import { puzzleFamily } from '../data/families.ts';
import { TrmError } from '../errors.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { type Config, parseConfig } from '../train/config.ts';
import { loadConfig } from './support/config-file.ts';
import { word } from './support/invocation.ts';

/** Times the recipe's rate, above which a rate is no matter of degree. */
const FAR = 10;

/**
 * The error with a way around it.
 *
 * @param saved the step of the last checkpoint.
 * @param last the last step that went well.
 */
export function withAdvice(
  error: TrmError,
  run: string,
  { config, family }: Pick<Checkpoint, 'config' | 'family'>,
  saved: number,
  last: number,
): TrmError {
  const { settings, isFar } = gentler(config, family);
  const anew = `begin anew, more gently: trm train --from-run ${word(run)} --out ${word(gentlerName(run))} --set ${settings}`;
  const onward = `go on from step ${saved}, more gently: trm train --resume ${word(run)} --set ${settings}`;
  const smaller = 'nothing was learnt yet, so no rate is at fault: lower model.layers, cycles or latentSteps';
  const found = isFar
    ? `the recipe's rate is far below; look for one with trm train --from-run ${word(run)} --find-rate, or `
    : '';
  // Where no step went well since the checkpoint, that is itself past mending.
  const fix = last === 0 ? smaller : found + (last > saved ? onward : anew);
  return new TrmError('numeric', error.fault, { fix, cause: error });
}

/** Lower rates: the recipe's in place of one that is far above it, else a quarter of each that is trained with. */
function gentler(config: Config, family: Checkpoint['family']): { settings: string; isFar: boolean } {
  const recipe = family && puzzleFamily(family)?.generator?.recipe?.(family);
  const usual = recipe === undefined ? parseConfig({ model: config.model }) : loadConfig(recipe, []);
  const rates = config.model.puzzleSlots > 0 ? rateKeys : rateKeys.slice(0, 1);
  const far = rates.filter((key) => config[key] > FAR * usual[key]);
  const lowered =
    far.length > 0
      ? far.map((key) => `${key}=${usual[key]}`)
      : rates.map((key) => `${key}=${Number((config[key] / 4).toPrecision(3))}`);
  return { settings: [...lowered, 'clipNorm=1'].join(' '), isFar: far.length > 0 };
}

const rateKeys = ['learningRate', 'puzzleLearningRate'] as const;

/** `runs/a-gentler`, then `runs/a-gentler-2`: a name that is not taken. */
export function gentlerName(run: string): string {
  const [, base, number] = /^(.*?)(?:-gentler(?:-(\d+))?)?$/s.exec(run)!;
  const first = base === run ? 1 : Number(number ?? 1) + 1;
  for (let i = first; ; i++) {
    const name = `${base}-gentler${i === 1 ? '' : `-${i}`}`;
    if (!existsSync(name)) return name;
  }
}
