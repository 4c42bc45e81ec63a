/** Text and JSON files, with errors that name the file. */
import { readFile } from 'node:fs/promises';
import { parseJson } from '../json.ts';
import { textOf } from '../reading/bytes.ts';
import { ioError } from './io-error.ts';

/** @throws TrmError `io` when it cannot be read, `data` when it is not JSON. */
export async function readJson(file: string): Promise<unknown> {
  return parseJson(await readText(file), file);
}

/** In whichever encoding it is. @throws TrmError `io` when it cannot be read, `data` when it is no text. */
export async function readText(file: string): Promise<string> {
  try {
    return textOf(await readFile(file), file);
  } catch (error) {
    throw ioError(error, file);
  }
}
