/**
 * Sudoku-Extreme: builds the dataset from its CSV files. They come from a folder or from the hub. Every row is checked.
 * Files of 4x4 or 6x6 puzzles are read too.
 *
 * Source: the official dataset/build_sudoku_dataset.py. That builder does not seed NumPy's random numbers; where it is
 * made to (`np.random.seed(s)`), the same seed gives the same arrays here.
 */
import { TrmError } from '../../errors.ts';
import { checkCount } from '../check-count.ts';
import { writeDataset } from '../node/folder.ts';
import { checkFree } from '../node/new-folder.ts';
import { NumpyRandom } from '../numpy-random.ts';
import { PuzzleList, sudokuDataset } from '../sudoku/dataset.ts';
import { parseLine } from '../sudoku/grid.ts';
import type { SudokuPuzzle } from '../sudoku/minimal.ts';
import { extendsQuestion, findConflicts, isSolved, type SudokuSize } from '../sudoku/rules.ts';
import { type HubOptions, hubFile } from './hub.ts';
import type { BuildReport } from './progress.ts';
import {
  type CsvOptions,
  heldOutOf,
  type Place,
  type PuzzleRow,
  readPuzzleCsv,
  splitFiles,
} from './puzzle-csv.ts';

const REPOSITORY = 'sapientinc/sudoku-extreme';

export interface BuildSudokuOptions extends HubOptions, CsvOptions {
  /** Folder with train.csv and test.csv, or with train.csv alone, or a CSV file; without it they are downloaded. */
  readonly from?: string;
  /** Held-out puzzles where no file holds them: a share below 1, or a number; 0.1 when omitted. */
  readonly test?: number;
  /** Folder to create. */
  readonly out: string;
  /** Number of training rows to draw at random; all without it. */
  readonly subsample?: number;
  /** Random transforms to add to each training puzzle; default 0. */
  readonly augment?: number;
  /** Seed of NumPy's stream. */
  readonly seed: number;
}

/**
 * Builds a dataset folder from CSV files. The test split is never subsampled nor augmented.
 *
 * @throws TrmError `usage` when `out` is taken or the subsample exceeds the rows, `data` with file and line of an unsound row, `io` when a file cannot be
 *   read, downloaded or written.
 */
export async function buildSudoku(options: BuildSudokuOptions): Promise<BuildReport> {
  const { from, out, subsample, augment = 0, seed, onProgress } = options;
  checkCount('subsample', subsample ?? 1, 1);
  checkCount('augment', augment, 0);
  await checkFree(out); // before the work, not after it
  const random = new NumpyRandom(seed);
  const { train: trainFile, test: testFile } = await splitFiles(from, (name) =>
    hubFile(REPOSITORY, name, options),
  );
  const all = await readSudokuCsv(
    trainFile,
    options,
    subsample === undefined ? undefined : { count: subsample, random },
  );
  const [trainPuzzles, testPuzzles] = testFile
    ? [all, await readSudokuCsv(testFile, options)]
    : split(all, options.test ?? 0.1, seed, trainFile);

  if (augment > 0) onProgress?.({ stage: 'augment', name: 'train', done: 0, total: trainPuzzles.length });
  const train = sudokuDataset(trainPuzzles, { copies: augment, random });
  const test = sudokuDataset(testPuzzles);
  const report = { train: train.count, test: test.count };
  onProgress?.({ stage: 'write', name: out, done: 0, total: report.train + report.test });
  await writeDataset(out, { train, test }, ['<blank>']);
  return report;
}

/**
 * Reads and checks the rows of a CSV file.
 *
 * @param sample keep so many rows only, as `numpy.random.choice` without replacement chooses them. The file is then read
 *   twice, so that only those are held in memory.
 */
export async function readSudokuCsv(
  file: string,
  options: CsvOptions = {},
  sample?: { count: number; random: NumpyRandom },
): Promise<PuzzleList> {
  const places = sample && (await chooseRows(file, options, sample));
  const chosen: SudokuPuzzle[] = [];
  let puzzles: PuzzleList | undefined;
  let row = 0;
  await readPuzzleCsv(file, places ? withoutFaults(options) : options, (text, at) => {
    const puzzle = checkedPuzzle(text, at, puzzles?.size);
    puzzles ??= new PuzzleList(Math.sqrt(puzzle.answer.length) as SudokuSize);
    if (!places) puzzles.set(row, puzzle);
    else if (places.has(row)) chosen[places.get(row)!] = puzzle;
    row++;
  });
  if (!puzzles) throw new TrmError('data', 'there are no puzzles in it', { file });
  return places ? new PuzzleList(puzzles.size, chosen) : puzzles;
}

/** Random puzzles held out of a file that is all there is; what equals one of them is not trained on. */
function split(all: PuzzleList, test: number, seed: number, file: string): [PuzzleList, PuzzleList] {
  const held = heldOutOf(all.length, test, seed, file);
  const places = Array.from({ length: all.length }, (_, place) => place);
  const key = (place: number) => String(all.at(place).question);
  const known = new Set(Array.from(held, key));
  const list = (some: readonly number[]) =>
    new PuzzleList(
      all.size,
      some.map((place) => all.at(place)),
    );
  const trained = places.filter((place) => !known.has(key(place)));
  if (trained.length > 0) return [list(trained), list([...held])];
  throw new TrmError('usage', 'all puzzles equal those that are held out', { file, key: 'test' });
}

/** Place among the chosen of each row that is chosen, or nothing where that is all of them. */
async function chooseRows(
  file: string,
  options: CsvOptions,
  { count, random }: { count: number; random: NumpyRandom },
): Promise<Map<number, number> | undefined> {
  let rows = 0;
  let size: SudokuSize | undefined;
  await readPuzzleCsv(file, options, (text, at) => {
    size = Math.sqrt(checkedPuzzle(text, at, size).answer.length) as SudokuSize;
    rows++;
  });
  if (count > rows) {
    throw new TrmError('usage', `cannot draw ${count} of ${rows} rows`, {
      file,
      key: 'subsample',
      fix: `use at most ${rows}`,
    });
  }
  if (count === rows) return undefined; // in the order of the file, as there
  return new Map(Array.from(random.choice(rows, count), (row, place) => [row, place]));
}

/** The second reading skips what the first has reported. */
function withoutFaults(options: CsvOptions): CsvOptions {
  return options.onBad ? { ...options, onBad: () => {} } : options;
}

function checkedPuzzle(text: PuzzleRow, at: Place, size: SudokuSize | undefined): SudokuPuzzle {
  if (text.answer === undefined)
    throw new TrmError('data', 'no column of answers', { ...at, fix: 'trm data import --solve finds them' });
  const question = parseLine(text.question, { ...at, key: 'question' });
  const answer = parseLine(text.answer, { ...at, key: 'answer' });
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
  if (size !== undefined && answer.length !== size * size) {
    throw new TrmError('data', `expected a ${size}x${size} puzzle as in the rows before`, at);
  }
  return { question, answer };
}
