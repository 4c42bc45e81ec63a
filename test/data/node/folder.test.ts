import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDataset, writeDataset, writeSplit } from '../../../src/data/node/folder.ts';
import { ioError } from '../../../src/data/node/io-error.ts';
import { newFolder } from '../../../src/data/node/new-folder.ts';
import { openRows } from '../../../src/data/node/rows.ts';
import { encodeNpy, npyHeader } from '../../../src/data/npy.ts';
import { Random } from '../../../src/data/random.ts';
import { PuzzleList, sudokuDataset } from '../../../src/data/sudoku/dataset.ts';
import { generatePuzzles } from '../../../src/data/sudoku/generate.ts';
import { TrmError } from '../../../src/errors.ts';
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
    await expect(newFolder(join(root, 'mine.txt'), async () => {})).rejects.toThrow(/mine\.txt: ENOTDIR/);
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

describe('errors', () => {
  test('a missing or broken file is named', async () => {
    await expect(readDataset(root, 'train')).rejects.toThrow(
      /train\/dataset\.json: ENOENT.*; check the path/,
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
    await expect(readDataset(root, 'train')).rejects.toThrow(`${metadata}: sets: one set is read here`);
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk says so', async () => {
    const error = await writeFile('/dev/full', 'x').then(
      () => undefined,
      (thrown) => ioError(thrown, 'out/x.npy'),
    );
    expect(error).toMatchObject({ code: 'io', detail: { file: 'out/x.npy' } });
    expect(error?.message).toMatch(/^out\/x\.npy: ENOSPC.*; the disk is full: free some space/);
  });

  test('permission and unknown errors', () => {
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
});
