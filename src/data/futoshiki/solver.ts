/**
 * Solves Futoshiki grids and counts their solutions: backtracking over sets of digits kept as bits, with both rules applied
 * until nothing changes before each guess, at the cell that has the fewest digits left.
 */
import type { TokenRow } from '../family.ts';
import type { Random } from '../random.ts';
import { BLANK, type FutoshikiShape, ordersOf } from './rules.ts';

export interface Found {
  /** Solutions, counted no further than asked for. */
  readonly count: number;
  /** Digits of the first one, `[n * n]`. */
  readonly first: Uint8Array | undefined;
  /** Choices among several digits that were made. */
  readonly guesses: number;
}

/** Looks for up to `limit` solutions; digits are tried in order, or at random. */
export function search(tokens: TokenRow, shape: FutoshikiShape, limit: number, random?: Random): Found {
  const { size, cells } = shape;
  const cellAt = new Map(cells.map((place, cell) => [place, cell]));
  const orders = ordersOf(tokens, shape).map((pair) => pair.map((place) => cellAt.get(place)!));
  let [count, guesses] = [0, 0];
  let first: Uint8Array | undefined;

  /** Bits 0..n-1 for digits 1..n of each cell. @returns whether every cell has some left. */
  const narrow = (left: Int32Array): boolean => {
    for (let before = -1, now = total(left); before !== now; before = now, now = total(left)) {
      for (let cell = 0; cell < left.length; cell++) {
        const bit = left[cell]!;
        if ((bit & (bit - 1)) !== 0) continue;
        const row = cell - (cell % size);
        for (let i = 0; i < size; i++) {
          if (row + i !== cell) left[row + i]! &= ~bit;
          const below = (cell % size) + i * size;
          if (below !== cell) left[below]! &= ~bit;
        }
      }
      for (const [small, large] of orders) {
        const lowest = left[small!]! & -left[small!]!;
        left[large!]! &= -(lowest << 1); // above the lowest that the smaller can be
        left[small!]! &= (1 << (31 - Math.clz32(left[large!]!))) - 1;
      }
      if (left.includes(0)) return false;
    }
    return true;
  };
  const step = (left: Int32Array): void => {
    if (!narrow(left)) return;
    let cell = -1;
    for (let i = 0; i < left.length; i++) {
      const choices = bitCount(left[i]!);
      if (choices > 1 && (cell < 0 || choices < bitCount(left[cell]!))) cell = i;
    }
    if (cell < 0) {
      count++;
      first ??= Uint8Array.from(left, (bit) => 32 - Math.clz32(bit));
      return;
    }
    guesses++;
    const bits = Array.from({ length: size }, (_, i) => 1 << i).filter((bit) => left[cell]! & bit);
    for (const bit of random ? random.shuffle(bits) : bits) {
      step(left.with(cell, bit));
      if (count >= limit) return;
    }
  };
  const any = (1 << size) - 1;
  step(Int32Array.from(cells, (place) => (tokens[place]! > BLANK ? 1 << (tokens[place]! - BLANK - 1) : any)));
  return { count, first, guesses };
}

function total(left: Int32Array): number {
  return left.reduce((sum, bits) => sum + bitCount(bits), 0);
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
