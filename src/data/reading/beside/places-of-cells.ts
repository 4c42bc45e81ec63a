/** Lists beside a puzzle that are of its cells: places, or a number for each cell, each row or each column. */
import { CELL, isNamed } from './said.ts';

const NAME = new RegExp(`^\\s*${CELL}\\s*$`, 'i');
/** Numbers beyond this are no places. */
const LARGEST = 99;
/** Rows with which as many numbers are hardly of anything else. */
const FEWEST_ROWS = 6;
/** So many of a list are looked at. */
const MOST = 300;

const isNumber = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LARGEST;
const isNameOfCell = (value: unknown) => typeof value === 'string' && value.length < 12 && NAME.test(value);

/** `[1, 2]`, `"r1c2"`, `{"row": 1, "col": 2}`. */
function isPlace(value: unknown): boolean {
  if (isNamed(value)) {
    const names = Object.keys(value).map((name) => name.toLowerCase());
    const has = (known: RegExp) => names.some((name) => known.test(name));
    return has(/^(r|rows?|y|i)$/) && has(/^(c|cols?|columns?|x|j)$/);
  }
  return isNameOfCell(value) || (Array.isArray(value) && value.length === 2 && value.every(isNumber));
}

/**
 * Whether a list holds a value for each cell of a puzzle, each row or each column, and is not the puzzle once more, or its answer; or
 * places of cells, lists of them or of their numbers, or objects with such lists.
 */
export function isOfCells(
  list: readonly unknown[],
  question: unknown,
  rows: number,
  columns: number,
): boolean {
  if (list.length === 0) return false;
  const areRows =
    list.length === rows &&
    list.every((row) => (Array.isArray(row) || typeof row === 'string') && row.length === columns);
  const areCells =
    list.length === rows * columns && list.every((one) => typeof one !== 'object' || one === null);
  if (areRows || areCells) return !agrees(list, question);
  const isEdge = rows >= FEWEST_ROWS && [rows, columns].includes(list.length);
  if (isEdge && list.every((one) => one === null || isNumber(one))) return true;
  return list
    .slice(0, MOST)
    .every((one) => isPlace(one) || isGroup(one) || (isNamed(one) && Object.values(one).some(isGroup)));
}

const isGroup = (one: unknown) =>
  Array.isArray(one) && one.length > 0 && (one.every(isNumber) || one.every(isPlace));

/** Whether all cells of a puzzle that are known are the same in another. */
function agrees(one: unknown, question: unknown): boolean {
  const [cells, asked] = [signsOf(one), signsOf(question)];
  return cells.length === asked.length && asked.every((sign, i) => /[.0_*]/.test(sign) || sign === cells[i]);
}

const signsOf = (value: unknown): string[] =>
  JSON.stringify(value)
    .replace(/null|""/g, '.')
    .match(/[^\s,"'[\]\\/]/gu) ?? [];
