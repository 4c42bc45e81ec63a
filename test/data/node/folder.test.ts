import { existsSync } from 'node:fs';
import {
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { IGNORED, TrainBatches, testBatches } from '../../../src/data/batches.ts';
import { readDataset, readSplits, writeDataset, writeSplit } from '../../../src/data/node/folder.ts';
import { readIdentifiers } from '../../../src/data/node/identifiers.ts';
import { ioError } from '../../../src/data/node/io-error.ts';
import { newFolder } from '../../../src/data/node/new-folder.ts';
import { openRows } from '../../../src/data/node/rows.ts';
import { Random } from '../../../src/data/random.ts';
import { PuzzleList, sudokuDataset } from '../../../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../../../src/data/sudoku/generate.ts';
import { TrmError } from '../../../src/errors.ts';
import { encodeNpy, npyHeader } from '../../../src/formats/npy.ts';
import { arraysOf } from '../../support/arrays.ts';

const stream = generatePuzzles(4, new Random(1));
const list = (count: number) =>
  new PuzzleList(
    4,
    Array.from({ length: count }, () => stream.next().value),
  );
const train = sudokuDataset(list(5), { copies: 2, random: new Random(2) });
const heldOut = sudokuDataset(list(3));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trm-folder-'));
});
afterEach(() => rm(root, { recursive: true }));

describe('dataset folders', () => {
  test('are read back as written, in the official layout', async () => {
    const out = join(root, 'deep', 'sudoku');
    await writeDataset(out, { train, test: heldOut }, ['<blank>']);
    expect(arraysOf(await readDataset(out, 'train'))).toStrictEqual(arraysOf(train));
    expect(arraysOf(await readDataset(out, 'test'))).toStrictEqual(arraysOf(heldOut));
    expect((await readdir(join(root, 'deep'), { recursive: true })).sort()).toEqual(
      [
        'sudoku',
        'sudoku/identifiers.json',
        ...['train', 'test'].flatMap((split) => [
          `sudoku/${split}`,
          `sudoku/${split}/dataset.json`,
          ...['inputs', 'labels', 'puzzle_identifiers', 'puzzle_indices', 'group_indices'].map(
            (field) => `sudoku/${split}/all__${field}.npy`,
          ),
        ]),
      ].sort(),
    );
    expect(JSON.parse(await readFile(join(out, 'identifiers.json'), 'utf8'))).toEqual(['<blank>']);
    expect((await stat(out)).mode & 0o700).toBe(0o700);
    expect((await stat(out)).mode).toBe((await stat(join(root, 'deep'))).mode); // the umask's, not a private one
  });

  test('the int64 arrays of the official builders are read', async () => {
    await writeSplit(join(root, 'train'), train);
    const wide = BigInt64Array.from(train.inputs, (token) => BigInt(token));
    const [header] = encodeNpy(new Int32Array(0), [train.inputs.length / 16, 16]);
    const text = Buffer.from(header).toString('latin1').replace('<i4', '<i8');
    const file = join(root, 'train', 'all__inputs.npy');
    await writeFile(file, Buffer.concat([Buffer.from(text, 'latin1'), Buffer.from(wide.buffer)]));
    expect(arraysOf(await readDataset(root, 'train')).inputs).toEqual(train.inputs);
  });

  test('a folder that is taken is left alone, an empty one is used', async () => {
    await writeFile(join(root, 'mine.txt'), 'x');
    await expect(writeDataset(root, { train, test: heldOut }, [])).rejects.toThrow(
      `${root}: the folder exists and is not empty; choose another name or remove it first`,
    );
    expect(await readdir(root)).toEqual(['mine.txt']);
    await mkdir(join(root, 'empty'));
    await writeDataset(join(root, 'empty'), { train, test: heldOut }, []);
    expect(existsSync(join(root, 'empty', 'train', 'dataset.json'))).toBe(true);
    await expect(newFolder(join(root, 'mine.txt'), async () => {})).rejects.toThrow(
      /mine\.txt: not a directory/,
    );
  });

  test.skipIf(process.platform === 'win32')('a link stays one', async () => {
    for (const name of ['empty', 'coming']) await symlink(join(root, 'real', name), join(root, name));
    await mkdir(join(root, 'real', 'empty'), { recursive: true });
    for (const name of ['empty', 'coming'])
      await newFolder(join(root, name), (temporary) => writeFile(join(temporary, 'x'), name));
    for (const name of ['empty', 'coming'])
      expect((await lstat(join(root, name))).isSymbolicLink()).toBe(true);
    const made = await readdir(join(root, 'real'), { recursive: true });
    expect(made.sort()).toEqual(['coming', 'coming/x', 'empty', 'empty/x']);
  });

  test('a failure leaves nothing behind', async () => {
    const failing = newFolder(join(root, 'out'), async (temporary) => {
      await writeFile(join(temporary, 'half'), 'x');
      throw new TrmError('data', 'no more rows');
    });
    await expect(failing).rejects.toThrow('no more rows');
    expect(await readdir(root)).toEqual([]);
  });

  test('a folder that others filled meanwhile is not replaced', async () => {
    const late = newFolder(join(root, 'out'), async () => {
      await mkdir(join(root, 'out'));
      await writeFile(join(root, 'out', 'theirs'), 'x');
    });
    await expect(late).rejects.toMatchObject({ code: 'io' });
    expect(await readdir(root, { recursive: true })).toEqual(['out', 'out/theirs']);
  });
});

