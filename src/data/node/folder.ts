/**
 * Dataset folders on disk, in the official layout, readable by the official code and by this package:
 * DIR/identifiers.json and DIR/{train,test}/ with dataset.json and SET__{inputs,labels,puzzle_identifiers,
 * puzzle_indices,group_indices}.npy; where questions have several answers SET__{answers,answer_indices}.npy too, which the
 * official code does not look at.
 */
import { existsSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrmError } from '../../errors.ts';
import { encodeNpy, npyHeader } from '../../formats/npy.ts';
import {
  checkIndices,
  checkRow,
  type DatasetMetadata,
  datasetFamily,
  type FIELD_FILES,
  fieldFile,
  inMemory,
  type PuzzleDataset,
  parseMetadata,
} from '../dataset.ts';
import type { Family, Tokens } from '../family.ts';
import { type FolderSets, mergeFolders } from '../merge.ts';
import { openAnswers, writeAnswers } from './answer-files.ts';
import { readCompactArc } from './compact-arc.ts';
import { ioError } from './io-error.ts';
import { isDataset } from './is-dataset.ts';
import { readJson } from './json.ts';
import { makeFolder } from './make-folder.ts';
import { nanoFolder } from './nano-trm.ts';
import { newFolder } from './new-folder.ts';
import { integers, openRows, type RowFile } from './rows.ts';
import { statAt } from './stat-at.ts';

const splits = ['train', 'test'] as const;
export type Split = (typeof splits)[number];

const IN_MEMORY = 2 ** 28;

export interface ReadOptions {
  /** Sets whose rows are more bytes than this stay in their files, and are read and checked when needed; default 256 MiB. */
  readonly inMemory?: number;
}

/**
 * Reads and checks both splits of a folder, official or compact, or of several merged into one dataset.
 *
 * @throws TrmError `io` when a file cannot be read, `data` when its contents are not sound or folders do not agree.
 */
export async function readSplits(
  folders: string | readonly string[],
  options: ReadOptions = {},
): Promise<Record<Split, PuzzleDataset>> {
  const splitOf = await openFolders(folders, options);
  const [train, test] = [await splitOf('train'), await splitOf('test')];
  return { train: mergeFolders(train), test: mergeFolders(test) };
}

/**
 * The same of folders whose puzzles may have several sizes: those of one size are merged, and each size is a dataset, in the
 * order of the folders.
 *
 * @throws TrmError as `readSplits`.
 */
export async function readSizes(
  folders: readonly string[],
  options: ReadOptions = {},
): Promise<Record<Split, PuzzleDataset[]>> {
  const splitOf = await openFolders(folders, options);
  const merged = async (split: Split) => bySize(await splitOf(split)).map(mergeFolders);
  return { train: await merged('train'), test: await merged('test') };
}

function bySize(parts: readonly FolderSets[]): FolderSets[][] {
  const sizes: FolderSets[][] = [];
  for (const part of parts) {
    const known = sizes.find(([first]) => isOneSize(first!.sets[0]!.metadata, part.sets[0]!.metadata));
    if (known) known.push(part);
    else sizes.push([part]);
  }
  return sizes;
}

function isOneSize(one: DatasetMetadata, other: DatasetMetadata): boolean {
  if (one.seq_len !== other.seq_len) return false;
  const [a, b] = [one, other].map(datasetFamily) as [Family, Family];
  return !a.info || !b.info || a.canvas.rows === b.canvas.rows;
}

/** Reads and checks one split, as `readSplits`. @throws TrmError as that, `usage` on what is no split. */
export async function readDataset(
  folders: string | readonly string[],
  split: Split,
  options: ReadOptions = {},
): Promise<PuzzleDataset> {
  if (!splits.includes(split))
    throw new TrmError('usage', `expected ${splits.join(' or ')}, got ${String(split)}`, { key: 'split' });
  return mergeFolders(await (await openFolders(folders, options))(split));
}

async function openFolders(
  folders: string | readonly string[],
  options: ReadOptions,
): Promise<(split: Split) => Promise<FolderSets[]>> {
  const opened = await Promise.all(
    [folders].flat().map(async (folder) => {
      const compact = await readCompactArc(folder);
      if (!compact) checkDataset(folder);
      return { folder, compact };
    }),
  );
  return async (split) => {
    const parts = opened.map(async ({ folder, compact }) => {
      return { folder, sets: compact ? [compact[split]] : await readSets(join(folder, split), options) };
    });
    return Promise.all(parts);
  };
}

