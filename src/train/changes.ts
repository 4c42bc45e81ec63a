/** A run that goes on with other settings than it began with. */

import { TrmError } from '../errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Config } from './config.ts';

/** What the arrays of a checkpoint, its place in the data, or its choice of the best depend on. */
const fixed = [
  'model',
  'seed',
  'batchSize',
  'epochsPerIteration',
  'randomStart',
  'starts',
  'optimizer',
  'validation',
] as const satisfies readonly (keyof Config)[];

/**
 * The checkpoint with other settings. Where the evaluations are of other examples than before, the best of them is chosen
 * anew.
 *
 * @throws TrmError `config` on a setting that a run keeps, and on fewer steps than it has taken.
 */
export function withSettings(checkpoint: Checkpoint, config: Config): Checkpoint {
  const { config: before, state } = checkpoint;
  checkKept(before, config);
  if (config.steps < state.step) {
    const fix = 'give a larger number';
    throw new TrmError('config', `the run has taken ${state.step} steps`, { key: 'steps', fix });
  }
  if (config.evaluateExamples === before.evaluateExamples) return { ...checkpoint, config };
  return { ...checkpoint, config, bestExact: -1, bestStep: undefined, evaluationsSinceBest: 0 };
}

/** @param after not yet checked. @throws TrmError `config` on a setting that a run keeps, whether or not the new one would do. */
export function checkKept(before: Config, after: { readonly [Key in keyof Config]?: unknown }): void {
  const kept = fixed.find((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]));
  if (kept === undefined) return;
  const fix = 'begin another run with its settings (--from-run) or its weights (--init)';
  throw new TrmError('config', 'a run keeps it to its end', { key: kept, fix });
}
