/**
 * Whether ranks have read the same. Each reads dataset and run on its own machine; shares of other puzzles, or answers of other
 * weights, would be put together to numbers of nothing.
 */

import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { PuzzleDataset } from '../../data/dataset.ts';
import { datasetHash } from '../../data/dataset-hash.ts';
import { TrmError } from '../../errors.ts';
import { type Checkpoint, encodeCheckpoint } from '../../train/checkpoint.ts';
import { type Communicator, gatherJson } from '../../train/communicator.ts';
import { onAllRanks } from './ranks.ts';

/** What is read, and by which name. */
export interface Read {
  readonly name: string;
  readonly content: Checkpoint | readonly PuzzleDataset[];
}

/** @throws TrmError `data`, on all ranks, that names the first rank which has read something else than rank 0. */
export async function sameOnRanks(communicator: Communicator, reads: readonly Read[]): Promise<void> {
  if (communicator.size === 1) return;
  const own: string[] = [];
  for (const { content } of reads) own.push((await hashOf(content)) ?? '');
  const all = await gatherJson(communicator, { host: hostname(), hashes: own });
  const [zero] = all as [(typeof all)[0]];
  for (const [rank, { host, hashes }] of all.entries()) {
    const other = reads.findIndex((_, i) => hashes[i] !== zero.hashes[i]);
    if (other < 0) continue;
    const message = `holds something else on rank ${rank} (${host}) than on rank 0 (${zero.host})`;
    const fix = 'copy it from one machine to the other';
    throw onAllRanks(new TrmError('data', message, { file: reads[other]!.name, fix }));
  }
}

/** That all ranks answer the same puzzles with the same weights; of a run with several settings once. */
export function sameArms(
  communicator: Communicator,
  data: readonly string[],
  dataset: PuzzleDataset,
  arms: readonly { readonly run: string; readonly checkpoint: Checkpoint }[],
): Promise<void> {
  const runs = new Map(arms.map(({ run, checkpoint }) => [run, checkpoint]));
  const checkpoints = [...runs].map(([name, content]) => ({ name, content }));
  return sameOnRanks(communicator, [{ name: data.join(','), content: [dataset] }, ...checkpoints]);
}

async function hashOf(content: Read['content']): Promise<string | undefined> {
  if ('state' in content) {
    const hash = createHash('sha256');
    for (const part of encodeCheckpoint(content)) hash.update(part);
    return hash.digest('hex');
  }
  return datasetHash(content);
}
