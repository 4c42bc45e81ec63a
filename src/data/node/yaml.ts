/** YAML files, and JSON, which is YAML too. */

import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { TrmError } from '../../errors.ts';
import { textOf } from '../reading/bytes.ts';
import { ioError } from './io-error.ts';

/** A file's keys, and where they stand. */
export interface YamlFile {
  readonly settings: Record<string, unknown>;
  /** 1-based line of a key or of a list's element; of what it stands in where it is not there. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** The keys of a file. @throws TrmError `io`, or `config` that names the line. */
export function readYaml(file: string): Record<string, unknown> {
  return openYaml(file).settings;
}

/** The same with the lines. */
export function openYaml(file: string): YamlFile {
  let text: string;
  try {
    text = textOf(readFileSync(file), file);
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
  return {
    settings: settings as Record<string, unknown>,
    lineOf: (path) => lines.linePos(offsetOf(document, path)).line,
  };
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const part of path) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair) offset = (pair.key as Node).range![0];
      next = pair?.value;
    } else if (isSeq(node)) {
      next = node.items[Number(part)];
      if (next) offset = (next as Node).range![0];
    }
    node = next;
  }
  return offset;
}
