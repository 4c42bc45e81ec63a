/**
 * What lines of words around a puzzle say that makes another puzzle of its cells: a title, as `Killer Sudoku`, on a line above it or
 * on its own, fields, as `rotated: true` of YAML, and relations between cells, as `Constraints: R1C3 < R1C4`. Sentences are not
 * looked into.
 */

import type { Fault, Found } from '../found.ts';
import { placeBefore, placeFrom } from '../places.ts';
import { faultBeside, faultOfKind, faultOfName, isEnd } from './keys.ts';
import { otherOrderSaid } from './other-order.ts';
import { areRegions, isRegions } from './regions.ts';
import { CELL, relatesCells } from './said.ts';

/** A name and a value that is no sentence: a few words or a number, a list, names of cells, or what lines below it list. */
const FIELD = new RegExp(
  String.raw`^[\s>*#;%/-]*(?<name>\p{L}[\p{L} _-]{2,40}?)\s*[:=]\s*(?<value>["']?[\p{L}\d.-]+(?:(?: |[,;/|+&] ?)[\p{L}\d.-]+){0,5}["']?|[[{].*|(?:${CELL}[\s,;]*)+|)[\s,;]*$`,
  'iu',
);
/** Characters of a line that are looked into for one. */
const LONGEST_FIELD = 500;
/** Places on a line, as `Start: (3,3)  Goal: (1,1)`. */
const PLACES = /(?<!\p{L})(\p{L}{2,20})\s*[:=]?\s*([([]?\d{1,3}\s*,\s*\d{1,3}[)\]]?)(?!\s*,?\s*\d)/gu;
/** As many numbers as a row has behind the name of a side: `Sums right: 12 5 17 2`. */
const OF_SIDES =
  /^(?!.*(?:digit|number|remain|cell))\P{L}{0,9}(?:\p{L}{2,20}[ _-]){0,2}(?:sums?|top|bottom|left|right|above|below|north|south|east|west|outside|oben|unten|links|rechts|summen)(?: \p{L}{2,20})? ?[:=] ?(?:\d{1,3}[\s,;]{1,3}){3,}\d{1,3}\s*$/iu;
