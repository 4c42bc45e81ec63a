/**
 * The search that solves Sudoku grids, counts their solutions and says how hard they are: backtracking over sets of digits
 * kept as bits, digit d is bit d - 1.
 *
 * Whatever follows is filled in first: a cell with one candidate, a digit with one place left in a unit. Only then comes a
 * guess: the first of the cells with the fewest candidates, its digits in order. A cell without a candidate or a digit
 * without a place ends the branch. What follows does not depend on the order in which it is found, so neither does the
 * number of guesses.
 *
 * A level of the search is a slice of one array: a guess copies it, and nothing is undone.
 *
 * n digits, n*n cells, 3n units: rows, columns, boxes.
 */
import type { Random } from '../random.ts';
import { type SudokuShape, type SudokuSize, shapeOfGrid } from './rules.ts';

/** When a search ends, and what it must not or may do on the way. */
export interface SearchOptions {
  /** Ends after so many solutions. */
  readonly limit: number;
  /** Gives up when it would have to guess once more. */
  readonly guesses?: number;
  /** Digits are tried in random order. */
  readonly random?: Random;
  /** A digit that a cell, blank in the grid, must not take. */
  readonly without?: { readonly cell: number; readonly digit: number };
}

export interface SearchResult {
  /** Solutions found. */
  readonly found: number;
  /** Choices among several digits. */
  readonly guesses: number;
  /** Whether it ended for its number of guesses. */
  readonly gaveUp: boolean;
}

/** Takes a solution `[n*n]`, which is valid until it returns. It must not search. */
type OnSolution = (solution: Uint8Array) => void;

/** Searches of a size share their memory: one is over before the next begins. */
const searches = new Map<SudokuSize, Search>();

/** Looks for the solutions of a grid `[n*n]`. */
export function search(grid: Uint8Array, options: SearchOptions, onSolution?: OnSolution): SearchResult {
  const shape = shapeOfGrid(grid);
  let found = searches.get(shape.size);
  if (!found) {
    found = new Search(shape);
    searches.set(shape.size, found);
  }
  return found.run(grid, options, onSolution);
}

class Search {
  readonly #size: number;
  readonly #cells: number;
  /** Bits of all digits. */
  readonly #all: number;
  /** [n*n][peers] the other cells of each cell's units. */
  readonly #peers: Uint8Array;
  /** Peers of a cell. */
  readonly #reach: number;
  /** [3n][n] cells of each unit. */
  readonly #units: Uint8Array;
  /** [levels][n*n] candidates of each cell; of one that is filled, its digit. */
  readonly #candidates: Uint16Array;
  /** [n*n] filled cells whose digit is not taken from their peers yet. */
  readonly #filled: Uint8Array;
  readonly #solution: Uint8Array;
  #options: SearchOptions = { limit: 1 };
  #onSolution: OnSolution | undefined;
  #found = 0;
  #guesses = 0;
  #gaveUp = false;

  constructor({ size, units }: SudokuShape) {
    const cells = size * size;
    this.#size = size;
    this.#cells = cells;
    this.#all = 2 ** size - 1;
    this.#units = Uint8Array.from(units.flatMap((unit) => [...unit]));
    const peers = Array.from({ length: cells }, (_, cell) => {
      const around = new Set(units.filter((unit) => unit.includes(cell)).flatMap((unit) => [...unit]));
      around.delete(cell);
      return [...around];
    });
    this.#peers = Uint8Array.from(peers.flat());
    this.#reach = peers[0]!.length;
    this.#candidates = new Uint16Array((cells + 1) * cells);
    this.#filled = new Uint8Array(cells);
    this.#solution = new Uint8Array(cells);
  }

