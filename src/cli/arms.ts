/** What an evaluation compares: runs, each with one or several settings, on the same puzzles. */

import * as z from 'zod';
import type { PuzzleDataset } from '../data/dataset.ts';
import { checkKind, familyOf } from '../data/families.ts';
import { TrmError } from '../errors.ts';
import type { Thinker } from '../evaluate/thinking.ts';
import {
  isPlain,
  mostCandidates,
  type Plan,
  planOf,
  type Thinking,
  thinkingSchema,
} from '../evaluate/thinking-settings.ts';
import type { CheckpointName } from '../interop/node/run-checkpoint.ts';
import type { ModelAt } from '../interop/node/source.ts';
import { answersFormsAlike } from '../models/settings.ts';
import type { Backend } from '../runtime/backend.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { loadModelFrom } from './run-folder.ts';
import type { EngineFlags } from './support/engine.ts';
import { parseKeyValues, refuseInSetting } from './support/key-values.ts';
import type { RankFlags } from './support/ranks.ts';

/** What `trm evaluate` is asked. */
export interface EvaluateFlags extends EngineFlags, RankFlags {
  readonly data: readonly string[];
  readonly checkpoint: 'best' | 'last';
  readonly steps?: number;
  readonly setting?: readonly string[];
  readonly answers?: number;
  readonly examples?: number;
  readonly batchSize: number;
  readonly seed?: number;
  readonly byDifficulty?: true;
  readonly json?: true;
  readonly csv?: string;
  readonly plot?: string;
  readonly wrong?: string;
  readonly only?: readonly string[];
  readonly submission?: string;
  readonly image?: string;
}

/** How a run is evaluated. */
export const settingsSchema = thinkingSchema.extend({
  checkpoint: z.enum(['best', 'last']).optional().describe('which of the run: best or last'),
});

/** A run with settings. */
export interface Arm {
  /** What tells it from the others. */
  readonly name: string;
  readonly run: string;
  /** Which of the run's was read: its last one where there is no best; undefined of a file. */
  readonly checkpointName: CheckpointName | undefined;
  readonly checkpoint: Checkpoint;
  readonly supervisionSteps: number;
  /** Test-time compute; undefined where every puzzle takes all steps once. */
  readonly plan: Plan | undefined;
}

/** What an arm measured of each puzzle, in the order of the dataset. */
export interface Outcomes {
  readonly name: string;
  /** `[puzzles]`, 1 where it was solved. */
  readonly solved: Uint8Array;
}

/** Settings, and the text that tells them from others. */
export interface Variant {
  readonly text: string;
  readonly settings: z.infer<typeof settingsSchema>;
}

/**
 * What is compared of each run: the settings of every `--setting`, and `--answers`, which is one of all of them.
 *
 * @param given the options that were given; those that are a setting of all may not stand in a `--setting` too.
 * @throws TrmError `usage`.
 */
export function variantsOf(
  { setting: texts = [], answers }: Pick<EvaluateFlags, 'setting' | 'answers'>,
  { steps, checkpoint }: Readonly<Record<string, unknown>>,
): readonly Variant[] {
  const read = (text: string) => ({ text, settings: parseKeyValues(text, settingsSchema, '--setting') });
  const variants = texts.map(read);
  // Not --seed, which draws examples.
  for (const { settings } of variants) refuseInSetting(settings, { steps, checkpoint, answers });
  if (answers === undefined) return variants;
  const all = read(`answers=${answers}`);
  if (variants.length === 0) return [all];
  return variants.map(({ text, settings }) => ({
    text: `${text},${all.text}`,
    settings: { ...settings, ...all.settings },
  }));
}

