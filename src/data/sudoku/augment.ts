/**
 * The symmetries of Sudoku, as random transforms: digits are renamed, rows change places within a band and bands as a
 * whole, columns and stacks likewise, and the grid may be transposed.
 *
 * Source: `shuffle_sudoku` of the official dataset/build_sudoku_dataset.py, carried over to other box shapes. Boxes
 * that are not square stay upright: transposing would change them.
 */
import { type SudokuSize, sudokuShape } from './rules.ts';

/** What transforms draw: the package's stream, or NumPy's, which gives the official transforms. */
export interface TransformRandom {
  /** Uniform in [0, 1). */
  float(): number;
  permutation(n: number): Int32Array;
  shuffle<A extends { readonly length: number; [index: number]: unknown }>(array: A): A;
}

/** new[i] = digits[old[cells[i]]] */
export interface SudokuTransform {
  /** [n*n] the old cell that each new cell is taken from. */
  readonly cells: Uint8Array;
  /** [n + 1] the new name of each digit; blank stays blank. */
  readonly digits: Uint8Array;
}

export function randomTransform(size: SudokuSize, random: TransformRandom): SudokuTransform {
  const { boxRows, boxColumns } = sudokuShape(size);
  const digits = new Uint8Array(size + 1);
  for (let digit = 1; digit <= size; digit++) digits[digit] = digit;
  random.shuffle(digits.subarray(1));
  const transpose = boxRows === boxColumns && random.float() < 0.5;
  const rows = shuffledLines(size, boxRows, random);
  const columns = shuffledLines(size, boxColumns, random);
  const cells = new Uint8Array(size * size);
  const [down, across] = transpose ? [1, size] : [size, 1];
  let cell = 0;
  for (const row of rows) {
    for (const column of columns) cells[cell++] = row * down + column * across;
  }
  return { cells, digits };
}

/** The transform that undoes another. */
export function inverseTransform({ cells, digits }: SudokuTransform): SudokuTransform {
  const inverse = { cells: new Uint8Array(cells.length), digits: new Uint8Array(digits.length) };
  cells.forEach((from, to) => {
    inverse.cells[from] = to;
  });
  digits.forEach((to, from) => {
    inverse.digits[to] = from;
  });
  return inverse;
}

/**
 * Transforms one row of digits [n*n], or of numbers that stand for digits.
 *
 * @param offset what a blank reads in these rows: 0 for digits, 1 for tokens. Lower values (padding) stay.
 */
export function applyTransform(
  { cells, digits }: SudokuTransform,
  source: ArrayLike<number>,
  target: { [cell: number]: number },
  offset = 0,
  from = 0,
  to = 0,
): void {
  for (let i = 0; i < cells.length; i++) {
    const value = source[from + cells[i]!]!;
    target[to + i] = value < offset ? value : digits[value - offset]! + offset;
  }
}

/** Lines 0..n-1 in random order, blocks of `block` lines staying together: bands of rows or stacks of columns. */
function shuffledLines(size: number, block: number, random: TransformRandom): number[] {
  const order: number[] = [];
  for (const first of random.permutation(size / block)) {
    for (const line of random.permutation(block)) order.push(first * block + line);
  }
  return order;
}
