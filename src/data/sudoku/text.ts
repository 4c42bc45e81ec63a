/**
 * Sudokus in a text: its lines as lines.ts knows them, put together to grids. Rows that follow each other are a grid, also with
 * empty lines between the bands of boxes; a bad row spoils its own grid.
 */

import { namedOtherwise } from '../reading/beside/other-order.ts';
import { unquotedLinesOf } from '../reading/documents.ts';
import { answerIsWrong, type Fault, type Found, type OnWords, type Words } from '../reading/found.ts';
import { placeFrom } from '../reading/places.ts';
import { emptyAmong } from '../reading/tables/empty-cells.ts';
import { DATE, isApartAt, isIdentifier } from './apart.ts';
import { isInBoxes, otherBoxes } from './boxes.ts';
import { digitOf, formatDigit } from './grid.ts';
import { withoutLetters } from './letters.ts';
import { BARS, type Context, isDigitsAndSpaces, isWordy, type Line, lineAs } from './lines.ts';
import { sheetsOf } from './margins.ts';
import { namesOrGivens } from './names.ts';
import { otherSizeAt } from './other-size.ts';
import { namesInOtherOrder, withoutPrint } from './printed.ts';
import { faultOfAnswer, findConflicts, type SudokuSize, sudokuShape } from './rules.ts';
import { wrappedAt } from './wrapped.ts';

/**
 * Every grid of a text, in order.
 *
 * @param size of all grids.
 * @param onWords called for every line that is taken for words.
 */
export function readGrids(text: string, size: SudokuSize, onWords: OnWords = () => {}): Found<Uint8Array>[] {
  const lines = unquotedLinesOf(text);
  if (lines.filter((line) => DRAWN.test(line)).length < size) return gridsIn(lines, size, onWords);
  const words: Words[] = [];
  const found = gridsIn(lines, size, (one) => words.push(one));
  const isDrawn = ({ fault, line = 0 }: Found<Uint8Array>) => fault && DRAWN.test(lines[line - 1] ?? '');
  if (found.every(isDrawn))
    return gridsIn(
      lines.map((line) => line.replace(DRAWN, '')),
      size,
      onWords,
    );
  for (const one of words) onWords(one);
  return found;
}

