/** The optimizers by the names that configs use: one line each. */

import { adamAtan2 } from './adam-atan2.ts';
import { adamw } from './adamw.ts';
import { muon } from './muon.ts';
import { type Optimizer, sameForAll } from './rule.ts';

export const optimizers = {
  'adam-atan2': sameForAll(adamAtan2),
  adamw: sameForAll(adamw),
  muon,
} as const satisfies Readonly<Record<string, Optimizer>>;

export type OptimizerName = keyof typeof optimizers;

export const optimizerNames = Object.keys(optimizers) as OptimizerName[];
