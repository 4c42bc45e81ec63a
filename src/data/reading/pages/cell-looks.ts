/**
 * Cells of a page that look different or hold something: walls by their colour, regions, pictures, values in attributes, and digits
 * that a player wrote beside those that were given. None of it is read. What only draws boxes and lines, names the cells, or tells
 * a digit from the others, says nothing.
 */
import { sudokuShape } from '../../sudoku/rules.ts';
import type { Fault } from '../found.ts';
import { columnAmong } from '../tables/columns.ts';
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

type Cell = PageCell & At;

const TAG = /<([a-z][\w-]*)((?:\s[^<>]*)?)>/gi;

/** What to say of cells that differ otherwise than by their place: of empty ones, and of those with a digit in them. */
export function faultOfLooks(rows: readonly (readonly PageCell[])[]): Fault | undefined {
  const all = rows.flatMap((cells, row) => cells.map((cell, column) => ({ ...cell, row, column })));
  // Letters stand for digits after 9, or are names; S, G and # of a maze are none of them together.
  const isOfDigits = all.every(({ text }) => /^(?:\d+|[a-p._·])?$/i.test(text));
  const places = placesOf(rows, isOfDigits);
  return (
    faultOfEmpty(
      all.filter(({ text }) => text === ''),
      places,
      isOfDigits,
    ) ?? faultOfFilled(withoutNames(all, rows), places, isOfDigits)
  );
}

function faultOfEmpty(
  empty: readonly Cell[],
  places: readonly PlaceOf[],
  isOfDigits: boolean,
): Fault | undefined {
  const drawn = drawnIn(empty, places);
  for (const [name, values] of looksOf(empty)) {
    const isDrawn = DRAWN.test(name);
    if (isAnswer(name) || (values.size === empty.length && !isDrawn)) continue;
    for (const [value, cells] of values) {
      const isSelected = isOfDigits && cells.length === 1 && (isDrawn || /^(?!img)\w+ $/.test(name));
      if (cells.length === empty.length || isSelected || saysPlace(value, cells) || drawn(cells)) continue;
      const fault = `a table with ${shown(name, value)} in ${cells.length} of ${empty.length} empty cells: what tells them apart is not read`;
      return { fault, fix: 'give the puzzle as text, with a sign in each cell' };
    }
  }
  return undefined;
}

/** What a page calls that is no given, or shows beside one. */
const NO_GIVEN =
  /(?:^|[^a-z])(?:notes?|pencil(?:led|[-_]?marks?)?|candidates?|marks?|small|hints?|errors?|wrong|conflicts?|user|player|guess(?:es|ed)?|hidden|solutions?|answers?)(?![a-z])/i;
/** The one cell that is chosen. */
const CHOSEN = /(?:^|[^a-z])(?:selected|active|current|focus(?:ed)?|cursor|chosen|hover)(?![a-z])/i;

/** Whether something stands there but a sign for nothing. */
const isFilled = ({ text }: Cell) => !/^[._·]?$/.test(text);

