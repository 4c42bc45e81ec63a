/** Accuracy on a split with test-time compute (thinking.ts), and the supervision steps that it took. */

import { testBatches } from '../data/batches.ts';
import type { PuzzleDataset } from '../data/dataset.ts';
import { countRight, type EvaluateOptions, type Evaluation } from './evaluate.ts';
import { wilsonInterval } from './statistics.ts';
import { from, type Question, type Thinker, type Thinking, think } from './thinking.ts';

/**
 * Evaluates the first `examples` rows of a split. `steps` of the result is empty: questions take different numbers of them.
 *
 * @throws TrmError `data` when symmetries are asked for and none is known.
 */
export async function evaluateThinking(
  thinker: Thinker,
  dataset: PuzzleDataset,
  settings: Thinking,
  { examples, onProgress, onPuzzle }: Omit<EvaluateOptions, 'supervisionSteps'>,
): Promise<Evaluation> {
  const start = performance.now();
  const total = examples ? Math.min(examples, dataset.count) : dataset.count;
  /** Labels [S] of the questions that are being thought about. */
  const labels = new Map<number, Int32Array>();
  const solved = new Uint8Array(total);
  const sum = { cell: 0, halting: 0, steps: 0 };
  let done = 0;
  for await (const { index, answer, halting, steps } of think(
    thinker,
    from(questions(dataset, total, labels)),
    settings,
  )) {
    const { right, scored } = countRight(labels.get(index)!, answer);
    labels.delete(index);
    const exact = right === scored;
    solved[index] = Number(exact);
    sum.cell += right / Math.max(1, scored);
    sum.halting += halting >= 0.5 === exact ? 1 : 0;
    sum.steps += steps;
    onProgress?.(++done, total);
  }
  for (const exact of solved) onPuzzle?.(exact === 1);
  const seconds = (performance.now() - start) / 1000;
  const right = solved.reduce((count, exact) => count + exact, 0);
  const { low, high } = wilsonInterval(right, total);
  return {
    examples: total,
    exact: right / total,
    cell: sum.cell / total,
    halting: sum.halting / total,
    exactInterval: [low, high],
    steps: [],
    meanSteps: sum.steps / total,
    seconds,
    examplesPerSecond: total / seconds,
  };
}

function* questions(
  dataset: PuzzleDataset,
  total: number,
  labels: Map<number, Int32Array>,
): Generator<Question> {
  let index = 0;
  for (const batch of testBatches(dataset, 1)) {
    if (index === total) return;
    labels.set(index++, batch.labels);
    yield { tokens: batch.inputs, puzzleIdentifier: batch.puzzleIdentifiers[0]! };
  }
}
