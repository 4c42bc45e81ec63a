/**
 * The eight dihedral forms of a grid.
 *
 * Source: the official dataset/common.py (`dihedral_transform`), whose numbering names puzzles and must not change.
 */

export const DIHEDRAL_FORMS = 8;

/** Undoes form t: rotations by a quarter undo each other, reflections themselves. */
export const INVERSE_FORM = [0, 3, 2, 1, 4, 5, 6, 7] as const;

/** Where a transformed grid reads its source: cell (i, j) is `cells[start + i * rowStep + j * columnStep]`. */
export interface DihedralView {
  readonly rows: number;
  readonly columns: number;
  readonly start: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/**
 * The view of a grid of `R` rows and `C` columns under a dihedral form: 0 identity, 1..3 quarter turns against the
 * clock, 4 mirrored left to right, 5 upside down, 6 transposed, 7 mirrored in the other diagonal.
 */
export function dihedralView(R: number, C: number, form: number): DihedralView {
  const upright = { rows: R, columns: C };
  const turned = { rows: C, columns: R };
  switch (form) {
    case 0:
      return { ...upright, start: 0, rowStep: C, columnStep: 1 };
    case 1:
      return { ...turned, start: C - 1, rowStep: -1, columnStep: C };
    case 2:
      return { ...upright, start: R * C - 1, rowStep: -C, columnStep: -1 };
    case 3:
      return { ...turned, start: (R - 1) * C, rowStep: 1, columnStep: -C };
    case 4:
      return { ...upright, start: C - 1, rowStep: C, columnStep: -1 };
    case 5:
      return { ...upright, start: (R - 1) * C, rowStep: -C, columnStep: 1 };
    case 6:
      return { ...turned, start: 0, rowStep: 1, columnStep: C };
    default:
      return { ...turned, start: R * C - 1, rowStep: -1, columnStep: -C };
  }
}
