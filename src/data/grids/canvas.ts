/**
 * Grids of any size on a canvas of fixed size, in the upper left corner: token 0 is padding, and where answers may have
 * another size than their questions an end token marks the lower and right edge, as in ARC.
 */
import { formatRow } from './parse.ts';

/** Cells as tokens, row after row. */
export interface TokenGrid {
  readonly rows: number;
  readonly columns: number;
  /** [rows * columns], none of them 0. */
  readonly cells: ArrayLike<number>;
}

export interface Canvas {
  readonly rows: number;
  readonly columns: number;
  /** The end token; none where sizes need no marks. */
  readonly end?: number | undefined;
}

/** Writes a grid into `target` `[canvas.rows * canvas.columns]`, in place of what was there. */
export function place(grid: TokenGrid, canvas: Canvas, target: { [i: number]: number }): void {
  const { rows, columns, end } = canvas;
  for (let i = 0, to = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, to++) {
      if (i < grid.rows && j < grid.columns) target[to] = grid.cells[i * grid.columns + j]!;
      else if (end !== undefined && isEdge(i, j, grid)) target[to] = end;
      else target[to] = 0;
    }
  }
}

function isEdge(i: number, j: number, { rows, columns }: TokenGrid): boolean {
  return (i === rows && j < columns) || (j === columns && i < rows);
}

/** The grid on a canvas: up to its last row and column with a token that is neither padding nor the end. */
export function gridOn(tokens: ArrayLike<number>, canvas: Canvas): TokenGrid {
  let [rows, columns] = [0, 0];
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i] === 0 || tokens[i] === canvas.end) continue;
    rows = Math.floor(i / canvas.columns) + 1;
    columns = Math.max(columns, (i % canvas.columns) + 1);
  }
  const cells = Array.from({ length: rows * columns }, (_, i) => {
    return tokens[Math.floor(i / columns) * canvas.columns + (i % columns)]!;
  });
  return { rows, columns, cells };
}

/** The grid as one line of text: rows between slashes, `?` where a cell has no symbol. */
export function lineOf(
  tokens: ArrayLike<number>,
  { canvas, symbols }: { readonly canvas: Canvas; readonly symbols: readonly { readonly text: string }[] },
): string {
  const { rows, columns, cells } = gridOn(tokens, canvas);
  const texts = Array.from(cells, (token) => symbols[token]?.text || '?');
  return Array.from({ length: rows }, (_, row) =>
    formatRow(texts.slice(row * columns, (row + 1) * columns)),
  ).join('/');
}
