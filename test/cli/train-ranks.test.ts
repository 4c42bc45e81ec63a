/** Ranks that start together, and notice that one of them has read something else. */

import { expect, test, vi } from 'vitest';
import { sameOnRanks } from '../../src/cli/support/same-on-ranks.ts';
import { startTogether } from '../../src/cli/train-ranks.ts';
import type { Started } from '../../src/cli/train-start.ts';
import { newRun } from '../../src/train/run.ts';
import { ranks } from '../train/ranks.ts';
import { tinyConfig, tinyDataset } from '../train/support.ts';

const dataset = tinyDataset(8);
const checkpoint = newRun(tinyConfig({ batchSize: 2, microBatchSize: 2 }), dataset);

test('a run that was begun for more ranks than a batch has rows is removed, and all ranks fail alike', async () => {
  const [undo, unlock] = [vi.fn(), vi.fn()];
  const splits = { train: [dataset], test: [dataset] };
  const started: Started = { run: 'run', checkpoint, data: ['data'], splits, unlock, undo };
  const ends = await Promise.allSettled(ranks(3).map((rank) => startTogether(rank, async () => started)));
  expect(ends.map((end) => end.status === 'rejected' && String(end.reason.message))).toEqual([
    'batchSize: 2 rows do not occupy 3 processes; raise it, or use fewer processes',
    ...Array(2).fill('rank 0 has said why'),
  ]);
  for (const { reason } of ends as PromiseRejectedResult[]) expect(reason.code).toBe('config');
  expect([undo.mock.calls.length, unlock.mock.calls.length]).toEqual([1, 1]);
});

test('another dataset and another run are noticed by all ranks', async () => {
  type Content = Parameters<typeof sameOnRanks>[1][number]['content'];
  const told = async (...contents: readonly Content[]) => {
    const all = ranks(contents.length);
    const ends = await Promise.allSettled(
      contents.map((content, i) => sameOnRanks(all[i]!, [{ name: 'it', content }])),
    );
    return ends.map((end) => (end.status === 'rejected' ? String(end.reason.message) : 'like'));
  };
  const otherRun = newRun({ ...checkpoint.config, seed: 5 }, dataset);
  expect(await told([dataset], [tinyDataset(8)])).toEqual(['like', 'like']);
  expect(await told(checkpoint, newRun(checkpoint.config, tinyDataset(8)))).toEqual(['like', 'like']);
  const other = /^it: holds something else on rank 2 \(\S+\) than on rank 0 \(\S+\); copy it/;
  const every = [other, other, other].map((words) => expect.stringMatching(words));
  expect(await told([dataset], [dataset], [tinyDataset(7)])).toEqual(every);
  expect(await told(checkpoint, checkpoint, otherRun)).toEqual(every);
});
