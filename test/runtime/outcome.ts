/** What running the contract elsewhere, in a process or a page, came to; and its cases as tests. */

import { describe, expect, it } from 'vitest';
import { type ContractLine, contract } from './contract.ts';

export interface Outcome {
  readonly lines: readonly ContractLine[];
  /** What went wrong around the cases, e.g. a crash; empty when nothing did. */
  readonly trouble: string;
}

/** Why the device does not open, undefined where it does. */
export function closed({ lines }: Outcome): string | undefined {
  return lines.flatMap((line) => ('closed' in line ? [line.closed] : []))[0];
}

/** One test per case. An optional device that does not open is reported as skipped, with the reason. */
export function describeContract(where: string, outcome: Outcome, { optional = false } = {}): void {
  describe(where, () => {
    const why = closed(outcome);
    if (why !== undefined && optional) {
      it.skip(`not on this machine: ${why}`, () => {});
      return;
    }
    const opened = outcome.lines.filter((line) => 'opened' in line).length;
    it('opens', () => expect(opened, why ?? outcome.trouble).toBeGreaterThan(0));
    it.each(contract.map(({ name }) => name))('%s', (name) => {
      const results = outcome.lines.filter((line) => 'name' in line && line.name === name);
      expect(results, why ?? outcome.trouble).toEqual(
        Array.from({ length: opened }, () => ({ name, fault: '' })),
      );
    });
    it('ends well', () => expect(outcome.trouble).toBe(''));
  });
}