function faultOfFilled(
  all: readonly Cell[],
  places: readonly PlaceOf[],
  isOfDigits: boolean,
): Fault | undefined {
  const filled = all.filter(isFilled);
  if (filled.length === 0) return undefined;
  const total = countsOf(filled, ({ text }) => text);
  const drawn = [all, filled].map((cells) => drawnIn(cells, places));
  for (const [name, values] of looksOf(all)) {
    if (isAnswer(name) || / (?:col|row)span$/.test(name)) continue;
    const isOfAll = /^td /.test(name) || [...values.values()].some((cells) => !cells.every(isFilled));
    const most = (isOfAll ? all : filled).length;
    if (values.size === most && !DRAWN.test(name)) continue;
    const stems = new Map<string, number>();
    for (const [value, cells] of values) stems.set(stem(value), (stems.get(stem(value)) ?? 0) + cells.length);
    for (const [value, cells] of values) {
      const marked = cells.filter(isFilled);
      const isCalled = /^\w+ (?:class|id)$/.test(name) && NO_GIVEN.test(value);
      if (
        marked.length === 0 ||
        (marked.length === filled.length && !(isCalled && cells.length < all.length))
      )
        continue;
      const isChosen = marked.length === 1 && CHOSEN.test(`${name} ${value}`);
      const isOfDigit = [...countsOf(marked, ({ text }) => text)].every(
        ([text, count]) => count === total.get(text) && (count > 1 || !isOfDigits || value.includes(text)),
      );
      const isNamed = stems.get(stem(value)) === most && saysPlace(value, cells);
      // Where only filled cells tell, a few may stand in a place of their own by chance.
      const isClear = isOfAll || 4 * Math.min(cells.length, filled.length - cells.length) >= filled.length;
      const isDrawn = isClear && cells.length > 1 && drawn[isOfAll ? 0 : 1]!(cells);
      if (!isCalled && (isChosen || isOfDigit || isNamed || isDrawn)) continue;
      const fault = `a table with ${shown(name, value)} in ${marked.length} of ${filled.length} cells that are filled: which of them are given is not known`;
      return { fault, fix: 'give the puzzle as text, . for a blank' };
    }
  }
  return undefined;
}

/** A value but for what it counts. */
const stem = (value: string) => value.replace(/\d+/g, '#');

/** An attribute in which a page says how cells are drawn. */
const DRAWN = /^\w+ (?:class|style)$/;

/** An attribute as a page writes it. */
function shown(name: string, value: string): string {
  const attribute = name.trim().replace(/^td /, '');
  return value && value.length < 40 ? `${attribute}="${value}"` : attribute;
}

/** Of each tag and attribute the values, of each of these the cells. */
function looksOf(cells: readonly Cell[]): Map<string, Map<string, Cell[]>> {
  const looks = new Map<string, Map<string, Cell[]>>();
  for (const cell of cells)
    for (const [name, value] of marksOf(cell.html)) {
      const values = looks.get(name) ?? new Map<string, Cell[]>();
      looks.set(name, values);
      const cells = values.get(value);
      if (cells) cells.push(cell);
      else values.set(value, [cell]);
    }
  return looks;
}

/** Whether cells are all of some that stand in places of a kind. */
function drawnIn(all: readonly At[], places: readonly PlaceOf[]): (cells: readonly At[]) => boolean {
  const drawn = places.map((placeOf) => ({ placeOf, sizes: countsOf(all, placeOf) }));
  return (cells) =>
    drawn.some(({ placeOf, sizes }) =>
      [...countsOf(cells, placeOf)].every(([place, count]) => sizes.get(place) === count),
    );
}

/** How many there are of each kind. */
function countsOf<T>(cells: readonly T[], kindOf: (cell: T) => string): Map<string, number> {
  const counted = new Map<string, number>();
  for (const cell of cells) counted.set(kindOf(cell), (counted.get(kindOf(cell)) ?? 0) + 1);
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

/** Of a table of a Sudoku, with names or not. */
const sideOf = (rows: readonly unknown[]) =>
  SIDES.find((one) => one === rows.length || one === rows.length - 1);

/** Cells without those that name rows and columns. */
function withoutNames(all: readonly Cell[], rows: readonly (readonly unknown[])[]): readonly Cell[] {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  const side = sideOf(rows) ?? height;
  return all.filter(({ row, column }) => row >= height - side && column >= width - side);
}

/**
 * What may tell how a cell is drawn. Rows, columns and boxes do so in a Sudoku, beside names or not; where walls may be, the squares
 * of a chessboard.
 */
function placesOf(rows: readonly (readonly unknown[])[], isOfDigits: boolean): PlaceOf[] {
  const chess: PlaceOf = ({ row, column }) => String((row + column) % 2);
  if (!isOfDigits) return [chess];
  const side = sideOf(rows);
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
