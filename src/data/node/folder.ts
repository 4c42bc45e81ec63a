/**
 * Dataset folders on disk, in the official layout, readable by the official code and by this package:
 * DIR/identifiers.json and DIR/{train,test}/ with dataset.json and SET__{inputs,labels,puzzle_identifiers,
 * puzzle_indices,group_indices}.npy.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrmError } from '../../errors.ts';
import { FIELD_FILES, type PuzzleDataset, parseMetadata, validateDataset } from '../dataset.ts';
import { decodeNpy, encodeNpy } from '../npy.ts';
import { ioError } from './io-error.ts';
import { newFolder } from './new-folder.ts';

export type Split = 'train' | 'test';

/**
 * Reads and checks one split.
 *
 * @throws TrmError `io` when a file cannot be read, `data` when its contents are not sound.
 */
export async function readDataset(folder: string, split: Split): Promise<PuzzleDataset> {
  const splitFolder = join(folder, split);
  const metadataFile = join(splitFolder, 'dataset.json');
  const metadata = parseMetadata(parseJson(await read(metadataFile), metadataFile), metadataFile);
  const [set, ...others] = metadata.sets;
  if (others.length > 0) {
    throw new TrmError('data', `one set is read here, got ${metadata.sets.join(', ')}`, {
      file: metadataFile,
      key: 'sets',
    });
  }

  const field = async (name: keyof typeof FIELD_FILES, columns?: number) => {
    const file = join(splitFolder, `${set}__${FIELD_FILES[name]}.npy`);
    const { shape, data } = decodeNpy(await read(file), file);
    const matches = columns === undefined ? shape.length === 1 : shape.length === 2 && shape[1] === columns;
    if (!matches) {
      const expected = columns === undefined ? '[rows]' : `[rows, ${columns}]`;
      throw new TrmError('data', `expected shape ${expected}, got [${shape.join(', ')}]`, { file });
    }
    if (data instanceof Uint8Array || data instanceof Int32Array) return data;
    throw new TrmError('data', 'expected integers', { file, fix: 'save them as uint8, int32 or int64' });
  };
  const indices = async (name: keyof typeof FIELD_FILES) => Int32Array.from(await field(name));

  const dataset: PuzzleDataset = {
    metadata,
    inputs: await field('inputs', metadata.seq_len),
    labels: await field('labels', metadata.seq_len),
    puzzleIdentifiers: await indices('puzzleIdentifiers'),
    puzzleIndices: await indices('puzzleIndices'),
    groupIndices: await indices('groupIndices'),
  };
  validateDataset(dataset, splitFolder);
  return dataset;
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
    await write(join(temporary, 'identifiers.json'), JSON.stringify(identifiers));
  });
}

/** Writes the files of one split into the folder `splitFolder`, which it makes. */
export async function writeSplit(splitFolder: string, dataset: PuzzleDataset): Promise<void> {
  const { metadata } = dataset;
  const rows = dataset.inputs.length / metadata.seq_len;
  await mkdir(splitFolder, { recursive: true });
  for (const name of Object.keys(FIELD_FILES) as (keyof typeof FIELD_FILES)[]) {
    const data = dataset[name];
    const shape = name === 'inputs' || name === 'labels' ? [rows, metadata.seq_len] : [data.length];
    await write(join(splitFolder, `${metadata.sets[0]}__${FIELD_FILES[name]}.npy`), encodeNpy(data, shape));
  }
  await write(join(splitFolder, 'dataset.json'), JSON.stringify(metadata));
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw ioError(error, file);
  }
}

async function write(file: string, contents: string | Iterable<Uint8Array>): Promise<void> {
  try {
    await writeFile(file, contents);
  } catch (error) {
    throw ioError(error, file);
  }
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new TrmError('data', `not JSON: ${(error as Error).message}`, { file, cause: error });
  }
}
