/** How one side of the Solve view thinks: its model and settings. */

import type { FamilyInfo } from '../src/data/families.ts';
import type { Thinker } from './address.ts';
import { pagePuzzle } from './puzzles.ts';
import type { Depth } from './recursions.ts';
import type { ModelInfo } from './worker.ts';

export interface Side {
  readonly model: string;
  readonly depth: Depth;
  /** Whether a puzzle that a plain look leaves unsolved is looked at again, from other sides. */
  readonly looksAgain: boolean;
}

/** Looks that a puzzle may take, as a multiple of those of training. */
const PATIENCE = 4;

/** As the page does unless told otherwise: as long as it takes, up to a bound, then from other sides; or as a link says. */
export function sideOf({ name, depth }: ModelInfo, as: Thinker = {}): Side {
  const supervisionSteps = PATIENCE * depth.supervisionSteps;
  return {
    model: name,
    depth: as.depth ?? { ...depth, supervisionSteps, untilHalt: true },
    looksAgain: as.looksAgain ?? true,
  };
}

/** As the model was trained: so many looks, whatever it believes. */
export function plainSideOf({ name, depth }: ModelInfo): Side {
  return { model: name, depth: { ...depth, untilHalt: false }, looksAgain: false };
}

/** Whether a model takes puzzles of a family. */
export function sameKind(model: ModelInfo, family: FamilyInfo): boolean {
  if (model.anySize && model.family?.kind === family.kind) return true;
  return pagePuzzle(model.family)?.name === pagePuzzle(family)?.name;
}
