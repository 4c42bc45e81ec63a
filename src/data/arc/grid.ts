/** ARC grids. */
import { dihedralView } from '../dihedral.ts';

/** Cells in rows; each a colour 0..9, where 0 is the background. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** [rows * columns] */
  readonly cells: Uint8Array;
}

/** The longest side of an ARC grid. */
export const MAX_SIDE = 30;

/** Colours 0..9 as sRGB hex: the palette of the ARC-AGI testing interface (Apache-2.0). */
export const ARC_PALETTE = [
  '#000000',
  '#0074d9',
  '#ff4136',
  '#2ecc40',
  '#ffdc00',
  '#aaaaaa',
  '#f012be',
  '#ff851b',
  '#7fdbff',
  '#870c25',
] as const;

/** The grid in a dihedral form with its colours renamed: colour c becomes `colours[c]`. */
export function transformGrid(grid: Grid, form: number, colours: ArrayLike<number>): Grid {
  const { rows, columns, start, rowStep, columnStep } = dihedralView(grid.rows, grid.columns, form);
  const cells = new Uint8Array(rows * columns);
  for (let i = 0, to = 0; i < rows; i++) {
    let from = start + i * rowStep;
    for (let j = 0; j < columns; j++, from += columnStep) cells[to++] = colours[grid.cells[from]!]!;
  }
  return { rows, columns, cells };
}
