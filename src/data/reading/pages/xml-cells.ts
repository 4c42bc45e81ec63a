/**
 * Cells of XML, an element each: in elements of rows, one behind the other, or at the places that they name, where these are all
 * there. A few places alone do not tell from which number they count.
 */

import { axisOf } from '../beside/other-order.ts';
import type { Fault, Reading } from '../found.ts';
import { lineCounter } from '../places.ts';
import { isRow as isLineOfCells } from '../programs/values.ts';
import { columnAmong } from '../tables/columns.ts';
import { faultOfLooks } from './cell-looks.ts';
import { attributesOf, type Element, faultWithin, markupOf, numberOfRow } from './markup.ts';

const CELL = /<(cell|c|square|field)(?=[\s/>])([^<>]*)>([^<]*)(<\/\1\s*>)?/gi;
const FEWEST_CELLS = 16;
/** Attributes that hold what stands in a cell. */
const VALUE = /^(?:value|val|v|digit|number)$/;

interface Cell {
  readonly attributes: string;
  readonly text: string;
  /** Whether nothing but a text stands in it, or a value beside it that is the same. */
  readonly isPlain: boolean;
  readonly parent: Element | undefined;
  /** The places that it names itself. */
  readonly row: number | undefined;
  readonly column: number | undefined;
  readonly line: number;
}

type Rows = readonly (readonly string[])[];

/**
 * The grids of XML whose cells are elements, each at its line; undefined where there are none, where they hold more than a symbol,
 * and where something else may be a puzzle.
 */
export function gridsOfXml(text: string): (Reading<Rows> & { readonly line: number })[] | undefined {
  if ((text.match(CELL)?.length ?? 0) < FEWEST_CELLS) return undefined;
  const cells = cellsIn(text);
  const others = text
    .replace(CELL, '')
    .replace(/<[^<>]*>/g, '')
    .split('\n');
  if (cells.some((cell) => cell.text.length > 2) || others.some(isLineOfCells)) return undefined;
  const other = cells.find(({ isPlain }) => !isPlain);
  if (other) return [{ fault: 'cells of XML with other elements in them', fix: FIX, line: other.line }];
  const puzzles = groups(cells, ({ parent }) => (parent && axisOf(parent.name) ? parent.parent : parent));
  const asked = puzzles.filter(([{ parent }]) => !isOfAnswer(parent));
  return (asked.length > 0 ? asked : puzzles).map((own) => ({ ...gridOf(own), line: own[0].line }));
}

function cellsIn(text: string): Cell[] {
  const { elements } = markupOf(text);
  const lineAt = lineCounter(text);
  return [...text.matchAll(CELL)].map(({ 2: attributes = '', 3: content = '', 4: end, index }) => {
    const named = attributesOf(attributes);
    const isEmpty = attributes.endsWith('/');
    const written = isEmpty ? '' : content.trim();
    const value = named.find(([name]) => VALUE.test(name))?.[1] ?? '';
    const place = (axis: 'row' | 'column') => {
      const letter = axis === 'row' ? 'y' : 'x';
      const [, number] =
        named.find(([name, one]) => /^\d\d?$/.test(one) && (name === letter || axisOf(name) === axis)) ?? [];
      return number === undefined ? undefined : Number(number);
    };
    return {
      attributes: attributes.replace(/\/$/, ''),
      text: written || value,
      isPlain: (isEmpty || end !== undefined) && (written === '' || value === '' || written === value),
      parent: elements.get(index)?.parent,
      row: place('row'),
      column: place('column'),
      line: lineAt(index),
    };
  });
}

const isRow = (element: Element | undefined) => element !== undefined && axisOf(element.name) === 'row';

function isOfAnswer(element: Element | undefined): boolean {
  for (let one = element; one; one = one.parent) if (columnAmong([one.name], 'answer')) return true;
  return false;
}

/** What belongs together, in the order in which it begins. */
function groups<T>(list: readonly T[], of: (one: T) => unknown): [T, ...T[]][] {
  const found = new Map<unknown, [T, ...T[]]>();
  for (const one of list) {
    const group = found.get(of(one));
    if (group) group.push(one);
    else found.set(of(one), [one]);
  }
  return [...found.values()];
}

function gridOf(cells: readonly [Cell, ...Cell[]]): Reading<Rows> {
  if (cells.every(({ text }) => text === '')) return { fault: 'cells of XML without a value', fix: FIX };
  const rows = rowsOf(cells);
  if ('fault' in rows) return rows;
  const looks = rows.map((row) =>
    row.map(({ attributes, text }) => ({ html: `<td ${attributes}>`, text: text.replace(/^[0.]$/, '') })),
  );
  const value = rows.map((row) => row.map(({ text }) => text));
  const fault = faultWithin(cells[0].parent, value, false) ?? faultOfLooks(looks);
  return fault ?? { value };
}

const FIX = 'give the puzzle as text, . for a blank';

/** Cells in their rows, as they stand or as they are named. */
function rowsOf(cells: readonly [Cell, ...Cell[]]): Cell[][] | Fault {
  const parents = groups(cells, ({ parent }) => parent);
  const numbers = parents.map(([{ parent }]) =>
    isRow(parent) ? numberOfRow(parent!.attributes) : undefined,
  );
  const names = [numbers, cells.map(({ row }) => row), cells.map(({ column }) => column)].flat();
  if (names.every((one) => one === undefined)) return isRow(cells[0].parent) ? parents : inSquare(cells);
  const sorted = parents
    .flatMap((own, i) =>
      own.map((cell, at) => ({ cell, row: cell.row ?? numbers[i] ?? i, column: cell.column ?? at })),
    )
    .toSorted((a, b) => a.row - b.row || a.column - b.column);
  const { row: above, column: before } = sorted[0]!;
  const rows = groups(sorted, ({ row }) => row);
  const isWhole = rows.every(
    (own, i) =>
      own[0].row === above + i &&
      own.length === rows[0]!.length &&
      own.every(({ column }, j) => column === before + j),
  );
  if (isWhole && above < 2 && before < 2) return rows.map((own) => own.map(({ cell }) => cell));
  const fault = `${cells.length} cells of XML at places that they name, which are not all there: whether they count from 0 or 1 is not known`;
  return { fault, fix: 'write an element for each cell, blanks too' };
}

/** One behind the other, in as many rows as each has cells. */
function inSquare(cells: readonly Cell[]): Cell[][] {
  const side = Math.sqrt(cells.length);
  const width = Number.isInteger(side) ? side : cells.length;
  return Array.from({ length: cells.length / width }, (_, row) =>
    cells.slice(row * width, (row + 1) * width),
  );
}
