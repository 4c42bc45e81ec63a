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
  const isRowOfLetters = (one = '') => lengthOf(one) === cells.size && areWords(one, cells);
  if (areWords(line, cells))
    return !isRowOfLetters(line) || ![lines[at - 1], lines[at + 1]].some(isRowOfLetters);
  const [, number] = /^ *(?:[#№(] *)?(\d+)(?: ?[x×*] ?\d+)? *(?:[.):] *)?$/i.exec(line) ?? [];
  const isNumber = number !== undefined && 2 * number.length <= cells.size;
  const isShort = SHORT.test(line) && !Array.from(line.trim()).every(cells.isCell);
  const [, rule] = RULE.exec(line) ?? [];
  if (!isNumber && !isShort && rule === undefined) return false;
  const [above = '', below = ''] = [
    lines[at - 1],
    lines[placeFrom(lines, at + 1, (one) => one.trim() !== '')],
  ];
  if (rule !== undefined && below.includes(rule)) return false; // it may be a blank there
  return (above.trim() === '' || areWords(above, cells)) && lengthOf(below) > lengthOf(line);
}

/** `Hi,`, `Q:`, none of signs between rows. */
const SHORT = /^ *(?!v)(?:\p{L}[:,!?)]|\p{L}{2}[:,!?]?) *$/iu;
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
  const parts = line.split(/\s+/).filter((part) => part.length >= size && !/^\d+[x×]\d+$/i.test(part));
  return /\p{L}{3}/u.test(others) && ![line.replace(/\s/g, ''), ...parts].some(isMostlyCells);
}

function lengthOf(line: string): number {
  return line.replace(/\s/g, '').length;
}
