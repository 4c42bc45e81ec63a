/**
 * Tables with a column a cell: `c1` to `c81`, `r1c1` to `r9c9`, `0` to `80`, `A1` to `I9`. The cells go to the places that the names
 * give, in whatever order the columns stand; names that give no such places are refused, for file order would be a guess.
 */

import { axisOf, axisOfLetter } from '../beside/other-order.ts';
import type { Fault, Reading } from '../found.ts';
import { columnAmong } from './columns.ts';

/** For each cell in reading order the place of its column in a record: of a question, and of its answer. */
export interface CellColumns {
  readonly question: readonly number[];
  readonly answer?: readonly number[] | undefined;
}

/** Cells of the smallest grid. */
const FEWEST = 16;
/** The largest digit in it. */
const MOST_IN_FEWEST = 4;

/** Numbers that a cell may hold: so many bare numbers may be a row of cells, more of them are names. */
const MOST_DIGITS = 25;

/** A column whose name counts. */
interface Counted {
  readonly place: number;
  readonly name: string;
  readonly numbers: readonly number[];
}

/**
 * The columns of cells of a header, a square of them, of which those of the answer may follow or be called so; a fault where it has
 * such columns, but their names give no places. Undefined where it has none, or where they are those of a sheet of 16 columns.
 *
 * @param below records that follow, as far as they are known.
 */
export function cellColumns(
  header: readonly string[],
  below: readonly (readonly string[])[] = [],
): Reading<CellColumns> | undefined {
  const groups = new Map<string, Counted[]>();
  for (const [place, written] of header.entries()) {
    const name = written.trim();
    const counted = name.toLowerCase().replace(/\d+/g, '#');
    if (!counted.includes('#')) continue;
    const numbers = Array.from(name.matchAll(/\d+/g), ([number]) => Number(number));
    const group = groups.get(counted);
    if (group) group.push({ place, name, numbers });
    else groups.set(counted, [{ place, name, numbers }]);
  }
  const square = lettered(header);
  if (square) return square.fault === undefined ? { value: { question: square.value } } : square;
  const grids = [...groups].flatMap(([counted, group]) => {
    const places = counted === '#' ? placesOfNumbers(group) : placesOf(counted, group);
    return places ? [{ counted, places }] : [];
  });
  if (grids.length === 0 || grids.length > 2) return undefined;
  const isAnswer = ({ counted }: { readonly counted: string }) =>
    columnAmong(counted.match(/^\p{L}+/u) ?? [], 'answer') !== undefined;
  const [question, answer] =
    grids.length === 2 && isAnswer(grids[0]!) && !isAnswer(grids[1]!) ? grids.reverse() : grids;
  if (question!.places.fault !== undefined) return question!.places;
  if (answer?.places.fault !== undefined) return answer.places;
  const { value } = question!.places;
  if (
    value.length === FEWEST &&
    below.some((record) => value.some((place) => Number(record[place]) > MOST_IN_FEWEST))
  )
    return undefined;
  return { value: { question: value, answer: answer?.places.value } };
}

/** Whether a line is such a header, and no row of cells: its names have letters, or are more numbers than a cell may hold. */
export function namesCells(line: readonly string[], below: readonly (readonly string[])[]): boolean {
  if (line.length < FEWEST) return false;
  const isNamed = line.length > MOST_DIGITS || line.some((name) => /\p{L}/u.test(name) && /\d/.test(name));
  return isNamed && cellColumns(line, below) !== undefined;
}

/** The cells of a record as one line; what is empty is a blank, or stays so beside what may be a sign for one. */
export function joinedCells(record: readonly string[], places: readonly number[]): string {
  const written = places.map((place) => record[place]?.trim().replace(/(?<=\d)\.0*$/, '') ?? '');
  if (written.includes('') && written.some((cell) => /^[0._*-]$/.test(cell))) return written.join(',');
  const cells = written.map((cell) => cell || '.');
  return cells.join(cells.every((cell) => cell.length === 1) ? '' : ' ');
}

/** Cells of a square: as many as there are, else as many as the last name counts, where a few of them are missing or too many. */
function squareOf(count: number, last: number): number | undefined {
  const isSquare = (cells: number) => cells >= FEWEST && Number.isInteger(Math.sqrt(cells));
  if (isSquare(count)) return count;
  return isSquare(last) && 4 * count >= 3 * last ? last : undefined;
}

/** Bare numbers; so few that they may be cells are names only where they count on, by number or as texts are sorted. */
function placesOfNumbers(group: readonly Counted[]): Reading<number[]> | undefined {
  const numbers = group.map(({ numbers: [number] }) => number!);
  const different = new Set(numbers).size;
  if (numbers.length > MOST_DIGITS)
    return 4 * different >= 3 * numbers.length ? placesOf('#', group) : undefined;
  const isCounted = [numbers.toSorted((a, b) => a - b), numbers.map(String).sort().map(Number)].some(
    (sorted) => String(sorted) === String(numbers) || String(sorted.reverse()) === String(numbers),
  );
  const places = isCounted && different === numbers.length ? placesOf('#', group) : undefined;
  return places?.fault === undefined ? places : undefined;
}

