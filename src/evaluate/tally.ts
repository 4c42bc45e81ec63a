/**
 * What is counted of answers, puzzle by puzzle, so that ranks which share the puzzles have the numbers of one process.
 *
 * S cells.
 */

import type { Family } from '../data/family.ts';
import type { Communicator } from '../train/communicator.ts';
import { wilsonInterval } from './statistics.ts';

/** Shares in [0, 1] after one supervision step. */
export interface StepAccuracy {
  /** Puzzles with every cell right: the paper's measure. */
  readonly exact: number;
  /** Puzzles whose answer satisfies the rules, be it another than the dataset's; absent where no rules are known. */
  readonly valid?: number;
  /** Mean share of right cells. */
  readonly cell: number;
  /** Puzzles whose halting logit says rightly whether the answer is right. */
  readonly halting: number;
}

/** 95 % Wilson intervals of such shares. */
export interface Intervals {
  readonly exactInterval: readonly [low: number, high: number];
  readonly validInterval?: readonly [low: number, high: number];
}

/** A puzzle and what was answered. */
export interface Answered {
  /** `[S]` */
  readonly question: Int32Array;
  /** The right answer `[S]`, -100 in cells that do not count. */
  readonly labels: Int32Array;
  /** The model's answer `[S]`. */
  readonly answer: Int32Array;
}

export interface Judged {
  /** Whether every cell of the answer is right. */
  readonly solved: boolean;
  /** Whether the answer satisfies the rules; undefined where none are known. */
  readonly valid: boolean | undefined;
}

/** What is counted of a puzzle: cells, and 1 where its answer is valid and where the model judges it rightly. */
const COUNTS = 4;

/** What is right of the answers of some puzzles. */
export class Tally {
  readonly #fault: Family['fault'];
  /** [puzzles, 4]: right and scored cells, valid, halting. */
  readonly #counts: Int32Array;

  /** @param fault what is wrong with an answer, where rules are known. */
  constructor(
    puzzles: number,
    fault: Family['fault'],
    counts: Int32Array = new Int32Array(puzzles * COUNTS),
  ) {
    this.#fault = fault;
    this.#counts = counts;
  }

  /** Counts the answer of a puzzle. @param halts whether the model takes it for right. */
  add(puzzle: number, { question, labels, answer }: Answered, halts: boolean): Judged {
    const { right, scored } = countRight(labels, answer);
    const solved = right === scored;
    const valid = this.#fault && this.#fault(question, counted(question, labels, answer)) === undefined;
    this.#counts.set([right, scored, Number(valid ?? 0), Number(halts === solved)], puzzle * COUNTS);
    return { solved, valid };
  }

  /** The puzzles of all ranks, each rank's behind those of the rank before. */
  async ofAllRanks(communicator: Communicator): Promise<Tally> {
    const counts = await communicator.allGather(this.#counts);
    return new Tally(counts.length / COUNTS, this.#fault, counts);
  }

  #sums() {
    const sums = { puzzles: this.#counts.length / COUNTS, exact: 0, valid: 0, cell: 0, halting: 0 };
    for (let at = 0; at < this.#counts.length; at += COUNTS) {
      const [right, scored] = [this.#counts[at]!, this.#counts[at + 1]!];
      sums.exact += Number(right === scored);
      sums.cell += right / Math.max(1, scored);
      sums.valid += this.#counts[at + 2]!;
      sums.halting += this.#counts[at + 3]!;
    }
    return sums;
  }

  /** Shares of the puzzles. */
  accuracy(): StepAccuracy {
    const { puzzles, exact, valid, cell, halting } = this.#sums();
    return {
      exact: exact / puzzles,
      ...(this.#fault && { valid: valid / puzzles }),
      cell: cell / puzzles,
      halting: halting / puzzles,
    };
  }

  /** 95 % intervals of the shares. */
  intervals(): Intervals {
    const { puzzles, exact, valid } = this.#sums();
    return {
      exactInterval: interval(exact, puzzles),
      ...(this.#fault && { validInterval: interval(valid, puzzles) }),
    };
  }
}

/** Tallies as if one process had counted all puzzles. */
export async function ofAllRanks(tallies: readonly Tally[], communicator: Communicator): Promise<Tally[]> {
  const whole: Tally[] = [];
  for (const tally of tallies) whole.push(await tally.ofAllRanks(communicator));
  return whole;
}

export function interval(right: number, total: number): readonly [low: number, high: number] {
  const { low, high } = wilsonInterval(right, total);
  return [low, high];
}

/** An answer `[S]` with the question in cells that do not count. */
export function counted(question: Int32Array, labels: Int32Array, answer: Int32Array): Int32Array {
  return answer.map((token, cell) => (labels[cell]! >= 0 ? token : question[cell]!));
}

/** Right and scored cells of an answer `[S]`. */
export function countRight(labels: Int32Array, answer: Int32Array): { right: number; scored: number } {
  let right = 0;
  let scored = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i]! < 0) continue;
    scored++;
    if (labels[i] === answer[i]) right++;
  }
  return { right, scored };
}
