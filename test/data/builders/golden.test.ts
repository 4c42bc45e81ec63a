/**
 * The builders against what the official ones wrote, by checksum. The benchmark's rows are not part of this repository:
 * set TRM_SHARED to a folder with the benchmark data and golden/datasets.json.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildArc } from '../../../src/data/builders/arc.ts';
import { buildMaze } from '../../../src/data/builders/maze-csv.ts';
import { buildSudoku } from '../../../src/data/builders/sudoku-csv.ts';
import { readDataset } from '../../../src/data/node/folder.ts';
import { decodeNpy } from '../../../src/formats/npy.ts';

const shared = process.env.TRM_SHARED;
const missing = 'TRM_SHARED is not set; it names a folder with the benchmark data and golden checksums';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trm-golden-'));
});
afterEach(() => rm(root, { recursive: true }));

interface Golden {
  readonly [array: string]: { readonly sha256: string };
}

async function goldenOf(set: string): Promise<Golden & { identifiers: Record<string, unknown> }> {
  return JSON.parse(await readFile(join(shared!, 'golden', 'datasets.json'), 'utf8'))[set];
}

const sha256 = (data: Uint8Array | Int32Array | string) => createHash('sha256').update(data).digest('hex');

/** Compares the arrays as they lie in their files, and the metadata but for our own key. */
async function expectEqual(folder: string, set: string, puzzle: object): Promise<void> {
  const golden = await goldenOf(set);
  for (const split of ['train', 'test'] as const) {
    const { metadata } = await readDataset(folder, split);
    const { puzzle: own, ...official } = metadata;
    expect(own).toEqual(puzzle);
    expect(official).toEqual(golden[`${split}/dataset.json`]);
    for (const field of ['inputs', 'labels', 'puzzle_identifiers', 'puzzle_indices', 'group_indices']) {
      const file = join(folder, split, `all__${field}.npy`);
      const { data } = decodeNpy(await readFile(file), file);
      expect([field, sha256(data as Int32Array)]).toEqual([field, golden[`${split}/all__${field}`]!.sha256]);
    }
  }
  const identifiers = JSON.parse(await readFile(join(folder, 'identifiers.json'), 'utf8')) as string[];
  expect(identifiers.length).toBe(golden.identifiers.count);
  expect(sha256(identifiers.join('\n'))).toBe(golden.identifiers.sha256_of_newline_joined);
}

/** The reason stands in the name: that is what a reader of the results sees. */
const because = shared ? '' : ` (skipped: ${missing})`;

test.skipIf(!shared)(
  `the plain Sudoku-Extreme set equals that of the official builder${because}`,
  async () => {
    const out = join(root, 'sudoku');
    await buildSudoku({ from: join(shared!, 'data', 'sudoku-extreme'), out, seed: 0 });
    await expectEqual(out, 'sudoku-noaug', { kind: 'sudoku', size: 9 });
  },
);

test.skipIf(!shared)(
  `the Maze-Hard set with its dihedral forms equals that of the official builder${because}`,
  async () => {
    const out = join(root, 'maze');
    await buildMaze({ from: join(shared!, 'data', 'maze-hard'), out, augment: true, seed: 0 });
    await expectEqual(out, 'maze-aug', { kind: 'maze', rows: 30, columns: 30 });
  },
);

test.skipIf(!shared).for([
  ['mini-arc-aug12', 'golden/arc-voting/input', ['training', 'evaluation'], 'evaluation', 12],
  ['arc1-aug20', 'data/arc', ['training', 'evaluation', 'concept'], 'evaluation', 20],
  ['arc2-aug20', 'data/arc', ['training2', 'evaluation2', 'concept'], 'evaluation2', 20],
] as const)(
  `%s equals that of the official builder${because}`,
  async ([set, folder, subsets, testSet, augment]) => {
    const out = join(root, set);
    await buildArc({ from: join(shared!, folder), out, subsets, testSet, augment, seed: 42 });
    await expectEqual(out, set, { kind: 'arc' });
    const tests = await readFile(join(out, 'test_puzzles.json'), 'utf8');
    const keys = [...tests.matchAll(/"([^"]+)": \{"t/g)].map((match) => match[1]!);
    expect(sha256(keys.join('\n'))).toBe((await goldenOf(set)).test_puzzles_keys_sha256);
    if (set !== 'mini-arc-aug12') return;
    const official = await readFile(join(shared!, 'golden', 'arc-voting', 'test_puzzles.json'), 'utf8');
    expect(JSON.parse(tests)).toEqual(JSON.parse(official));
  },
);
