/** `load`: from a name, a path or bytes to a model that solves, under Node. */

import { TrmError } from './errors.ts';
import { Solver } from './evaluate/solver.ts';
import { readModelFile } from './interop/model-file.ts';
import { type CheckpointName, checkpointNames } from './interop/node/run-checkpoint.ts';
import { loadModelAt, resolveSource } from './interop/node/source.ts';
import { checkOptions } from './options.ts';
import { type NodeBackendOptions, openBackend } from './runtime/node.ts';

/** Where to compute, and which checkpoint of a run. */
export interface LoadOptions extends NodeBackendOptions {
  /** Which checkpoint of a run; the best one when omitted. */
  readonly checkpoint?: CheckpointName;
}

const known: Readonly<Record<keyof LoadOptions, true>> = {
  checkpoint: true,
  engine: true,
  device: true,
  precision: true,
  threads: true,
  profile: true,
  onNotice: true,
};

/**
 * Loads a model that solves puzzles.
 *
 * @param source the name of a shipped model (`sudoku-6x6`), a run's folder, a checkpoint file, `hf:owner/name`, or a file's
 *   bytes.
 * @throws TrmError `usage` when there is no such model or option, `io`, `checkpoint` or `config` when it cannot be read, `runtime` when
 *   the device does not open.
 */
export async function load(source: string | Uint8Array, options: LoadOptions = {}): Promise<Solver> {
  const { checkpoint: name = 'best', ...backend } = checkOptions(options, known);
  if (typeof source !== 'string' && !(source instanceof Uint8Array))
    throw new TrmError('usage', `expected a name, a path or bytes, got ${String(source)}`, { key: 'source' });
  if (!checkpointNames.includes(name))
    throw new TrmError('usage', `expected ${checkpointNames.join(' or ')}, got ${JSON.stringify(name)}`, {
      key: 'checkpoint',
    });
  if (typeof source !== 'string' && name !== 'best')
    throw new TrmError('usage', 'is for runs, bytes have one set of weights', {
      key: 'checkpoint',
      fix: 'leave it out',
    });
  const { checkpoint } =
    typeof source === 'string'
      ? loadModelAt(await resolveSource(source), name)
      : readModelFile(source, {}, 'model');
  return new Solver(checkpoint, await openBackend(backend));
}
