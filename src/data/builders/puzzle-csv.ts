/**
 * The CSV files of the public puzzle sets: columns `question`, `answer` and `rating`, or as reading/tables/columns.ts knows them, a
 * puzzle a row, between commas, semicolons or tabs. They are read as a stream: the largest has 3.8 million rows.
 */
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Info, parse } from 'csv-parse';
import { TrmError } from '../../errors.ts';
import { ioError } from '../node/io-error.ts';
import { textStream } from '../node/text-stream.ts';
import { Random } from '../random.ts';
import { faultBeside } from '../reading/beside/keys.ts';
import { textOf } from '../reading/bytes.ts';
import { delimiterOf, linesOf } from '../reading/documents.ts';
import { itemAt } from '../reading/found.ts';
import { type CellColumns, cellColumns, joinedCells } from '../reading/tables/cell-columns.ts';
import {
  columnAmong,
  columnsAmong,
  noQuestionAmong,
  roundedNumber,
  unquoted,
  valueAmong,
} from '../reading/tables/columns.ts';
import type { OnProgress } from './progress.ts';

export interface PuzzleRow {
  readonly question: string;
  /** Absent where the file has no column of answers. */
  readonly answer?: string | undefined;
  /** Difficulty; NaN where the file has none. */
  readonly rating: number;
}

export interface CsvOptions {
  readonly onProgress?: OnProgress;
  /** Called with each row that is not sound, which is then left out. Without it the first one throws. */
  readonly onBad?: (error: TrmError) => void;
  /** Only rows of at least this rating. */
  readonly minDifficulty?: number;
}

/** Where a row stands, for errors. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * The files of a dataset: train.csv and, if there is one, test.csv of a folder; a file alone; or both from elsewhere.
 *
 * @throws TrmError `usage` on a folder without a train.csv.
 */
export async function splitFiles(
  from: string | undefined,
  download: (name: string) => Promise<string>,
): Promise<{ train: string; test?: string }> {
  if (from === undefined) return { train: await download('train.csv'), test: await download('test.csv') };
  const { exists, isFile } = await kindOf(from);
  if (isFile) return { train: from };
  const [train, test] = [join(from, 'train.csv'), join(from, 'test.csv')];
  if (exists && !(await kindOf(train)).exists)
    throw new TrmError('usage', 'there is no train.csv in it', {
      file: from,
      fix: 'name a folder with train.csv, or a CSV file',
    });
  return { train, ...((await kindOf(test)).exists && { test }) };
}

/**
 * Places of random puzzles to hold out of a file that is all there is.
 *
 * @param test a share below 1, or a number.
 * @throws TrmError `usage` when nothing would be left.
 */
export function heldOutOf(total: number, test: number, seed: number, file: string): ReadonlySet<number> {
  const count = test < 1 ? Math.ceil(test * total) : test;
  if (count < total) return new Set(new Random(seed).fork('test').permutation(total).subarray(0, count));
  const fix = 'ask for less with --test, or give a folder with train.csv and test.csv';
  throw new TrmError('usage', `cannot hold ${count} of ${total} puzzles out`, { file, key: 'test', fix });
}

async function kindOf(path: string): Promise<{ exists: boolean; isFile: boolean }> {
  return stat(path).then(
    (stats) => ({ exists: true, isFile: stats.isFile() }),
    () => ({ exists: false, isFile: false }), // who reads it says what is wrong with it
  );
}

/** That of two carriage returns is written where both a program and the system translate them. */
const LINE_ENDS = ['\r\r\n', '\r\n', '\n', '\r'];

/**
 * Calls `take` with every row of a file that is difficult enough, in order.
 *
 * @param take may throw a TrmError `data`, which is a fault of the row.
 * @throws TrmError `data` with file and line of an unsound row, `io` when the file cannot be read.
 */
