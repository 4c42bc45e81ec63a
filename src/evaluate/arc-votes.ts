/**
 * Votes on ARC answers: each augmentation of a task is answered on its own, the answer is put back into the task's own
 * orientation and colours, and equal answers add up. The table keeps each different grid once, with its votes; an answer
 * that was given before adds nothing to the memory.
 *
 * Source: the official evaluators/arc.py.
 */

import { type Augmentation, undo } from '../data/arc/augmentation.ts';
import type { Grid } from '../data/arc/grid.ts';
import { cropGrid } from '../data/arc/sequence.ts';
import { probability } from '../inference/answer.ts';

/** A grid that was answered. */
export interface Candidate {
  /** Without rows where no colour stood in the corner of the canvas. */
  readonly grid: Grid;
  /** Augmentations that gave it. */
  readonly votes: number;
  /** Their mean halting probability. */
  readonly confidence: number;
}

/** One answer to an augmented question. */
export interface Ballot {
  readonly task: string;
  readonly augmentation: Augmentation;
  /** Canvas of tokens, `[900]`, with the grid in its corner. */
  readonly question: ArrayLike<number>;
  /** The same of the answer. */
  readonly answer: ArrayLike<number>;
  /** Halting logit. */
  readonly halt: number;
}

/** A question by its task, an answer, its votes, and the sum of their halting probabilities. */
export type VoteEntry = readonly [where: string, key: string, votes: number, confidence: number];

export class ArcVotes {
  /** Task and question -> answer -> its votes, and the sum of their halting probabilities. */
  readonly #tables = new Map<string, Map<string, { votes: number; confidence: number }>>();

  add({ task, augmentation, question, answer, halt }: Ballot): void {
    const where = tableKey(task, undo(cropGrid(question), augmentation));
    const tally = this.#tally(where, gridKey(undo(cropGrid(answer), augmentation)));
    tally.votes++;
    tally.confidence += probability(halt);
  }

  #tally(where: string, key: string) {
    const table = this.#tables.get(where) ?? new Map<string, { votes: number; confidence: number }>();
    this.#tables.set(where, table);
    const tally = table.get(key) ?? { votes: 0, confidence: 0 };
    table.set(key, tally);
    return tally;
  }

  /** All that was answered, for `merge`. */
  entries(): VoteEntry[] {
    return Array.from(this.#tables).flatMap(([where, table]) =>
      Array.from(table, ([key, { votes, confidence }]): VoteEntry => [where, key, votes, confidence]),
    );
  }

  /** Adds what others counted; their answers count as later than those that are here. */
  merge(entries: Iterable<VoteEntry>): void {
    for (const [where, key, votes, confidence] of entries) {
      const tally = this.#tally(where, key);
      tally.votes += votes;
      tally.confidence += confidence;
    }
  }

  /** What was answered to a question: by votes, then by mean halting probability, then the earliest first. */
  candidates(task: string, question: Grid): Candidate[] {
    const table = this.#tables.get(tableKey(task, question)) ?? [];
    return Array.from(table, ([key, { votes, confidence }]) => ({
      grid: gridOf(key),
      votes,
      confidence: confidence / votes,
    })).sort((a, b) => b.votes - a.votes || b.confidence - a.confidence); // stable, as Python's
  }
}

function tableKey(task: string, question: Grid): string {
  return `${task}\n${gridKey(question)}`;
}

/** A grid (900 cells at most) as a text of one byte a cell. Being the whole grid it cannot collide, and is all to keep. */
function gridKey({ rows, columns, cells }: Grid): string {
  return String.fromCharCode(rows, columns, ...cells);
}

function gridOf(key: string): Grid {
  const [rows, columns, ...cells] = Array.from(key, (character) => character.charCodeAt(0));
  return { rows: rows!, columns: columns!, cells: Uint8Array.from(cells) };
}
