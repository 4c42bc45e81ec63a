/** Keys that stand twice in an object of a JSON text, of which JSON.parse keeps the last without a word. */

/** A key, and the line at which it stands again, from 1. */
export interface KeyTwice {
  readonly key: string;
  readonly line: number;
}

/** The first key that an object has twice, with different values. @param text that is JSON. */
export function keyTwice(text: string): KeyTwice | undefined {
  if (!text.includes('{')) return undefined;
  /** Where the values of their keys begin, of all objects that are open. */
  const open: Map<string, number>[] = [];
  const signs = /["{}]/g;
  for (let sign = signs.exec(text); sign; sign = signs.exec(text)) {
    if (sign[0] === '{') open.push(new Map());
    else if (sign[0] === '}') open.pop();
    else {
      const end = endOfText(text, sign.index);
      signs.lastIndex = end;
      const value = valueAfter(text, end);
      if (value === undefined) continue;
      const key = JSON.parse(text.slice(sign.index, end)) as string;
      const known = open.at(-1)!.get(key);
      if (known !== undefined && valueAt(text, known) !== valueAt(text, value))
        return { key, line: text.slice(0, sign.index).split('\n').length };
      open.at(-1)!.set(key, value);
    }
  }
  return undefined;
}

/** Behind the quote that closes a text. */
function endOfText(text: string, begin: number): number {
  for (let at = begin + 1; ; at++) {
    at = text.indexOf('"', at);
    let escapes = at;
    while (text[escapes - 1] === '\\') escapes--;
    if ((at - escapes) % 2 === 0) return at + 1;
  }
}

const COLON = /\s*:\s*/y;

/** Where the value of a text begins that is a key; undefined where it is none. */
function valueAfter(text: string, end: number): number | undefined {
  COLON.lastIndex = end;
  return COLON.test(text) ? COLON.lastIndex : undefined;
}

/** What stands there, however it is spaced. */
function valueAt(text: string, begin: number): string {
  const signs = /["{}[\],]/g;
  signs.lastIndex = begin;
  let depth = 0;
  for (let sign = signs.exec(text); sign; sign = signs.exec(text)) {
    const [one] = sign;
    if (depth === 0 && /[,}\]]/.test(one)) return JSON.stringify(JSON.parse(text.slice(begin, sign.index)));
    if (one === '"') signs.lastIndex = endOfText(text, sign.index);
    else if (/[{[]/.test(one)) depth++;
    else if (one !== ',') depth--;
  }
  return text.slice(begin);
}
