import { expect, test } from 'vitest';
import { percent } from '../../web/percent.ts';

test('a share is told the same everywhere, and only all of it is 100 %', () => {
  const told = (share: number, digits?: number) => percent(share, digits).replace('\u00a0', ' ');
  expect([0, 0.123, 0.9969, 0.9996, 1].map((share) => told(share))).toEqual([
    '0.0 %',
    '12.3 %',
    '99.7 %',
    '99.9 %',
    '100.0 %',
  ]);
  expect([0, 0.5, 0.994, 0.996, 1].map((share) => told(share, 0))).toEqual([
    '0 %',
    '50 %',
    '99 %',
    '99 %',
    '100 %',
  ]);
});
