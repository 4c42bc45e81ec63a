/**
 * Every way in for questions: a text in any form that people keep puzzles in, or lists as JSON has them. The command, the
 * server, the library and the page read with this; what a cell looks like, and how puzzles stand in a text, the family knows.
 *
 * S cells of a row, V vocabulary.
 */
import type { Family } from '../family.ts';
import { inOrder, type Rules, withAgreeing, withAnswers, withJudged, withTables } from './answers-below.ts';
import { sizesOf } from './beside/sizes.ts';
import { entriesOf, linesOf, withoutComments } from './documents.ts';
import { cellsAsObjects, DEEPEST, type Entry, entriesIn, planesOfDigits } from './entries.ts';
import {
  type Answered,
  AS_WRITTEN,
  type CellRows,
  type Fault,
  type Found,
  type Item,
  itemAt,
  noted,
  type OnWords,
  type Place,
  type Reading,
  type Words,
} from './found.ts';
import {
  areText,
  BYTES,
  blankFix,
  blankOf,
  cellsIn,
  expected,
  formOf,
  gridIn,
  isCell,
  isList,
  isSquare,
  isText,
  mayBeRows,
  oddRowOf,
  oneOf,
  tokensIn,
  written,
} from './grids.ts';
import { inMarkup } from './pages/markup.ts';
import { withLinesMoved } from './places.ts';
import { plain, unescaped } from './plain.ts';
import { namesTexts } from './programs/changes.ts';
import { bothGiven, columnAmong, columnsAmong } from './tables/columns.ts';

export interface ReadOptions extends Place {
  /** Bound of the search that refutes a question without an answer, of all together; where omitted each has a large one. */
  readonly guesses?: number | undefined;
  /** Called for every line that was left out as words. */
  readonly onWords?: OnWords | undefined;
}

/**
 * Every question of a text, a list, or an object that holds them, each with its tokens `[S]` or its error; where there is none
 * an error says so.
 */
export function readQuestions(
  given: unknown,
  family: Family,
  { guesses, onWords, ...at }: ReadOptions = {},
): Item<Int32Array>[] {
  const items = readGrids(given, family, at, onWords);
  if (items.length === 0) return [itemAt(noneIn(given, family), at)];
  return items.map((item) => asQuestion(item, family, guesses && guesses / items.length));
}

/**
 * The first of them, and how many there are. The others are not searched for what makes them impossible, which takes longer than
 * to read them.
 */
export function firstQuestion(
  given: unknown,
  family: Family,
): { readonly item: Item<Int32Array>; readonly of: number } {
  const [first = itemAt<Int32Array>(noneIn(given, family), {}), ...others] = readGrids(given, family, {});
  return { item: asQuestion(first, family), of: 1 + others.length };
}

/** The question that a line is, as its family writes it; in no other form, whose readers need not come with it. */
export function questionInLine(line: string, family: Family): Item<Int32Array> {
  const [first = noneIn(line, family)] = family.read(line);
  const { line: _, ...reading } = first as Found<Int32Array>;
  return asQuestion(itemAt<Int32Array>(reading, {}), family);
}

/** A grid as it is asked, or why it cannot be. */
export function asQuestion(item: Item<Int32Array>, family: Family, guesses?: number): Item<Int32Array> {
  if (item.error) return item;
  const question = family.posed?.(item.value) ?? item.value;
  const fault = family.contradiction?.(question, guesses);
  return noted(itemAt(fault === undefined ? { value: question } : { fault }, item.at), item.note);
}

/** Every grid there, as it stands: an answer too, or a question that none has. */
export function readGrids(given: unknown, family: Family, at: Place, onWords?: OnWords): Item<Int32Array>[] {
  return typeof given === 'string' ? inText(given, family, at, onWords) : inValue(given, family, at);
}

/** The only question there. @throws TrmError `data`, also where there is none or are more. */
export function readQuestion(given: unknown, family: Family, options: ReadOptions = {}): Int32Array {
  const { guesses: _, onWords: __, ...at } = options;
  const items = readQuestions(given, family, options);
  const several = { fault: `expected one puzzle, got ${items.length}`, fix: 'give several as a list' };
  const item = items.length > 1 ? itemAt<never>(several, at) : items[0]!;
  if (item.error) throw item.error;
  return item.value;
}

/** What to say where nothing was found. */
function noneIn(given: unknown, family: Family): Fault {
  return expected(family, nothing(given));
}

/** What it is that holds no puzzle. */
export function nothing(given: unknown): string {
  if (typeof given !== 'string') return 'an empty list';
  return given.trim() === '' ? 'an empty text' : 'a text without them';
}

