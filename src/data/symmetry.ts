/**
 * What symmetries are made of: the dihedral forms of a grid on its canvas, renamings of tokens, one after the other. Each can
 * be undone. Training transforms examples by them, thinking asks in several forms, and the least of all forms names a
 * puzzle whatever its guise.
 */
import { dihedralView, INVERSE_FORM } from './dihedral.ts';
import { type Canvas, gridOn, place, type TokenGrid } from './grids/canvas.ts';

/** A transform of rows `[S]`, and what undoes it. */
export interface Symmetry {
  readonly apply: (tokens: Int32Array) => Int32Array;
  readonly undo: (tokens: Int32Array) => Int32Array;
}

/** One after the other. */
export function inTurn(...symmetries: readonly Symmetry[]): Symmetry {
  return {
    apply: (tokens) => symmetries.reduce((row, { apply }) => apply(row), tokens),
    undo: (tokens) => symmetries.reduceRight((row, { undo }) => undo(row), tokens),
  };
}

/** A dihedral form of the grid on a canvas. */
export function dihedral(form: number, canvas: Canvas): Symmetry {
  const by = (turn: number) => (tokens: Int32Array) => {
    const target = new Int32Array(tokens.length);
    place(turned(gridOn(tokens, canvas), turn), canvas, target);
    return target;
  };
  return { apply: by(form), undo: by(INVERSE_FORM[form]!) };
}

/** @param names `[V]` the new token of each, every one once; what is no token, as an ignored label, stays. */
export function renaming(names: ArrayLike<number>): Symmetry {
  const former = new Int32Array(names.length);
  Array.from(names).forEach((to, from) => {
    former[to] = from;
  });
  return {
    apply: (tokens) => tokens.map((token) => names[token] ?? token),
    undo: (tokens) => tokens.map((token) => former[token] ?? token),
  };
}

/** Forms that keep a canvas' shape: all eight of a square one. */
export function formsOf({ rows, columns }: Canvas): readonly number[] {
  return rows === columns ? [0, 1, 2, 3, 4, 5, 6, 7] : [0, 2, 4, 5];
}

/** A grid in a dihedral form. */
export function turned(grid: TokenGrid, form: number): TokenGrid {
  const { rows, columns, start, rowStep, columnStep } = dihedralView(grid.rows, grid.columns, form);
  const cells = Array.from({ length: rows * columns }, (_, i) => {
    return grid.cells[start + Math.floor(i / columns) * rowStep + (i % columns) * columnStep]!;
  });
  return { rows, columns, cells };
}

/** A text that two grids share exactly when one of the symmetries, which are a group, turns one into the other. */
export function leastImage(tokens: ArrayLike<number>, symmetries: readonly Symmetry[]): string {
  return symmetries.map(({ apply }) => String(apply(Int32Array.from(tokens)))).sort()[0]!;
}

/**
 * A text that two grids share exactly when one of the forms and a renaming turn one into the other: the least of all
 * forms, with the symbols that may be renamed numbered in the order in which they occur.
 */
export function leastForm(
  grid: TokenGrid,
  forms: readonly number[],
  renamed: (token: number) => boolean = () => false,
): string {
  const text = (form: number) => {
    const names = new Map<number, number>();
    const name = (token: number) => {
      if (!renamed(token)) return `=${token}`;
      if (!names.has(token)) names.set(token, names.size);
      return String(names.get(token));
    };
    const { rows, columns, cells } = turned(grid, form);
    return `${rows}x${columns}:${Array.from(cells, name).join()}`;
  };
  return forms.map(text).sort()[0]!;
}
