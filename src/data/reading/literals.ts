/**
 * Lists and texts as they stand in programs: `board = [['5', '3', …], …]` of Python, `const board = […];` of JavaScript,
 * `int grid[9][9] = {{5, 3, …}};` of C and Java, a text between triple quotes. They are written anew as JSON; nothing is run, and
 * statements around them are passed over, whose effect on them programs.ts has looked into.
 */

import { lineCounter } from './places.ts';

/** A value of a program, and the line at which it begins, from 1. */
export interface Literal {
  readonly value: unknown;
  readonly line: number;
}

/** A name, with its type or not, or the mark of a notebook, and perhaps a call or a type that makes an array of what follows. */
const NAMED =
  /^[ \t]*(?:Out ?\[\d+\]:\s*|[A-Za-z_][\w.[\]<>:;, *\t]*?:?=[ \t]*)(?:[\w.]+\(\s*|new [\w[\],]+[ \t]*|[[\]\d]*\w+(?={))?(?=[[{(]|"""|'''|`(?!``)|(["'])[\d._*-]{16,}\1)/gm;
const NAMELESS = /^\s*(?:[\w.]+\(\s*)?(?=[[{(]|"""|'''|`(?!``))/g;

/** A line that may stand before the first: a comment, what a program needs, or a number, as the size. */
const PREAMBLE =
  /^\s*($|#|\/\/|import\b|from\b|([A-Za-z_][\w ]*[ \t])?[A-Za-z_]\w*\s*(:\s*\w+\s*)?=\s*\d+\s*;?\s*$)/;

/** The head of a function or a class: what stands about it is a program, and no words. */
const HEAD =
  /^[ \t]*(?:(?:public|private|static|async|export)[ \t]+)*(?:def|class|fn|func|function|void|int)\b.*[{:]\s*$/m;

/** A line that may stand below, or about functions: a comment, a bracket, a statement with a call or an assignment, the head or the end of a block. */
const STATEMENT =
  /^\s*($|#|\/\/|[)\]}]+[;,]?\s*$|(?:return|break|continue|pass|else|try|finally|end|import|from)\b|.*\w\s*[([].*[)\]]|.*\w\s*[-+*/%]?=\s*\S|.*\).*[:{]\s*$)/;
/** Characters of a statement that is looked at. */
const LONGEST_STATEMENT = 1000;
/** A text of cells, which a statement may hold. */
const CELLS = /["'`][\s\d._*-]{16,}["'`]/;
/** A list of fewer numbers is no grid beside one: the steps of a search. */
const FEWEST_NUMBERS = 16;

/** The values of a text that holds nothing else but statements; undefined of any other. */
export function literalsOf(text: string): Literal[] | undefined {
  const named = [...text.matchAll(NAMED)];
  // Texts of cells alone are for the families to find.
  const areTexts = named.length > 0 && named.every(([, quote]) => quote !== undefined);
  const begins = named.length > 0 && !areTexts ? named : [...text.matchAll(NAMELESS)];
  if (begins.length === 0) return undefined;
  const before = text.slice(0, begins[0]!.index);
  const isProgram = HEAD.test(before) && areStatements(before);
  if (!isProgram && !before.split('\n').every((line) => PREAMBLE.test(line))) return undefined;
  const literals: Literal[] = [];
  const lineAt = lineCounter(text);
  for (const [i, { 0: head, index }] of begins.entries()) {
    const end = begins[i + 1]?.index;
    const value = literalIn(text.slice(index + head.length, end), head.trim().endsWith('('));
    if (value !== undefined) literals.push({ value, line: lineAt(index + head.length) });
    else if (!areStatements(text.slice(index, end))) return undefined;
  }
  const grids = literals.filter(({ value }) => !isSmall(value));
  return grids.length > 0 ? grids : literals.length > 0 ? literals : undefined;
}

function isSmall(value: unknown): boolean {
  const leaves = [value].flat(3);
  return leaves.length < FEWEST_NUMBERS && leaves.every((leaf) => typeof leaf === 'number');
}

/** The value at the beginning of a text. @param isArgument whether it stands in a call, which closes behind it and may take more. */
function literalIn(text: string, isArgument: boolean): unknown {
  const end = endOf(text);
  const behind = text.slice(end).replace(isArgument ? /^\s*(,\s*[A-Za-z_][^\])}]*)?\)/ : '', '');
  const [beside, ...below] = behind.replace(/^[ \t]*;/, '').split('\n') as [string, ...string[]];
  const literal = text.slice(0, end);
  if (!/^\s*($|#|\/\/)/.test(beside) || !areStatements(below.join('\n'))) return undefined;
  const quoted = /^("""|'''|`)\n?([\s\S]*)\1$/.exec(literal);
  if (quoted) return quoted[2];
  try {
    const value: unknown = JSON.parse(jsonOf(literal));
    return Array.isArray(value) || typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

const QUOTES = /^("""|'''|`|["'])[\s\S]*?\1/;

/** Where the bracket or the text ends that a text begins with; the text's end where it does not. */
function endOf(text: string): number {
  const quoted = QUOTES.exec(text);
  if (quoted) return quoted[0].length;
  let depth = 0;
  for (const { 0: part, index } of text.matchAll(BRACKETS)) {
    if (/^[[({]$/.test(part)) depth++;
    else if (/^[\])}]$/.test(part) && --depth === 0) return index + 1;
  }
  return text.length;
}

/** Whether the lines of a text are of a program and hold no cells. */
function areStatements(text: string): boolean {
  return text.split('\n').every((line) => {
    if (line.length > LONGEST_STATEMENT) return false;
    const [letters, cells] = [/\p{L}/gu, /[\d.]/g].map((kind) => line.match(kind)?.length ?? 0);
    return STATEMENT.test(line) && letters! >= cells! && !CELLS.test(line);
  });
}

/** Texts are taken whole, so that nothing in them is changed. */
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/;
const BRACKETS = new RegExp(`${TEXT.source}|(?:#|//).*|[[({]|[\\])}]`, 'g');
const COMMENTS = new RegExp(`(${TEXT.source})|(?:#|//).*`, 'g');
const PARTS = new RegExp(String.raw`${TEXT.source}|[({]|[)}]|\bNone\b|\.(?!\d)|,(?=\s*[\])}])`, 'g');

function jsonOf(literal: string): string {
  const bare = literal.replace(COMMENTS, (_, text: string | undefined) => text ?? '');
  return bare.replace(PARTS, (part) => {
    if (part.startsWith('"')) return part;
    if (part.startsWith("'")) return JSON.stringify(part.slice(1, -1));
    if (part === '(' || part === '{') return '[';
    if (part === ')' || part === '}') return ']';
    return part === 'None' ? 'null' : ''; // the comma behind the last of a list, the point of a whole number
  });
}
