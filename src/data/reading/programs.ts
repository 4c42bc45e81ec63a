/**
 * What a program does to a matrix that stands in it. Nothing is run, so that a matrix is read only where no call around it, nothing
 * behind it and no later statement may change its cells or their order: calls that keep them are known, any other is refused.
 *
 * Brackets are taken from the inside out. A matrix becomes one sign by its bracket, a list of fewer cells another, and what else
 * stands in brackets a third; their line breaks become signs behind them, so that lines can be counted still.
 */
import type { Fault } from './found.ts';
import { COLUMNS_BELOW, namesColumns } from './other-order.ts';
import { placeBefore } from './places.ts';

const [LIST, OTHER, BREAK] = ['\ue000', '\ue004', '\ue005'] as const;
const [SQUARE, CURLY, ROUND] = ['\ue001', '\ue002', '\ue003'] as const;
const MATRICES = { '[': SQUARE, '{': CURLY, '(': ROUND } as const;
const MATRIX = `[${SQUARE}${CURLY}${ROUND}]`;

/** Calls that make a matrix of lists, or read one and give something else. */
const KEEPS = new RegExp(
  `(?:^|[.:])(?:${[
    '(?:as_?)?(?:any|nd|[a-z]+\\d+|int|byte|char|short|long|float|double|string)?_?array(?:list|of)?',
    '(?:as_?|long|int|float)?tensor|constant|variable|from(?:_numpy|_list)?|(?:data)?frame|(?:immutable)?mat(?:rix)?(?:form)?',
    '(?:as)?list(?:of)?|tuple|of|seq|c|rbind|vstack|vec(?:tor)?|(?:deep)?copy|clone|freeze|table(?:form)?',
    '(?:p?print|show|display|draw|render|plot|log|echo|solve|assert|expect|check|is|valid|test)\\w*',
    '(?:sudoku|board|grid|maze|puzzle|game)_?(?:solver)?|solver|solution|main|run|len|type|repr|str|dumps?|stringify',
    'return|in|if|while|and|or|not',
  ].join('|')})!?$`,
  'i',
);

/** What may stand behind a matrix, or a name of one, and keeps it. */
const KEEPING =
  /^(?:to_?list|to_?array|to_?numpy|to_vec|as_?type|copy|clone|numpy|cpu|cuda|to|type|long|int|float|double|detach|freeze|values|shape|dtype|size|length|len|head|print|show|display|foreach|solve\w*)$/i;

