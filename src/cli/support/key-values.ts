/** Settings written as `key=value,key=value`. */
import type * as z from 'zod';
import { TrmError } from '../../errors.ts';
import { settingsError } from '../../settings-error.ts';

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
  const { data, error } = schema.safeParse(Object.fromEntries(pairs));
  if (!error) return data;
  throw settingsError('usage', error, { option, known: Object.keys(schema.shape) });
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
