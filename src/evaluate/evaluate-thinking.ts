/** Accuracy on a split with test-time compute (thinking.ts), and the supervision steps that it took. */

import { testBatches } from '../data/batches.ts';
import { datasetFamily, type PuzzleDataset } from '../data/dataset.ts';
import { type EvaluateOptions, type Evaluation, Tally } from './evaluate.ts';
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
  const tally = new Tally(datasetFamily(dataset.metadata).fault);
  let [done, allSteps] = [0, 0];
  for await (const { index, answer, halting, steps } of think(
    thinker,
    from(questions(dataset, total, open)),
    settings,
  )) {
    const puzzle = { ...open.get(index)!, answer };
    open.delete(index);
    allSteps += steps;
    const judged = tally.add(puzzle, halting >= 0.5);
    onPuzzle?.({ row: index, ...judged, ...puzzle, halting, steps });
    onProgress?.(++done, total);
  }
  const seconds = (performance.now() - start) / 1000;
  return {
    examples: total,
    ...tally.accuracy(total),
    ...tally.intervals(total),
    steps: [],
    meanSteps: allSteps / total,
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
