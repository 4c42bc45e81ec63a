/**
 * Matrices in the text of a program, and what stands around each that may change its cells or their order: calls that keep them
 * are known, any other is refused. Nothing is run.
 *
 * Brackets are taken from the inside out. A matrix becomes one sign by its bracket, a list of fewer cells another, and what else
 * stands in brackets a third; their line breaks become signs behind them, so that lines can be counted still.
 */
import type { Fault } from '../found.ts';
import { definedIn, isKeepingForm, operatorOf } from './lisp.ts';

const [LIST, OTHER, BREAK] = ['\ue000', '\ue004', '\ue005'] as const;
const [SQUARE, CURLY, ROUND] = ['\ue001', '\ue002', '\ue003'] as const;
const MATRICES = { '[': SQUARE, '{': CURLY, '(': ROUND } as const;
/** The signs, as a pattern has them. */
export const SIGNS = {
  list: LIST,
  other: OTHER,
  break: BREAK,
  matrix: `[${SQUARE}${CURLY}${ROUND}]`,
} as const;
const MATRIX = SIGNS.matrix;

/** Calls that make a matrix of lists, or read one and give something else. */
const KEEPS = new RegExp(
  `(?:^|[.:])(?:${[
    '(?:as_?)?(?:any|nd|[a-z]+\\d+|int|byte|char|short|long|float|double|string)?_?array(?:list|of)?',
    '(?:as_?|long|int|float)?tensor|constant|variable|from(?:_numpy|_list)?|(?:data)?frame|(?:immutable)?mat(?:rix)?(?:form)?',
    '(?:as|mutable|array)?list(?:of)?|tuple|of|seq|c|rbind|vstack|vec(?:tor)?|(?:(?:deep|structured)_?)?(?:copy|clone)|freeze|table(?:form)?',
    '(?:p?print|show|display|draw|render|plot|log|echo|solve|(?:xct)?assert|expect|check|is|valid|(?:do_?)?test)\\w*',
    '(?:sudoku|board|grid|maze|puzzle|problem|game|example)_?(?:solver|\\d+)?|solver|solution|main|run|len|type|repr|str|dumps?|stringify|parse',
    '(?:to_?|deep_?|strict_?|not_?)*(?:equals?|eq)|eql|equalto|that|be|tobe|tomatchobject|join|implode|each|(?:puzzle|board|grid|sudoku|maze)s\\.(?:append|push(?:_back)?)',
    'use\\w+|parametrize|ref|reactive|move|new|return|in|if|while|and|or|not',
  ].join('|')})!?$`,
  'i',
);

export const isKeepingCall = (name: string): boolean => KEEPS.test(name);

/** What may stand behind a matrix, or a name of one, and keeps it. */
const KEEPING =
  /^(?:to_?list|to_?array|to_?numpy|to_vec|as_?type|copy|clone|numpy|cpu|cuda|to|type|long|int|float|double|detach|flat|unsqueeze|freeze|values|shape|dtype|size|length|len|head|split(?:_?lines)?|strip|trim|lines|into|to_owned|as_(?:ref|slice)|unwrap|expect|ok|join(?:tostring)?|print|show|display|(?:for)?each(?:_with_index)?|solve\w*|not|should|to(?:be|throw|have|contain|match|strict)\w*|toequal)$/i;

export const isKeepingMethod = (name: string): boolean => KEEPING.test(name);

/** With fewer cells a list is no matrix, nor are fewer lists. */
const [FEWEST_CELLS, FEWEST_LISTS] = [16, 2];
/** Brackets within each other that are looked into. */
const DEEPEST = 16;
/** Characters of a name, with what stands before its points. */
const LONGEST_NAME = 60;

/** What may change a matrix. */
export interface Change extends Fault {
  /** From 1. */
  readonly line: number;
}

/** @param line from 0. */
export function changed(what: string, line: number): Change {
  const found = what.replace(new RegExp(`[${LIST}-${BREAK}]`, 'g'), '').trim() || 'what stands around it';
  const fault = `${found}: a matrix that a program changes, transposes or turns; nothing is run`;
  return { fault, fix: 'write its rows as they are to be read', line: line + 1 };
}

export const breaksIn = (text: string): number => text.match(new RegExp(`[\n${BREAK}]`, 'g'))?.length ?? 0;

const GROUP = /([[({])([^()[\]{}]*)[)\]}]/g;
/** What takes a text in quotes apart into its cells: `"53..7….".toCharArray()`. */
export const TAKEN_APART = /(?<=["'])\.(?:toCharArray\(\)|split\((?:""|'')\)|chars\b(?!\())/g;
/** Copies of rows, and rows of texts that are taken apart, whose cells stay in their order. */
const SAME_ROWS =
  /\.map\(\s*\(?(\w+)\)?\s*=>\s*(?:\1\.split\((?:""|'')\)|\1\.slice\(\)|\[\.\.\.\1\])\s*\)|\.map\(&:(?:chars|dup)\)|(?<=[\w\])])\[\s*:\s*\]|(?<=\w)\.slice\(\)/g;

