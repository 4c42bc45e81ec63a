/** The check of a whole number that the caller gave. */
import { TrmError } from '../errors.ts';

/** @throws TrmError `usage` unless `value` is an integer >= `least`. */
export function checkCount(key: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new TrmError('usage', `expected an integer of at least ${least}, got ${value}`, { key });
}
