/** Texts without what is around puzzles wherever they are kept, on lines that keep their numbers. */

import { isPlainTitle } from './answers-below.ts';
import { withoutComments } from './documents.ts';
import { decodedMail } from './mail.ts';
import { inPlainQuotes, withoutQuotes } from './programs/raw-texts.ts';
import { isPageOfTables } from './tables/tables.ts';

/**
 * Without what terminals, editors, forums and pages add: line ends of other systems, colours, marks that nobody sees, other spaces,
 * full width, other digits, fences of Markdown, lists of YAML, tags around a text, comments.
 */
export function plain(text: string): string {
  return (
    withoutTags(withoutComments(inPlainQuotes(withoutQuotes(decodedMail(text)))))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: MS-DOS ends a text with one
      .replace(/\u001a\s*$/, '')
      .replace(/\ufe0f|\u20e3|[\ufeff\u200b-\u200f\u2060\u00ad]/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
      .replace(/\u001b\[[\d;]*m/g, '')
      .replace(/[\u00a0\u2000-\u200a\u202f\u3000]|&(?:nbsp|#160);/g, ' ')
      .replace(/%2e/gi, '.')
      .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) % 16)) // Arabic, Persian
      .replace(/\r{0,2}\n|[\r\u0085\u2028\u2029]/g, '\n')
      .replace(/(?<=[^\n])[\v\f](?=[^\n])/g, '\n') // between pages
      .replace(/~(?<=[[,][ \t]*~)(?=[ \t]*[,\]])/g, 'null') // in a list of YAML
      .replace(FENCES, '')
      .replace(YAML_ROWS, onOneLine)
      .replace(/^[ \t]*-[ \t]+(?:(["'])(.*)\1|(\S{4,}))[ \t]*$/gm, '$2$3') // of a list in YAML
      .replace(NAMED_ROW, (_, __, name: string) => name.replace(/[*_]/g, ''))
      .replace(/^(?=.{1,200}\n *={3})(.*\p{L}{3}.*\n) *={3,} *$/gmu, '$1') // below a heading
      .replace(/^ *:: *$/gm, '') // before a block of reStructuredText
      .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
  );
}

/** What begins and ends a block of Markdown. */
export const FENCES = /^ *(?:`{3,}|~{3,})\w* *\r?$/gm;

/** Lists of cells in a list of rows, as YAML writes them: `- - 5`, below it `  - 3`. */
const YAML_ROWS = /^( *)- - (?:\S{1,4}|(['"]) \2)(?:\n\1(?: {2}|- )- (?:\S{1,4}|(['"]) \3))+ *$/gm;

/** Slashes between the rows, on the first of as many lines. */
function onOneLine(list: string): string {
  const rows = list.split(/\n *- (?=- )/).map((row) => row.split('\n').map(cellOfYaml));
  const between = rows.flat().some(({ length }) => length > 1) ? ' ' : '';
  return rows.map((row) => row.join(between)).join('/') + list.replace(/[^\n]/g, '');
}

const cellOfYaml = (line: string) =>
  line.replace(/^[ -]*- (['"]?)(.+?)\1 *$/, '$2').replace(/^(?:~|null)$/i, '.');

/** `- **Row 1:** 5 3 .` of Markdown. */
const NAMED_ROW = /^[ \t]*(?:[-*+][ \t]+)?(\*\*|__)?(\p{L}+ ?\d{1,2}(?::\1|\1:))(?=[ \t])/gmu;

/** What a forum closes, but for notes and what is struck out. */
const FORUM_TAG = /\[\/(?!(?:s|strike|del|su[bp]|small)\])([a-z]+)\]/gi;

/** Tags of a page for whole texts and lines of them, and of a forum whatever it closes: `[code]…[/code]`, `[size=4]…[/size]`. */
function withoutTags(given: string): string {
  const closed = new Set(Array.from(given.matchAll(FORUM_TAG), ([, name]) => name!.toLowerCase()));
  const text = given.replace(/\[\/?([a-z]+)(?:=[^\]\n]{0,100})?\]/gi, (tag, name: string) =>
    closed.has(name.toLowerCase()) ? '' : tag,
  );
  // Beside a table they tell what its words are.
  if (isPageOfTables(text)) return text;
  return text
    .replace(/^[ \t]*(?:<(?:div|section|article|main|figure|span|body)\b[^<>\n]*>[ \t]*)+(?=<pre\b)/gim, '')
    .replace(/<(h[1-6])\b[^<>\n]*>([^<>\n]*)<\/\1>(?=[ \t]*<pre\b)/gi, (heading, _, title: string) =>
      isPlainTitle(title) ? '' : heading,
    )
    .replace(/<\/?(?:pre|code|samp|tt|textarea|blockquote|[uo]l)\b[^<>]*>|<(?:p|li)\b[^<>]*>/gi, '')
    .replace(/<\/(?:p|li)>([ \t]*$)?/gim, (_, end?: string) => (end === undefined ? '<br>' : ''));
}

/** Entities of signs, which are told from tags once it is known that a text is no page. */
const ENTITY = /&(?:(lt|gt|middot)|#(3[2-9]|[4-9]\d|1\d\d));/g;
const SIGNS: Readonly<Record<string, string>> = { lt: '<', gt: '>', middot: '·' };

/** A text in quotes, with a name before it or not, and what takes its lines. */
const QUOTED =
  /^\s*(?:(?:\w+ ){0,3}[A-Za-z_]\w*\s*[:=]\s*)?(["'`])(.*?)\1(?:\.(?:split\w*|lines|strip|trim)\([^()]{0,9}\))*[,;]?\s*$/;

/** What begins or ends a text of several lines, or a comment, alone on its line. */
const MARKS = /^[ \t]*(?:[a-z]{0,2}(?:"""|''')|\/\*\*|\*\/)[ \t,;)]*$/gim;
/** A backslash that ends a line as Markdown has it: with no space before it, which pandas has, or behind several lines. */
const ENDS_OF_MARKDOWN =
  /\\(?=[ \t]*$)(?:(?<=[^\s\\]\\)|(?<=\\\n[^\n]{1,999}[ \t]\\)|(?<=[ \t]\\)(?=\n[^\n]{1,999}\\\n))/gm;

/**
 * Entities become their signs, and marks of programs around a text go. Breaks that are written as `\\n` or `<br>` become slashes
 * between rows, so that lines keep their numbers; quotes and a name around such a text go.
 */
export function unescaped(given: string): string {
  const text = given
    .replace(ENTITY, (_, name: string, code) => SIGNS[name] ?? String.fromCharCode(code))
    .replace(MARKS, '')
    .replace(ENDS_OF_MARKDOWN, '');
  if (!/\\n|<br\b/i.test(text)) return text;
  return text.replace(/^.*(?:(?<!["'])\\n|\\n(?!["'])|<br\b).*$/gim, (line) =>
    line
      .replace(QUOTED, '$2')
      .replace(/(?:(?:\\r)?\\n|<br\s*\/?>)(?=\s*$)/i, '')
      .replace(/(?:\\r)?\\n|<br\s*\/?>/gi, '/'),
  );
}
