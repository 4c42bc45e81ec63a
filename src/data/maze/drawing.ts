/**
 * What lines of text draw. A space may be a free cell, stand between two cells, indent all lines, fill a cell that is drawn twice
 * as wide as high, or be left over at the end of a line. Walls all around a maze tell which; what is still open is refused with
 * all of its readings.
 */
import type { Fault, Reading } from '../reading/found.ts';
import { oddLengthAmong, usualLength } from '../reading/tables/odd-length.ts';
import { alphabetOf, mazeTokens, noCell } from './cells.ts';
import { GOAL, START, WALL } from './maze.ts';
import { signAround } from './two-readings.ts';

/** Rows of cells, equally long, a character each. */
export type Drawing = readonly string[];

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** A drawing that the lines may be, and how they are written then. */
interface Candidate {
  readonly drawing: Drawing;
  readonly written:
    | 'as it stands'
    | 'without its empty edge'
    | 'with spaces between the cells'
    | 'with every cell twice as wide';
}

/**
 * The drawing of lines of text, or why it may be two.
 *
 * @param size that it must have: this settles what the lines leave open. Undefined where no reading has it.
 */
export function drawingOf(lines: readonly string[]): Reading<Drawing>;
export function drawingOf(lines: readonly string[], size: Size): Reading<Drawing> | undefined;
export function drawingOf(lines: readonly string[], size?: Size): Reading<Drawing> | undefined {
  const foreign = /[\u{10000}-\u{10ffff}]/u.exec(lines.join('\n'));
  if (foreign) return noCell(foreign[0]); // it takes two characters, and no row would have its cells
  if (areBeside(lines)) return BESIDE;
  const separated = separatedCells(lines);
  const uneven = separated ? unevenRow(separated) : oddRow(lines, size);
  if (uneven) return uneven;
  const candidates = separated ? [{ drawing: separated, written: 'as it stands' } as const] : surest(lines);
  const fitting = size ? candidates.flatMap((one) => cutTo(one, size)) : candidates;
  const sound = fitting.filter(({ drawing }) => mazeTokens(drawing.join('')).fault === undefined);
  const [first, ...others] = distinct(sound.length > 0 ? sound : fitting.slice(0, 1));
  if (first === undefined) return undefined;
  if (others.length === 0) return { value: first.drawing };
  const readings = [first, ...others].map(
    ({ drawing, written }) => `${drawing.length}x${drawing[0]!.length} ${written}`,
  );
  return {
    fault: `the maze may be ${readings.join(', or ')}`,
    fix: 'write each cell once, . for a free one, and nothing between them or beside the maze; or give the cells as lists in JSON',
    isDoubt: true,
  };
}

/** Cells with spaces or commas between them and perhaps the terminal's marks behind them, where a space is not a free cell itself. */
function separatedCells(lines: readonly string[]): Drawing | undefined {
  const rows = lines.map((line) => line.trim().split(/[\s,]+/));
  const cells = rows.flat();
  const isEven = rows.every((row) => row.length === rows[0]!.length);
  if (rows.length < 2 || !cells.every((cell) => /^.[*!]?$/u.test(cell))) return undefined;
  const isFree =
    cells.some((cell) => FREE_SIGN.test(cell)) || (isEven && cells.every((cell) => /^\d/.test(cell)));
  return isFree ? rows.map((row) => row.map((cell) => cell[0]!).join('')) : undefined;
}

/** The first row that has not as many cells as most have, or as the longest; one without any last. */
function unevenRow(rows: readonly string[]): Fault | undefined {
  const lengths = rows.map(({ length }) => length);
  const empty = { at: lengths.indexOf(0), usual: usualLength(lengths) ?? widestOf(rows) };
  const odd = oddLengthAmong(lengths) ?? (empty.at >= 0 ? empty : undefined);
  if (!odd) return undefined;
  const { at, usual } = odd;
  const others = usual < widestOf(rows) ? `most have ${usual}` : `the longest ${usual}`;
  return {
    fault: `row ${at + 1} of the maze has ${rows[at]!.length} cells, ${others}`,
    fix: 'write every cell of it',
  };
}

