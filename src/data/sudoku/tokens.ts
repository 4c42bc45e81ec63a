/** Sudoku grids as tokens: padding 0, blank 1, digit d is d + 1. Source: the official dataset/build_sudoku_dataset.py. */

/** The token of a blank cell. */
export const BLANK_TOKEN = 1;

/** Writes a grid's tokens into `target` from `offset` on. */
export function encodeGrid(grid: Uint8Array, target: Uint8Array | Int32Array, offset = 0): void {
  for (let cell = 0; cell < grid.length; cell++) target[offset + cell] = grid[cell]! + BLANK_TOKEN;
}

/** The grid that tokens spell; padding reads as blank. */
export function decodeGrid(tokens: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(tokens, (token) => Math.max(0, token - BLANK_TOKEN));
}
