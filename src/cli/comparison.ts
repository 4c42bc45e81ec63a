/** Runs side by side: paired differences to the first of them, as text and as JSON; tables as CSV. */

import { type PairedDifference, pairedDifference } from '../evaluate/statistics.ts';
import type { Outcomes } from './arms.ts';
import { writeAtomically } from './run-folder.ts';
import { renderTable } from './terminal/table.ts';

export interface NamedDifference extends PairedDifference {
  readonly first: string;
  readonly second: string;
}

/** Each of the others against the first. */
export function differencesToFirst([first, ...others]: readonly Outcomes[]): NamedDifference[] {
  return others.map((other) => ({
    first: first!.name,
    second: other.name,
    ...pairedDifference(first!.solved, other.solved),
  }));
}

/** A table of differences in percentage points, with what they rest on. @param of what the outcomes are of, plural. */
export function showDifferences(differences: readonly NamedDifference[], of: string): string {
  const [{ first, both, onlyFirst, onlySecond, neither }] = differences as [NamedDifference];
  const rows = differences.map((pair) => [
    pair.second,
    points(pair.difference),
    `${points(pair.interval.low)} to ${points(pair.interval.high)}`,
    String(pair.onlyFirst),
    String(pair.onlySecond),
    pair.pValue < 0.001 ? '< 0.001' : pair.pValue.toFixed(3),
  ]);
  const head = ['against it', 'difference', '95 % interval', 'only first', 'only this', 'p'];
  const n = both + onlyFirst + onlySecond + neither;
  return `on the same ${n} ${of}, first: ${first}\n${renderTable([head, ...rows])}`;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const points = (share: number): string => `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)}`;

/** Evaluations as JSON, one or several alike. */
export function comparisonJson(
  evaluations: readonly unknown[],
  outcomes: readonly Outcomes[],
): { readonly evaluations: readonly unknown[]; readonly differences: readonly NamedDifference[] } {
  return { evaluations, differences: differencesToFirst(outcomes) };
}

type Row = Readonly<Record<string, unknown>>;

/** Writes rows under a header of their keys. @param columns of the header, where there may be no row. */
export async function writeCsv(
  file: string,
  rows: readonly Row[],
  columns?: readonly string[],
): Promise<void> {
  const { stringify } = await import('csv-stringify/sync');
  const cast = { boolean: String }; // false is not an empty cell
  writeAtomically(file, [
    stringify([...rows], { header: true, cast, ...(columns && { columns: [...columns] }) }),
  ]);
}
