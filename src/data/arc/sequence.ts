/**
 * A grid as the model reads it: a canvas of 30x30 tokens with the grid somewhere on it, colour c as token c + 2, padding
 * as 0, and token 1 along its lower and right edge where there is room.
 *
 * Source: the official dataset/build_arc_dataset.py (`np_grid_to_seq_translational_augment`).
 */

import { dihedralView } from '../dihedral.ts';
import type { Augmentation } from './augmentation.ts';
import { type Grid, MAX_SIDE } from './grid.ts';

/** Tokens of a canvas, S. */
export const CANVAS = MAX_SIDE * MAX_SIDE;

/** Padding, end of the grid, ten colours. */
export const VOCABULARY = 12;
export const END_TOKEN = 1;
export const FIRST_COLOUR = 2;

/** Writes the augmented grid onto a canvas `[900]` of padding, its first cell at (top, left). */
export function writeGrid(
  grid: Grid,
  { form, colours }: Augmentation,
  top: number,
  left: number,
  canvas: Uint8Array | Int32Array,
): void {
  const { rows, columns, start, rowStep, columnStep } = dihedralView(grid.rows, grid.columns, form);
  const { cells } = grid;
  const hasRight = left + columns < MAX_SIDE;
  for (let i = 0; i < rows; i++) {
    let from = start + i * rowStep;
    let to = (top + i) * MAX_SIDE + left;
    for (let j = 0; j < columns; j++, from += columnStep) {
      canvas[to++] = colours[cells[from]!]! + FIRST_COLOUR;
    }
    if (hasRight) canvas[to] = END_TOKEN;
  }
  if (top + rows < MAX_SIDE) {
    const edge = (top + rows) * MAX_SIDE + left;
    canvas.fill(END_TOKEN, edge, edge + columns);
  }
}

/**
 * The grid in the upper left corner of a canvas `[900]`: the largest rectangle of colours there; of equally large ones
 * the one with fewer rows. Without a colour in the corner it has no cells.
 *
 * Source: the official evaluators/arc.py (`_crop`).
 */
export function cropGrid(canvas: ArrayLike<number>): Grid {
  let [rows, columns] = [0, 0];
  let width = MAX_SIDE;
  for (let row = 0; row < MAX_SIDE && width > 0; row++) {
    let free = 0;
    while (free < width && canvas[row * MAX_SIDE + free]! >= FIRST_COLOUR) free++;
    width = free;
    if ((row + 1) * width > rows * columns) [rows, columns] = [row + 1, width];
  }
  const cells = new Uint8Array(rows * columns);
  for (let i = 0; i < cells.length; i++) {
    cells[i] = canvas[Math.floor(i / columns) * MAX_SIDE + (i % columns)]! - FIRST_COLOUR;
  }
  return { rows, columns, cells };
}
