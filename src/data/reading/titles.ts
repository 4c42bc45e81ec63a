/** Lines of a text that stand above its boards and are about them: words, or the number of a puzzle. */
import { placeFrom } from './places.ts';

/** What the cells of a text look like. */
export interface Cells {
  /** In a row. */
  readonly size: number;
  /** Whether a character may stand for one. */
  isCell(character: string): boolean;
}

/**
 * Whether a line is a title: words, unless cells stand among them, or lines of letters as long as a row below each other, as
 * regions are drawn; or a number or a size, a greeting or a rule that begins what stands together, with something longer below it,
 * and no tabs around it, which lie between empty cells.
 */
export function isTitleAt(lines: readonly string[], at: number, cells: Cells): boolean {
  const line = lines[at]!;
  const isPlaces = isPlace(line, cells) || isListOfPlaces(line, cells);
  if (MARK_ALONE.test(line) || isRemark(line, cells.size) || isPlaces) return true;
  const isRowOfLetters = (one = '') => lengthOf(one) === cells.size && areWords(one, cells);
  if (areWords(line, cells))
    return !isRowOfLetters(line) || ![lines[at - 1], lines[at + 1]].some(isRowOfLetters);
  const [, number] = /^ *(?:[#№(] *)?(\d+)(?: ?(?:[x×*]|by) ?\d+)? *(?:[.):] *)?$/i.exec(line) ?? [];
  const isNumber = (number !== undefined && 2 * number.length <= cells.size) || isSize(line);
  const isOther = isIdentifier(line, cells) || (isNumber && /by/i.test(line));
  const isShort = SHORT.test(line) && !Array.from(line.trim()).every(cells.isCell);
  const [, rule] = RULE.exec(line) ?? [];
  const length = lengthOf(line);
  const isLong = length > cells.size ** 2 || (length > cells.size && standsApart(lines, at));
  if (rule !== undefined && isLong && length !== cells.size ** 2) return true;
  const isAside = isNumber || isOther || isPage(line, cells) || areFewSigns(line, cells.size);
  if (isAside && standsApart(lines, at)) return true;
  if (!isNumber && !isOther && !isShort && rule === undefined) return false;
  const [above = '', below = ''] = [
    lines[at - 1],
    lines[placeFrom(lines, at + 1, (one) => one.trim() !== '')],
  ];
  if (rule !== undefined && below.includes(rule)) return false; // it may be a blank there
  return (above.trim() === '' || areWords(above, cells)) && lengthOf(below) > (isOther ? 0 : lengthOf(line));
}

/** `0. 2,2`, `X: 2`, `Q1: (3,4)`: places or numbers of something, with a digit that is no cell. */
function isPlace(line: string, { isCell }: Cells): boolean {
  const [, numbers] = /^ *[\p{L}\d]{1,3} ?[.:=)] *[([]?(\d{1,2}(?: ?, ?\d{1,2})?)[)\]]? *$/u.exec(line) ?? [];
  return numbers !== undefined && !Array.from(numbers.replace(/[ ,]/g, '')).every(isCell);
}

/** `[1, 3, 0, 2]`, the columns of queens: each number once, and some that are no cells. */
function isListOfPlaces(line: string, { isCell }: Cells): boolean {
  if (line.length > LONGEST_LIST || !/^\s*[[(]\s*\d{1,2}(?:\s*,\s*\d{1,2}){3,}\s*[\])]\s*$/.test(line))
    return false;
  const numbers = line.match(/\d+/g)!;
  return new Set(numbers).size === numbers.length && !numbers.every(isCell);
}
const LONGEST_LIST = 200;

/** `6 6`: no row of a board begins so. */
function isSize(line: string): boolean {
  const [, side] = /^ *(\d{1,2})[ ,]{1,3}\1 *$/.exec(line) ?? [];
  return Number(side) > 3;
}

/** A date, the number of a puzzle or a phone: not as long as a row, and with digits that are no cells or as many as no row has. */
function isIdentifier(line: string, { size, isCell }: Cells): boolean {
  if (!IDENTIFIER.test(line)) return false;
  const digits = line.replace(/\D/g, '');
  const isForeign = !Array.from(digits).every(isCell) || digits.length >= 2 * size;
  return digits.length > 4 && ![size, size ** 2].includes(digits.length) && isForeign;
}

/** Whether a line touches no other. */
export const standsApart = (lines: readonly string[], at: number): boolean =>
  [lines[at - 1], lines[at + 1]].every((line = '') => line.trim() === '');

/** `- 1 -`, `1/3`, `10:11`. */
export const PAGE = /^ *(?:[-–—] ?\d{1,3} ?[-–—]|\d{1,3} ?\/ ?\d{1,3}|\d{1,2}:\d{2}(?::\d{2})?) *$/;

/** The number of a page or a time, of at most half as many signs as a row has cells, or with some that are none. */
function isPage(line: string, { size, isCell }: Cells): boolean {
  return (
    PAGE.test(line) && (2 * lengthOf(line) <= size || !Array.from(line.replace(/\s/g, '')).every(isCell))
  );
}

/** `20240102`, `2024-01-02 10:11`, `+49 123 4567`, `No 20240102`. */
export const IDENTIFIER = /^ *(?:#|[Nn][or]\.? |ID:? )?[+(]?\d+(?:[ .:/-]\d+)*\)? *$/;

/** `Hi,`, `Q:`, none of signs between rows. */
const SHORT = /^ *(?!v)(?:\p{L}[:,!?)]|\p{L}{2}[:,!?]?) *$/iu;

/** Of emoji and stars: those that are no squares, queens or marks in cells. */
const PICTURE =
  '(?![\\u2654-\\u265f\\u25a0-\\u25ff\\u2b1b\\u2b1c\\u2b55\\u274c\\u{1f532}-\\u{1f535}\\u{1f7e0}-\\u{1f7eb}])[\\p{Extended_Pictographic}★☆]';
const PICTURES = new RegExp(`^(?:${PICTURE}[\\u{1f3fb}-\\u{1f3ff}]?\\s?){1,10}$`, 'u');
export const HAS_PICTURE = new RegExp(PICTURE, 'u');
/** `:-)`, `10:11`, `(c) 2024`, `p. 17`. */
const ASIDE = /^(?:[:;=]'?-?[()DPp/|]{1,3}|\d{1,2}:\d{2}(?::\d{2})?|(?:\(c\)|©) ?\d{4}|pp?\. ?\d{1,4})$/i;

/** Whether a line is what people write about a puzzle in a few signs that are none of its cells, but for one of as many as a row has. */
export function isRemark(line: string, size?: number): boolean {
  const text = line.trim();
  if (text.length > 40 || !(PICTURES.test(text) || ASIDE.test(text))) return false;
  return Array.from(text.replace(/[\s:]|\p{Emoji_Modifier}/gu, '')).length !== size;
}

/** `?`, `...`, `x`, `A1`: of a puzzle only as a part of a row. */
const FEW_SIGNS = /^\s*(?:[?!.…]{1,3}|x{1,3}|\p{L}\d{1,2})\s*$/iu;

/** Whether a line is such signs, half as many as a row has at most. */
export const areFewSigns = (line: string, size = Number.POSITIVE_INFINITY): boolean =>
  FEW_SIGNS.test(line) && 2 * lengthOf(line) <= size;

/** An arrow between a puzzle and its answer, or a prompt without a command. */
export const MARK_ALONE = /^\s*(?:[→⇒⟶$]|[=-]{1,3}>)\s*$/;
/** A letter that puzzles or a question and its answer have above them: `A:`, `b)`, `**Q:**`. */
export const LETTER_ALONE = /^\s*(?:[-*_#>]{1,4}\s{0,4})?\p{L}[:)](?:[*_]{1,3}:?)?\s*$/u;
/** `---` */
const RULE = /^ *([-*=_~])\1{2,} *$/;

/**
 * Three letters in a row but x, where not most is cells: neither of the line nor of a part that is as long as a row, but for a size
 * as 6x6.
 */
function areWords(line: string, { size, isCell }: Cells): boolean {
  const others = Array.from(line, (one) => (isCell(one) || /x/i.test(one) ? ' ' : one)).join('');
  const isMostlyCells = (text: string) =>
    2 * Array.from(text).filter((one) => isCell(one)).length > text.length;
  const parts = line
    .split(/\s+/)
    .map((part) => part.replace(/^["'(]+|["')]+[.,;:!?]*$/g, ''))
    .filter((part) => part.length >= size && !/^\d+[x×]\d+$/i.test(part));
  return /\p{L}{3}/u.test(others) && ![line.replace(/\s/g, ''), ...parts].some(isMostlyCells);
}

function lengthOf(line: string): number {
  return line.replace(/\s/g, '').length;
}
