/** Which rank carries out which runs of a sweep. */

import { expect, test } from 'vitest';
import { sharedOut } from '../../src/cli/sweep/shares.ts';

test.each([
  [
    'alike',
    [1, 1, 1, 1, 1],
    2,
    [
      [0, 2, 4],
      [1, 3],
    ],
  ],
  ['one that takes as long as the others', [6, 2, 2, 2], 2, [[0], [1, 2, 3]]],
  ['some that are done', [0, 0, 3, 3], 2, [[0, 1, 2], [3]]],
  ['fewer than ranks', [1], 3, [[0], [], []]],
  ['one rank', [1, 5, 2], 1, [[0, 1, 2]]],
])('%s', (_, costs, ranks, expected) => {
  expect(sharedOut(costs, ranks)).toEqual(expected);
});
