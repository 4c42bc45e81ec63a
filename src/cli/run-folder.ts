/**
 * A run's folder:
 *
 *     config.json            resolved settings, dataset, seed, versions, hardware
 *     metrics.jsonl          one line a training step ({kind: 'step'}) or evaluation ({kind: 'evaluation'})
 *     curves.svg             the picture of metrics.jsonl
 *     checkpoints/last/      checkpoint.safetensors: everything needed to go on
 *     checkpoints/best/      the same, at the best evaluation
 *
 * Files are written to a temporary name, flushed, then renamed: a reader sees the old file or the new one.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ioError } from '../data/node/io-error.ts';
import { TrmError } from '../errors.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../train/checkpoint.ts';

export type CheckpointName = 'last' | 'best';

export const runFiles = {
  config: (run: string) => join(run, 'config.json'),
  metrics: (run: string) => join(run, 'metrics.jsonl'),
  curves: (run: string) => join(run, 'curves.svg'),
  checkpoint: (run: string, name: CheckpointName) => join(run, 'checkpoints', name, 'checkpoint.safetensors'),
} as const;

/** Writes chunks to `file` atomically. @throws TrmError `io`, leaving nothing behind. */
export function writeAtomically(file: string, chunks: readonly (Uint8Array | string)[]): void {
  const temporary = `${file}.partial-${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(temporary, 'w');
    try {
      for (const chunk of chunks) writeAll(handle, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw ioError(error, file);
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done, bytes.length - done);
}

export function saveCheckpoint(run: string, name: CheckpointName, checkpoint: Checkpoint): void {
  writeAtomically(runFiles.checkpoint(run, name), encodeCheckpoint(checkpoint));
}

/**
 * Reads a checkpoint of a run, or a checkpoint file named directly. The best one is the default for answering.
 *
 * @throws TrmError `checkpoint` or `io`.
 */
export function loadCheckpoint(run: string, name: CheckpointName): Checkpoint {
  const file = locate(run, name);
  try {
    return decodeCheckpoint(readFileSync(file), file);
  } catch (error) {
    throw ioError(error, file);
  }
}

function locate(run: string, name: CheckpointName): string {
  if (!existsSync(run))
    throw new TrmError('usage', 'no such run', {
      file: run,
      fix: 'give the folder that trm train --out made',
    });
  if (statSync(run).isFile()) return run;
  const candidates = [runFiles.checkpoint(run, name), runFiles.checkpoint(run, 'last')];
  const found = candidates.find((file) => existsSync(file));
  if (!found)
    throw new TrmError('checkpoint', 'the run has no checkpoint', {
      file: candidates[0]!,
      fix: 'train it first',
    });
  return found;
}