export async function readPuzzleCsv(
  file: string,
  { onProgress, onBad, minDifficulty }: CsvOptions,
  take: (row: PuzzleRow, at: Place) => void,
): Promise<void> {
  let columns: Header | undefined;
  let [width, rows] = [0, 0];
  const visit = (record: string[], at: Place) => {
    if (!columns) {
      columns = readHeader(record, at, minDifficulty !== undefined);
      width = record.length;
      return;
    }
    if (record.length !== width)
      throw new TrmError('data', `expected ${width} columns, got ${record.length}`, at);
    const rating = Number(record[columns.rating] || Number.NaN);
    if (minDifficulty !== undefined) {
      if (Number.isNaN(rating)) {
        throw new TrmError('data', `expected a number, got "${record[columns.rating]}"`, {
          ...at,
          key: 'rating',
        });
      }
      if (rating < minDifficulty) return;
    }
    if (columns.doubled) checkDoubled(columns.doubled, record, at);
    const { cells } = columns;
    const question = cells ? joinedCells(record, cells.question) : record[columns.question]!;
    const answer = cells?.answer ? joinedCells(record, cells.answer) : record[columns.answer];
    const beside = columns.others.map(([name, i]) => [name, record[i]] as const);
    const unsound = roundedNumber(question, answer) ?? faultBeside(beside, question);
    const { error } = itemAt(unsound ?? { value: question }, at);
    if (error) throw error;
    take({ question, answer, rating }, at);
  };

  // A fault in a row aborts the pipeline, which may then report the abort instead of the fault.
  let fault: unknown;
  const leaveOut = (error: TrmError) => {
    try {
      onBad?.(error);
      fault = undefined;
    } catch (refused) {
      fault = refused;
      throw refused;
    }
  };
  try {
    const { size: total } = await stat(file);
    const head = await headOf(file);
    const [header = '', ...below] = linesOf(textOf(head, file)).filter((line) => line.trim() !== '');
    const delimiter = delimiterOf(header, ...below) ?? ',';
    await pipeline(
      textStream(file),
      parse({
        bom: true,
        info: true,
        skip_empty_lines: true,
        delimiter,
        record_delimiter: LINE_ENDS,
        relax_column_count: true, // it is a fault of the row
      }),
      async (records: AsyncIterable<{ record: string[]; info: Info }>) => {
        const lineOf = recordLines();
        for await (const { record, info } of records) {
          const line = lineOf(record, info);
          try {
            visit(record, { file, line });
          } catch (error) {
            fault = error;
            if (!onBad || !columns || !(error instanceof TrmError)) throw error;
            leaveOut(error);
          }
          if (++rows % 10_000 === 0) onProgress?.({ stage: 'read', name: file, done: info.bytes, total });
        }
      },
    );
  } catch (thrown) {
    const error = fault ?? thrown;
    if (!(error instanceof CsvError)) throw ioError(error, file);
    throw new TrmError('data', error.message, { file, line: Number(error.lines), cause: error });
  }
}

/** At which line a record begins: the parser tells where it ends, and counts `\r\n` in quotes as two lines. */
function recordLines(): (record: readonly string[], info: Info) => number {
  let miscounted = 0;
  return (record, { lines }) => {
    const text = record.join('');
    const counted = text.match(/[\r\n]/g)?.length ?? 0;
    const line = lines - miscounted - counted;
    miscounted += counted - (linesOf(text).length - 1);
    return line;
  };
}

const filledOf = (cells: readonly string[]) => cells.filter((cell) => cell !== '');

/** So many fields a record may have of which the header names one alone: question, answer and rating. */
const NAMED = 3;

/** Whether a file begins with cells, or with a title in a row of its own, in place of the names of columns. */
export async function hasNoHeader(file: string): Promise<boolean> {
  const head = await headOf(file).catch((error) => {
    throw ioError(error, file);
  });
  const lines = linesOf(textOf(head, file)).filter((line) => line.trim() !== '');
  const [cells = [], ...below] = lines.map((line) => line.split(/[,;\t]/).map(unquoted));
  const filled = filledOf(cells);
  const isAboveGrid = filled.length === 1 && below.some((row) => filledOf(row).length > NAMED);
  if (isAboveGrid) return true;
  if (columnAmong(cells, 'question') !== undefined || cellColumns(cells, below)) return false;
  if (cells.length > 1 && filled.length < 2) return true;
  // Letters alone may be names, which differ; from A on they are those of a sheet's columns.
  const isSheet = filled.length > 3 && filled.every((cell, i) => cell === String.fromCharCode(65 + i));
  const areLetters = filled.every((cell) => /^\p{L}$/u.test(cell));
  const areNames = areLetters && !isSheet && new Set(filled).size === filled.length;
  return !filled.some((cell) => /\p{L}{2}/u.test(cell)) && !areNames;
}

/** Enough of a file for its header. */
async function headOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

interface Header {
  readonly question: number;
  readonly answer: number;
  readonly rating: number;
  /** Where each cell has a column, in place of one of the question. */
  readonly cells: CellColumns | undefined;
  /** Names and places of what is neither of the puzzle nor its rating. */
  readonly others: readonly (readonly [name: string, place: number])[];
  /** The names, where two of them mean the question or the answer. */
  readonly doubled: readonly string[] | undefined;
}

function readHeader(record: string[], at: Place, needsRating: boolean): Header {
  const names = ['question', 'answer', 'rating'] as const;
  const [question, answer, rating] = names.map((name) => record.indexOf(columnAmong(record, name) ?? '')) as [
    number,
    number,
    number,
  ];
  const reading = question < 0 ? (cellColumns(record) ?? noQuestionAmong(record, 'column')) : undefined;
  const { error, value: cells } = reading ? itemAt(reading, at) : {};
  if (error) throw error;
  if (needsRating && rating < 0) {
    throw new TrmError('data', `expected a column rating, got ${record.join(',')}`, at);
  }
  const isDoubled = grids.some((column) => columnsAmong(record, column).length > 1);
  const read = new Set([question, answer, rating, ...(cells?.question ?? []), ...(cells?.answer ?? [])]);
  const others = record.flatMap((name, place) => (read.has(place) ? [] : [[name, place] as const]));
  return { question, answer, rating, cells, others, doubled: isDoubled ? record : undefined };
}

const grids = ['question', 'answer'] as const;

/** @throws TrmError `data` where two columns mean the same and differ. */
function checkDoubled(header: readonly string[], record: readonly string[], at: Place): void {
  const row = header.map((name, i) => [name, record[i]] as const);
  for (const column of grids) {
    const reading = valueAmong(row, column);
    const { error } = reading ? itemAt(reading, at) : {};
    if (error) throw error;
  }
}
