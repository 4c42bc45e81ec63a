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
  /** Questions and labels [S] that are being thought about. */
  const open = new Map<number, Open>();
  const sum = { exact: 0, cell: 0, halting: 0, steps: 0 };
  let done = 0;
  for await (const { index, answer, halting, steps } of think(
    thinker,
    from(questions(dataset, total, open)),
    settings,
  )) {
    const { question, labels } = open.get(index)!;
    open.delete(index);
    const { right, scored } = countRight(labels, answer);
    const exact = right === scored;
    sum.exact += exact ? 1 : 0;
    sum.cell += right / Math.max(1, scored);
    sum.halting += halting >= 0.5 === exact ? 1 : 0;
    sum.steps += steps;
    onPuzzle?.({ row: index, solved: exact, question, labels, answer, halting, steps });
    onProgress?.(++done, total);
  }
  const seconds = (performance.now() - start) / 1000;
  const { low, high } = wilsonInterval(sum.exact, total);
  return {
    examples: total,
    exact: sum.exact / total,
    cell: sum.cell / total,
    halting: sum.halting / total,
    exactInterval: [low, high],
    steps: [],
    meanSteps: sum.steps / total,
    seconds,
    examplesPerSecond: total / seconds,
  };
}

interface Open {
  readonly question: Int32Array;
  readonly labels: Int32Array;
}

function* questions(dataset: PuzzleDataset, total: number, open: Map<number, Open>): Generator<Question> {
  let index = 0;
  for (const { inputs, labels, puzzleIdentifiers } of testBatches(dataset, 1)) {
    if (index === total) return;
    open.set(index++, { question: inputs, labels });
    yield { tokens: inputs, puzzleIdentifier: puzzleIdentifiers[0]! };
  }
}
