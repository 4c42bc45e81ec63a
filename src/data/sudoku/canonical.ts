/**
 * What a Sudoku shares with all its symmetric forms: a number that is found fast and that hardly another puzzle has, and a
 * text that no other puzzle has.
 *
 * Colour refinement (Weisfeiler and Leman) on the givens: lines, boxes and digits have colours, and again and again each
 * takes in the colours of the givens on it, a line also those of its band. What the symmetries move or rename plays no
 * part. Where lines still share a colour, each of them in turn is marked and the colours are refined again, until every
 * line has a colour of its own: the colours then say in which order to write the grid. The least of the texts so written
 * is the canonical one. (Individualisation and refinement, as canonical labellings of graphs are found: McKay and Piperno,
 * arXiv 1301.1493.) Lines without a given need no colour of their own: the text is the same wherever in their band they stand.
 *
 * n digits; 2n lines, rows before columns; a band is of rows or of columns.
 */
import { formatLine } from './grid.ts';
import { type SudokuShape, shapeOfGrid } from './rules.ts';

/** A colour has heard of everything after so many rounds; more tell hardly anything new. */
const ROUNDS = 4;

/** A number that symmetric forms share. */
export function sudokuInvariant(question: Uint8Array): number {
  const givens = readGivens(question);
  return refine(givens, startColours(givens));
}

/** A text that two questions share exactly when one is a symmetric form of the other. */
export function canonicalSudoku(question: Uint8Array): string {
  const givens = readGivens(question);
  return [...textsOf(givens, startColours(givens))].sort()[0]!;
}

interface Givens {
  readonly shape: SudokuShape;
  /** [2n] band of each line. */
  readonly bandOf: Uint8Array;
  /** Lines that hold a given. */
  readonly used: ReadonlySet<number>;
  /** [givens] row, column, box and digit of each. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly boxes: readonly number[];
  readonly digits: readonly number[];
}

interface Colours {
  /** [2n] */
  readonly lines: Uint32Array;
  /** [n] */
  readonly boxes: Uint32Array;
  /** [n + 1] */
  readonly digits: Uint32Array;
}

function readGivens(question: Uint8Array): Givens {
  const shape = shapeOfGrid(question);
  const { size, boxRows, boxColumns, boxOf } = shape;
  const [rows, columns, boxes, digits]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let cell = 0; cell < question.length; cell++) {
    const digit = question[cell]!;
    if (digit === 0) continue;
    rows.push(Math.floor(cell / size));
    columns.push(size + (cell % size));
    boxes.push(boxOf[cell]!);
    digits.push(digit);
  }
  const bandOf = Uint8Array.from({ length: 2 * size }, (_, line) =>
    line < size ? line / boxRows : size / boxRows + (line - size) / boxColumns,
  );
  return { shape, bandOf, used: new Set([...rows, ...columns]), rows, columns, boxes, digits };
}

/** Rows and columns may change places only where boxes are square. */
function startColours({ shape: { size, boxRows, boxColumns } }: Givens): Colours {
  const lines = new Uint32Array(2 * size);
  if (boxRows !== boxColumns) lines.fill(1, size);
  return { lines, boxes: new Uint32Array(size), digits: new Uint32Array(size + 1) };
}

/** Refines colours in place; returns a number made of those of all givens. */
function refine({ bandOf, rows, columns, boxes, digits }: Givens, colours: Colours): number {
  const bands = new Uint32Array(bandOf.at(-1)! + 1);
  const lineSums = new Uint32Array(colours.lines.length); // sums: the order of what is added says nothing
  const boxSums = new Uint32Array(colours.boxes.length);
  const digitSums = new Uint32Array(colours.digits.length);
  let [all, again] = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    for (const sums of [bands, lineSums, boxSums, digitSums]) sums.fill(0);
    for (let line = 0; line < bandOf.length; line++) bands[bandOf[line]!]! += mix(colours.lines[line]!);
    [all, again] = [0, 0];
    for (let i = 0; i < rows.length; i++) {
      const [row, column, box, digit] = [rows[i]!, columns[i]!, boxes[i]!, digits[i]!];
      const lines = mix(colours.lines[row]!) + mix(colours.lines[column]!); // either may be the other
      const given = mix(mix(mix(lines) + colours.boxes[box]!) + colours.digits[digit]!);
      lineSums[row]! += given;
      lineSums[column]! += given;
      boxSums[box]! += given;
      digitSums[digit]! += given;
      all = (all + given) >>> 0;
      again = (again + mix(given)) >>> 0;
    }
    absorb(colours.boxes, boxSums);
    absorb(colours.digits, digitSums);
    absorb(colours.lines, lineSums);
    for (let line = 0; line < bandOf.length; line++)
      colours.lines[line] = mix(colours.lines[line]! + bands[bandOf[line]!]!);
  }
  return all * 2 ** 21 + (again >>> 11); // 53 bits
}

