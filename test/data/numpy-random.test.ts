/**
 * The numbers are NumPy's (2.x, legacy RandomState): for each seed, in this order, `randint(0, n)`, `permutation(20)`,
 * `permutation(arange(1, 10))`, `shuffle(list('abcdefghijklm'))`, `choice(100, 7, replace=False)`, four `rand()`, and
 * after 2000 more `randint(0, 8)` ten `randint(5, 12)`.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NumpyRandom } from '../../src/data/numpy-random.ts';

interface Draws {
  readonly seed: number;
  readonly randint: readonly number[];
  readonly permutation: readonly number[];
  readonly permutationOfArray: readonly number[];
  readonly shuffle: string;
  readonly choice: readonly number[];
  readonly rand: readonly number[];
  readonly after2000: readonly number[];
}

const file = new URL('../fixtures/numpy-random.json', import.meta.url);
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Draws[];

describe('NumPy gives the same numbers', () => {
  test.each(recorded)('seed $seed', (draws) => {
    const random = new NumpyRandom(draws.seed);
    expect([1, 2, 8, 9, 10, 31, 1000, 2 ** 31, 2 ** 32 - 1].map((n) => random.randint(0, n))).toEqual(
      draws.randint,
    );
    expect([...random.permutation(20)]).toEqual(draws.permutation);
    expect([...random.shuffle(Uint8Array.from({ length: 9 }, (_, i) => i + 1))]).toEqual(
      draws.permutationOfArray,
    );
    expect(random.shuffle([...'abcdefghijklm']).join('')).toBe(draws.shuffle);
    expect([...random.choice(100, 7)]).toEqual(draws.choice);
    expect(Array.from({ length: 4 }, () => random.float())).toEqual(draws.rand);
    for (let i = 0; i < 2000; i++) random.randint(0, 8);
    expect(Array.from({ length: 10 }, () => random.randint(5, 12))).toEqual(draws.after2000);
  });
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])('seed %s is refused', (seed) => {
  expect(() => new NumpyRandom(seed)).toThrow(/expected an integer in \[0, 2\^32\)/);
});
