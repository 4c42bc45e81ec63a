/** Cells of a sheet with nothing in them, where blanks have a sign: what stood there may be lost. */
import type { Fault } from '../found.ts';

/** What to say of the first cell that is a space, where another is a sign for the same; undefined where one of these is not there. */
export function emptyAmong(
  cells: readonly string[],
  columns: number,
  isBlank: (cell: string) => boolean,
): Fault | undefined {
  const [empty, sign] = [cells.indexOf(' '), cells.find((cell) => cell !== ' ' && isBlank(cell))];
  if (empty < 0 || sign === undefined) return undefined;
  const place = `row ${Math.floor(empty / columns) + 1}, column ${(empty % columns) + 1}`;
  return {
    fault: `${place} is empty beside others with ${sign}: what stood there may be lost`,
    fix: `write ${sign} there if nothing did`,
  };
}
