import { expect, test } from 'vitest';
import { type DatasetMetadata, inMemory, type PuzzleDataset } from '../../src/data/dataset.ts';
import { mergeFolders } from '../../src/data/merge.ts';

/** Groups of one puzzle of one row each; every token of row i is `first + i`. */
function dataset(identifiers: number[], first: number, change: Partial<DatasetMetadata> = {}): PuzzleDataset {
  const rows = identifiers.length;
  const borders = Int32Array.from({ length: rows + 1 }, (_, i) => i);
  const tokens = Uint8Array.from({ length: 2 * rows }, (_, i) => first + Math.floor(i / 2));
  return inMemory({
    metadata: {
      seq_len: 2,
      vocab_size: 50,
      pad_id: 0,
      ignore_label_id: 0,
      blank_identifier_id: 0,
      num_puzzle_identifiers: 6,
      total_groups: rows,
      mean_puzzle_examples: 1,
      total_puzzles: rows,
      sets: ['all'],
      ...change,
    },
    inputs: tokens,
    labels: tokens.map((token) => token + 1),
    puzzleIdentifiers: Int32Array.from(identifiers),
    puzzleIndices: borders,
    groupIndices: borders,
  });
}

const rowsOf = (data: PuzzleDataset) =>
  Array.from({ length: data.count }, (_, row) => {
    const [inputs, labels] = [new Int32Array(2), new Int32Array(2)];
    data.read(row, inputs, labels);
    return [inputs[0], inputs[1], labels[0]];
  });

test('one set of one folder stays as it is', () => {
  const only = dataset([1, 2], 10);
  expect(mergeFolders([{ folder: 'a', sets: [only] }])).toBe(only);
});

test('folders add up: numbers, rows, and identifiers but the blank one', () => {
  const a = dataset([0, 1, 5], 10, { mean_puzzle_examples: 3, total_puzzles: 3 });
  const b = dataset([2, 0], 20, { num_puzzle_identifiers: 4, mean_puzzle_examples: 8, total_puzzles: 2 });
  const c = dataset([1], 30);
  const merged = mergeFolders([a, b, c].map((set, i) => ({ folder: `${i}`, sets: [set] })));
  expect(merged.metadata).toEqual({
    ...a.metadata,
    num_puzzle_identifiers: 6 + 4 + 6,
    total_groups: 6,
    total_puzzles: 6,
    mean_puzzle_examples: (3 * 3 + 8 * 2 + 1) / 6,
    sets: ['all', 'all1', 'all2'],
    puzzle: undefined,
  });
  expect([...merged.puzzleIdentifiers]).toEqual([0, 1, 5, 6 + 2, 0, 6 + 4 + 1]);
  expect([...merged.setIndices!]).toEqual([0, 3, 5, 6]);
  expect([...merged.groupIndices]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect([...merged.puzzleIndices]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(rowsOf(merged)).toEqual([10, 11, 12, 20, 21, 30].map((token) => [token, token, token + 1]));
});

test('the first set of every folder comes before the second of any', () => {
  const of = (set: string, first: number) => dataset([1], first, { sets: [set] });
  const merged = mergeFolders([
    { folder: 'a', sets: [of('easy', 10), of('hard', 11)] },
    { folder: 'b', sets: [of('easy', 20), of('hard', 21)] },
  ]);
  expect(rowsOf(merged).map(([token]) => token)).toEqual([10, 20, 11, 21]);
  expect(merged.metadata.sets).toEqual(['easy', 'easy1', 'hard', 'hard1']);
  expect([...merged.puzzleIdentifiers]).toEqual([1, 7, 1, 7]);
  expect(merged.metadata).toMatchObject({ num_puzzle_identifiers: 12, total_groups: 2 });
});

test('folders that have the blank identifier alone add none', () => {
  const blank = (rows: number) => dataset(Array(rows).fill(0), 10, { num_puzzle_identifiers: 1 });
  const merged = (...sets: PuzzleDataset[]) =>
    mergeFolders(sets.map((set, i) => ({ folder: `${i}`, sets: [set] })));
  expect(merged(blank(1), blank(2)).metadata.num_puzzle_identifiers).toBe(1);
  const mixed = merged(blank(1), dataset([2, 0], 20), blank(1), dataset([1], 30));
  expect(mixed.metadata.num_puzzle_identifiers).toBe(6 + 6);
  expect([...mixed.puzzleIdentifiers]).toEqual([0, 2, 0, 0, 6 + 1]);
});

test('folders of several families are none', () => {
  const of = (puzzle: DatasetMetadata['puzzle']) => dataset([0], 1, { puzzle });
  const sets = [of({ kind: 'sudoku', size: 4 }), of({ kind: 'maze', rows: 4, columns: 4 })];
  expect(() => mergeFolders(sets.map((set, i) => ({ folder: 'ab'[i]!, sets: [set] })))).toThrow(
    'puzzle: b has maze, a has sudoku; puzzles of one family have one meaning of a token',
  );
});

test('what the puzzles are is kept where all are the same', () => {
  const sudoku = (size: number) => dataset([0], 1, { puzzle: { kind: 'sudoku', size } });
  const merged = (...sizes: number[]) =>
    mergeFolders(sizes.map((size) => ({ folder: '', sets: [sudoku(size)] }))).metadata.puzzle;
  expect(merged(4, 4)).toEqual({ kind: 'sudoku', size: 4 });
  expect(merged(4, 9)).toBeUndefined();
});

test('fetching ahead reaches the set of each row', () => {
  const asked: number[][] = [];
  const slow = { ...dataset([1, 2, 3], 20), prefetch: (rows: Int32Array) => asked.push([...rows]) };
  const merged = mergeFolders([dataset([1, 2], 10), slow].map((set) => ({ folder: '', sets: [set] })));
  merged.prefetch!(Int32Array.of(4, 0, 2, 1));
  expect(asked).toEqual([[2, 0]]);
});

const ALIKE = 'merge folders that were built the same way';
test.each<[Partial<DatasetMetadata>, string]>([
  [{ seq_len: 1 }, 'seq_len: b has 1, a has 2; give folders of one size, or each by itself'],
  [{ vocab_size: 51 }, `vocab_size: b has 51, a has 50; ${ALIKE}`],
  [{ pad_id: 1 }, `pad_id: b has 1, a has 0; ${ALIKE}`],
  [{ ignore_label_id: null }, `ignore_label_id: b has null, a has 0; ${ALIKE}`],
  [{ blank_identifier_id: 2 }, `blank_identifier_id: b has 2, a has 0; ${ALIKE}`],
  [{ sets: ['hard'] }, `sets: b has hard, a has all; ${ALIKE}`],
])('folders that do not agree are refused: %o', (change, message) => {
  const folders = [
    { folder: 'a', sets: [dataset([1], 1)] },
    { folder: 'b', sets: [dataset([1], 1, change)] },
  ];
  expect(() => mergeFolders(folders)).toThrow(message);
});
