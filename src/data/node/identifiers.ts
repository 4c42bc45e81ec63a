/** `identifiers.json`: the name of each row of the puzzle embedding. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { TrmError } from '../../errors.ts';
import type { DatasetMetadata } from '../dataset.ts';
import { readCompactArc } from './compact-arc.ts';
import { readJson } from './json.ts';

/** @throws TrmError `data` when it is no list of as many names as there are identifiers, `io` when it cannot be read. */
export async function readIdentifiers(
  folder: string,
  { num_puzzle_identifiers: count }: DatasetMetadata,
): Promise<readonly string[]> {
  const compact = await readCompactArc(folder);
  if (compact) return [...compact.identifiers()];
  const file = join(folder, 'identifiers.json');
  if (count === 1 && !existsSync(file)) return ['<blank>']; // nobody's name: nano-trm does not write it
  const { data: names } = z.array(z.string()).safeParse(await readJson(file));
  if (names?.length === count) return names;
  const found = names ? `, got ${names.length}` : '';
  throw new TrmError('data', `expected a list of ${count} names, as num_puzzle_identifiers says${found}`, {
    file,
  });
}
