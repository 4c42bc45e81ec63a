/**
 * What lines of words around a puzzle say that makes another puzzle of its cells: a title, as `Killer Sudoku`, fields, as
 * `rotated: true` of YAML, and relations between cells, as `Constraints: R1C3 < R1C4`. Sentences are not looked into.
 */
import { faultBeside } from './beside.ts';
import type { Fault } from './found.ts';
import { CELL, relatesCells } from './said.ts';

/** A name and a value that is no sentence: a few words or a number, a list, names of cells, or what lines below it list. */
const FIELD = new RegExp(
  String.raw`^[\s>*#;%/-]*(?<name>\p{L}[\p{L} _-]{2,40}?)\s*[:=]\s*(?<value>["']?[\p{L}\d.-]+(?: [\p{L}\d.-]+){0,3}["']?|[[{].*|(?:${CELL}[\s,;]*)+|)[\s,;]*$`,
  'iu',
);

/** Words of a sentence, which a title has not. */
const MOST_WORDS = 7;

/** What to say of a puzzle below a title that calls it one of other rules. */
export function faultOfTitle(title: string): Fault | undefined {
  const isShort = (title.match(/\p{L}+/gu) ?? []).length <= MOST_WORDS;
  return isShort ? faultBeside([['title', title.trim()]], undefined) : undefined;
}

/** What to say of a puzzle beside such lines. */
export function faultOfWords(lines: readonly string[]): Fault | undefined {
  for (const line of lines) {
    if (relatesCells(line)) {
      const fault = `a puzzle with ${line.trim().slice(0, 60)}, relations between cells, which are not read`;
      return {
        fault,
        fix: 'leave the line out if it is about another puzzle; a Futoshiki has its signs between its cells',
      };
    }
    const { name, value = '' } = FIELD.exec(line)?.groups ?? {};
    if (value === '' && !/s$/i.test(name ?? '')) continue; // a title, of the puzzle below it
    const said = value === '' ? true : value.replace(/^(["'])(.*)\1$/, '$2');
    const fault = name && faultBeside([[name, said]], undefined);
    if (fault) return fault;
  }
  return undefined;
}

/** Sides of a map. */
const [LEAST_SIDE, LARGEST_SIDE] = [4, 16];

/** What to say of a puzzle beside as many lines as each has letters, all of the first of the alphabet, as `AAABBBBCC`. */
export function faultOfMap(lines: readonly string[]): Fault | undefined {
  const letters = lines.map((line) => line.replace(/\s/g, '').toLowerCase());
  const isThere = letters.some((first, i) => {
    const side = first.length;
    if (side < LEAST_SIDE || side > LARGEST_SIDE || !/^[a-p]+$/.test(first)) return false;
    const map = letters.slice(i, i + side);
    if (map.length < side || !map.every((line) => line.length === side && /^[a-p]+$/.test(line)))
      return false;
    const distinct = [...new Set(map.join(''))].sort().join('');
    return distinct.length >= LEAST_SIDE && 'abcdefghijklmnop'.startsWith(distinct);
  });
  if (!isThere) return undefined;
  return {
    fault: 'a puzzle beside a map of letters, which may be its regions and is not read',
    fix: 'leave the map out if its boxes are the usual ones',
  };
}
