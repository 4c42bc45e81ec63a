/**
 * Puzzles that need all their givens: of a complete grid digits go one by one, as long as the solution stays the only one.
 * A digit that had to stay once stays necessary when others go, so one pass leaves a minimal puzzle. (Of 16x16 cells a
 * nearly minimal one: a digit also stays where the search does not see soon enough that it may go.)
 *
 * Cells in which two complete grids differ are unavoidable: of each such set a puzzle must give one, or the other
 * grid solves it too. So of the sets that searches have found of a grid, one of which a puzzle gives a single cell tells that this
 * given is necessary, without a search. (McGuire, Tugemann and Civario, arXiv 1201.0749, prove by them that
 * 16 givens are too few.)
 */
import type { Random } from '../random.ts';
import { search } from './search.ts';

/** A question (0 where blank) and its solution, [n*n] digits each. */
export interface SudokuPuzzle {
  readonly question: Uint8Array;
  readonly answer: Uint8Array;
  /** All solutions, `answer` first; it alone when omitted. */
  readonly answers?: readonly Uint8Array[];
}

/** Digits that a neighbour has put back, at most. */
const PUT_BACK = 3;

/** Guesses to find out whether a digit of a 16x16 grid may go; smaller grids need few. */
const GUESSES = 50;

/** Unavoidable sets that are remembered of a grid; the oldest are forgotten. */
const REMEMBERED = 512;

/** Cells in a word of a set. */
const BITS = 32;

/**
 * What walks give out, one after the other.
 *
 * @param hopeless walks in a row without a puzzle, after which there is taken to be none. @throws what `none` says then.
 */
export function* fromWalks(
  begin: () => Iterable<SudokuPuzzle>,
  hopeless: number,
  none: () => Error,
): Generator<SudokuPuzzle, never> {
  for (let failures = 0; failures < hopeless; failures++) {
    for (const puzzle of begin()) {
      yield puzzle;
      failures = 0;
    }
  }
  throw none();
}

/** A complete grid, from which puzzles are made, and the unavoidable sets found of it. */
export class CompleteGrid {
  readonly digits: Uint8Array;
  /** Words of a set. */
  readonly #words: number;
  /** [sets][words] a bit for each cell. */
  readonly #sets: Uint32Array;
  #found = 0;

  /** @param digits [n*n] */
  constructor(digits: Uint8Array) {
    this.digits = digits;
    this.#words = Math.ceil(digits.length / BITS);
    this.#sets = new Uint32Array(REMEMBERED * this.#words);
  }

  /** A random puzzle of this grid. @param clues givens that it keeps at least. */
  randomPuzzle(random: Random, clues: number): Uint8Array {
    const question = this.digits.slice();
    this.removeDigits(question, random.permutation(question.length), clues);
    return question;
  }

  /**
   * A puzzle of this grid with a few other givens: some digits are put back, and others that are no longer necessary taken
   * away (the {+k -m} search of those who collect hard Sudokus). Undefined where the same ones are necessary again.
   *
   * @param clues givens that it keeps at least.
   */
  neighbour(question: Uint8Array, random: Random, clues: number): Uint8Array | undefined {
    const next = question.slice();
    const [givens, blanks]: [number[], number[]] = [[], []];
    for (const [cell, digit] of next.entries()) (digit === 0 ? blanks : givens).push(cell);
    const putBack = random.shuffle(blanks).slice(0, 1 + random.int(PUT_BACK));
    for (const cell of putBack) next[cell] = this.digits[cell]!;
    this.removeDigits(next, random.shuffle(givens), clues);
    if (givens.every((cell) => next[cell] !== 0)) return undefined;
    this.removeDigits(next, putBack, clues);
    return next;
  }

  /** Takes away the givens of `cells` that are not necessary, one after the other, until `clues` are left. */
  removeDigits(question: Uint8Array, cells: Iterable<number>, clues: number): void {
    const guesses = question.length > 81 ? GUESSES : Number.POSITIVE_INFINITY;
    let left = question.reduce((givens, digit) => (digit === 0 ? givens : givens + 1), 0);
    let necessary = this.#necessary(question);
    for (const cell of cells) {
      if (left <= clues) return;
      if (has(necessary, cell)) continue;
      const digit = this.digits[cell]!;
      question[cell] = 0;
      const without = { cell, digit };
      const { found, gaveUp } = search(question, { limit: 1, guesses, without }, (other) => this.#add(other));
      if (found > 0 || gaveUp) {
        question[cell] = digit;
        continue;
      }
      left--;
      necessary = this.#necessary(question);
    }
  }

  /** Remembers where another grid differs. */
  #add(other: Uint8Array): void {
    const first = (this.#found++ % REMEMBERED) * this.#words;
    this.#sets.fill(0, first, first + this.#words);
    const set = this.#sets.subarray(first, first + this.#words);
    for (let cell = 0; cell < other.length; cell++) if (other[cell] !== this.digits[cell]) put(set, cell);
  }

  /** [words] the givens that are known to be necessary: the only one of an unavoidable set. */
  #necessary(question: Uint8Array): Uint32Array {
    const words = this.#words;
    const sets = this.#sets;
    const givens = new Uint32Array(words);
    for (let cell = 0; cell < question.length; cell++) if (question[cell] !== 0) put(givens, cell);
    const necessary = new Uint32Array(words);
    const end = Math.min(this.#found, REMEMBERED) * words;
    for (let set = 0; set < end; set += words) {
      let several = 0;
      let only = -1; // word that holds the first given
      for (let word = 0; word < words && several === 0; word++) {
        const given = sets[set + word]! & givens[word]!;
        if (given === 0) continue;
        several = only >= 0 ? 1 : given & (given - 1);
        only = word;
      }
      if (several === 0 && only >= 0) necessary[only]! |= sets[set + only]! & givens[only]!;
    }
    return necessary;
  }
}

function has(set: Uint32Array, cell: number): boolean {
  return (set[Math.floor(cell / BITS)]! & (1 << (cell % BITS))) !== 0;
}

function put(set: Uint32Array, cell: number): void {
  set[Math.floor(cell / BITS)]! |= 1 << (cell % BITS);
}
