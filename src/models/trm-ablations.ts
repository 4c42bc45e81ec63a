/** Two of the paper's ablations of TRM (arXiv 2510.04871, section 4.2; official trm_singlez.py and trm_hier6.py). */

import { add } from '../graph/ops/elementwise.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Model, PuzzleShape } from './model.ts';
import { recursiveModel, times, type Update } from './recursion.ts';
import type { ModelSettings } from './settings.ts';

/** No answer apart from the latent: n times z = f(x + z), then z = f(z), which is read as the answer. */
export function trmSingleZ(config: ModelSettings, shape: PuzzleShape): Model {
  const refine: Update<'z'> = { state: 'z', by: '', of: (x, { z }) => add(z, x) };
  return recursiveModel(config, shape, {
    states: ['z'],
    answer: 'z',
    networks: { '': config.layers },
    cycle: [...times(config.latentSteps, refine), { state: 'z', by: '', of: (_, { z }) => z }],
  });
}

/** As many latents as latent steps, each refined once in a cycle: z_i = f(x + y + z_1 + … + z_n), y = f(y + z_1 + … + z_n). */
export function trmMultiZ(config: ModelSettings, shape: PuzzleShape): Model {
  const latents = Array.from({ length: config.latentSteps }, (_, i) => `z${i + 1}`);
  const total = (states: Readonly<Record<string, Tensor>>) =>
    latents.map((name) => states[name]!).reduce((sum, z) => add(sum, z)); // [B*L, D]
  const refine = (state: string): Update<string> => ({
    state,
    by: '',
    of: (x, states) => add(total(states), add(x, states.y!)),
  });
  const answer: Update<string> = {
    state: 'y',
    by: '',
    of: (_, states) => add(states.y!, total(states)),
  };
  return recursiveModel(config, shape, {
    states: ['y', ...latents],
    answer: 'y',
    networks: { '': config.layers },
    cycle: [...latents.map(refine), answer],
  });
}
