/** Where a run keeps its checkpoints. */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ioError } from '../../data/node/io-error.ts';
import { isDataset } from '../../data/node/is-dataset.ts';
import { namesIn } from '../../data/node/names-in.ts';
import { TrmError } from '../../errors.ts';

/** A run's checkpoints: the last one, and the one with the best of its evaluations. */
export const checkpointNames = ['best', 'last'] as const;
export type CheckpointName = (typeof checkpointNames)[number];

/** Runs or models of a folder that a message names. */
const MOST_NAMED = 8;

/** Model files, by their names. */
export const modelFiles = (paths: readonly string[]): string[] =>
  paths.filter((path) =>
    /\.(safetensors|pt|pth|ckpt)$|(^|\/)pytorch_model\.bin$|(^|\/)step_\d+[^/.]*$/.test(path),
  );

/** Where a run keeps a checkpoint. */
export const checkpointFile = (run: string, name: CheckpointName): string =>
  join(run, 'checkpoints', name, 'checkpoint.safetensors');

/**
 * The model file at a path: the file itself, or a run's checkpoint; its last one where there is no best.
 *
 * @throws TrmError `usage` on a folder that is no run's and where the last of a file is asked for, `checkpoint` when the folder has none.
 */
export function modelFileAt(path: string, name: CheckpointName): string {
  const found = statSync(path);
  if (!found.isFile() && !found.isDirectory())
    throw new TrmError('usage', 'neither a file nor a folder', { file: path, fix: 'name a run or a model' });
  if (found.isFile()) {
    if (name === 'best') return path;
    const fix = 'leave it out, or name the folder of a run';
    throw new TrmError('usage', `is for runs, ${path} has one set of weights`, { key: 'checkpoint', fix });
  }
  const candidates = [checkpointFile(path, name), checkpointFile(path, 'last')];
  const checkpoint = candidates.find(isThere);
  if (checkpoint) return checkpoint;
  if (isDataset(path))
    throw new TrmError('usage', 'the folder of a dataset, not of a run', {
      file: path,
      fix: 'name a run or a model',
    });
  if (!isRecorded(path)) {
    const names = namesIn(path).sort();
    const runs = names.filter((name) => existsSync(checkpointFile(join(path, name), 'last')));
    const models = modelFiles(names);
    const [what, there] = runs.length > 0 ? ['runs', runs] : ['models', models];
    const fix =
      there.length > 0
        ? `name one of its ${what}: ${there.slice(0, MOST_NAMED).join(', ')}`
        : 'name a run or a model';
    throw new TrmError('usage', 'the folder of no run', { file: path, fix });
  }
  const file = candidates[0]!;
  if (existsSync(checkpointFile(path, 'best')))
    throw new TrmError('checkpoint', 'the run has no such checkpoint, but its best one', {
      file,
      fix: 'ask for that: --checkpoint best',
    });
  const fix = `begin it anew: trm train --from-run ${path} --out RUN`;
  throw new TrmError('checkpoint', 'the run has no checkpoint', { file, fix });
}

/** @throws TrmError `io` where nobody may look. */
function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw ioError(error, file);
  }
}

/** Whether a folder has the record of a run, not a `config.json` of something else. One that cannot be read has an error of its own. */
export function isRecorded(folder: string): boolean {
  try {
    const record: unknown = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    return Object.hasOwn(Object(record) as object, 'config');
  } catch {
    return existsSync(join(folder, 'config.json'));
  }
}
