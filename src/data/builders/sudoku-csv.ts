/**
 * Sudoku-Extreme: builds the dataset from its CSV files (columns `question` and `answer`, others are not used).
 *
 * The files come from a folder or from the hub, and are read as a stream: the public training file has 3.8 million
 * rows. Every row is checked. Files of 4x4 or 6x6 puzzles are read too.
 * Source: the official dataset/build_sudoku_dataset.py.
 * Deviation: random choices follow the seed; the official builder does not seed its own.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CsvError, type Info, parse } from 'csv-parse';
import { TrmError } from '../../errors.ts';
import { checkCount } from '../check-count.ts';
import { writeDataset } from '../node/folder.ts';
import { ioError } from '../node/io-error.ts';
import { checkFree } from '../node/new-folder.ts';
import { Random } from '../random.ts';
import { PuzzleList, sudokuDataset } from '../sudoku/dataset.ts';
import type { SudokuPuzzle } from '../sudoku/generate.ts';
import { parseLine } from '../sudoku/grid.ts';
import { extendsQuestion, findConflicts, isSolved, type SudokuSize } from '../sudoku/rules.ts';
import { type HubOptions, hubFile } from './hub.ts';
import type { BuildReport, OnProgress } from './progress.ts';

const REPOSITORY = 'sapientinc/sudoku-extreme';

export interface BuildSudokuOptions extends HubOptions {
  /** Folder with train.csv and test.csv; without it they are downloaded. */
  readonly from?: string;
  /** Folder to create. */
  readonly out: string;
  /** Number of training rows to draw at random; all without it. */
  readonly subsample?: number;
  /** Random transforms to add to each training puzzle; default 0. */
  readonly augment?: number;
  readonly seed: number;
}

/**
 * Builds a dataset folder from CSV files. The test split is never subsampled nor augmented.
 *
 * @throws TrmError `usage` when `out` is taken or the subsample exceeds the rows, `data` with file and line of an
 *   unsound row, `io` when a file cannot be read, downloaded or written.
 */
export async function buildSudoku(options: BuildSudokuOptions): Promise<BuildReport> {
  const { from, out, subsample, augment = 0, seed, onProgress } = options;
  checkCount('subsample', subsample ?? 1, 1);
  checkCount('augment', augment, 0);
  await checkFree(out); // before the work, not after it
  const random = new Random(seed);
  const locate = (name: string) => (from ? join(from, name) : hubFile(REPOSITORY, name, options));

  const sample = subsample === undefined ? undefined : { count: subsample, random: random.fork('subsample') };
  const trainPuzzles = await readSudokuCsv(await locate('train.csv'), onProgress, sample);
  const testPuzzles = await readSudokuCsv(await locate('test.csv'), onProgress);

  if (augment > 0) onProgress?.({ stage: 'augment', name: 'train', done: 0, total: trainPuzzles.length });
  const train = sudokuDataset(trainPuzzles, { copies: augment, random: random.fork('augment') });
  const test = sudokuDataset(testPuzzles);
  const report = { train: train.metadata.total_puzzles, test: test.metadata.total_puzzles };
  onProgress?.({ stage: 'write', name: out, done: 0, total: report.train + report.test });
  await writeDataset(out, { train, test }, ['<blank>']);
  return report;
}

/**
 * Reads and checks every row of a CSV file.
 *
 * @param sample keep so many rows only, each with the same chance, in an order of no meaning (reservoir sampling).
 */
export async function readSudokuCsv(
  file: string,
  onProgress?: OnProgress,
  sample?: { count: number; random: Random },
): Promise<PuzzleList> {
  let puzzles: PuzzleList | undefined;
  let columns: { question: number; answer: number } | undefined;
  let rows = 0;
  const take = (record: string[], line: number) => {
    columns ??= readHeader(record, { file, line });
    if (rows++ === 0) return;
    const puzzle = checkedPuzzle(record[columns.question]!, record[columns.answer]!, { file, line });
    puzzles ??= new PuzzleList(Math.sqrt(puzzle.answer.length) as SudokuSize);
    const { size } = puzzles;
    if (puzzle.answer.length !== size * size) {
      throw new TrmError('data', `expected a ${size}x${size} puzzle as in the rows before`, { file, line });
    }
    const seen = rows - 2;
    const slot = sample && seen >= sample.count ? sample.random.int(seen + 1) : seen;
    if (!sample || slot < sample.count) puzzles.set(slot, puzzle);
  };

  // A fault in a row aborts the pipeline, which may then report the abort instead of the fault.
  let fault: unknown;
  try {
    const { size: total } = await stat(file);
    await pipeline(
      createReadStream(file, { highWaterMark: 1 << 20 }),
      parse({ bom: true, info: true, skip_empty_lines: true }),
      async (records: AsyncIterable<{ record: string[]; info: Info }>) => {
        for await (const { record, info } of records) {
          try {
            take(record, info.lines);
          } catch (error) {
            fault = error;
            throw error;
          }
          if (rows % 10_000 === 0) onProgress?.({ stage: 'read', name: file, done: info.bytes, total });
        }
      },
    );
  } catch (thrown) {
    const error = fault ?? thrown;
    if (!(error instanceof CsvError)) throw ioError(error, file);
    throw new TrmError('data', error.message, { file, line: Number(error.lines), cause: error });
  }
  if (!puzzles) throw new TrmError('data', 'there are no puzzles in it', { file });
  if (sample && puzzles.length < sample.count) {
    throw new TrmError('usage', `cannot draw ${sample.count} of ${puzzles.length} rows`, {
      file,
      key: 'subsample',
      fix: `use at most ${puzzles.length}`,
    });
  }
  return puzzles;
}

type Place = { readonly file: string; readonly line: number };

function readHeader(record: string[], at: Place): { question: number; answer: number } {
  const columns = { question: record.indexOf('question'), answer: record.indexOf('answer') };
  if (columns.question < 0 || columns.answer < 0) {
    throw new TrmError('data', `expected columns question and answer, got ${record.join(',')}`, at);
  }
  return columns;
}

function checkedPuzzle(questionText: string, answerText: string, at: Place): SudokuPuzzle {
  const question = parseLine(questionText, { ...at, key: 'question' });
  const answer = parseLine(answerText, { ...at, key: 'answer' });
  if (!isSolved(answer)) {
    const [conflict] = findConflicts(answer);
    const why = conflict
      ? `digit ${conflict.digit} twice in ${conflict.unit} ${conflict.index + 1}`
      : 'a blank cell';
    throw new TrmError('data', `the answer breaks the rules: ${why}`, { ...at, key: 'answer' });
  }
  if (!extendsQuestion(answer, question)) {
    throw new TrmError('data', 'the answer does not keep the digits of the question', {
      ...at,
      key: 'answer',
    });
  }
  return { question, answer };
}
