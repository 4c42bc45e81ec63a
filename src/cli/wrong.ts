/** The puzzles that were not solved, as a file to look through. */

import type { Family } from '../data/family.ts';
import type { EvaluatedPuzzle } from '../evaluate/evaluate.ts';
import { counted } from '../evaluate/tally.ts';
import { writeCsv } from './comparison.ts';
import { writeAtomically } from './run-folder.ts';

export type WrongRow = {
  /** The run or setting that did not solve it. */
  readonly name: string;
  /** Of the test split. */
  readonly row: number;
  readonly question: string;
  readonly answer: string;
  /** What the model gave in its place; cells that do not count are as in the answer. */
  readonly given: string;
  readonly cellsWrong: number;
  /** Whether that satisfies the rules, as another answer; absent where none are known. */
  readonly valid?: boolean;
  /** Supervision steps that it took. */
  readonly steps: number;
  /** Probability the model gives to its answer being right. */
  readonly halting: number;
};

const columns = [
  'name',
  'row',
  'question',
  'answer',
  'given',
  'cellsWrong',
  'valid',
  'steps',
  'halting',
] as const;

/** @param row of the whole test split. */
export function wrongRow(
  name: string,
  row: number,
  { question, labels, answer, valid, steps, halting }: EvaluatedPuzzle,
  family: Family,
): WrongRow {
  const right = counted(question, labels, labels); // [S]
  const given = counted(question, labels, answer); // [S]
  return {
    name,
    row,
    question: family.line(question),
    answer: family.line(right),
    given: family.line(given),
    cellsWrong: right.reduce((sum, token, cell) => sum + (token === given[cell] ? 0 : 1), 0),
    ...(valid !== undefined && { valid }),
    steps,
    halting,
  };
}

/** Writes `.csv` or `.jsonl`, run by run, in the order of the test split. */
export async function writeWrong(file: string, rows: readonly WrongRow[]): Promise<void> {
  const runs = [...new Set(rows.map(({ name }) => name))];
  const sorted = runs.flatMap((run) => rows.filter(({ name }) => name === run).sort((a, b) => a.row - b.row));
  if (file.toLowerCase().endsWith('.csv')) await writeCsv(file, sorted, columns);
  else writeAtomically(file, [sorted.map((row) => `${JSON.stringify(row)}\n`).join('')]);
}