/** What lays cells elsewhere in a line that uses a name of a matrix. */
const TURNS =
  /\.(?:m?T|H)\b|\.t\(|\[[^\]]{0,80}::\s*-|zip\(\s*\*|transpos|permut|revers|rot90|rotat|flip|swap|shuffl|mirror|\bfill_|\.(?:put\w*|place|copyto)\(|reshape|⍉|(?<![.\w])(?:t|matrix|dim|cbind|hcat)\(|column_?stack|=[^'"]{0,80}\w\.?'/i;

const FIX = 'write its rows as they are to be read';

/** With fewer cells a list is no matrix, nor are fewer lists. */
const [FEWEST_CELLS, FEWEST_LISTS] = [16, 2];
/** Brackets within each other that are looked into. */
const DEEPEST = 16;
/** Characters before and behind a matrix that are looked at. */
const NEAR = 200;
/** Characters of a name, with what stands before its points. */
const LONGEST_NAME = 60;

interface Change extends Fault {
  /** From 1. */
  readonly line: number;
}

/** A name of a matrix, and the lines that this takes, from 0. */
interface Binding {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The first thing in a text that may change a matrix in it; undefined where all are read as they stand. */
export function changeIn(text: string): Change | undefined {
  if (!/[[({]/.test(text)) return undefined;
  const masked = maskOf(text);
  if (typeof masked !== 'string') return masked;
  const bindings: Binding[] = [];
  let [line, from] = [0, 0];
  const lineAt = (index: number) => {
    line += breaksIn(masked.slice(from, index));
    from = index;
    return line;
  };
  for (const { 0: atom, index } of masked.matchAll(new RegExp(`${MATRIX}${BREAK}*`, 'g'))) {
    const before = masked.slice(Math.max(0, index - NEAR), index);
    const head = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf(';')) + 1);
    const behind = masked.slice(index + atom.length, index + atom.length + NEAR);
    if (/["'`]$/.test(head)) continue; // within a text
    const at = lineAt(index);
    const { name, applied } = BINDING.exec(head)?.groups ?? {};
    const above = before.slice(0, before.length - head.length).split('\n');
    const title = above[placeBefore(above, above.length, (one) => one.trim() !== '')] ?? '';
    if (namesColumns(name ?? (head.trim() || title))) return { ...COLUMNS_BELOW, line: at + 1 };
    const beside = name === undefined ? APPLIED.exec(head)?.[0] : appliedIn(applied!, atom[0]!);
    const what = beside ?? behindIn(behind, atom[0]!, name !== undefined);
    if (what) return changed(what, at);
    if (name !== undefined) bindings.push({ name, from: at, to: lineAt(index + atom.length) });
  }
  return laterChange(text.split('\n'), bindings);
}

function changed(what: string, line: number): Change {
  const found = what.replace(new RegExp(`[${LIST}-${BREAK}]`, 'g'), '').trim() || 'what stands around it';
  const fault = `${found}: a matrix that a program changes, transposes or turns; nothing is run`;
  return { fault, fix: FIX, line: line + 1 };
}

const breaksIn = (text: string) => text.match(new RegExp(`[\n${BREAK}]`, 'g'))?.length ?? 0;

const GROUP = /([[({])([^()[\]{}]*)[)\]}]/g;
/** Rows of texts are taken apart, whose cells stay in their order. */
const SPLIT_ROWS = /\.map\(\s*\(?(\w+)\)?\s*=>\s*(?:\1\.split\((?:""|'')\)|\[\.\.\.\1\])\s*\)/g;

/** The text with its brackets as signs, or what a call or an expression around a matrix may change. */
function maskOf(text: string): string | Change {
  let [masked, before] = [text.replace(SPLIT_ROWS, ''), ''];
  let change: Change | undefined;
  for (let depth = 0; depth < DEEPEST && masked !== before && !change; depth++) {
    before = masked;
    masked = before.replace(
      GROUP,
      (group: string, bracket: keyof typeof MATRICES, content: string, at: number) => {
        const [name = ''] = /[\w$.:]+!?$/.exec(before.slice(Math.max(0, at - LONGEST_NAME), at)) ?? [];
        const sign = signOf(bracket, content, bracket === '{' ? '' : name);
        if (sign === undefined) return group;
        const known = [LIST, OTHER, SQUARE, CURLY, ROUND].some((one) => one === sign);
        if (!known) change ??= changed(sign, breaksIn(before.slice(0, at)));
        return sign + BREAK.repeat(breaksIn(group));
      },
    );
  }
  return change ?? masked;
}

/** The sign for brackets, undefined for a block of statements, or what may change the matrix in them. */
function signOf(bracket: keyof typeof MATRICES, content: string, name: string): string | undefined {
  const isKept = KEEPS.test(name);
  const marks = content.match(new RegExp(`${LIST}|${MATRIX}`, 'g')) ?? [];
  if (marks.length === 0) {
    const cells = name === '' || isKept ? cellsIn(content) : 0;
    return cells >= FEWEST_CELLS ? MATRICES[bracket] : cells > 1 ? LIST : OTHER;
  }
  const isMatrix = new RegExp(MATRIX).test(content) || marks.length >= FEWEST_LISTS;
  if (name !== '') {
    if (isKept) return isMatrix ? MATRICES[bracket] : LIST;
    return new RegExp(MATRIX).test(content) || marks.length > 3 ? `${name}${bracket}…` : OTHER;
  }
  if (isList(content)) return isMatrix ? MATRICES[bracket] : LIST;
  if (bracket === '{') return undefined;
  if (KEPT_ROWS.test(content)) return MATRICES[bracket];
  return new RegExp(MATRIX).test(content) ? `${bracket}${content.slice(0, 40)}` : OTHER;
}

const COMMENT = /(?:#|\/\/|--|%).*|\/\*[\s\S]*?\*\//g;
const QUOTED = /"[^"\n]*"|'[^'\n]*'/g;
const CELL = /^(?:\d*\.?\d*(?:e[+-]?\d+)?|none|nan|null|na|undefined|"+|.)$/iu;

/** How many cells stand in brackets, characters of texts; 0 where anything else does. */
function cellsIn(content: string): number {
  const bare = content
    .replace(QUOTED, (text) => '"'.repeat(Math.max(1, text.length - 2)))
    .replace(COMMENT, '');
  const parts = bare.split(/[\s,;|]+/).filter((part) => part !== '');
  if (!parts.every((part) => CELL.test(part))) return 0;
  return parts.reduce((cells, part) => cells + (part.startsWith('"') ? part.length : 1), 0);
}

/** Whether nothing stands there but lists and matrices, their names, and texts. */
function isList(content: string): boolean {
  const bare = content
    .replace(COMMENT, '')
    .replace(QUOTED, '')
    .replace(/[\w$]+\s*:(?!:)/g, '');
  const named = bare.replace(/[\w$.:]+!?(?=[\ue000-\ue003])/g, (name) => (KEEPS.test(name) ? '' : name));
  return !/[^\s,;\ue000-\ue003\ue005]/.test(named);
}

/** `[list(row) for row in …]`, `map(list, …)` */
const KEPT_ROWS = new RegExp(`^\\s*(?:list${OTHER}|(\\w+)) for (?:\\w+) in ${MATRIX}${BREAK}*\\s*$`);

/** A name, its type, and what is applied to the matrix that it is given. */
const BINDING = new RegExp(
  `(?<name>[\\w$]+)[${OTHER}${LIST}${BREAK}]*\\s*(?::[^=\\n]*)?(?::?=|<-)\\s*(?<applied>[^=\\n]*)$`,
);
/** The same without a name: a sign or a word that is glued to it, or one that turns. */
const APPLIED = new RegExp(`[^\\s([{"'\`:,=>|&!*\\-\\w${LIST}-${BREAK}]$`);

/** What stands between a name and its matrix, where it is no type and no call that keeps. */
function appliedIn(applied: string, bracket: string): string | undefined {
  const others = applied.split(/[\s&!]+/).filter((word) => word !== '' && !KEEPS.test(word));
  const isType = bracket === CURLY && new RegExp(`^[\\w\\s:<>,.&*${LIST}-${BREAK}]*$`).test(applied);
  return others.length === 0 || isType ? undefined : others.join(' ');
}

const METHOD = new RegExp(`^\\s*\\??\\.([A-Za-z_]\\w*)${OTHER}?${BREAK}*`);
const COMPUTED = /^[ \t]*(?:[-+*/@|^&<>](?![-/*>])|\*\*|% ?\d)[^\n]*/;

/** What stands behind a matrix and may change it. */
function behindIn(behind: string, bracket: string, isNamed: boolean): string | undefined {
  const [whole, method] = METHOD.exec(behind) ?? [];
  if (method !== undefined)
    return KEEPING.test(method) ? behindIn(behind.slice(whole!.length), bracket, isNamed) : `.${method}`;
  if (behind.startsWith(OTHER)) return 'brackets behind it';
  const glued = /^\.?'/.exec(behind) ?? /^\s*(?:\|>|%>%)[^\n]*/.exec(behind);
  const application =
    bracket === CURLY
      ? /^[ \t]*\/\/[ \t]*(?!MatrixForm|TableForm|Grid)[A-Z]\w*[ \t]*(?=\n|$)/.exec(behind)
      : null;
  return (glued ?? application ?? (isNamed ? COMPUTED.exec(behind) : null))?.[0].trim();
}

/** The head of a function, whose statements are not run where they stand; `main` is. */
const FUNCTION = /^\s*(?!(?:if|for|else|elif|while|with|try|switch|do)\b)(?!.*\bmain\b).*\)[^;()]*[{:]\s*$/;
const ASSIGNED = /(?<![=!<>])(?:\*\*|\/\/|[-+*/%|&^@])?=(?![=>~])|<-/;

/** The first statement below a matrix that sets, changes or turns what has its name; one that reads it is none. */
function laterChange(lines: readonly string[], bindings: readonly Binding[]): Change | undefined {
  const [first] = bindings;
  const ends = new Map<string, number>();
  for (const { name, to } of bindings) if (!ends.has(name)) ends.set(name, to);
  const begins = new Set(bindings.map(({ name, from }) => `${from} ${name}`));
  let depth: number | undefined; // of a function, whose lines are indented further
  for (let at = first?.to ?? lines.length; at < lines.length; at++) {
    const code = lines[at]!.replace(/^\s*%.*$|(^|\s)(?:#|\/\/(?!=|\s*\d)|--\s).*$/, '');
    const indent = code.length - code.trimStart().length;
    if (code.trim() === '' || (depth !== undefined && indent > depth)) continue;
    depth = FUNCTION.test(code) ? indent : undefined;
    for (const statement of code.split(';')) {
      const isNamed = (name: string) =>
        (ends.get(name) ?? at) < at || (ends.get(name) === at && statement !== code);
      const names = statement.match(/[\w$]+/g)?.filter(isNamed) ?? [];
      const isChange = names.some((name) => !begins.has(`${at} ${name}`) && changes(statement, name));
      if (isChange) return changed(statement, at);
    }
  }
  return undefined;
}

const METHOD_OF = /^\s*(?:(?:self|this)\.)?([\w$]+)(?:\[[^\]]*\])*\.(\w+)/;

/** What counts, reads or writes into what has a name: `++grid[0][2]`, `cin >> grid[0][2]`, `out=grid`, `memset(grid, …)`. */
function writesInto(statement: string, name: string): boolean {
  const word = name.replaceAll('$', '\\$');
  const before = `(?:\\+\\+|--|>>|\\bout\\s*=|\\bmem(?:set|cpy)\\()\\s*${word}\\b`;
  return new RegExp(`${before}|\\b${word}(?:\\[[^\\]]*\\])+\\s*(?:\\+\\+|--)`).test(statement);
}

function changes(statement: string, name: string): boolean {
  if (TURNS.test(statement) || /^\s*del\s/.test(statement) || writesInto(statement, name)) return true;
  const [left, value] = statement.split(ASSIGNED, 2) as [string, string?];
  const target = left.replace(/\[[^\]]*\]/g, '').replace(/^\s*(?:if|for|while|with|else)\b.*[:)]/, '');
  const isArgument = target.split('(').length > target.split(')').length;
  if (value !== undefined && !isArgument && target.match(/[\w$]+/g)?.includes(name))
    return !keeps(value, name);
  const [, object, method] = METHOD_OF.exec(statement) ?? [];
  return object === name && !KEEPING.test(method!);
}

/** Whether what a name is given anew is what it was, or what a reader of it gives. */
function keeps(value: string, name: string): boolean {
  const masked = maskOf(value.replace(/[\w$]+/g, (word) => (word === name ? SQUARE : word)));
  if (typeof masked !== 'string') return false;
  const at = masked.search(MATRIX);
  if (at < 0 || appliedIn(masked.slice(0, at), masked[at]!) !== undefined) return false;
  return behindIn(masked.slice(at + 1), masked[at]!, true) === undefined;
}
