/**
 * What the official builder decides at random, without the arrays it writes: which augmentations each task gets, and
 * where on the canvas each example lies. The plan of ARC-AGI-1 with 1000 augmentations takes some 20 MB, the arrays 6.5 GB;
 * every example can be written from the plan when it is needed.
 *
 * Source: the official dataset/build_arc_dataset.py (`convert_single_arc_puzzle`, `convert_dataset`).
 */

import { DIHEDRAL_FORMS, dihedralView } from '../dihedral.ts';
import type { NumpyRandom } from '../numpy-random.ts';
import { Random } from '../random.ts';
import { type Augmentation, NO_AUGMENTATION, randomAugmentation } from './augmentation.ts';
import { type Grid, MAX_SIDE } from './grid.ts';
import type { Pair } from './task.ts';

/** Draws for each augmentation wanted, after which the builder takes what it has found. */
const RETRIES = 5;

/** Numbers of one augmentation: its form and its ten colours. */
const RECORD = 1 + 10;

/** The augmentations of one task, itself first. */
export class Augmentations {
  #records = new Uint8Array(RECORD * 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): Augmentation {
    const start = index * RECORD;
    return { form: this.#records[start]!, colours: this.#records.subarray(start + 1, start + RECORD) };
  }

  push({ form, colours }: Augmentation): void {
    const start = this.#length++ * RECORD;
    if (start === this.#records.length) {
      const larger = new Uint8Array(2 * start);
      larger.set(this.#records);
      this.#records = larger;
    }
    this.#records[start] = form;
    this.#records.set(colours, start + 1);
  }
}

/** Draws up to `count` augmentations under which the task looks different each time. */
export function drawAugmentations(pairs: readonly Pair[], count: number, random: NumpyRandom): Augmentations {
  const found = new Augmentations();
  found.push(NO_AUGMENTATION);
  if (count === 0) return found;
  const appearance = appearances(pairs);
  const seen = new Set([appearance(NO_AUGMENTATION)]);
  for (let trial = 0; trial < RETRIES * count && found.length <= count; trial++) {
    const augmentation = randomAugmentation(random);
    const key = appearance(augmentation);
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(augmentation);
  }
  return found;
}

/**
 * Writes top and left of each pair's place on the canvas, `[pairs, 2]`: anywhere for all but one pair, which stays in the
 * corner, where the test has its pairs.
 */
export function drawPlaces(
  pairs: readonly Pair[],
  form: number,
  random: NumpyRandom,
  places: Uint8Array,
): void {
  const turned = dihedralView(1, 2, form).rows === 2;
  const corner = random.randint(0, pairs.length);
  pairs.forEach(([input, output], i) => {
    const rows = turned ? Math.max(input.columns, output.columns) : Math.max(input.rows, output.rows);
    const columns = turned ? Math.max(input.rows, output.rows) : Math.max(input.columns, output.columns);
    const moved = i !== corner;
    places[2 * i] = moved ? random.randint(0, MAX_SIDE - rows + 1) : 0;
    places[2 * i + 1] = moved ? random.randint(0, MAX_SIDE - columns + 1) : 0;
  });
}

/**
 * A number that is equal for two augmentations exactly when they turn the task's pairs, in whatever order, into the same
 * pairs. The official builder compares SHA-256 of all cells; here the cells of each colour and form are summed up once,
 * as random weights of their positions, and an augmentation only combines the sums: its cost does not depend on the
 * size of the grids. Chance equality of different tasks: 2^-53 a comparison.
 */
function appearances(pairs: readonly Pair[]): (augmentation: Augmentation) => number {
  // [form][pair][colour]: two 32-bit sums over the positions of a colour, and of the shapes.
  const sums = Array.from({ length: DIHEDRAL_FORMS }, (_, form) =>
    pairs.map(([input, output]) => {
      const sum = new Int32Array(2 * 11);
      addGrid(input, form, weights.input, sum);
      addGrid(output, form, weights.output, sum);
      return sum;
    }),
  );
  return ({ form, colours }) => {
    let first = 0;
    let second = 0;
    for (const sum of sums[form]!) {
      let a = sum[20]!;
      let b = sum[21]!;
      for (let colour = 0; colour < 10; colour++) {
        const factor = weights.colour[colours[colour]!]!;
        a = (a + Math.imul(sum[2 * colour]!, factor)) | 0;
        b = (b + Math.imul(sum[2 * colour + 1]!, factor)) | 0;
      }
      first = (first + scramble(a)) | 0;
      second = (second + scramble(b)) | 0;
    }
    return (first >>> 0) * 2 ** 21 + (second >>> 11);
  };
}

const weights = (() => {
  const random = new Random(0);
  const table = () => Int32Array.from({ length: 2 * (MAX_SIDE + 1) ** 2 }, () => random.uint32() | 1);
  return {
    input: table(),
    output: table(),
    colour: Int32Array.from({ length: 10 }, () => random.uint32() | 1),
  };
})();

/** Adds the weights of the cells of each colour, and of the grid's shape, in a dihedral form. */
function addGrid(grid: Grid, form: number, weight: Int32Array, sum: Int32Array): void {
  const { rows, columns, start, rowStep, columnStep } = dihedralView(grid.rows, grid.columns, form);
  const side = MAX_SIDE + 1;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const colour = grid.cells[start + i * rowStep + j * columnStep]!;
      sum[2 * colour]! += weight[2 * (i * side + j)]!;
      sum[2 * colour + 1]! += weight[2 * (i * side + j) + 1]!;
    }
  }
  sum[20]! += weight[2 * (rows * side + columns)]!;
  sum[21]! += weight[2 * (rows * side + columns) + 1]!;
}

/** The finaliser of MurmurHash3 (public domain), so that sums over pairs do not cancel. */
function scramble(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
