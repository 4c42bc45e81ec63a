/**
 * A number that a Sudoku shares with all its symmetric forms, so that they can be kept together.
 *
 * Colour refinement (Weisfeiler and Leman): a cell's colour says whether it is given; again and again it takes in the
 * colours of its row and column, of its box, and of the cells with its digit. What the symmetries move or rename plays no
 * part. Puzzles that are no forms of each other may share a number, seldom; forms of each other never differ.
 */
import { BLANK_TOKEN } from './dataset.ts';
import { sudokuShape } from './rules.ts';

/** A colour tells after so many rounds of everything that three shared units lead to; more tell nothing new. */
const ROUNDS = 4;

/** @param question tokens `[n*n]`. */
export function sudokuInvariant(question: ArrayLike<number>, size: number): number {
  const { boxOf } = sudokuShape(size);
  let colours = Uint32Array.from(question, (token) => (token > BLANK_TOKEN ? 1 : 0));
  for (let round = 0; round < ROUNDS; round++) {
    const sums = (length: number) => new Uint32Array(length); // of colours: the order of cells says nothing
    const [rows, columns, boxes, digits] = [sums(size), sums(size), sums(size), sums(BLANK_TOKEN + 1 + size)];
    colours.forEach((colour, cell) => {
      const mixed = mix(colour);
      rows[Math.floor(cell / size)]! += mixed;
      columns[cell % size]! += mixed;
      boxes[boxOf[cell]!]! += mixed;
      digits[question[cell]!]! += mixed;
    });
    colours = colours.map((colour, cell) => {
      const lines = mix(rows[Math.floor(cell / size)]!) + mix(columns[cell % size]!); // either may be the other
      return mix(mix(mix(colour + lines) + boxes[boxOf[cell]!]!) + digits[question[cell]!]!);
    });
  }
  return colours.reduce((sum, colour) => (sum + mix(colour)) >>> 0, 0);
}

/** Every bit of a number reaches every bit of the result (MurmurHash3's finaliser, public domain). */
function mix(value: number): number {
  let h = (value + 0x3c6ef372) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
