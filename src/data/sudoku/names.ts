/**
 * Names of rows and columns that stand where a grid has cells: `1` to `9` before rows that lost a column, or above rows of which
 * one is missing, make a grid as high and as wide as a whole one. So an edge that counts is refused with both readings.
 */
import type { Fault } from '../reading/found.ts';
import { digitOf, formatDigit } from './grid.ts';
import { isSolved, type SudokuSize } from './rules.ts';

/** An edge of a grid, by its first cell and from each of its cells to the next. */
interface Edge {
  readonly name: string;
  readonly isRow: boolean;
  readonly first: number;
  readonly step: number;
}

/**
 * What to say of a grid of which an edge counts up or down, from 1 or 0; undefined where none does. A solved grid has no names.
 *
 * @param cells as they are written, in reading order.
 * @param mayName whether an edge may hold names, as the way it is drawn tells.
 */
export function namesOrGivens(
  cells: readonly string[],
  size: SudokuSize,
  mayName: (edge: Edge) => boolean = () => true,
): Fault | undefined {
  if (isSolved(Uint8Array.from(cells, (cell) => digitOf(cell)!))) return undefined;
  for (const edge of edgesOf(size)) {
    const count = countOf(Array.from({ length: size }, (_, i) => cells[edge.first + i * edge.step]!));
    if (count === undefined || !mayName(edge)) continue;
    const [one, other] = edge.isRow ? ['column', 'row'] : ['row', 'column'];
    return {
      fault: `${count} in the ${edge.name} may be givens, or the names of ${one}s of which a ${other} is missing`,
      fix: 'where they are givens, write the grid on one line; else write the grid without them, and . for each blank',
      isDoubt: true,
    };
  }
  return undefined;
}

function edgesOf(size: SudokuSize): Edge[] {
  return [
    { name: 'first column', isRow: false, first: 0, step: size },
    { name: 'first row', isRow: true, first: 0, step: 1 },
    { name: 'last column', isRow: false, first: size - 1, step: size },
    { name: 'last row', isRow: true, first: size * (size - 1), step: 1 },
  ];
}

/** `1 to 9`, or `8 to 0`; undefined where cells do not count. The 0 is a cell that is written so, not another blank. */
function countOf(cells: readonly string[]): string | undefined {
  const digits = cells.map((cell) => (digitOf(cell) === 0 && cell !== '0' ? Number.NaN : digitOf(cell)!));
  const step = digits[1]! - digits[0]!;
  const counts = Math.abs(step) === 1 && digits.every((digit, i) => digit === digits[0]! + i * step);
  const [first, last] = [digits[0]!, digits.at(-1)!].map((digit) => (digit === 0 ? '0' : formatDigit(digit)));
  return counts ? `${first} to ${last}` : undefined;
}
