/** A sample of the fuzzing; `npm run fuzz` is the long run. */

import { expect, test } from 'vitest';
import { fuzz, targets } from './fuzz.ts';

const all = targets();

test.each(all.map((target) => [target.name, target] as const))('%s: damage is a TrmError', (_, target) => {
  expect(() => target.read(target.sound)).not.toThrow();
  const { report, findings } = fuzz(target, all, 100);
  expect(findings).toEqual([]);
  // The damage must show, else nothing was tested.
  expect(report.accepted).toBeLessThan(90);
});
