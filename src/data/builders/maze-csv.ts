/**
 * Maze-Hard: builds the dataset from its CSV files, which come from a folder or from the hub. Every answer is checked.
 *
 * Source: the official dataset/build_maze_dataset.py.
 */
import { TrmError } from '../../errors.ts';
import { leavingOut } from '../leaving-out.ts';
import { mazeTokens } from '../maze/cells.ts';
import { mazeDataset } from '../maze/dataset.ts';
import { type MazePuzzle, mazeFault } from '../maze/maze.ts';
import { shortestWay } from '../maze/solver.ts';
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
  /** Cells in a row of mazes that are written in one line; without it a square, else the shape in which the answers are right. */
  readonly columns?: number | undefined;
  /** Add the other dihedral forms of each training maze: seven of a square, else the three of its shape. */
  readonly augment?: boolean;
  /** Number of training rows to draw at random; all without it, or where there are no more. */
  readonly subsample?: number;
  /** Seed of NumPy's stream. */
  readonly seed: number;
}

interface Shape {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Builds a dataset folder from CSV files of mazes of one shape. The test split is never subsampled nor augmented.
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
  const { mazes, shape } = await readMazeCsv(trainFile, options);
  const held = testFile ? new Set<number>() : heldOutOf(mazes.length, options.test ?? 0.1, seed, trainFile);
  const all = mazes.filter((_, place) => !held.has(place));
  const chosen =
    subsample !== undefined && subsample < all.length
      ? Array.from(new NumpyRandom(seed).choice(all.length, subsample), (row) => all[row]!)
      : all;
  const heldOut = testFile
    ? (await readMazeCsv(testFile, options, shape)).mazes
    : mazes.filter((_, place) => held.has(place));
  // Turned mazes have turned answers, which are not those of the rule.
  const kind =
    !augment && haveFirstWays([...chosen, ...heldOut], shape) ? { like: 'maze-hard' as const } : {};
  const train = mazeDataset(chosen, { ...shape, ...kind }, augment);
  const test = mazeDataset(heldOut, { ...shape, ...kind }, false);
  onProgress?.({ stage: 'write', name: out, done: 0, total: train.count + test.count });
  await writeDataset(out, { train, test }, ['<blank>']);
  return { train: train.count, test: test.count };
}

/** Whether mazes of several shortest ways are answered with the first of them, as Maze-Hard's are. */
function haveFirstWays(mazes: readonly MazePuzzle[], { rows, columns }: Shape): boolean {
  const found = mazes.map(({ question }) => shortestWay(Int32Array.from(question), rows, columns));
  const isFirst = mazes.every(({ answer }, i) =>
    answer.every((token, cell) => token === found[i]!.answer[cell]),
  );
  return isFirst && found.some((one) => one!.several);
}

/** A maze and its place; `columns` where its rows stand in lines of their own. */
interface MazeRow extends MazePuzzle {
  readonly at: Place;
  readonly columns: number | undefined;
}

/** @param expected shape of the mazes; without it they tell it. */
async function readMazeCsv(
  file: string,
  options: BuildMazeOptions,
  expected?: Shape,
): Promise<{ mazes: MazePuzzle[]; shape: Shape }> {
  const read: MazeRow[] = [];
  await readPuzzleCsv(file, options, (text, at) => {
    read.push(parsedMaze(text, at, expected ? expected.rows * expected.columns : read[0]?.question.length));
  });
  if (read.length === 0) throw new TrmError('data', 'there are no mazes in it', { file });
  const shape = expected ?? shapeOf(read, options.columns, file);
  const mazes: MazePuzzle[] = [];
  for (const { at, columns = shape.columns, ...maze } of read) {
    leavingOut(options.onBad, () => {
      if (columns !== shape.columns)
        throw new TrmError('data', `expected rows of ${shape.columns} cells, got ${columns}`, at);
      const fault = mazeFault(maze.question, maze.answer, shape.rows, shape.columns);
      if (fault)
        throw new TrmError('data', `the answer breaks the rules: ${fault}`, { ...at, key: 'answer' });
      mazes.push(maze);
    });
  }
  if (mazes.length === 0) throw new TrmError('data', 'there are no mazes in it', { file });
  return { mazes, shape };
}

function parsedMaze(text: PuzzleRow, at: Place, expected: number | undefined): MazeRow {
  const parse = (key: 'question' | 'answer') => {
    const lines = (text[key] ?? '')
      .replace(/\r/g, '')
      .replace(/(?<!\n)\n+$/, '')
      .split('\n');
    const columns = lines.length > 1 ? lines[0]!.length : undefined;
    if (columns !== undefined && lines.some((line) => line.length !== columns))
      throw new TrmError('data', 'its rows are not equally long', { ...at, key });
    const item = itemAt(mazeTokens(lines.join('')), { ...at, key });
    if (item.error) throw item.error;
    return { cells: item.value, columns };
  };
  const [question, answer] = [parse('question'), parse('answer')];
  const cells = expected ?? question.cells.length;
  if (question.cells.length !== cells || answer.cells.length !== cells) {
    const got = `${question.cells.length} and ${answer.cells.length}`;
    throw new TrmError('data', `expected ${cells} cells, got ${got}`, at);
  }
  return { question: question.cells, answer: answer.cells, at, columns: question.columns ?? answer.columns };
}

/** Mazes that a shape is tried on. */
const TRIED = 100;

/** The shape that is said, that lines show, a square, or the one in which the most answers are right. */
function shapeOf(mazes: readonly MazeRow[], columns: number | undefined, file: string): Shape {
  const cells = mazes[0]!.question.length;
  const told = columns ?? mazes.find((maze) => maze.columns !== undefined)?.columns;
  if (told !== undefined && cells % told === 0) return { rows: cells / told, columns: told };
  if (told !== undefined)
    throw new TrmError('usage', `${cells} cells are no rows of ${told}`, { file, key: 'columns' });
  const right = ({ rows, columns }: Shape) =>
    mazes.slice(0, TRIED).filter(({ question, answer }) => !mazeFault(question, answer, rows, columns))
      .length;
  const shapes = Array.from({ length: cells }, (_, i) => ({ rows: cells / (i + 1), columns: i + 1 }))
    .filter(({ rows }) => Number.isInteger(rows))
    .map((shape) => ({ ...shape, right: right(shape) }));
  const most = Math.max(...shapes.map((shape) => shape.right));
  const best = shapes.filter((shape) => shape.right === most);
  const chosen =
    best.find(({ rows, columns }) => rows === columns) ?? (best.length === 1 ? best[0] : undefined);
  if (chosen) return { rows: chosen.rows, columns: chosen.columns };
  const names = best.map(({ rows, columns }) => `${rows}x${columns}`).join(' or ');
  const what =
    most > 0
      ? `its mazes may be ${names}`
      : `${cells} cells are no square, and in no shape an answer is right`;
  throw new TrmError('data', what, { file, fix: 'say how many cells a row has: --columns' });
}
