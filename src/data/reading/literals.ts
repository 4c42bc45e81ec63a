/**
 * Lists and texts as they stand in programs: `board = [['5', '3', …], …]` of Python, `const board = […];` of JavaScript,
 * `int grid[9][9] = {{5, 3, …}};` of C and Java, a text between triple quotes. They are written anew as JSON; nothing is run.
 */

import { lineCounter } from './places.ts';

/** A value of a program, and the line at which it begins, from 1. */
export interface Literal {
  readonly value: unknown;
  readonly line: number;
}

/** A name, with its type or not, or the mark of a notebook, and perhaps a call or a type that makes an array of what follows. */
const NAMED =
  /^[ \t]*(?:Out ?\[\d+\]:\s*|[A-Za-z_][\w.[\]<>:;, *\t]*?:?=[ \t]*)(?:[\w.]+\(\s*|new [\w[\],]+[ \t]*|[[\]\d]*\w+(?={))?(?=[[{(]|"""|'''|`(?!``))/gm;
const NAMELESS = /^\s*(?:[\w.]+\(\s*)?(?=[[{(]|"""|'''|`(?!``))/g;

/** A line that may stand before the first: a comment, what a program needs, or a number, as the size. */
const PREAMBLE =
  /^\s*($|#|\/\/|import\b|from\b|([A-Za-z_][\w ]*[ \t])?[A-Za-z_]\w*\s*(:\s*\w+\s*)?=\s*\d+\s*;?\s*$)/;

/** The values of a text that holds nothing else; undefined of any other. */
export function literalsOf(text: string): Literal[] | undefined {
  const named = [...text.matchAll(NAMED)];
  const begins = named.length > 0 ? named : [...text.matchAll(NAMELESS)];
  const before = text.slice(0, begins[0]?.index).split('\n');
  if (begins.length === 0 || !before.every((line) => PREAMBLE.test(line))) return undefined;
  const literals: Literal[] = [];
  const lineAt = lineCounter(text);
  for (const [i, { 0: head, index }] of begins.entries()) {
    const value = literalIn(text.slice(index + head.length, begins[i + 1]?.index), head.trim().endsWith('('));
    if (value === undefined) return undefined;
    literals.push({ value, line: lineAt(index + head.length) });
  }
  return literals;
}

/** @param isArgument whether it stands in a call, which closes behind it and may take more. */
function literalIn(text: string, isArgument: boolean): unknown {
  const statement = text.trim().replace(/;$/, '').trimEnd();
  const literal = isArgument ? statement.replace(/(,\s*[A-Za-z_][^\])}]*)?\)$/, '').trimEnd() : statement;
  const quoted = /^("""|'''|`)\n?([\s\S]*)\1$/.exec(literal);
  if (quoted) return quoted[2];
  try {
    const value: unknown = JSON.parse(jsonOf(literal));
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Texts are taken whole, so that nothing in them is changed. */
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/;
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
