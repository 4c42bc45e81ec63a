/**
 * Every way in for questions: a text in any form that people keep puzzles in, or lists as JSON has them. The command, the
 * server, the library and the page read with this; what a cell looks like, and how puzzles stand in a text, the family knows.
 *
 * S cells of a row, V vocabulary.
 */
import type { Family } from '../family.ts';
import {
  inOrder,
  isPlainTitle,
  type Rules,
  withAgreeing,
  withAnswers,
  withJudged,
  withTables,
} from './answers-below.ts';
import { bothGiven, columnAmong, columnsAmong } from './columns.ts';
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
import { decodedMail } from './mail.ts';
import { inMarkup } from './markup.ts';
import { namesTexts } from './programs.ts';
import { inPlainQuotes, withoutQuotes } from './raw-texts.ts';
import { sizesOf } from './sizes.ts';
import { isPageOfTables } from './tables.ts';

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

/** What a puzzle is made of, and what there is. */
function expected(family: Family, got: string): Fault {
  const { rows, columns, smaller } = written(family);
  const lines = rows > 1 ? `, ${rows} rows of ${columns}` : '';
  return { fault: `expected ${smaller ? 'up to ' : ''}${rows * columns} cells${lines}, got ${got}` };
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
      item: noted(item, entry.value?.inProgram && AS_WRITTEN),
      role: entry.value?.inProgram,
    })),
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
export function rulesOf({ fault, posed, open, contradiction }: Family): Rules<Int32Array> | undefined {
  if (!fault) return undefined;
  return {
    faultOf: (question, answer) => fault(posed?.(question) ?? question, answer),
    isFull: (grid) => open !== undefined && !grid.includes(open),
    isImpossible: (question) => contradiction?.(posed?.(question) ?? question, 1) !== undefined,
  };
}

/**
 * Without what terminals, editors, forums and pages add: line ends of other systems, colours, marks that nobody sees, other spaces,
 * full width, other digits, fences of Markdown, lists of YAML, tags around a text, comments.
 */
