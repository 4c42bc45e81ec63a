/**
 * Short lines that stand apart from the grids of a text and are none of their rows: the number of a page (`- 1 -`), a phone number
 * below a signature, a date. A line of more than half as many cells as a row has may be a row that was cut, or a puzzle.
 */
import { areFewSigns } from '../reading/titles.ts';
import { BARS, type Context, isCell, lineAs } from './lines.ts';
import type { SudokuSize } from './rules.ts';

/** A date, perhaps with a time and who sent something: `12.03.2024`, `Anna, [12.03.24 10:11]`. */
export const DATE =
  /^[\p{L}\s,[(]*\d{1,4}([./-])\d{1,2}\1\d{2,4}[\p{L}\s,]*(\d{1,2}[:.]\d{2}([:.]\d{2})?)?[\p{L}\s,:\])]*$/u;

/** Numbers between which no two blanks stand. */
const NUMBERS = /^[^\p{L}\d]{0,3}\d+(?:[^\p{L}\d]{1,3}\d+)*[^\p{L}\d]{0,3}$/u;
const SIZE = /^\d{1,2} ?[x×*] ?\d{1,2}$/i;
const BLANKS = /[._*?·□⬜◻◽▫☐]\s*[._*?·□⬜◻◽▫☐]/;

/** Whether a line may be of numbers about puzzles, and not of cells. */
function isAboutPuzzles(line: string, { size }: Context): boolean {
  const signs = line.replace(/\s/g, '');
  if (areFewSigns(line, size) || (SIZE.test(line.trim()) && 2 * signs.length <= size)) return true;
  if (signs.length >= 2 * size || line.length > 4 * size || !NUMBERS.test(line.trim()) || BLANKS.test(line))
    return false;
  return hasOthers(line, size) || 2 * signs.length <= size || DATE.test(line) || isIdentifier(line, size);
}

/** A phone number, or a date or a number of digits alone: not as long as a row, and no damaged one, with blanks or of digits that differ. */
export function isIdentifier(line: string, size: SudokuSize): boolean {
  const [, plus, digits = ''] = /^(\+?)(\d(?: ?\d){4,15})$/.exec(line.trim()) ?? [];
  if (plus !== '' || digits === '') return digits !== '';
  const given = digits.replaceAll('0', '');
  return !/ |00/.test(digits) && digits.length !== size && new Set(given).size < given.length;
}

/** Whether it has signs that are neither cells nor stand between some. */
function hasOthers(line: string, size: SudokuSize): boolean {
  return [...line.replace(/[\s,;]/g, '').replace(BARS, '')].some((sign) => !isCell(sign, size));
}

/**
 * Whether such a line touches no other: what is above and below it is empty, words, or such a line too that is no row which was cut;
 * beside a few signs also a grid on a line.
 */
export function isApartAt(lines: readonly string[], at: number, context: Context): boolean {
  const isAbout = (line: string) => isAboutPuzzles(line, context);
  const areFew = areFewSigns(lines[at]!, context.size);
  const isOpen = (line = '') =>
    ['empty', 'words', ...(areFew ? ['grid'] : [])].includes(lineAs(line, context).kind) ||
    (isAbout(line) && hasOthers(line, context.size));
  return isAbout(lines[at]!) && isOpen(lines[at - 1]) && isOpen(lines[at + 1]);
}
