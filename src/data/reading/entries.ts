/**
 * The puzzles in parsed JSON: objects that name a question, however deep inside of a service's answer they are. What else is in
 * it stays unread; nothing here knows of cells.
 */
import { readJson } from '../json.ts';
import { endsBeside, faultBeside, faultOfName } from './beside/keys.ts';
import { type Axis, otherOrderSaid } from './beside/other-order.ts';
import { type Fault, type Item, itemAt, type Place, type Reading } from './found.ts';
import type { Role } from './programs/literals.ts';
import {
  columnsAmong,
  looksLikeCells,
  looseQuestionAmong,
  noQuestionAmong,
  roundedNumber,
  valueAmong,
} from './tables/columns.ts';
import { type Sheet, sheetOf } from './tables/sheets.ts';

/** A puzzle as somebody wrote it: texts, or lists as JSON has them. */
export interface Entry {
  readonly question: unknown;
  readonly answer?: unknown;
  /** Whether its name is that of one puzzle, whose rows the texts of a list then are. */
  readonly isOne?: true;
  /** What it is in a program, where it may answer another. */
  readonly inProgram?: Role;
  /** The line of a program at which its text begins, where its lines are those of the program. */
  readonly begin?: number | undefined;
  /** Of a table, which may answer one above it under a title, the line of each row. */
  readonly lines?: readonly number[];
}

/** Objects and lists within each other that are looked into. */
export const DEEPEST = 8;

/** A list's entries by their places, or those of an object. */
export function jsonEntries(json: unknown, at: Place): Item<Entry>[] {
  if (!Array.isArray(json)) return entriesIn(json, at);
  // Whether a list of texts or of lists is one grid or several is for the family to say.
  if (!json.some(isObject) || cellsAsObjects(json)) return [itemAt(questionOf(json), at)];
  return json.flatMap((one, i) => entriesIn(one, { ...at, key: `puzzles[${i}]` }));
}

/** The entries in an object; where there are none, it is one that says why. What is no object is a question. */
export function entriesIn(json: unknown, at: Place): Item<Entry>[] {
  const found = entriesWithin(json, at, DEEPEST);
  return found.length > 0 ? found : [itemAt(entryOf(json), at)];
}

function entriesWithin(json: unknown, at: Place, depth: number): Item<Entry>[] {
  if (depth === 0) return [];
  if (Array.isArray(json)) return entriesInList(json, at, depth);
  if (typeof json === 'string') return entriesWithin(objectIn(json), at, depth - 1);
  if (!isObject(json)) return [];
  if (isList(json.tokens) || 'nbformat' in json || 'majorDimension' in json)
    return [itemAt(entryOf(json), at)];
  const named = valueAmong(Object.entries(json), 'question');
  if (named?.fault !== undefined) return [itemAt<Entry>(named, at)];
  const variant = named && faultBeside(Object.entries(json), named.value);
  if (variant) return [itemAt<Entry>(variant, at)];
  const question = named?.value;
  if (isObject(question)) return namedEntries(question, at, depth - 1);
  if (isList(question) || (typeof question === 'string' && question.trim() !== '')) {
    const within = Array.isArray(question) ? entriesInList(question, at, depth - 1) : [];
    return within.length > 0 ? within : (pairedEntries(json, at) ?? [itemAt(entryOf(json), at)]);
  }
  const parts = Object.entries(json).map((field) => ({
    field,
    // Blocks and regions may hold puzzles.
    entries: inNamed(field[0], entriesWithin(field[1], keyed(at, field[0]), depth - 1), at, ['column']),
  }));
  const within = parts.flatMap(({ entries }) => entries);
  if (within.length === 0)
    return looseQuestionAmong(Object.entries(json)) ? [itemAt(entryOf(json), at)] : listsByName(json, at);
  const others = parts.flatMap(({ field, entries }) => (entries.length > 0 ? [] : [field]));
  const other = faultBeside(others, [within[0]!.value?.question]);
  return other ? [itemAt<Entry>(other, at)] : within;
}

