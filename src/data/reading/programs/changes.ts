/** What a program does to a matrix, or a text of cells, that stands in it: where any of it may be changed or turned, it is not read. */

import { otherOrderSaid } from '../beside/other-order.ts';
import { lineCounter, placeBefore } from '../places.ts';
import { builtIn } from './built.ts';
import { plainLisp } from './lisp.ts';
import { blanks, PROMPT } from './literals.ts';
import { appliedIn, behindIn, breaksIn, type Change, changed, maskOf, SIGNS } from './matrices.ts';
import { setInFunctions } from './set-in-functions.ts';
import { type Binding, laterChange, turnsText } from './statements.ts';
import { WORD } from './values.ts';

/** Characters before and behind a matrix that are looked at. */
const NEAR = 200;

/** The first thing in a text that may change a matrix in it; undefined where all are read as they stand. */
export function changeIn(given: string): Change | undefined {
  if (!/[[({=]|<[<-]/.test(given)) return undefined;
  const text = plainLisp(given.replace(PROMPT, blanks));
  const matrices = matricesIn(text);
  if (!Array.isArray(matrices)) return matrices;
  const texts = textsIn(text);
  if (!Array.isArray(texts)) return texts;
  const lines = text.split('\n');
  const built = builtIn(lines);
  for (const { name, from } of built) {
    const order = otherOrderSaid(name);
    if (order) return { ...order, line: from + 1 };
  }
  const bindings = [...matrices, ...texts, ...built];
  return laterChange(lines, bindings) ?? setInFunctions(lines, bindings);
}

/** Whether a text of cells is part of a program. */
export function namesTexts(text: string): boolean {
  return /[[({;]/.test(text) && [textsIn(text)].flat().length > 0;
}

/** A name, its type, and what is applied to the matrix that it is given. */
const BINDING = new RegExp(
  `(?<name>[\\w$]+)[${SIGNS.other}${SIGNS.list}${SIGNS.break}]*\\s*(?::[^=\\n]*)?(?::?=|<-)\\s*(?<applied>[^=\\n]*)$`,
);
/** What makes a comment of the rest of a line. */
const COMMENT_MARK = /^\s*(?:#+|\/{2,}|%+|;+)$/;
/** The same without a name: a sign or a word that is glued to it, or one that turns. */
const APPLIED = new RegExp(`[^\\s([{"'\`:,=>|&!*\\-\\w${SIGNS.list}-${SIGNS.break}]$`);

/** The names of the matrices in a text, or what stands around one of them and may change it. */
function matricesIn(text: string): Binding[] | Change {
  const masked = maskOf(text);
  if (typeof masked !== 'string') return masked;
  const bindings: Binding[] = [];
  let [line, from] = [0, 0];
  const lineAt = (index: number) => {
    line += breaksIn(masked.slice(from, index));
    from = index;
    return line;
  };
  for (const { 0: atom, index } of masked.matchAll(new RegExp(`${SIGNS.matrix}${SIGNS.break}*`, 'g'))) {
    const before = masked.slice(Math.max(0, index - NEAR), index);
    const head = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf(';')) + 1);
    const behind = masked.slice(index + atom.length, index + atom.length + NEAR);
    if (/["'`]$/.test(head)) continue; // within a text
    const at = lineAt(index);
    const { name, applied } = BINDING.exec(head)?.groups ?? {};
    const above = before.slice(0, before.length - head.length).split('\n');
    const title = above[placeBefore(above, above.length, (one) => one.trim() !== '')] ?? '';
    const glued = COMMENT_MARK.test(head) ? undefined : APPLIED.exec(head)?.[0];
    const beside = name === undefined ? glued : appliedIn(applied!, atom[0]!);
    const what = beside ?? behindIn(behind, atom[0]!, name !== undefined);
    if (what) return changed(what, at);
    const order = otherOrderSaid(name ?? (head.trim() || title));
    if (order) return { ...order, line: at + 1 };
    if (name === undefined) continue;
    const isJoined = /(?:join|implode)$/i.test(applied!.trim()) || /^\s*\.join(?:ToString)?\b/i.test(behind);
    const is = isJoined ? 'text' : 'matrix';
    bindings.push({ name, is, from: at, to: lineAt(index + atom.length) });
  }
  return bindings;
}

/** A sign of a text of cells; breaks are written in it, or stand there. */
const CELL = String.raw`[\d._*?#xXSGEn\s\\/|-]`;
/** A text that may be of cells, in pieces or not: between quotes, or a block of lines; other texts are passed over. */
const TEXT = new RegExp(
  [
    `(?<block>("""|'''|\`)[^"'\`]{16,}\\2)`,
    `(?<quoted>(["'])${CELL}+\\4(?:[\\s+.&\\\\_]{1,80}\\4${CELL}+\\4)*)`,
    `(?<here><<[<~-]?["']?(?<tag>\\w{1,40})["']?(?<tail>.{0,200})\\n)(?<lines>${CELL}+)\\k<tag>\\b`,
    `(?:\\bqw ?|%w)[([{/](?<list>${CELL}+)[)\\]}]?`,
    '"[^"\\n]*"',
  ].join('|'),
  'g',
);
const FEWEST_CELLS = 16;
/** Before a value of an object: others, and its key, as `'easy': `, `"easy" => `, `"easy" to `. */
const KEY = '(?:(?:[^=;(){}[\\]]|=>){0,120}[,\\s])?["\']?\\w{1,60}["\']?\\s*(?::|=>|\\bto\\b)\\s*';
/**
 * What may stand between it and the name that it is given: calls, as `[]byte(` or `list(map(int, `, a key of an object, a loop over
 * its lines; and before a quote `r#` or `...`.
 */
const CALLS = `[^=;\\n"'\`]*(?:[([{][([{\\s]*(?:\\w+,\\s*|${KEY})?|\\bin\\s+)`;
const MARKS = '(?:\\[?\\.{3}|[&*@\\w]{0,2}#?)';
/** `s = `, `char s[82] = `, `let s: String = parse(`; `std::string s(`; calls, and `return`, which give no name. */
const HEADS = [
  new RegExp(
    `(?<name>[\\w$]{1,60})\\s*(?:\\[[^\\]\\n]{0,20}\\]\\s*)?(?::[^=\\n]{0,60})?(?::?=|<-)\\s*(?<calls>(?:${CALLS})?)${MARKS}$`,
  ),
  /\b\w*string[&\s]+(?<name>\w{1,60})\s*(?<calls>[({])\s*$/i,
  new RegExp(`(?<calls>(?:[\\w$.:!]{1,60}\\(\\s*(?:\\w+,\\s*)?)+)${MARKS}$`),
  new RegExp(`\\b(?:return|export default)\\s+(?<calls>(?:${CALLS})?)${MARKS}$`),
];
/** Code behind its end, and what takes a part of it. */
const [BEHIND, PART] = [/^(?:\s*[?!]*\.[a-z_]|\[|\s*\|>|\s*;[ \t]*(?:\n|$))/i, /^\[[^\]\n]*:[^\]\n]*\]/];
/** Between its statement and the next, which methods on lines of their own do not begin. */
const STATEMENT_ENDS = /;|\n(?!\s*(?:\.[a-z]|\|>))/i;

/** The same of texts of cells that have code glued to them; where it gives none, the name is empty. */
function textsIn(text: string): Binding[] | Change {
  const lineAt = lineCounter(text);
  const bindings: Binding[] = [];
  for (const { 0: written, index, groups } of text.matchAll(TEXT)) {
    const { block, quoted, here, tail, lines, list } = groups!;
    const cells = block ?? quoted ?? lines ?? list ?? '';
    // In a line a space may be a blank.
    const counted = /^.*\d.*$/.test(cells) ? cells : cells.replace(/[\s\\n"'+]/g, '');
    if (WORD.test(cells) || counted.length < FEWEST_CELLS) continue;
    const before = text.slice(Math.max(0, index - NEAR), index);
    const head = HEADS.map((one) => one.exec(before)).find((found) => found !== null)?.groups;
    const end = index + written.length;
    const near = text.slice(end, end + NEAR);
    const isOfCode = head !== undefined || BEHIND.test(near) || (here ?? list) !== undefined;
    if (!isOfCode) continue;
    const { name = '', calls = '' } = head ?? {};
    const isGlued = BEHIND.test(near) || (calls !== '' && /^\s*[)\]}]/.test(near));
    const behind = tail ?? (isGlued ? near.split(STATEMENT_ENDS, 1)[0]! : '');
    const from = lineAt(index) - 1;
    const part = PART.exec(behind)?.[0];
    if (part !== undefined || turnsText(calls + behind))
      return changed(part ?? (calls + behind).trim(), from);
    const isSolved = /solv/i.test(calls + behind);
    const to = from + written.split('\n').length - 1;
    bindings.push({ name: isSolved ? '' : name, is: 'text', from, to });
  }
  return bindings;
}
