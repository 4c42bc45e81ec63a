/**
 * Grids in a sheet that a spreadsheet saved: cells between commas, semicolons or tabs, with empty rows and columns around the
 * grids or between their boxes. An empty row or column may also be one of a grid, which has no givens there; so a sheet is read
 * where its grids can lie in one way alone, and refused where they can in several.
 */

import type { Fault } from '../reading/found.ts';
import { unquoted } from '../reading/tables/columns.ts';
import { digitOf } from './grid.ts';
import { type Context, isCell, isWordy } from './lines.ts';
import { namesOrGivens } from './names.ts';
import { findConflicts, type SudokuSize, sudokuShape } from './rules.ts';
import { solveOnce } from './solver.ts';

/** Lines that follow each other, equally wide. */
export interface Sheet {
  readonly lines: number;
  readonly parts: readonly SheetPart[];
}

/** A grid, words above one, or why there is none; `at` a line, from 0. */
export type SheetPart = { readonly at: number } & (
  | { readonly kind: 'grid'; readonly cells: readonly string[] }
  | { readonly kind: 'words' }
  | ({ readonly kind: 'bad'; readonly isRow: false } & Fault)
);

/** What a row or a column holds: `apart`, which only a row is, stands between grids and is never one of their rows. */
type Content = 'cells' | 'empty' | 'apart';

interface Row {
  readonly content: Content;
  /** [W] empty texts for nothing; none of an empty line. */
  readonly cells: readonly string[];
}

const DELIMITERS = [',', ';', '\t'] as const;

/** The sheets with something to leave out, by the line at which they begin, from 0. */
export function sheetsOf(lines: readonly string[], { size }: Context): ReadonlyMap<number, Sheet> {
  const sheets = new Map<number, Sheet>();
  let from = 0;
  while (from < lines.length) {
    const found = rowsFrom(lines, from, size);
    const rows = found.slice(0, found.findLastIndex(({ content }) => content !== 'apart') + 1);
    const parts = partsOf(rows, from, size);
    if (parts) sheets.set(from, { lines: rows.length, parts });
    from += Math.max(1, rows.length || found.length); // titles alone begin no sheet, nor do fewer of them
  }
  return sheets;
}

/** As many rows of cells as follow each other. */
function rowsFrom(lines: readonly string[], from: number, size: SudokuSize): Row[] {
  const delimiter = DELIMITERS.find((one) => lines[from]!.includes(one));
  const rows: Row[] = [];
  if (delimiter === undefined) return rows;
  const width = lines[from]!.split(delimiter).length;
  for (let at = from; at < lines.length; at++) {
    const row = rowOf(lines[at]!.split(delimiter), width, size);
    if (!row) break;
    rows.push(row);
  }
  return rows;
}

function rowOf(fields: readonly string[], width: number, size: SudokuSize): Row | undefined {
  const cells = fields.map((field) => unquoted(field).trim());
  const filled = cells.filter((cell) => cell !== '');
  if (cells.length === 1 && filled.length === 0) return { content: 'apart', cells: [] };
  if (cells.length !== width) return undefined;
  if (filled.length === 1 && isWordy(filled[0]!)) return { content: 'apart', cells };
  if (!filled.every((cell) => isCell(cell, size))) return undefined;
  return { content: filled.length > 0 ? 'cells' : 'empty', cells };
}

/** What is in a sheet; undefined where nothing is to be left out of it. */
function partsOf(rows: readonly Row[], from: number, size: SudokuSize): SheetPart[] | undefined {
  const width = rows[0]?.cells.length ?? 0;
  const down = rows.map(({ content }) => content);
  const full = rows.filter(({ content }) => content === 'cells');
  const across = Array.from(
    { length: width },
    (_, column): Content => (full.some(({ cells }) => cells[column] !== '') ? 'cells' : 'empty'),
  );
  const hasTitles = rows.some(({ content, cells }) => content === 'apart' && cells.length > 0);
  const hasOther = hasTitles || down.includes('empty') || across.includes('empty');
  if (!hasOther || full.length === 0 || width < size || width === size ** 2) return undefined;

  const { boxRows, boxColumns } = sudokuShape(size);
  const [byRow, byColumn] = [layoutOf(down, size, boxRows), layoutOf(across, size, boxColumns)];
  const sheet = `a sheet of ${down.length} rows and ${width} columns, some of them empty`;
  if (byRow.ways === 0 || byColumn.ways === 0) {
    if (width === size || down.length < size || !across.includes('empty')) return undefined;
    const fault = `${sheet}, in which no grid of ${size}x${size} is found`;
    return [{ kind: 'bad', isRow: false, fault, fix: FIX, at: from }];
  }
  const isWhole = down.length === size && width === size;
  const isOpen = ({ ways, mayBeCut }: Layout) => ways > 1 || (mayBeCut && !isWhole);
  const what = isOpen(byColumn) ? 'column' : isOpen(byRow) ? 'row' : undefined;
  if (what) {
    const fault = `${sheet}: an empty ${what} may be one of the grid or beside it`;
    return [{ kind: 'bad', isRow: false, fault, fix: FIX, at: from }];
  }
  const grids = byRow.blocks.flatMap((block) =>
    byColumn.blocks.map((columns) => ({
      at: from + block[0]!,
      cells: block.flatMap((row) => columns.map((column) => rows[row]!.cells[column] || ' ')),
    })),
  );
  if (isWhole && isRatherCut(grids[0]!.cells, size)) {
    const fault = `${sheet}: the grid has one solution where it begins behind the first empty row or column and its end was not saved, else none or several`;
    return [{ kind: 'bad', isRow: false, fault, fix: FIX, at: from }];
  }
  const named = grids.map(({ cells }) => namesOrGivens(cells, size)).find(Boolean);
  if (named) return [{ kind: 'bad', isRow: false, ...named, fault: `${sheet}: ${named.fault}`, at: from }];
  const words = rows.flatMap(({ content, cells }, row): SheetPart[] =>
    content === 'apart' && cells.length > 0 ? [{ kind: 'words', at: from + row }] : [],
  );
  const found = grids.filter(({ cells }) => cells.some((cell) => cell !== ' '));
  return [...words, ...found.map((grid) => ({ kind: 'grid', ...grid }) as const)];
}

