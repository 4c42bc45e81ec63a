/**
 * The search that solves Sudoku grids, counts their solutions and says how hard they are: backtracking over sets of digits
 * and of places, kept as bits; digit d is bit d - 1.
 *
 * Whatever follows is decided first: a cell with one candidate, a digit with one place left in a unit. Only then comes a
 * guess: the first of the cells with the fewest candidates, its digits in order. A cell without a candidate or a digit
 * without a place ends the branch. What follows does not depend on the order in which it is found, so neither does the
 * number of guesses.
 *
 * Both are kept up to date, the candidates of each cell and the places of each digit in each unit, so that what a candidate
 * less leads to is seen where it goes, and no unit is ever looked through. A level of the search is a slice of one array:
 * a guess copies it, and nothing is undone.
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
  /** Numbers of a level. */
  readonly #width: number;
  /** Bits of all digits, or of all places of a unit. */
  readonly #all: number;
  /** [3n][n] cells of each unit. */
  readonly #units: Uint8Array;
  /** [n*n][3] units of each cell. */
  readonly #unitsOf: Uint8Array;
  /** [n*n][3] the bit of a cell among the places of each of its units. */
  readonly #placeOf: Uint16Array;
  /** [levels][n*n + 3n*n] candidates of each cell, of one that is decided its digit; then places of each digit of each unit. */
  readonly #state: Uint16Array;
  /** [n*n] cells that are decided, but not taken from the others' candidates yet. */
  readonly #decided: Uint8Array;
  /** [n*n] the candidates that each of those had beside its digit. */
  readonly #gone: Uint16Array;
  #waiting = 0;
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
    this.#width = cells + 3 * cells;
    this.#all = 2 ** size - 1;
    this.#units = Uint8Array.from(units.flatMap((unit) => [...unit]));
    this.#unitsOf = new Uint8Array(3 * cells);
    this.#placeOf = new Uint16Array(3 * cells);
    for (const [u, unit] of units.entries()) {
      for (const [place, cell] of unit.entries()) {
        const i = 3 * cell + Math.floor(u / size);
        this.#unitsOf[i] = u;
        this.#placeOf[i] = 1 << place;
      }
    }
    this.#state = new Uint16Array((cells + 1) * this.#width);
    this.#decided = new Uint8Array(cells);
    this.#gone = new Uint16Array(cells);
    this.#solution = new Uint8Array(cells);
  }

  run(grid: Uint8Array, options: SearchOptions, onSolution: OnSolution | undefined): SearchResult {
    [this.#options, this.#onSolution] = [options, onSolution];
    [this.#found, this.#guesses, this.#gaveUp] = [0, 0, false];
    if (this.#begin(grid) && this.#follow(0)) this.#guess(0);
    return { found: this.#found, guesses: this.#guesses, gaveUp: this.#gaveUp };
  }

  /** Fills the first level with what the givens leave; false when that is a contradiction. */
  #begin(grid: Uint8Array): boolean {
    const state = this.#state;
    const size = this.#size;
    const used = new Uint16Array(3 * size); // [3n] digits of each unit
    for (let cell = 0; cell < grid.length; cell++) {
      if (grid[cell] === 0) continue;
      const bit = 1 << (grid[cell]! - 1);
      for (let i = 3 * cell; i < 3 * cell + 3; i++) {
        const unit = this.#unitsOf[i]!;
        if ((used[unit]! & bit) !== 0) return false;
        used[unit]! |= bit;
      }
      state[cell] = bit;
    }
    this.#waiting = 0;
    state.fill(0, this.#cells, this.#width);
    for (let cell = 0; cell < grid.length; cell++) {
      const first = 3 * cell;
      const [row, column, box] = [
        this.#unitsOf[first]!,
        this.#unitsOf[first + 1]!,
        this.#unitsOf[first + 2]!,
      ];
      if (grid[cell] === 0) {
        let digits = this.#all & ~(used[row]! | used[column]! | used[box]!);
        const { without } = this.#options;
        if (without?.cell === cell) digits &= ~(1 << (without.digit - 1));
        if (digits === 0) return false;
        state[cell] = digits;
        if ((digits & (digits - 1)) === 0) this.#wait(cell, 0);
      }
      for (let left = state[cell]!; left !== 0; left &= left - 1) {
        const digit = this.#cells + 31 - Math.clz32(left & -left);
        state[digit + row * size]! |= this.#placeOf[first]!;
        state[digit + column * size]! |= this.#placeOf[first + 1]!;
        state[digit + box * size]! |= this.#placeOf[first + 2]!;
      }
    }
    for (let unit = 0; unit < 3 * size; unit++)
      for (let digit = 0; digit < size; digit++) if (!this.#look(0, unit, digit)) return false;
    return true;
  }

  /** Searches on from a level where nothing follows any more. @param level its place in the state. */
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
    const state = this.#state;
    const next = level + this.#width;
    const tried = random?.shuffle(bitsOf(state[level + cell]!));
    for (let left = state[level + cell]!, i = 0; left !== 0; left &= left - 1, i++) {
      state.copyWithin(next, level, next);
      this.#waiting = 0;
      if (this.#decide(next, cell, tried ? tried[i]! : left & -left) && this.#follow(next)) this.#guess(next);
      if (this.#found >= limit || this.#gaveUp) return;
    }
  }

  /** The first of the cells with the fewest candidates, at least two; -1 when all are decided. */
  #fewest(level: number): number {
    const state = this.#state;
    let fewest = 0x7fffffff;
    let found = -1;
    for (let cell = 0; cell < this.#cells; cell++) {
      const digits = state[level + cell]!;
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

  /** Decides all that follows from what is decided; false when there is a contradiction. */
  #follow(level: number): boolean {
    const state = this.#state;
    const size = this.#size;
    const places = level + this.#cells;
    for (let done = 0; done < this.#waiting; done++) {
      const cell = this.#decided[done]!;
      for (let gone = this.#gone[done]!; gone !== 0; gone &= gone - 1)
        if (!this.#leave(level, cell, 31 - Math.clz32(gone & -gone))) return false;
      const bit = state[level + cell]!;
      const digit = 31 - Math.clz32(bit);
      for (let i = 3 * cell; i < 3 * cell + 3; i++) {
        const unit = size * this.#unitsOf[i]!;
        let others = state[places + unit + digit]! & ~this.#placeOf[i]!;
        for (; others !== 0; others &= others - 1) {
          const other = this.#units[unit + 31 - Math.clz32(others & -others)]!;
          const digits = state[level + other]!;
          if ((digits & bit) === 0) continue; // decided otherwise: it leaves when its turn comes
          const left = digits ^ bit;
          if (left === 0) return false;
          state[level + other] = left;
          if ((left & (left - 1)) === 0) this.#wait(other, 0);
          if (!this.#leave(level, other, digit)) return false;
        }
      }
    }
    return true;
  }

  /** A cell is no place of a digit any more; false when a contradiction follows. */
  #leave(level: number, cell: number, digit: number): boolean {
    for (let i = 3 * cell; i < 3 * cell + 3; i++) {
      const unit = this.#unitsOf[i]!;
      this.#state[level + this.#cells + unit * this.#size + digit]! &= ~this.#placeOf[i]!;
      if (!this.#look(level, unit, digit)) return false;
    }
    return true;
  }

  /** Decides for the only place of a digit in a unit, if there is but one; false when there is none. */
  #look(level: number, unit: number, digit: number): boolean {
    const places = this.#state[level + this.#cells + unit * this.#size + digit]!;
    if ((places & (places - 1)) !== 0) return true;
    return (
      places !== 0 &&
      this.#decide(level, this.#units[unit * this.#size + 31 - Math.clz32(places)]!, 1 << digit)
    );
  }

  /** Decides a cell; false when the digit is not among its candidates. */
  #decide(level: number, cell: number, bit: number): boolean {
    const digits = this.#state[level + cell]!;
    if ((digits & bit) === 0) return false;
    if (digits === bit) return true;
    this.#state[level + cell] = bit;
    this.#wait(cell, digits ^ bit);
    return true;
  }

  #wait(cell: number, gone: number): void {
    this.#decided[this.#waiting] = cell;
    this.#gone[this.#waiting++] = gone;
  }

  /** The digits of a level that is full. */
  #read(level: number): Uint8Array {
    for (let cell = 0; cell < this.#cells; cell++)
      this.#solution[cell] = 32 - Math.clz32(this.#state[level + cell]!);
    return this.#solution;
  }
}

function bitsOf(digits: number): number[] {
  const bits: number[] = [];
  for (let left = digits; left !== 0; left &= left - 1) bits.push(left & -left);
  return bits;
}
