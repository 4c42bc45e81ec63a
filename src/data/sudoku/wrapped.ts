/**
 * A grid whose one line was broken by a mail, a page or a terminal: 81 cells as three lines of 27, or as 80 and 1. All lines but
 * the last are equally long, and the cells are a whole grid; as many lines as a grid has rows, each of several rows, may be
 * grids beside each other.
 */
import { type Context, cellsBetween, isBorder, type Line } from './lines.ts';

interface Wrapped {
  /** The whole grid, or why there is none. */
  readonly grid: Line;
  /** Lines that it takes. */
  readonly lines: number;
}

/**
 * The grid that begins with a line of two rows or more; undefined where there is none.
 *
 * @param kind what the line is by itself.
 */
export function wrappedAt(
  lines: readonly string[],
  from: number,
  kind: Line['kind'],
  context: Context,
): Wrapped | undefined {
  const { size } = context;
  if (kind !== 'bad' && kind !== 'words') return undefined;
  const cellsOf = (line: string | undefined) =>
    line === undefined || isBorder(line, context)
      ? undefined
      : cellsBetween(line, size, (count) => count > 0);
  const width = cellsOf(lines[from])?.length ?? 0;
  if (width < 2 * size || width >= size * size) return undefined;

  const equal = lines.slice(from, from + size).filter((line) => cellsOf(line)?.length === width);
  if (width % size === 0 && equal.length === size) {
    const fault = `${size} lines of ${width} cells may be ${width / size} grids beside each other, or grids whose lines were broken`;
    return { grid: { kind: 'bad', isRow: false, fault, fix: 'write each grid by itself' }, lines: size };
  }
  const cells: string[] = [];
  let at = from;
  while (cells.length < size * size) {
    const next = cellsOf(lines[at++]);
    if (next?.length !== Math.min(width, size * size - cells.length)) return undefined;
    cells.push(...next);
  }
  return { grid: { kind: 'grid', cells }, lines: at - from };
}
