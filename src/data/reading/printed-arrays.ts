/**
 * Matrices as NumPy and PyTorch print them: `[[1 0 2]\n [1 1 3]]`, with quotes around texts, with commas where they are shown by
 * `repr`, one or several below each other.
 */
import type { Literal } from './literals.ts';
import { lineCounter } from './places.ts';

/** A text in quotes, or a number or a word. */
const CELL = /(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s,[\]'"]+)(?=[\s,\]]|$)/;
const ROW = new RegExp(String.raw`\[\s*(?:(?:${CELL.source})[\s,]*)+\]`);
const MATRIX = new RegExp(String.raw`\[\s*(?:${ROW.source}[\s,]*)+\]`, 'g');

/** What may stand around them: a title, a name, a call that makes an array, the mark of a notebook. */
const ASIDE =
  /^(Out ?\[\d+\]:|[\w.]+ *[:=]|[\w.]*\(|,|\)|shape=\([\d, ]*\)|dtype=[^)]*|device=[^)]*|[;\s]|[\p{L}][\p{L}\d ,.:'-]*$)*$/u;

/** Characters of a line beside them. */
const LONGEST = 200;

/** The matrices of a text that holds nothing else beside lines of words; undefined of any other. */
export function printedArrays(text: string): Literal[] | undefined {
  if (!/\[\s*\[/.test(text)) return undefined;
  const found = [...text.matchAll(MATRIX)];
  const aside = text.replace(MATRIX, '').split('\n');
  if (found.length === 0 || !aside.every((line) => line.length < LONGEST && ASIDE.test(line)))
    return undefined;
  const lineAt = lineCounter(text);
  return found.map(({ 0: matrix, index }) => ({
    value: [...matrix.slice(1, -1).matchAll(new RegExp(ROW, 'g'))].map(([row]) =>
      [...row.slice(1, -1).matchAll(new RegExp(CELL, 'g'))].map(([cell]) => cellOf(cell)),
    ),
    line: lineAt(index),
  }));
}

function cellOf(cell: string): unknown {
  if (/^['"]/.test(cell)) return cell.slice(1, -1);
  const number = Number(cell);
  if (!Number.isNaN(number)) return number;
  return /^(none|nan|null)$/i.test(cell) ? null : cell;
}
