/**
 * What statements below a matrix, or a text of cells, do to it: they may set, change or turn it by its name, or by one that stands
 * for it or for a part of it. Nothing is run: the bodies of functions are passed over, but for `main`.
 */
import { isOfColumns, isPuzzle, laysAnew } from './laid-anew.ts';
import { type Change, changed, isKeepingMethod, keeps, SIGNS } from './matrices.ts';

/**
 * A name, what it stands for, and the lines that its value takes, from 0. A part is a row, or what was made of a matrix; another
 * matrix has its cells, laid anew; what was made of a text, as rows of it, is as the text.
 */
export interface Binding {
  readonly name: string;
  readonly is: 'matrix' | 'text' | 'part' | 'other';
  /** Whether what is assigned to it changes what it stands for, as of `for (auto& cell : row)`. */
  readonly isReference?: boolean;
  /** Whether it was given a cell, as `value = board[r][c]`, so that what it is handed to sets something else. */
  readonly isCell?: boolean;
  readonly from: number;
  readonly to: number;
}

interface Known extends Binding {
  /** How a statement sets it, once that was asked. */
  setting?: RegExp;
}

/** The head of a function, whose statements are not run where they stand; `main` is, and what has no name. */
export const FUNCTION =
  /^\((?:defun|defn-?|defmacro|defmethod|deftest|define\s?\()(?!.*\bmain\b)|^(?!(?:\W*(?:if|for|foreach|else|elif|elsif|while|until|unless|with|try|except|catch|switch|match|do|loop|using)\b)|\(|.*\b[Mm]ain\b)(?:.*\)[^;()]*[{:]$|(?:local )?(?:def|function|sub)\b)/;
export const COMMENT = /^\s*%.*$|(^|\s)(?:#|\/\/(?!=|\s*\d)|--\s).*$/;
/** Spaces within a line, over which patterns would go again and again. */
const GAP = /(?<=\S)\s{9,}/g;
/** Texts; a quote behind a name or a bracket transposes. */
const QUOTED = /"[^"\n]*"|`[^`\n]*`|(?<=^|[^\w)\]}.']|\b[bfru])'[^'\n]*'/gi;
const WORD = /[\w$]+/g;
/** What stands for a name, or for a statement, in quotes: `globals()["board"]`, `exec("board[0][2] = 4")`. */
const IN_QUOTES = /\b(?:(?:globals|locals|vars)\(\)\[|(?:exec|eval)\()\s*(["'])(.*?)\1\s*[\])]/g;
/** Between the statements of a line, and before a loop within another. */
const BETWEEN = /;|(?=\bfor\b)(?<=\{\s?|\bfor\s?\([^()]*\)\s?)/;
/** Characters of a statement that is looked into; of a longer one nobody can say what it does. */
const LONGEST = 2000;
/** Of these, as many are told. */
const SHOWN = 60;

/** The first statement that may change what has one of the names. */
export function laterChange(lines: readonly string[], bindings: readonly Binding[]): Change | undefined {
  const known = new Map<string, Known>();
  for (const one of bindings) if (!known.has(one.name)) known.set(one.name, { ...one });
  const begins = new Set(bindings.map(({ name, from }) => `${from} ${name}`));
  const hasTexts = bindings.some(({ is }) => is === 'text');
  const first = bindings.reduce((least, { to }) => Math.min(least, to), lines.length);
  for (const { written, at, isLine } of statementsFrom(lines, first, known)) {
    const isLong = written.length > LONGEST;
    const statement = isLong
      ? written
      : written.replace(IN_QUOTES, '$2').replace(QUOTED, '""').replaceAll('.get("")', '[""]');
    const words: readonly string[] = statement.match(WORD) ?? [];
    const isBelow = ({ name, to }: Binding) =>
      (to < at || (to === at && !isLine)) && !begins.has(`${at} ${name}`);
    const named = [...new Set(words)].flatMap((word) => known.get(word) ?? []).filter(isBelow);
    if (isLong && named.length > 0) return changed(`${written.slice(0, SHOWN)}…`, at);
    if (isLong) continue;
    if (hasTexts && LAYS_BY_COLUMN.test(statement)) return changed(written, at);
    if (named.length === 0) continue;
    const made = named.flatMap((one) => madeOf(statement, one, at)).filter(({ name }) => !known.has(name));
    for (const one of made) known.set(one.name, { ...one });
    const again = made.filter(({ name }) => words.indexOf(name) < words.lastIndexOf(name));
    const flat = withoutSubscripts(statement);
    const texts = named.filter(({ is }) => is === 'text');
    const isSet = [...named, ...again.map(({ name }) => known.get(name)!)].some((one) =>
      one.is === 'text' ? texts.length === 1 && sets(statement, one) : sets(flat, one),
    );
    const isOther = (one: Binding) =>
      one.is === 'text' ? changesText(written) : changes(statement, one, known);
    if (isSet || named.some(isOther)) return changed(written, at);
  }
  return undefined;
}

interface Statement {
  readonly written: string;
  /** Its line, from 0. */
  readonly at: number;
  /** Whether it is all that stands there. */
  readonly isLine: boolean;
}

/** Those from a line on that are run where they stand. @param known names, whose methods have blocks that are. */
function* statementsFrom(
  lines: readonly string[],
  first: number,
  known: ReadonlyMap<string, Binding>,
): Generator<Statement> {
  let depth: number | undefined; // of a function, whose lines are indented further
  for (let at = first; at < lines.length; at++) {
    let code = lines[at]!.replace(COMMENT, '').replace(GAP, ' ');
    const indent = code.length - code.trimStart().length;
    if (['', '{'].includes(code.trim()) || (depth !== undefined && indent > depth)) continue;
    const head = code.trim() + (lines[at + 1]?.trim() === '{' ? ' {' : '');
    const isFunction = FUNCTION.test(head) && !known.has(code.match(WORD)?.[0] ?? '');
    depth = isFunction ? indent : undefined;
    if (isFunction) continue;
    const begin = at;
    while (at + 1 < lines.length && goesOn(code, lines[at + 1]!, at - begin))
      code += ` ${lines[++at]!.replace(COMMENT, '').trim()}`;
    while (/^\s*\.\w/.test(lines[at + 1] ?? '')) code += lines[++at]!.trim(); // calls of methods on lines of their own
    for (const written of code.split(BETWEEN)) yield { written, at, isLine: written === code };
  }
}

/** Lines that are joined to the first of a statement. */
const MOST_LINES = 8;

/** Whether a statement that makes something of each row goes on in the next line: `board = [`, `data.map(row =>`, `for i in …`. */
function goesOn(code: string, next: string, joined: number): boolean {
  if (joined >= MOST_LINES || code.length > LONGEST || !/=/.test(code)) return false;
  return /\bfor\b.{0,300}:\s*$/.test(next)
    ? false
    : /(?:=>|[=([])\s*$/.test(code) || (/^\s*(?:for\b(?!\s*\()|[\])])/.test(next) && isOpen(code));
}

/** Whether a list is not closed yet. */
const isOpen = (code: string) => code.split('[').length > code.split(']').length;

const ASSIGNED = /(?<![=!<>])(?:\*\*|\/\/|[-+*/%|&^@])?=(?![=>~])|<-/;
const BEHIND_LAST = /(&\s?)?([\w$]+)[\s)\]}]*(?=,|$)/g;
/** `for row in`, `for (const [i, row] of`, `for (auto& row :`, with an expression before it or not. */
const LOOP = /^(.*?)\bfor\b\s*\(?([^;]*?)\s*(?:\b(?:in|of)\b|:)(.*)$/;
const CALLBACK =
  /(?<![\w$])([\w$]+)\.\w+(?:\(\s*(?:function\s*\w*\s*)?\(?([\w$, ]+)\)?\s*(?:=>|\{)| ?(?:\{|do\b) ?\|([\w, ]+)\|)/;
/** A subscript of a row or a cell, and of both. */
const PLACE = String.raw`\s?\[[^[\]]{1,40}\]|\.get\([^()]{1,40}\)`;
const PLACES = String.raw`\[[^[\],]{1,40},[^[\],]{1,40}\]`;
/** A call that makes no matrix of one. */
const CALL = /(?<!array|tensor|copy|clone|list|tuple|matrix)\(/i;
/** The name of an argument. */
const ARGUMENT = /([(,]\s*)\w+=(?![=>\s])/g;
/** What lays cells anew, one by one. */
const ANEW = /(?<!\[\w+\[\w+\s*:\s*\w+\s*\+\s*\w+\]\s*)\bfor\b|=>|\blambda\b|\bmap\(|einsum/;

/** A statement that makes no cells of a text: it solves it, counts or looks for something in it, or takes one cell. */
const READS_TEXT =
  /solv|draw|render|plot|=\s*(?:int\()?(?:\w+\.)*(?:len|count|sum|all|any|set|valid\w*|is\w*|check\w*)\(|\.(?:len|length|size|count|find|index\w*)\b(?:\([^()]*\))?\s*$|^[^[=]*=\s*(?:int\()?\w+(?:\[\w+\]|\.charAt\()[^[]*$/i;

/** Names that a statement makes of another: `puzzle = grid`, `row = grid[0]`, `for row in grid`, `grid.forEach((row) => …`. */
function madeOf(statement: string, { name, is }: Binding, at: number): Binding[] {
  if (is === 'text' && READS_TEXT.test(statement)) return [];
  const sides = statement.replace(ARGUMENT, '$1').split(ASSIGNED);
  const value = sides.pop()!;
  const isCell =
    sides.length > 0 && new RegExp(`^\\s*${escaped(name)}(?:(?:${PLACE}){2}|${PLACES})[\\s)}]*$`).test(value);
  const named = (list: string, as: Binding['is'] = 'part'): Binding[] =>
    [...list.matchAll(BEHIND_LAST)].map(([, by, one]) => ({
      name: one!,
      is: as,
      isReference: by !== undefined,
      isCell: isCell && by === undefined,
      from: at,
      to: at,
    }));
  const [, of, listed, barred, parameters = listed ?? barred ?? ''] = CALLBACK.exec(statement) ?? [];
  const called = of === name && is !== 'text' ? named(parameters) : [];
  const [, element = '', variables = '', iterated = ''] = LOOP.exec(statement) ?? [];
  const isLoop = is !== 'text' && hasWord(iterated, name);
  if (isLoop && element.trim() === '') return named(variables);
  if (isLoop && !named(variables).some((one) => hasWord(element, one.name))) return called;
  if (sides.length === 0 || !hasWord(value, name) || sides.some((side) => hasWord(side, name))) return called;
  const isKept = keeps(value, name);
  const isAnew = ANEW.test(value) || isOfColumns(statement);
  const asMatrix = isKept && !CALL.test(value) ? is : !isKept && isAnew ? 'other' : 'part';
  const as = is === 'text' ? is : asMatrix;
  // `const [first, {cells}] = `, `int (*p)[9] = `, `const board: Grid = `
  const targets = sides.map((side) =>
    /^\W*(?:\w+\s+)?[[{]/.test(side) ? side : side.replace(/\[[^\]]*\]|:.*/g, ''),
  );
  return [...called, ...named(targets.join(), as)];
}

/** In a pattern. */
const escaped = (name: string) => name.replaceAll('$', '\\$');
const hasWord = (text: string, word: string) => text.match(WORD)?.includes(word) ?? false;

/** What lays cells elsewhere in a line that uses a name of a matrix. */
const TURNS =
  /\.(?:m?T|H)\b|\.t\(|\[[^\]]{0,80}::\s*-|zip\(\s*\*|transpos|permut|revers|rot90|rotat|flip|swap|shuffl|mirror|\bfill_|\.(?:put\w*|place|copyto)\(|\.rev\b|reshape|\w\[\[\s*\d+\s*,|\bsorted\(\w+\)|\.with\(\s*\d|\b10 ?- ?\w+\[|⍉|(?<![.\w])(?:t|matrix|cbind|hcat)\(|\bdim\([^)]*\)\s*<-|column_?stack|\bapply\s+(?:#')?map\w*\s+(?:#')?(?:vector|list)\b|=[^'"]{0,80}\w\.?'/i;
/** Columns that are looked at, each by itself. */
const LOOKS_AT_COLUMNS = /(?=\sin\s)(?<=^\s*for\s+\w+|\[set\(\w+\) for \w+)\sin\s+zip\(\s*\*\s*\w+\)/;
/** A matrix that is printed, turned or not, and nothing else. */
const SHOWS =
  /^\s*(?:[a-z]+\.)?(?:p?print|display|image|log)\((?:"", ?)?(?:(?:list|zip|t)\(){0,3}\*?\w+\){1,4}\s*$/;
/** The same of a text: what turns it or lines of it, and what puts other digits into it. */
const TURNS_TEXT =
  /::\s*-|revers|\.rev\b|strrev|\btac\b|zip\(\s*\*|transpos|rot90|rotat|flip|mirror|shuffl|\.(?:m?T|H)\b|\.translate\(/i;
const REPLACES =
  /(?:\.(?:replace\w*|g?sub!?|tr)|\bstr_replace|\bstrtr)\(\s*(?:\w{1,60},\s*)?["'`/]\[?[1-9]|=~ (?:tr|y|s)\/[^/^]{0,20}[1-9][^/]{0,20}\/[^/]{1,20}\/(?!\w*c)|== ?["'][2-9]["'] ?(?:\?|else\b)/i;

/** Whether code that uses a text of cells turns it, or puts other digits into it. */
export function turnsText(code: string): boolean {
  return TURNS_TEXT.test(code.replace(QUOTED, '""')) || REPLACES.test(code);
}

/** Every so manieth cell of a text; a matrix of R that is filled by columns. */
const LAYS_TEXT =
  /\[(?:\w{1,3}|\w+ ?[-+*/%] ?\w+)? ?:: ?(?!1\])(?:\d+|\w)\]|(?<![.\w])matrix\((?!.*\bbyrow\s*=\s*T)/;
/** Cells in a row, each laid where its column comes first: `grid[i % 9][i // 9] = `. */
const LAYS_BY_COLUMN =
  /\[\s*(\w+) ?% ?\w+\s*(?:\]\s*\[|,)\s*(?:\(?int\)?\(?|Math\.floor\()?\s*\1 ?\/[^[\]]*\](?=\s*=[^=]|$)/;
/**
 * What lays cells that stand in a row column by column, or those of a matrix: `grid[r][c] = s[c * 9 + r]`,
 * `[[s[c * 9 + r] for c in … for r in`, `new[c][r] = grid[r][c]`.
 */
const LAYS_COLUMNS =
  /\[(\w+)(?:\]\[|, ?)(\w+)\][^[\]]*(?:[[(](?:\1 ?\+ ?(?:\w+ ?\* ?)?\2(?: ?\* ?\w+)?|(?:\w+ ?\* ?)?\2(?: ?\* ?\w+)? ?\+ ?\1)[\])]|\[\2(?:\]\[|, ?)\1\])|\[(?:\w+ ?\* ?)?(\w+)(?: ?\* ?\w+)? ?\+ ?(\w+)\] ?\)?\s?for \3\b[^[]*\bfor \4\b|\b(\w+)\) =>.{0,80}\b(\w+)\) =>[^[]{0,80}\[\6 ?\* ?\w+ ?\+ ?\5\]/;
/** Parts in numbers that are joined to something else: `s[:2] + "4" + s[3:]`, `[row, ...board.slice(1)]`. */
const SLICE =
  '\\b\\w+(?:\\[[\\d\\s]*:[\\d\\s]*\\]|\\.(?:slice|sub(?:str|string)?)\\([\\d\\s]*(?:,[\\d\\s]*)?\\))';
const JOINS = new RegExp(`${SLICE}\\s*\\+|(?:\\+|\\.\\.\\.)\\s*${SLICE}`);
/** Prints something, of which nothing is solved. */
const PRINTS = /^\s*(?:\w+\.)*(?:p?print\w*|log|echo|puts|write|display|show)\b(?!.*solv)/i;

/** Cells that are set one by one, counted from the end: `new[r][8 - c] = grid[r][c]`. */
const [SETS_CELL, FROM_END] = [/\[[^[\]=]*(?:\]\[|,)[^[\]=]*\]\s*=(?!=)/, /\[\d+ ?- ?[a-z]\w*\]/i];

const laysParts = (statement: string) =>
  LAYS_COLUMNS.test(statement) ||
  (SETS_CELL.test(statement) && FROM_END.test(statement)) ||
  (!PRINTS.test(statement) && JOINS.test(statement));

/** How the names of functions begin that change what they are given, or whose they are; `set(…)`, `sorted(…)` and their like only read. */
const SETS =
  '(?:(?:set|sort(?!ed)|moves?|replace|apply)(?!\\()|put(?!s|str|char|_?text)|place|update|change|modify|assign|edit|mask|blank_?out|hide|dig|erase|(?:clear|fill)(?!_?(?:text|rect|style))|insert|pop|fread|qsort|swap|shuffle|rotate|transpose|flip)';
/** The same of methods of a list, which need no more to their names. */
const METHODS = `(?:${SETS}|set|sort|reverse|append|push|add)`;
const SUBSCRIPT = SIGNS.other;

/** Whether a statement, of a matrix without subscripts, sets what has a name, or hands it to what does. */
function sets(statement: string, known: Known): boolean {
  known.setting ??= known.is === 'text' ? settingPlace(known) : setting(known);
  return known.setting.test(statement);
}

/** A cell or a row of a text is set at a place in numbers; one that is found is a blank that is filled, or one of a search. */
function settingPlace({ name }: Binding): RegExp {
  const word = `(?<![\\w$])${escaped(name)}`;
  const methods = '(?:set|insert|replace|with|update|put|swap|erase)\\w*\\(\\s*\\d';
  return new RegExp(
    `${word}(?:\\[(?:[\\d\\s:,]+|"")\\])+${SET}|${word}(?:\\.\\w+(?:\\([^()]*\\))?|\\[[^\\]]*\\])*\\.${methods}`,
    'i',
  );
}

/** Behind a name, where what it stands for is set. */
const SET = '\\s*(?:\\*\\*|//|>>|<<|[-+*/%|&^@])?=(?![=>~])';

function setting({ name, isReference = false, isCell = false }: Binding): RegExp {
  const word = `\\b${escaped(name)}`;
  const path = `${word}(?:\\.\\w+|${SUBSCRIPT})*`;
  return new RegExp(
    [
      `${path}${SUBSCRIPT}${SET}`,
      // of a pointer, of a reference that is not declared again
      `(?<![\\w>]\\s{0,4})(?:\\*${isReference ? '?' : ''}${word}|\\*\\(\\s*${word}[^()=;]{0,40}\\))${SET}`,
      `${path}\\s*(?:\\+\\+|--)`,
      `(?:\\+\\+|--|>>|\\bout\\s*=|\\b(?:mem(?:set|cpy|move)|strn?cpy)\\()\\s*${word}\\b`,
      `${path}\\.(?:${METHODS}\\w*\\(|\\w+(?:\\(&:\\w+)?(?:_mut\\(|!(?!=)))`,
      `^\\s*${path}\\s*<<|\\s->\\s*${path}${SUBSCRIPT}\\s*$`,
      `scanf\\w*\\([^()]*,[^()]*${word}\\b|arraycopy\\((?:[^(),]*,){2}\\s*${word}\\b`,
      isCell
        ? `(?:^|[\\s(=])(?:(?:self|this)\\.)?${SETS}\\w*\\((?:\\s*[&*]?${word}\\s*[,)]|[^()]*&${word})`
        : `(?:^|[\\s(=.])(?:[\\w.]{0,60}[._])?${SETS}\\w*\\((?:(?:[^()]*,)?\\s*[&*]?${word}\\s*[,)]|\\s*${word}${SUBSCRIPT}+\\s*,|[^()]*&${word}${SUBSCRIPT})`,
      `^\\s*del(?:ete)? ${word}\\b`,
      // of Lisp
      `\\((?:setf\\s*\\(\\s*[\\w-]+|assoc(?:-in)?|update(?:-in)?|[\\w-]{0,20}set!)\\s+(?:\\([\\w-]+\\s+)?\\*?(?:\\w+-){0,5}${word}`,
    ].join('|'),
    'i',
  );
}

/** Whether a statement turns a text or what was made of it, lays its cells out by columns, or puts others between its parts. */
function changesText(written: string): boolean {
  const statement = written.replace(QUOTED, '""');
  const isPrinted = PRINTS.test(statement) && solvedIn(statement).length === 0;
  if (isPrinted || isOfColumns(statement)) return false;
  const looked = ASSIGNED.test(statement) ? written : written.replace(/\bin\s+zip\(/g, '');
  return turnsText(looked.replace(LOOKS_AT_COLUMNS, '')) || LAYS_TEXT.test(statement) || laysParts(statement);
}

/** Whether a statement turns a matrix, asks for a part of it to be solved, or gives its name to something else. */
function changes(statement: string, { name, is }: Binding, known: ReadonlyMap<string, Binding>): boolean {
  if (SHOWS.test(statement)) return false;
  const solved = solvedIn(statement);
  if (is === 'part') return solved.some((one) => hasWord(one, name) && TURNS.test(one));
  if (is === 'other')
    return (
      (solved.includes(name) && !solved.some((one) => known.get(one)?.is === 'matrix')) ||
      (isOfColumns(`${name} =`) && isPuzzle(statement))
    );
  if (isOfColumns(statement) && solved.length === 0) return false;
  if (laysAnew(statement, escaped(name))) return true;
  const looked = statement.replace(LOOKS_AT_COLUMNS, '');
  if (TURNS.test(looked) || laysParts(looked) || new RegExp(`\\b${escaped(name)}\\.?'`).test(statement))
    return true;
  const isOne = new RegExp(`^(?:[\\w$]+\\.)*${escaped(name)}(?:\\.\\w+(?!\\w*\\()|\\[[^:\\]]*\\])*$`);
  if (solved.some((one) => hasWord(one, name) && !isOne.test(one) && !keeps(one, name))) return true;
  const [left, value] = statement.split(ASSIGNED, 2) as [string, string?];
  const target = left.replace(/\[[^\]]*\]/g, '').replace(/^\s*(?:if|for|while|with|else)\b.*[:)]/, '');
  const isArgument = target.split('(').length > target.split(')').length;
  if (value !== undefined && !isArgument && hasWord(target, name)) return !keeps(value, name);
  const [, object, method] = METHOD_OF.exec(statement) ?? [];
  return object === name && !isKeepingMethod(method!);
}

const METHOD_OF = /^\s*(?:(?:self|this)\.)?([\w$]+)(?:\[[^\]]*\])*\.(\w+)/;

/** With a sign for each subscript, whatever stands in it. */
function withoutSubscripts(statement: string): string {
  let [flat, before] = [statement, ''];
  while (flat !== before) [flat, before] = [flat.replace(/\s*\[[^[\]]*\]/g, SUBSCRIPT), flat];
  return flat;
}

const SOLVES = /(?:solve\w*|solver(?:\.(?:run|start|search))?|sudoku\w*|puzzle|board|grid|maze|game)\(/gi;
/** Before an argument: its name, and what hands over a reference. */
const HANDED = /^\s*(?:\w+\s*=(?!=)\s*)?(?:&mut\s|[&*\\@]+|ref\s|inout\s|out\s)*\s*/;
/** An argument as a head declares it: `int board[9][9]`, `int[][] board`, `vector<vector<int>>& board`, `board [][]int`. */
const DECLARED = /^\s*[\w:.<>[\],]+[\s*&]+[\w$]+\s*(?:\[[^\]]*\])*\s*$|^\s*[\w$]+\s+[*[]|^\s*[\w$]+\s*:/;

/** What a statement asks to be solved: the arguments of such calls. */
function solvedIn(statement: string): string[] {
  const given = [...statement.matchAll(SOLVES)].flatMap(({ 0: call, index }) => {
    const inside = statement.slice(index + call.length);
    let [depth, from] = [0, 0];
    const found: string[] = [];
    for (const { 0: sign, index: at } of inside.matchAll(/[[({]|[\])}]|,/g)) {
      if (depth === 0 && sign !== '(' && sign !== '[' && sign !== '{') {
        found.push(inside.slice(from, at));
        from = at + 1;
        if (sign !== ',') break;
      } else if (sign !== ',') depth += /[[({]/.test(sign) ? 1 : -1;
    }
    return found;
  });
  return given.flatMap((one) => (DECLARED.test(one) ? [] : one.replace(HANDED, '').trim()));
}