/** Each colour takes in what its givens say. */
function absorb(colours: Uint32Array, sums: Uint32Array): void {
  for (let i = 0; i < colours.length; i++) colours[i] = mix(mix(colours[i]!) + sums[i]!);
}

/** The texts of all orders that colours allow, but for those that a symmetry of the puzzle itself gives again. */
function textsOf(givens: Givens, colours: Colours): Set<string> {
  refine(givens, colours);
  const alike = linesAlike(givens, colours);
  if (alike.length === 0) return new Set([textOf(givens, colours)]);
  const texts = new Set<string>();
  for (const line of alike) {
    const branch = marking(line, colours);
    // One text of this branch is known: a symmetry of the puzzle leads here from where it was found, and to every other text.
    if (texts.size > 0 && texts.has(oneText(givens, branch))) continue;
    for (const text of textsOf(givens, branch)) texts.add(text);
  }
  return texts;
}

/** One of the texts that colours allow. */
function oneText(givens: Givens, colours: Colours): string {
  for (let refined = copy(colours); ; ) {
    refine(givens, refined);
    const [line] = linesAlike(givens, refined);
    if (line === undefined) return textOf(givens, refined);
    refined = marking(line, refined);
  }
}

/** The lines of the least colour that several share. */
function linesAlike({ used }: Givens, { lines }: Colours): number[] {
  const ordered = [...used].sort((a, b) => lines[a]! - lines[b]!);
  const first = ordered.findIndex((line, i) => lines[line] === lines[ordered[i + 1]!]);
  return first < 0 ? [] : ordered.filter((line) => lines[line] === lines[ordered[first]!]);
}

/** Colours in which a line has one of its own. */
function marking(line: number, colours: Colours): Colours {
  const marked = copy(colours);
  marked.lines[line] = mix(~colours.lines[line]!);
  return marked;
}

function copy({ lines, boxes, digits }: Colours): Colours {
  return { lines: lines.slice(), boxes: boxes.slice(), digits: digits.slice() };
}

/** The grid with its lines in the order of their colours, bands in that of their first lines, digits renamed as they come. */
function textOf({ shape, bandOf, used, rows, columns, digits }: Givens, { lines }: Colours): string {
  const { size, boxRows, boxColumns } = shape;
  const ordered = [...used].sort((a, b) => lines[a]! - lines[b]!);
  const places = new Uint8Array(2 * size); // [2n] of each line, among the rows or among the columns
  const free = [0, 0]; // the first place that no band has: of rows, of columns
  const bands = new Map<number, number>(); // of each band: the first place that no line has
  for (const line of ordered) {
    const side = line < size ? 0 : 1;
    const band = bandOf[line]!;
    if (!bands.has(band)) {
      bands.set(band, free[side]!);
      free[side]! += side === 0 ? boxRows : boxColumns;
    }
    places[line] = bands.get(band)!;
    bands.set(band, places[line]! + 1);
  }
  const transposed = boxRows === boxColumns && ordered[0]! >= size;
  const [down, across] = transposed ? [1, size] : [size, 1];
  const grid = new Uint8Array(size * size);
  digits.forEach((digit, i) => {
    grid[places[rows[i]!]! * down + places[columns[i]!]! * across] = digit;
  });
  const names = new Uint8Array(size + 1);
  let named = 0;
  for (const [cell, digit] of grid.entries()) {
    if (digit === 0) continue;
    names[digit] ||= ++named;
    grid[cell] = names[digit]!;
  }
  return formatLine(grid);
}

/** Every bit of a number reaches every bit of the result (MurmurHash3's finaliser, public domain). */
function mix(value: number): number {
  let h = (value + 0x3c6ef372) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
