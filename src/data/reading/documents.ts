/**
 * What holds puzzles: JSON, JSON Lines, CSV, OpenSudoku's XML, lists of a program, tables, or a text in which a family finds them
 * itself. A document is taken apart into entries, whose questions the family then reads; nothing here knows of cells.
 */
import { readJson } from '../json.ts';
import { withEndsNamed } from './beside/ends-named.ts';
import { faultBeside } from './beside/keys.ts';
import { COUNTS_RECORDS } from './beside/sizes.ts';
import { faultInProgram, faultOfHeadings, faultOfNames, faultOfWords, titleAmong } from './beside/words.ts';
import { type Entry, entriesIn, entryOfFields, jsonEntries } from './entries.ts';
import { type Fault, type Item, itemAt, type Place, type Reading } from './found.ts';
import { faultWithin, markupOf } from './pages/markup.ts';
import { jsonOfPage } from './pages/scripts.ts';
import { gridsOfXml } from './pages/xml-cells.ts';
import { lineCounter } from './places.ts';
import { changeIn } from './programs/changes.ts';
import { type Literal, type Program, programIn } from './programs/literals.ts';
import { cellColumns, joinedCells, namesCells } from './tables/cell-columns.ts';
import { columnAmong, unquoted } from './tables/columns.ts';
import { rowColumns } from './tables/row-columns.ts';
import { type RowShown, rowsShown } from './tables/rows-shown.ts';
import { AS_TEXT, type Table } from './tables/table.ts';
import { isAside, isPageOfTables, tablesOf } from './tables/tables.ts';

/** How a document is recognised and taken apart. */
interface Document {
  readonly name: string;
  /** Whether a text is one; the parsed value where recognising it takes parsing. */
  recognises(text: string): unknown;
  entries(text: string, recognised: unknown, at: Place): Item<Entry>[];
}

