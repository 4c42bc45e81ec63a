/** YAML files, and JSON, which is YAML too. */

import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { TrmError } from '../../errors.ts';
import { ioError } from './io-error.ts';

/** The keys of a file. @throws TrmError `io`, or `config` that names the line. */
export function readYaml(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw ioError(error, file);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const error = document.errors[0];
  if (error) throw new TrmError('config', error.message, { file, line: lines.linePos(error.pos[0]).line });
  let settings: unknown;
  try {
    settings = document.toJS({ maxAliasCount: 10 }) ?? {};
  } catch (cause) {
    throw new TrmError('config', (cause as Error).message, { file, cause }); // an alias without its anchor
  }
  if (typeof settings !== 'object' || Array.isArray(settings))
    throw new TrmError('config', 'expected keys with values', { file, line: 1 });
  return settings as Record<string, unknown>;
}
