/** What a program does to a matrix, or a text of cells, that stands in it: where any of it may be changed or turned, it is not read. */
import { appliedIn, behindIn, breaksIn, type Change, changed, maskOf, SIGNS } from './matrices.ts';
import { otherOrderSaid } from './other-order.ts';
import { lineCounter, placeBefore } from './places.ts';
import { type Binding, laterChange } from './statements.ts';
import { WORD } from './values.ts';

/** Characters before and behind a matrix that are looked at. */
const NEAR = 200;

/** The first thing in a text that may change a matrix in it; undefined where all are read as they stand. */
export function changeIn(text: string): Change | undefined {
  if (!/[[({]/.test(text)) return undefined;
  const matrices = matricesIn(text);
  if (!Array.isArray(matrices)) return matrices;
  const texts = textsIn(text);
  if (!Array.isArray(texts)) return texts;
  return laterChange(text.split('\n'), [...matrices, ...texts]);
}

/** Whether a text of cells has a name among calls or lists. */
export function namesTexts(text: string): boolean {
  return /[[({]/.test(text) && [textsIn(text)].flat().length > 0;
}

/** A name, its type, and what is applied to the matrix that it is given. */
const BINDING = new RegExp(
  `(?<name>[\\w$]+)[${SIGNS.other}${SIGNS.list}${SIGNS.break}]*\\s*(?::[^=\\n]*)?(?::?=|<-)\\s*(?<applied>[^=\\n]*)$`,
);
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
    const order = otherOrderSaid(name ?? (head.trim() || title));
    if (order) return { ...order, line: at + 1 };
    const beside = name === undefined ? APPLIED.exec(head)?.[0] : appliedIn(applied!, atom[0]!);
    const what = beside ?? behindIn(behind, atom[0]!, name !== undefined);
    if (what) return changed(what, at);
    if (name !== undefined) bindings.push({ name, is: 'matrix', from: at, to: lineAt(index + atom.length) });
  }
  return bindings;
}

/** A text that may be of cells. */
const TEXT = /("""|'''|`)[^"'`]{16,}\1|(["'])[\d._*-]{16,}\2/g;
/** What stands before it: a name, and a call or not. */
const NAMED = /(?:([\w$]{1,60})\s*(?::[^=\n]*)?:?=[ \t]*)?([\w.]{1,60}\(\s*)?$/;
/** What turns one, or its parts, or takes a part of it. */
const TURNED =
  /^\[[^\]\n]*:[^\]\n]*\]|^(?:\s*\.(?:split\w*|strip|trim)\([^()\n]{0,20}\))*(?:\[[^:\]\n]*:[^:\]\n]*: ?-|\s*\.(?:(?:to)?reversed?\b|translate\(|replace\w*\(\s*["'`/][1-9]))/i;

/** The same of texts of cells. */
function textsIn(text: string): Binding[] | Change {
  const lineAt = lineCounter(text);
  const bindings: Binding[] = [];
  for (const { 0: cells, index } of text.matchAll(TEXT)) {
    if (WORD.test(cells)) continue;
    const [, name, call = ''] = NAMED.exec(text.slice(Math.max(0, index - NEAR), index))!;
    const from = lineAt(index) - 1;
    const end = index + cells.length;
    const what = /revers/i.test(call) ? call : TURNED.exec(text.slice(end, end + NEAR))?.[0];
    if (what !== undefined) return changed(what, from);
    if (name !== undefined) bindings.push({ name, is: 'text', from, to: from });
  }
  return bindings;
}
