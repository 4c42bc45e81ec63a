/**
 * Takes files of somebody's puzzles apart, or those of a folder: CSV, JSON, JSON Lines, text with a line of `=` between question
 * and answer, and whatever else puzzles are read from. What the cells are is not known here.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { TrmError } from '../../errors.ts';
import { readJson } from '../json.ts';
import { ioError } from '../node/io-error.ts';
import { isDataset } from '../node/is-dataset.ts';
import { textStream } from '../node/text-stream.ts';
import { textOf } from '../reading/bytes.ts';
import { entriesOf, linesOf } from '../reading/documents.ts';
import { type Entry, entriesIn } from '../reading/entries.ts';
import { type Fault, type Item, itemAt, type Place } from '../reading/found.ts';
import { FENCES } from '../reading/plain.ts';
import { unquoted } from '../reading/tables/columns.ts';
import { type CsvOptions, hasNoHeader, readPuzzleCsv } from './puzzle-csv.ts';

/** Files other than CSV and JSON Lines are read as a whole, up to this size. */
const LARGEST = 2 ** 28;

/**
 * An entry of a file, or a text in which a family finds the puzzles. `doubt` is what to say of a pair unless the rules of a family
 * tell that it is a question and its answer.
 */
export type Source = Item<Entry & { readonly holdsSeveral?: true; readonly doubt?: Fault }>;

type Reader = (file: string, options: CsvOptions) => Promise<Source[]>;

/** Of the files that a folder is looked through for; any other is read as text where it is named. */
const readers: Readonly<Record<string, Reader>> = {
  '.csv': readCsv,
  '.tsv': readCsv,
  '.jsonl': readJsonLines,
  '.json': readWhole,
  '.txt': readWhole,
  '.sdk': readWhole,
  '.sdm': readWhole,
  '.ss': readWhole,
  '.opensudoku': readWhole,
  '.xml': readWhole,
};

/** Sources of a file, or those of a folder: `train.*` and `test.*` apart where they are called so. */
export interface PuzzleFiles {
  readonly train: readonly Source[];
  /** Held-out puzzles, where a folder says which. */
  readonly test?: readonly Source[];
}

/** @throws TrmError `io` when a file cannot be read, `usage` where there is none, `data` on one that is no text. */
export async function readPuzzleFiles(path: string, options: CsvOptions = {}): Promise<PuzzleFiles> {
  const files = await filesOf(path);
  const test = files.filter((file) => basename(file, extname(file)) === 'test');
  const read = async (some: readonly string[]) => {
    const sources: Source[] = [];
    for (const file of some)
      for (const source of await (readers[extname(file).toLowerCase()] ?? readWhole)(file, options))
        sources.push(source);
    return sources;
  };
  const train = await read(files.filter((file) => !test.includes(file)));
  const heldOut = test.length > 0 ? await read(test) : undefined;
  const isAll = train.length === 1 && (heldOut?.length ?? 1) === 1;
  const whole = (sources: readonly Source[]) => (isAll ? sources.flatMap(pairsWithin) : sources);
  return { train: whole(train), ...(heldOut && { test: whole(heldOut) }) };
}

const ROWS: Fault = {
  fault: 'the lists under question and answer may be puzzles, or the rows of one',
  fix: 'give each puzzle as an object of its own, two at least',
};

/** `{"question": […], "answer": […]}` where that is all there is: as the rows of one puzzle it would be no dataset. */
function pairsWithin(source: Source): Source[] {
  const { question, answer } = source.value ?? {};
  if (!Array.isArray(question) || !Array.isArray(answer) || question.length !== answer.length)
    return [source];
  return question.map((one, i) => ({
    at: { ...source.at, key: `question[${i}]` },
    value: { question: one, answer: answer[i], doubt: ROWS },
  }));
}

async function filesOf(path: string): Promise<string[]> {
  const known = Object.keys(readers).join(', ');
  const isKnown = (name: string) => extname(name).toLowerCase() in readers;
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    if (isDataset(path))
      throw new TrmError('usage', 'a dataset already, not a folder of puzzles', {
        file: path,
        fix: 'use it as it is: --data takes several, between commas',
      });
    const files = (await readdir(path)).filter(isKnown).sort();
    if (files.length > 0) return files.map((name) => join(path, name));
  } catch (error) {
    throw ioError(error, path);
  }
  throw new TrmError('usage', 'there are no puzzles in it', {
    file: path,
    fix: `expected files of ${known}, or the name of a file`,
  });
}

