/** Recipes: YAML files, shipped ones by name, with overrides from the command line. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { readYaml } from '../../data/node/yaml.ts';
import { TrmError } from '../../errors.ts';
import { didYouMean } from '../../suggest.ts';
import { type Config, parseConfig } from '../../train/config.ts';
import { typed } from './invocation.ts';
import { refuseTwice } from './key-values.ts';

/** The package's own folder, in which configs/ and sweeps/ stand beside src/ as beside dist/. */
const shipped = fileURLToPath(new URL('../../../', import.meta.url));

export const recipeNames = (): string[] => shippedNames('configs');

/** Names of the shipped YAML files of a folder. */
export function shippedNames(folder: 'configs' | 'sweeps'): string[] {
  return readdirSync(join(shipped, folder))
    .flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -5)] : []))
    .sort();
}

/** The file itself, else the shipped one of the name, also as `configs/NAME`; undefined where there is neither. */
export function shippedOr(nameOrFile: string, folder: 'configs' | 'sweeps'): string | undefined {
  const named = [join(folder, nameOrFile), nameOrFile].map((path) => join(shipped, `${path}.yaml`));
  return [nameOrFile, ...named].find((path) => existsSync(path) && statSync(path).isFile());
}

/** What a shipped recipe trains: the first sentence of its file. */
export function recipeAbout(name: string): string {
  const [line = ''] = readFileSync(join(shipped, 'configs', `${name}.yaml`), 'utf8').split('\n');
  return line.replace(/^# */, '').replace(/[.:,](?= |$).*$/, '');
}

/**
 * Reads a recipe: a file, a run's config.json or the name of a shipped one, and applies `key=value` overrides (values are
 * YAML scalars).
 *
 * @throws TrmError `config` that names the file and the line or the key, or the override at fault; `usage` for an
 *   override that is not `key=value`.
 */
export function loadConfig(nameOrFile: string, overrides: readonly string[]): Config {
  const file = shippedOr(nameOrFile, 'configs');
  if (!file) {
    if (existsSync(nameOrFile)) {
      const record = join(nameOrFile, 'config.json');
      const fix = existsSync(record) ? `name its settings: ${record}` : 'name a YAML file';
      throw new TrmError('config', 'a folder, not a recipe', { file: nameOrFile, fix });
    }
    throw new TrmError('config', 'no such recipe', {
      file: nameOrFile,
      fix: didYouMean(nameOrFile, recipeNames(), `give a YAML file or one of ${recipeNames().join(', ')}`),
    });
  }
  const settings = ofRun(readYaml(file));
  if (Object.keys(settings).length === 0 && readFileSync(file, 'utf8').trim() === '')
    throw new TrmError('config', 'is empty', { file, fix: `make a recipe: ${typed('trm config init')}` });
  const config = parseConfig(settings, file); // before the overrides: what is wrong now is the file's fault
  if (overrides.length === 0) return config;
  applyOverrides(settings, overrides);
  return parseConfig(settings, '--set');
}

/** The settings of a run's config.json, which holds them beside its data, versions and hardware; others as they are. */
function ofRun(settings: Record<string, unknown>): Record<string, unknown> {
  const { config } = settings;
  return typeof config === 'object' && config !== null ? (config as Record<string, unknown>) : settings;
}

/** Sets the keys of texts `key=value` (paths with dots) to their values. @throws TrmError `usage` or `config`. */
export function applyOverrides(settings: Record<string, unknown>, overrides: readonly string[]): void {
  const pairs = overrides.map((override) => {
    const at = override.indexOf('=');
    if (at < 1) throw new TrmError('usage', `expected key=value, got "${override}"`, { key: '--set' });
    return { key: override.slice(0, at), value: overrideValue(override, at) };
  });
  refuseTwice(
    pairs.map(({ key }) => key),
    '--set',
  );
  for (const { key, value } of pairs) setKey(settings, key, value);
}

/** Sets a key, a path with dots, to a value. @throws TrmError `config` when a part of the path has no keys. */
export function setKey(
  settings: Record<string, unknown>,
  dotted: string,
  value: unknown,
  file = '--set',
): void {
  const path = dotted.split('.');
  const key = path.pop()!;
  let target = settings;
  for (const part of path) {
    const next = Object.hasOwn(target, part) ? target[part] : {};
    if (typeof next !== 'object' || next === null)
      throw new TrmError('config', 'has no keys of its own', { file, key: part });
    define(target, part, next);
    target = next as Record<string, unknown>;
  }
  define(target, key, value);
}

function overrideValue(override: string, at: number): unknown {
  const document = parseDocument(override.slice(at + 1), { prettyErrors: false });
  const error = document.errors[0];
  if (error) {
    throw new TrmError('usage', `not a YAML value: ${error.message}`, {
      file: '--set',
      key: override.slice(0, at),
    });
  }
  return document.toJS();
}

/** Sets a key of its own, also one that objects inherit (`__proto__`): the schema then calls it unknown. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
