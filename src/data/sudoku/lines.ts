/**
 * A line of a Sudoku text: a row, a grid, something beside the puzzles, or a fault. It is given to the recognisers of a table,
 * of which the first that knows it decides. What could be read in two ways is refused with both.
 *
 * Blanks are `. 0 _ * - x X ? □ ⬜`, and spaces where the columns tell them; digits after 9 are letters or numbers.
 *
 * Sources: sudopedia, Sudoku Clipboard and File Formats; the README of grantm/sudoku-exchange-puzzle-bank.
 */

import { NAMES } from '../reading/beside/other-order.ts';
import type { Fault } from '../reading/found.ts';
import { isCalledAnswer } from '../reading/names-given.ts';
import { faultOfSlashed } from '../reading/slashed.ts';
import { unquoted } from '../reading/tables/columns.ts';
import { isRemark, LETTER_ALONE, MARK_ALONE } from '../reading/titles.ts';
import { blanks, digitOf, formatDigit } from './grid.ts';
import { type SudokuSize, sudokuShape } from './rules.ts';

/**
 * What a line is. A bad one stands where a row or a grid should; `column`, from 1, is that of a cell it is about, and one that
 * `isShort` has cells alone, but too few for a row.
 */
export type Line =
  /** What is aside is a comment or a border; words may have been meant as something else. */
  | { readonly kind: 'empty' | 'aside' | 'words' }
  | { readonly kind: 'row'; readonly cells: readonly string[] }
  /** What is called its answer on its line may be another's. */
  | { readonly kind: 'grid'; readonly cells: readonly string[]; readonly answer?: readonly string[] }
  | ({
      readonly kind: 'bad';
      readonly isRow: boolean;
      readonly column?: number;
      readonly isShort?: boolean;
    } & Fault);

/** What the lines around it say of a line. */
export interface Context {
  readonly size: SudokuSize;
  /** Whether `-` stands for a blank in this text: beside digits, not in borders alone. */
  readonly dashes: boolean;
  /** Whether dashes with two spaces or more between them are a rule, as many as a row has cells: where blanks are written otherwise. */
  readonly rules: boolean;
}

type Recogniser = (line: string, context: Context) => Line | undefined;

const EMPTY: Line = { kind: 'empty' };
const ASIDE: Line = { kind: 'aside' };
const WORDS: Line = { kind: 'words' };

