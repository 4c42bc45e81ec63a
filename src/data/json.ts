/** JSON text, with errors that name the file. */
import { TrmError } from '../errors.ts';

/** @throws TrmError `data` when it is not JSON. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TrmError('data', `not JSON: ${(error as Error).message}`, { file, cause: error });
  }
}

/** Stands before keys of digits while they are parsed. */
const MARK = '\ue000';

/**
 * An object's keys and values in the order of the file. A JavaScript object would put a task called 90347967 first, so
 * keys of digits are marked before JSON.parse sees them. (An unescaped quote before digits and a quote opens a string.)
 */
export function parseOrdered(text: string, file: string): Map<string, unknown> {
  const json = parseJson(text.replaceAll(/(?<!\\)"(?=\d+"\s*:)/g, `"${MARK}`), file);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new TrmError('data', 'expected an object', { file });
  }
  return new Map(Object.entries(json).map(([key, value]) => [key.replace(MARK, ''), value]));
}
