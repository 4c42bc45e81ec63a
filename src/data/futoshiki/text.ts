/**
 * Futoshiki as people write it, a character for each place of the canvas: `.` is a blank cell, a space no sign. A line without
 * signs is empty or left out, all of a puzzle in the same way; spaces may be missing where a puzzle has no signs; rows may stand on
 * one line between slashes.
 *
 *     . .<. 3
 *       v
 *     . 1 . .
 */
import type { TokenRow } from '../family.ts';
import { linesOf, unquotedLinesOf } from '../reading/documents.ts';
import type { Fault, Found, OnWords, Reading } from '../reading/found.ts';
import { isTitleAt } from '../reading/titles.ts';
import { withoutLostSigns } from './relations.ts';
import type { FutoshikiShape } from './rules.ts';

/** A line, or a part of one between slashes. */
interface Line {
  readonly kind: 'row' | 'signs' | 'empty';
  readonly written: string;
  /** From 1. */
  readonly line: number;
}

/** Every puzzle of a text, as tokens. @param onWords called for every line that is taken for a title. */
export function readFutoshiki(
  text: string,
  shape: FutoshikiShape,
  onWords: OnWords = () => {},
): Found<Int32Array>[] {
  const isCell = (one: string) => /[._?<>^]/.test(one) || (/\d/.test(one) && Number(one) <= shape.size);
  const cells = { size: shape.size, isCell };
  const lines = unquotedRowsOf(text);
  const found: Found<Int32Array>[] = [];
  let below: Line[] = []; // what stands below the last title
  const take = (some: readonly Line[]) => {
    for (const run of partsOf(some, 2))
      for (const puzzle of puzzlesIn(withoutMarks(withoutIndent(run), shape), shape)) found.push(puzzle);
  };
  const close = () => {
    take(below);
    below = [];
  };
  for (const [i, written] of lines.entries()) {
    const isTitle = isTitleAt(lines, i, cells);
    if (isTitle) onWords({ line: i + 1, text: written });
    if (isTitle || written.includes('/')) close();
    if (isTitle) continue;
    if (written.includes('/'))
      take(
        written
          .trimStart()
          .split('/')
          .map((part) => lineAs(part, i + 1)),
      );
    else below.push(lineAs(written, i + 1));
  }
  close();
  return withoutLostSigns(found, lines, shape, formOf(shape));
}

/** Without the marks of a mail that is quoted; a `>` between lines without one is a sign, though not one between two rows. */
function unquotedRowsOf(text: string): string[] {
  const written = linesOf(text);
  const isMarked = (line = '') => /^\s*>/.test(line);
  return unquotedLinesOf(text).map((line, i) => {
    const isSign = /^\s*>[\s<>^vV]*$/.test(written[i]!);
    return isSign && !isMarked(written[i - 1]) && !isMarked(written[i + 1]) ? written[i]! : line;
  });
}

function lineAs(written: string, line: number): Line {
  const isSigns = /^[\s^vV∧∨]+$/.test(written);
  return { kind: written.trim() === '' ? 'empty' : isSigns ? 'signs' : 'row', written, line };
}

/** The lines between so many empty ones, or more. */
function partsOf(lines: readonly Line[], empties: 1 | 2): Line[][] {
  const parts: Line[][] = [];
  let gap: number = empties;
  for (const [i, line] of lines.entries()) {
    if (line.kind === 'empty') gap++;
    else {
      if (gap >= empties) parts.push([]);
      else if (gap > 0) parts.at(-1)!.push(lines[i - 1]!);
      parts.at(-1)!.push(line);
      gap = 0;
    }
  }
  return parts;
}

/**
 * The puzzles of lines with one empty line between them at most. Either the rows of a puzzle stand together and an empty line ends
 * it, so that none stands by itself; or every two rows have a line between them, of signs or empty, and nobody knows from an empty
 * one whether it ends a puzzle: then all are whole or refused together.
 */
function puzzlesIn(run: readonly Line[], shape: FutoshikiShape): Found<Int32Array>[] {
  const blocks = partsOf(run, 1);
  const stand = blocks.every((block) => rowsOf(block).length >= shape.size - 1);
  return (stand ? blocks : [run]).flatMap((lines) => puzzlesOf(lines, shape));
}

function rowsOf(lines: readonly Line[]): Line[] {
  return lines.filter(({ kind }) => kind === 'row');
}

/** The puzzles that lines are, one behind the other, or the fault of them all. */
function puzzlesOf(lines: readonly Line[], shape: FutoshikiShape): Found<Int32Array>[] {
  const fault = faultOf(lines, shape);
  if (fault) return [fault];
  const puzzles: Line[][] = [];
  let rows = 0;
  for (const line of lines) {
    if (line.kind === 'row' && rows++ % shape.size === 0) puzzles.push([]);
    puzzles.at(-1)!.push(line);
  }
  return puzzles.map((puzzle) => puzzleFrom(puzzle, shape));
}

