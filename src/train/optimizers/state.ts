/** The state vectors of an optimizer: flat as the weights are, but each of those weights only whose rule keeps it. */

import { type Layout, layoutOf } from '../../inference/weights.ts';
import type { ParameterSpecs } from '../../nn/parameters.ts';
import type { Optimizer } from './rule.ts';

/** The layout of each state vector, by name. */
export function stateLayouts(specs: ParameterSpecs, optimizer: Optimizer): Record<string, Layout> {
  const entries = Object.entries(specs);
  const names = new Set(entries.flatMap(([, { group }]) => optimizer[group].state));
  return Object.fromEntries(
    [...names].map((name) => {
      const kept = entries.filter(([, { group }]) => optimizer[group].state.includes(name));
      return [name, layoutOf(Object.fromEntries(kept))];
    }),
  );
}

/** The state before the first step: zeros. */
export function zeroState(specs: ParameterSpecs, optimizer: Optimizer): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(stateLayouts(specs, optimizer)).map(([name, { size }]) => [name, new Float32Array(size)]),
  );
}
