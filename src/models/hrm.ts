/**
 * The Hierarchical Reasoning Model (arXiv 2506.21734; official models/recursive_reasoning/hrm.py), which TRM grew
 * from: two networks at two speeds, and a gradient through their last application only.
 *
 *     T cycles of   n times   zL = low(zL + zH + x)
 *                             zH = high(zH + zL)
 */

import { add } from '../graph/ops/elementwise.ts';
import type { Model, PuzzleShape } from './model.ts';
import { recursiveModel, times, type Update } from './recursion.ts';
import type { ModelSettings } from './settings.ts';

export function hrm(config: ModelSettings, shape: PuzzleShape): Model {
  type State = 'zH' | 'zL';
  const refine: Update<State> = { state: 'zL', by: 'low', of: (x, { zH, zL }) => add(zL, add(zH, x)) };
  const conclude: Update<State> = { state: 'zH', by: 'high', of: (_, { zH, zL }) => add(zH, zL) };
  return recursiveModel(config, shape, {
    states: ['zH', 'zL'],
    answer: 'zH',
    networks: { low: config.layers, high: config.highLayers },
    cycle: [...times(config.latentSteps, refine), conclude],
    oneStepGradient: true,
    continuing: 'learned',
  });
}
