/**
 * Cells in another order than they are read in: names of rows or columns that count, but not one after the other, as `9` to `1`
 * above the columns, or `2`, `1`, `3`, …; names of rows above the columns, or of columns before the rows; and titles and keys that
 * say that columns or boxes follow, or a grid that was turned.
 */
import type { Fault } from '../found.ts';

/** Where a label stands in its count: a number, or a letter from `a` on. */
export function placeOf(label: string): number {
  return /\d/.test(label) ? Number(label) : label.toLowerCase().charCodeAt(0) - 'a'.charCodeAt(0);
}

/** Whether all follow each other, as they stand. */
export function isCounted(places: readonly number[]): boolean {
  return places.every((place, i) => place === places[0]! + i);
}

/** Whether they would follow each other in another order. */
export function isOtherOrder(places: readonly number[]): boolean {
  return isCounted(places.toSorted((a, b) => a - b)) && !isCounted(places);
}

/** What to say of them: whether the cells go to where the names say, nobody knows. */
export function namedOtherwise(what: 'rows' | 'columns'): Fault {
  return {
    fault: `the names of the ${what} count in another order than the ${what} stand in: the cells may belong where the names say, or where they are`,
    fix: `write the ${what} in the order of their names, or leave the names out`,
  };
}

/** What people call rows, columns and boxes, as a pattern: also as spreadsheets write R1C1 in other languages, Z1S1, L1C1 or F1C1. */
export const NAMES = {
  row: 'rows?|r|lines?|zeilen?|reihen?|lignes?|linhas?|filas?|riga|righe|rij(?:en)?|rad(?:er)?|række|rækker|rząd|rzędy|wiersz(?:e)?|řádek|řádky|řada|rivi|satır|sor|rând|строка|строки|ряд|рядок|行',
  column:
    'col(?:umn)?s?|c|spalten?|colonnes?|columnas?|colunas?|colonna|kolom(?:men)?|kolumn(?:er|en|[aeiy])?|столб(?:ец|цы|цам)',
  box: '(?:box|block|square|subgrid|nonet|region|quadrant)(?:e?s)?|units|houses|blöcken?|kästchen|blocs?|bloques?|blocos?|blocchi|riquadr[io]|cuadrantes?|blokken',
} as const;

export type Axis = keyof typeof NAMES;

/** R calls columns V1, V2, … */
const COLUMN = new RegExp(`^(?:(?:${NAMES.column}|v)_?)?(\\d{1,2}|[a-p])$`, 'i');

/** What the name of a column counts, from 0 or 1: `3`, `c3`, `col_3`, `C`; -1 where it does not. */
export function placeNamed(name: string): number {
  const [, label] = COLUMN.exec(name) ?? [];
  return label === undefined ? -1 : placeOf(label);
}

/**
 * What the names of columns count, from 0 or 1: with the same word before all numbers, whatever it is, or each as `placeNamed`
 * knows it; -1 for one that does not.
 */
export function placesNamed(names: readonly string[]): number[] {
  const numbered = names.map((name) => /^(\p{L}+)[ _.-]?(\d{1,2})$/u.exec(name));
  const isAlike = numbered.every((name) => name && name[1] === numbered[0]![1]);
  return names.map((name, i) => (isAlike ? Number(numbered[i]![2]) : placeNamed(name)));
}

const AXES = (Object.keys(NAMES) as Axis[]).map((axis) => ({
  axis,
  names: new RegExp(`^(${NAMES[axis]})$`, 'i'),
}));

/** What a word names; a letter does so only where it counts. */
export function axisOf(word: string): Axis | undefined {
  return AXES.find(({ names }) => names.test(word))?.axis;
}

/** The same of letters that name rows and columns where numbers stand behind them: `x1y1`, `Z1S1`. */
export function axisOfLetter(word: string): Axis | undefined {
  return axisOf(word) ?? LETTERS[word.toLowerCase()];
}

const LETTERS: Readonly<Record<string, Axis>> = {
  ...{ y: 'row', i: 'row', z: 'row', l: 'row', f: 'row' },
  ...{ x: 'column', j: 'column', s: 'column', b: 'box' },
};

/** Whether a word before numbers says that these count rows; none says nothing else. */
export const mayNameRows = (word: string): boolean => word === '' || axisOfLetter(word) === 'row';