/** The object that a text holds as JSON, as a service's answer hands on that of a model, in a fence of Markdown or not. */
function objectIn(text: string): unknown {
  const [, written] = /^\s*(?:```\w*\s*)?(\{[\s\S]*\})\s*(?:```\s*)?$/.exec(text) ?? [];
  const json = written === undefined ? undefined : readJson(written);
  return json?.fault === undefined ? json?.value : undefined;
}

/** Where one of a list is an entry, the others should be. */
function entriesInList(list: readonly unknown[], at: Place, depth: number): Item<Entry>[] {
  const places = list.map((_, i) => ({ ...at, key: `${at.key ?? 'puzzles'}[${i}]` }));
  const found = list.map((one, i) => entriesWithin(one, places[i]!, depth - 1));
  if (found.every(({ length }) => length === 0)) return [];
  return found.flatMap((some, i) => (some.length > 0 ? some : [itemAt(entryOf(list[i]), places[i]!)]));
}

/** `{"puzzles": […], "solutions": […]}`: lists of as many. Under names of one, as `question`, the texts of a list are its rows. */
function pairedEntries(json: JsonObject, at: Place): Item<Entry>[] | undefined {
  const keys = Object.keys(json);
  const [question] = columnsAmong(keys, 'question').filter((key) => /s$/i.test(key));
  const [answer] = columnsAmong(keys, 'answer').filter((key) => /s$/i.test(key));
  const [questions, answers] = [json[question ?? ''], json[answer ?? '']];
  if (!Array.isArray(questions) || !Array.isArray(answers)) return undefined;
  if (questions.length !== answers.length) {
    const fault = `${question} holds ${questions.length}, ${answer} ${answers.length}`;
    return [itemAt<Entry>({ fault, fix: 'give as many answers as puzzles' }, at)];
  }
  return questions.map((one, i) =>
    itemAt({ value: { question: one, answer: answers[i] } }, keyed(at, `${question}[${i}]`)),
  );
}

/** `{"easy": …, "hard": …}` where a question should be: all of them texts, all lists, or objects that hold entries. */
function namedEntries(named: JsonObject, at: Place, depth: number): Item<Entry>[] {
  const within = entriesWithin(named, at, depth);
  if (within.length > 0) return within;
  const values = Object.values(named);
  const areTexts = values.every((value) => typeof value === 'string');
  if (!areTexts && !values.every(Array.isArray)) return [];
  return eachNamed(named, at);
}

/** `{"easy": [PUZZLE, …], "hard": […]}`: lists of whole puzzles alone, none of which is called answers. */
function listsByName(json: JsonObject, at: Place): Item<Entry>[] {
  const isLists = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(looksLikeCells);
  const hasAnswers = Object.keys(json).some((key) => /sol|answer|output|target|label/i.test(key));
  return !hasAnswers && Object.values(json).every(isLists) ? eachNamed(json, at) : [];
}

function eachNamed(named: JsonObject, at: Place): Item<Entry>[] {
  return Object.entries(named).flatMap(([key, question]) =>
    inNamed(key, [itemAt(questionOf(question), keyed(at, key))], at),
  );
}

/** What stands under a key, which may say that it is columns, or turned, or of other rules. */
function inNamed(key: string, entries: Item<Entry>[], at: Place, axes?: readonly Axis[]): Item<Entry>[] {
  const other = entries.length > 0 ? (otherOrderSaid(key, axes) ?? faultOfName(key)) : undefined;
  return other ? [itemAt<Entry>(other, keyed(at, key))] : entries;
}

const keyed = (at: Place, key: string): Place => ({
  ...at,
  key: at.key === undefined ? key : `${at.key}.${key}`,
});

/** An object's question and answer by their names, anything else as a question. */
function entryOf(json: unknown): Reading<Entry> {
  if (!isObject(json)) return questionOf(json);
  if ('tokens' in json) return { value: { question: json } };
  return notebookOrSheet(json) ?? entryOfFields(Object.entries(json));
}

