/**
 * Cells with numbers for their places that a function sets in a matrix of its own, or in one beside it where something calls it:
 * `void init() { board[0][2] = 4; }`. Solvers set the cells that they are at, which are passed over.
 */
import { type Change, changed } from './matrices.ts';
import { type Binding, COMMENT, FUNCTION } from './statements.ts';

/** A function, and its lines, from 0. */
interface Body {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const NAME =
  /\b(?:const|let|var|val)\s+([\w$]{1,60})\s*=|\b(?:def|function|func|fn|fun|sub)\s+(?:\([^()]{0,80}\)\s*)?(?:\w{1,60}\.)?([\w$]{1,60})|([\w$]{1,60})\s{0,4}\(/;
/** The head of what holds functions. */
const HOLDS_FUNCTIONS =
  /^(?:\w{1,20}\s+){0,4}(?:class|struct|namespace|module|object|trait|impl)\b|^(?:describe|suite|context|RSpec)\b/;
/** Called without a call. */
const RUN = /^(?:main|init(?:iali[sz]e)?|__init__|constructor|setup)$/i;
const CALLED = /([\w$]{1,60})\(/g;

/** A place in numbers that is set, as `board[0][2] = `, `self.board[0, 2] = `, `strcpy(board[0], `. */
const PLACE =
  /(?<![\w$])([\w$]{1,60})\s{0,4}(?:\[\s*\d+(?:\s*,\s*\d+)?\s*\]\s{0,4})+=(?!=)|\b(?:mem|strn?)cpy\(\s*&?([\w$]{1,60})\[\d+\]/g;
/** What is set as a whole, or declared. */
const WHOLE =
  /(?<![\w$.])([\w$]{1,60})\s{0,4}(?::[^=\n]{0,60})?:?=(?!=)|\b[\w>]{1,60}[\s*]{1,4}([\w$]{1,60})(?:\[[^\]\n]{0,20}\])+\s{0,4}[=;]/g;
/** Characters of a line that is looked into. */
const LONGEST = 2000;

const indentOf = (line: string) => line.length - line.trimStart().length;

function bodiesIn(lines: readonly string[]): Body[] {
  const bodies: Body[] = [];
  for (let at = 0; at < lines.length; at++) {
    const head = lines[at]!.trim() + (lines[at + 1]?.trim() === '{' ? ' {' : '');
    if (head.length > LONGEST || !FUNCTION.test(head) || HOLDS_FUNCTIONS.test(head)) continue;
    const indent = indentOf(lines[at]!);
    let to = at;
    while (to + 1 < lines.length && (indentOf(lines[to + 1]!) > indent || /^\s*\{?\s*$/.test(lines[to + 1]!)))
      to++;
    const [, given, defined, before] = NAME.exec(head) ?? [];
    bodies.push({ name: given ?? defined ?? before ?? '', from: at, to });
    at = to;
  }
  return bodies;
}

/** The first statement of a function that sets such a cell. */
export function setInFunctions(given: readonly string[], bindings: readonly Binding[]): Change | undefined {
  if (bindings.length === 0) return undefined;
  const lines = given.map((line) => (line.length > LONGEST ? '' : line.replace(COMMENT, '')));
  const bodies = bodiesIn(lines);
  const isWithin = new Uint8Array(lines.length);
  for (const { from, to } of bodies) isWithin.fill(1, from, to + 1);
  const outside = lines.filter((_, at) => !isWithin[at]);
  const called = new Set(outside.flatMap((line) => [...line.matchAll(CALLED)].map(([, name]) => name!)));
  const beside = new Set(
    bindings.flatMap(({ name, from }) =>
      !isWithin[from] || /\b(?:self|this)(?:\.|->)|@/.test(lines[from]!) ? [name] : [],
    ),
  );
  const begun = new Map<number, string[]>();
  for (const { name, from } of bindings) begun.set(from, [...(begun.get(from) ?? []), name]);
  for (const { name, from, to } of bodies) {
    const isRun = RUN.test(name) || called.has(name);
    const known = new Set(isRun ? beside : []);
    for (const word of lines[from]!.match(/[\w$]+/g) ?? []) known.delete(word); // an argument
    for (let at = from + 1; at <= to; at++) {
      for (const [, one = '', declared = one] of lines[at]!.matchAll(WHOLE)) known.delete(declared);
      const begins = begun.get(at) ?? [];
      for (const [, one = '', copied = one] of lines[at]!.matchAll(PLACE))
        if (known.has(copied) && !begins.includes(copied)) return changed(lines[at]!, at);
      for (const own of begins) known.add(own);
    }
  }
  return undefined;
}
