/** Every family's symmetries: drawn, applied, undone, and the same ones in training and in thinking. */

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { augmentOf } from '../../src/data/augment.ts';
import type { DatasetMetadata } from '../../src/data/dataset.ts';
import { type FamilyInfo, families, familyFrom, puzzleFamily } from '../../src/data/families.ts';
import { Random } from '../../src/data/random.ts';

const grid = (rows: number, columns: number, dihedral: boolean, rename: boolean, more: object = {}) => ({
  kind: 'grid',
  rows,
  columns,
  alphabet: ['0', '1', '2', '3', '4'],
  ends: false,
  symmetries: { dihedral, rename, fixed: ['0'] },
  ...more,
});

/** Families that have symmetries, and how many of them at least. */
const symmetric: [name: string, info: FamilyInfo, forms: number][] = [
  ['Sudoku 4x4', { kind: 'sudoku', size: 4 }, 100],
  ['Sudoku 6x6', { kind: 'sudoku', size: 6 }, 100],
  ['Sudoku 9x9', { kind: 'sudoku', size: 9 }, 100],
  ['a maze', { kind: 'maze', rows: 9, columns: 9 }, 8],
  ['a maze that is no square', { kind: 'maze', rows: 4, columns: 7 }, 4],
  ['Futoshiki', { kind: 'futoshiki', size: 4 }, 16],
  ['queens', { kind: 'queens', size: 8 }, 8],
  ['Takuzu', { kind: 'takuzu', size: 6 }, 16],
  ['grids that turn', grid(4, 4, true, false), 8],
  ['grids that turn, no squares', grid(3, 5, true, false), 4],
  ['grids that are renamed', grid(3, 5, false, true), 24],
  ['grids that turn and are renamed', grid(4, 4, true, true), 100],
  ['grids that turn and are renamed, with ends', grid(4, 4, true, true, { ends: true }), 100],
  ['grids that are renamed, with ends', grid(3, 5, false, true, { ends: true }), 24],
];

/** A row of a family: a generated question where it generates any, else some grid, smaller than its canvas with ends. */
function rowOf(info: FamilyInfo, random: Random): Int32Array {
  const { cells, vocabulary, canvas } = familyFrom(info)!;
  const generator = puzzleFamily(info)!.generator;
  if (generator) {
    const options = generator.options.parse({});
    return Int32Array.from(generator.puzzles(info, random, options).next().value.question);
  }
  const row = Int32Array.from({ length: cells }, () => 1 + random.int(5));
  if (canvas.end === undefined) return row;
  expect(vocabulary).toBe(canvas.end + 1);
  const last = (canvas.rows - 1) * canvas.columns;
  return row.map((token, i) => {
    const [below, beside] = [i >= last, (i + 1) % canvas.columns === 0];
    return below && beside ? 0 : below || beside ? canvas.end! : token;
  });
}

const metadataOf = (info: FamilyInfo): DatasetMetadata => {
  const { cells, vocabulary } = familyFrom(info)!;
  return { seq_len: cells, vocab_size: vocabulary, puzzle: info } as DatasetMetadata;
};

describe.each(symmetric)('%s', (_, info, forms) => {
  const { symmetry, canonical, fault } = familyFrom(info)!;
  const row = rowOf(info, new Random(3));

  test('what is drawn is undone, and all of it is drawn', () => {
    const random = new Random(5);
    const seen = new Set<string>();
    for (let i = 0; i < 400; i++) {
      const { apply, undo } = symmetry!(random);
      const before = row.slice();
      const applied = apply(row);
      expect(row).toEqual(before);
      seen.add(String(applied));
      expect(undo(applied)).toEqual(row);
      expect(apply(undo(row))).toEqual(row);
    }
    expect(seen.size).toBeGreaterThanOrEqual(forms);
    if (forms < 100) expect(seen.size).toBe(forms);
  });

  test.skipIf(!canonical)('every form has the same canonical form, another question another', () => {
    const random = new Random(6);
    const name = canonical!(row);
    for (let i = 0; i < 50; i++) expect(canonical!(symmetry!(random).apply(row))).toBe(name);
    const other = row.slice();
    other[0] = row[0] === 1 ? 2 : 1;
    expect(canonical!(other)).not.toBe(name);
  });

  test.skipIf(!fault)('a solved puzzle stays one', () => {
    const generator = puzzleFamily(info)!.generator!;
    const random = new Random(7);
    const stream = generator.puzzles(info, random, generator.options.parse({}));
    for (let i = 0; i < 20; i++) {
      const { question, answer } = stream.next().value;
      const { apply } = symmetry!(random);
      expect(fault!(apply(Int32Array.from(question)), apply(Int32Array.from(answer)))).toBeUndefined();
    }
  });

  test('training draws the same', () => {
    const augment = augmentOf(metadataOf(info));
    const [inputs, labels] = [row.slice(), row.slice()];
    augment(inputs, labels, new Random(8));
    const { apply } = symmetry!(new Random(8));
    expect(inputs).toEqual(apply(row));
    expect(labels).toEqual(apply(row));
  });
});

