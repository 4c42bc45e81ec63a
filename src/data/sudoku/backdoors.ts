/**
 * How deep a Sudoku is, by its backdoors (Williams, Gomes and Selman, IJCAI 2003): digits with which, as further givens,
 * simple logic comes to the end. A puzzle may take many guesses and yet have a cell that gives everything away; of
 * Sudoku-Extreme's two thirds have none, and few pairs of cells.
 *
 * Simple logic is what people write down first: a cell with one candidate, a digit with one place in a unit, a digit whose
 * places in a unit all lie in another one too, two cells of a unit with the same two candidates. Candidates are kept as bits:
 * digit d is bit d - 1.
 *
 * n digits, n*n cells.
 */
import type { Random } from '../random.ts';
import { type SudokuShape, type SudokuSize, shapeOfGrid } from './rules.ts';

/** Pairs of cells that are tried. */
const PAIRS = 120;

/** The ease of a puzzle that simple logic solves. */
const EASIEST = 2;

/**
 * How easily a puzzle is given away: 2 where simple logic solves it; 1 and the share of open cells whose digit alone is a
 * backdoor, where there are such; else the share of pairs of open cells that are, of 120 pairs at random.
 *
 * @param question [n*n], 0 where blank, with one solution. @param answer [n*n]
 * @param most Infinity is told of what is easier: it ends sooner then.
 */
export function easeOf(
  question: Uint8Array,
  answer: Uint8Array,
  random: Random,
  most = Number.POSITIVE_INFINITY,
): number {
  const { open, shareOf } = begin(question, answer);
  const within = (ease: number) => (ease > most ? Number.POSITIVE_INFINITY : ease);
  if (open.length === 0) return within(EASIEST);
  const single = shareOf(singles(open), Math.max(0, most - 1));
  if (single > 0) return within(1 + single);
  const pairs = Array.from({ length: PAIRS }, () => {
    const first = random.int(open.length);
    const second = (first + 1 + random.int(open.length - 1)) % open.length;
    return [open[first]!, open[second]!];
  });
  return shareOf(pairs, most);
}

/** Digits that a puzzle needs further, so that simple logic solves it: 0, 1, or 2 where it needs more. */
export function depthOf(question: Uint8Array, answer: Uint8Array): number {
  const { open, shareOf } = begin(question, answer);
  if (open.length === 0) return 0;
  return shareOf(singles(open), 0) > 0 ? 1 : 2;
}

const singles = (cells: readonly number[]) => cells.map((cell) => [cell]);

/** The cells that simple logic leaves open, and how many of some sets of them are backdoors. */
function begin(question: Uint8Array, answer: Uint8Array) {
  const logic = logicOf(shapeOfGrid(question));
  const { candidates, open } = logic.begin(question);
  /** A share, or Infinity where it is more than `most`. */
  const shareOf = (sets: readonly (readonly number[])[], most: number): number => {
    let backdoors = 0;
    for (const cells of sets)
      if (logic.finishes(candidates, cells, answer) && ++backdoors > most * sets.length)
        return Number.POSITIVE_INFINITY;
    return backdoors / sets.length;
  };
  return { open, shareOf };
}

/** Puzzles of a size share their memory. */
const logics = new Map<SudokuSize, Logic>();

function logicOf(shape: SudokuShape): Logic {
  const found = logics.get(shape.size) ?? new Logic(shape);
  logics.set(shape.size, found);
  return found;
}

class Logic {
  readonly #size: number;
  readonly #units: readonly Uint8Array[];
  /** [n*n] the other cells of its units. */
  readonly #peers: readonly Uint8Array[];
  /** Where a box and a line meet in several cells: these, and what else each of them has. */
  readonly #crossings: readonly (readonly [common: Uint8Array, ofBox: Uint8Array, ofLine: Uint8Array])[];
  /** [n*n] candidates that are worked on, and whether a cell has passed on its digit. */
  readonly #work: Int32Array;
  readonly #decided: Uint8Array;