const FIX = 'write . for each blank of the grid, or leave out what is not of it';

/** Guesses to find out which of several readings of a grid has one solution. */
const GUESSES = 2000;

/**
 * Whether a grid as it stands has not one solution, and has one where its first row, first column or both are none of it, and
 * an empty one behind the last was not saved.
 */
function isRatherCut(cells: readonly string[], size: SudokuSize): boolean {
  const grid = Uint8Array.from(cells, (cell) => digitOf(cell)!);
  if (hasOneSolution(grid)) return false;
  return [1, size, size + 1].some((step) => {
    const [rows, columns] = [step >= size ? 1 : 0, step % size];
    const isLeft = (cell: number) => Math.floor(cell / size) < rows || cell % size < columns;
    if (grid.some((digit, cell) => digit > 0 && isLeft(cell))) return false;
    const isAdded = (cell: number) => Math.floor(cell / size) >= size - rows || cell % size >= size - columns;
    return hasOneSolution(grid.map((_, cell) => (isAdded(cell) ? 0 : grid[cell + step]!)));
  });
}

function hasOneSolution(grid: Uint8Array): boolean {
  if (findConflicts(grid).length > 0) return false;
  const { solution, several } = solveOnce(grid, GUESSES);
  return solution !== undefined && several === false;
}

interface Layout {
  /** In how many ways grids can lie there; 2 stands for more. */
  readonly ways: number;
  /** Of one of them: for each grid its n rows or columns. */
  readonly blocks: readonly (readonly number[])[];
  /**
   * Whether grids can lie in another way too where an empty place at the end was not saved. It is one at most: with two empty
   * rows in a band of boxes no grid has a single solution.
   */
  readonly mayBeCut: boolean;
}

/**
 * How grids can lie along one side of a sheet: each takes n places, one behind the other or with an empty one between boxes, and
 * what is beside them is empty.
 *
 * @param group rows or columns of a box.
 */
function layoutOf(contents: readonly Content[], size: SudokuSize, group: number): Layout {
  const runs = runsOf(contents);
  if (runs.length > 0 && runs.every(({ length }) => length === size))
    return { ways: 1, blocks: runs, mayBeCut: false };
  const { ways, blocks } = waysIn(contents, size, group);
  return { ways, blocks, mayBeCut: waysIn([...contents, 'empty'], size, group).ways > ways };
}

/** The places with cells that follow each other, of which as many as a grid has are one. */
function runsOf(contents: readonly Content[]): number[][] {
  const runs: number[][] = [];
  for (const [place, content] of contents.entries()) {
    if (content !== 'cells') continue;
    if (contents[place - 1] === 'cells') runs.at(-1)!.push(place);
    else runs.push([place]);
  }
  return runs;
}

function waysIn(
  contents: readonly Content[],
  size: SudokuSize,
  group: number,
): Pick<Layout, 'ways' | 'blocks'> {
  const places = Array.from({ length: size }, (_, i) => i);
  const forms = [places, places.map((i) => i + Math.floor(i / group))];
  const layouts: Rest[] = [];
  layouts[contents.length] = { ways: 1 };
  for (let at = contents.length - 1; at >= 0; at--) {
    let layout: Rest = contents[at] === 'cells' ? { ways: 0 } : layouts[at + 1]!;
    for (const form of forms) {
      const block = form.map((place) => at + place);
      const rest = layouts[block.at(-1)! + 1];
      if (!rest || rest.ways === 0 || !isBlock(block, contents)) continue;
      layout = { ways: Math.min(2, layout.ways + rest.ways), block, rest };
    }
    layouts[at] = layout;
  }
  const blocks: (readonly number[])[] = [];
  for (let layout = layouts[0]; layout?.block; layout = layout.rest) blocks.push(layout.block);
  return { ways: layouts[0]!.ways, blocks };
}

/** How grids can lie from one place on: of one of the ways its first grid, and what is behind it. */
interface Rest {
  readonly ways: number;
  readonly block?: readonly number[];
  readonly rest?: Rest;
}

/** Whether a grid can have its rows or columns there, with nothing between them. */
function isBlock(block: readonly number[], contents: readonly Content[]): boolean {
  const between = contents
    .slice(block[0], block.at(-1)! + 1)
    .filter((_, i) => !block.includes(block[0]! + i));
  return (
    block.some((place) => contents[place] === 'cells') &&
    block.every((place) => contents[place] !== 'apart') &&
    between.every((content) => content !== 'cells')
  );
}