/** `[list(row) for row in`, `[[int(x) for x in row] for row in` */
const SAME_LISTS = /\[\s{0,20}(?:list|tuple)\((?:map\(\w+,\s*)?(\w+)\)?\) for \1 in\b/g;
const SAME_CELLS = /\[\s{0,20}\[(?:(?:int|str|float)\((\w+)\)|(\w+)) for (?:\1|\2) in (\w+)\] for \3 in\b/g;

/** The text with its brackets as signs, or what a call or an expression around a matrix may change. */
export function maskOf(text: string): string | Change {
  let masked = text
    .replace(SAME_ROWS, '')
    .replace(TAKEN_APART, '')
    .replace(SAME_LISTS, '[$1 for $1 in')
    .replace(SAME_CELLS, '[$3 for $3 in');
  let before = '';
  let change: Change | undefined;
  for (let depth = 0; depth < DEEPEST && masked !== before && !change; depth++) {
    before = masked;
    masked = before.replace(
      GROUP,
      (group: string, bracket: keyof typeof MATRICES, content: string, at: number) => {
        const [name = ''] =
          /[\w$]+(?:[.:]+[\w$]+)*!?$/.exec(before.slice(Math.max(0, at - LONGEST_NAME), at)) ?? [];
        const sign = signOf(bracket, content, bracket === '{' ? '' : name);
        if (sign === undefined) return group;
        const known = [LIST, OTHER, SQUARE, CURLY, ROUND].some((one) => one === sign);
        if (!known) change ??= changed(sign, breaksIn(before.slice(0, at)));
        const defined = new RegExp(MATRIX).test(sign) && bracket === '(' ? definedIn(content) : undefined;
        return (defined ? `${defined} = ` : '') + sign + BREAK.repeat(breaksIn(group));
      },
    );
  }
  return change ?? masked;
}

/** The sign for brackets, undefined for a block of statements, or what may change the matrix in them. */
function signOf(bracket: keyof typeof MATRICES, content: string, name: string): string | undefined {
  const isKept = KEEPS.test(name) || (name === 'map' && EACH_ROW.test(content));
  const marks = content.match(new RegExp(`${LIST}|${MATRIX}`, 'g')) ?? [];
  if (marks.length === 0) {
    const cells = name === '' || isKept ? cellsIn(content) : 0;
    return cells >= FEWEST_CELLS ? MATRICES[bracket] : cells > 1 ? LIST : OTHER;
  }
  const isMatrix = new RegExp(MATRIX).test(content) || marks.length >= FEWEST_LISTS;
  if (name !== '') {
    const isChanged = isKept && changesArgument(content);
    if (isKept && !isChanged) return EACH.test(name) ? OTHER : isMatrix ? MATRICES[bracket] : LIST;
    return new RegExp(MATRIX).test(content) || marks.length > 3 ? `${name}${bracket}…` : OTHER;
  }
  if (isList(content)) return isMatrix ? MATRICES[bracket] : LIST;
  if (bracket === '{') return undefined;
  const operator = operatorOf(content);
  const isForm = isMatrix && (isKeepingForm(operator) || KEEPS.test(operator));
  if (isForm || KEPT_ROWS.test(content)) return MATRICES[bracket];
  return new RegExp(MATRIX).test(content) ? `${bracket}${content.slice(0, 40)}` : OTHER;
}

/** A test of each in a list, whose function is called next. */
const EACH = /(?:^|\.)each$/;

/** Whether what stands before or behind a matrix in the brackets of a call may change it. */
function changesArgument(content: string): boolean {
  return [...content.matchAll(new RegExp(`(${MATRIX})${BREAK}*`, 'g'))].some(
    ({ 0: atom, 1: sign, index }) => {
      const before = content.slice(Math.max(0, index - LONGEST_NAME), index);
      const behind = content.slice(index + atom.length).trimStart();
      return COMPUTES.test(before) || behindIn(behind, sign!, true) !== undefined;
    },
  );
}

/** Before a matrix: what counts with it, or turns it. */
const COMPUTES = /(?:[\w)\]}]\s?[-+*/%@^]|[~⍉⌽⊖-])\s*$/;