describe('sets and folders', () => {
  /** Writes a split with a file of each field for each set. */
  async function writeSets(splitFolder: string, sets: Record<string, typeof train>): Promise<void> {
    for (const [set, { metadata, ...rest }] of Object.entries(sets)) {
      await writeSplit(splitFolder, { ...rest, metadata: { ...metadata, sets: [set] } });
    }
    const metadata = { ...train.metadata, sets: Object.keys(sets) };
    await writeFile(join(splitFolder, 'dataset.json'), JSON.stringify(metadata));
  }

  test.each([0, 2 ** 20])(
    'all sets are read, one after the other; in memory up to %i bytes',
    async (limit) => {
      await writeSets(join(root, 'train'), { easy: train, hard: heldOut });
      const both = await readDataset(root, 'train', { inMemory: limit });
      expect(both.metadata.sets).toEqual(['easy', 'hard']);
      expect([...both.setIndices!]).toEqual([0, 5, 8]);
      expect([...arraysOf(both).inputs]).toEqual([...train.inputs, ...heldOut.inputs]);
      expect([...arraysOf(both).labels]).toEqual([...train.labels, ...heldOut.labels]);
      expect([...testBatches(both, 4)].map(({ count }) => count)).toEqual([4, 4, 4, 3, 3]);
    },
  );

  test('folders are merged, and what differs is named', async () => {
    for (const name of ['a', 'b']) await writeDataset(join(root, name), { train, test: heldOut }, []);
    const folders = [join(root, 'a'), join(root, 'b')];
    const merged = await readSplits(folders);
    expect(merged.train.metadata).toMatchObject({ total_groups: 10, sets: ['all', 'all1'] });
    expect([...arraysOf(merged.test).inputs]).toEqual([...heldOut.inputs, ...heldOut.inputs]);
    expect(arraysOf(await readDataset(folders, 'test'))).toEqual(arraysOf(merged.test));

    // Written again it is one set.
    await writeSplit(join(root, 'c', 'train'), merged.train);
    const again = await readDataset(join(root, 'c'), 'train');
    expect(again.metadata.sets).toEqual(['all']);
    expect(arraysOf(again).inputs).toEqual(arraysOf(merged.train).inputs);

    const file = join(root, 'b', 'train', 'dataset.json');
    await writeFile(file, JSON.stringify({ ...train.metadata, vocab_size: 7 }));
    await expect(readSplits(folders)).rejects.toThrow(
      `vocab_size: ${folders[1]} has 7, ${folders[0]} has 6; merge folders that were built the same way`,
    );
  });

  test('folders without total_puzzles, as made for HRM, are read', async () => {
    await writeSplit(join(root, 'train'), train);
    const { total_puzzles: _, ...metadata } = train.metadata;
    await writeFile(join(root, 'train', 'dataset.json'), JSON.stringify(metadata));
    expect((await readDataset(root, 'train')).metadata.total_puzzles).toBe(15);
  });

  describe('of nano-trm', () => {
    /** A split as its scripts write it: no borders where each row is a puzzle of its own. */
    async function writeNano(
      split: string,
      rows: number,
      metadata: object,
      borders?: number[],
    ): Promise<void> {
      const folder = join(root, split);
      const files = { inputs: train.inputs, labels: train.labels, puzzle_identifiers: new Int32Array(rows) };
      await mkdir(folder);
      for (const [name, data] of Object.entries(files)) {
        const isTokens = name !== 'puzzle_identifiers';
        const tokens = isTokens ? Int32Array.from(data.subarray(0, rows * 16), (token) => token + 1) : data;
        const shape = isTokens ? [rows, 16] : [rows];
        await writeFile(join(folder, `all__${name}.npy`), encodeNpy(tokens as Int32Array, shape));
      }
      if (borders)
        for (const name of ['puzzle_indices', 'group_indices'])
          await writeFile(
            join(folder, `all__${name}.npy`),
            encodeNpy(Int32Array.from(borders), [borders.length]),
          );
      const own = { num_puzzles: rows, min_givens: 4, max_givens: 9, seq_len: 16, ...metadata };
      await writeFile(join(folder, 'dataset.json'), JSON.stringify(own));
    }

    test.each([0, 2 ** 20])('Sudokus are read as ours, in memory up to %i bytes', async (limit) => {
      await writeNano('train', 4, { grid_size: 4, max_grid_size: 4, vocab_size: 7 });
      const { metadata, ...rest } = arraysOf(await readDataset(root, 'train', { inMemory: limit }));
      expect(metadata).toMatchObject({
        vocab_size: 6,
        puzzle: { kind: 'sudoku', size: 4 },
        total_groups: 4,
        num_puzzle_identifiers: 1,
      });
      expect([...rest.inputs]).toEqual([...train.inputs.subarray(0, 4 * 16)]);
      expect([...rest.labels]).toEqual([...train.labels.subarray(0, 4 * 16)]);
      expect([...rest.groupIndices]).toEqual([0, 1, 2, 3, 4]);
      expect(await readIdentifiers(root, metadata)).toEqual(['<blank>']);
    });

    test('other grids stay rows of tokens, with the borders that they have', async () => {
      const padded = { grid_size: 3, max_grid_size: 4, vocab_size: 7, num_groups: 2 };
      await writeNano('train', 2, padded, [0, 1, 2]);
      const { metadata, inputs, groupIndices } = arraysOf(await readDataset(root, 'train'));
      expect(metadata).toMatchObject({
        vocab_size: 7,
        ignore_label_id: -100,
        total_groups: 2,
      });
      expect(metadata).not.toHaveProperty('puzzle');
      expect([...inputs]).toEqual(Array.from(train.inputs.subarray(0, 32), (token) => token + 1));
      expect([...groupIndices]).toEqual([0, 1, 2]);
    });

    test('an official folder still needs its borders', async () => {
      await writeSplit(join(root, 'train'), train);
      await rm(join(root, 'train', 'all__group_indices.npy'));
      await expect(readDataset(root, 'train')).rejects.toThrow(
        /all__group_indices\.npy: no such file or directory/,
      );
    });
  });

  test('labels of any integer type are read, such as -100 in int8', async () => {
    await writeSplit(join(root, 'train'), train);
    await writeFile(
      join(root, 'train', 'dataset.json'),
      JSON.stringify({ ...train.metadata, ignore_label_id: -100 }),
    );
    const labels = Uint8Array.from(train.labels).fill(256 - 100, 0, 16); // the bytes of -100
    const [header] = encodeNpy(new Uint8Array(0), [15, 16]);
    const text = Buffer.from(header).toString('latin1').replace('|u1', '|i1');
    await writeFile(
      join(root, 'train', 'all__labels.npy'),
      Buffer.concat([Buffer.from(text, 'latin1'), labels]),
    );
    const batches = [...testBatches(await readDataset(root, 'train'), 1)];
    expect([...batches[0]!.labels]).toEqual(Array(16).fill(IGNORED));
    expect([...batches[1]!.labels]).toEqual([...train.labels.subarray(16, 32)]);
  });
});

