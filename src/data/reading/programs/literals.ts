/**
 * Lists and texts as they stand in programs and as these print them: `board = [['5', '3', …], …]` of Python, `const board = […];`
 * of JavaScript, `int grid[9][9] = {{5, 3, …}};` of C and Java, `[5 3 0; 6 …]` of MATLAB, `[[5 3 0]\n [6 …` of NumPy, rows that are
 * set one by one, a text between triple quotes. Nothing is run: what a program does to them is for programs.ts to say, and what
 * else stands in it is passed over.
 */
import { ANSWER_TITLE } from '../answer-titles.ts';
import { isCalledAnswer, isExpected, nameGiven } from '../names-given.ts';
import { lineCounter } from '../places.ts';
import { type RowSet, rowSetIn } from './built.ts';
import { plainLisp } from './lisp.ts';
import { TAKEN_APART } from './matrices.ts';
import { areRows } from './raw-texts.ts';
import { constantsOf, DEEPEST, isRow, listAt, partAt, type Value, WORD } from './values.ts';

/** A value of a program, and the line at which it begins, from 1. */
export interface Literal {
  readonly value: unknown;
  readonly line: number;
}

/** A grid, and where its lines are those of the text, the one at which they begin. */
interface Grid extends Literal {
  readonly role: Role;
  readonly begin?: number | undefined;
}

/**
 * What a grid is by its name: one that a program solves, an answer, what a test expects, or one without a name, which may show
 * another again.
 */
export type Role = 'puzzle' | 'answer' | 'expected' | 'shown';

/** What a program holds: its grids, and every value that has a name, which may say something of them. */
export interface Program {
  readonly grids: readonly Grid[];
  readonly named: readonly (Literal & { readonly name: string })[];
}

/** A part of a text: a list, a text of cells in quotes or between triple ones, or what stands between such. */
interface Part {
  readonly is: 'list' | 'text' | 'block' | 'rest';
  readonly value: Value;
  readonly index: number;
  readonly name?: string | undefined;
}

export const blanks = (written: string) => ' '.repeat(written.length);
/** Of an interactive program, before what is typed. */
export const PROMPT = /^(?:>>>|\.\.\.|[*\w]+>|In ?\[\d+\]:| +\.\.\.:)(?: |$)/gm;