const COMMENT = /(?:#|\/\/|--|%).*|\/\*[\s\S]{0,5000}?\*\//g;
const QUOTED = /"[^"\n]*"|'[^'\n]*'/g;
/** A word, with a letter that stands for no cell. */
export const isWord = (text: string): boolean => /^(?=.*[qrtuvyz])\p{L}{3,}$/u.test(text);
/** The name of a cell. */
const NAME = /^[A-Z]\d$/i;
const CELL = /^(?:-?(?:\d+(?:\.\d*)?|\.\d*)?(?:e[+-]?\d+)?|none|nan|null|na|undefined|"+|.)$/iu;

/** How many cells stand in brackets, characters of texts; 0 where anything else does, as words or names of cells. */
function cellsIn(content: string): number {
  const texts = content.match(QUOTED)?.map((text) => text.slice(1, -1)) ?? [];
  if (texts.some(isWord) || (texts.length > 1 && texts.every((text) => NAME.test(text)))) return 0;
  const bare = content
    .replace(QUOTED, (text) => '"'.repeat(Math.max(1, text.length - 2)))
    .replace(COMMENT, '');
  const parts = bare.split(/[\s,;|]+/).filter((part) => part !== '');
  if (!parts.every((part) => CELL.test(part))) return 0;
  return parts.reduce((cells, part) => cells + (part.startsWith('"') ? part.length : 1), 0);
}

/** What makes a list, glued to it: `arrayOf`, `new int[] `, `[]int`, `vector<int>`. */
const TYPED = new RegExp(
  `(?<![\\w$.:])(?:new\\s+)?${OTHER}*([\\w$.:]+!?)(?:<[\\w<>, ]{0,60}>)?${OTHER}*\\s*(?=[${LIST}-${ROUND}])`,
  'g',
);

/** The type of a cell. */
export const isType = (name: string): boolean =>
  /^(?:u?int\w*|u?short|u?long|s?byte|char|[iuf]\d+|float\w*|double|bool\w*|string|str|rune|integer|vector|array|list)$/i.test(
    name,
  );

/** Whether nothing stands there but lists and matrices, their names, and texts. */
function isList(content: string): boolean {
  const bare = content
    .replace(COMMENT, '')
    .replace(/(?:"[^"\n]*"|'[^'\n]*')\s*:/g, '')
    .replace(QUOTED, '')
    .replace(/(?<![\w$])[\w$]+\s{0,20}:(?!:)/g, '');
  const named = bare.replace(TYPED, (maker, name: string) => (KEEPS.test(name) || isType(name) ? '' : maker));
  return !new RegExp(`[^\\s,;${LIST}-${ROUND}${BREAK}]`).test(named);
}

/** `[row for row in …]` */
const KEPT_ROWS = new RegExp(`^\\s*(\\w+) for \\1 in ${MATRIX}${BREAK}*\\s*$`);
/** `map(list, …)` */
const EACH_ROW = new RegExp(`^\\s*(?:list|tuple|vec)\\s*,\\s*${MATRIX}${BREAK}*\\s*$`);

/** What stands between a name and its matrix, where it is no type and no call that keeps. */
export function appliedIn(applied: string, bracket: string): string | undefined {
  const others = applied.split(/[\s&!]+/).filter((word) => word !== '' && !KEEPS.test(word));
  const isOfType = bracket === CURLY && new RegExp(`^[\\w\\s:<>,.&*${LIST}-${BREAK}]*$`).test(applied);
  return others.length === 0 || isOfType ? undefined : others.join(' ');
}

const METHOD = new RegExp(`^\\s*\\??\\.([A-Za-z_]\\w*)[${OTHER}${LIST}]?${BREAK}*`);
const COMPUTED = /^[ \t]*(?:[-+*/@|^&<>](?![-/*>])|\*\*|% ?\d)[^\n]*/;

/** Behind a pipe a call that reads a matrix, as `|> IO.inspect() |> Sudoku.solve()`. */
const PIPED = new RegExp(
  `^\\s*(?:\\|>|%>%)\\s*(?:\\w+[.:]+)*(?:(solve)|inspect|print)\\w*${OTHER}?${BREAK}*`,
  'i',
);

/** What stands behind a matrix and may change it. */
export function behindIn(behind: string, bracket: string, isNamed: boolean): string | undefined {
  const [whole, method] = METHOD.exec(behind) ?? [];
  if (method !== undefined)
    return KEEPING.test(method) ? behindIn(behind.slice(whole!.length), bracket, isNamed) : `.${method}`;
  if (behind.startsWith(OTHER)) return 'brackets behind it';
  const [piped, solve] = PIPED.exec(behind) ?? [];
  if (piped !== undefined) return solve ? undefined : behindIn(behind.slice(piped.length), bracket, isNamed);
  const glued = /^\.?'(?!'')/.exec(behind) ?? /^\s*(?:\|>|%>%)[^\n]*/.exec(behind);
  const application =
    bracket === CURLY
      ? /^[ \t]*\/\/[ \t]*(?!MatrixForm|TableForm|Grid)[A-Z]\w*[ \t]*(?=\n|$)/.exec(behind)
      : null;
  return (glued ?? application ?? (isNamed ? COMPUTED.exec(behind) : null))?.[0].trim();
}

/** Whether an expression is the matrix of a name, or what a reader of it gives. */
export function keeps(expression: string, name: string): boolean {
  const masked = maskOf(expression.replace(/[\w$]+/g, (word) => (word === name ? SQUARE : word)));
  if (typeof masked !== 'string') return false;
  const at = masked.search(MATRIX);
  if (at < 0 || appliedIn(masked.slice(0, at), masked[at]!) !== undefined) return false;
  return behindIn(masked.slice(at + 1), masked[at]!, true) === undefined;
}
