/** Settings written as `key=value,key=value`. */
import type * as z from 'zod';
import { TrmError } from '../../errors.ts';
import { settingsError } from '../../settings-error.ts';
import { flagOf } from './options.ts';

/**
 * Reads settings by a schema, in which what looks like a number, `true` or `false` is one.
 *
 * @param option whose value it is, for the message.
 * @throws TrmError `usage` that names every key at fault.
 */
export function parseKeyValues<T extends z.ZodObject>(text: string, schema: T, option: string): z.infer<T> {
  const pairs = text.split(',').map((pair) => {
    const [key, value, ...rest] = pair.split('=');
    if (!key || value === undefined || rest.length > 0)
      throw new TrmError('usage', `expected key=value, got "${pair}"`, { key: option });
    return [key.trim(), readValue(value.trim())] as const;
  });
  refuseTwice(
    pairs.map(([key]) => key),
    option,
  );
  const { data, error } = schema.safeParse(Object.fromEntries(pairs));
  if (!error) return data;
  throw settingsError('usage', error, { option, known: Object.keys(schema.shape) });
}

/** @throws TrmError `usage` on a key that stands twice among those of an option. */
export function refuseTwice(keys: readonly string[], option: string): void {
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice !== undefined)
    throw new TrmError('usage', 'is given twice', { key: `${option} ${twice}`, fix: 'give it one value' });
}

/**
 * Refuses a setting that an option gives too.
 *
 * @param settings what was read of `--setting`.
 * @param flags the options that were given.
 * @throws TrmError `usage` that names both.
 */
export function refuseInSetting(settings: object, flags: object): void {
  const given = flags as Readonly<Record<string, unknown>>;
  const both = Object.keys(settings).find((key) => given[key] !== undefined);
  if (both === undefined) return;
  const message = `does not go with ${both} of --setting`;
  throw new TrmError('usage', message, { key: flagOf(both), fix: 'give one of them' });
}

function readValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** The keys of a schema with their meanings, a line each, for the help of an option. */
export function explainKeys(schema: z.ZodObject): string {
  return Object.entries(schema.shape)
    .map(([key, type]) => `  ${key.padEnd(12)} ${(type as z.ZodType).description ?? ''}`.trimEnd())
    .join('\n');
}
