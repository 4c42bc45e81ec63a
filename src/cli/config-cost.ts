/** What a recipe costs on a dataset: weights, FLOP, and on request the time that it takes here. */

import { readSplits } from '../data/node/folder.ts';
import { buildModel } from '../models/build.ts';
import type { Config } from '../train/config.ts';
import { evaluationsOf, type RunCost, runCost } from '../train/cost.ts';
import { shapeOf } from '../train/sizes.ts';
import { type EngineFlags, openEngine } from './support/engine.ts';
import { measureRun } from './support/measure.ts';
import { formatCount, formatFlops } from './terminal/amounts.ts';
import { formatDuration } from './terminal/progress.ts';

export interface RecipeCost extends RunCost {
  /** Measured here: seconds of a training step and of the whole run, and what with. */
  readonly here?: { readonly step: number; readonly total: number; readonly engine: string };
}

/** @param engine to measure with; nothing is measured without. */
export async function recipeCost(
  config: Config,
  data: readonly string[],
  engine: EngineFlags | undefined,
): Promise<RecipeCost> {
  const splits = await readSplits(data);
  const cost = runCost(config, buildModel(config.model, shapeOf(splits.train.metadata)), splits.test.count);
  if (!engine) return cost;
  const backend = await openEngine({ ...engine, precision: config.precision });
  const { step, total } = await measureRun(config, splits, backend);
  return { ...cost, here: { step, total, engine: `${backend.runtime} on ${backend.device}` } };
}

/** As comments of a recipe, a line each. */
export function showCost(
  { batchSize, steps, supervisionSteps, ...config }: Config,
  cost: RecipeCost,
): string {
  const { parameters, puzzleParameters, trainingStep, training, evaluation, answer, here } = cost;
  const evaluations = evaluationsOf({ steps, ...config });
  const puzzles = puzzleParameters > 0 ? `, and ${formatCount(puzzleParameters)} of puzzle embeddings` : '';
  const lines = [
    `${formatCount(parameters)} weights${puzzles}`,
    `a training step: ${formatFlops(trainingStep)}, ${formatFlops(trainingStep / batchSize)} an example`,
    `an answer of ${supervisionSteps} supervision steps: ${formatFlops(answer)}`,
    `the recipe: ${formatFlops(training)} for ${steps} steps, ${formatFlops(evaluation)} for ${evaluations} evaluations`,
  ];
  if (here) {
    const rate = `${formatFlops(trainingStep / here.step)}/s, ${(batchSize / here.step).toFixed(0)} examples/s`;
    lines.push(
      `here, with ${here.engine}: ${here.step.toFixed(3)} s a step (${rate}), about ${formatDuration(here.total)} in all`,
    );
  }
  return lines.map((line) => `# ${line}\n`).join('');
}
