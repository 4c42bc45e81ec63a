/** Places queens row by row: columns and diagonals that are taken are bits, so a row costs a few operations for each column. */
import type { TokenRow } from '../family.ts';
import { QUEEN } from './rules.ts';

/** The column of the queen in each row `[n]`. */
export type Columns = Uint8Array;

/**
 * Every way to place the queens that are missing.
 *
 * @param most ways that are looked for.
 * @returns in the order of their columns.
 */
export function completions(question: TokenRow, size: number, most = Number.POSITIVE_INFINITY): Columns[] {
  const given = Array.from({ length: size }, () => [] as number[]); // columns of the queens of each row
  for (let place = 0; place < size ** 2; place++)
    if (question[place] === QUEEN) given[Math.floor(place / size)]!.push(place % size);
  if (given.some(({ length }) => length > 1)) return [];
  const found: Columns[] = [];
  const columns = new Uint8Array(size);
  const any = Array.from({ length: size }, (_, column) => column);
  const place = (row: number, taken: number, falling: number, rising: number): void => {
    if (row === size) {
      found.push(columns.slice());
      return;
    }
    const open = given[row]!.length > 0 ? given[row]! : any;
    for (const column of open) {
      const [down, up] = [1 << (row + column), 1 << (row - column + size)];
      if (((taken >> column) & 1) !== 0 || (rising & down) !== 0 || (falling & up) !== 0) continue;
      columns[row] = column;
      place(row + 1, taken | (1 << column), falling | up, rising | down);
      if (found.length >= most) return;
    }
  };
  place(0, 0, 0, 0);
  return found;
}
