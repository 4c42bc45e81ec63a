/** The model that a config describes. */

import { hrm } from './hrm.ts';
import type { Model, PuzzleShape } from './model.ts';
import { trm } from './trm.ts';
import type { TrmConfig } from './trm-config.ts';

const architectures = { trm, hrm } as const;

export function buildModel(config: TrmConfig, shape: PuzzleShape): Model {
  return architectures[config.architecture](config, shape);
}
