/** How long a run will take here, measured in a few seconds. */

import type { PuzzleDataset } from '../../data/dataset.ts';
import { evaluate } from '../../evaluate/evaluate.ts';
import { Answerer, answerWeights } from '../../inference/answer.ts';
import type { Backend } from '../../runtime/backend.ts';
import type { Config } from '../../train/config.ts';
import { costOf, evaluationsOf } from '../../train/cost.ts';
import { newRun, train as trainSteps } from '../../train/run.ts';

export interface Measured {
  /** Seconds of a training step. */
  readonly step: number;
  /** Seconds of the whole run. */
  readonly total: number;
  /** Bytes, the most this process held. */
  readonly memory: number;
}

/**
 * Times two training steps and an evaluation of one batch, after a first one of each that compiles. The steps are of full depth:
 * those of a curriculum take the less time the fewer FLOP they have.
 */
export async function measureRun(
  config: Config,
  { train, test }: Readonly<Record<'train' | 'test', PuzzleDataset>>,
  backend: Backend,
): Promise<Measured> {
  const deep = { ...config, curriculum: [] };
  const checkpoint = newRun({ ...deep, steps: 3 }, train);
  const ends: number[] = [];
  await trainSteps(checkpoint, train, backend, { onStep: () => void ends.push(performance.now()) });
  const flops = (of: Config) => costOf(of, checkpoint.model).trainingStep;
  const shallower = config.curriculum.length > 0 ? flops(config) / flops(deep) : 1;
  const step = (shallower * (ends[2]! - ends[0]!)) / 2000;

  const answerer = await Answerer.create(checkpoint.model, config.microBatchSize, backend);
  const examples = Math.min(config.microBatchSize, test.count);
  const options = { examples, supervisionSteps: config.supervisionSteps };
  const { seconds } = await evaluate(answerer, answerWeights(checkpoint.state), test, options);
  await answerer.dispose();
  const batches = Math.ceil(Math.min(config.evaluateExamples || test.count, test.count) / examples);
  return {
    step,
    total: config.steps * step + evaluationsOf(config) * batches * seconds,
    memory: 1024 * process.resourceUsage().maxRSS,
  };
}
