/** Names of rows or columns that count, but not one after the other: `9` to `1` above the columns, or `2`, `1`, `3`, … */
import type { Fault } from './found.ts';

/** Whether all follow each other, as they stand. */
export function isCounted(places: readonly number[]): boolean {
  return places.every((place, i) => place === places[0]! + i);
}

/** Whether they would follow each other in another order. */
export function isOtherOrder(places: readonly number[]): boolean {
  return isCounted(places.toSorted((a, b) => a - b)) && !isCounted(places);
}

/** What to say of them: whether the cells go to where the names say, nobody knows. */
export function namedOtherwise(what: 'rows' | 'columns'): Fault {
  return {
    fault: `the names of the ${what} count in another order than the ${what} stand in: the cells may belong where the names say, or where they are`,
    fix: `write the ${what} in the order of their names, or leave the names out`,
  };
}
