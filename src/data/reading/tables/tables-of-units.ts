/** Tables of Markdown that hold no cells: `| 6x6 | 0.013s |` below words, as of how long something takes. */
import type { OnWords } from '../found.ts';
import { placeFrom } from '../places.ts';

const RULE = /^\s*\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?$/;
/** A number with a unit, which is no cell of any puzzle. */
const WITH_UNIT = /\d ?(?:[hkmsµ]|[mµn]s|min|sec|[kmg]i?b|%)(?![\p{L}#])/iu;
const LONGEST = 500;

/** The text with empty lines for those of such tables. @param onWords called for each of them. */
export function withoutTablesOfUnits(text: string, onWords?: OnWords): string {
  if (!/\|[ \t]*:?--/.test(text)) return text;
  const lines = text.split('\n');
  for (const [i, rule] of lines.entries()) {
    const isRuled = rule.length < LONGEST && RULE.test(rule) && /\p{L}{3}.*\|/u.test(lines[i - 1] ?? '');
    const end = isRuled ? placeFrom(lines, i + 1, (line) => !isOfUnits(line)) : i;
    for (let at = i; at < end && end > i + 1; at++) {
      if (at > i) onWords?.({ line: at + 1, text: lines[at]! });
      lines[at] = '';
    }
  }
  return lines.join('\n');
}

/** Whether all fields of a row have three signs or more, and one of them a unit. */
function isOfUnits(line: string): boolean {
  if (!line.includes('|') || line.length > LONGEST) return false;
  const fields = line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|');
  const areLong = fields.every((field) => field.trim().length > 2 && !/[\d._*#-]{9}/.test(field));
  return areLong && fields.some((field) => WITH_UNIT.test(field));
}
