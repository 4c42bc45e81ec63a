/** The check of a whole number that the caller gave. */
import { TrmError } from '../errors.ts';

/** @throws TrmError `usage` unless `value` is an integer >= `least`, and <= `most` where that is given. */
export function checkCount(key: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const bound = most < Number.MAX_SAFE_INTEGER ? ` and at most ${most}` : '';
  throw new TrmError('usage', `expected an integer of at least ${least}${bound}, got ${value}`, { key });
}
