/**
 * The direct baseline (official models/recursive_reasoning/transformers_baseline.py): a plain network, applied once in a
 * supervision step, zH = high(zH + x), and nothing that recurs but the supervision steps. A row halts where the logit of
 * halting is above that of continuing, which has no loss.
 */

import { add } from '../graph/ops/elementwise.ts';
import type { Model, PuzzleShape } from './model.ts';
import { recursiveModel } from './recursion.ts';
import type { ModelSettings } from './settings.ts';

export function transformer(config: ModelSettings, shape: PuzzleShape): Model {
  return recursiveModel(config, shape, {
    states: ['zH'],
    answer: 'zH',
    networks: { high: config.layers },
    cycle: [{ state: 'zH', by: 'high', of: (x, { zH }) => add(zH, x) }],
    continuing: 'compared',
  });
}