export function plain(text: string): string {
  return (
    withoutTags(withoutComments(inPlainQuotes(withoutQuotes(decodedMail(text)))))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: MS-DOS ends a text with one
      .replace(/\u001a\s*$/, '')
      .replace(/\ufe0f|\u20e3|[\ufeff\u200b-\u200f\u2060\u00ad]/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
      .replace(/\u001b\[[\d;]*m/g, '')
      .replace(/[\u00a0\u2000-\u200a\u202f\u3000]|&(?:nbsp|#160);/g, ' ')
      .replace(/%2e/gi, '.')
      .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) % 16)) // Arabic, Persian
      .replace(/\r{0,2}\n|[\r\u0085\u2028\u2029]/g, '\n')
      .replace(/(?<=[^\n])[\v\f](?=[^\n])/g, '\n') // between pages
      .replace(/~(?<=[[,][ \t]*~)(?=[ \t]*[,\]])/g, 'null') // in a list of YAML
      .replace(FENCES, '')
      .replace(YAML_ROWS, onOneLine)
      .replace(/^[ \t]*-[ \t]+(?:(["'])(.*)\1|(\S{4,}))[ \t]*$/gm, '$2$3') // of a list in YAML
      .replace(NAMED_ROW, (_, __, name: string) => name.replace(/[*_]/g, ''))
      .replace(/^(?=.{1,200}\n *={3})(.*\p{L}{3}.*\n) *={3,} *$/gmu, '$1') // below a heading
      .replace(/^ *:: *$/gm, '') // before a block of reStructuredText
      .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
  );
}

/** What begins and ends a block of Markdown. */
export const FENCES = /^ *(`{3}|~{3})\w* *\r?$/gm;

/** Lists of cells in a list of rows, as YAML writes them: `- - 5`, below it `  - 3`. */
const YAML_ROWS = /^( *)- - (?:\S{1,4}|(['"]) \2)(?:\n\1(?: {2}|- )- (?:\S{1,4}|(['"]) \3))+ *$/gm;

/** Slashes between the rows, on the first of as many lines. */
function onOneLine(list: string): string {
  const rows = list.split(/\n *- (?=- )/).map((row) => row.split('\n').map(cellOfYaml));
  const between = rows.flat().some(({ length }) => length > 1) ? ' ' : '';
  return rows.map((row) => row.join(between)).join('/') + list.replace(/[^\n]/g, '');
}

const cellOfYaml = (line: string) =>
  line.replace(/^[ -]*- (['"]?)(.+?)\1 *$/, '$2').replace(/^(?:~|null)$/i, '.');

/** `- **Row 1:** 5 3 .` of Markdown. */
const NAMED_ROW = /^[ \t]*(?:[-*+][ \t]+)?(\*\*|__)?(\p{L}+ ?\d{1,2}(?::\1|\1:))(?=[ \t])/gmu;

/** What a forum closes, but for notes and what is struck out. */
const FORUM_TAG = /\[\/(?!(?:s|strike|del|su[bp]|small)\])([a-z]+)\]/gi;

/** Tags of a page for whole texts and lines of them, and of a forum whatever it closes: `[code]…[/code]`, `[size=4]…[/size]`. */
function withoutTags(given: string): string {
  const closed = new Set(Array.from(given.matchAll(FORUM_TAG), ([, name]) => name!.toLowerCase()));
  const text = given.replace(/\[\/?([a-z]+)(?:=[^\]\n]{0,100})?\]/gi, (tag, name: string) =>
    closed.has(name.toLowerCase()) ? '' : tag,
  );
  // Beside a table they tell what its words are.
  if (isPageOfTables(text)) return text;
  return text
    .replace(/^[ \t]*(?:<(?:div|section|article|main|figure|span|body)\b[^<>\n]*>[ \t]*)+(?=<pre\b)/gim, '')
    .replace(/<(h[1-6])\b[^<>\n]*>([^<>\n]*)<\/\1>(?=[ \t]*<pre\b)/gi, (heading, _, title: string) =>
      isPlainTitle(title) ? '' : heading,
    )
    .replace(/<\/?(?:pre|code|samp|tt|textarea|blockquote|[uo]l)\b[^<>]*>|<(?:p|li)\b[^<>]*>/gi, '')
    .replace(/<\/(?:p|li)>([ \t]*$)?/gim, (_, end?: string) => (end === undefined ? '<br>' : ''));
}

/** Entities of signs, which are told from tags once it is known that a text is no page. */
const ENTITY = /&(?:(lt|gt|middot)|#(3[2-9]|[4-9]\d|1\d\d));/g;
const SIGNS: Readonly<Record<string, string>> = { lt: '<', gt: '>', middot: '·' };

/** A text in quotes, with a name before it or not, and what takes its lines. */
const QUOTED =
  /^\s*(?:(?:\w+ ){0,3}[A-Za-z_]\w*\s*[:=]\s*)?(["'`])(.*?)\1(?:\.(?:split\w*|lines|strip|trim)\([^()]{0,9}\))*[,;]?\s*$/;

/** What begins or ends a text of several lines, or a comment, alone on its line. */
const MARKS = /^[ \t]*(?:[a-z]{0,2}(?:"""|''')|\/\*\*|\*\/)[ \t,;)]*$/gim;
/** A backslash that ends a line as Markdown has it: with no space before it, which pandas has, or behind several lines. */
const ENDS_OF_MARKDOWN =
  /\\(?=[ \t]*$)(?:(?<=[^\s\\]\\)|(?<=\\\n[^\n]{1,999}[ \t]\\)|(?<=[ \t]\\)(?=\n[^\n]{1,999}\\\n))/gm;

/**
 * Entities become their signs, and marks of programs around a text go. Breaks that are written as `\\n` or `<br>` become slashes between rows, so that lines keep their
 * numbers; quotes and a name around such a text go.
 */
export function unescaped(given: string): string {
  const text = given
    .replace(ENTITY, (_, name: string, code) => SIGNS[name] ?? String.fromCharCode(code))
    .replace(MARKS, '')
    .replace(ENDS_OF_MARKDOWN, '');
  if (!/\\n|<br\b/i.test(text)) return text;
  return text.replace(/^.*(?:(?<!["'])\\n|\\n(?!["'])|<br\b).*$/gim, (line) =>
    line
      .replace(QUOTED, '$2')
      .replace(/(?:(?:\\r)?\\n|<br\s*\/?>)(?=\s*$)/i, '')
      .replace(/(?:\\r)?\\n|<br\s*\/?>/gi, '/'),
  );
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

/** The only one; of none but faults the first. */
export function oneOf<T>(found: readonly Found<T>[]): Reading<T> {
  const [first, ...more] = found;
  const isOnly = more.length === 0 || found.every(({ fault }) => fault !== undefined);
  return first && isOnly ? first : { fault: `expected one puzzle, got ${found.length}` };
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

const BYTES: Fault = {
  fault: 'the bytes of a text',
  fix: 'give the text itself: new TextDecoder().decode(bytes)',
};

/** Numbers of cells are small. */
function areText(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}

export function isList(given: unknown): given is ArrayLike<unknown> {
  return Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView));
}

const blankFix = (blank: number) => `write ${blank} or null for a blank`;

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

/**
 * What a list is by its form: numbers are cells; lists of cells are rows, of another size too, unless one is as long as a
 * whole puzzle; anything else is puzzles.
 */
export function formOf(list: readonly unknown[], family: Family): 'cells' | 'rows' | 'texts' | 'puzzles' {
  const { rows, columns, smaller = false } = written(family);
  if (list.length > 0 && list.every(isCell)) {
    const isWhole = list.length === rows * columns && list.length > 1;
    if (!list.every((cell) => typeof cell === 'string')) return 'cells';
    return isWhole && !list.some(isText) ? 'cells' : 'texts';
  }
  const isOne = (cell: unknown) => isCell(cell) || typeof cell === 'boolean';
  const isRow = (row: unknown) =>
    isList(row) && Array.from(row).every((cell) => isOne(cell) && (smaller || !isText(cell)));
  const isWhole = (row: unknown) => !smaller && (row as ArrayLike<unknown>).length === rows * columns;
  return list.length > 0 && list.every(isRow) && !list.some(isWhole) ? 'rows' : 'puzzles';
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

function written({ canvas, written = canvas }: Family): NonNullable<Family['written']> {
  return written;
}

/** More than a cell: numbers of cells have two digits. */
export const isText = (cell: unknown) => typeof cell === 'string' && cell.length > 2;

/** A number is one of any type. */
export function isCell(cell: unknown): boolean {
  return cell === null || ['string', 'number', 'bigint'].includes(typeof cell);
}

function cellsIn(list: readonly unknown[], family: Family): Reading<Int32Array> {
  const { rows, columns, smaller } = written(family);
  if (list.length === rows * columns)
    return rowsIn(
      Array.from({ length: rows }, (_, row) => list.slice(row * columns, (row + 1) * columns)),
      family,
    );
  return smaller ? rowsIn([list], family) : expected(family, String(list.length));
}

/** As many rows as each has cells. */
function isSquare(list: readonly unknown[]): boolean {
  return list.every((row) => (typeof row === 'string' || isList(row)) && widthOf(row) === list.length);
}

/** Whether texts are rather the rows of one grid: as many as those of the family, or of one width, and of a grid's shape. */
function mayBeRows(texts: readonly unknown[], family: Family): boolean {
  const { rows, columns } = written(family);
  const widths = texts.map(widthOf);
  const widest = widths.reduce((most, width) => Math.max(most, width));
  const isGrid = texts.length === rows || widths.every((width) => width === widest);
  return isGrid && widest !== rows * columns && widest <= 2 * texts.length && texts.length <= 2 * widest;
}

/** Rows as a grid; of another size they are one fault. */
function gridIn(rows: readonly unknown[], family: Family): Reading<Int32Array> {
  const grid = rowsIn(rows, family);
  const { rows: height, columns, smaller } = written(family);
  // Numbers of two digits would stand for two cells where a list of cells is too short.
  const isShort = rows.some((row) => typeof row !== 'string' && widthOf(row) < columns);
  if (smaller || (grid.fault === undefined && !isShort)) return grid;
  const widths = rows.map(widthOf);
  const odd = widths.findIndex((width) => width !== (rows.length === height ? columns : widths[0]));
  if (odd >= 0) return expected(family, `${widths[odd]} in row ${odd + 1}`);
  if (rows.length === height) return grid;
  return expected(
    family,
    rows.length === 1 ? `one row of ${widths[0]}` : `${rows.length} rows of ${widths[0]}`,
  );
}

/** Cells of a row. */
function widthOf(row: unknown): number {
  if (typeof row !== 'string') return (row as ArrayLike<unknown>).length;
  const cells = row.trim().split(/[\s,]+/);
  return cells.length > 1 ? cells.length : row.length;
}

/**
 * Rows, each a text or a list of cells: those of cells a family may read as they are; else they are written down as text, of which
 * it knows every form.
 */
function rowsIn(rows: readonly unknown[], family: Family): Reading<Int32Array> {
  const areAlone = family.marks !== undefined && rows.every(areNumbers);
  const fault = areAlone ? NO_MARKS : faultOfCells(rows, blankOf(family));
  if (fault) return fault;
  const cells = family.readCells && cellRowsOf(rows);
  if (cells) return family.readCells!(cells);
  const text = textOfRows(rows);
  const reading = oneOf(family.read(text));
  // Numbers of a program have no names around them, as rows of a sheet may have.
  const isDoubt = reading.fault !== undefined && reading.isDoubt;
  return isDoubt && rows.every(areNumbers) ? oneOf(family.read(text.replaceAll('\n', ' '))) : reading;
}

/** What stands between cells has no place in numbers. */
const NO_MARKS: Fault = {
  fault: 'numbers alone, where signs stand between the cells of such a puzzle',
  fix: 'give its rows as text, with the signs',
};

const areNumbers = (row: unknown) =>
  isList(row) && Array.from(row).every((cell) => cell === null || typeof cell === 'number');

const blankOf = ({ blankNumber = 0 }: Family) => blankNumber;

/** What is wrong with cells before a family reads them. @param blank the number of one, and the least that a cell may be. */
export function faultOfCells(rows: readonly unknown[], blank = 0): Fault | undefined {
  const cells = rows.flatMap((row) => (typeof row === 'string' ? [] : Array.from(row as ArrayLike<unknown>)));
  const foreign = cells.findIndex((cell) => !isCell(cell));
  if (foreign >= 0) {
    const fault = `expected cells as numbers or texts, got ${JSON.stringify(cells[foreign])}`;
    return { fault, ...(cells[foreign] === undefined && { fix: blankFix(blank) }) };
  }
  const isOdd = (cell: number | bigint) => !Number.isInteger(Number(cell)) || cell < blank;
  const odd = cells.find((cell) => (typeof cell === 'number' || typeof cell === 'bigint') && isOdd(cell));
  return odd === undefined
    ? undefined
    : { fault: `expected whole numbers from ${blank}, ${blank} for a blank, got ${String(odd)}` };
}

/** Rows that are lists of cells, these as texts; undefined of others. */
export function cellRowsOf(rows: readonly unknown[]): CellRows | undefined {
  if (!rows.every(isList)) return undefined;
  return rows.map((row) => Array.from(row, (cell) => String(cell ?? '')));
}

/** What a family that knows of names says of one of the rows of a table, at its line. */
function oddRowOf(
  rows: CellRows,
  lines: readonly number[],
  family: Family,
): (Fault & { readonly line: number }) | undefined {
  if (family.readCells || 2 * rows.length < written(family).rows) return undefined;
  const [found] = family.read(textOfRows(rows));
  const line = lines[(found?.line ?? 0) - 1];
  return found?.fault !== undefined && line !== undefined ? { ...found, line } : undefined;
}

/** Rows, each a text or a list of cells, as text. */
function textOfRows(rows: readonly unknown[]): string {
  const lines = rows.map((row) => {
    if (typeof row === 'string') return row;
    return Array.from(row as ArrayLike<unknown>, (cell) => String(cell ?? '').trim() || '.').join(' ');
  });
  return lines.join('\n');
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

/** `{ tokens }`: the model's own numbers, for those who have them. */
function tokensIn(given: unknown, { cells, vocabulary, typed }: Family): Reading<Int32Array> {
  if (!isList(given)) return { fault: 'expected tokens as a list of numbers' };
  const numbers = Array.from(given, (token) => (typeof token === 'bigint' ? Number(token) : token));
  const tokens = Int32Array.from(numbers as number[]);
  if (tokens.length !== cells) return { fault: `expected ${cells} tokens, got ${tokens.length}` };
  const place = tokens.findIndex((token, i) => {
    const known = token === numbers[i] && token >= 0 && token < vocabulary;
    return !known || (typed !== undefined && !typed(i).includes(token));
  });
  if (place < 0) return { value: tokens };
  const allowed = typed ? typed(place).join(', ') : `0 to ${vocabulary - 1}`;
  return {
    fault: `token ${place} is ${String(given[place])}; a question holds ${allowed} there`,
    fix: 'a list of cells goes without the name tokens',
  };
}
