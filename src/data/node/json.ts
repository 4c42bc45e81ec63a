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
