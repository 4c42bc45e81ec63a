/** Options of library calls, which JavaScript lets anybody spell as they like. */
import { TrmError } from './errors.ts';
import { didYouMean } from './suggest.ts';

/**
 * @param known every key there is; where omitted somebody else looks at them.
 * @throws TrmError `usage` on options that are no object, or on a key that is not known.
 */
export function checkOptions<T extends object>(options: T, known?: Readonly<Record<keyof T, true>>): T {
  if (typeof options !== 'object' || options === null)
    throw new TrmError('usage', `expected an object, got ${String(options)}`, { key: 'options' });
  const { signal } = options as { signal?: Partial<AbortSignal> | null };
  if (signal != null && typeof signal.throwIfAborted !== 'function')
    throw new TrmError('usage', `expected an AbortSignal, got ${String(signal)}`, { key: 'signal' });
  const unknown = known && Object.keys(options).find((key) => !Object.hasOwn(known, key));
  if (unknown === undefined) return options;
  const keys = Object.keys(known!);
  const fix = didYouMean(unknown, keys, `use ${keys.join(', ')}`);
  throw new TrmError('usage', 'unknown key', { key: unknown, fix });
}
