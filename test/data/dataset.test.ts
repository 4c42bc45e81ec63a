import { describe, expect, test } from 'vitest';
import {
  checkIndices,
  checkRow,
  inMemory,
  type PuzzleArrays,
  parseMetadata,
} from '../../src/data/dataset.ts';

/** 2 groups; group 0 has puzzles 0 and 1, group 1 puzzle 2; puzzle 1 has 2 rows of 3 tokens. */
type Fields = Partial<Omit<PuzzleArrays, 'count' | 'read'>>;

function tiny(change: Fields = {}): PuzzleArrays {
  return inMemory({
    metadata: {
      seq_len: 3,
      vocab_size: 5,
      pad_id: 0,
      ignore_label_id: 0,
      blank_identifier_id: 0,
      num_puzzle_identifiers: 4,
      total_groups: 2,
      mean_puzzle_examples: 4 / 3,
      total_puzzles: 3,
      sets: ['all'],
    },
    inputs: Uint8Array.of(1, 2, 3, 2, 3, 4, 3, 4, 1, 4, 1, 2),
    labels: Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 0),
    puzzleIdentifiers: Int32Array.of(1, 2, 3),
    puzzleIndices: Int32Array.of(0, 1, 3, 4),
    groupIndices: Int32Array.of(0, 2, 3),
    ...change,
  });
}

test('a dataset in memory gives its rows', () => {
  const [inputs, labels] = [new Int32Array(3), new Uint8Array(3)];
  tiny().read(3, inputs, labels);
  expect([...inputs, ...labels]).toEqual([4, 1, 2, 4, 4, 0]);
  expect(tiny().count).toBe(4);
});

describe('checkIndices', () => {
  test('accepts a sound dataset', () => checkIndices(tiny()));

  test.each<[string, Fields, string]>([
    [
      'puzzle_identifiers',
      { puzzleIdentifiers: Int32Array.of(1, 2, 4) },
      'row 2: identifier 4 is outside [0, 4)',
    ],
    ['puzzle_identifiers', { puzzleIdentifiers: Int32Array.of(1) }, '1 identifiers for 3 puzzles'],
    ['puzzle_indices', { puzzleIndices: Int32Array.of(0, 1, 1, 4) }, 'row 2: 1 does not come after 1'],
    ['puzzle_indices', { puzzleIndices: Int32Array.of(1, 2, 3, 4) }, 'row 0: expected 0, got 1'],
    ['puzzle_indices', { puzzleIndices: Int32Array.of(0, 1, 3, 5) }, 'ends at 5, but there are 4 rows'],
    ['puzzle_indices', { puzzleIndices: new Int32Array(0) }, 'row 0: expected 0, got undefined'],
    ['group_indices', { groupIndices: Int32Array.of(0, 2) }, 'ends at 2, but there are 3 puzzles'],
  ])('names the file all__%s.npy and the place', (field, change, message) => {
    expect(() => checkIndices(tiny(change), 'data/train')).toThrow(`data/train/all__${field}.npy: `);
    expect(() => checkIndices(tiny(change))).toThrow(message);
  });
});

describe('checkRow', () => {
  const { metadata } = tiny();
  const sound = Int32Array.of(0, 4, 1);

  test('accepts tokens of the vocabulary, and any stored ignore label', () => {
    checkRow(metadata, 0, sound, sound);
    checkRow({ ...metadata, ignore_label_id: -100 }, 0, sound, new Int32Array(3).fill(-100));
  });

  test.each([
    ['inputs', sound.with(1, 5), sound, 'row 7, position 1: token 5 is outside [0, 5)'],
    ['labels', sound, sound.with(2, -1), 'row 7, position 2: label -1 is outside'],
  ])('names the file all__%s.npy and the place', (field, inputs, labels, message) => {
    const check = () => checkRow(metadata, 7, inputs, labels, 'data/train');
    expect(check).toThrow(`data/train/all__${field}.npy: ${message}`);
  });
});

describe('parseMetadata', () => {
  const { metadata } = tiny();

  test('reads the official keys, our own block, and drops what it does not know', () => {
    expect(parseMetadata({ ...metadata, author: 'x' }, 'd.json')).toEqual(metadata);
    const own = { ...metadata, ignore_label_id: null, puzzle: { kind: 'sudoku', size: 9 } };
    expect(parseMetadata(own, 'd.json')).toEqual(own);
  });

  test.each([
    [{ ...metadata, vocab_size: '5' }, /^d\.json: vocab_size: /],
    [{ ...metadata, seq_len: 0 }, /^d\.json: seq_len: /],
    [{ ...metadata, sets: [] }, /^d\.json: sets: /],
    [{ ...metadata, puzzle: { size: 9 } }, /^d\.json: puzzle\.kind: /],
    [{ ...metadata, total_groups: undefined }, /^d\.json: total_groups: /],
    [[], /^d\.json: /],
  ])('refuses %j by file and key', (json, message) => {
    expect(() => parseMetadata(json, 'd.json')).toThrow(message);
  });
});