/**
 * A row of another length than the others, where what is missing or too much may be a wall: no space is a free cell, or walls stand
 * all around but for that row, beside which the maze would be open where rows are filled up.
 *
 * @param size that it must have: cells may stand apart then, which otherwise is one of several readings.
 */
export function oddRow(lines: readonly string[], size?: Size): Fault | undefined {
  const drawn = withoutEdge(lines, { ends: false, left: true, right: false }).map((row) => row.trimEnd());
  const [apart] = size ? [2, 3].flatMap((step) => thinned(drawn, step)) : [];
  const rows = apart ?? drawn;
  const isFreeSpace = rows.some((row) => row.trimStart().includes(' '));
  if (isFreeSpace ? !isFramedBut(rows) : !rows.some((row) => FREE_SIGN.test(row))) return undefined;
  const uneven = unevenRow(rows);
  return uneven && isFreeSpace
    ? { ...uneven, fix: 'write every cell of it, . for one that is free' }
    : uneven;
}

/** Whether walls stand all around the rows, start and goal apart, but for few that have another length than most. */
function isFramedBut(rows: readonly string[]): boolean {
  const alphabet = alphabetOf(rows.join('').replaceAll(' ', ''));
  const isWall = (cell: string) => [WALL, START, GOAL].includes(alphabet[cell]!);
  const usual = usualLength(rows.map(({ length }) => length));
  const isWhole = (row: string) => row.length === usual;
  const whole = rows.filter(isWhole);
  const edges = [rows[0]!, rows.at(-1)!].filter(isWhole);
  return (
    usual !== undefined &&
    whole.every((row) => isWall(row[0]!) && isWall(row.at(-1)!)) &&
    edges.every((row) => [...row].every(isWall))
  );
}

/** Of a free cell, but for a space. */
export const FREE_SIGN = /[.·_░□⬜0]/;

/** A drawing with so many rows and columns of cells is not doubled by chance. */
const NO_CHANCE = 5;

/** What the lines may be; where walls stand all around one of these, that is meant. */
function surest(lines: readonly string[]): readonly Candidate[] {
  const all = distinct(candidatesOf(lines));
  const framed = all.filter(({ drawing }) => isFramed(drawing));
  const doubled = framed.find(({ written }) => written === 'with every cell twice as wide');
  if (doubled && Math.min(doubled.drawing.length, doubled.drawing[0]!.length) >= NO_CHANCE) return [doubled];
  if (framed.length > 0) return framed;
  // Spaces beside the maze are no cells where it has another sign for a free cell, or is written in digits.
  const bare = all.filter(({ drawing }) => {
    const text = drawing.join('');
    return !text.includes(' ') && (FREE_SIGN.test(text) || /^\d+$/.test(text));
  });
  return bare.length > 0 ? bare : all;
}

/** Every reading of the lines, the plain one first. */
function candidatesOf(lines: readonly string[]): Candidate[] {
  const edges = lines.length > 1 ? [false, true] : [false];
  const bases = edges.flatMap((ends) =>
    edges.flatMap((left) => edges.map((right) => withoutEdge(lines, { ends, left, right }))),
  );
  const as = (written: Candidate['written'], drawings: readonly Drawing[]) =>
    drawings.map((drawing): Candidate => ({ drawing: squared(drawing), written }));
  const all = [
    ...as('as it stands', bases.slice(0, 1)),
    ...as('without its empty edge', bases.slice(1)),
    ...as(
      'with spaces between the cells',
      bases.flatMap((base) => [2, 3].flatMap((step) => thinned(base, step))),
    ),
    ...as('with every cell twice as wide', bases.flatMap(halved)),
  ];
  const high = all.filter(({ drawing }) => drawing.length > 1);
  return high.length > 0 ? high : all.slice(0, 1);
}