export const BARS = /[|│┃║╎¦]/g;
const BORDER = /^[\s|+\-=*.:'`"_\u2500-\u257f]+$/;

/** In which Sudokus are published, whether or not there is a model of them. */
const sizes = [4, 6, 8, 9, 10, 12, 15, 16, 20, 25];

/** In the order in which they are asked. */
const recognisers: readonly Recogniser[] = [
  (line) => (line.trim() === '' ? EMPTY : undefined),
  inBrackets,
  wholeLine,
  tableRow,
  (line) => (/^\s*(#|;|%|\/\/)/.test(line) ? ASIDE : undefined), // a comment
  (line) => (/^\s*\[\w+\]\s*$/.test(line) ? ASIDE : undefined), // [Puzzle]
  (line, { size }) =>
    isRemark(line, size) || [MARK_ALONE, LETTER_ALONE].some((one) => one.test(line)) ? WORDS : undefined,
  (line) => (/^([A-Za-z_]\w*\s*=)?[[\](){};,|\s]*$/.test(line.trim()) ? ASIDE : undefined), // A = [ and ];
  (line) => (/^\s*[A-Za-z_]+\s*=\s*\d{1,2}\s*(?:;\s*)?$/.test(line) ? WORDS : undefined), // n = 3;
  (line) => (NAMED_CELL.test(line) ? WORDS : undefined),
  (line, context) => (isBorder(line, context) ? ASIDE : undefined),
  spacesInQuotes,
  spacesForBlanks,
  separated,
  betweenBars,
  rowsBetween,
  fieldAmongOthers,
  (line, { size }) => (isProse(line, size) ? WORDS : undefined),
];

/** A cell of a list by its name, `'1x4' => 2`, which is not read. */
export const NAMED_CELL = /^\s*["']\w{1,2}\W?\w{1,2}["']\s*=>\s*["']?\w{1,2}["']?\s*,?\s*$/;

/** What a line is. */
export function lineAs(line: string, context: Context): Line {
  const plain = line.replace(/\s#.*$/, '');
  for (const recognise of recognisers) {
    const known = recognise(plain, context);
    if (known) return known;
  }
  const { name } = NAMED_ROW.exec(plain)?.groups ?? {};
  if (name !== undefined) {
    const fault = `${name} is none of ${context.size} rows that count on`;
    return { kind: 'bad', isRow: true, fault, fix: `write all ${context.size} rows, and . for each blank` };
  }
  const long = longCell(plain, context.size);
  if (long) return { kind: 'bad', isRow: true, ...long };
  const text = textAmongOthers(plain, context.size) ?? plain;
  const cells = text.replace(BARS, '').replace(/[\s,;]/g, '').length;
  return { kind: 'bad', isRow: cells < 2 * context.size, ...faultOf(text, context.size) };
}

/** What stands between commas, semicolons or tabs, else between bars, of which those around a line are none. */
export function fieldsOf(line: string): string[] {
  const isTable = /[,;\t]/.test(line);
  const bare = line
    .trim()
    .replace(BARS, '|')
    .replace(/^\||\|$/g, '');
  const fields = isTable ? line.split(/[,;\t]/) : bare.split('|');
  return fields.map(unquoted);
}

const IN_BRACKETS = /\[[^[\]]{0,5}\]|\([^()]{0,5}\)/g;

/** A bracket around every cell of a row: `[5][3][ ]`. */
function inBrackets(line: string, { size }: Context): Line | undefined {
  if (line.replace(IN_BRACKETS, '').replace(BARS, '').trim() !== '') return undefined;
  const cells = line.match(IN_BRACKETS) ?? [];
  if (cells.length !== size) return undefined;
  const texts = cells.map((cell) => cell.slice(1, -1).trim() || ' ');
  return texts.every((cell) => isCell(cell, size)) ? { kind: 'row', cells: texts } : undefined;
}

/** Characters n*n on a line: a grid, whatever the blank; beside another one a space is none. */
function wholeLine(line: string, { size }: Context): Line | undefined {
  const text = line.trim();
  if (text.length !== size * size || text.includes(' ') || !isCells(text, size)) return undefined;
  if (!/^-+$/.test(text)) return { kind: 'grid', cells: [...text] };
  const fault = `${text.length} dashes may be a rule between grids, or a grid without givens`;
  return { kind: 'bad', isRow: false, fault, fix: 'leave the rule out, or write . for a blank' };
}

/** As spreadsheets save it: a blank is nothing between two commas. */
function tableRow(line: string, { size }: Context): Line | undefined {
  const cells = line.split(/[,;\t]/).map((cell) => unquoted(cell) || ' ');
  const kind = { [size]: 'row', [size * size]: 'grid' } as const;
  const known = kind[cells.length];
  return known && cells.includes(' ') && cells.every((cell) => isCell(cell, size))
    ? { kind: known, cells }
    : undefined;
}

/** A rule between rows, of whatever it is drawn. */
export function isBorder(line: string, { size, dashes, rules }: Context): boolean {
  if (!BORDER.test(line)) return false;
  const inner = line.replace(BARS, '').replace(/\s/g, '');
  if (!/[-=_─━═]{2}|[─━═+]/.test(line))
    return (
      /^([-=*])\1{2,}$/.test(inner) &&
      !(dashes && inner.startsWith('-')) &&
      (inner.startsWith('=') ||
        ![size, size * size].includes(inner.length) ||
        (rules && /^\s*-(?: {2,4}-)+\s*$/.test(line)))
    );
  if (/^_+$/.test(inner) && inner.length === size) return false;
  return !(dashes && inner.length === size && /^[-.]+$/.test(inner));
}

/** As long as a grid, of digits and spaces alone. */
function spacesForBlanks(line: string, context: Context): Line | undefined {
  const { size } = context;
  if (line.length !== size * size || !isDigitsAndSpaces(line, size)) return undefined;
  const grid = { kind: 'grid', cells: [...line] } as const;
  const between = line.trim().split(/ +/);
  const beside = between.every(({ length }) => length === 1) ? between.length / size : 0;
  const rows = separated(line, context) ? 1 : Number.isInteger(beside) ? beside : 0;
  if (rows === 0) return grid;
  const other = rows === 1 ? `a row of ${size} cells between spaces` : `${rows} such rows beside each other`;
  const fault = `a line of ${line.length} characters may be ${other}, or a grid with spaces for blanks`;
  return { kind: 'bad', isRow: false, fault, fix: 'write . for a blank' };
}

/** The same in quotes or between tags, in a program or a list, where no editor cuts spaces off. */
function spacesInQuotes(line: string, context: Context): Line | undefined {
  const text = new RegExp(`(?<=["'\`>])[^"'\`<>]{${context.size ** 2}}(?=["'\`<])`, 'g');
  let bad: Line | undefined;
  const filled = line.replace(text, (cells) => {
    const known = cells.includes(' ') ? spacesForBlanks(cells, context) : undefined;
    if (known?.kind === 'bad') bad ??= known;
    return known?.kind === 'grid' ? cells.replaceAll(' ', '.') : cells;
  });
  return bad ?? (filled === line ? undefined : fieldAmongOthers(filled, context));
}

/** Cells between spaces, commas, tabs or bars; or in groups. */
function separated(line: string, { size }: Context): Line | undefined {
  const kind = { [size]: 'row', [size * size]: 'grid' } as const;
  const cells = cellsBetween(line, size, (count) => kind[count] !== undefined);
  return cells && { kind: kind[cells.length]!, cells };
}

/** The cells of a line, as many as are allowed, with or without something between them. */
export function cellsBetween(
  line: string,
  size: SudokuSize,
  allowed: (count: number) => boolean,
): readonly string[] | undefined {
  if (NUMBERED.test(line)) return undefined;
  const text = line.replace(BARS, ' ').replace(/[[\](){}"']/g, ' ');
  const tokens = text.split(/[\s,;]+/).filter((token) => token !== '');
  // A cell that the terminal marked as changed or as broken.
  const cells = tokens.map((token) => (/^.{1,2}[*!]$/.test(token) ? token.slice(0, -1) : token));
  if (allowed(cells.length) && cells.every((cell) => isCell(cell, size)) && !mayHaveLabel(line, size))
    return cells;
  const joined = tokens.join('');
  return allowed(joined.length) && isCells(joined, size) && areGroups(tokens, line, size)
    ? [...joined]
    : undefined;
}

/** `1) 5 3 .`: what a bracket only closes is no cell. */
const NUMBERED = /^\s*\w{1,2}[)\]}]\s*[^\s,;)\]}]/;

/** One field too many for a row, and one of them empty: a label may stand before cells of which one is blank. */
function mayHaveLabel(line: string, size: SudokuSize): boolean {
  const fields = fieldsOf(line);
  return fields.length === size + 1 && fields.slice(1, -1).includes('');
}

/**
 * Whether parts of a line are groups of cells, as `53. .7. …`: equally long, but for the ends of a line that was broken. Real
 * numbers, and what stands beside a place that is left empty for a blank, are cells of their own.
 */
function areGroups(tokens: readonly string[], line: string, size: SudokuSize): boolean {
  const fields = fieldsOf(line);
  if (fields.length >= size && fields.includes('')) return false;
  if (tokens.every((token) => /^\d+\.0+$/.test(token))) return false;
  const longest = tokens.reduce((most, { length }) => Math.max(most, length), 0);
  return tokens.slice(1, -1).every(({ length }) => length === longest);
}

/**
 * Parts of a row between bars in which the columns tell blanks, as `|5 3  |  7  |     |`. Without bars around them the first lacks
 * what would stand before its cells, and the last what an editor cuts off.
 */
function betweenBars(line: string, { size }: Context): Line | undefined {
  const { boxColumns: b } = sudokuShape(size);
  const parts = line.replace(BARS, '|').split('|');
  const [first = '', middle = ''] = parts;
  const isOpen = `${first}${parts.at(-1)!}`.trim() === '';
  // Three parts may be the boxes of a row without a frame.
  const isOne =
    parts.length === 3 &&
    isOpen &&
    (size / b !== 3 || middle.length >= 2 * size - 1 || line.length === middle.length + 2);
  const isFramed = isOne || (isOpen && [size / b + 2, size + 2].includes(parts.length));
  const inner = isFramed ? parts.slice(1, -1) : parts;
  if (inner.length === size) {
    const cells = inner.map((part) => part.trim() || ' ');
    return cells.every((cell) => cell === ' ' || isCell(cell, size)) ? { kind: 'row', cells } : undefined;
  }
  if (!(isOne || inner.length === size / b) || !isDigitsAndSpaces(inner.join(''), size)) return undefined;
  const cells = isOne ? size : b;
  const layouts = [
    [cells, 0, 1],
    [2 * cells - 1, 0, 2],
    [2 * cells, 0, 2],
    [2 * cells, 1, 2],
    [2 * cells + 1, 1, 2],
    [2 * cells + 2, 1, 2],
    [2 * cells + 3, 2, 2],
    [3 * cells, 1, 3],
  ] as const;
  for (const [width, first, step] of isOne ? layouts.slice(0, 5) : layouts) {
    const places = Array.from({ length: cells }, (_, i) => first + i * step);
    const fits = (part: string) =>
      part.length === width && [...part].every((cell, i) => cell === ' ' || places.includes(i));
    const whole = [...inner];
    if (!isFramed) {
      if (whole[0]!.length === width - first) whole[0] = ' '.repeat(first) + whole[0]!;
      whole.push(whole.pop()!.trimEnd().padEnd(width));
    }
    if (whole.every(fits))
      return { kind: 'row', cells: whole.flatMap((part) => places.map((place) => part[place]!)) };
  }
  return undefined;
}

/** Rows between slashes, or between another character that is no cell, as in `A = [5 3 0 …; 6 0 0 …];`. */
function rowsBetween(line: string, context: Context): Line | undefined {
  const { size } = context;
  const text = line
    .trim()
    .replace(/^(?:[A-Za-z_]\w*\s*=\s*|\p{L}{2}[\p{L}\d ]*:\s*)?["'[({]*(.*?)["'\])}]*[,;]?$/u, '$1');
  for (const separator of '/\\|,;:.') {
    const rows = text.split(separator);
    if (rows.length !== size) continue;
    const cells = rows.flatMap((row) => {
      const known = separated(row, context);
      return known?.kind === 'row' ? known.cells : [];
    });
    if (cells.length === size * size) return { kind: 'grid', cells };
  }
  return undefined;
}

/**
 * One field of n*n cells among others: a hash before it, a rating behind it, a link around it, a sentence, whose full stop is no
 * cell. Behind a label that stop may be a blank, and a cell too many.
 */
function fieldAmongOthers(written: string, { size }: Context): Line | undefined {
  const count = size ** 2;
  const line = written.replace(
    new RegExp(`\\.(?=\\s|$)(?<=\\p{L} \\S{${count}}.|\\s[^.\\s]{${count}}.)`, 'u'),
    ' ',
  );
  for (const separators of [/[\s,;"'`]+/, /[\s,;"'`:=&?!#<>|/()[\]]+/]) {
    const fields = line.split(separators).flatMap((field) => {
      const cells = field.replaceAll('+', ''); // before digits that were not given, in HoDoKu's lines
      return cells.length === size * size && isCells(cells, size) && !/^-+$/.test(cells) ? [cells] : [];
    });
    const [first, second] = fields;
    if (first === undefined) continue;
    const solves = (answer: string, question: string) =>
      [...answer].every((cell, i) => digitOf(cell)! > 0 && (!digitOf(question[i]!) || question[i] === cell));
    if (second === undefined) return unreadBeside(line, first, size) ?? { kind: 'grid', cells: [...first] };
    const isFull = [...second].every((cell) => digitOf(cell)! > 0);
    const isAnswer = isFull && isCalledAnswer(line.slice(0, line.lastIndexOf(second)).replace(/["'`]$/, ''));
    if (fields.length === 2 && isAnswer) return { kind: 'grid', cells: [...first], answer: [...second] };
    if (fields.length === 2 && solves(second, first)) return { kind: 'grid', cells: [...first] };
    if (fields.length === 2 && solves(first, second)) return { kind: 'grid', cells: [...second] }; // as a test has them
    return {
      kind: 'bad',
      isRow: false,
      fault: `a line holds ${fields.length} grids`,
      fix: 'give each a line of its own',
    };
  }
  return undefined;
}

/** What to say of a grid without blanks beside a text that may be its puzzle, too short or too long. */
function unreadBeside(line: string, grid: string, size: SudokuSize): Line | undefined {
  if (![...grid].every((cell) => digitOf(cell)! > 0)) return undefined;
  const text = new RegExp(`[\\d._*?-][\\d._*? -]{${Math.floor(0.75 * size ** 2) - 2},}[\\d._*?-]`);
  const [beside] = text.exec(line.replace(grid, '"')) ?? [];
  if (beside === undefined) return undefined;
  const fault = `a grid without blanks beside a text of ${beside.length} signs, which may be its puzzle`;
  return { kind: 'bad', isRow: false, fault, fix: `write ${size ** 2} cells, and . for each blank` };
}

/** Words about a puzzle, unless they stand beside so many cells that a damaged puzzle may be among them. */
function isProse(line: string, size: SudokuSize): boolean {
  const isDamaged = (field: string) =>
    !IDENTIFYING.test(field) &&
    ((field.length >= 2 * size && isMostlyCells(field)) ||
      isWithOneSign(field.replace(/[,;:!?]$/, ''), size));
  return (
    (isWordy(line) || isHeader(line, size) || isCode(line, size)) &&
    !NAMED_ROW.test(line) &&
    !line.split(/\s+/).some(isDamaged)
  );
}

/** A time, as `2026-02-20T22:53:00Z`, and what names a thing, as `550e8400-e29b-41d4-a716-446655440000`. */
const IDENTIFYING =
  /^["'(]?(?:\d{4}-\d\d-\d\dT\d\d:?\d\d[\d:.]*(?:Z|[+-]\d\d:?\d\d)?|[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12})["'),.;]*$/i;

/** `Row 10: 5 3 .`, `Zeile 3 = 53.`: at least three signs, none of them a word. */
const NAMED_ROW = new RegExp(
  `^[\\s>*-]*(?<name>(?:${NAMES.row})\\s*\\d{1,2})[\\s*]*[:=|)][\\s*]*(?:[^\\p{L}\\s]\\s*|\\p{L}(?!\\p{L})\\s*){3}`,
  'iu',
);

/** Names of columns that have a letter each, as `x,y`, fewer than a row has cells. */
function isHeader(line: string, size: SudokuSize): boolean {
  const fields = /[,;\t]/.test(line) ? fieldsOf(line) : [];
  const areLetters = fields.every((field) => /^\p{L}$/u.test(field));
  return areLetters && fields.length < size && fields.some((field) => !isCell(field, size));
}

/** A statement of names of a letter, without a digit or a sign for blanks, as `f x s =`, of another length than a row; `v` is of a Futoshiki. */
function isCode(line: string, size: SudokuSize): boolean {
  const signs = [...line.replace(/\s/g, '')];
  const isName = (sign: string) => /(?!v)\p{Ll}/u.test(sign) && !isCell(sign, size);
  return signs.some(isName) && !signs.some((sign) => /[\d._?]/.test(sign)) && signs.length !== size;
}

/** As long as a row or a grid, of cells and one other sign, as `53oo7oooo`: a blank that nobody knows. */
function isWithOneSign(field: string, size: SudokuSize): boolean {
  const foreign = [...field].filter((cell) => !isCell(cell, size));
  return [size, size * size].includes(field.length) && new Set(foreign).size === 1;
}

/** Two letters in a row, other than the blank x. */
export function isWordy(line: string): boolean {
  return /\p{L}{2}/u.test(line.replace(/x/gi, ''));
}

function isMostlyCells(field: string): boolean {
  return 2 * (field.match(/[\d.]/g)?.length ?? 0) > field.length;
}

export function isCell(cell: string, size: SudokuSize): boolean {
  const digit = digitOf(cell);
  return digit !== undefined && digit <= size;
}

function isCells(text: string, size: SudokuSize): boolean {
  return [...text].every((cell) => isCell(cell, size));
}

export function isDigitsAndSpaces(text: string, size: SudokuSize): boolean {
  return [...text].every((cell) => cell === ' ' || (!blanks.includes(cell) && isCell(cell, size)));
}

/** A field of a row that holds more than a digit, as the candidates of its cell. */
function longCell(line: string, size: SudokuSize): (Fault & { readonly column: number }) | undefined {
  const between = line.replace(BARS, ' ').trim().split(/\s+/);
  const fields = [fieldsOf(line), between].find(({ length }) => length === size) ?? [];
  const place = fields.findIndex((field) => /^[1-9][\d\s]*\d$/.test(field) && !isCell(field, size));
  if (place < 0) return undefined;
  const fault = `column ${place + 1} holds ${fields[place]}: a cell holds one digit, candidates are not read`;
  return { fault, fix: 'write . for a cell that is not known', column: place + 1 };
}

/** What is to be a grid where a name and signs stand around it, as in `puzzle = '53..7…';`. */
function textAmongOthers(line: string, size: SudokuSize): string | undefined {
  const isLong = (field: string) =>
    field.length > 2 * size && 2 * [...field].filter((cell) => isCell(cell, size)).length > field.length;
  const [text, ...more] = line.split(/[\s"'`:;,=<>(){}[\]]+/).filter(isLong);
  return more.length === 0 ? text : undefined;
}

/** Why a line is neither a row nor a grid; cells are counted as they are written. */
function faultOf(line: string, size: SudokuSize): Fault & { readonly isShort?: boolean } {
  const text = line.trim();
  const fields = fieldsOf(line);
  const areFields = fields.includes('') && (/[,;\t]/.test(line) || 2 * fields.length > size + 1);
  const between = text
    .replace(BARS, ' ')
    .split(/[\s,;]+/)
    .filter(Boolean);
  const tokens = areFields ? fields.map((field) => field || '.') : between;
  const joined = tokens.join('');
  const [foreign] = [...joined].filter((cell) => !isCell(cell, size));
  const lengths = [size, size * size];
  const cells = [text, joined].find(({ length }) => lengths.includes(length));
  if (foreign !== undefined && (cells !== undefined || lengths.includes(tokens.length))) {
    const wrong = tokens.length === size ? tokens.find((token) => !isCell(token, size))! : foreign;
    const fix = `use digits 1 to ${formatDigit(size)}, and . 0 or _ for a blank`;
    return { fault: `'${wrong}' is no cell of a ${size}x${size} grid`, fix };
  }
  const long = tokens.find((token) => !isCell(token, size));
  if (long !== undefined && lengths.includes(joined.length))
    return {
      fault: `'${long}' is no cell of a ${size}x${size} grid, and the parts of the line are no groups of cells`,
      fix: 'write a digit or . in each cell',
    };
  if (sizes.includes(Math.sqrt(joined.length))) {
    const fault = `a grid of ${joined.length} cells; this model solves ${size}x${size}`;
    return { fault, fix: 'use a model of its size', isOtherSize: true };
  }
  const slashed = faultOfSlashed(text.replace(/\s/g, ''), size, size);
  if (slashed) return slashed;
  const areCells = areFields || tokens.every((token) => isCell(token, size));
  const count = areCells ? tokens.length : [...joined].length;
  const fault = `expected a grid of ${size * size} cells or a row of ${size}, got ${count}`;
  const isShort = count < size && foreign === undefined;
  return isShort && /^\d[\d ]* /.test(text)
    ? { fault, isShort, fix: 'write . for a blank: spaces at the end of a line are lost' }
    : { fault, isShort };
}
