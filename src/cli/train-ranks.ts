/**
 * How the ranks of a run come to the same start: rank 0 begins the run or takes it up, and gives the others its checkpoint.
 * They read the dataset themselves, each on its machine; the run's folder is rank 0's alone.
 */

import { readSizes } from '../data/node/folder.ts';
import { type ErrorCode, TrmError } from '../errors.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../train/checkpoint.ts';
import { type Communicator, fromRankZero, gatherJson } from '../train/communicator.ts';
import { sizeShares } from '../train/share.ts';
import { modelsOf } from '../train/sizes.ts';
import { onAllRanks } from './support/ranks.ts';
import type { Started } from './train-start.ts';

/** What rank 0 came to. */
type Outcome =
  | { readonly kind: 'started'; readonly run: string; readonly data: readonly string[] }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly code: ErrorCode };

/**
 * The start of a run, on all of its ranks.
 *
 * @param start begins or resumes it; called on rank 0.
 * @throws TrmError what `start` throws, of the same code on all ranks; `config` when they are more than the rows of a batch.
 */
export async function startTogether(
  communicator: Communicator,
  start: () => Promise<Started | undefined>,
): Promise<Started | undefined> {
  return communicator.rank === 0 ? lead(communicator, start) : follow(communicator);
}

async function lead(communicator: Communicator, start: () => Promise<Started | undefined>) {
  const tell = (outcome: Outcome) => gatherJson(communicator, outcome);
  let started: Started | undefined;
  try {
    started = await start();
    if (started) sizeShares(started.checkpoint.config, modelsOf(started.checkpoint), communicator);
  } catch (error) {
    started?.undo?.(); // it was begun for more ranks than a batch has rows
    started?.unlock();
    await tell({ kind: 'failed', code: error instanceof TrmError ? error.code : 'runtime' });
    throw onAllRanks(Object(error) as object);
  }
  if (!started) {
    await tell({ kind: 'finished' });
    return undefined;
  }
  const { run, data, checkpoint } = started;
  await tell({ kind: 'started', run, data });
  await fromRankZero(communicator, Buffer.concat(encodeCheckpoint(checkpoint)));
  return started;
}

async function follow(communicator: Communicator): Promise<Started | undefined> {
  const [outcome] = (await gatherJson<Outcome | null>(communicator, null)) as [Outcome];
  if (outcome.kind === 'finished') return undefined;
  if (outcome.kind === 'failed') throw onAllRanks(new TrmError(outcome.code, 'rank 0 has said why'));
  const { run, data } = outcome;
  const bytes = await fromRankZero(communicator, new Uint8Array(0));
  const checkpoint = decodeCheckpoint(bytes, 'the checkpoint of rank 0');
  return { run, data, checkpoint, splits: await readSizes(data), unlock() {} };
}