/** Every run with each of the settings; those not given are as in `defaults`, or as in training. */
export async function armsOf(
  runs: readonly string[],
  variants: readonly Variant[],
  defaults: { readonly steps?: number; readonly checkpoint: CheckpointName },
): Promise<Arm[]> {
  const compared = variants.length === 0 ? [{ text: '', settings: {} }] : variants;
  const loaded = new Map<string, ModelAt>();
  const arms: Arm[] = [];
  for (const run of runs) {
    for (const { text, settings } of compared) {
      const { checkpoint: asked = defaults.checkpoint, ...thinking } = settings;
      const key = `${asked} ${run}`;
      const model = loaded.get(key) ?? (await loadModelFrom(run, asked));
      loaded.set(key, model);
      const { checkpoint, name: checkpointName } = model;
      const supervisionSteps = thinking.steps ?? defaults.steps ?? checkpoint.config.supervisionSteps;
      const name = [runs.length > 1 || text === '' ? run : '', text].filter(Boolean).join(' ');
      if (arms.some((other) => other.name === name))
        throw new TrmError('usage', 'is given twice', { file: name, fix: 'leave one out' });
      const plan = naming(name, () => morePlan(thinking, checkpoint, supervisionSteps));
      arms.push({ name, run, checkpointName, checkpoint, supervisionSteps, plan });
    }
  }
  return arms;
}

/** What `work` throws, with the name of what it is about: of several runs somebody must know which one. */
function naming<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TrmError) || error.detail.file !== undefined) throw error;
    throw new TrmError(error.code, error.what, { ...error.detail, file });
  }
}

function morePlan(thinking: Thinking, checkpoint: Checkpoint, supervisionSteps: number): Plan | undefined {
  const family = familyOf({ family: checkpoint.family, ...checkpoint.model.shape });
  const formsAlike = answersFormsAlike(checkpoint.config.model);
  const plan = planOf(thinking, { family, fault: family.fault, formsAlike, supervisionSteps }); // before the first of them is measured
  return isPlain(plan) ? undefined : plan;
}

/** An arm made ready to answer. */
export interface ReadyArm extends Arm {
  readonly thinker: Thinker;
  /** For the progress line. */
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Measures the arms one after the other, with progress on stderr.
 *
 * @param most puzzles answered at once; where there are fewer, no row of a graph is left without one.
 * @throws TrmError `data` before the first when one does not fit.
 */
export async function measureArms<T>(
  arms: readonly Arm[],
  dataset: PuzzleDataset,
  backend: Backend,
  most: number,
  measure: (arm: ReadyArm) => Promise<T>,
): Promise<T[]> {
  const { Solver } = await import('../evaluate/solver.ts');
  const { checkShape } = await import('../train/run.ts');
  const { atSize } = await import('../train/at-size.ts');
  const { createProgress } = await import('./terminal/progress.ts');
  const { puzzle: family, seq_len: cells, vocab_size: vocabulary } = dataset.metadata;
  const rowShape = { family, cells, vocabulary };
  const sized = arms.map((arm) => ({ ...arm, checkpoint: atSize(arm.checkpoint, rowShape) }));
  for (const { run, name, checkpoint } of sized) {
    checkKind(family, checkpoint.family, 'the dataset has', `${name} was trained on`);
    naming(run, () => checkShape(checkpoint.model, dataset));
  }
  const results: T[] = [];
  for (const arm of sized) {
    const progress = createProgress({ label: arms.length > 1 ? `evaluate ${arm.name}` : 'evaluate' });
    const solver = new Solver(arm.checkpoint, backend);
    const thinker = await solver.thinker(Math.min(most, dataset.count * candidatesOf(arm)));
    const begun = performance.now();
    const onProgress = (done: number, total: number) => {
      const rate = done / ((performance.now() - begun) / 1000);
      progress.update({ done, total, rate, unit: 'puzzles', eta: (total - done) / rate });
    };
    try {
      results.push(await measure({ ...arm, thinker, onProgress }));
    } finally {
      progress.end();
      await solver.dispose();
    }
  }
  return results;
}

/** Rows that a puzzle may take at once. */
const candidatesOf = ({ plan }: Arm): number => (plan ? mostCandidates(plan) : 1);
