/**
 * Sudoku puzzles as a dataset split, as the official builder lays it out: one group per original puzzle, each example
 * a puzzle of its own, no puzzle identifiers, padding and ignored labels 0, blank 1, digit d is token d + 1.
 *
 * Source: the official dataset/build_sudoku_dataset.py, carried over to 4x4 and 6x6 grids.
 * As there, `total_puzzles` counts the groups.
 */
import { inMemory, type PuzzleArrays } from '../dataset.ts';
import { applyTransform, randomTransform, type TransformRandom } from './augment.ts';
import type { SudokuPuzzle } from './minimal.ts';
import type { SudokuSize } from './rules.ts';
import { BLANK_TOKEN, encodeGrid } from './tokens.ts';

/** A growing list of puzzles of one size, kept in two flat arrays: the full public set has 3.8 million. */
export class PuzzleList {
  readonly size: SudokuSize;
  #length = 0;
  #questions = new Uint8Array(0);
  #answers = new Uint8Array(0);

  constructor(size: SudokuSize, puzzles: Iterable<SudokuPuzzle> = []) {
    this.size = size;
    for (const puzzle of puzzles) this.set(this.#length, puzzle);
  }

  get length(): number {
    return this.#length;
  }

  /** Views of puzzle `index`, valid until the list grows. */
  at(index: number): SudokuPuzzle {
    const cells = this.size ** 2;
    return {
      question: this.#questions.subarray(index * cells, (index + 1) * cells),
      answer: this.#answers.subarray(index * cells, (index + 1) * cells),
    };
  }

  /** Stores a puzzle in place of number `index`, or as a new one when `index` is the length. */
  set(index: number, { question, answer }: SudokuPuzzle): void {
    const start = index * this.size ** 2;
    if (start === this.#questions.length) {
      this.#questions = doubled(this.#questions, 1024 * question.length);
      this.#answers = doubled(this.#answers, 1024 * answer.length);
    }
    this.#questions.set(question, start);
    this.#answers.set(answer, start);
    this.#length = Math.max(this.#length, index + 1);
  }
}

/** Every puzzle and, behind it in its group, `copies` random transforms of it. */
export function sudokuDataset(
  puzzles: PuzzleList,
  augment?: { copies: number; random: TransformRandom },
): PuzzleArrays {
  const { size, length: groups } = puzzles;
  const cells = size * size;
  const perGroup = 1 + (augment?.copies ?? 0);
  const examples = groups * perGroup;
  const inputs = new Uint8Array(examples * cells);
  const labels = new Uint8Array(examples * cells);

  let row = 0;
  for (let group = 0; group < groups; group++) {
    const { question, answer } = puzzles.at(group);
    const first = row;
    encodeGrid(question, inputs, first);
    encodeGrid(answer, labels, first);
    row += cells;
    for (let copy = 1; augment && copy < perGroup; copy++, row += cells) {
      const transform = randomTransform(size, augment.random);
      applyTransform(transform, inputs, inputs, BLANK_TOKEN, first, row);
      applyTransform(transform, labels, labels, BLANK_TOKEN, first, row);
    }
  }

  return inMemory({
    metadata: {
      seq_len: cells,
      vocab_size: size + 2,
      pad_id: 0,
      ignore_label_id: 0,
      blank_identifier_id: 0,
      num_puzzle_identifiers: 1,
      total_groups: groups,
      mean_puzzle_examples: 1,
      total_puzzles: groups,
      sets: ['all'],
      puzzle: { kind: 'sudoku', size },
    },
    inputs,
    labels,
    puzzleIdentifiers: new Int32Array(examples),
    puzzleIndices: Int32Array.from({ length: examples + 1 }, (_, i) => i),
    groupIndices: Int32Array.from({ length: groups + 1 }, (_, i) => i * perGroup),
  });
}

function doubled(array: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, 2 * array.length));
  larger.set(array);
  return larger;
}
