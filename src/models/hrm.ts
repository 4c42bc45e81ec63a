/**
 * The Hierarchical Reasoning Model (arXiv 2506.21734; official models/recursive_reasoning/hrm.py), which TRM grew
 * from: two networks at two speeds, and a gradient through their last application only.
 *
 *     T cycles of   n times   zL = low(zL + zH + x)
 *                             zH = high(zH + zL)
 *
 * And the direct baseline beside it (official transformers_baseline.py): a plain transformer, applied once in a
 * supervision step, zH = high(zH + x). It halts where the logit of halting is above that of continuing, which has no loss.
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

export function transformer(config: ModelSettings, shape: PuzzleShape): Model {
  return recursiveModel(config, shape, {
    states: ['zH'],
    answer: 'zH',
    networks: { high: config.layers },
    cycle: [{ state: 'zH', by: 'high', of: (x, { zH }) => add(zH, x) }],
    continuing: 'compared',
  });
}
