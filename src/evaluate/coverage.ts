/**
 * How much of a question's answers a model finds when it is asked from several starts: the different right ones among its
 * first n answers, as a share of those that exist (coverage, as GRAM measures it: arXiv 2605.19376).
 *
 * S cells.
 */

import type { PuzzleDataset } from '../data/dataset.ts';
import type { Communicator } from '../train/communicator.ts';
import { meanInterval } from './bootstrap.ts';
import { rightAnswers } from './right-answers.ts';
import { interval } from './tally.ts';
import type { CandidateAnswer } from './thinking.ts';

/** After so many samples of each question. */
export interface CoverageAt {
  readonly samples: number;
  /**
   * Mean over the questions of the share of their answers that was found, with its 95 % interval over them: bootstrap, or
   * Wilson's where all have the same share.
   */
  readonly coverage: number;
  readonly coverageInterval: readonly [low: number, high: number];
  /** Questions of which a right answer was found at all, and the 95 % Wilson interval. */
  readonly any: number;
  readonly anyInterval: readonly [low: number, high: number];
}

export interface Coverage {
  /** Answers that exist, of a question on average. */
  readonly answers: number;
  /** Share of all samples that are right answers. */
  readonly right: number;
  /** At 1, 2, 4, … samples, and at all. */
  readonly at: readonly CoverageAt[];
}

/** Counts of a puzzle before those at the sizes: answers that exist, right samples. */
const BEFORE = 2;

export class CoverageTally {
  /** Numbers of samples. */
  readonly #sizes: readonly number[];
  readonly #width: number;
  readonly #right: ReturnType<typeof rightAnswers>;
  /** [puzzles, width]: answers that exist, right samples, then different right answers among the first samples of each size. */
  #counts: Int32Array;

  constructor(puzzles: number, dataset: PuzzleDataset, samples: number) {
    const doubled = Array.from({ length: 32 }, (_, i) => 2 ** i).filter((size) => size < samples);
    this.#sizes = [...doubled, samples];
    this.#width = BEFORE + this.#sizes.length;
    this.#right = rightAnswers(dataset);
    this.#counts = new Int32Array(puzzles * this.#width);
  }

  /** @param labels `[S]`, negative in cells that do not count. */
  add(row: number, labels: Int32Array, all: readonly CandidateAnswer[]): void {
    const key = (tokens: Int32Array) => String(tokens.filter((_, cell) => labels[cell]! >= 0));
    const exist = new Set(this.#right(row, labels).map(key));
    const keys = all.map(({ answer }) => key(answer));
    const right = keys.filter((one) => exist.has(one)).length;
    const found = this.#sizes.map(
      (size) => new Set(keys.slice(0, size).filter((one) => exist.has(one))).size,
    );
    this.#counts.set([exist.size, right, ...found], row * this.#width);
  }

  /** Of the puzzles of all ranks. */
  async ofAllRanks(communicator: Communicator): Promise<Coverage> {
    const counts = await communicator.allGather(this.#counts);
    const puzzles = counts.length / this.#width;
    const column = (at: number) =>
      Float64Array.from({ length: puzzles }, (_, puzzle) => counts[puzzle * this.#width + at]!);
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
    const [exist, right] = [column(0), column(1)];
    return {
      answers: sum(exist) / puzzles,
      right: sum(right) / (puzzles * this.#sizes.at(-1)!),
      at: this.#sizes.map((samples, i) => {
        const found = column(BEFORE + i);
        const shares = found.map((count, puzzle) => count / exist[puzzle]!);
        const some = found.filter((count) => count > 0).length;
        return {
          samples,
          coverage: sum(shares) / puzzles,
          coverageInterval: coverageInterval(shares),
          any: some / puzzles,
          anyInterval: interval(some, puzzles),
        };
      }),
    };
  }
}

/** Questions that all have the same share are so however they are drawn again: then Wilson's interval of it. */
function coverageInterval(shares: Float64Array): readonly [low: number, high: number] {
  const [first = 0] = shares;
  if (shares.every((share) => share === first)) return interval(first * shares.length, shares.length);
  const { low, high } = meanInterval([shares]);
  return [low, high];
}
