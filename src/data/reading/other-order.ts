/**
 * Cells in another order than they are read in: names of rows or columns that count, but not one after the other, as `9` to `1`
 * above the columns, or `2`, `1`, `3`, …; and titles that say that columns follow.
 */
import type { Fault } from './found.ts';

/** Where a label stands in its count: a number, or a letter from `a` on. */
export function placeOf(label: string): number {
  return /\d/.test(label) ? Number(label) : label.toLowerCase().charCodeAt(0) - 'a'.charCodeAt(0);
}

/** What the name of a column counts, from 0 or 1: `3`, `c3`, `col_3`, `C`; -1 where it does not. */
export function placeNamed(name: string): number {
  const [, label] = /^(?:col(?:umn)?_?|c)?(\d{1,2}|[a-p])$/i.exec(name) ?? [];
  return label === undefined ? -1 : placeOf(label);
}

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

/** `Columns:`, `cols`, `The columns from left to right:`, `column by column`, `Spalten:`. */
export function namesColumns(title: string): boolean {
  return /^[^\p{L}\d]*(?:(?:the|its|all|by|as|in) )*(?:columns?|cols|spalten|colonnes|columnas|colonne|colunas)(?: (?:by|from|left|right|to|first|major|column))*[^\p{L}\d]*$/iu.test(
    title.replaceAll('-', ' '),
  );
}

/** What to say of lists or lines below such a title. */
export const COLUMNS_BELOW: Fault = {
  fault: 'what is called columns may be the columns of the puzzle, or its rows',
  fix: 'write its rows, under no such name',
};