describe('errors', () => {
  test.each(['foo', undefined, 'Train'])('%s is no split', async (split) => {
    await expect(readDataset('x', split as never)).rejects.toThrow(
      `split: expected train or test, got ${split}`,
    );
  });

  test('a missing or broken file is named', async () => {
    await expect(readDataset(join(root, 'none'), 'train')).rejects.toThrow(
      `${join(root, 'none')}: no such dataset; check the path`,
    );
    await expect(readDataset(root, 'train')).rejects.toThrow(
      `${root}: no dataset: it has no train/dataset.json; name a folder that trm data made`,
    );
    await mkdir(join(root, 'run', 'checkpoints'), { recursive: true });
    await expect(readDataset(join(root, 'run'), 'train')).rejects.toThrow(
      'the folder of a run, not of a dataset',
    );
    await writeFile(join(root, 'puzzles.csv'), '');
    await expect(readDataset(join(root, 'puzzles.csv'), 'train')).rejects.toThrow(
      `a file, not the folder of a dataset; make one of it: trm data import ${join(root, 'puzzles.csv')} --out FOLDER`,
    );
    await writeSplit(join(root, 'train'), train);
    const file = join(root, 'train', 'all__labels.npy');

    await writeFile(file, encodeNpy(new Uint8Array(train.labels.length), [train.labels.length]));
    await expect(readDataset(root, 'train')).rejects.toThrow(`${file}: expected shape [rows, 16], got [240]`);
    await writeFile(file, encodeNpy(new Uint8Array(train.labels.length).fill(6), [15, 16]));
    await expect(readDataset(root, 'train')).rejects.toThrow(
      `${file}: row 0, position 0: label 6 is outside`,
    );
    await writeFile(file, 'PK');
    await expect(readDataset(root, 'train')).rejects.toThrow(`${file}: not a sound .npy file`);

    const metadata = join(root, 'train', 'dataset.json');
    await writeFile(metadata, '{');
    await expect(readDataset(root, 'train')).rejects.toThrow(`${metadata}: not JSON`);
    await writeFile(metadata, JSON.stringify({ ...train.metadata, sets: ['all', 'more'] }));
    await writeFile(file, encodeNpy(train.labels, [15, 16]));
    await expect(readDataset(root, 'train')).rejects.toThrow(
      /more__inputs\.npy: no such file or directory; check the path/,
    );
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk says so', async () => {
    const error = await writeFile('/dev/full', 'x').then(
      () => undefined,
      (thrown) => ioError(thrown, 'out/x.npy'),
    );
    expect(error).toMatchObject({ code: 'io', detail: { file: 'out/x.npy' } });
    expect(error?.message).toMatch(
      /^out\/x\.npy: no space left on device; the disk is full: free some space/,
    );
  });

  test('permission and unknown errors', () => {
    const copied = "EACCES: permission denied, copyfile '/a b' -> '/c, d'";
    expect(ioError(Object.assign(new Error(copied), { code: 'EACCES' }), '/c, d').message).toBe(
      '/c, d: permission denied; use a place you have permission for',
    );
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect(ioError(denied, 'a').message).toBe(
      'a: EACCES: permission denied; use a place you have permission for',
    );
    expect(ioError(new Error('odd'), 'a').message).toBe('a: odd');
    const own = new TrmError('data', 'x');
    expect(ioError(own, 'a')).toBe(own);
  });
});