/** @throws TrmError `usage` where there is no such folder, or something else than a dataset. */
function checkDataset(folder: string): void {
  const there = statAt(folder);
  const refuse = (what: string, fix: string) => new TrmError('usage', what, { file: folder, fix });
  if (!there) throw refuse('no such dataset', 'check the path');
  if (!there.isDirectory())
    throw refuse(
      'a file, not the folder of a dataset',
      `make one of it: trm data import ${folder} --out FOLDER`,
    );
  if (existsSync(join(folder, 'checkpoints')))
    throw refuse('the folder of a run, not of a dataset', 'config.json in it names its dataset');
  if (!isDataset(folder))
    throw refuse('no dataset: it has no train/dataset.json', 'name a folder that trm data made');
}

/** Every set of a split in the official layout, or in nano-trm's. */
async function readSets(splitFolder: string, options: ReadOptions): Promise<PuzzleDataset[]> {
  const file = join(splitFolder, 'dataset.json');
  const json = await readJson(file);
  const nano = nanoFolder(json, file);
  if (nano) return [nano.dataset(readSet(splitFolder, nano.metadata, options, eachRow))];
  const metadata = parseMetadata({ total_puzzles: 0, ...(json as object) }, file);
  const sets = metadata.sets.map((set) => readSet(splitFolder, { ...metadata, sets: [set] }, options));
  if (metadata.total_puzzles > 0) return sets;
  // Folders for HRM, the model before TRM, do not say it.
  const total_puzzles = sets.reduce((sum, { puzzleIdentifiers }) => sum + puzzleIdentifiers.length, 0);
  return sets.map((set) => ({ ...set, metadata: { ...set.metadata, total_puzzles } }));
}

/** @param borders of puzzles and groups, where their file is missing; without it that is an error. */
function readSet(
  splitFolder: string,
  metadata: DatasetMetadata,
  { inMemory: limit = IN_MEMORY }: ReadOptions,
  borders?: (count: number) => Int32Array,
): PuzzleDataset {
  const opened: RowFile[] = [];
  const close = () => {
    for (const rows of opened) rows.close();
  };
  const field = (name: keyof typeof FIELD_FILES, columns?: number) => {
    const file = fieldFile(metadata, name, splitFolder);
    const rows = openRows(file);
    opened.push(rows);
    const { shape } = rows;
    const matches = columns === undefined ? shape.length === 1 : shape.length === 2 && shape[1] === columns;
    if (!matches) {
      const expected = columns === undefined ? '[rows]' : `[rows, ${columns}]`;
      throw new TrmError('data', `expected shape ${expected}, got [${shape.join(', ')}]`, { file });
    }
    const read = (first: number, number: number) => integers(rows.read(first, number), file);
    return { ...rows, file, count: shape[0]!, read, all: () => read(0, shape[0]!) };
  };
  try {
    const inputs = field('inputs', metadata.seq_len);
    const labels = field('labels', metadata.seq_len);
    const { count } = inputs;
    if (labels.count !== count) {
      throw new TrmError('data', `${labels.count} rows, but ${count} rows of inputs`, { file: labels.file });
    }
    const indices = (name: 'puzzleIndices' | 'groupIndices', count: number) =>
      borders && !existsSync(fieldFile(metadata, name, splitFolder))
        ? borders(count)
        : Int32Array.from(field(name).all());
    const answers = openAnswers(metadata, splitFolder, limit, (rows) => opened.push(rows));
    const puzzleIndices = indices('puzzleIndices', count);
    const rest = {
      metadata,
      puzzleIdentifiers: Int32Array.from(field('puzzleIdentifiers').all()),
      puzzleIndices,
      groupIndices: indices('groupIndices', puzzleIndices.length - 1),
      ...(answers && { answers }),
    };
    if (inputs.bytes + labels.bytes > limit) {
      const dataset: PuzzleDataset = {
        ...rest,
        count,
        read(row, intoInputs, intoLabels) {
          intoInputs.set(inputs.read(row, 1));
          intoLabels.set(labels.read(row, 1));
          checkRow(metadata, row, intoInputs, intoLabels, splitFolder);
        },
        prefetch(wanted) {
          for (const { first, number } of runsOf(wanted)) {
            inputs.prefetch(first, number);
            labels.prefetch(first, number);
          }
        },
      };
      checkIndices(dataset, splitFolder);
      return dataset; // its files stay open
    }
    const dataset = inMemory({ ...rest, inputs: inputs.all(), labels: labels.all() });
    checkIndices(dataset, splitFolder);
    const S = metadata.seq_len;
    for (let row = 0; row < count; row++) {
      const of = (tokens: Tokens) => tokens.subarray(row * S, (row + 1) * S);
      checkRow(metadata, row, of(dataset.inputs), of(dataset.labels), splitFolder);
    }
    close();
    return dataset;
  } catch (error) {
    close();
    throw error;
  }
}

