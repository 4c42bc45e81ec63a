/** Tables with a column a row: `r1` to `r9` above texts of several cells, `53..7....`, each a whole row. */

import { axisOfLetter, isCounted, otherOrderSaid } from '../beside/other-order.ts';
import type { Reading } from '../found.ts';

/** Rows of the smallest grid, and cells of its rows. */
const FEWEST = 4;

/**
 * The places of the columns that are the rows of a puzzle, in their order; a fault where as many texts are called its columns or
 * boxes. Undefined where names do not count from 0 or 1 as they stand, or where a cell stands below each.
 *
 * @param first record below the names.
 */
export function rowColumns(
  header: readonly string[],
  first: readonly string[],
): Reading<readonly number[]> | undefined {
  const named = header.flatMap((name, place) => {
    const [, word, number] = /^(\p{L}+)[ _-]?(\d{1,2})$/u.exec(name.trim()) ?? [];
    const axis = word && axisOfLetter(word);
    return axis ? [{ word, axis, number: Number(number), place }] : [];
  });
  const [begin] = named;
  if (begin === undefined || named.length < FEWEST || begin.number > 1) return undefined;
  const isOne =
    named.every(({ word }) => word === begin.word) && isCounted(named.map(({ number }) => number));
  const width = first[begin.place]?.trim().length ?? 0;
  const areTexts = width >= FEWEST && named.every(({ place }) => first[place]?.trim().length === width);
  if (!isOne || !areTexts) return undefined;
  if (begin.axis === 'row') return { value: named.map(({ place }) => place) };
  return width === named.length ? otherOrderSaid('columns') : undefined;
}
