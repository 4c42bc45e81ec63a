/**
 * Lists as programs of many languages write them, and as these print them, taken apart without running anything: numbers, texts,
 * names of blanks, lists of lists, with commas between them, semicolons between rows, or spaces alone.
 */
import { isKeepingCall, isType, isWord } from './matrices.ts';

export type Value = string | number | null | readonly Value[];

/** A part of a text. A block is a text of several lines, or what documents a function. */
export type Part =
  | { readonly is: 'comment' | 'space' | 'number' | 'word' | 'sign'; readonly text: string }
  | { readonly is: 'text'; readonly text: string; readonly content: string; readonly isBlock: boolean };

const PART = new RegExp(
  [
    `(?<block>("""|'''|\`)(?!\`)[\\s\\S]*?\\2)`,
    // a quote behind a name or a bracket transposes
    `(?<text>[bfru]?"(?:[^"\\\\\\n]|\\\\.)*"|(?<![\\p{L}\\d_)\\]}'.])[bfru]?'(?:[^'\\\\\\n]|\\\\.)*')`,
    `(?<comment>/\\*[\\s\\S]{0,5000}?\\*/|(?<=^|[\\s,;{[(])(?:#(?![#\\s.SGo|+-]{0,1000}$)|//(?!=|\\s*\\d)|--\\s|%(?=\\s*[\\p{L}[])).*|(?<=(?:^|[,;{[(])[^\\S\\n]{0,40})//.*|(?<=[,;{[(][^\\S\\n]{0,40})%.*)`,
    '(?<space>[^\\S\\n]+|\\.{3}[^\\S\\n]*\\n)', // dots go on with a row of MATLAB
    '(?<number>[-+]?\\d+(?:\\.\\d*)?(?:e[-+]?\\d+)?(?![\\p{L}\\d_.]))',
    '(?<word>[\\p{L}_$][\\p{L}\\d_$.:]*!?)',
    '(?<sign>\\d+|[\\s\\S])',
  ].join('|'),
  'imuy',
);

/** The part of a text that begins at an index. */
export function partAt(text: string, index: number): Part {
  PART.lastIndex = index;
  const groups = PART.exec(text)!.groups!;
  if (groups.block) return { is: 'text', text: groups.block, content: blockIn(groups.block), isBlock: true };
  if (groups.text) return { is: 'text', text: groups.text, content: textIn(groups.text), isBlock: false };
  const [is, found] = Object.entries(groups).find(([, one]) => one !== undefined)!;
  return { is: is as 'comment', text: found };
}

