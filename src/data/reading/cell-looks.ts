/**
 * Cells of a page in which nothing is written, but that look different or hold something: walls by their colour, regions, pictures,
 * values in attributes. None of it is read. What only draws boxes and lines, or names the cells, says nothing.
 */
import { sudokuShape } from '../sudoku/rules.ts';
import { columnAmong } from './columns.ts';
import type { Fault } from './found.ts';
import { attributesOf } from './markup.ts';

/** A cell of a table as HTML, and what is written in it. */
export interface PageCell {
  readonly html: string;
  readonly text: string;
}

/** Where a cell stands in a table of `rows` x `columns`. */
interface At {
  readonly row: number;
  readonly column: number;
}

const TAG = /<([a-z][\w-]*)((?:\s[^<>]*)?)>/gi;
/** What to say of empty cells that differ otherwise than by their place. */
export function faultOfLooks(rows: readonly (readonly PageCell[])[]): Fault | undefined {
  const all = rows.flatMap((cells, row) => cells.map((cell, column) => ({ ...cell, row, column })));
  const empty = all.filter(({ text }) => text === '');
  // Letters stand for digits after 9, or are names; S, G and # of a maze are none of them together.
  const isOfDigits = all.every(({ text }) => /^(?:\d+|[a-p])?$/i.test(text));
  const drawn = placesOf(rows, isOfDigits).map((placeOf) => ({
    placeOf,
    sizes: counts(empty, placeOf),
  }));
  const looks = new Map<string, Map<string, At[]>>(); // of an attribute the values, of each the cells
  for (const cell of empty)
    for (const [name, value] of marksOf(cell.html)) {
      const values = looks.get(name) ?? new Map<string, At[]>();
      looks.set(name, values);
      const cells = values.get(value);
      if (cells) cells.push(cell);
      else values.set(value, [cell]);
    }
  for (const [name, values] of looks) {
    const isDrawn = /^\w+ (class|style)$/.test(name);
    if (isAnswer(name) || (values.size === empty.length && !isDrawn)) continue;
    for (const [value, cells] of values) {
      const isSelected = isOfDigits && cells.length === 1 && (isDrawn || /^(?!img)\w+ $/.test(name));
      if (cells.length === empty.length || isSelected || saysPlace(value, cells)) continue;
      const isOfPlace = drawn.some(({ placeOf, sizes }) =>
        [...counts(cells, placeOf)].every(([place, count]) => sizes.get(place) === count),
      );
      if (isOfPlace) continue;
      const attribute = name.trim().replace(/^td /, '');
      const shown = value && value.length < 40 ? `${attribute}="${value}"` : attribute;
      const fault = `a table with ${shown} in ${cells.length} of ${empty.length} empty cells: what tells them apart is not read`;
      return { fault, fix: 'give the puzzle as text, with a sign in each cell' };
    }
  }
  return undefined;
}

/** How many cells there are in places of each kind. */
function counts(cells: readonly At[], placeOf: PlaceOf): Map<string, number> {
  const counted = new Map<string, number>();
  for (const cell of cells) counted.set(placeOf(cell), (counted.get(placeOf(cell)) ?? 0) + 1);
  return counted;
}

/** The tags and attributes of a cell, each by itself, as `td class` and `wall`; none twice. */
function marksOf(html: string): (readonly [name: string, value: string])[] {
  const marks = Array.from(html.matchAll(TAG)).flatMap(([, name, attributes]) => {
    const tag = name!.toLowerCase();
    const values = attributesOf(attributes!).flatMap(([attribute, value]) => {
      const separator = attribute === 'class' ? /\s+/ : attribute === 'style' ? /\s*;\s*/ : undefined;
      const parts = separator ? value.split(separator).filter(Boolean) : [value];
      return parts.map((part) => [`${tag} ${attribute}`, part.replace(/\s*:\s*/, ':')] as const);
    });
    return tag === 'td' ? values : [[`${tag} `, ''] as const, ...values];
  });
  return [...new Map(marks.map((mark) => [mark.join('='), mark])).values()];
}

/** `data-solution` and the like. */
const isAnswer = (name: string) => columnAmong([name.replace(/^\S+ (data-)?/, '')], 'answer') !== undefined;

/** Whether a value counts and all its cells stand in one row or column, as `r3` and `c4` do. */
function saysPlace(value: string, cells: readonly At[]): boolean {
  const isOne = (of: 'row' | 'column') => new Set(cells.map((cell) => cell[of])).size === 1;
  return /^[^#:]*\d[^:]*$/.test(value) && (isOne('row') || isOne('column'));
}

type PlaceOf = (at: At) => string;

/** Sides of a Sudoku. */
const SIDES: readonly number[] = [4, 6, 9, 16];

/**
 * What may tell how a cell is drawn. Rows, columns and boxes do so in a Sudoku, beside names or not; where walls may be, the squares
 * of a chessboard.
 */
function placesOf(rows: readonly (readonly unknown[])[], isOfDigits: boolean): PlaceOf[] {
  const chess: PlaceOf = ({ row, column }) => String((row + column) % 2);
  if (!isOfDigits) return [chess];
  const side = SIDES.find((one) => one === rows.length || one === rows.length - 1);
  const lines: PlaceOf[] = [chess, ({ row }) => String(row), ({ column }) => String(column)];
  if (side === undefined) return lines;
  const { boxRows, boxColumns } = sudokuShape(side);
  const [above, before] = [rows.length - side, (rows[0]?.length ?? side) - side];
  const within = (at: number, size: number) =>
    at <= 0 ? 'first' : at === side - 1 ? 'last' : String(at % size);
  return [
    ...lines,
    ({ row, column }) =>
      `${Math.floor((row - above) / boxRows)} ${Math.floor((column - before) / boxColumns)}`,
    ({ row, column }) => `${within(row - above, boxRows)} ${within(column - before, boxColumns)}`,
  ];
}
