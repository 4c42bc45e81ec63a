/** Faults of many puzzles as lines: what to do about several of them is said once. */
import type { TrmError } from '../../errors.ts';
import { typed } from './invocation.ts';

/** A line each; what several have in common to do stands in the last of them. */
export function faultLines(errors: readonly TrmError[]): string[] {
  const fixOf = ({ detail }: TrmError) => detail.fix;
  const last = new Map(errors.map((error, i) => [fixOf(error), i]));
  return errors.map((error, i) => typed(last.get(fixOf(error)) === i ? error.message : error.fault));
}