/** The places of columns whose names differ by their numbers alone, in reading order. */
function placesOf(counted: string, group: readonly Counted[]): Reading<number[]> | undefined {
  const counts = group[0]!.numbers.length;
  const varying = Array.from({ length: counts }, (_, i) => i).filter(
    (i) => new Set(group.map(({ numbers }) => numbers[i])).size > 1,
  );
  const axes = varying.map((i) => {
    const numbers = group.map((one) => one.numbers[i]!);
    const first = numbers.includes(0) ? 0 : 1;
    return { i, first, length: numbers.reduce((most, number) => Math.max(most, number)) + 1 - first };
  });
  const cells = squareOf(
    group.length,
    axes.reduce((product, { length }) => product * length, 1),
  );
  if (cells === undefined) return undefined;
  const side = Math.sqrt(cells);
  const [axis, other, ...more] = axes;
  if (!axis) return wrongNames(group, `${group[0]!.name} is there twice`);
  if (more.length > 0) return noPlaces(group, [axis.i, other!.i]);
  const named = (numbers: Readonly<Record<number, number>>) => {
    let i = 0;
    return group[0]!.name.replace(/\d+/g, (number) => String(numbers[i++] ?? number));
  };
  if (!other)
    return atPlaces(group, cells, {
      placeOf: ({ numbers }) => numbers[axis.i]! - axis.first,
      nameAt: (cell) => named({ [axis.i]: cell + axis.first }),
    });
  const isColumnFirst = columnsComeFirst(counted, axis.i, other.i);
  if (isColumnFirst === undefined) return noPlaces(group, [axis.i, other.i]);
  const [row, column] = isColumnFirst ? [other, axis] : [axis, other];
  return atPlaces(group, cells, {
    placeOf: ({ numbers }) => placeIn(side, numbers[row.i]! - row.first, numbers[column.i]! - column.first),
    nameAt: (cell) =>
      named({ [row.i]: Math.floor(cell / side) + row.first, [column.i]: (cell % side) + column.first }),
  });
}

/** The place of a cell in a square; -1 beside it. */
function placeIn(side: number, row: number, column: number): number {
  return Math.max(row, column) < side ? row * side + column : -1;
}

/** Whether of two numbers the first counts the columns, as in `x1y1` and `c1r1`; undefined where the words before both do not say it. */
function columnsComeFirst(counted: string, first: number, second: number): boolean | undefined {
  const words = counted.split('#').map((word) => word.match(/\p{L}+/gu)?.at(-1) ?? '');
  const [one, two] = [first, second].map((i) => axisOfLetter(words[i]!));
  if (![one, two].every((axis) => axis === 'row' || axis === 'column') || one === two) return undefined;
  return one === 'column';
}

const isInOrder = (numbers: readonly number[]) =>
  numbers.every((number, i) => i === 0 || number >= numbers[i - 1]!);

interface Naming {
  /** The cell that a column names, from 0. */
  placeOf(one: Counted): number;
  /** How the column of a cell would be called. */
  nameAt(cell: number): string;
}

/** Columns in the order of their cells, each place once. */
function atPlaces(group: readonly Counted[], cells: number, { placeOf, nameAt }: Naming): Reading<number[]> {
  const places = new Array<number | undefined>(cells).fill(undefined);
  for (const one of group) {
    const at = placeOf(one);
    if (at < 0 || at >= cells) return wrongNames(group, `${one.name} is none of their ${cells} cells`);
    if (places[at] !== undefined) return wrongNames(group, `${one.name} is there twice`);
    places[at] = one.place;
  }
  const missing = places.indexOf(undefined);
  if (missing < 0) return { value: places as number[] };
  return wrongNames(group, `${nameAt(missing)} is missing`);
}

const namesOf = (group: readonly Counted[]) => `${group[0]!.name} to ${group.at(-1)!.name}`;

function wrongNames(group: readonly Counted[], fault: string): Fault {
  return {
    fault: `columns of a cell each, ${namesOf(group)}: ${fault}`,
    fix: 'name every cell once, r1c1 for row 1, column 1, or c1, c2, … row by row',
  };
}

/** @param axes the two numbers of a name that may count rows or columns. */
function noPlaces(group: readonly Counted[], [first, second]: readonly [number, number]): Fault {
  if (group[0]!.name.match(/\p{L}+/gu)?.some((word) => axisOf(word) === 'box'))
    return wrongNames(group, 'cells are counted in boxes, which is not read');
  const example = group.find(({ numbers }) => numbers[first] !== numbers[second])!;
  const [one, two] = [example.numbers[first], example.numbers[second]];
  const readings = `${example.name} may be in row ${one}, column ${two}, or in column ${one}, row ${two}`;
  return wrongNames(group, `which number is the row, and which the column, is not said: ${readings}`);
}

/**
 * `A1` to `I9`: as many letters as numbers, each pair once. A letter is the row where the columns go from A1 to A2, and the column
 * where they go from A1 to B1, for both are common.
 */
function lettered(header: readonly string[]): Reading<number[]> | undefined {
  const group = header.flatMap((written, place): Counted[] => {
    const name = written.trim();
    const [, letter, number] = /^([a-z])([1-9]\d?)$/i.exec(name) ?? [];
    if (letter === undefined) return [];
    return [{ place, name, numbers: [letter.toLowerCase().charCodeAt(0) - 96, Number(number)] }];
  });
  const cells = squareOf(group.length, group.length);
  if (cells === undefined) return undefined;
  const side = Math.sqrt(cells);
  if (new Set(group.map(({ numbers: [letter] }) => letter)).size !== side) return undefined;
  const byLetter = isInOrder(group.map(({ numbers: [letter] }) => letter!));
  const byNumber = isInOrder(group.map(({ numbers: [, number] }) => number!));
  if (!byLetter && !byNumber) return noPlaces(group, [0, 1]);
  return atPlaces(group, cells, {
    placeOf({ numbers: [letter, number] }) {
      return byLetter ? placeIn(side, letter! - 1, number! - 1) : placeIn(side, number! - 1, letter! - 1);
    },
    nameAt(cell) {
      const [slow, fast] = [Math.floor(cell / side), cell % side];
      const [letter, number] = byLetter ? [slow, fast] : [fast, slow];
      return `${String.fromCharCode(65 + letter)}${number + 1}`;
    },
  });
}