/** Why lines are no whole puzzles; of one that is not sound as it stands, its own fault. */
function faultOf(lines: readonly Line[], shape: FutoshikiShape): (Fault & { line: number }) | undefined {
  const { size } = shape;
  const rows = rowsOf(lines);
  const isLoose = ({ kind }: Line, i: number) =>
    kind === 'signs' && (lines[i - 1]?.kind !== 'row' || lines[i + 1]?.kind !== 'row');
  const loose = lines.find(isLoose);
  const areSpread = lines.every(({ kind }, i) => (kind === 'row') === (i % 2 === 0));
  const areTogether = lines.every(({ kind }) => kind !== 'empty');
  let above = 0;
  const areApart = lines.every(({ kind }) => {
    if (kind === 'row') above++;
    return kind !== 'signs' || above % size > 0;
  });
  if (!loose && (areSpread || areTogether) && areApart && rows.length % size === 0) return undefined;
  for (const line of lines) {
    const reading = tokensOf(line, shape);
    if (reading.fault !== undefined) return { ...reading, line: line.line };
  }
  const [fix, { line }] = [formOf(shape), lines[0]!];
  if (loose)
    return {
      fault: 'signs that do not stand alone between two rows',
      fix: 'write those between two rows on one line, without an empty one beside it',
      line: loose.line,
    };
  if (rows.length < size)
    return { fault: `the puzzle ends after ${rows.length} of ${size} rows`, fix, line: lines.at(-1)!.line };
  return {
    fault: `the ${rows.length} rows on lines ${line} to ${lines.at(-1)!.line} are no whole puzzles of ${size} rows`,
    fix: 'leave an empty line between puzzles, and within one an empty line, or signs, between every two rows or between none',
    line,
  };
}

function puzzleFrom(lines: readonly Line[], shape: FutoshikiShape): Found<Int32Array> {
  const { side, none } = shape;
  const tokens = new Int32Array(side * side).fill(none);
  let rows = 0;
  for (const line of lines) {
    if (line.kind === 'empty') continue;
    const reading = tokensOf(line, shape);
    if (reading.fault !== undefined) return { ...reading, line: line.line };
    if (line.kind === 'row') rows++;
    tokens.set(reading.value, (line.kind === 'row' ? 2 * rows - 2 : 2 * rows - 1) * side);
  }
  return { value: tokens, line: lines[0]!.line };
}

/** Tokens `[side]` of a line of cells or of signs; cells alone may stand without spaces. */
function tokensOf({ kind, written }: Line, shape: FutoshikiShape): Reading<number[]> {
  const { size, side, none, symbols, takes } = shape;
  const tokenOf = new Map(symbols.map(({ text, key = '' }, token) => [text || key, token]));
  const plain = written.replace(/[0_?]/g, '.').replace(/[V∨]/g, 'v').replaceAll('∧', '^').trimEnd();
  const compact = plain.trim();
  const cells =
    kind === 'row' && compact.length === size && /^[.\d]+$/.test(compact) ? [...compact].join(' ') : plain;
  if (cells.length > side)
    return { fault: `expected ${side} characters, got ${cells.length}`, fix: formOf(shape) };
  const tokens = Array<number>(side).fill(none);
  for (const [column, character] of [...cells.padEnd(side)].entries()) {
    const token = tokenOf.get(character);
    const taken = takes(kind === 'row' ? column : side + column);
    if (token === undefined || !taken.includes(token)) {
      const allowed = taken
        .map((one) => symbols[one]!.text.trim() || (one === none ? 'a space' : '.'))
        .join(' ');
      return {
        fault: `column ${column + 1} of ${side} takes ${allowed}, got '${character}'`,
        fix: formOf(shape),
      };
    }
    tokens[column] = token;
  }
  return { value: tokens };
}

/** The lines without what stands before every row, which begins with a cell, and before all lines of signs. */
function withoutIndent(lines: readonly Line[]): readonly Line[] {
  const [indent = ''] = /^\s*/.exec(rowsOf(lines)[0]?.written ?? '')!;
  const isIndented = ({ kind, written }: Line) =>
    kind === 'empty' ||
    (written.startsWith(indent) && (kind === 'signs' || !/^\s/.test(written.slice(indent.length))));
  return lines.every(isIndented)
    ? lines.map((line) => ({ ...line, written: line.written.slice(indent.length) }))
    : lines;
}

/** The lines, of which some stand as the terminal shows them, three columns a place, the second for a mark. */
function withoutMarks(lines: readonly Line[], { side }: FutoshikiShape): Line[] {
  let isWide = false;
  return lines.map((line) => {
    const text = line.written.trimEnd();
    if (line.kind === 'row') isWide = text.length > side && /^(?:.[ *!] )+.[ *!]?$/.test(text);
    return isWide ? { ...line, written: [...text].filter((_, i) => i % 3 === 0).join('') } : line;
  });
}

/** How a puzzle is written, for those who wrote another. */
function formOf({ size }: FutoshikiShape): string {
  const row = `"${['. .<.', ...Array<string>(size - 3).fill('.')].join(' ')}"`;
  return `write a row of cells as ${row}, signs between rows on a line of their own as "  v"`;
}

/** A line for each row of the canvas. */
export function formatFutoshiki(tokens: TokenRow, { side, symbols }: FutoshikiShape): string[] {
  const text = Array.from(tokens, (token) => symbols[token]!.text || '.').join('');
  return Array.from({ length: side }, (_, row) => text.slice(row * side, (row + 1) * side).trimEnd());
}