/** Cells behind a name, blanks among them. */
const isPuzzle = (value: string) => /^[\d.]{16,}$/.test(value) && /[0.]/.test(value);
/** One of the lines below a name without a value. */
const LISTED = /^\s*(?:[-*•]\s+)?["']?(\p{L}[\p{L} -]{1,40})["']?\s*$/u;
const MOST_LISTED = 8;

/** Words of a sentence, which a title has not, and its characters. */
const [MOST_WORDS, LONGEST_TITLE] = [7, 200];

/** What to say of a puzzle below a title that calls it one of other rules. */
export function faultOfTitle(title: string): Fault | undefined {
  const isShort = title.length <= LONGEST_TITLE && (title.match(/\p{L}+/gu) ?? []).length <= MOST_WORDS;
  return isShort ? faultBeside([['title', title.replace(MARK_OF_FIELD, '').trim()]], undefined) : undefined;
}

/** `#D` before the description of a puzzle in SudoCue's files. */
const MARK_OF_FIELD = /^#[A-Z](?=\s|\p{Lu}\p{Ll})/u;

/** Cells before the words of a line, which are then about these alone. */
const FEWEST_CELLS = 4;

/** Three letters in a row, and no cells before them. */
function isWorded(line: string): boolean {
  if (!/\p{L}{3}/u.test(line)) return false;
  return (line.slice(0, line.search(/\p{L}/u)).match(/[\d._]/g)?.length ?? 0) < FEWEST_CELLS;
}

/** What stands last above a puzzle. */
export const titleAmong = (above: readonly string[]) => above.findLast(isWorded) ?? '';

/** A line that is marked as a comment or a heading, and is no sentence. */
const MARKED = /^\s*(?:#+|\/\/+|;+|%+|--+|\*+|=+)\s*\p{L}.*[^\s.!?,]\s*$/u;

/** `Sudoku`, `Classic Sudoku 12`, `Daily Sudoku (easy)`. */
const OF_SUDOKU =
  /^\P{L}*(?:\p{L}+[ -])?\p{L}*doku(?:,? (?:no\.? ?|nr\.? ?|#)?\d+)?(?: \(\p{L}+\))?\P{L}*$/iu;
/** A heading that gives what stands below it no name: `Puzzle 3`, `The grid`. */
const NAMELESS = /^\P{L}*(?:(?:the|puzzle|grid|board|givens|clues|rules)\P{L}*)+$/iu;

/**
 * The same of lines further above that stand as headings: marked as one, or with words for a kind of puzzle alone. One in the same
 * dress or a higher one ends it, if it is of Sudoku, or the own title of the puzzle, and stands apart.
 */
export function faultOfHeadings(above: readonly string[]): Fault | undefined {
  const own = above.findLastIndex(isWorded);
  let open: { readonly fault: Fault; readonly line: string; isApart: boolean; hasWords: boolean } | undefined;
  for (const [i, line] of above.entries()) {
    if (open && !/[\p{L}\d]/u.test(line)) open.isApart = true;
    if (line.length > LONGEST_TITLE || !isWorded(line)) continue;
    const fault = faultOfKind(line) ?? (MARKED.test(line) ? faultOfTitle(line) : undefined);
    const isHigh = !open || isAsHigh(line, open.line);
    if (fault && isHigh) open = { fault, line, isApart: false, hasWords: false };
    if (!open || fault) continue;
    const isTitle = MARKED.test(line) && i === own && open.hasWords && !NAMELESS.test(line);
    const isPlain = (OF_SUDOKU.test(line) || isTitle) && !faultOfTitle(line);
    if (open.isApart && isPlain && isHigh) open = undefined;
    else if (!MARKED.test(line)) open.hasWords = true;
  }
  return open?.fault;
}

/** What begins a caption, or is around it: `Figure 1: …`, `{…}` of LaTeX, `*…*`. */
const CAPTION =
  /^\s*(?:[{*_]+(?=\p{L})|(?:fig(?:ure|\.)?|table|abb(?:ildung|\.)?|tabelle|tableau)[ \d]{0,5}[.:] )(.*)/iu;

/** What the first words below the last grid say of it, on one line alone. */
export function faultOfCaption(below: readonly string[]): Fault | undefined {
  const at = below.findIndex((line) => /\p{L}{3}/u.test(line));
  const line = below[at] ?? '';
  if (
    !isWorded(line) ||
    line.includes('<') ||
    line.length > LONGEST_TITLE ||
    /\p{L}{3}/u.test(below[at + 1] ?? '')
  )
    return undefined;
  const [, caption] = CAPTION.exec(line) ?? [];
  return caption === undefined ? faultOfKind(line) : faultOfTitle(caption.replace(/[}*_\s]+$/, ''));
}

/** Whether a heading is none of a section below another: of Markdown by their marks, of others if these are the same or none. */
function isAsHigh(line: string, other: string): boolean {
  const [own, above] = [line, other].map((one) => /^\s*([#/;%*=-]*)/.exec(one)![1]!) as [string, string];
  if (above === '' || own === above) return true;
  return /^#+$/.test(own) && /^#+$/.test(above) && own.length < above.length;
}

/** Characters of a line of cells, at either end, that are looked into. */
const NEAR = 300;
/** As long as a part of a line may be cells, or an address. */
const LONGEST_WORD = 16;

/** The words on a line of cells: a name before a whole grid or behind it, a comment behind a row. */
export function wordsAround(line: string): string {
  if (!/\p{L}{3}/u.test(line)) return '';
  const ends = line.length > 2 * NEAR ? `${line.slice(0, NEAR)} ${line.slice(-NEAR)}` : line;
  const parts = ends.split(/[\s,;|"'`()[\]{}=:]+/);
  if (parts.every((part) => part.length < LONGEST_WORD)) return commentBehind(ends);
  return parts.filter((part) => part.length < LONGEST_WORD && /\p{L}/u.test(part)).join(' ');
}

/** What stands behind the mark of a comment. */
export const commentBehind = (line: string): string =>
  / (?:#|\/\/|;|--|%) *(\p{L}.*)$/u.exec(line)?.[1] ?? '';

/** What words around a puzzle, on its own line or the last above it, make of it. */
export function faultOfNames(...titles: readonly string[]): Fault | undefined {
  for (const title of titles.filter((one) => /\p{L}/u.test(one))) {
    const fault = otherOrderSaid(title) ?? faultOfTitle(title);
    if (fault) return fault;
  }
  return undefined;
}

/** A comment of a program, on a line of its own. */
const COMMENT = /^\s*(?:#|\/\/|--|%|;|\/?\*|"""|''')(.*)$/;
/** What a statement gives its value to. */
const TARGET = /([\p{L}_$][\w$]{0,60})\s{0,9}(?::[^=]{0,60})?(?::?=|<-)/u;

/** The texts of lines that are comments, without their marks. */
const commentsIn = (lines: readonly string[]) =>
  lines.flatMap((line) => {
    const [, text] = COMMENT.exec(line) ?? [];
    return text === undefined ? [] : text.replace(/^[#/;*!-]+|(?:\*\/|"""|''')\s*$/g, '').trim();
  });

/**
 * What to say of a grid of a program: by comments right above it, and at the head where it is the first, or behind it, and by its
 * name.
 *
 * @param at its line, from 0.
 */
export function faultInProgram(lines: readonly string[], at: number, isFirst: boolean): Fault | undefined {
  const isAside = (line: string) => line.trim() === '' || COMMENT.test(line);
  const above = placeBefore(lines, at, (line) => !isAside(line)) + 1;
  const head = isFirst ? placeFrom(lines, 0, (line) => !isAside(line)) : 0;
  const near = commentsIn(lines.slice(above, at));
  const own = lines[at] ?? '';
  const titles = [...commentsIn(lines.slice(0, Math.min(head, above))), ...near];
  return (
    faultOfNames(titleAmong(near), commentBehind(own)) ??
    titles
      .filter((title) => !/[.!?,]$/.test(title))
      .map(faultOfTitle)
      .find((fault) => fault !== undefined) ??
    faultOfName(TARGET.exec(own.slice(0, NEAR))?.[1] ?? '')
  );
}

/** What to say of a puzzle beside such lines. @param question its lines, where they are known. */
export function faultOfWords(lines: readonly string[], question?: string): Fault | undefined {
  for (const [i, line] of lines.entries()) {
    if (relatesCells(line)) {
      const fault = `a puzzle with ${line.trim().slice(0, 60)}, relations between cells, which are not read`;
      return {
        fault,
        fix: 'leave the line out if it is about another puzzle; a Futoshiki has its signs between its cells',
      };
    }
    const near = line.slice(0, LONGEST_FIELD);
    if (OF_SIDES.test(near)) return faultBeside([['sums', line.trim().slice(0, 60)]], undefined);
    for (const [, end, place] of near.matchAll(PLACES)) {
      const fault = isEnd(end!) ? faultOfField(end!, place!, question) : undefined;
      if (fault) return fault;
    }
    const { name, value = '' } = FIELD.exec(near)?.groups ?? {};
    if (name === undefined || isPuzzle(value)) continue;
    const fault = value === '' ? faultOfList(name, lines, i + 1) : faultOfField(name, value, question);
    if (fault) return fault;
  }
  return undefined;
}

/** The places of a start and a goal are looked for in the cells; sizes are of whatever stands there. */
function faultOfField(name: string, value: string, question: string | undefined): Fault | undefined {
  const said = value.replace(/^(["'])(.*)\1$/, '$2');
  return faultBeside([[name, said]], isEnd(name) ? question : undefined);
}

/** A name without a value is a title, of the puzzle below it, unless it is of several or has a list below it. */
function faultOfList(name: string, lines: readonly string[], from: number): Fault | undefined {
  const ofSeveral = /s$/i.test(name) ? faultBeside([[name, true]], undefined) : undefined;
  if (ofSeveral) return ofSeveral;
  for (const line of lines.slice(from, from + MOST_LISTED)) {
    const [, listed] = LISTED.exec(line) ?? [];
    if (listed === undefined) return undefined;
    const fault = faultBeside([[name, listed.trim()]], undefined);
    if (fault) return fault;
  }
  return undefined;
}

/** Lines from one on, from 0. */
interface Lines {
  readonly at: number;
  readonly count: number;
}

/** Where lines are a map of regions. */
function mapsIn(lines: readonly string[]): Lines[] {
  const found: Lines[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (isRegions(lines[at])) found.push({ at, count: 1 });
    if (!isMapRow(lines[at]!)) continue;
    const signs = signsOf(lines[at]!);
    const rows = lines.slice(at, at + signs.length);
    if (rows.length < signs.length || !rows.every(isMapRow)) continue;
    if (!areRegions(rows.map(signsOf))) continue;
    found.push({ at, count: signs.length });
    at += signs.length - 1;
  }
  return found;
}

/** Digits, or letters, with nothing but spaces, commas or bars between them. */
const isMapRow = (line: string) =>
  line.length < 80 && /^[\s|,;[\]]*[\da-z](?:[\s|,;]{0,3}[\da-z]){3,15}[\s|,;[\]]*$/i.test(line);
const signsOf = (line: string): string[] => line.match(/[\da-z]/gi) ?? [];

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
  const isOnOne = letters.some((line) => /^[a-p]{16,256}$/.test(line) && isRegions(line));
  return isThere || isOnOne ? MAP_BESIDE.letters : undefined;
}

const mapBeside = (of: string): Fault => ({
  fault: `a puzzle beside a map of ${of}, which may be its regions and is not read`,
  fix: 'leave the map out if its boxes are the usual ones',
});
const MAP_BESIDE = { letters: mapBeside('letters'), numbers: mapBeside('numbers') } as const;

/** Grids without those that are maps of regions; what stands beside one is refused. */
export function withoutMaps<T>(found: readonly Found<T>[], text: string): readonly Found<T>[] {
  if (found.length < 2) return found;
  const maps = mapsIn(text.split('\n'));
  const mapped = new Set(
    maps.flatMap(({ at, count }) => Array.from({ length: count }, (_, i) => at + i + 1)),
  );
  const isMap = (one: Found<T> | undefined) => one?.line !== undefined && mapped.has(one.line);
  if (found.every(isMap) || !found.some(isMap)) return found;
  return found.flatMap((one, i): Found<T>[] => {
    if (isMap(one)) return [];
    return [[found[i - 1], found[i + 1]].some(isMap) ? { ...MAP_BESIDE.numbers, line: one.line! } : one];
  });
}
