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
  switch (form) {
    case 0:
      return view(R, C, 0, C, 1);
    case 1:
      return view(C, R, C - 1, -1, C);
    case 2:
      return view(R, C, R * C - 1, -C, -1);
    case 3:
      return view(C, R, (R - 1) * C, 1, -C);
    case 4:
      return view(R, C, C - 1, C, -1);
    case 5:
      return view(R, C, (R - 1) * C, -C, 1);
    case 6:
      return view(C, R, 0, 1, C);
    default:
      return view(C, R, R * C - 1, -1, -C);
  }
}

/** No spread: views are made by the million. */
const view = (
  rows: number,
  columns: number,
  start: number,
  rowStep: number,
  columnStep: number,
): DihedralView => ({ rows, columns, start, rowStep, columnStep });
