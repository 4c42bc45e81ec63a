/** Makes a dataset of somebody's own question and answer grids. */
import { TrmError } from '../../errors.ts';
import { familyFrom } from '../families.ts';
import type { PuzzleTokens } from '../family.ts';
import { describeGrids, encodePuzzle, type GridPuzzle } from '../grids/dataset.ts';
import type { Symmetries } from '../grids/family.ts';
import { writeDataset } from '../node/folder.ts';
import { checkFree } from '../node/new-folder.ts';
import { puzzleDataset } from '../puzzle-dataset.ts';
import { Random } from '../random.ts';
import { readGridFiles } from './grid-files.ts';
import type { BuildReport } from './progress.ts';
import type { CsvOptions } from './puzzle-csv.ts';

export interface ImportOptions extends CsvOptions {
  /** A file of puzzles, or a folder of such files; `train.*` and `test.*` in a folder are the splits. */
  readonly from: string;
  /** Folder to create. */
  readonly out: string;
  /** Held-out puzzles: a share below 1, or a number. */
  readonly test: number;
  readonly symmetries: Symmetries;
  /** The longest side a grid may have; attention over more cells than its square does not fit. */
  readonly maxSide: number;
  readonly seed: number;
}

export interface ImportReport extends BuildReport {
  readonly rows: number;
  readonly columns: number;
  readonly alphabet: readonly string[];
  /** Puzzles left out because an equal one is there already. */
  readonly duplicates: number;
  /** Puzzles left out of training because a symmetry turns them into a held-out one. */
  readonly leaks: number;
}

/**
 * Reads the puzzles, splits them and writes the dataset folder. Puzzles whose questions a declared symmetry turns into each
 * other go to the same split, so that no augmentation of a training question is tested.
 *
 * @throws TrmError `usage` when `out` is taken or the test split would leave nothing, `data` with file and line of a puzzle
 *   that is not sound, `io` when a file cannot be read or written.
 */
export async function importGrids(options: ImportOptions): Promise<ImportReport> {
  const { from, out, test: wanted, symmetries, maxSide, seed, onProgress } = options;
  await checkFree(out);
  const { puzzles, test: given } = await readGridFiles(from, options);
  const all = [...puzzles, ...(given ?? [])];
  if (puzzles.length === 0) throw new TrmError('data', 'there are no training puzzles in it', { file: from });
  const info = describeGrids(all, symmetries);
  if (Math.max(info.rows, info.columns) > maxSide) {
    throw new TrmError(
      'data',
      `a grid of ${info.rows}x${info.columns} is the largest; at most ${maxSide} a side`,
      {
        file: from,
        fix: 'leave out the large ones or raise --max-side',
      },
    );
  }

  const family = familyFrom(info)!;
  const classes = new Map<string, PuzzleClass>();
  let duplicates = 0;
  const add = (puzzle: GridPuzzle, isTest: boolean) => {
    const tokens = encodePuzzle(puzzle, info);
    const key = family.canonical!(tokens.question);
    const equals = classes.get(key) ?? { puzzles: new Map(), isTest: false };
    classes.set(key, equals);
    const text = JSON.stringify(puzzle);
    const known = equals.puzzles.get(text);
    if (known) duplicates++;
    equals.puzzles.set(text, { tokens, isTest: isTest || known?.isTest === true });
    equals.isTest ||= isTest;
  };
  puzzles.forEach((puzzle, i) => {
    add(puzzle, false);
    if (i % 1000 === 0) onProgress?.({ stage: 'read', name: from, done: i, total: all.length });
  });
  for (const puzzle of given ?? []) add(puzzle, true);
  const distinct = all.length - duplicates;
  if (!given) chooseClasses([...classes.values()], wanted < 1 ? Math.round(wanted * distinct) : wanted, seed);

  const members = [...classes.values()].flatMap((equals) =>
    [...equals.puzzles.values()].map(({ tokens, isTest }) => ({ tokens, isTest, equals })),
  );
  const heldOut = members.filter(({ isTest, equals }) => (given ? isTest : equals.isTest));
  const trained = members.filter(({ equals }) => !equals.isTest);
  if (trained.length === 0 || heldOut.length === 0) {
    const message = `of ${distinct} puzzles ${trained.length} are left to train on and ${heldOut.length} to test`;
    throw new TrmError('usage', message, { key: 'test', fix: 'ask for another share of test puzzles' });
  }
  const [train, test] = [trained, heldOut].map((list) =>
    puzzleDataset(
      info,
      list.map(({ tokens }) => tokens),
    ),
  );
  onProgress?.({ stage: 'write', name: out, done: 0, total: distinct });
  await writeDataset(out, { train: train!, test: test! }, ['<blank>']);
  const { rows, columns, alphabet } = info;
  const leaks = distinct - trained.length - heldOut.length;
  return { train: trained.length, test: heldOut.length, rows, columns, alphabet, duplicates, leaks };
}

/** Puzzles whose questions symmetries turn into each other, by their text. */
interface PuzzleClass {
  readonly puzzles: Map<string, { readonly tokens: PuzzleTokens; readonly isTest: boolean }>;
  isTest: boolean;
}

/** Holds out random classes until there are so many puzzles of them. */
function chooseClasses(classes: readonly PuzzleClass[], count: number, seed: number): void {
  let chosen = 0;
  for (const index of new Random(seed).fork('test').permutation(classes.length)) {
    if (chosen >= count) return;
    classes[index]!.isTest = true;
    chosen += classes[index]!.puzzles.size;
  }
}