/** What a name counts, as `Row 1`, `c1` or `Spalte A`. @param of what a word before it counts. */
function axisNamed(name: string, of: typeof axisOf): Axis | undefined {
  const [word = '', letter = '', ...more] = name.match(/\p{L}+/gu) ?? [];
  const isNumbered = /\d/.test(name);
  const counts = letter === '' ? isNumbered : letter.length === 1 && more.length === 0 && !isNumbered;
  return counts ? of(word) : undefined;
}

/** Names that are fewer may be words. */
const FEWEST = 3;

/** What names count, all of them but for a corner. */
function axisOfAll(names: readonly string[], of: typeof axisOf): Axis | undefined {
  const axes = names.flatMap((name) => axisNamed(name, of) ?? []);
  const isAll = axes.length >= Math.max(FEWEST, names.length - 1) && new Set(axes).size === 1;
  return isAll ? axes[0] : undefined;
}

/**
 * What to say where the columns have names of rows, the rows names of columns, or either those of boxes; a word that is there for
 * both says nothing. Above names of rows that are bare numbers or letters a corner, as `Column`, names them.
 */
export function namedAcross(above: readonly string[], before: readonly string[]): Fault | undefined {
  const [columns, rows] = [
    axisOfAll(above, axisOfLetter),
    axisOfAll(before, axisOf) ?? axisOfCorner(above, before),
  ];
  const isOther = (axis: Axis | undefined, own: Axis) =>
    axis === 'box' || (axis !== undefined && axis !== own && columns !== rows);
  const [what, axis] = isOther(columns, 'column') ? ['columns', columns] : ['rows', rows];
  if (!isOther(columns, 'column') && !isOther(rows, 'row')) return undefined;
  return {
    fault: `the ${what} have names of ${axis === 'box' ? 'boxes' : `${axis}s`}: the cells may belong where the names say, or where they are`,
    fix: 'write the rows of the puzzle as rows, or leave the names out',
  };
}

/** What the corner of a table names; of rows that count by themselves. */
function axisOfCorner(
  [corner = '', ...above]: readonly string[],
  before: readonly string[],
): Axis | undefined {
  const places = before.map((name) => (/^(\d{1,2}|\p{L})$/u.test(name) ? placeOf(name) : Number.NaN));
  const isHeader =
    above.length === 1 || (above.length >= FEWEST && above.every((name) => placeNamed(name) >= 0));
  return places.length >= FEWEST && isCounted(places) && isHeader ? axisOf(corner.trim()) : undefined;
}

/** Words beside columns that say nothing else. */
const BESIDE =
  /^(the|its|all|nine|by|as|in|are|is|of|list|listed|read|given|written|from|left|right|to|top|bottom|down|first|major|wise|weise|order|ordered|ordering|format|style|stored|saved|exported|flattened|von|nach|links|rechts|par|pro|por|per|na|op|en|de)$/i;
/** What all of it may be called, and what of it then says that it is in an order; `Sudoku box` says none. */
const WHOLE = /^(here|this|an?|puzzle|sudoku|maze|grid|board|matrix|rows?|cells?|image|version|reading)$/i;
const ORDERED =
  /^(by|in|as|wise|weise|major|first|order|ordered|ordering|listed|read|reading|written|stored|saved|exported|flattened|nach|par|por|per)$/i;

const TURNED =
  /^(transposed?|rotated?|mirrored|flipped|inverted|reversed|transponiert|gedreht|gespiegelt|gestürzt|transposée?|tournée?|pivotée?|retournée?|transpuest[ao]|girad[ao]|rotad[ao]|reflejad[ao]|traspost[ao]|ruotat[ao]|specchiat[ao]|transpost[ao]|espelhad[ao])$/i;
const HOW_TURNED =
  /^(degrees?|(?:(?:counter|anti) ?)?clockwise|counter|anti|quarter|half|turn|horizontal(ly)?|vertical(ly)?|diagonal(ly)?|upside|down|and|grad|um|degr[eé]s|grados|gradi)$/i;
/** What says the same in two words, or beside a number. */
const TURNED_WORDS =
  /\b(?:mirror(?:ed)? image|spiegelbild(?:lich)?|upside[- ]down|rot(?=(?:90|180|270)\b)|turned(?= \d)|right[- ]to[- ]left|bottom[- ](?:up|to[- ]top)|(?:last|bottom) (?:row|line)s? first|backwards?\b|von rechts nach links|von unten nach oben|rückwärts)/gi;
