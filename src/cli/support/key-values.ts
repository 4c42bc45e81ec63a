/** Settings written as `key=value,key=value`. */
import type * as z from 'zod';
import { TrmError } from '../../errors.ts';
import { settingsError } from '../../settings-error.ts';

/**
 * Reads settings by a schema of texts.
 *
 * @param option whose value it is, for the message.
 * @throws TrmError `usage` that names every key at fault.
 */
export function parseKeyValues<T extends z.ZodObject>(text: string, schema: T, option: string): z.infer<T> {
  const pairs = text.split(',').map((pair) => {
    const [key, value, ...rest] = pair.split('=');
    if (!key || value === undefined || rest.length > 0)
      throw new TrmError('usage', `expected key=value, got "${pair}"`, { key: option });
    return [key.trim(), value.trim()] as const;
  });
  const given = Object.fromEntries(pairs);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  // A text that is no number has become NaN before the schema saw it, which does not know it.
  const issues = parsed.error.issues.map((issue) => ({
    ...issue,
    message: issue.message.replace(/^expected a number$/, `$&, got "${given[String(issue.path[0])]}"`),
  }));
  throw settingsError('usage', { issues }, { option, known: Object.keys(schema.shape) });
}

/** The keys of a schema with their meanings, a line each, for the help of an option. */
export function explainKeys(schema: z.ZodObject): string {
  return Object.entries(schema.shape)
    .map(([key, type]) => `  ${key.padEnd(12)} ${(type as z.ZodType).description ?? ''}`.trimEnd())
    .join('\n');
}