/** The same of the fields of an object or of a record. */
export function entryOfFields(fields: readonly (readonly [name: string, value: unknown])[]): Reading<Entry> {
  const named = valueAmong(fields, 'question') ?? looseQuestionAmong(fields);
  const ended = named && named.fault === undefined ? endsBeside(fields, named.value) : undefined;
  const question = ended ?? named;
  const answer = valueAmong(fields, 'answer');
  if (question === undefined)
    return noQuestionAmong(
      fields.map(([name]) => name),
      'key',
    );
  if (question.fault !== undefined) return question;
  const given = answer?.fault === undefined ? answer?.value : undefined;
  const other = roundedNumber(question.value, given) ?? faultBeside(fields, question.value);
  if (other) return other;
  const isList = Array.isArray(question.value);
  const isOne =
    isList &&
    (ended !== undefined || fields.some(([name, value]) => value === question.value && !/s\s*$/i.test(name)));
  const asked = questionOf(question.value);
  const reading: Reading<Entry> =
    asked.fault === undefined && isOne ? { value: { ...asked.value, isOne } } : asked;
  if (answer === undefined || reading.fault !== undefined) return reading;
  return answer.fault === undefined ? { value: { ...reading.value, answer: answer.value } } : answer;
}

function questionOf(question: unknown): Reading<Entry> {
  return (Array.isArray(question) ? cellsAsObjects(question) : undefined) ?? { value: { question } };
}

/** A file of Jupyter, or a range of a spreadsheet. */
function notebookOrSheet(json: JsonObject): Reading<Entry> | undefined {
  if ('nbformat' in json && Array.isArray(json.cells)) {
    const fix = 'copy the text of the cell that holds the puzzle, and give it as text';
    return { fault: 'a Jupyter notebook, which is not read', fix };
  }
  const hasName = valueAmong(Object.entries(json), 'question') !== undefined;
  const question = hasName ? undefined : sheetOf(json as Sheet);
  return question && { value: { question } };
}

/** As many objects as this are cells, where none of them holds more than a number or a sign. */
const FEWEST_CELLS = 4;

/** What to say of a list whose cells, or the cells of whose rows, are objects: `{"row": 0, "col": 0, "value": 5}`. */
export function cellsAsObjects(list: readonly unknown[]): Fault | undefined {
  const cells = list.every(Array.isArray) ? list.flat() : list;
  const isShort = (value: unknown) =>
    typeof value === 'string' ? value.length < 3 : typeof value !== 'object' || value === null;
  const areCells = cells.every((cell) => isObject(cell) && Object.values(cell).every(isShort));
  if (!areCells || cells.length < FEWEST_CELLS) return undefined;
  const keys = Object.keys(cells[0] as JsonObject).join(', ');
  const fix = 'give rows of numbers, 0 or null for a blank';
  return { fault: `${cells.length} cells as objects with ${keys}, which are not read`, fix };
}

/** What to say of a plane of 0 and 1 for each digit, be it the first of three dimensions or the last. */
export function planesOfDigits(list: readonly unknown[]): Fault | undefined {
  const rows = list.every(Array.isArray) ? list.flat() : [];
  const isBit = (cell: unknown) => cell === 0 || cell === 1 || typeof cell === 'boolean';
  const isBinary = rows.every((row) => Array.isArray(row) && row.every(isBit));
  if (list.length < FEWEST_CELLS || rows.length < list.length ** 2 - list.length || !isBinary)
    return undefined;
  const planes = list as readonly (readonly (readonly unknown[])[])[];
  const oneAtMost = (cells: readonly unknown[]) => cells.filter(Number).length < 2;
  const isFirst = planes[0]!.every((row, y) => row.every((_, x) => oneAtMost(planes.map((p) => p[y]?.[x]))));
  if (!isFirst && !planes.flat().every(oneAtMost)) return undefined;
  const fix = 'give one grid of digits, 0 for a blank';
  return { fault: `${list.length} grids of 0 and 1, one for each digit, which are not read`, fix };
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !ArrayBuffer.isView(json);
}

/** Cells, rows or puzzles. */
function isList(json: unknown): boolean {
  return Array.isArray(json) || ArrayBuffer.isView(json);
}
