/** Grids on a line, with slashes between their rows. */
import type { Fault } from './found.ts';

/** Why such a line is no grid; undefined where it has too few slashes to be meant as one. */
export function faultOfSlashed(line: string, rows: number, columns: number): Fault | undefined {
  const lengths = line.split('/').map(({ length }) => length);
  if (lengths.length < Math.max(2, rows - 1)) return undefined;
  const odd = lengths.findIndex((length) => length !== columns);
  const got =
    lengths.length === rows && odd >= 0 ? `${lengths[odd]} in row ${odd + 1}` : `${lengths.length} rows`;
  return { fault: `expected ${rows} rows of ${columns} cells, got ${got}` };
}