  constructor({ size, units }: SudokuShape) {
    this.#size = size;
    this.#units = units;
    const cells = size * size;
    this.#work = new Int32Array(cells);
    this.#decided = new Uint8Array(cells);
    this.#peers = Array.from({ length: cells }, (_, cell) => {
      const own = units.filter((unit) => unit.includes(cell)).flatMap((unit) => [...unit]);
      return Uint8Array.from(new Set(own.filter((other) => other !== cell)));
    });
    const [lines, boxes] = [units.slice(0, 2 * size), units.slice(2 * size)];
    this.#crossings = boxes.flatMap((box) =>
      lines
        .filter((line) => line.filter((cell) => box.includes(cell)).length > 1)
        .map((line) => [
          box.filter((cell) => line.includes(cell)),
          box.filter((cell) => !line.includes(cell)),
          line.filter((cell) => !box.includes(cell)),
        ]),
    );
  }

  /** The candidates that simple logic leaves `[n*n]`, and the cells with several. */
  begin(question: Uint8Array): { readonly candidates: Int32Array; readonly open: readonly number[] } {
    const all = (1 << this.#size) - 1;
    this.#work.set(Int32Array.from(question, (digit) => (digit === 0 ? all : 1 << (digit - 1))));
    this.#run();
    const candidates = this.#work.slice();
    return { candidates, open: [...candidates.keys()].filter((cell) => hasSeveral(candidates[cell]!)) };
  }

  /** Whether the answer's digits in some more cells lead on to the end. */
  finishes(candidates: Int32Array, cells: readonly number[], answer: Uint8Array): boolean {
    this.#work.set(candidates);
    for (const cell of cells) this.#work[cell] = 1 << (answer[cell]! - 1);
    return this.#run();
  }

  /** @returns whether every cell is decided. */
  #run(): boolean {
    this.#decided.fill(0);
    for (;;) {
      const left = this.#passOn();
      if (left === 0) return true;
      if (!this.#places() && !this.#cross() && !this.#twins()) return false;
    }
  }

  /** A cell with one candidate takes it from its peers. @returns cells that are not decided. */
  #passOn(): number {
    const [work, decided] = [this.#work, this.#decided];
    let left = 0;
    for (let again = true; again; ) {
      again = false;
      left = 0;
      for (let cell = 0; cell < work.length; cell++) {
        if (decided[cell]) continue;
        const digit = work[cell]!;
        if (hasSeveral(digit)) {
          left++;
          continue;
        }
        decided[cell] = 1;
        for (const peer of this.#peers[cell]!) again = this.#take(peer, digit) || again;
      }
    }
    return left;
  }

  /** A digit with one place in a unit goes there. */
  #places(): boolean {
    const work = this.#work;
    let changed = false;
    for (const unit of this.#units) {
      let [once, twice] = [0, 0];
      for (const cell of unit) {
        twice |= once & work[cell]!;
        once |= work[cell]!;
      }
      const single = once & ~twice;
      for (const cell of unit)
        if (work[cell]! & single) changed = this.#take(cell, work[cell]! & ~single) || changed;
    }
    return changed;
  }

  /** A digit whose places in a box all lie on a line stands nowhere else on the line, and the other way round. */
  #cross(): boolean {
    let changed = false;
    for (const [common, ofBox, ofLine] of this.#crossings) {
      const [here, box, line] = [this.#any(common), this.#any(ofBox), this.#any(ofLine)];
      for (const [cells, digits] of [
        [ofLine, here & ~box & line],
        [ofBox, here & ~line & box],
      ] as const)
        if (digits) for (const cell of cells) changed = this.#take(cell, digits) || changed;
    }
    return changed;
  }

  /** Two cells of a unit with the same two candidates take them from its other cells. */
  #twins(): boolean {
    const work = this.#work;
    let changed = false;
    for (const unit of this.#units)
      for (let i = 0; i < unit.length; i++) {
        const two = work[unit[i]!]!;
        if (!hasSeveral(two) || hasSeveral(two & (two - 1))) continue;
        for (let j = i + 1; j < unit.length; j++) {
          if (work[unit[j]!] !== two) continue;
          for (let k = 0; k < unit.length; k++)
            if (k !== i && k !== j) changed = this.#take(unit[k]!, two) || changed;
        }
      }
    return changed;
  }

  #any(cells: Uint8Array): number {
    let digits = 0;
    for (const cell of cells) digits |= this.#work[cell]!;
    return digits;
  }

  /** @returns whether the cell had one of the digits. */
  #take(cell: number, digits: number): boolean {
    const had = this.#work[cell]! & digits;
    this.#work[cell]! &= ~digits;
    return had !== 0;
  }
}

const hasSeveral = (candidates: number): boolean => (candidates & (candidates - 1)) !== 0;