async function readCsv(file: string, options: CsvOptions): Promise<Source[]> {
  if (await hasNoHeader(file)) return readWhole(file);
  const sources: Source[] = [];
  await readPuzzleCsv(file, options, ({ question, answer }, at) => {
    sources.push({ at, value: { question, ...(answer !== undefined && { answer }) } });
  });
  return sources;
}

async function readJsonLines(file: string): Promise<Source[]> {
  const sources: Source[] = [];
  let line = 0;
  try {
    for await (const text of createInterface({ input: textStream(file), crlfDelay: Infinity })) {
      const at = { file, line: ++line };
      if (text.trim() === '') continue;
      const json = readJson(text);
      if (json.fault !== undefined) sources.push(itemAt<Entry>(json, at));
      else for (const entry of entriesIn(json.value, at)) sources.push(entry);
    }
  } catch (error) {
    throw ioError(error, file);
  }
  return sources;
}

async function readWhole(file: string): Promise<Source[]> {
  const text = textOf(await bytesOf(file), file).replace(FENCES, '');
  const at: Place = { file };
  if (/^\s*(\[\s*\]\s*|\{\s*\}\s*)?$/.test(text.replace(/^\uFEFF/, '')))
    throw new TrmError('data', 'the file is empty', { file, fix: 'write puzzles into it, or name another' });
  const entries = entriesOf(text, at);
  // Of tables and the grids of a program a family finds out which of them are answers, as of a text.
  const areFound = ({ value }: Item<Entry>) =>
    Boolean(value?.lines ?? (value?.inProgram && value.answer === undefined));
  if (entries?.some(areFound) && entries.every((entry) => entry.error || areFound(entry)))
    return [{ at, value: { question: text, holdsSeveral: true } }];
  if (entries) return entries;
  const pairs = pairedLines(text, at);
  if (pairs) return pairs;
  return /^[^\S\n]*=+[^\S\n]*$/m.test(text)
    ? pairsIn(text, at)
    : [{ at, value: { question: text, holdsSeveral: true } }];
}

/** Cells of the smallest grid that has its answer behind it on a line. */
const FEWEST = 16;

const UNNAMED: Fault = {
  fault: 'two fields a line, and neither names of columns nor rules tell that they are question and answer',
  fix: 'write question,answer above them, if they are',
};

/** A CSV without names of columns, or with spaces between: on every line a question and an answer of as many characters. */
function pairedLines(text: string, at: Place): Source[] | undefined {
  const sources = linesOf(text.replace(/^\uFEFF/, '')).flatMap((written, i): (Source | undefined)[] => {
    if (written.trim() === '') return [];
    const between = /[,;\t]/.test(written) ? /[,;\t]/ : / +/;
    const [question = '', answer, ...more] = written.trim().split(between).map(unquoted);
    const isPair = question.length >= FEWEST && answer?.length === question.length && more.length === 0;
    return [isPair ? { at: { ...at, line: i + 1 }, value: { question, answer, doubt: UNNAMED } } : undefined];
  });
  const pairs = sources.filter((source) => source !== undefined);
  return pairs.length > 0 && pairs.length === sources.length ? pairs : undefined;
}

/** A question, a line of `=`, an answer, and an empty line. */
function pairsIn(text: string, at: Place): Source[] {
  const sources: Source[] = [];
  let block: string[] = [];
  for (const [i, written] of [...linesOf(text), ''].entries()) {
    if (written.trim() !== '') {
      block.push(written);
      continue;
    }
    if (block.length === 0) continue;
    const place = { ...at, line: i + 1 - block.length };
    const [question, answer, ...more] = block.join('\n').split(/^[^\S\n]*=+[^\S\n]*$/m);
    const isPair = answer !== undefined && more.length === 0;
    const fault = 'expected a question, a line of =, and an answer';
    sources.push(itemAt<Entry>(isPair ? { value: { question, answer } } : { fault }, place));
    block = [];
  }
  return sources;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    if ((await stat(file)).size <= LARGEST) return await readFile(file);
  } catch (error) {
    throw ioError(error, file);
  }
  throw new TrmError('data', `more than ${LARGEST / 2 ** 20} MiB`, {
    file,
    fix: 'use CSV or JSON Lines, which are read piece by piece',
  });
}