  run(grid: Uint8Array, options: SearchOptions, onSolution: OnSolution | undefined): SearchResult {
    [this.#options, this.#onSolution] = [options, onSolution];
    [this.#found, this.#guesses, this.#gaveUp] = [0, 0, false];
    this.#candidates.fill(this.#all, 0, this.#cells);
    const { without } = options;
    if (without) this.#candidates[without.cell]! ^= 1 << (without.digit - 1);
    let filled = 0;
    for (let cell = 0; cell < grid.length; cell++) {
      if (grid[cell] === 0) continue;
      this.#candidates[cell] = 1 << (grid[cell]! - 1);
      this.#filled[filled++] = cell;
    }
    if (this.#follow(0, filled)) this.#guess(0);
    return { found: this.#found, guesses: this.#guesses, gaveUp: this.#gaveUp };
  }

  /** Searches on from a level where nothing follows any more. @param level its place in the candidates. */
  #guess(level: number): void {
    const cell = this.#fewest(level);
    if (cell < 0) {
      this.#found++;
      this.#onSolution?.(this.#read(level));
      return;
    }
    const { limit, guesses = Number.POSITIVE_INFINITY, random } = this.#options;
    if (this.#guesses >= guesses) {
      this.#gaveUp = true;
      return;
    }
    this.#guesses++;
    const candidates = this.#candidates;
    const next = level + this.#cells;
    const tried = random?.shuffle(bitsOf(candidates[level + cell]!));
    for (let left = candidates[level + cell]!, i = 0; left !== 0; left &= left - 1, i++) {
      candidates.copyWithin(next, level, next);
      candidates[next + cell] = tried ? tried[i]! : left & -left;
      this.#filled[0] = cell;
      if (this.#follow(next, 1)) this.#guess(next);
      if (this.#found >= limit || this.#gaveUp) return;
    }
  }

  /** The first of the cells with the fewest candidates, at least two; -1 when all are filled. */
  #fewest(level: number): number {
    const candidates = this.#candidates;
    let fewest = 0x7fffffff;
    let found = -1;
    for (let cell = 0; cell < this.#cells; cell++) {
      const digits = candidates[level + cell]!;
      let rest = digits & (digits - 1);
      if (rest === 0) continue;
      let count = 1;
      for (; rest !== 0; rest &= rest - 1) count++;
      if (count >= fewest) continue;
      if (count === 2) return cell;
      fewest = count;
      found = cell;
    }
    return found;
  }

  /** Fills in all that follows from the first `filled` of the filled cells; false when there is a contradiction. */
  #follow(level: number, filled: number): boolean {
    const candidates = this.#candidates;
    const peers = this.#peers;
    const reach = this.#reach;
    const units = this.#units;
    const size = this.#size;
    const all = this.#all;
    const waiting = this.#filled;
    for (let done = 0; ; ) {
      while (done < filled) {
        const cell = waiting[done++]!;
        const bit = candidates[level + cell]!;
        for (let i = cell * reach; i < (cell + 1) * reach; i++) {
          const peer = peers[i]!;
          const digits = candidates[level + peer]!;
          if ((digits & bit) === 0) continue;
          const left = digits ^ bit;
          if (left === 0) return false;
          candidates[level + peer] = left;
          if ((left & (left - 1)) === 0) waiting[filled++] = peer;
        }
      }
      for (let unit = 0; unit < units.length; unit += size) {
        let once = 0;
        let twice = 0;
        let known = 0;
        for (let i = unit; i < unit + size; i++) {
          const digits = candidates[level + units[i]!]!;
          twice |= once & digits;
          once |= digits;
          if ((digits & (digits - 1)) === 0) known |= digits;
        }
        if (once !== all) return false;
        for (let single = once & ~twice & ~known; single !== 0; single &= single - 1) {
          const bit = single & -single;
          let i = unit;
          while (i < unit + size && (candidates[level + units[i]!]! & bit) === 0) i++;
          if (i === unit + size) return false; // another digit has taken its only place
          candidates[level + units[i]!] = bit;
          waiting[filled++] = units[i]!;
        }
      }
      if (done === filled) return true;
    }
  }

  /** The digits of a level that is full. */
  #read(level: number): Uint8Array {
    for (let cell = 0; cell < this.#cells; cell++)
      this.#solution[cell] = 32 - Math.clz32(this.#candidates[level + cell]!);
    return this.#solution;
  }
}

function bitsOf(digits: number): number[] {
  const bits: number[] = [];
  for (let left = digits; left !== 0; left &= left - 1) bits.push(left & -left);
  return bits;
}