test('where no symmetry is declared, none is drawn', () => {
  for (const info of [grid(3, 3, false, false), { kind: 'arc' }, { kind: 'crossword' }]) {
    expect(familyFrom(info)?.symmetry).toBeUndefined();
    const metadata = { seq_len: 9, vocab_size: 6, puzzle: info } as DatasetMetadata;
    if (info.kind !== 'arc')
      expect(() => augmentOf(metadata)).toThrow('no symmetry is known of these puzzles');
  }
});

test('every family is here', () => {
  const known = new Set([...symmetric.map(([, { kind }]) => kind), 'arc']);
  expect([...known].sort()).toEqual(Object.keys(families).sort());
});

/** Numbers of the code before families were objects: runs that were begun with it go on to the bit. */
test.each([
  [{ kind: 'sudoku', size: 4 }, '60d51dabc558191a'],
  [{ kind: 'sudoku', size: 6 }, 'b742c069256020c6'],
  [{ kind: 'sudoku', size: 9 }, 'e0e1f266c412f9b1'],
  [{ kind: 'maze', rows: 5, columns: 5 }, 'c0465feaaba49556'],
  [{ kind: 'maze', rows: 4, columns: 7 }, '9b2806587040ae5f'],
  [grid(4, 4, true, false), 'f406d3ce57f2baf2'],
  [grid(3, 5, false, true), 'af3d7230b6c1501b'],
  [
    grid(5, 3, true, true, { ends: true, symmetries: { dihedral: true, rename: true, fixed: ['2', '4'] } }),
    '9299b42def397ae7',
  ],
] as const)('training transforms %j as ever', (info, digest) => {
  const metadata = metadataOf(info);
  const { seq_len: S, vocab_size: V } = metadata;
  const augment = augmentOf(metadata);
  const hash = createHash('sha1');
  for (const seed of [0, 1, 2, 3, 4]) {
    const random = new Random(seed);
    for (let i = 0; i < 50; i++) {
      const inputs = Int32Array.from({ length: S }, (_, k) => (k * 7 + i) % V);
      const labels = Int32Array.from({ length: S }, (_, k) => (k * 5 + i * 3) % V);
      augment(inputs, labels, random);
      hash.update(String(inputs)).update(String(labels)).update(String(random.state()));
    }
  }
  expect(hash.digest('hex').slice(0, 16)).toBe(digest);
});

test('the answer of a transformed maze of several ways is the first of its own', () => {
  const info = { kind: 'maze', rows: 8, columns: 8, like: 'maze-hard' };
  const { generator } = puzzleFamily(info)!;
  const stream = generator!.puzzles(info, new Random(1), generator!.options.parse({ minPath: 8 }));
  const augment = augmentOf(metadataOf(info));
  const family = familyFrom(info)!;
  let other = 0;
  for (let i = 0; i < 40; i++) {
    const { question, answer } = stream.next().value;
    const [inputs, labels] = [Int32Array.from(question), Int32Array.from(answer)];
    const { apply } = family.symmetry!(new Random(2).fork(i));
    augment(inputs, labels, new Random(2).fork(i));
    expect(inputs).toEqual(apply(Int32Array.from(question)));
    expect(labels).toEqual(family.answer!(inputs)!.answer);
    other += String(labels) === String(apply(Int32Array.from(answer))) ? 0 : 1;
  }
  expect(other).toBeGreaterThan(10); // turned answers would contradict the rule
});