/** What makes a comment of a row in a frame, or of its border; they are read where a text holds nothing else. */
const DRAWN = /^\s*(?:\/{2,3}|#{1,3}|--|;{1,3}|%{1,3}|\*)(?=[^\p{L}]*$)(?=.*[|│┃║┌┐├┤└┘+])/u;

function gridsIn(given: readonly string[], size: SudokuSize, onWords: OnWords): Found<Uint8Array>[] {
  const written = withoutLetters(withoutStates(given), size);
  const dashes = written.some((line) => hasDashBlanks(line));
  const rules = !dashes && written.some((line) => OTHER_BLANKS.test(line) && !isWordy(line));
  const context = { size, dashes, rules };
  const { lines, damaged } = withoutPrint(written, context);
  const sheets = sheetsOf(lines, context);
  let block: (Line & { line: number })[] = [];
  const blocks: (typeof block)[] = [];
  let above = 0; // rows that are together or may be, however far apart
  const close = () => {
    if (block.length > 0) blocks.push(block);
    block = [];
  };
  const leaveOut = (at: number) => {
    close(); // a row may be among them
    above = 0;
    onWords({ line: at + 1, text: lines[at]! });
  };
  let hasRows: boolean | undefined; // whether there is anything that lines apart may be about
  const isOfGrid = (line: string) => ['row', 'grid'].includes(lineAs(line, context).kind);
  for (let i = 0; i < lines.length; i++) {
    const fault = damaged.get(i);
    if (fault) {
      close();
      blocks.push([{ kind: 'bad', isRow: false, ...fault }]);
      continue;
    }
    const sheet = sheets.get(i);
    if (sheet) {
      close();
      for (const { at, ...part } of sheet.parts)
        if (part.kind === 'words') onWords({ line: at + 1, text: lines[at]! });
        else blocks.push([{ ...part, line: at + 1 }]);
      i += sheet.lines - 1;
      continue;
    }
    const spaced = spacedRows(lines.slice(i, i + size), size);
    if (spaced) {
      for (const [row, cells] of spaced.entries()) block.push({ kind: 'row', cells, line: i + row + 1 });
      above += size;
      i += size - 1;
      continue;
    }
    const line = lineAs(lines[i]!, context);
    const isOwn = line.kind === 'bad' && line.column !== undefined; // of as many columns as there are
    const other = isOwn ? undefined : otherSizeAt(lines, i, line.kind, context);
    if (other) {
      const fault = `a grid of ${other.size}x${other.size}; this model solves ${size}x${size}`;
      close();
      const fix = 'use a model of its size';
      blocks.push([{ kind: 'bad', isRow: false, isOtherSize: true, fault, fix, line: i + 1 }]);
      i += other.lines - 1;
      continue;
    }
    if (!['row', 'grid'].includes(line.kind) && namesInOtherOrder(lines[i]!, context)) {
      close();
      blocks.push([{ kind: 'bad', isRow: false, ...namedOtherwise('columns'), line: i + 1 }]);
      const below = lines[i + 1]?.trim() === '' ? i + 2 : i + 1;
      const named = sheets.get(below);
      i = (named ? below + named.lines : placeFrom(lines, below, (other) => other.trim() === '')) - 1;
      continue;
    }
    const isBetween = line.kind === 'bad' && block.length % size === 0;
    const parameters = isBetween ? parametersAt(lines, i, size) : 0;
    if (parameters > 0 && rowsBelow(lines, i + parameters, context) % size === 0) {
      for (let at = 0; at < parameters; at++) leaveOut(i + at);
      i += parameters - 1;
      continue;
    }
    const isAbout = isNumber(lines[i]!, size) || DATE.test(lines[i]!) || isIdentifier(lines[i]!, size);
    if (isBetween && isAbout) {
      const rows = rowsBelow(lines, i + 1, context);
      if (rows > 0 && rows % size === 0) {
        leaveOut(i);
        continue;
      }
      if (rows === size - 1) {
        const fault = `the ${rows} rows below ${lines[i]!.trim()} are no grid of ${size} rows, unless that is a row that was cut`;
        const fix = `write all ${size} rows, and . for each blank`;
        block.push({ kind: 'bad', isRow: true, fault, fix, line: i + 1 });
        continue;
      }
    }
    if (line.kind === 'bad' && above % size === 0 && isApartAt(lines, i, context)) {
      hasRows ??= sheets.size > 0 || lines.some(isOfGrid);
      if (hasRows && rowsBelow(lines, i + 1, context) % size === 0) {
        leaveOut(i);
        continue;
      }
    }
    const wrapped = wrappedAt(lines, i, line.kind, context);
    if (wrapped) {
      block.push({ ...wrapped.grid, line: i + 1 });
      i += wrapped.lines - 1;
      continue;
    }
    if (line.kind === 'empty') close();
    else if (line.kind === 'words') leaveOut(i);
    else if (line.kind !== 'aside') {
      above = line.kind === 'row' || isBadRow(line) ? above + 1 : 0;
      block.push({ ...line, line: i + 1 });
    }
  }
  close();
  return withBands(blocks, size).flatMap((whole) => gridsOf(whole, lines, context));
}

const SECTION = /^\s*\[(\w+)\]\s*$/;
const isPuzzle = (section: string) => /^puzzle/i.test(section);

/**
 * A file of a game in progress holds the puzzle, then its state, which is no other puzzle. Where no section is called a puzzle,
 * they are titles.
 */
function withoutStates(lines: readonly string[]): readonly string[] {
  const sections = lines.map((line) => SECTION.exec(line)?.[1]);
  if (!sections.some((section) => section && isPuzzle(section))) return lines;
  let skips = false;
  return lines.map((line, i) => {
    const section = sections[i];
    if (section) skips = !isPuzzle(section);
    return skips && !section ? '#' : line;
  });
}

/** Blanks that are no dashes, beside a digit. */
const OTHER_BLANKS = /[1-9][\s|,]{0,5}[.0_*·?]|[.0_*·?][\s|,]{0,5}[1-9]/;

function hasDashBlanks(line: string): boolean {
  if (/^\s*(#|;|%|\/\/)/.test(line) || isWordy(line)) return false;
  return /[1-9A-G]\s*-|-\s*[1-9A-G]/i.test(line.replace(BARS, ' '));
}

/** n lines of n characters, digits and spaces alone; lines without a space are rows anyway. */
function spacedRows(lines: readonly string[], size: SudokuSize): string[][] | undefined {
  if (lines.length < size) return undefined;
  const isRow = (line: string) => line.length === size && isDigitsAndSpaces(line, size);
  const text = lines.join('');
  if (!lines.every(isRow) || !text.includes(' ') || text.trim() === '') return undefined;
  return lines.map((line) => [...line]);
}

/** What may be the number of a puzzle, as `17`, `17.` or `(17)`, or a size as `9x9`, `9 x 9` or `9 9`; with half as many digits as a row it may be one that was cut. */
function isNumber(line: string, size: SudokuSize): boolean {
  const [, number] = /^(?:[№(]\s*)?(\d+)(?: ?[x×*] ?\d+|[ ,]+\1)?\s*[.):]?$/i.exec(line.trim()) ?? [];
  return number !== undefined && 2 * number.length <= size;
}

/** Lines that say the size and that of the boxes, and perhaps the digits, as `9 3 3` and `123456789`; none where boxes may be turned. */
function parametersAt(lines: readonly string[], at: number, size: SudokuSize): number {
  const { boxRows, boxColumns } = sudokuShape(size);
  if (boxRows !== boxColumns || lines[at]!.trim() !== `${size} ${boxRows} ${boxColumns}`) return 0;
  const digits = Array.from({ length: size }, (_, i) => formatDigit(i + 1)).join('');
  return lines[at + 1]?.trim() === digits && lines[at + 2]?.trim() === '' ? 2 : 1;
}

/** How many rows of a grid follow there; those of a grid on a line too. */
function rowsBelow(lines: readonly string[], from: number, context: Context): number {
  const { size } = context;
  const first = placeFrom(lines, from, (line) => line.trim() !== '');
  if (spacedRows(lines.slice(first, first + size), size)) return size;
  let rows = 0;
  for (let at = first; at < lines.length; at++) {
    const { kind } = lineAs(lines[at]!, context);
    if (rows === 0 && kind === 'grid') return size;
    if (kind === 'row') rows++;
    else if (kind !== 'aside' && (kind !== 'empty' || rows % sudokuShape(size).boxRows > 0)) break;
  }
  return rows;
}

type Block = readonly (Line & { readonly line: number })[];

/**
 * Blocks between empty lines; where each of several that follow each other holds the rows of a band of boxes, or a row alone,
 * they are one, as one they tell whether a band or a row is missing.
 */
function withBands(blocks: readonly Block[], size: SudokuSize): Block[] {
  const heights = [sudokuShape(size).boxRows, 1];
  const isBand = (block: Block) =>
    heights.includes(block.length) && block.every((line) => line.kind === 'row' || isBadRow(line));
  const whole: (readonly Block[])[] = [];
  let run: Block[] = [];
  const close = () => {
    const rows = run.flat();
    const isGrid = rows.length >= size && 2 * rows.filter(isBadRow).length < rows.length;
    whole.push(isGrid ? [rows] : run);
    run = [];
  };
  for (const block of blocks) {
    if (!isBand(block) || block.length !== run[0]?.length) close();
    if (isBand(block)) run.push(block);
    else whole.push([block]);
  }
  close();
  return whole.flat();
}

const isBadRow = (line: Line) => line.kind === 'bad' && line.isRow;

/** Grids of lines that follow each other; a bad line is a row or a grid by its length. */
function gridsOf(block: Block, lines: readonly string[], context: Context): Found<Uint8Array>[] {
  const { size } = context;
  const found: Found<Uint8Array>[][] = [];
  let rows: Block[number][] = [];
  const close = () => {
    found.push(gridsOfRows(rows, lines, context));
    rows = [];
  };
  for (const entry of block) {
    if (entry.kind === 'row' || isBadRow(entry)) {
      rows.push(entry);
      continue;
    }
    close();
    if (entry.kind === 'bad') found.push([{ ...faultOfLine(entry), line: entry.line }]);
    else if (entry.kind === 'grid') {
      const rows = lines[entry.line - 1]!.split('/');
      const boxes = rows.length === size ? otherBoxes(rows, [...rows.keys()], context) : undefined;
      const written = rows.join('\n');
      const fields = written.replace(/[()[\]{}]/g, ' ').trim();
      const areCells = fields.split(/[\s,;]+/).length === size ** 2; // and nothing beside them
      const fault = (areCells ? someMarked(written, entry.cells) : undefined) ?? boxes;
      const grid = fault ?? gridFrom(entry.cells, size);
      const wrong =
        entry.answer &&
        !('fault' in grid) &&
        faultOfAnswer(
          grid.value,
          Uint8Array.from(entry.answer, (cell) => digitOf(cell)!),
        );
      const note = wrong ? { note: answerIsWrong(wrong) } : {};
      found.push([{ ...grid, line: entry.line, ...note }]);
    }
  }
  close();
  return found.flat();
}

/** Rows without those in groups of a sign that no other has, `- - -   - - -` between boxes, where without them they are whole grids. */
function withoutRules(rows: Block, lines: readonly string[], size: SudokuSize): Block {
  const signs = rows.map((row) => (row.kind === 'row' && new Set(row.cells).size === 1 ? row.cells[0]! : ''));
  const sign = signs.find((one) => digitOf(one) === 0);
  const others = rows.filter((_, i) => signs[i] !== sign);
  const isIn = (row: Line) => row.kind === 'row' && row.cells.includes(sign!);
  if (sign === undefined || others.length % size > 0 || others.some(isIn)) return rows;
  const { boxRows, boxColumns } = sudokuShape(size);
  const isInGroups = ({ line }: Block[number]) =>
    lines[line - 1]!.trim().split(/ {2,}| *[|│┃║+] */).length === size / boxColumns;
  const isBetweenBoxes = (at: number) =>
    signs.slice(0, at).filter((one) => one !== sign).length % boxRows === 0;
  return rows.every((row, at) => signs[at] !== sign || (isInGroups(row) && isBetweenBoxes(at)))
    ? others
    : rows;
}

/** Rows without anything between them. Where a row is missing or too many, nobody knows which: all grids behind it would be wrong. */
function gridsOfRows(given: Block, lines: readonly string[], context: Context): Found<Uint8Array>[] {
  const { size } = context;
  const rows = given.length % size === 0 ? given : withoutRules(given, lines, size);
  if (rows.length < size || rows.length % size === 0) {
    const grids = Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
      rows.slice(i * size, (i + 1) * size),
    );
    return grids.map((grid) => gridOfRows(grid, lines, context));
  }
  const bad = rows.find(({ kind }) => kind === 'bad');
  if (bad?.kind === 'bad') return [{ ...faultOfLine(bad), fix: fixOf(bad, rows), line: bad.line }];
  const fault = `${rows.length} rows follow each other, which are no whole grids of ${size} rows`;
  return [{ fault, fix: 'leave an empty line between grids', line: rows[0]!.line }];
}

function gridOfRows(rows: Block, lines: readonly string[], context: Context): Found<Uint8Array> {
  const { size } = context;
  const bad = rows.find(({ kind }) => kind === 'bad');
  const { line } = bad ?? rows.at(rows.length < size ? -1 : 0)!;
  if (bad?.kind === 'bad') {
    const place = bad.column === undefined ? '' : `row ${rows.indexOf(bad) + 1}, `;
    return { ...faultOfLine(bad), fault: `${place}${bad.fault}`, fix: fixOf(bad, rows), line };
  }
  if (rows.length < size) return { fault: `the grid ends after ${rows.length} of ${size} rows`, line };
  const cells = rows.flatMap((row) => (row.kind === 'row' ? row.cells : []));
  const bare = rows.filter(({ line }) => /^[\s|│┃║╎¦]+$/.test(lines[line - 1]!)).length;
  if (2 * bare > size - 2 && bare < size) {
    const fault = `${bare} rows of nothing but bars, which may be blanks, or space between the rows`;
    return { fault, fix: 'write . for each blank, or leave such lines out', line };
  }
  const places = rows.map((row) => row.line - 1);
  const fault = someMarked(places.map((place) => lines[place]!).join('\n'), cells);
  if (fault) return { ...fault, line };
  const boxes = otherBoxes(lines, places, context);
  if (boxes) return { ...boxes, line };
  const named = namesOrGivens(cells, size, ({ isRow, first }) => {
    const row = first / size;
    return !places.slice(...(isRow ? [row, row + 1] : [])).some((place) => isInBoxes(lines[place]!, context));
  });
  return { ...(named ?? gridFrom(cells, size)), line };
}

const BRACKETED = /\(\s?\w{1,2}\s?\)|\{\s?\w{1,2}\s?\}|\[\s?\w{1,2}\s?\]/g;
/** A mark behind a digit, or a quote or a bracket at one of its sides, between other cells of its line: these may stand around a row. */
const MARKED =
  /(?<![^\s,;|])\w{1,2}(?:[!*](?![^\s,;|])|['"`)](?=[^\S\n]{1,9}\S|[^\S\n]{0,9}[,;|][^\S\n]{0,9}[^\s,;|]))/g;
const MARKED_BEFORE = /(?<=\S[^\S\n]{1,9}|[^\s,;|][^\S\n]{0,9}[,;|][^\S\n]{0,9})['"`(]\w{1,2}(?![^\s,;|])/g;
/** Two cells with one space between them, of which the first has no mark: the terminal leaves room for one behind every cell. */
const WITHOUT_ROOM = /[^\s*!|│┃║╎¦] (?=\S)|[,;\t]|\S[|│┃║╎¦]/;

/**
 * What to say of a grid of which some digits are marked and others are not: they stand in brackets, as what was pencilled in does,
 * or beside a sign, as `5!`, but for those of the terminal, which marks what an answer changed.
 */
function someMarked(text: string, cells: readonly string[]): Fault | undefined {
  const digits = cells.filter((cell) => digitOf(cell)! > 0).length;
  const isSome = (found: readonly string[]) => found.length > 0 && found.length < digits;
  const bracketed = text.match(BRACKETED) ?? [];
  if (isSome(bracketed)) {
    const fault = `some digits stand in brackets, as ${bracketed[0]!}: they may be guesses, or givens`;
    return { fault, fix: 'write givens without brackets, and . for a guess' };
  }
  if (!WITHOUT_ROOM.test(text)) return undefined;
  const [behind, before] = [text.match(MARKED) ?? [], text.match(MARKED_BEFORE) ?? []];
  const marked = behind.length > 0 && before.length > 0 ? [] : [...behind, ...before];
  if (!isSome(marked)) return undefined;
  const fault = `some digits are marked, as ${marked[0]!}: they may be the givens, or others`;
  return { fault, fix: 'write givens without a mark, and . for every other cell' };
}

const faultOfLine = ({ fault, fix, isOtherSize }: Fault): Fault => ({ fault, fix, isOtherSize });

/** Where other rows are whole, blanks may be missing at the end of a short one; at its beginning too, so that nobody knows. */
function fixOf(bad: Line & { readonly kind: 'bad' }, rows: Block): string | undefined {
  const isCut = bad.isShort && rows.some(({ kind }) => kind === 'row');
  return isCut ? 'write . for each blank: those at the end of a line may have been cut off' : bad.fix;
}

/**
 * The digits of cells; refused where letters may be other digits, where 0 may be a blank or a digit, as in hexadecimal 16x16, or in
 * a smaller grid beside another sign for blanks, and where some blanks have a sign and others have none.
 */
function gridFrom(cells: readonly string[], size: SudokuSize): { value: Uint8Array } | Fault {
  const grid = Uint8Array.from(cells, (cell) => digitOf(cell)!);
  if (size === 16 && cells.some((cell) => /[a-g]/i.test(cell)) && !cells.some((cell) => /[1-9]/.test(cell)))
    return {
      fault: 'letters from A to G without digits may be 10 to 16, or the first of the letters A to P',
      fix: 'write digits 1 to G, or numbers 1 to 16',
    };
  if (mayCountFrom0(cells, grid, size))
    return {
      fault: `0 may be a blank beside digits 1 to ${formatDigit(size)}, or the first of the digits 0 to ${formatDigit(size - 1)}`,
      fix: `write digits 1 to ${formatDigit(size)}, ${size < 10 ? '' : `or numbers 1 to ${size}, `}and . for a blank`,
    };
  return emptyAmong(cells, size, (cell) => digitOf(cell) === 0) ?? { value: grid };
}

/** Whether 0 stands beside another sign for blanks, as often as the largest digit may, which is not there. */
function mayCountFrom0(cells: readonly string[], grid: Uint8Array, size: SudokuSize): boolean {
  const hasBlanks = size >= 10 || cells.some((cell) => cell !== '0' && digitOf(cell) === 0);
  if (!cells.includes('0') || !hasBlanks || grid.includes(size)) return false;
  const asDigit = grid.map((digit, i) => (cells[i] === '0' ? size : digit));
  return !findConflicts(asDigit).some(({ digit }) => digit === size);
}
