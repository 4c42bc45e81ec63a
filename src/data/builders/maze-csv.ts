/**
 * Maze-Hard: builds the dataset from its CSV files, which come from a folder or from the hub. Every answer is checked.
 *
 * Source: the official dataset/build_maze_dataset.py.
 */
import { TrmError } from '../../errors.ts';
import { mazeDataset } from '../maze/dataset.ts';
import { type MazePuzzle, mazeFault } from '../maze/maze.ts';
import { mazeTokens } from '../maze/text.ts';
import { writeDataset } from '../node/folder.ts';
import { checkFree } from '../node/new-folder.ts';
import { NumpyRandom } from '../numpy-random.ts';
import { itemAt } from '../reading/found.ts';
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

const REPOSITORY = 'sapientinc/maze-30x30-hard-1k';

export interface BuildMazeOptions extends HubOptions, CsvOptions {
  /** Folder with train.csv and test.csv, or with train.csv alone, or a CSV file; without it they are downloaded. */
  readonly from?: string;
  /** Held-out mazes where no file holds them: a share below 1, or a number; 0.1 when omitted. */
  readonly test?: number;
  /** Folder to create. */
  readonly out: string;
  /** Add the seven other dihedral forms of each training maze. */
  readonly augment?: boolean;
  /** Number of training rows to draw at random; all without it, or where there are no more. */
  readonly subsample?: number;
  /** Seed of NumPy's stream. */
  readonly seed: number;
}

/**
 * Builds a dataset folder from CSV files of square mazes. The test split is never subsampled nor augmented.
 *
 * @throws TrmError `usage` when `out` is taken, `data` with file and line of an unsound row, `io` when a file cannot be
 *   read, downloaded or written.
 */
export async function buildMaze(options: BuildMazeOptions): Promise<BuildReport> {
  const { from, out, augment = false, subsample, seed, onProgress } = options;
  await checkFree(out);
  const { train: trainFile, test: testFile } = await splitFiles(from, (name) =>
    hubFile(REPOSITORY, name, options),
  );
  const read = await readMazeCsv(trainFile, options);
  const held = testFile ? new Set<number>() : heldOutOf(read.length, options.test ?? 0.1, seed, trainFile);
  const all = read.filter((_, place) => !held.has(place));
  const chosen =
    subsample !== undefined && subsample < all.length
      ? Array.from(new NumpyRandom(seed).choice(all.length, subsample), (row) => all[row]!)
      : all;
  const heldOut = testFile
    ? await readMazeCsv(testFile, options, all[0]!.question.length)
    : read.filter((_, place) => held.has(place));
  const side = Math.sqrt(all[0]!.question.length);
  const shape = { rows: side, columns: side };
  const train = mazeDataset(chosen, shape, augment);
  const test = mazeDataset(heldOut, shape, false);
  onProgress?.({ stage: 'write', name: out, done: 0, total: train.count + test.count });
  await writeDataset(out, { train, test }, ['<blank>']);
  return { train: train.count, test: test.count };
}

/** @param expected cells of every maze; those of the first without it. */
async function readMazeCsv(file: string, options: CsvOptions, expected?: number): Promise<MazePuzzle[]> {
  const mazes: MazePuzzle[] = [];
  await readPuzzleCsv(file, options, (text, at) => {
    mazes.push(checkedMaze(text, at, expected ?? mazes[0]?.question.length));
  });
  if (mazes.length === 0) throw new TrmError('data', 'there are no mazes in it', { file });
  return mazes;
}

function checkedMaze(text: PuzzleRow, at: Place, expected: number | undefined): MazePuzzle {
  const [question, answer] = (['question', 'answer'] as const).map((key) => {
    const item = itemAt(mazeTokens(text[key] ?? ''), { ...at, key });
    if (item.error) throw item.error;
    return item.value;
  }) as [Uint8Array, Uint8Array];
  const side = Math.sqrt(question.length);
  if (!Number.isInteger(side)) {
    throw new TrmError('data', `${question.length} cells are no square`, { ...at, key: 'question' });
  }
  if (answer.length !== question.length || question.length !== (expected ?? question.length)) {
    const cells = expected ?? question.length;
    throw new TrmError('data', `expected ${cells} cells, got ${question.length} and ${answer.length}`, at);
  }
  const fault = mazeFault(question, answer, side, side);
  if (fault) throw new TrmError('data', `the answer breaks the rules: ${fault}`, { ...at, key: 'answer' });
  return { question, answer };
}
