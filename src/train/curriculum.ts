/**
 * Depth that grows while a model is trained: T cycles and n latent steps of the first part of a run, then of the next, at
 * last the model's own (progressive depth curriculum, arXiv 2511.08653: T, n of 1, 2 until 30 % of the steps, 2, 4 until 60 %,
 * then 3, 6; arXiv 2603.15641 lets both grow in its own steps). Weights and states are the same at any depth; answers always
 * think at the model's own.
 */

import { buildModel } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import type { Config } from './config.ts';

/** T and n of steps that are a part of all. */
export interface Stage {
  readonly cycles: number;
  readonly latentSteps: number;
  /** Of the run's steps, where it ends. */
  readonly until: number;
}

type Depths = Pick<Config, 'curriculum' | 'model'>;

/** The stages of a run; one without a curriculum. */
export function stagesOf({ curriculum, model: { cycles, latentSteps } }: Depths): readonly Stage[] {
  return [...curriculum, { cycles, latentSteps, until: 1 }];
}

/** The stage of a step, 1 for the first. */
export function stageAt(config: Depths & Pick<Config, 'steps'>, step: number): Stage {
  const stages = stagesOf(config);
  return stages.find(({ until }) => step <= until * config.steps) ?? stages.at(-1)!;
}

/** The same model at another depth. */
export function atDepth(model: Model, config: Config, { cycles, latentSteps }: Stage): Model {
  if (config.model.cycles === cycles && config.model.latentSteps === latentSteps) return model;
  return buildModel({ ...config.model, cycles, latentSteps }, model.shape);
}