function inText(given: string, family: Family, at: Place, onWords: OnWords = () => {}): Item<Int32Array>[] {
  const text = plain(given);
  const entries = entriesOf(text, at);
  if (!entries) {
    const onLine = (words: Words) => onWords({ ...at, ...words });
    const find = (one: string, onWords: OnWords) => {
      const lines = plain(one);
      return inColumn(lines, family, onWords) ?? puzzlesIn(unescaped(lines), family, onWords);
    };
    const found = inMarkup(withoutComments(given), find, onLine, (value) => family.line(value));
    const note = noteOfText(text);
    return found.map(({ line, ...reading }, i) =>
      noted(
        itemAt<Int32Array>(reading, {
          ...at,
          ...(line !== undefined && at.file !== undefined && { line }),
          ...(found.length > 1 && at.key === undefined && { key: `puzzle ${i + 1}` }),
        }),
        note,
      ),
    );
  }
  const found = inEntries(entries, (entry, place) => inEntry(entry, family, place));
  const items = found.map(({ item }) => item);
  const rules = rulesOf(family);
  if (entries.some(({ value }) => value?.lines)) return withTables(items, text, rules, () => sizesOf(family));
  return rules && found.some(({ role }) => role) ? withAgreeing(found, text, rules) : items;
}

/** What entries hold, and what each is in a program. */
export function inEntries<T>(entries: readonly Item<Entry>[], read: (entry: Entry, at: Place) => Item<T>[]) {
  return entries.flatMap((entry) =>
    (entry.error ? [entry] : read(entry.value, entry.at)).map((item) => ({
      item: noted(inLinesFrom(entry.value?.begin, item), entry.value?.inProgram && AS_WRITTEN),
      role: entry.value?.inProgram,
    })),
  );
}

/** An error about lines that begin at one of the text, as that counts them. */
function inLinesFrom<T>(begin: number | undefined, item: Item<T>): Item<T> {
  if (begin === undefined || !item.error) return item;
  const { error, at, isDoubt, isOtherSize } = item;
  const fault = withLinesMoved(error.what, (line) => line + begin - 1);
  return itemAt(
    { fault, fix: error.detail.fix, ...(isDoubt && { isDoubt }), ...(isOtherSize && { isOtherSize }) },
    at,
  );
}

/** What should be known of the puzzles of a text that is no document. */
export const noteOfText = (text: string) => (namesTexts(text) ? AS_WRITTEN : undefined);

/** Own grids on a line each, below the name of the only column of a table. */
function inColumn(text: string, family: Family, onWords: OnWords): Answered<Int32Array>[] | undefined {
  const [name = '', ...records] = linesOf(text);
  const areGrids = records.every((line) => line.trim() === '' || line.includes('/'));
  if (!written(family).smaller || !areGrids || !columnAmong([name], 'question')) return undefined;
  onWords({ line: 1, text: name });
  return records.flatMap((record, i) => family.read(record).map((one) => ({ ...one, line: i + 2 })));
}

/** What a text holds, answers beside their puzzles where there are rules to tell them by. */
function puzzlesIn(text: string, family: Family, onWords?: OnWords): Answered<Int32Array>[] {
  const sizes = sizesOf(family);
  const found = inOrder(
    (...given) => family.read(...given),
    text,
    () => sizes,
    onWords,
  );
  const rules = rulesOf(family);
  return rules ? withAnswers(found, text, rules) : found;
}

/** What tells an answer; undefined where a family has no rules. */
export function rulesOf(family: Family): Rules<Int32Array> | undefined {
  const { fault, posed, open, contradiction } = family;
  if (!fault) return undefined;
  return {
    faultOf: (question, answer) => fault(posed?.(question) ?? question, answer),
    isFull: (grid) => open !== undefined && !grid.includes(open),
    isImpossible: (question) => contradiction?.(posed?.(question) ?? question, 1) !== undefined,
    columns: written(family).columns,
  };
}

/** A question of an entry; a list may hold several. */
function inEntry({ answer, ...entry }: Entry, family: Family, at: Place): Item<Int32Array>[] {
  const items = questionsIn(entry, family, at);
  const [item, ...more] = items;
  if (!item || item.error || more.length > 0 || !answer || !family.fault) return items;
  return [withJudged(item, readGrids({ question: answer }, family, {}), rulesOf(family))];
}

