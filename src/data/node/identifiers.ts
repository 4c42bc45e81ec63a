/** `identifiers.json`: the name of each row of the puzzle embedding. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrmError } from '../../errors.ts';
import type { DatasetMetadata } from '../dataset.ts';
import { readCompactArc } from './compact-arc.ts';
import { ioError } from './io-error.ts';

/**
 * @returns undefined where the folder has no such file.
 * @throws TrmError `data` when it is no list of names, `io` when it cannot be read.
 */
export async function readIdentifiers(folder: string): Promise<readonly string[] | undefined> {
  const compact = await readCompactArc(folder);
  if (compact) return [...compact.identifiers()];
  const file = join(folder, 'identifiers.json');
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw ioError(error, file);
    throw new TrmError('data', `not JSON: ${error.message}`, { file, cause: error });
  }
  if (Array.isArray(json) && json.every((name) => typeof name === 'string')) return json;
  throw new TrmError('data', 'expected a list of names', { file });
}

/** @throws TrmError `data` when there are not as many names as identifiers. */
export async function checkIdentifiers(folder: string, metadata: DatasetMetadata): Promise<void> {
  const names = await readIdentifiers(folder);
  const expected = metadata.num_puzzle_identifiers;
  if (!names || names.length === expected) return;
  throw new TrmError('data', `${names.length} names of ${expected} identifiers`, {
    file: join(folder, 'identifiers.json'),
  });
}
