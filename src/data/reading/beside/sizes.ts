/**
 * What lines about a puzzle say of its size: `10x10`, `Size: 10`, `rows: 10, cols: 12`. Where the puzzle has another, cells are
 * missing, or the line is about something else; nobody knows which.
 */
import type { Family } from '../../family.ts';
import type { Found, Words } from '../found.ts';

/** Rows and columns. */
export interface Sides {
  readonly rows: number;
  readonly columns: number;
}

/** The sizes that a puzzle may be said to have, its own first; none where it is not known. */
export type Sizes<T> = (value: T) => readonly Sides[];

/** The sizes that a puzzle may be said to have: its own; of a Sudoku that of its boxes; of a maze that of its rooms between walls. */
export function sizesOf({ info, box, canvas, written = canvas }: Family): Sides[] {
  const { rows, columns } = written;
  if ('smaller' in written) return [];
  const rooms = info?.kind === 'maze' ? [{ rows: (rows - 1) / 2, columns: (columns - 1) / 2 }] : [];
  return [{ rows, columns }, ...(box ? [box] : []), ...rooms];
}

/** Words of a sentence, which a title has not. */
const MOST_WORDS = 8;
const LONGEST = 100;
/** What has sizes too: parts of a puzzle, and pictures. */
const OF_OTHERS = /box|block|region|sub ?-?grid|room|pixel|\b(?:px|mm|cm)\b/i;
const PAIR = /(?<!\d ?[.,x×*/:-] ?)\b(\d{1,2}) ?(?:[x×*]|by) ?(\d{1,2})\b(?! ?[.,x×*/:=-]\d)/gi;
const TWO_NUMBERS = /^[^\p{L}\d]*(\d{1,2})[ ,]+(\d{1,2})[^\p{L}\d]*$/u;
/** `rows: 10`, `10 rows`, `Grid size = (10, 10)`, one after another. */
const FIELD =
  /(?:(?:(?:grid|board|maze|puzzle|sudoku) )?(?<name>rows|col(?:umn)?s|width|height|size|side|dimensions?|shape) ?[:=]? ?[([]?(?<size>\d{1,2})(?:[ ,]+(?<other>\d{1,2}))?[)\]]?|(?<count>\d{1,2}) (?<what>rows|col(?:umn)?s))/gi;
const BETWEEN = /^(?:[^\p{L}\d]|and|by|x)*$/iu;

/** What databases and frames print below a table of puzzles: `(2 rows)`, `[3 rows x 2 columns]`, `shape: (2, 2)`. */
export const COUNTS_RECORDS =
  /^[\s│|]*(?:\(?\d+ rows?\)?(?: in set)?(?: \(\d[^()]{0,20}\))?|\[?\d+ rows? *(?:[x×] *)?(?:\(\d+ shown\) *)?[1-3] columns?\]?|shape: \(\d+, ?[1-3]\))[\s│|]*$/i;

/** Whether a line says sizes that are none of some. */
function contradicts(line: string, sizes: readonly Sides[]): boolean {
  if (line.length > LONGEST || OF_OTHERS.test(line) || COUNTS_RECORDS.test(line)) return false;
  if ((line.match(/\p{L}+/gu) ?? []).length > MOST_WORDS) return false;
  const isTold = (name: string, size: number) =>
    sizes.some(({ rows, columns }) => {
      if (/rows|height/i.test(name)) return size === rows;
      if (/col|width/i.test(name)) return size === columns;
      return [rows, columns, rows * columns].includes(size);
    });
  const areTold = (one: string, other: string) =>
    sizes.some(({ rows, columns }) =>
      [`${rows} ${columns}`, `${columns} ${rows}`].includes(`${+one} ${+other}`),
    );
  const numbers = TWO_NUMBERS.exec(line);
  const pairs = numbers ? [numbers] : [...line.matchAll(PAIR)];
  if (pairs.length > 0) return pairs.length === 1 && !areTold(pairs[0]![1]!, pairs[0]![2]!);
  if (!BETWEEN.test(line.replace(FIELD, ''))) return false;
  return [...line.matchAll(FIELD)].some(({ groups }) => {
    const { name, size, other, count, what } = groups!;
    if (other !== undefined && !/rows|col|width|height/i.test(name!)) return !areTold(size!, other);
    return !isTold((name ?? what)!, Number(size ?? count));
  });
}

/**
 * Grids, of which those are refused that have another size than a line above says, or one below the last.
 *
 * @param words lines that are no cells, in their order.
 */
export function asSizesSay<T>(
  found: readonly Found<T>[],
  words: readonly Words[],
  sizes: Sizes<T>,
): Found<T>[] {
  let next = 0;
  return found.map((one, i) => {
    const end = i + 1 < found.length ? (one.line ?? 0) : Number.POSITIVE_INFINITY;
    const from = next;
    while (next < words.length && words[next]!.line! < end) next++;
    if (one.fault !== undefined || next === from) return one;
    const [own, ...others] = sizes(one.value);
    const said = own && words.slice(from, next).find(({ text }) => contradicts(text, [own, ...others]));
    if (!said) return one;
    const fault = `line ${said.line} says ${said.text.trim()}, where the puzzle has ${own.rows} rows of ${own.columns} cells`;
    return { fault, fix: 'look whether cells are missing, or leave out that line', line: one.line! };
  });
}
