/** Text and JSON files, with errors that name the file. */
import { readFile } from 'node:fs/promises';
import { TrmError } from '../../errors.ts';
import { ioError } from './io-error.ts';

/** @throws TrmError `io` when it cannot be read, `data` when it is not JSON. */
export async function readJson(file: string): Promise<unknown> {
  return parseJson(await readText(file), file);
}

/** @throws TrmError `io` when it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw ioError(error, file);
  }
}

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