const blockIn = (block: string) => block.replace(/^("""|'''|`)\\?\n?([\s\S]*)\1$/, '$2');
const textIn = (text: string) =>
  text.replace(/^[bfru]?(["'])([\s\S]*)\1$/i, '$2').replace(/\\(.)/g, unescaped);
const unescaped = (_: string, sign: string) => ({ n: '\n', t: '\t' })[sign] ?? sign;

/** Lists within each other that are looked into. */
export const DEEPEST = 8;
const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')' };
/** What makes a list, as far as its bracket: `arrayOf(`, `new int[] {`, `vec![`, `[]int{`, `vector<int>{`. */
const MAKER =
  /(?:new\s+)?(?:\[\d*\]){0,4}([\p{L}_$][\p{L}\d_$.:]*!?)(?:<[\w<>, ]{0,60}>)?(?:\[\d*\]){0,4}\s*(?=[[({])/uy;

export interface ListFound {
  /** Undefined of more lists within each other than are looked into. */
  readonly value: readonly Value[] | undefined;
  /** The index behind it, or of the list that is too deep. */
  readonly end: number;
}

/** The list that begins at an index, with what makes it or not; undefined of anything else, as the arguments of a call. */
export function listAt(
  text: string,
  index: number,
  constants: ReadonlyMap<string, Value>,
  depth = DEEPEST,
): ListFound | undefined {
  MAKER.lastIndex = index;
  const [maker = '', name = ''] = MAKER.exec(text) ?? [];
  const open = index + maker.length;
  const close = CLOSING[text[open] ?? ''];
  const isCall = text[open] === '(' && /[\w$)\]!>]/.test(text[open - 1] ?? '');
  const isSubscript = maker !== '' && text[open] === '[' && /(?:^|\.)[\p{Ll}_$][\w$]*$/u.test(name);
  const isMaker = isKeepingCall(name) || (text[open] === '{' && isType(name));
  if (close === undefined || isSubscript || (maker === '' ? isCall : !isMaker)) return undefined;
  if (depth === 0) return { value: undefined, end: open };
  const isParted = isCall && /^(?:list|tuple|Array\.from)$/.test(name);
  const mayHold = !isCall
    ? mayBeCells
    : depth === DEEPEST
      ? () => false
      : isParted
        ? mayBeCells
        : isRowOrCell;
  const rows: Value[][] = [[]];
  const separators = new Set<string>();
  let isApart = true; // from the value before
  for (let at = open + 1; at < text.length; ) {
    const part = partAt(text, at);
    const list = listAt(text, at, constants, depth - 1);
    if (list && !list.value) return list;
    const value = list?.value ?? cellOf(part, constants, mayHold);
    at = list?.end ?? at + part.text.length;
    if (value !== undefined) {
      if (!isApart) return undefined;
      rows.at(-1)!.push(value);
    } else if (part.text === close) {
      const found = asRows(rows, separators, depth === DEEPEST);
      const made = isCall ? madeBy(isParted ? found.flatMap(signsOf) : found) : withoutOuter(found, close);
      return made && !isRecord(made) ? { value: made, end: at } : undefined;
    } else if (part.text === ';' || part.text === '\n') rows.push([]);
    else if (part.text !== ',' && part.is !== 'space' && part.is !== 'comment') return undefined;
    if (value === undefined && part.is === 'sign') separators.add(part.text);
    isApart = value === undefined;
  }
  return undefined;
}

const NOTHING = /^(?:none|null|nil|nan|na|undefined|nothing|missing)$/i;

function cellOf(
  part: Part,
  constants: ReadonlyMap<string, Value>,
  mayHold: (text: string) => boolean,
): Value | undefined {
  const { is, text } = part;
  if (is === 'number') return Number(text);
  if (is === 'text') {
    const row = part.content.replace(/\n$/, '');
    return !part.isBlock && mayHold(row) ? row : undefined;
  }
  if (is === 'sign') return /^[.*?-]$/.test(text) ? text : undefined;
  if (is !== 'word') return undefined;
  return constants.get(text) ?? (NOTHING.test(text) ? null : text.length === 1 ? text : undefined);
}

/** Names that a program gives to a blank: `N = null`, `_ = 0`, `#define X 0`, `X, N = 0, 9`. */
export function constantsOf(text: string): ReadonlyMap<string, Value> {
  const given =
    /^[ \t]*(?:#define[ \t]+(\w{1,20})[ \t]|(?:(?:const|constexpr|let|var|val|final|static|int|char|auto)[ \t]+)*([A-Za-z_]\w{0,20})[ \t]{0,20}(?:=|<-))[ \t]{0,20}(0|-1|null|None|nil|undefined|NaN|NA|(["']).\4)[ \t]*(?:;[ \t]*)?(?:(?:#|\/\/).*)?$/gm;
  const several = /^[ \t]*(\w{1,20}(?:, ?\w{1,20}){1,9}) ?= ?([^,\n]{1,20}(?:,[^,\n]{1,20}){1,9})$/gm;
  const alone = text.replace(several, (_, names: string, values: string) => {
    const written = values.split(',');
    return names
      .split(',')
      .map((name, i) => `${name} = ${written[i]}`)
      .join('\n');
  });
  return new Map(
    [...alone.matchAll(given)].map(([, macro, name, value]) => [(macro ?? name)!, blankIn(value!)]),
  );
}

function blankIn(value: string): Value {
  if (/^["']/.test(value)) return value[1]!;
  return /\d/.test(value) ? Number(value) : '.';
}

/** Rows where semicolons part them, or line ends and nothing else a list in no other; texts are rows themselves. */
function asRows(
  rows: readonly Value[][],
  separators: ReadonlySet<string>,
  isOutermost: boolean,
): readonly Value[] {
  const filled = withRowsOfOcaml(
    rows.filter((row) => row.length > 0),
    separators,
  );
  const areTexts = filled.every(([text, ...more]) => isLong(text) && more.length === 0);
  const [width = 0] = filled.map((row) => row.length);
  const areLines =
    isOutermost &&
    !separators.has(',') &&
    width > 1 &&
    filled.every((row) => row.length === width && areCells(row));
  const areRows = !areTexts && (separators.has(';') || areLines);
  return filled.length > 1 && areRows ? filled : filled.flat();
}

const isLong = (value: Value | undefined) => typeof value === 'string' && value.length > 1;

/** `[5; 3; 0]` below each other, or with semicolons between them, are rows of F# and OCaml; with commas they are columns of MATLAB. */
function withRowsOfOcaml(rows: readonly Value[][], separators: ReadonlySet<string>): readonly Value[][] {
  const areRows =
    !separators.has(',') && rows.length > 1 && rows.every((row) => row.length === 1 && isColumn(row[0]!));
  return areRows ? [rows.map(([row]) => (row as readonly Value[]).flat())] : rows;
}

const isColumn = (value: Value) =>
  Array.isArray(value) && value.length > 1 && value.every((one) => Array.isArray(one) && one.length === 1);

const isRowOrCell = (text: string) => text.length === 1 || isRow(text);
const areCells = (list: readonly Value[]) => !list.some(Array.isArray);

/** The list in two pairs of braces, as `std::array` has them. */
function withoutOuter(list: readonly Value[], close: string): readonly Value[] {
  const [inner] = list;
  return close === '}' && list.length === 1 && Array.isArray(inner) ? inner : list;
}

/** Whether a text is too long for a cell beside a number: a puzzle and what is told of it. */
const isRecord = (list: readonly Value[]) =>
  list.some((one) => typeof one === 'string' && (one.length > 15 || one.includes('\n'))) &&
  list.some((one) => typeof one === 'number');

/** The signs of a text, of which a list is made. */
const signsOf = (value: Value): readonly Value[] => (typeof value === 'string' ? [...value] : [value]);

/** What a call makes of its arguments: a list of cells, of rows, or the list that it is given. */
function madeBy(given: readonly Value[]): readonly Value[] | undefined {
  if (given.length === 1 && Array.isArray(given[0])) return given[0];
  const areRows = given.every((row) => Array.isArray(row) && areCells(row));
  return areRows || areCells(given) ? given : undefined;
}

/** Three letters that are no three cells. */
export const WORD = /(\p{Ll})(?!\1)(\p{Ll})(?!\1|\2)\p{Ll}/u;

/** Whether a text in a list is no word. */
function mayBeCells(text: string): boolean {
  if (isWord(text)) return false;
  return !/\p{Ll}/u.test(text) || new Set(text.toLowerCase().match(/\p{L}/gu)).size < 4;
}

/** Cells of a row, where nothing else stands in a line: signs that belong together, or one by one. */
const CELLS = /^(?:[\d._*?#]+|[A-GQSXx<>^v-])$/;
/** Cells one by one, wherever they stand in a line. */
const CELLS_APART = /(?:(?<![\w.])[\d._*](?![\w.])[\s|,]*){8}/;
/** The same together. */
const CELLS_TOGETHER = /(?<![\w.])[\d._*-]{16,}/;

/** Whether a line holds cells of a puzzle, as far as can be told without one. */
export function isRow(line: string): boolean {
  const parts = line.split(/[\s|,;:"'│]+/).filter((part) => part !== '');
  const cells = parts.filter((part) => /[\d._*?A-GQX]/.test(part)).join('');
  if (cells.length > 3 && parts.every((part) => CELLS.test(part))) return true;
  return CELLS_APART.test(line) || (CELLS_TOGETHER.test(line) && !/[-_*.]{16}/.test(line));
}