function questionsIn({ question, isOne, lines }: Entry, family: Family, at: Place): Item<Int32Array>[] {
  if (typeof question !== 'string') {
    const items = inValue(question, family, at);
    const odd = lines && items[0]?.error ? oddRowOf(question as CellRows, lines, family) : undefined;
    if (odd) return [itemAt<Int32Array>(odd, { ...at, line: odd.line })];
    const areRows = isOne && isList(question) && items.length === 1 && items[0]!.error && items[0]!.isDoubt;
    return areRows ? [itemAt(gridIn(Array.from(question), family), at)] : items;
  }
  const found = puzzlesIn(unescaped(plain(question)), family);
  return [itemAt(found.length > 0 ? oneOf(found) : noneIn(question, family), at)];
}

function inValue(given: unknown, family: Family, at: Place, depth = DEEPEST): Item<Int32Array>[] {
  if (given instanceof Uint8Array && areText(given)) return [itemAt(BYTES, at)];
  if (isList(given)) return inList(Array.from(given), family, at, depth);
  if (typeof given !== 'object' || given === null) {
    const fix = 'give a text, a list of numbers, a list of rows, or { tokens }';
    return [itemAt({ fault: `expected a puzzle, got ${String(given)}`, fix }, at)];
  }
  if ('tokens' in given) return [itemAt(tokensAlone(given, family), at)];
  return entriesIn(given, at).flatMap((entry) =>
    entry.error ? [entry] : inEntry(entry.value, family, entry.at),
  );
}

/** Cells, rows of cells, or a list of puzzles. */
function inList(list: readonly unknown[], family: Family, at: Place, depth: number): Item<Int32Array>[] {
  if (depth === 0) return [itemAt({ fault: `more than ${DEEPEST} lists within each other` }, at)];
  const objects = cellsAsObjects(list) ?? planesOfDigits(list);
  if (objects) return [itemAt<Int32Array>(objects, at)];
  const hole = list.indexOf(undefined);
  if (hole >= 0 && list.every((one) => one === undefined || (isCell(one) && !isText(one))))
    return [
      itemAt({ fault: `cell ${hole + 1} of the list is undefined`, fix: blankFix(blankOf(family)) }, at),
    ];
  const form = formOf(list, family);
  if (form === 'cells') return [itemAt(cellsIn(list, family), at)];
  if (form === 'rows') return [itemAt(gridIn(list, family), at)];
  const puzzles = list.flatMap((one, i) => {
    const place = { ...at, key: `${at.key ?? 'puzzles'}[${i}]` };
    return typeof one === 'string'
      ? inEntry({ question: one }, family, place)
      : inValue(one, family, place, depth - 1);
  });
  if (list.length === 1) return puzzles;
  // Rows of one grid, or puzzles: where their form does not tell, reading them does.
  const bad = puzzles.filter(({ error }) => error).length;
  if (isSquare(list) && 2 * bad > list.length) return [itemAt(gridIn(list, family), at)];
  if (form === 'puzzles') return puzzles;
  const grid = gridIn(list, family);
  if (grid.fault !== undefined)
    return bad === puzzles.length && mayBeRows(list, family) ? [itemAt(grid, at)] : puzzles;
  if (bad > 0) return [itemAt(grid, at)];
  const fault = `${list.length} texts may be the rows of one puzzle, or ${list.length} puzzles`;
  const fix = 'give the rows as one text with line breaks, or each puzzle as an object with a question';
  return [itemAt({ fault, fix, isDoubt: true }, at)];
}

/** Why a list of two texts or more is not so many puzzles: they are the rows of one; undefined where they may be puzzles. */
export function faultOfRows(list: readonly unknown[], family: Family): Fault | undefined {
  const { rows, columns } = written(family);
  const mayBe = list.every((text) => typeof text === 'string' && text.length < rows * columns);
  const [item, ...more] = mayBe ? readGrids(list, family, {}) : [];
  if (!item || more.length > 0) return undefined;
  if (item.error) return { fault: item.error.what, fix: item.error.detail.fix };
  return rowsOfOne(list.length);
}

export function rowsOfOne(rows: number): Fault {
  const fix = 'give them as one text with line breaks';
  return { fault: `the ${rows} texts are the rows of one puzzle, not ${rows} puzzles`, fix };
}

/** `{ tokens }`, beside which a puzzle by another name must be the same. */
function tokensAlone(
  { tokens, ...others }: { readonly tokens?: unknown },
  family: Family,
): Reading<Int32Array> {
  const reading = tokensIn(tokens, family);
  const [name] = columnsAmong(Object.keys(others), 'question');
  if (name === undefined || reading.fault !== undefined) return reading;
  const [other] = inValue(others, family, {});
  return String(other?.value) === String(reading.value) ? reading : bothGiven('tokens', name);
}
