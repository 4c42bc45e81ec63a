/** Where a run keeps its checkpoints. */

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TrmError } from '../../errors.ts';

/** A run's checkpoints: the last one, and the one with the best of its evaluations. */
export type CheckpointName = 'last' | 'best';

/** Where a run keeps a checkpoint. */
export const checkpointFile = (run: string, name: CheckpointName): string =>
  join(run, 'checkpoints', name, 'checkpoint.safetensors');

/**
 * The model file at a path: the file itself, or a run's checkpoint; its last one where there is no best.
 *
 * @throws TrmError `checkpoint` when the folder has none.
 */
export function modelFileAt(path: string, name: CheckpointName): string {
  if (statSync(path).isFile()) return path;
  const candidates = [checkpointFile(path, name), checkpointFile(path, 'last')];
  const found = candidates.find((file) => existsSync(file));
  if (found) return found;
  if (existsSync(join(path, 'train', 'dataset.json')))
    throw new TrmError('checkpoint', 'the folder of a dataset, not of a run', {
      file: path,
      fix: 'name a run or a model; a dataset goes behind --data',
    });
  throw new TrmError('checkpoint', 'the run has no checkpoint', {
    file: candidates[0]!,
    fix: 'train it first',
  });
}
