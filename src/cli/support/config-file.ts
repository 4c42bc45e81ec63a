/** Recipes: YAML files, shipped ones by name, with overrides from the command line. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineCounter, parse, parseDocument } from 'yaml';
import { ioError } from '../../data/node/io-error.ts';
import { TrmError } from '../../errors.ts';
import { type Config, parseConfig } from '../../train/config.ts';

/** The package's own configs/, beside src/ as beside dist/. */
const shipped = fileURLToPath(new URL('../../../configs', import.meta.url));

export function recipeNames(): string[] {
  return readdirSync(shipped).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -5)] : []));
}

/**
 * Reads a recipe, a file or the name of a shipped one, and applies `key=value` overrides (values are YAML scalars).
 *
 * @throws TrmError `config` that names the file and the line or the key.
 */
export function loadConfig(nameOrFile: string, overrides: readonly string[]): Config {
  const file = existsSync(nameOrFile) ? nameOrFile : join(shipped, `${nameOrFile}.yaml`);
  if (!existsSync(file)) {
    throw new TrmError('config', 'no such recipe', {
      file: nameOrFile,
      fix: `give a YAML file or one of ${recipeNames().join(', ')}`,
    });
  }
  const settings = readYaml(file);
  for (const override of overrides) applyOverride(settings, override);
  return parseConfig(settings, file);
}

function readYaml(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw ioError(error, file);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const error = document.errors[0];
  if (error) throw new TrmError('config', error.message, { file, line: lines.linePos(error.pos[0]).line });
  const settings: unknown = document.toJS({ maxAliasCount: 10 }) ?? {};
  if (typeof settings !== 'object' || Array.isArray(settings))
    throw new TrmError('config', 'expected keys with values', { file, line: 1 });
  return settings as Record<string, unknown>;
}

function applyOverride(settings: Record<string, unknown>, override: string): void {
  const at = override.indexOf('=');
  if (at < 1) throw new TrmError('usage', `expected key=value, got "${override}"`, { key: '--set' });
  const path = override.slice(0, at).split('.');
  const key = path.pop()!;
  let target = settings;
  for (const part of path) {
    const next = Object.hasOwn(target, part) ? target[part] : {};
    if (typeof next !== 'object' || next === null)
      throw new TrmError('config', 'has no keys of its own', { key: part });
    Object.defineProperty(target, part, {
      value: next,
      enumerable: true,
      writable: true,
      configurable: true,
    });
    target = next as Record<string, unknown>;
  }
  const value: unknown = parse(override.slice(at + 1));
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
