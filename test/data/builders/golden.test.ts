/**
 * The Sudoku builder against what the official one wrote, by checksum. The benchmark's rows are not part of this
 * repository: set TRM_SHARED to a folder with data/sudoku-extreme/*.csv and golden/datasets.json.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildSudoku } from '../../../src/data/builders/sudoku-csv.ts';
import { readDataset } from '../../../src/data/node/folder.ts';

const shared = process.env.TRM_SHARED;

test('the plain Sudoku-Extreme set equals that of the official builder', async ({ skip }) => {
  skip(!shared, 'TRM_SHARED is not set: it names a folder with the benchmark data and golden checksums');
  const golden = JSON.parse(await readFile(join(shared!, 'golden', 'datasets.json'), 'utf8'))['sudoku-noaug'];
  const root = await mkdtemp(join(tmpdir(), 'trm-golden-'));
  try {
    const out = join(root, 'sudoku');
    await buildSudoku({ from: join(shared!, 'data', 'sudoku-extreme'), out, seed: 0 });
    for (const split of ['train', 'test'] as const) {
      const { metadata, ...arrays } = await readDataset(out, split);
      const { puzzle, ...official } = metadata;
      expect(puzzle).toEqual({ kind: 'sudoku', size: 9 });
      expect(official).toEqual(golden[`${split}/dataset.json`]);
      const sha256 = (array: Uint8Array | Int32Array) => createHash('sha256').update(array).digest('hex');
      const expected = (name: string) => golden[`${split}/all__${name}`].sha256;
      expect(sha256(arrays.inputs)).toBe(expected('inputs'));
      expect(sha256(arrays.labels)).toBe(expected('labels'));
      expect(sha256(arrays.puzzleIdentifiers)).toBe(expected('puzzle_identifiers'));
      expect(sha256(arrays.puzzleIndices)).toBe(expected('puzzle_indices'));
      expect(sha256(arrays.groupIndices)).toBe(expected('group_indices'));
    }
    const identifiers = JSON.parse(await readFile(join(out, 'identifiers.json'), 'utf8'));
    expect(identifiers).toEqual(golden.identifiers.first);
  } finally {
    await rm(root, { recursive: true });
  }
});