/** Borders of `count` intervals of one each. */
function eachRow(count: number): Int32Array {
  return Int32Array.from({ length: count + 1 }, (_, i) => i);
}

/** Neighbouring rows of a batch, to be read at once. */
function runsOf(rows: Int32Array): { first: number; number: number }[] {
  const runs: { first: number; number: number }[] = [];
  for (const row of rows.slice().sort()) {
    const run = runs.at(-1);
    if (run && row <= run.first + run.number) run.number = row + 1 - run.first;
    else runs.push({ first: row, number: 1 });
  }
  return runs;
}

/**
 * Writes a whole dataset folder, or nothing: see `newFolder`.
 *
 * @param identifiers name of each row of the puzzle embedding.
 * @throws TrmError `usage` when the folder exists and is not empty, `io` when it cannot be written.
 */
export async function writeDataset(
  folder: string,
  splits: Readonly<Record<Split, PuzzleDataset>>,
  identifiers: readonly string[],
): Promise<void> {
  await newFolder(folder, async (temporary) => {
    await writeSplit(join(temporary, 'train'), splits.train);
    await writeSplit(join(temporary, 'test'), splits.test);
    await writeFile(join(temporary, 'identifiers.json'), JSON.stringify(identifiers));
  });
}

/** Tokens of rows that are gathered before they are written. */
const CHUNK = 2 ** 22;

/** Inputs and labels of some rows. */
type Chunks = [inputs: Tokens, labels: Tokens];

/**
 * Writes the files of one split into the folder `splitFolder`, which it makes. Tokens are uint8 where they fit.
 *
 * @param onRows called with the rows done.
 */
export async function writeSplit(
  splitFolder: string,
  dataset: PuzzleDataset,
  onRows: (done: number) => void = () => {},
): Promise<void> {
  const { metadata, count } = dataset;
  const type = tokenType(metadata);
  makeFolder(splitFolder);
  for (const name of ['puzzleIdentifiers', 'puzzleIndices', 'groupIndices'] as const) {
    const data = dataset[name];
    await write(fieldFile(metadata, name, splitFolder), encodeNpy(data, [data.length]));
  }
  if (dataset.answers) await writeAnswers(splitFolder, metadata, dataset.answers, type);
  const S = metadata.seq_len;
  const perChunk = Math.max(1, Math.floor(CHUNK / S));
  const chunk = () => (type === 'uint8' ? new Uint8Array(perChunk * S) : new Int32Array(perChunk * S));
  // While one pair of chunks is on its way to the disk, the other is filled.
  let filling: Chunks = [chunk(), chunk()];
  let onTheWay: Chunks = [chunk(), chunk()];
  let written: Promise<unknown> = Promise.resolve();
  const files = await Promise.all(
    (['inputs', 'labels'] as const).map((name) => open(fieldFile(metadata, name, splitFolder), 'wx')),
  );
  try {
    for (const file of files) await file.writeFile(npyHeader(type, [count, S]));
    for (let start = 0; start < count; start += perChunk) {
      const rows = Math.min(perChunk, count - start);
      const [inputs, labels] = filling;
      for (let row = 0; row < rows; row++) {
        const [from, to] = [row * S, (row + 1) * S];
        dataset.read(start + row, inputs.subarray(from, to), labels.subarray(from, to));
      }
      await written;
      onRows(start);
      written = Promise.all(
        filling.map((data, i) => files[i]!.writeFile(bytesOf(data.subarray(0, rows * S)))),
      );
      [filling, onTheWay] = [onTheWay, filling];
    }
    await written;
    onRows(count);
  } catch (error) {
    throw ioError(error, splitFolder);
  } finally {
    await written.catch(() => {}); // Its fault, if any, has been thrown above.
    for (const file of files) await file.close();
  }
  const sets = metadata.sets.slice(0, 1); // merged sets become one
  await write(join(splitFolder, 'dataset.json'), JSON.stringify({ ...metadata, sets }));
}

function tokenType({ vocab_size, ignore_label_id }: DatasetMetadata): 'uint8' | 'int32' {
  const [lowest, highest] = [
    Math.min(0, ignore_label_id ?? 0),
    Math.max(vocab_size - 1, ignore_label_id ?? 0),
  ];
  return lowest >= 0 && highest <= 255 ? 'uint8' : 'int32';
}

function bytesOf(data: Tokens): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

async function write(file: string, contents: string | Iterable<Uint8Array>): Promise<void> {
  try {
    await writeFile(file, contents);
  } catch (error) {
    throw ioError(error, file);
  }
}