/** Filled up to the widest line, without the empty lines at both ends and the empty columns to the left and to the right. */
function withoutEdge(
  lines: readonly string[],
  { ends, left, right }: { readonly ends: boolean; readonly left: boolean; readonly right: boolean },
): Drawing {
  const filled = lines.flatMap((line, i) => (line.trim() === '' ? [] : [i]));
  const rows = ends ? lines.slice(filled.at(0), (filled.at(-1) ?? lines.length) + 1) : lines;
  const indents = rows.flatMap((row) => (row.trim() === '' ? [] : [row.length - row.trimStart().length]));
  const to = widestOf(right ? rows.map((row) => row.trimEnd()) : rows);
  const from = left && indents.length > 0 ? indents.reduce((least, indent) => Math.min(least, indent)) : 0;
  return rows.map((row) => row.slice(from, to).padEnd(to - from));
}

/** Every second or third column, where nothing stands in the others. */
function thinned(drawing: Drawing, step: number): Drawing[] {
  const isCell = (_: string, column: number) => column % step === 0;
  const isApart = drawing.every((row) =>
    [...row].every((cell, column) => isCell(cell, column) || cell === ' '),
  );
  if (!isApart || drawing[0]!.length <= step) return [];
  return [drawing.map((row) => [...row].filter(isCell).join(''))];
}

/** One of every two columns, where both are the same, or a start or a goal stands beside a free cell. */
function halved(drawing: Drawing): Drawing[] {
  const rows = drawing.map((row) => {
    const pairs = row.padEnd(row.length + (row.length % 2)).match(/../gs) ?? [];
    return pairs.map(cellOfPair);
  });
  const isDoubled = rows.length > 1 && rows[0]!.length > 1 && rows.every((row) => !row.includes(undefined));
  return isDoubled ? [rows.map((row) => row.join(''))] : [];
}

function cellOfPair(pair: string): string | undefined {
  const [, end] = /^([sge])[ .·_░□⬜]$/i.exec(pair) ?? /^[ .·_░□⬜]([sge])$/i.exec(pair) ?? [];
  return end ?? (pair[0] === pair[1] ? pair[0] : undefined);
}

/** A square on one line as its rows. */
export function squared(drawing: Drawing): Drawing {
  const [line = '', ...more] = drawing;
  const side = Math.sqrt(line.length);
  if (more.length > 0 || !Number.isInteger(side)) return drawing;
  return Array.from({ length: side }, (_, row) => line.slice(row * side, (row + 1) * side));
}

/** Whether walls stand all around, start and goal apart. */
function isFramed(drawing: Drawing): boolean {
  const text = drawing.join('');
  const [rows, columns] = [drawing.length, drawing[0]!.length];
  const around = signAround([...text], rows, columns, [...'SsGgEe']);
  return Math.min(rows, columns) > 2 && around !== undefined && alphabetOf(text)[around] === WALL;
}

const BESIDE: Fault = {
  fault: 'walls stand all around several parts that stand beside each other: they may be a maze each, or one',
  isDoubt: true,
  fix: 'write each maze on lines of its own, and . for each free cell',
};

/** Whether columns of spaces lie between parts with walls all around each. */
function areBeside(lines: readonly string[]): boolean {
  const width = widestOf(lines);
  const isEmpty = (column: number) => lines.every((line) => (line[column] ?? ' ') === ' ');
  const parts: Drawing[] = [];
  for (let from = 0; from < width; from++) {
    if (isEmpty(from)) continue;
    const begin = from;
    while (from < width && !isEmpty(from)) from++;
    parts.push(lines.map((line) => line.slice(begin, from).padEnd(from - begin)));
    if (!isFramed(parts.at(-1)!)) return false;
  }
  return parts.length > 1;
}

/** Of that size, without the empty columns that are too many to the right. */
function cutTo({ drawing, written }: Candidate, { rows, columns }: Size): Candidate[] {
  const isFitting =
    drawing.length === rows &&
    drawing[0]!.length >= columns &&
    drawing.every((row) => row.slice(columns).trim() === '');
  return isFitting ? [{ drawing: drawing.map((row) => row.slice(0, columns)), written }] : [];
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  const byText = new Map<string, Candidate>();
  for (const one of candidates) {
    const text = one.drawing.join('\n');
    if (!byText.has(text)) byText.set(text, one);
  }
  return [...byText.values()];
}

/** Characters of the longest line. */
export function widestOf(lines: readonly string[]): number {
  return lines.reduce((most, { length }) => Math.max(most, length), 0);
}
