/**
 * The Tiny Recursive Model (arXiv 2510.04871, section 4; official models/recursive_reasoning/trm.py).
 *
 * One tiny network f improves a latent reasoning z and an answer y of the question x:
 *
 *     n times   z = f(x + y + z)
 *               y = f(y + z)          one cycle
 *     T cycles, the last one with gradient: one supervision step
 */

import { add } from '../graph/ops/elementwise.ts';
import type { Model, PuzzleShape } from './model.ts';
import { recursiveModel, times, type Update } from './recursion.ts';
import type { ModelSettings } from './settings.ts';

/** The Tiny Recursive Model, as the paper describes it; with `highLayers` y has a network of its own (section 4.3). */
export function trm(config: ModelSettings, shape: PuzzleShape): Model {
  const { layers, highLayers, latentSteps: n } = config;
  const separate = highLayers > 0;
  const refine: Update<'y' | 'z'> = {
    state: 'z',
    by: separate ? 'low' : '',
    of: (x, { y, z }) => add(z, add(x, y)), // x + y is the same for all n
  };
  const answer: Update<'y' | 'z'> = {
    state: 'y',
    by: separate ? 'high' : '',
    of: (_, { y, z }) => add(y, z),
  };
  return recursiveModel(config, shape, {
    states: ['y', 'z'],
    answer: 'y',
    networks: separate ? { low: layers, high: highLayers } : { '': layers },
    cycle: [...times(n, refine), answer],
  });
}