describe('rows that stay in their files', () => {
  test('are the rows that would be in memory, and are checked when read', async () => {
    await writeDataset(join(root, 'out'), { train, test: heldOut }, []);
    const lazy = await readDataset(join(root, 'out'), 'train', { inMemory: 0 });
    expect(arraysOf(lazy)).toStrictEqual(arraysOf(train));
    const wrong = encodeNpy(new Uint8Array(train.labels.length).fill(6), [15, 16]);
    await writeFile(join(root, 'out', 'train', 'all__labels.npy'), wrong);
    const faulty = await readDataset(join(root, 'out'), 'train', { inMemory: 0 });
    expect(() => faulty.read(3, new Uint8Array(16), new Uint8Array(16))).toThrow(
      'all__labels.npy: row 3, position 0: label 6 is outside',
    );
  });

  test('lie beyond 2 GiB where they have to', async () => {
    const file = join(root, 'large.npy');
    const [count, width] = [3_400_000, 900];
    const header = npyHeader('uint8', [count, width]);
    const handle = await open(file, 'w');
    await handle.write(header);
    await handle.truncate(header.length + count * width); // zeros that take no room on the disk
    await handle.write(Uint8Array.of(7, 8), 0, 2, header.length + 3_300_000 * width);
    await handle.close();
    const rows = openRows(file);
    expect(rows.bytes).toBeGreaterThan(2 ** 31);
    expect([...(rows.read(3_300_000, 1) as Uint8Array).subarray(0, 3)]).toEqual([7, 8, 0]);
    rows.close();
  });

  test('the same batches are drawn from memory and from files', async () => {
    await writeSplit(join(root, 'train'), train);
    const options = { batchSize: 4, seed: 1, augment: true };
    const kept = new TrainBatches(await readDataset(root, 'train'), options);
    const lazy = new TrainBatches(await readDataset(root, 'train', { inMemory: 0 }), options);
    for (let i = 0; i < 20; i++) expect(lazy.next()).toEqual(kept.next());
  });

  test('6 GB are trained on in little memory', async () => {
    const [puzzles, examples, width] = [3400, 1000, 900];
    const count = puzzles * examples;
    const splitFolder = join(root, 'train');
    await mkdir(splitFolder);
    const metadata = { ...train.metadata, seq_len: width, total_groups: puzzles, total_puzzles: puzzles };
    await writeFile(join(splitFolder, 'dataset.json'), JSON.stringify({ ...metadata, sets: ['all'] }));
    const borders = (step: number) => Int32Array.from({ length: puzzles + 1 }, (_, i) => i * step);
    for (const [field, data] of [
      ['puzzle_identifiers', new Int32Array(puzzles)],
      ['puzzle_indices', borders(examples)],
      ['group_indices', borders(1)],
    ] as const) {
      await writeFile(join(splitFolder, `all__${field}.npy`), encodeNpy(data, [data.length]));
    }
    const header = npyHeader('uint8', [count, width]);
    for (const field of ['inputs', 'labels']) {
      const handle = await open(join(splitFolder, `all__${field}.npy`), 'w');
      await handle.write(header);
      await handle.truncate(header.length + count * width); // zeros that take no room on the disk
      // Some rows begin with a 5, most of them beyond 2 GiB.
      for (let row = 1_000_000; row < count; row += 1_000) {
        await handle.write(Uint8Array.of(5), 0, 1, header.length + row * width);
      }
      await handle.close();
    }
    const before = process.memoryUsage().rss;
    const dataset = await readDataset(root, 'train');
    const batches = new TrainBatches(dataset, { batchSize: 64, seed: 1, augment: false });
    for (let i = 0; i < 100; i++) {
      expect(batches.next().count).toBe(64);
      await new Promise(setImmediate); // as a step does
    }
    const [inputs, labels] = [new Int32Array(width), new Int32Array(width)];
    dataset.read(3_399_000, inputs, labels);
    expect([inputs[0], inputs[1], labels[0]]).toEqual([5, 0, 5]);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20);
  });
});