/** The values of a text, and what else holds cells beside them; undefined where it has no lists, which families find themselves. */
export function programIn(text: string): Program | undefined {
  if (!/[[({]|"""|'''|`/.test(text) && !IN_PIECES.test(text)) return undefined;
  const parts = partsOf(plainLisp(text.replace(PROMPT, blanks)).replace(TAKEN_APART, blanks));
  const isOther = ({ is }: Part) => is === 'rest';
  const all = parts.filter((part) => !isOther(part) && isGrid(part.value));
  const grids = all.every(isWorkArray) ? all : all.filter((part) => !isWorkArray(part));
  const small = () => (parts.some(isOther) ? [] : parts.filter(({ is }) => is === 'list'));
  const chosen = grids.length > 0 ? parts.filter((part) => isOther(part) || grids.includes(part)) : small();
  if (chosen.every(({ is }) => is === 'text' || is === 'rest')) return undefined;
  const [ofGrid, ofLines, ofNamed] = [lineCounter(text), lineCounter(text), lineCounter(text)];
  const lists = parts.flatMap(({ value, index, name }) =>
    name === undefined ? [] : [{ value, line: ofNamed(index), name }],
  );
  return {
    grids: chosen.map((part) => {
      const begin = linesAt(part, text);
      return {
        value: part.value,
        line: ofGrid(part.index),
        role: roleOf(part, text),
        begin: begin === undefined ? undefined : ofLines(begin),
      };
    }),
    named: [...lists, ...settingsIn(text)],
  };
}

/** Where the lines of a text begin, those of a block behind its quotes; nowhere where they are written as `\n`, or of a list. */
function linesAt({ is, index }: Part, text: string): number | undefined {
  if (is === 'rest') return index;
  const [quotes] = is === 'block' ? (/^(?:"""|'''|`)\\?\n?/.exec(text.slice(index, index + 5)) ?? []) : [];
  return quotes === undefined ? undefined : index + quotes.length;
}

function roleOf({ is, value, name, index }: Part, text: string): Role {
  const before = text.slice(Math.max(0, index - NEAR), index);
  if (isCalledAnswer(before, name)) return 'answer';
  const [calls = ''] = /^[\w.$!\s]*\([^[{\n]*/.exec(text.slice(index, index + NEAR)) ?? [];
  const mayBeExpected = is === 'list' || /^\s*[1-9A-Z]+\s*$/.test(value as string);
  if (mayBeExpected && isExpected(before + (is === 'list' ? calls : ''))) return 'expected';
  const title = /([^\n]*)\n\s*$/.exec(before)?.[1] ?? '';
  if (name === undefined && ANSWER_TITLE.test(title)) return 'answer';
  return is === 'list' && name === undefined ? 'shown' : 'puzzle';
}

/** Whether nothing stands yet in what has a name: `visited = [[0, 0, …], …]`. */
function isWorkArray({ value, name }: Part): boolean {
  return name !== undefined && isList(value) && value.flat(DEEPEST).every((cell) => cell === 0);
}

/** Texts and truths that have a name: `diagonal = True`, `const order = 'F';` */
function settingsIn(text: string): Program['named'] {
  const lineAt = lineCounter(text);
  const given =
    /^[ \t]*(?:(?:const|let|var|val|final|static) +)?(\w{1,60}) *= *(?:(true)|(["'])([^"'\n]*)\3) *[;,]?[ \t]*$/gim;
  return [...text.matchAll(given)].map(({ 1: name, 2: isTrue, 4: words, index }) => ({
    name: name!,
    value: isTrue ? true : words,
    line: lineAt(index),
  }));
}

/** With fewer cells a value is no grid beside one: the digits, or the steps of a search, which are many lists of few numbers. */
const [FEWEST_CELLS, FEWEST_IN_ROW, MOST_SHORT_ROWS] = [16, 4, 4] as const;

function isGrid(value: Value): boolean {
  const areSteps =
    isList(value) &&
    value.length > MOST_SHORT_ROWS &&
    value.every((row) => isList(row) && !row.some(isList) && cellsIn(row) < FEWEST_IN_ROW);
  const isDrawing = typeof value === 'string' && WALLS.test(value);
  return (
    (isDrawing || cellsIn(value) >= FEWEST_CELLS) &&
    !areSteps &&
    !(typeof value === 'string' && TIME.test(value))
  );
}

/** `####`, and below it another row. */
const WALLS = /^\n?([#█▓■⬛@])\1{2,}\n.*\S/;
/** `2015/11/17 21:53:43` */
const TIME = /^\s*\d{4}([/-])\d\d\1\d\d[T ]\d\d:\d\d/;

/** The cells of a value: numbers, blanks and the characters of texts. */
function cellsIn(value: Value): number {
  if (typeof value === 'string') return value.length;
  return isList(value) ? value.reduce<number>((cells, one) => cells + cellsIn(one), 0) : 1;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Characters before a value that are looked at. */
const NEAR = 80;
/** Cells of a row that is put behind others; more are a puzzle. */
const LONGEST_ROW = 25;
/** What stands before a row on a line of its own: its number, or nothing; and what stands behind it. */
const [LINE_BEGINS, LINE_ENDS] = [
  /(?:^|\n)[ \t]*(?:\p{L}{0,6} ?\d{1,2}[:.)][ \t]*)?$/u,
  /^,?[ \t]*(?:\n|$)/,
] as const;
const isAsLong = (one: Value, other: Value) => isList(one) && isList(other) && one.length === other.length;
/** A text with line breaks, of cells alone, some of which are no signs of a rule. */
const LINES = /^(?=.*[\d#█▓■⬛@XWQS])\n?[\d._*?#█▓■⬛@xXWSGEQo |,+-]+\n[\d._*?#█▓■⬛@xXWSGEQo |,+\n-]*$/su;
const isOfLines = (text: string) => LINES.test(text.trimEnd());
/** A text of cells alone. */
const CELLS = /^(?=.*\d)[\s\d._*-]{16,}$/;

function partsOf(text: string): Part[] {
  const constants = constantsOf(text);
  const parts: Part[] = [];
  let set: (RowSet & { readonly rows: Value[]; readonly end: number }) | undefined;
  const alone = new Set<Value>(); // rows behind which no other was put yet
  let printed: { rows: Value[]; index: number; end: number } | undefined; // a list a line
  let [begin, rest] = [0, '']; // of what stands since the last of them, and this without comments
  const add = (part: Part, end: number) => {
    if (!rest.split('\n').every(isAside))
      parts.push({ is: 'rest', value: text.slice(begin, part.index), index: begin });
    parts.push(part);
    [begin, rest] = [end, ''];
  };
  /** Whether a row is the next of a matrix, or the first, whose rows then are its value. */
  const setRow = (value: Value, index: number, end: number): 'next' | readonly Value[] | undefined => {
    const row = rowSetIn(text.slice(Math.max(0, index - NEAR), index));
    const { of, number, head } = row ?? {};
    if (of === undefined) return undefined;
    if (number === undefined && (cellsIn(value) > LONGEST_ROW || (isList(value) && value.some(isList))))
      return undefined;
    const isBehind = () => /^[\s)\];,]*$/.test(text.slice(set!.end, index - head!.length));
    const isNext =
      of === set?.of &&
      (number === undefined ? set.number === undefined && isBehind() : number === (set.number ?? -9) + 1);
    if (!isNext && number !== undefined && number > 1) return undefined;
    const rows = isNext ? set!.rows : [];
    rows.push(value);
    set = { ...row!, rows, end };
    if (isNext) alone.delete(rows);
    else if (number === undefined) alone.add(rows);
    return isNext ? 'next' : rows;
  };
  const addList = (value: readonly Value[], index: number, end: number) => {
    const begun = setRow(value, index, end);
    if (begun === 'next') return;
    const before = text.slice(Math.max(0, index - NEAR), index);
    const name = nameGiven(before);
    const isAlone = LINE_BEGINS.test(before) && LINE_ENDS.test(text.slice(end, end + NEAR));
    const isRowOf = isAlone && !begun && name === undefined && !value.some(isList);
    const above = isRowOf ? printed : undefined;
    printed = isRowOf ? { rows: [value], index, end } : undefined;
    if (above && isAsLong(above.rows[0]!, value) && text.slice(above.end, index).split('\n').length === 2) {
      above.rows.push(value);
      if (above.rows.length > 2 || parts.at(-1)?.index === above.index) parts.pop();
      add({ is: 'list', value: above.rows, index: above.index }, end);
      printed = { ...above, end };
    } else if (begun || name !== undefined || value.some(isList) || isGrid(value))
      add({ is: 'list', value: begun ?? value, index, name }, end);
  };
  for (let at = 0; at < text.length; ) {
    const [part, list, index] = [partAt(text, at), listAt(text, at, constants), at];
    at = list?.end ?? at + part.text.length;
    if (list?.value) addList(list.value, index, at);
    else if (list) rest += text.slice(index, at);
    else if (part.is === 'text') {
      const { content, end } = part.isBlock ? { ...part, end: at } : joinedAt(text, index);
      const isInPieces = end > at;
      const isBlock = part.isBlock || (isInPieces && content.includes('\n')) || isOfLines(content);
      at = end;
      const row =
        !isBlock && content.length < FEWEST_CELLS && content.length >= FEWEST_IN_ROW && !WORD.test(content);
      const begun = row ? setRow(content, index, end) : undefined;
      if (begun) {
        if (begun !== 'next') add({ is: 'list', value: begun, index }, end);
      } else if (isBlock ? !WORD.test(content) && content.trim() !== '' : CELLS.test(content))
        add({ is: isBlock || isInPieces ? 'block' : 'text', value: content, index }, at);
      else rest += content.split('\n').some(isRow) ? text.slice(index, at) : '""';
    } else if (part.is !== 'comment') rest += part.text;
  }
  add({ is: 'text', value: '', index: text.length }, text.length);
  return parts.filter(({ value }) => !alone.has(value));
}

/** What joins the pieces of a text, at the end of a line or the beginning of the next, as in Java, PHP, Lua and Basic. */
const JOINS = String.raw`(?:\+|\.\.?|&)`;
/** Between the pieces of a text on lines of their own. */
const BETWEEN_PIECES = new RegExp(
  String.raw`[^\S\n]*(?:${JOINS}[^\S\n]*)?(?:[\\_][^\S\n]*)?\n\s*(?:${JOINS}\s*)?(?=["'])`,
  'y',
);
/** Where no bracket stands, pieces with what joins them, or the first of them on the line of its name. */
const IN_PIECES =
  /(?<=[^\s,;"'])["']\s*(?:\+|(?:\.\.?|&|\\)\s{0,80}(?:_\s{0,80})?["'])|=\s*(["'])[^"'\n]*\1[^\S\n]*\n\s*\1/;

/** A text that is written in pieces, `"53..7…" +` above `"6..195…"`, and where it ends. */
function joinedAt(text: string, index: number): { readonly content: string; readonly end: number } {
  const pieces: string[] = [];
  let end = index;
  for (let at = index; ; ) {
    const part = partAt(text, at);
    if (part.is !== 'text' || part.isBlock) break;
    pieces.push(part.content);
    end = at + part.text.length;
    BETWEEN_PIECES.lastIndex = end;
    const between = BETWEEN_PIECES.exec(text)?.[0];
    if (between === undefined) break;
    at = end + between.length;
  }
  return { content: pieces.join(areRows(pieces) ? '\n' : ''), end };
}

/** What is no row of cells in a line: signs, a word, a statement, the head or the end of a block. */
const ASIDE = new RegExp(
  `^(?:${[
    '[^\\p{L}]*$',
    `.*${WORD.source}`,
    '.*\\p{Lo}',
    '\\s*(?:\\p{Ll}{1,2}|[\\p{L}\\d ]*:)\\s*$',
    '.*\\w\\s*[([].*[)\\]]',
    '.*(?:=|<[-<]|"")',
    '.*[;{(,]\\s*$',
    '\\s*<[?%!]',
    '\\s*(?://|--|#).*\\p{L}{3}',
  ].join('|')})`,
  'u',
);
/** Characters of a line that is looked at. */
const LONGEST_LINE = 1000;

/** The end of a cell of a table that a program writes. */
const WRITES_CELLS = /<\/t[dh]>/i;

function isAside(line: string): boolean {
  return line.length <= LONGEST_LINE && (ASIDE.test(line) || WRITES_CELLS.test(line)) && !isRow(line);
}
