/**
 * A grid whose one line was broken by a mail, a page or a terminal: 81 cells as three lines of 27, or as 80 and 1. All lines but
 * the last are equally long, and the cells are a whole grid; as many lines as a grid has rows, each of several rows, may be
 * grids beside each other.
 */
import { BARS, type Context, cellsBetween, isBorder, type Line } from './lines.ts';

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

  if (width % size === 0) {
    // With places between them grids may stand beside each other in bands too.
    const isApart = /\S\s+\S/.test(lines[from]!.replace(BARS, ' ').trim());
    let [rows, end] = [0, from];
    for (let at = from; at < lines.length && rows < size; at++) {
      if (cellsOf(lines[at])?.length === width) [rows, end] = [rows + 1, at + 1];
      else if (!isApart || !(lines[at]!.trim() === '' || isBorder(lines[at]!, context))) break;
    }
    if (rows === size) {
      const fault = `${size} lines of ${width} cells may be ${width / size} grids beside each other, or grids whose lines were broken`;
      return {
        grid: { kind: 'bad', isRow: false, fault, fix: 'write each grid by itself' },
        lines: end - from,
      };
    }
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
