/**
 * Reads question and answer grids from a file or a folder of files: CSV with columns question and answer, JSON with a list
 * of such objects, JSON Lines, or text with a blank line between puzzles and a line of `=` between question and answer.
 */
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { TrmError } from '../../errors.ts';
import type { GridPuzzle } from '../grids/dataset.ts';
import { parseSymbols } from '../grids/parse.ts';
import { ioError } from '../node/io-error.ts';
import { type CsvOptions, readPuzzleCsv } from './puzzle-csv.ts';

/** Text and JSON files are read as a whole, up to this size; CSV and JSON Lines of any size. */
const LARGEST = 2 ** 28;

const readers: Record<string, (file: string, options: CsvOptions, take: Take) => Promise<void>> = {
  '.csv': (file, options, take) =>
    readPuzzleCsv(file, options, (row, at) => take(row.question, row.answer, at)),
  '.json': readJson,
  '.jsonl': readJsonLines,
  '.txt': readText,
};

/** Takes a puzzle as it stands at a place. @throws TrmError `data` when it is not sound. */
type Take = (question: unknown, answer: unknown, at: { file: string; line?: number; key?: string }) => void;

/** Puzzles of a file, or those of a folder: `train.*` and `test.*` apart where they are called so. */
export interface GridFiles {
  readonly puzzles: GridPuzzle[];
  /** Held-out puzzles, where a folder says which. */
  readonly test?: GridPuzzle[];
}

/**
 * @throws TrmError `data` with file and line of a puzzle that is not sound, `io` when a file cannot be read or there is none.
 */
export async function readGridFiles(path: string, options: CsvOptions = {}): Promise<GridFiles> {
  const files = await filesOf(path);
  const test = files.filter((file) => basename(file, extname(file)) === 'test');
  const rest = files.filter((file) => !test.includes(file));
  const read = async (some: string[]) => {
    const puzzles: GridPuzzle[] = [];
    for (const file of some) {
      await readers[extname(file)]!(file, options, (question, answer, at) => {
        puzzles.push({
          question: parseSymbols(question, { ...at, key: join2(at.key, 'question') }),
          answer: parseSymbols(answer, { ...at, key: join2(at.key, 'answer') }),
        });
      });
    }
    return puzzles;
  };
  return { puzzles: await read(rest), ...(test.length > 0 && { test: await read(test) }) };
}

const join2 = (key: string | undefined, part: string) => (key ? `${key}.${part}` : part);

async function filesOf(path: string): Promise<string[]> {
  const known = Object.keys(readers).join(', ');
  try {
    if (!(await stat(path)).isDirectory()) {
      if (extname(path) in readers) return [path];
      throw new TrmError('data', 'this kind of file is not read', { file: path, fix: `use one of ${known}` });
    }
    const files = (await readdir(path)).filter((name) => extname(name) in readers).sort();
    if (files.length > 0) return files.map((name) => join(path, name));
  } catch (error) {
    throw ioError(error, path);
  }
  throw new TrmError('io', 'there are no puzzles in it', { file: path, fix: `expected files of ${known}` });
}

async function readJson(file: string, options: CsvOptions, take: Take): Promise<void> {
  let json: unknown;
  try {
    json = JSON.parse(await readWhole(file));
  } catch (error) {
    if (error instanceof TrmError) throw error;
    throw new TrmError('data', `not JSON: ${(error as Error).message}`, { file, cause: error });
  }
  if (!Array.isArray(json)) throw new TrmError('data', 'expected a list of puzzles', { file });
  json.forEach((puzzle: unknown, i) => {
    tolerating(options, () => takeObject(puzzle, { file, key: `[${i}]` }, take));
  });
}

async function readJsonLines(file: string, options: CsvOptions, take: Take): Promise<void> {
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      line++;
      if (text.trim() === '') continue;
      tolerating(options, () => {
        let puzzle: unknown;
        try {
          puzzle = JSON.parse(text);
        } catch (error) {
          throw new TrmError('data', `not JSON: ${(error as Error).message}`, { file, line });
        }
        takeObject(puzzle, { file, line }, take);
      });
    }
  } catch (error) {
    throw ioError(error, file);
  }
}

function takeObject(puzzle: unknown, at: Parameters<Take>[2], take: Take): void {
  if (typeof puzzle !== 'object' || puzzle === null || !('question' in puzzle) || !('answer' in puzzle)) {
    throw new TrmError('data', 'expected an object with question and answer', at);
  }
  take(puzzle.question, puzzle.answer, at);
}

async function readText(file: string, options: CsvOptions, take: Take): Promise<void> {
  const lines = [...(await readWhole(file)).replace(/\r/g, '').split('\n'), ''];
  let block: string[] = [];
  lines.forEach((text, i) => {
    if (text.trim() !== '') {
      block.push(text);
      return;
    }
    if (block.length === 0) return;
    const at = { file, line: i + 1 - block.length };
    const [question, answer, ...more] = block.join('\n').split(/^\s*=+\s*$/m);
    block = [];
    tolerating(options, () => {
      if (answer === undefined || more.length > 0) {
        throw new TrmError('data', 'expected a question, a line of =, and an answer', at);
      }
      take(question, answer, at);
    });
  });
}

/** Passes a fault of one puzzle to `onBad`, if there is one. */
function tolerating({ onBad }: CsvOptions, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!onBad || !(error instanceof TrmError)) throw error;
    onBad(error);
  }
}

async function readWhole(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > LARGEST) {
      throw new TrmError('data', `more than ${LARGEST / 2 ** 20} MiB`, {
        file,
        fix: 'use CSV or JSON Lines, which are read piece by piece',
      });
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    throw ioError(error, file);
  }
}
