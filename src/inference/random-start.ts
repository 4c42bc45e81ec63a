/**
 * A start of its own for a row: of the states that may be perturbed a vector drawn as that of the model was, the same for all
 * positions; the others begin as always. What training draws (config `starts`), answering draws too.
 */

import type { Model } from '../models/model.ts';
import { initialize } from '../nn/parameters.ts';
import type { StateStarts } from './carry.ts';

/** @param random draws the numbers of this start. */
export function randomStart(
  { states }: Pick<Model, 'states'>,
  starts: StateStarts,
  random: { normal(): number },
): StateStarts {
  const drawn = Object.entries(states).flatMap(([name, { init, mayBePerturbed }]) => {
    if (!mayBePerturbed) return [];
    const start = new Float32Array(starts[name]!.length); // [D]
    initialize(start, init, () => random.normal());
    return [[name, start] as const];
  });
  return { ...starts, ...Object.fromEntries(drawn) };
}