/** What goes down where it says how cells are read. */
const DOWNWARDS = /^(down|downwards?|vertical(ly)?|senkrecht|fortran)$/i;

/** What says it of what a line holds: `Each line is a column`, `One box per line`. */
const OF_LINES =
  /\b(?:each|every) (?:inner )?(?:line|row|list|string|entry)(?: below)? (?:is|holds|contains) (?:an?|one|the)?(?: \dx\d)? ?(?:column|box|block)\b|\b(?:column|box|block)(?:e?s)?,?(?: one)? (?:per|in each|a) (?:line|row|list|string)\b/i;

/** What an order is said of. */
type Order = 'columns' | 'turned';

/**
 * What is said of lists or lines below a title, a key or a name that are no rows in their order: `Columns:`, `cols`,
 * `The columns (left to right):`, `column by column`, `Spalten:`, `byColumns`; the same of boxes; `Rotated by 90 degrees:`.
 *
 * @param isBare whether columns alone say it, without a word for an order beside them.
 */
function orderIn(text: string, axes: readonly Axis[], isBare: boolean): Order | undefined {
  if (OF_LINES.test(text)) return 'columns';
  const words = wordsOf(text);
  if (isBare && words.length === 1 && /^(vertical(ly)?|senkrecht)$/i.test(words[0]!)) return 'columns';
  const isOther = (word: string) => word.length > 1 && axes.includes(axisOf(word) ?? 'row');
  const areAll = (...known: readonly RegExp[]) =>
    words.every((word) => isOther(word) || known.some((one) => one.test(word)));
  if (words.some((word) => TURNED.test(word)))
    return areAll(TURNED, HOW_TURNED, BESIDE, WHOLE) ? 'turned' : undefined;
  if (/\d/.test(text) || words.some((word) => axisOf(word) === 'row')) return undefined;
  const isOrdered = words.some((word) => ORDERED.test(word));
  if (isOrdered && words.some((word) => DOWNWARDS.test(word)))
    return areAll(DOWNWARDS, BESIDE, WHOLE) ? 'columns' : undefined;
  if (!words.some(isOther) || !(isBare || isOrdered)) return undefined;
  return areAll(BESIDE, ...(isOrdered ? [WHOLE] : [])) ? 'columns' : undefined;
}

/** The words of a text, also of those that are written as one: `byColumns`, `columnwise`, `Spaltenweise`, `colmajor`. */
function wordsOf(text: string): string[] {
  const words = text.replace(TURNED_WORDS, 'flipped').replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ');
  return (words.match(/\p{L}+/gu) ?? []).flatMap((word) => {
    const [, first, last] = /^(\p{L}+)(wise|weise|major)$/iu.exec(word) ?? [];
    return first && last && axisOf(first) ? [first, last] : [word];
  });
}

/** What a title, a key or a name says of what is below it, as a fault. */
export function otherOrderSaid(title: string, axes: readonly Axis[] = ['column', 'box']): Fault | undefined {
  if (title.length > LONGEST) return undefined;
  const order = orderIn(title, axes, true) ?? (isMajor(title, axes) ? 'columns' : undefined);
  return order && { columns: COLUMNS_BELOW, turned: TURNED_BELOW }[order];
}

/** Whether words of any other kind call a layout so: `it is column-major:`; what is done column by column may be something else. */
function isMajor(title: string, axes: readonly Axis[]): boolean {
  const words = wordsOf(title);
  if (words.some((word) => axisOf(word) === 'row' || /^(not|nicht|unlike)$/i.test(word))) return false;
  return words.some(
    (word, i) =>
      word.length > 1 && axes.includes(axisOf(word) ?? 'row') && /^major$/i.test(words[i + 1] ?? ''),
  );
}

/** The same of a field beside a puzzle, of its name or its value: `orientation: transposed`, `columnMajor`; columns alone say nothing. */
export function orderBeside(words: string): Order | undefined {
  return words.length <= LONGEST ? orderIn(words, ['column', 'box'], false) : undefined;
}

/** Characters of a title that is looked into. */
const LONGEST = 200;

const COLUMNS_BELOW: Fault = {
  fault:
    'what is called columns may be the columns of the puzzle, and what is called boxes its boxes, not its rows',
  fix: 'write its rows, under no such name',
};

const TURNED_BELOW: Fault = {
  fault: 'what is called transposed, rotated, mirrored or flipped may be another order of the cells',
  fix: 'write the rows of the puzzle as they are, under no such name',
};
