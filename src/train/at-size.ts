/** A trained model for puzzles of another size than it was made for. */

import type { RowShape } from '../data/families.ts';
import { emptyCarry } from '../inference/carry.ts';
import { buildModel } from '../models/build.ts';
import { fitsAnySize } from '../models/settings.ts';
import type { Checkpoint } from './checkpoint.ts';
import { onGrid } from './sizes.ts';

/**
 * A checkpoint whose weights answer puzzles of another size; itself where it has that size, or can have no other. It is not
 * to be trained on.
 */
export function atSize(checkpoint: Checkpoint, { family, cells, vocabulary }: RowShape): Checkpoint {
  const { config, model, state } = checkpoint;
  const own = model.shape;
  const { grid } = onGrid({ ...own, cells, vocabulary }, family);
  const isOwn = own.cells === cells && own.grid?.columns === grid?.columns;
  if (isOwn || !fitsAnySize(config.model) || own.vocabulary !== vocabulary) return checkpoint;
  const sized = buildModel(config.model, { ...own, cells, grid });
  const { others: _, ...rest } = checkpoint;
  return {
    ...rest,
    model: sized,
    family,
    state: { ...state, carry: emptyCarry(sized, 0), others: [] },
  };
}