const MAY_BE_JSON = /^\s*[[{"]/;

/** In the order in which they are tried; what is none of these is a text. */
const documents: readonly Document[] = [
  {
    name: 'JSON',
    recognises: (text) => (MAY_BE_JSON.test(text) ? parsed(text) : undefined),
    entries: (_, recognised, at) => {
      const json = recognised as ReturnType<typeof readJson>;
      return json.fault === undefined ? jsonEntries(json.value, at) : [itemAt<Entry>(json, at)];
    },
  },
  {
    name: 'JSON Lines',
    recognises(text) {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      const [first = ''] = lines;
      const isName = columnAmong([unquoted(first)], 'question') !== undefined; // of the only column of a table
      if (!MAY_BE_JSON.test(first) || isName) return undefined;
      return 2 * lines.filter((line) => MAY_BE_JSON.test(line)).length >= lines.length && parsed(first);
    },
    entries: (text, _, at) => {
      const lines = linesOf(text).flatMap((line, i) =>
        line.trim() === '' ? [] : [{ json: readJson(line), at: { ...at, line: i + 1 } }],
      );
      // Lists alone may be the rows of one grid.
      const lists = lines.map(({ json }) => (json.fault === undefined ? json.value : undefined));
      if (lists.every(Array.isArray)) return [{ at, value: { question: lists } }];
      return lines.flatMap(({ json, at }) =>
        json.fault === undefined ? entriesIn(json.value, at) : [itemAt<Entry>(json, at)],
      );
    },
  },
  {
    name: 'JSON in a page',
    recognises: jsonOfPage,
    entries: (_, recognised, at) => {
      const scripts = recognised as NonNullable<ReturnType<typeof jsonOfPage>>;
      if (scripts.fault !== undefined) return [itemAt(scripts, at)];
      return scripts.value.flatMap(({ line, ...json }) =>
        json.fault === undefined
          ? jsonEntries(json.value, { ...at, line })
          : [itemAt<Entry>(json, { ...at, line })],
      );
    },
  },
  {
    name: 'an object of JSON among words',
    recognises: amongWords,
    entries(text, recognised, at) {
      const { value, line } = recognised as Literal;
      const [above = ''] = text.split('{', 1);
      const below = text.slice(text.lastIndexOf('}') + 1);
      const lines = linesOf(above);
      const fault =
        faultOfWords(linesOf(`${above}\n${below}`)) ??
        faultOfNames(titleAmong(lines)) ??
        faultOfHeadings(lines);
      return fault ? [itemAt<Entry>(fault, { ...at, line })] : jsonEntries(value, { ...at, line });
    },
  },
  {
    name: 'OpenSudoku',
    recognises: (text) => /<opensudoku\b|<game\s/i.test(text),
    entries(text, _, at) {
      const written = withoutComments(text);
      const lineAt = lineCounter(written);
      const { elements } = markupOf(written);
      return [...written.matchAll(/<game\b[^>]*?\bdata\s*=\s*["']([^"']*)["']/gi)].map(
        ({ 1: question, index }) => {
          const fault = faultWithin(elements.get(index), question, false);
          return itemAt<Entry>(fault ?? { value: { question } }, { ...at, line: lineAt(index) });
        },
      );
    },
  },
  {
    name: 'XML of cells',
    recognises: (text) => (isPageOfTables(text) ? undefined : gridsOfXml(withoutComments(text))),
    entries: (_, grids, at) =>
      (grids as NonNullable<ReturnType<typeof gridsOfXml>>).map(({ line, ...grid }) =>
        itemAt<Entry>(grid.fault === undefined ? { value: { question: grid.value } } : grid, { ...at, line }),
      ),
  },
  {
    name: 'rows of a dataset, shown',
    recognises: (text) => rowsShown(linesOf(text)),
    entries: (_, shown, at) =>
      (shown as RowShown[]).map(({ line, question, answer }) => ({
        at: { ...at, line },
        value: { question, answer },
      })),
  },
  {
    name: 'table',
    recognises: tablesOf,
    entries: (_, recognised, at) => {
      const tables = recognised as Table[];
      if (tables.length === 0)
        return [itemAt({ fault: 'no table with one symbol in each cell', fix: AS_TEXT }, at)];
      return tables.map(({ rows, line, lines, fault }) =>
        itemAt<Entry>(fault ?? { value: { question: rows, lines } }, { ...at, line }),
      );
    },
  },
  {
    name: 'cells that a program lays out',
    recognises: laysOut,
    entries: (_, __, at) => {
      const fix = 'write the puzzle as rows of cells';
      return [itemAt({ fault: 'cells that a program is to lay out as a matrix; nothing is run', fix }, at)];
    },
  },
  {
    name: 'a matrix that a program changes',
    recognises: changeIn,
    entries(_, change, at) {
      const { line, ...fault } = change as NonNullable<ReturnType<typeof changeIn>>;
      return [itemAt<Entry>(fault, { ...at, line })];
    },
  },
  {
    name: 'program',
    recognises: programIn,
    entries(text, program, at) {
      const { grids, named } = program as Program;
      for (const { name, value, line } of named) {
        const fault = faultBeside([[name, value]], grids[0]!.value, true);
        if (fault) return [itemAt<Entry>(fault, { ...at, line })];
      }
      const lines = linesOf(text);
      for (const [i, { line }] of grids.entries()) {
        const fault = faultInProgram(lines, line - 1, i === 0);
        if (fault) return [itemAt<Entry>(fault, { ...at, line })];
      }
      const ended = withEndsNamed(program as Program, text);
      if (ended?.fault !== undefined) return [itemAt<Entry>(ended, { ...at, line: ended.line })];
      return grids.flatMap(({ value, line, role, begin }) =>
        (ended?.line === line && role === 'puzzle'
          ? [itemAt<Entry>({ value: { question: ended.value, isOne: true } }, { ...at, line })]
          : jsonEntries(value, { ...at, line })
        ).map(
          (entry): Item<Entry> =>
            entry.error ? entry : { ...entry, value: { ...entry.value, inProgram: role, begin } },
        ),
      );
    },
  },
  {
    name: 'JSON that breaks off',
    recognises: (text) => /^\s*(\{\s*"|\[\s*[{"])/.test(text) && readJson(text),
    entries: (_, json, at) => [itemAt(json as Fault, at)],
  },
  {
    name: 'CSV without a header, of texts of several lines',
    recognises: textsInCells,
    entries: (_, records, at) =>
      (records as CsvRecord[]).map(({ cells: [question, answer], line }) => ({
        at: { ...at, line },
        value: { question, answer },
      })),
  },
  {
    name: 'CSV',
    recognises: headerIn,
    entries: (text, recognised, at) => {
      const { delimiter, begin } = recognised as Header;
      const above = linesOf(text.slice(0, begin));
      const shift = above.length - 1;
      const said = faultOfWords(above) ?? faultOfNames(titleAmong(above)) ?? faultOfHeadings(above);
      if (said) return [itemAt<Entry>(said, { ...at, line: shift + 1 })];
      if (!above.every(isAside)) {
        const fix = 'put it first, and what stands above it into a file of its own';
        const fault = 'a header of columns of a cell each below lines that are not of its table';
        return [itemAt({ fault, fix }, { ...at, line: shift + 1 })];
      }
      const [header, ...records] = csvRecords(text.slice(begin), delimiter);
      const rows = records.filter(
        ({ cells: [first, ...more] }) => more.length > 0 || !COUNTS_RECORDS.test(first!),
      );
      const names = header!.cells;
      const isNamed = columnAmong(names, 'question') !== undefined;
      const named = isNamed ? undefined : cellColumns(names);
      if (named?.fault !== undefined) return [itemAt<Entry>(named, { ...at, line: header!.line + shift })];
      const inRows = isNamed || named ? undefined : rowColumns(names, rows[0]?.cells ?? []);
      if (inRows?.fault !== undefined) return [itemAt<Entry>(inRows, { ...at, line: header!.line + shift })];
      const entry = (cells: readonly string[]): Reading<Entry> => {
        if (inRows) {
          const question = inRows.value.map((place) => cells[place]!.trim()).join('/');
          const others = names
            .map((name, i) => [name, cells[i]] as const)
            .filter((_, i) => !inRows.value.includes(i));
          return entryOfFields([['question', question], ...others]);
        }
        if (!named) return entryOfFields(names.map((name, i) => [name, cells[i]] as const));
        const { question, answer: places } = named.value;
        const answer = places && joinedCells(cells, places);
        const line = joinedCells(cells, question);
        const others = names.flatMap((name, i) =>
          question.includes(i) || places?.includes(i) ? [] : [[name, cells[i]] as const],
        );
        return faultBeside(others, line) ?? { value: { question: line, ...(answer && { answer }) } };
      };
      return rows.map(({ cells, line }) => {
        const reading: Reading<Entry> =
          cells.length === names.length
            ? entry(cells)
            : { fault: `expected ${names.length} columns, got ${cells.length}` };
        return itemAt(reading, { ...at, line: line + shift });
      });
    },
  },
];

/** `.reshape(9, 9)`, `matrix(c(…), 9)`, and `[5; 3; …]`, a column of cells. */
const LAID_OUT =
  /[\])}]\.reshape\(|(^|=|<-)[ \t]*(reshape\(|matrix\(\s*c\()|\[\s*[\w.]+\s*(?:;\s*[\w.]+\s*){15,}\]/m;

/** A call that gives numbers, or variables of a solver, for no cells of a puzzle: `zeros(81)`, `np.arange(81)`, `add_variables(m, 81)`. */
const NO_CELLS =
  /\b(?:zeros|ones|empty|i?arange|i?range|rand\w*|add_?(?:var|variable)s?|(?:bool|int)?var(?:iable)?s?)\([^()\n]*\)/i
    .source;
const OTHER_CELLS = new RegExp(`${NO_CELLS}\\.reshape\\(`, 'gi');
const OTHER_NAME = new RegExp(
  `(\\w{1,60})[ \\t]*(?:=|<-)[ \\t]*(?:\\w{1,60}\\.){0,9}${NO_CELLS}[ \\t;]*$`,
  'gim',
);

/** Whether a program lays out cells that may be those of a puzzle; what is named nowhere else is none of them. */
function laysOut(text: string): boolean {
  if (!LAID_OUT.test(text)) return false;
  const others = new Set(Array.from(text.matchAll(OTHER_NAME), ([, name]) => name!));
  const isOther = (name: string) =>
    others.has(name) || text.match(new RegExp(`\\b${name}\\b`, 'g'))!.length < 2;
  const left = text
    .replace(OTHER_CELLS, '')
    .replace(/\breshape\(\s*(\w{1,60})(?=\s*,)/g, (call, name: string) => (isOther(name) ? '' : call));
  return LAID_OUT.test(left);
}

/** Comments of XML, and of programs where they begin a line: there is a star for a blank and a slash between rows, too. */
export function withoutComments(text: string): string {
  return text.replace(
    /<!--[\s\S]*?(?:-->|$(?![\s\S]))|^[ \t]*\/\*\s[\s\S]*?(?:\*\/|$(?![\s\S]))/gm,
    (comment) => (/(-->|\*\/)$/.test(comment) ? comment.replace(/[^\n]/g, '') : comment),
  );
}

/** The entries of a document; undefined where a text is none, and its family is to find the puzzles. */
export function entriesOf(text: string, at: Place): Item<Entry>[] | undefined {
  for (const { recognises, entries } of documents) {
    const recognised = recognises(text);
    if (recognised) return entries(text, recognised, at);
  }
  return undefined;
}

/** Wrapped, so that what parses to null is told from what does not. */
function parsed(text: string): ReturnType<typeof readJson> | undefined {
  const json = readJson(text);
  return json.fault === undefined || json.isJson ? json : undefined;
}

/** What an object of JSON holds that stands on lines of its own, words above and below it. */
function amongWords(text: string): Literal | undefined {
  const begin = text.search(/^[ \t]*\{/m);
  const end = text.lastIndexOf('}') + 1;
  if (begin < 0 || end <= begin || !/^[ \t]*(?:\n|$)/.test(text.slice(end))) return undefined;
  const [above, below] = [text.slice(0, begin).split('\n'), text.slice(end).split('\n')];
  if (![...above, ...below].every(isAside)) return undefined;
  const json = readJson(text.slice(begin, end));
  return json.fault === undefined ? { value: json.value, line: above.length } : undefined;
}

const DELIMITERS = [',', ';', '\t'] as const;
const WORDED = /^[\p{L}_][\p{L}\d_ -]*$/u;

/**
 * The delimiter of a CSV header that names a question; undefined where the line is none. A single column is a text, unless
 * what follows it is in quotes.
 */
export function delimiterOf(header: string, ...below: readonly string[]): string | undefined {
  const [line, [next = '']] = [header.trim(), below];
  if (next.trimStart().startsWith('"') && columnAmong([line.replace(/^"(.*)"$/, '$1')], 'question'))
    return ',';
  return DELIMITERS.find((delimiter) => {
    const cells = header.trimEnd().split(delimiter).map(unquoted);
    // That of an index has no name.
    const worded = cells.every((cell, i) => (i === 0 && cell === '') || WORDED.test(cell));
    if (cells.length === 1) return false;
    return (
      (worded && columnAmong(cells, 'question') !== undefined) ||
      cellColumns(cells, fieldsIn(below, delimiter)) !== undefined ||
      rowColumns(cells, next.split(delimiter).map(unquoted)) !== undefined
    );
  });
}

/** What stands between delimiters on each line. */
const fieldsIn = (lines: readonly string[], delimiter: string) =>
  lines.map((line) => line.split(delimiter).map(unquoted));

interface Header {
  readonly delimiter: string;
  /** Where it begins in the text. */
  readonly begin: number;
}

/** Lines that a title above a header may take. */
const TITLE_LINES = 20;
/** Characters of a line that may be a header. */
const LONGEST_HEADER = 20_000;

/**
 * The header of a CSV: the first line, else one below a title, where it names a column a cell.
 */
function headerIn(text: string): Header | undefined {
  let begin = text.lastIndexOf('\n', text.search(/\S/)) + 1;
  const lines = text.slice(begin).split('\n', TITLE_LINES + 1);
  const isShort = lines[0]!.length <= LONGEST_HEADER;
  const first = isShort ? delimiterOf(...(lines as [string, ...string[]])) : undefined;
  if (first !== undefined) return { delimiter: first, begin };
  for (const [i, line] of lines.entries()) {
    const mayBe = line.length <= LONGEST_HEADER;
    const isHeader = (one: string) =>
      namesCells(line.split(one).map(unquoted), fieldsIn(lines.slice(i + 1), one));
    const delimiter = mayBe ? DELIMITERS.find(isHeader) : undefined;
    if (delimiter !== undefined) return { delimiter, begin };
    begin += line.length + 1;
  }
  return undefined;
}

interface CsvRecord {
  readonly cells: readonly string[];
  /** At which it begins, from 1. */
  readonly line: number;
}

/** Records of a CSV text (RFC 4180), empty lines left out. (csv-parse, which reads files, would add 52 kB to a page.) */
function csvRecords(text: string, delimiter: string): CsvRecord[] {
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${delimiter}\r\n]*))(${delimiter}|\r?\n|$)`, 'y');
  const records: CsvRecord[] = [];
  let [line, begin, cells] = [1, 1, [] as string[]];
  while (cell.lastIndex < text.length) {
    const [whole, quoted, plain, end] = cell.exec(text) ?? [text.slice(cell.lastIndex), undefined, '', '\n'];
    if (cells.length === 0) begin = line;
    cells.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end !== delimiter) {
      if (cells.length > 1 || cells[0]!.trim() !== '') records.push({ cells, line: begin });
      cells = [];
    }
    line += whole.match(/\n/g)?.length ?? 0;
    if (cell.lastIndex === 0) break; // an open quote: what is left is the last cell
  }
  if (cells.length > 0) records.push({ cells: [...cells, ''], line: begin });
  return records;
}

/** Records of a text of several lines in quotes, and perhaps another behind it that leaves no cell open. */
function textsInCells(text: string): CsvRecord[] | undefined {
  if (!/^\s*"[^"\n]+\n/.test(text)) return undefined;
  const isText = (cell: string) => cell.includes('\n');
  const isAnswer = (cell: string) => !/[._0*?-]/.test(cell) || /o/.test(cell);
  for (const delimiter of DELIMITERS) {
    const records = csvRecords(text, delimiter);
    const areTexts = records.every(({ cells }) => cells.every(isText) && cells.slice(1).every(isAnswer));
    const [first, ...others] = records.map(({ cells }) => cells.length);
    if (areTexts && first! < 3 && others.every((cells) => cells === first)) return records;
  }
  return undefined;
}

/** Lines however they end; `\r\r\n` is one end that was written twice. */
export function linesOf(text: string): string[] {
  return text.split(/\r{0,2}\n|\r/);
}

/** Who wrote when, as WhatsApp exports it: `[12/03/24, 10:11:12] Anna: …`, `12.03.24, 10:11 - Anna: …`. */
const SAID =
  /^\s*\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d{2}([:.]\d{2})?( ?[ap]\.?m\.?)?(\]| -) [^:]{1,60}: ?/i;

/** A message that is no row of the puzzle above it: `?`, `...`, `x`. */
const FEW_SIGNS = /^(?:[^\p{L}\d\s]{1,3}|x)\s*$/iu;

/**
 * The same without the marks of a mail that is quoted, and without the names and times of a chat. Nothing is left of a message of a
 * few signs below one of several lines.
 */
export function unquotedLinesOf(text: string): string[] {
  const written = linesOf(text);
  const isSaid = (line = '') => SAID.test(line);
  const goesOn = (line = '') => line.trim() !== '' && !isSaid(line);
  return written.map((line, i) => {
    const left = line.replace(/^\s*(?:> ?)+/, '').replace(SAID, '');
    const isAlone = isSaid(line) && goesOn(written[i - 1]) && !goesOn(written[i + 1]);
    return isAlone && FEW_SIGNS.test(left) ? '' : left;
  });
}
