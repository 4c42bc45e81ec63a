/** What a field beside a puzzle says, whatever its name is: nothing, a size, cells, or something for every cell of a grid. */

/** Words in which the usual rules are told. */
const USUAL_WORDS = new Set(
  `normal standard classic classical usual regular sudoku rules rule apply puzzle grid board row rows column columns col cols box
  boxes block blocks square squares subgrid subgrids sub region regions cell cells digit digits number numbers unique distinct
  different once only exactly fill place put enter complete solve contain contains containing hold holds have has appear appears repeat
  repeats repeated repeating without no not may must can cannot should is are be the a an all each every any empty blank in into of
  on so that such with and or from to using use by within same n x nine three two`.split(/\s+/),
);

/** A field of a table as JSON has it: a number, a list, true. */
export function jsonValueOf(written: unknown): unknown {
  if (typeof written !== 'string') return written;
  const text = written.trim();
  if (/^(true|yes)$/i.test(text)) return true;
  if (/^(false|no)$/i.test(text)) return false;
  if (/^(none|null|nan|n\/a|-)?$/i.test(text)) return null;
  if (!/^[[{]|^\d{1,3}$/.test(text)) return text;
  try {
    return JSON.parse(text.replaceAll("'", '"'));
  } catch {
    return text;
  }
}

/** Said to be so, or a list or an object with something in it. */
export function isOn(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value === true || value === 1 || (typeof value === 'string' && /^[[{]/.test(value));
}

/** Nothing, no, none of them; a list or an object of such. A 0 in a list may be a cell. */
export function saysNothing(value: unknown, depth = 4): boolean {
  if (typeof value !== 'object' || value === null) return !value;
  if (depth === 0 || (Array.isArray(value) && value.includes(0))) return false;
  return Object.values(value).every((one) => saysNothing(one, depth - 1));
}

/** Whether a text names cells, compares them or lists them: `r1c3<r1c4`, `A1 A2`, `[(0, 1)]`. */
export function namesCells(value: unknown): boolean {
  return typeof value === 'string' && /\br\d+ ?c\d+|\b[a-i][1-9]\b|[<>=≠^]|^[[{(]/i.test(value);
}

/** Names of a cell, in a pattern: `r1c3`, `A3`, `(1, 3)`. */
export const CELL = String.raw`(?:\br\d{1,2} ?c\d{1,2}\b|\b[a-p]\d{1,2}\b|\(\d{1,2}, ?\d{1,2}\))`;
const NEXT_CELL = String.raw`[\s,;&*/:−-]{1,9}${CELL}`;
/**
 * A sign between two cells, `A3 < A4`, `r1c1+r1c2`; several and a sum, `(1,1) (1,2) = 8`, `8 = A1 A2`; or nothing but them and a number.
 */
const RELATION = new RegExp(
  [
    String.raw`${CELL}\s{0,9}(?:[<>≠≤≥=+×]|!=|&[lg]t;)\s{0,9}${CELL}`,
    String.raw`${CELL}${NEXT_CELL}[\s,;]{0,9}[=:]\s{0,9}\d{1,3}(?![\d{]|\s{0,9}[\p{L}/,;])`,
    String.raw`(?<!\d)\d{1,3}\s{0,9}=\s{0,9}${CELL}${NEXT_CELL}`,
    String.raw`^\s*(?:\d{1,3}[\s:]{1,9}${CELL}(?:${NEXT_CELL}){1,40}|${CELL}(?:${NEXT_CELL}){1,40}[\s:]{1,9}\d{1,3})\s*$`,
  ].join('|'),
  'iu',
);
/** Words of relation, in several languages. */
const RELATED =
  /(?<!\p{L})(?:(?:smaller|larger|less|greater|bigger|lower|higher|more) than|kleiner als|größer als|plus (?:petit|grand)e? que|(?:menor|mayor|maior) que|(?:minore|maggiore) di|sums?|adds? up|summe|somme|suma|products?|cage|käfig|consecutive|opposite|equals?|must differ|unequal|gleich|ungleich|thermo\w*|palindrome)(?!\p{L})/iu;
const TWO_CELLS = new RegExp(`${CELL}.{0,60}?${CELL}`, 'i');
/** Characters of a line that are looked into for relations. */
const LONGEST_RELATION = 500;

/** Whether cells are related: `A3 < A4`, `Cell (1,3) is smaller than (1,4)`. */
export function relatesCells(text: string): boolean {
  const near = text.slice(0, LONGEST_RELATION);
  return RELATION.test(near) || (RELATED.test(near) && TWO_CELLS.test(near));
}

/** Whether all that is said are words for the usual rules, and numbers as in `1-9` and `3x3`. */
export function isUsual(value: unknown): boolean {
  const words = textsIn(value).flatMap((text) => text.toLowerCase().match(/[^\s,;:!()+&._–-]+/g) ?? []);
  const isSize = (word: string) => /^\d+(?:[x×]\d+)?$/.test(word);
  return !words.every(isSize) && words.every((word) => USUAL_WORDS.has(word) || isSize(word));
}

/** Words in which the usual rules of mazes are told. */
const MAZE_WORDS = new Set(
  `normal standard classic usual maze rules rule apply grid find shortest short optimal best path paths way route from start s to goal g
  end exit finish target destination the a an any one of through in into on by and or with without using you agent player robot that
  must may can cannot can't should do is are be move moves moving moved movement step steps cell cells square squares at time each
  every up down left right north south east west orthogonal orthogonally horizontal horizontally vertical vertically four 4 way
  direction directions connected neighbour neighbours neighbor neighbors adjacent only no not never outside leave walls wall blocked
  block free open passable empty cross pass enter hit reach get go travel few fewest as possible x allowed allow default there if`.split(
    /\s+/,
  ),
);

/** The same of the rules of a maze, in which `no diagonal moves` is usual too. */
export function isUsualOfMazes(text: string): boolean {
  const words = text
    .toLowerCase()
    .replace(/\b(?:no|not|never|without)\b[^.;]{0,20}\bdiagonal(?:ly|s)?\b/g, '');
  return (words.match(/\p{L}[\p{L}']*/gu) ?? []).every((word) => MAZE_WORDS.has(word));
}

/** A value for every cell of a grid: rows as lists or texts, as many as each has cells; or lists of cells by their names. */
export function isGrid(value: unknown): boolean {
  if (isNamed(value)) return Object.keys(value).length > 0 && Object.values(value).every(Array.isArray);
  if (!Array.isArray(value) || value.length < 4) return false;
  const isRow = (row: unknown) =>
    (Array.isArray(row) || typeof row === 'string') && row.length === value.length;
  return value.every(isRow) || (Math.sqrt(value.length) >= 4 && Number.isInteger(Math.sqrt(value.length)));
}

/** A sign for every cell of a grid, which says to what it belongs. */
export function isMap(value: unknown): value is string {
  return typeof value === 'string' && /^([\d\s./]{16,}|[A-Z\n./]{16,}|[a-z\n./]{16,})$/.test(value);
}

/** `3`, `[3, 2]`, `"3x2"`; none of anything else. */
export function sizesIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value === 'string')
    return (/^\s*\d+\s*[x×*,]\s*\d+\s*$/i.test(value) ? value.match(/\d+/g)! : []).map(Number);
  const numbers: unknown[] = Array.isArray(value) ? value : [];
  const areSizes = numbers.length < 3 && numbers.every((size) => typeof size === 'number');
  return areSizes ? (numbers as number[]) : [];
}

export function isNamed(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts in a value, and the names in it of what is said to be so. */
export function textsIn(value: unknown, depth = 4): string[] {
  if (typeof value === 'string') return [value];
  if (depth === 0) return [];
  return Object.entries(Object(value) as object).flatMap(([name, one]) => [
    ...(isOn(one) ? [name] : []),
    ...textsIn(one, depth - 1),
  ]);
}

/** Sides of grids of digits. */
const SIDES: readonly number[] = [4, 6, 9, 16];

/** Whether a question has cells of digits, as a Sudoku has, and no others. */
export const isOfDigits = (question: unknown): boolean =>
  /^[\s\da-g.,_*/|-]*$/i.test(String(question)) && /[4-9]/.test(String(question));

/**
 * Whether a value says that the digits of a puzzle stand for other symbols: as many as a row has cells, perhaps behind one for a
 * blank, that do not count from 1, as `012345678`; or an object that gives some of them others.
 */
export function hasOtherSymbols(value: unknown, question: unknown, side: number | undefined): boolean {
  if (!isOfDigits(question)) return false;
  const isSymbol = (one: unknown) => /^[1-9a-z]$/i.test(String(one));
  if (isNamed(value))
    return Object.entries(value).some(([key, one]) => isSymbol(key) && isSymbol(one) && key !== String(one));
  const symbols = Array.isArray(value) ? value.map(String) : [...String(value ?? '').replace(/[\s,]/g, '')];
  const isSide = (count: number) => (side === undefined ? SIDES.includes(count) : count === side);
  const digits = isSide(symbols.length) || isSymbol(symbols[0]) ? symbols : symbols.slice(1);
  if (!isSide(digits.length) || new Set(symbols).size < symbols.length) return false;
  return digits.some((digit, i) => ![String(i + 1), (i + 1).toString(17)].includes(digit.toLowerCase()));
}
