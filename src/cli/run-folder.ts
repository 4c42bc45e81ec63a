/**
 * A run's folder:
 *
 *     config.json            resolved settings, dataset, seed, versions, hardware, and what of them changed at which step
 *     metrics.jsonl          one line a training step ({kind: 'step'}) or evaluation ({kind: 'evaluation'})
 *     curves.svg             the picture of metrics.jsonl
 *     events.out.tfevents.*  the same for TensorBoard, where it was asked for (event-log.ts)
 *     checkpoints/last/      checkpoint.safetensors: everything needed to go on
 *     checkpoints/best/      the same, at the best evaluation
 *     .lock-PID-START        while a process trains here
 *
 * Files are written to a temporary name, flushed, then renamed: a reader sees the old file or the new one. A link stays one,
 * and a file that is replaced passes on its permissions.
 */

import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { makeFolder, notMade } from '../data/node/make-folder.ts';
import { realPlace } from '../data/node/real-place.ts';
import { statAt } from '../data/node/stat-at.ts';
import { type CheckpointName, checkpointFile } from '../interop/node/run-checkpoint.ts';
import type { ModelAt } from '../interop/node/source.ts';
import { type Checkpoint, encodeCheckpoint } from '../train/checkpoint.ts';
import { progressText } from './support/progress-text.ts';
import { createProgress } from './terminal/progress.ts';

export const runFiles = {
  config: (run: string) => join(run, 'config.json'),
  metrics: (run: string) => join(run, 'metrics.jsonl'),
  curves: (run: string) => join(run, 'curves.svg'),
  checkpoint: checkpointFile,
} as const;

/**
 * Writes chunks to `file` atomically: to what it links to where it is a link, with the permissions of what is there.
 *
 * @throws TrmError `io`, leaving nothing behind.
 */
export function writeAtomically(file: string, chunks: readonly (Uint8Array | string)[]): void {
  const place = realPlace(file);
  const temporary = `${place}.partial-${process.pid}`;
  try {
    const before = statAt(place);
    makeFolder(dirname(normalize(file)));
    const handle = openSync(temporary, 'w');
    try {
      if (before) fchmodSync(handle, before.mode & 0o777);
      for (const chunk of chunks) writeAll(handle, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, place);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {} // where a part of the path is a file, nothing was made
    throw notMade(error, file);
  }
}

/** Removes what killed processes left half written in a run. */
export function removePartials(run: string): void {
  for (const name of readdirSync(run, { recursive: true, encoding: 'utf8' }))
    if (/\.partial-\d+$/.test(name)) rmSync(join(run, name), { force: true });
}

/** At most 1 GiB at once: Node refuses more than 2 GiB, which the puzzle embeddings of ARC exceed. */
function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(handle, bytes, done, Math.min(bytes.length - done, 2 ** 30));
}

export function saveCheckpoint(run: string, name: CheckpointName, checkpoint: Checkpoint): void {
  writeAtomically(runFiles.checkpoint(run, name), encodeCheckpoint(checkpoint));
}

/**
 * Reads a model: a run's checkpoint (the best one is the default for answering), a file of any format that
 * `readModelFile` knows, a shipped one by its name, or one on the hub (`hf:owner/name`). What was assumed about it is
 * said on stderr.
 *
 * @throws TrmError `checkpoint`, `config` or `io`.
 */
export async function loadCheckpoint(source: string, name: CheckpointName): Promise<Checkpoint> {
  return (await loadModelFrom(source, name)).checkpoint;
}

/** The same, with which of the run's checkpoints was read. */
export async function loadModelFrom(source: string, name: CheckpointName): Promise<ModelAt> {
  const { loadModelAt } = await import('../interop/node/source.ts');
  const model = loadModelAt(await fetchSource(source), name);
  for (const note of model.notes) process.stderr.write(`${note}\n`);
  return model;
}

/** The local path of a source, downloads shown on stderr. */
export async function fetchSource(source: string): Promise<string> {
  const { resolveSource } = await import('../interop/node/source.ts');
  const progress = createProgress({ label: 'model' });
  const text = progressText();
  try {
    return await resolveSource(source, { onProgress: (state) => progress.update(text(state)) });
  } finally {
    progress.end();
  }
}
