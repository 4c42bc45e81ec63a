/**
 * ARC evaluation: every augmentation of every test grid is answered, and the answers vote (official evaluators/arc.py).
 *
 * Pass@K counts a test grid as solved when it is among the K candidates with most votes; a task counts by the share of
 * its test grids. ARC itself allows two attempts.
 */

import { parseName } from '../data/arc/augmentation.ts';
import type { Grid } from '../data/arc/grid.ts';
import { type ArcTask, gridToRows } from '../data/arc/task.ts';
import { testBatches } from '../data/batches.ts';
import type { PuzzleDataset } from '../data/dataset.ts';
import type { Answerer, AnswerStep, AnswerWeights } from '../inference/answer.ts';
import { alone, type Communicator, gatherJson } from '../train/communicator.ts';
import { ArcVotes, type Candidate } from './arc-votes.ts';
import { shareOfRows } from './evaluate.ts';

/** The K of pass@K that are reported. */
export const PASS_AT = [1, 2, 5, 10, 100, 1000] as const;

/** Attempts at a test grid that ARC allows. */
export const ATTEMPTS = 2;

/** What is answered: augmented questions, and how they belong to tasks. */
export interface ArcQuestions {
  readonly dataset: PuzzleDataset;
  /** Name of each row of the puzzle embedding. */
  readonly identifiers: readonly string[];
  readonly tasks: readonly ArcTask[];
}

/** A test grid and what was answered. */
export interface ArcTestResult {
  readonly question: Grid;
  readonly truth: Grid;
  /** The one with most votes first; empty when no augmentation was answered. */
  readonly candidates: readonly Candidate[];
  /** Place of the truth among the candidates, 1 for the first; undefined when it is not among them. */
  readonly rank: number | undefined;
}

export interface ArcTaskResult {
  readonly name: string;
  readonly tests: readonly ArcTestResult[];
}

export interface ArcEvaluation {
  readonly tasks: readonly ArcTaskResult[];
  /** Augmented questions answered. */
  readonly examples: number;
  readonly seconds: number;
}

export interface ArcEvaluateOptions {
  readonly supervisionSteps: number;
  /** Augmented questions from the start of the split; all when 0 or omitted. */
  readonly examples?: number;
  /** Of several ranks that share the questions; all call together, and have the same result. */
  readonly communicator?: Communicator;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Answers the questions with all supervision steps and counts the votes. Memory is the table of votes. */
export async function evaluateArc(
  answerer: Answerer,
  weights: AnswerWeights,
  { dataset, identifiers, tasks }: ArcQuestions,
  options: ArcEvaluateOptions,
): Promise<ArcEvaluation> {
  const begun = performance.now();
  const { communicator = alone } = options;
  const total = options.examples ? Math.min(options.examples, dataset.count) : dataset.count;
  const own = shareOfRows(dataset, total, communicator);
  const S = dataset.metadata.seq_len;
  const counted = new ArcVotes();
  let done = 0;
  for (const batch of testBatches(own.dataset, answerer.rows)) {
    if (done === own.count) break;
    let last: AnswerStep | undefined;
    for await (const step of answerer.answer(weights, batch, options.supervisionSteps)) last = step;
    const rows = Math.min(batch.count, own.count - done);
    for (let row = 0; row < rows; row++) {
      counted.add({
        ...parseName(identifiers[batch.puzzleIdentifiers[row]!]!),
        question: batch.inputs.subarray(row * S, (row + 1) * S),
        answer: last!.answer.subarray(row * S, (row + 1) * S),
        halt: last!.halt[row]!,
      });
    }
    done += rows;
    options.onProgress?.(Math.min(done * communicator.size, total), total);
  }
  const votes = await together(counted, communicator);
  return { tasks: scoreTasks(votes, tasks), examples: total, seconds: (performance.now() - begun) / 1000 };
}

/** The votes of all ranks, as one would have counted them: each has the questions that follow those of the rank before. */
async function together(counted: ArcVotes, communicator: Communicator): Promise<ArcVotes> {
  if (communicator.size === 1) return counted;
  const votes = new ArcVotes();
  for (const entries of await gatherJson(communicator, counted.entries())) votes.merge(entries);
  return votes;
}

/** The votes on each test grid of each task, beside the truth. */
export function scoreTasks(votes: ArcVotes, tasks: readonly ArcTask[]): ArcTaskResult[] {
  return tasks.map(({ name, parts }) => {
    const pairs = parts.flatMap((part) => (part.kind === 'test' ? part.pairs : []));
    const tests = pairs.map(([question, truth]) => {
      const candidates = votes.candidates(name, question);
      const place = candidates.findIndex(({ grid }) => equalGrids(grid, truth));
      return { question, truth, candidates, rank: place < 0 ? undefined : place + 1 };
    });
    return { name, tests };
  });
}

/** Whether one of the first `attempts` candidates is the truth. */
export function solvedWithin({ rank }: ArcTestResult, attempts: number): boolean {
  return rank !== undefined && rank <= attempts;
}

/** Pass@K: mean over tasks of the share of their test grids that are solved within K attempts. */
export function passAt(tasks: readonly ArcTaskResult[], K: number): number {
  const share = ({ tests }: ArcTaskResult) =>
    tests.filter((test) => solvedWithin(test, K)).length / tests.length;
  return tasks.reduce((sum, task) => sum + share(task), 0) / tasks.length;
}

/** The attempts at a test grid: its first candidates; a lone one fills both places. */
export function attemptsAt({ candidates }: ArcTestResult): Candidate[] {
  if (candidates.length === 0) return [];
  return Array.from({ length: ATTEMPTS }, (_, i) => candidates[i] ?? candidates[0]!);
}

/**
 * `submission.json` as Kaggle's ARC Prize takes it: per task, and per test grid in order, `attempt_1` and `attempt_2`.
 * Text, since an object would not keep the order of tasks whose names are numbers.
 *
 * Deviation: a test grid without any answer gets the grid [[0]]; the official code leaves it out, which moves those
 * behind it.
 */
export function submission(tasks: readonly ArcTaskResult[]): string {
  const entries = tasks.map(({ name, tests }) => {
    const attempts = tests.map((test) => {
      const grids = attemptsAt(test).map(({ grid }) => gridToRows(grid));
      return { attempt_1: grids[0] ?? [[0]], attempt_2: grids[1] ?? [[0]] };
    });
    return `${JSON.stringify(name)}: ${JSON.stringify(attempts)}`;
  });
  return `{${entries.join(', ')}}`;
}

function equalGrids(a: Grid, b: Grid): boolean {
  return (
    a.rows === b.rows && a.columns === b.columns && a.cells.every((colour, cell) => colour === b.cells[cell])
  );
}
