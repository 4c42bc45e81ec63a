import { expect, test } from 'vitest';
import { faultLines } from '../../src/cli/support/fault-lines.ts';
import { TrmError } from '../../src/errors.ts';

test('what to do about several faults is said with the last of them', () => {
  const errorAt = (line: number, fix?: string) =>
    new TrmError('data', 'no', { file: 'a', line, ...(fix && { fix }) });
  expect(faultLines([errorAt(1, 'do'), errorAt(2), errorAt(3, 'go'), errorAt(4, 'do')])).toEqual([
    'a:1: no',
    'a:2: no',
    'a:3: no; go',
    'a:4: no; do',
  ]);
});
