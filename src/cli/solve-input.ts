/** Where `trm solve` takes its puzzles: a file, standard input however slowly it comes, or a person at a terminal. */

import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { exampleAt } from '../data/node/examples.ts';
import { ioError } from '../data/node/io-error.ts';
import { statAt } from '../data/node/stat-at.ts';
import { textOf } from '../data/reading/bytes.ts';
import { TrmError } from '../errors.ts';
import { typed } from './support/invocation.ts';

export interface Input {
  readonly text: string;
  /** For messages. */
  readonly name: string;
}

/** @throws TrmError `usage` where it is no file, `io` when it cannot be read. */
export async function readInput(file: string): Promise<Input> {
  if (file === '') throw new TrmError('usage', 'expected the name of a file, got an empty one');
  const name = file === '-' ? 'standard input' : file;
  if (statAt(exampleAt(file))?.isDirectory())
    throw new TrmError('usage', 'a folder, not a file of puzzles', { file, fix: 'name a file in it' });
  try {
    const bytes = file === '-' ? await standardInput() : readFileSync(exampleAt(file));
    return { text: textOf(bytes, name, (note) => process.stderr.write(`${note}\n`)), name };
  } catch (error) {
    if (!isPuzzle(file)) throw ioError(error, name);
    const fix = typed(`put a puzzle into a file, or give it by a pipe: echo '${file}' | trm solve MODEL`);
    throw new TrmError('usage', 'expected the name of a file, got a puzzle', { fix });
  }
}

/** Whether somebody gave a puzzle where its file is expected. */
function isPuzzle(file: string): boolean {
  return file.length >= 16 && /^[\d\s.,_*#|SG-]+$/.test(file) && !existsSync(file);
}

/** As a stream: once it was touched, reading a pipe that is not there yet at once fails with EAGAIN. */
async function standardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/**
 * Puzzles that somebody types or pastes, each as soon as it is whole, and what is none at the next empty line.
 *
 * @param isWhole whether a text holds all of a puzzle.
 */
export async function* typedPuzzles(isWhole: (text: string) => boolean): AsyncGenerator<string, void> {
  process.stderr.write('type or paste a puzzle, an empty line behind it; Ctrl-D ends\n');
  let lines: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') lines.push(line);
    if (lines.length === 0 || (line.trim() !== '' && !isWhole(lines.join('\n')))) continue;
    yield lines.join('\n');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('\n');
}
