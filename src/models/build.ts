/** The model that a config describes. */

import type { ModelConfig } from './config.ts';
import { hrm } from './hrm.ts';
import type { Model, PuzzleShape } from './model.ts';
import { trm } from './trm.ts';
import { trmMultiZ, trmSingleZ } from './trm-ablations.ts';

const architectures = { trm, hrm, 'trm-single-z': trmSingleZ, 'trm-multi-z': trmMultiZ } as const;

export function buildModel(config: ModelConfig, shape: PuzzleShape): Model {
  return architectures[config.architecture](config, shape);
}

/** Tensors that a model of this config has at least: a file of fewer is not one, whatever its config claims. */
export function leastTensors({ architecture, layers, highLayers, latentSteps }: ModelConfig): number {
  return layers + highLayers + (architecture === 'trm-multi-z' ? latentSteps : 0);
}
