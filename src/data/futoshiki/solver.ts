/**
 * Solves Futoshiki grids and counts their solutions: backtracking over sets of digits kept as bits, with both rules applied
 * until nothing changes before each guess, at the cell that has the fewest digits left.
 */
import type { TokenRow } from '../family.ts';
import type { Found } from '../one-answer.ts';
import type { Random } from '../random.ts';
import { BLANK, type FutoshikiShape, ordersOf } from './rules.ts';

/** Minimal puzzles of 7x7 take some dozens; a question that takes more is left to the model. */
const MOST_GUESSES = 1000;

/** Looks for up to `limit` solutions, digits `[n * n]`; digits are tried in order, or at random. */
export function search(tokens: TokenRow, shape: FutoshikiShape, limit: number, random?: Random): Found {
  const { size, cells, lines } = shape;
  const cellAt = new Map(cells.map((place, cell) => [place, cell]));
  const orders = ordersOf(tokens, shape).map((pair) => pair.map((place) => cellAt.get(place)!));
  const units = lines.map((line) => line.map((place) => cellAt.get(place)!));
  const digits = Array.from({ length: size }, (_, i) => 1 << i); // bit i for digit i + 1
  let [count, guesses] = [0, 0];
  let first: Uint8Array | undefined;

  /** Takes away what the rules forbid. @returns whether every cell has a digit left. */
  const narrow = (left: Int32Array): boolean => {
    for (let before = ''; before !== String(left) && !left.includes(0); ) {
      before = String(left);
      for (const unit of units) {
        for (const cell of unit) {
          if (bitCount(left[cell]!) > 1) continue;
          for (const other of unit) if (other !== cell) left[other]! &= ~left[cell]!;
        }
      }
      for (const [small, large] of orders) {
        left[large!]! &= -((left[small!]! & -left[small!]!) << 1); // above the least that the smaller can be
        left[small!]! &= (1 << (31 - Math.clz32(left[large!]!))) - 1;
      }
    }
    return !left.includes(0);
  };
  const step = (left: Int32Array): void => {
    if (!narrow(left)) return;
    const open = [...left.keys()].filter((cell) => bitCount(left[cell]!) > 1);
    if (open.length === 0) {
      count++;
      first ??= Uint8Array.from(left, (bit) => 32 - Math.clz32(bit));
      return;
    }
    guesses++;
    const cell = open.reduce((a, b) => (bitCount(left[b]!) < bitCount(left[a]!) ? b : a));
    const bits = digits.filter((bit) => left[cell]! & bit);
    for (const bit of random ? random.shuffle(bits) : bits) {
      if (count < limit && guesses <= MOST_GUESSES) step(left.with(cell, bit));
    }
  };
  const any = (1 << size) - 1;
  step(
    Int32Array.from(cells, (place) => (tokens[place]! > BLANK ? digits[tokens[place]! - BLANK - 1]! : any)),
  );
  return { count, first, guesses, gaveUp: guesses > MOST_GUESSES };
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
