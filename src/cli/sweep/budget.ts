/** What each arm costs, and how many steps its budget pays for. */

import { readSplits } from '../../data/node/folder.ts';
import { TrmError } from '../../errors.ts';
import { buildModel } from '../../models/build.ts';
import { costOf, type RunCost, runCost, stepsFor } from '../../train/cost.ts';
import { shapeOf } from '../../train/sizes.ts';
import { type EngineFlags, openEngine } from '../support/engine.ts';
import { type Measured, measureRun } from '../support/measure.ts';
import { formatFlops } from '../terminal/amounts.ts';
import type { SweepDataset } from './datasets.ts';
import type { Sweep } from './file.ts';
import type { Arm } from './plan.ts';

/** An arm with its final settings. */
export interface PricedArm extends Arm {
  readonly data: SweepDataset;
  readonly cost: RunCost;
}

/**
 * Spends the budget: steps, and how often is evaluated.
 *
 * @param stepSeconds of arms that were measured in an earlier sitting, which this adds to: a run keeps its number of steps.
 */
export async function priceArms(
  { budget, evaluations }: Sweep,
  arms: readonly Arm[],
  datasets: ReadonlyMap<string, SweepDataset>,
  stepSeconds: Record<string, number>,
  engine: EngineFlags,
): Promise<PricedArm[]> {
  const priced: PricedArm[] = [];
  for (const arm of arms) {
    const data = datasets.get(arm.dataset)!;
    const model = buildModel(arm.config.model, shapeOf(data.metadata));
    let { steps, evaluateEvery } = arm.config;
    if (budget?.gflop !== undefined) {
      const cost = costOf(arm.config, model);
      if (1e9 * budget.gflop < cost.trainingStep) {
        const message = `${budget.gflop} GFLOP are less than a step of ${arm.name}, ${formatFlops(cost.trainingStep)}`;
        throw new TrmError('config', message, { key: 'budget.gflop', fix: 'give more' });
      }
      steps = stepsFor(1e9 * budget.gflop, cost);
    }
    if (budget?.minutes !== undefined) {
      stepSeconds[arm.slug] ??= (await measureArm({ ...arm, data }, engine)).step;
      steps = Math.max(1, Math.floor((60 * budget.minutes) / stepSeconds[arm.slug]!));
    }
    if (evaluations !== undefined) evaluateEvery = Math.ceil(steps / evaluations);
    const config = { ...arm.config, steps, evaluateEvery };
    priced.push({ ...arm, config, data, cost: runCost(config, model, data.heldOut) });
  }
  return priced;
}

/** Seconds of a step and of a run here. */
export async function measureArm(
  { name, config, data }: Arm & Pick<PricedArm, 'data'>,
  engine: EngineFlags,
): Promise<Measured> {
  process.stderr.write(`measuring three steps of ${name}\n`);
  const backend = await openEngine({ ...engine, precision: config.precision });
  return measureRun(config, await readSplits(data.folder), backend);
}
