/**
 * Lists and texts as they stand in programs and as these print them: `board = [['5', '3', …], …]` of Python, `const board = […];`
 * of JavaScript, `int grid[9][9] = {{5, 3, …}};` of C and Java, `[5 3 0; 6 …]` of MATLAB, `[[5 3 0]\n [6 …` of NumPy, rows that are
 * set one by one, a text between triple quotes. Nothing is run: what a program does to them is for programs.ts to say, and what
 * else stands in it is passed over.
 */
import { lineCounter } from './places.ts';
import { constantsOf, isRow, listAt, partAt, type Value } from './values.ts';

/** A value of a program, and the line at which it begins, from 1. */
export interface Literal {
  readonly value: unknown;
  readonly line: number;
}

/** A part of a text: a list, a text of cells in quotes or between triple ones, or what stands between such. */
interface Part {
  readonly is: 'list' | 'text' | 'block' | 'rest';
  readonly value: Value;
  readonly index: number;
}

/** Of an interactive program, before what is typed. */
const PROMPT = /^(?:>>>|\.\.\.|[*\w]+>|In ?\[\d+\]:| +\.\.\.:)(?: |$)/gm;

/** The values of a text, and what else holds cells beside them; undefined where it has no lists, which families find themselves. */
export function literalsOf(text: string): Literal[] | undefined {
  if (!/[[({]|"""|'''|`/.test(text)) return undefined;
  const parts = partsOf(text.replace(PROMPT, (prompt) => ' '.repeat(prompt.length)));
  const isOther = ({ is }: Part) => is === 'rest';
  const grids = parts.filter((part) => !isOther(part) && isGrid(part.value));
  const small = () => (parts.some(isOther) ? [] : parts.filter(({ is }) => is === 'list'));
  const chosen = grids.length > 0 ? parts.filter((part) => isOther(part) || isGrid(part.value)) : small();
  if (chosen.every(({ is }) => is === 'text' || is === 'rest')) return undefined;
  const lineAt = lineCounter(text);
  return chosen.map(({ value, index }) => ({ value, line: lineAt(index) }));
}

/** With fewer cells a value is no grid beside one: the digits, or the steps of a search, which are many lists of few numbers. */
const [FEWEST_CELLS, FEWEST_IN_ROW, MOST_SHORT_ROWS] = [16, 4, 4] as const;

function isGrid(value: Value): boolean {
  const areSteps =
    isList(value) &&
    value.length > MOST_SHORT_ROWS &&
    value.every((row) => isList(row) && !row.some(isList) && cellsIn(row) < FEWEST_IN_ROW);
  return cellsIn(value) >= FEWEST_CELLS && !areSteps;
}

/** The cells of a value: numbers, blanks and the characters of texts. */
function cellsIn(value: Value): number {
  if (typeof value === 'string') return value.length;
  return isList(value) ? value.reduce<number>((cells, one) => cells + cellsIn(one), 0) : 1;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Characters before a value that are looked at. */
const NEAR = 80;
const NAMED = /(?:=|<-)\s*(?:[\w.]+\(\s*)?$/;
/** A row that is set by its number: `board[3] = `, `A(4, :) = `. */
const ROW_SET = /([\w.]+)\s*[[(](\d+)(?:\s*,\s*:)?[\])]\s*=\s*$/;
/** A text of cells alone. */
const CELLS = /^(?=.*\d)[\s\d._*-]{16,}$/;

function partsOf(text: string): Part[] {
  const constants = constantsOf(text);
  const parts: Part[] = [];
  let set: { of: string; number: number; rows: Value[] } | undefined;
  let [begin, rest] = [0, '']; // of what stands since the last of them, and this without comments
  const add = (part: Part, end: number) => {
    if (!rest.split('\n').every(isAside))
      parts.push({ is: 'rest', value: text.slice(begin, part.index), index: begin });
    parts.push(part);
    [begin, rest] = [end, ''];
  };
  for (let at = 0; at < text.length; ) {
    const part = partAt(text, at);
    const list = listAt(text, at, constants);
    const before = text.slice(Math.max(0, at - NEAR), at);
    const index = at;
    at = list?.end ?? at + part.text.length;
    if (list) {
      const [, of, number = ''] = ROW_SET.exec(before) ?? [];
      if (of !== undefined && of === set?.of && +number === set.number + 1) {
        set.number++;
        set.rows.push(list.value);
      } else {
        const begun =
          of !== undefined && +number < 2 ? { of, number: +number, rows: [list.value] } : undefined;
        set = begun ?? set;
        if (begun || NAMED.test(before) || list.value.some(isList) || isGrid(list.value))
          add({ is: 'list', value: begun?.rows ?? list.value, index }, at);
      }
    } else if (part.is === 'text') {
      const isCells = part.content.split('\n').some(isRow);
      if (part.isBlock ? isCells : CELLS.test(part.content))
        add({ is: part.isBlock ? 'block' : 'text', value: part.content, index }, at);
      else rest += isCells ? part.text : '""';
    } else if (part.is !== 'comment') rest += part.text;
  }
  add({ is: 'text', value: '', index: text.length }, text.length);
  return parts;
}

/** What is no row of cells in a line: signs, a word, a statement, the head or the end of a block. */
const ASIDE = new RegExp(
  `^(?:${[
    '[^\\p{L}]*$',
    '.*(\\p{Ll})(?!\\1)(\\p{Ll})(?!\\1|\\2)\\p{Ll}',
    '.*\\p{Lo}',
    '\\s*(?:\\p{Ll}{1,2}|[\\p{L}\\d ]*:)\\s*$',
    '.*\\w\\s*[([].*[)\\]]',
    '.*(?:=|<-)',
    '.*[;{(,]\\s*$',
  ].join('|')})`,
  'u',
);
/** Characters of a line that is looked at. */
const LONGEST_LINE = 1000;

function isAside(line: string): boolean {
  return line.length <= LONGEST_LINE && ASIDE.test(line) && !isRow(line);
}
