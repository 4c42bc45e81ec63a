/**
 * A learning-rate range test (Smith, arXiv 1506.01186): one short training in which the rate rises from step to step, by the
 * same factor each time. The loss falls while the rate is fit, and rises once it is too high.
 *
 * All rates of the config rise in proportion. Rows begin at random supervision steps, for with all of them at the same one
 * the loss would go up and down with it.
 */

import type { PuzzleDataset } from '../data/dataset.ts';
import { Random } from '../data/random.ts';
import { TrmError } from '../errors.ts';
import { drawMinHaltSteps } from '../inference/carry.ts';
import type { Backend } from '../runtime/backend.ts';
import type { Checkpoint } from './checkpoint.ts';
import { alone } from './communicator.ts';
import { checkPrecision, newRun, takeUp } from './run.ts';
import { sizeShares } from './share.ts';
import { modelsOf } from './sizes.ts';
import { Trainer } from './trainer.ts';

export interface RatePoint {
  readonly rate: number;
  readonly loss: number;
}

/** What a range test found. */
export interface RateTest {
  readonly points: readonly RatePoint[];
  /** The loss of each point, averaged over its neighbours. */
  readonly smooth: readonly number[];
  /** The rate at which it falls most steeply; undefined when it hardly falls. */
  readonly suggested: number | undefined;
}

/** How a range test goes. */
export interface RateTestOptions {
  /** The first and the last rate; 1e-5 and 1 when omitted. */
  readonly lowest?: number;
  readonly highest?: number;
  /** 100 when omitted. */
  readonly steps?: number;
  /** Hears of every step. */
  readonly onStep?: (point: RatePoint, step: number) => void;
  readonly signal?: AbortSignal;
}

/** Points on either side that a loss is averaged over. */
const RADIUS = 5;
/** The test ends when the last losses are so many times the lowest; a fall counts when it is to less than so much of the first. */
const [DIVERGED, FALLEN] = [2, 0.97];

/**
 * @param from settings and weights to begin with, as `newRun` gives them; they are left as they are.
 * @throws TrmError `config` or `data` as `newRun`, `usage` when the backend has not the config's precision.
 */
export async function findRate(
  from: Checkpoint,
  dataset: PuzzleDataset | readonly PuzzleDataset[],
  backend: Backend,
  { lowest = 1e-5, highest = 1, steps = 100, onStep, signal }: RateTestOptions = {},
): Promise<RateTest> {
  checkPrecision(from.config, backend);
  const config = { ...from.config, randomStart: true };
  const run = newRun(config, dataset, from);
  const { batches } = await takeUp(run, dataset);
  const random = Random.fromState(run.exploration);
  const sizes = sizeShares(config, modelsOf(run), alone);
  const trainer = await Trainer.create(run.model, config, backend, run.state, alone, sizes);
  const points: RatePoint[] = [];
  let least = Infinity;
  try {
    for (let step = 1; step <= steps && !signal?.aborted; step++) {
      const rate = lowest * (highest / lowest) ** ((step - 1) / Math.max(1, steps - 1));
      const { explorationProbability, supervisionSteps } = config;
      const offered = batches.next();
      const minHaltSteps = drawMinHaltSteps(offered.size, explorationProbability, supervisionSteps, random);
      const metrics = await trainer
        .step(offered, minHaltSteps, rate / config.learningRate)
        .catch(nothingWhenNotFinite);
      if (!metrics) break;
      const point = { rate, loss: metrics.loss };
      points.push(point);
      onStep?.(point, step);
      least = Math.min(least, point.loss);
      if (mean(points.slice(-RADIUS).map(({ loss }) => loss)) > DIVERGED * least) break;
    }
  } finally {
    await trainer.dispose();
  }
  const smooth = points.map((_, i) =>
    mean(points.slice(Math.max(0, i - RADIUS), i + RADIUS + 1).map(({ loss }) => loss)),
  );
  return { points, smooth, suggested: suggestion(points, smooth) };
}

/** Fastest learning is where the loss falls most from one step to the next, for each multiplies the rate by the same factor. */
function suggestion(points: readonly RatePoint[], smooth: readonly number[]): number | undefined {
  if (points.length < 3 || smooth.every((loss) => loss > FALLEN * smooth[0]!)) return undefined;
  const fall = (i: number) => smooth[i - 1]! - smooth[i + 1]!;
  let steepest = 1;
  for (let i = 2; i < points.length - 1; i++) if (fall(i) > fall(steepest)) steepest = i;
  return Number(points[steepest]!.rate.toPrecision(1));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** A rate at which the numbers overflow is the end of the test, not a fault. */
function nothingWhenNotFinite(error: unknown): undefined {
  if (!(error instanceof TrmError && error.code === 'numeric')) throw error;
}
