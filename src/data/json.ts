/** JSON text, with errors that name the file, and the line and the column where the engine tells them. */
import { TrmError } from '../errors.ts';
import { keyTwice } from './json-keys.ts';
import type { Fault } from './reading/found.ts';
import { bothGiven } from './reading/tables/columns.ts';

/** @throws TrmError `data` when it is not JSON. */
export function parseJson(text: string, file: string): unknown {
  const json = readJson(text);
  if (json.fault !== undefined) throw new TrmError('data', json.fault, { file, fix: json.fix });
  return json.value;
}

/** `isJson` where nothing but a key that is there twice is wrong. */
type JsonFault = Fault & { readonly fix: string; readonly isJson?: true };

/** What a text holds, or why it is not JSON, or has two values for one key. */
export function readJson(text: string): { readonly value: unknown; readonly fault?: undefined } | JsonFault {
  try {
    const value: unknown = JSON.parse(text);
    return twice(text) ?? { value };
  } catch (error) {
    return jsonFault(text, (error as Error).message);
  }
}

function twice(text: string): JsonFault | undefined {
  const found = keyTwice(text);
  if (!found) return undefined;
  const { key, line } = found;
  const { fault, fix } = bothGiven(key, key);
  return { fault: text.includes('\n') ? `line ${line}: ${fault}` : fault, fix, isJson: true };
}

const QUOTES = 'write names and texts in double quotes';
const COMMA = 'leave out the comma before it';

/** What JSON.parse found wrong with a text, in words of ours: its own differ between engines, and some name no place. */
function jsonFault(text: string, message: string): JsonFault {
  const at = placeIn(text, message);
  if (at === 'end' || text.trim() === '')
    return { fault: 'not JSON: it ends too early', fix: 'it may have been cut: copy or save all of it' };
  const { found, index } = at;
  const before = index === undefined ? undefined : text.slice(0, index);
  const lines = before?.split('\n') ?? [];
  const line = text.includes('\n') && before !== undefined ? `line ${lines.length}, ` : '';
  const place = before === undefined ? '' : ` at ${line}column ${lines.at(-1)!.length + 1}`;
  const fault = `not JSON: ${found === undefined ? 'something' : JSON.stringify(found)}${place} is not expected there`;
  if (/[\]}]/.test(found ?? '') && /,\s*$/.test(before ?? '')) return { fault, fix: COMMA };
  if (/['\p{L}]/u.test(found ?? '')) return { fault, fix: `${QUOTES}, and null for nothing` };
  return { fault, fix: `look there for a comma or a bracket too many or too few, and ${QUOTES}` };
}

/** Where an engine says that it stopped: V8 by a position or by the sign alone, Firefox by line and column. */
function placeIn(text: string, message: string): 'end' | { found?: string | undefined; index?: number } {
  if (/end of (JSON|data|input)|EOF|unterminated string/i.test(message)) return 'end';
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  const [, line, column] = /line (\d+) column (\d+) of/.exec(message) ?? [];
  const above = text.split('\n').slice(0, Number(line ?? 1) - 1);
  const counted = above.reduce((sum, { length }) => sum + length + 1, Number(column) - 1);
  const index = position !== undefined ? Number(position) : counted;
  if (!Number.isNaN(index))
    return index >= text.length ? 'end' : { found: String.fromCodePoint(text.codePointAt(index)!), index };
  const [, token] = /token '(.)'/u.exec(message) ?? [];
  return { found: token };
}

/** Stands before keys of digits while they are parsed. */
const MARK = '\ue000';

/**
 * An object's keys and values in the order of the file. A JavaScript object would put a task called 90347967 first, so
 * keys of digits are marked before JSON.parse sees them. (An unescaped quote before digits and a quote opens a string.)
 */
export function parseOrdered(text: string, file: string): Map<string, unknown> {
  const json = parseMarked(text) ?? parseJson(text, file); // which tells the places and faults of the file
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TrmError('data', 'expected an object', { file });
  }
  return new Map(Object.entries(json).map(([key, value]) => [key.replace(MARK, ''), value]));
}

function parseMarked(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text.replaceAll(/(?<!\\)"(?=\d+"\s*:)/g, `"${MARK}`));
    return keyTwice(text) ? undefined : json;
  } catch {
    return undefined;
  }
}
