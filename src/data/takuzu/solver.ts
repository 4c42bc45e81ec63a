/**
 * Solves Takuzu grids and counts their solutions. Of each row and column all fillings are kept that the rules allow; those
 * of crossing lines rule each other out until nothing changes, then the line that has fewest left is guessed.
 */
import type { TokenRow } from '../family.ts';
import type { Found } from '../one-answer.ts';
import type { Random } from '../random.ts';
import { BLANK, linesOf, ONE, ZERO } from './rules.ts';

/** Minimal puzzles of 10x10 take some dozens; a question that takes more is left to the model. */
const MOST_GUESSES = 1000;

/** The fillings left of each row, then of each column: bit i is set where cell i of the line holds a one. */
type Fillings = readonly (readonly number[])[];

/** Looks for up to `limit` solutions, tokens `[n * n]`; fillings are tried in order, or at random. */
export function search(question: TokenRow, size: number, limit: number, random?: Random): Found {
  const lines = linesOf(size);
  let [count, guesses] = [0, 0];
  let first: Uint8Array | undefined;
  const step = (before: Fillings): void => {
    const left = narrowed(before);
    if (!left) return;
    const open = left.filter(({ length }) => length > 1);
    if (open.length === 0) {
      count++;
      first ??= Uint8Array.from({ length: size ** 2 }, (_, place) => {
        const [row] = left[Math.floor(place / size)]!;
        return (row! >> (place % size)) & 1 ? ONE : ZERO;
      });
      return;
    }
    guesses++;
    const fewest = open.reduce((a, b) => (b.length < a.length ? b : a));
    const line = left.indexOf(fewest);
    for (const filling of random ? random.shuffle([...fewest]) : fewest) {
      if (count < limit && guesses <= MOST_GUESSES) step(left.with(line, [filling]));
    }
  };
  const allowed = fillingsOf(size);
  step(
    lines.map((line) =>
      allowed.filter((filling) =>
        line.every(
          (place, i) => question[place] === BLANK || question[place] === ZERO + ((filling >> i) & 1),
        ),
      ),
    ),
  );
  return { count, first, guesses, gaveUp: guesses > MOST_GUESSES };
}

const known = new Map<number, readonly number[]>();

/** All that the rules allow in a line by itself. */
function fillingsOf(size: number): readonly number[] {
  const all = known.get(size) ?? Array.from({ length: 1 << size }, (_, filling) => filling).filter(allows);
  known.set(size, all);
  return all;

  function allows(filling: number): boolean {
    const bits = Array.from({ length: size }, (_, i) => (filling >> i) & 1);
    const triple = bits.some((bit, i) => i > 1 && bit === bits[i - 1] && bit === bits[i - 2]);
    return !triple && 2 * bits.filter(Boolean).length === size;
  }
}

/** Without what crossing lines, and lines that are known, rule out; undefined where a line has nothing left. */
function narrowed(before: Fillings): Fillings | undefined {
  const left = [...before];
  const size = left.length / 2;
  for (let changed = true; changed; ) {
    changed = false;
    const keep = (line: number, may: (filling: number) => boolean) => {
      const kept = left[line]!.filter(may);
      changed ||= kept.length < left[line]!.length;
      left[line] = kept;
    };
    for (const line of left.keys()) {
      const fillings = left[line]!;
      const [crossing, parallel] = line < size ? [size, 0] : [0, size];
      const ones = fillings.reduce((all, filling) => all & filling, -1);
      const zeros = ~fillings.reduce((any, filling) => any | filling, 0);
      for (let i = 0; i < size; i++) {
        if (((ones | zeros) >> i) & 1)
          keep(crossing + i, (filling) => ((filling >> (line % size)) & 1) === ((ones >> i) & 1));
        if (fillings.length === 1 && parallel + i !== line)
          keep(parallel + i, (filling) => filling !== fillings[0]);
      }
      if (left.some(({ length }) => length === 0)) return undefined;
    }
  }
  return left;
}
