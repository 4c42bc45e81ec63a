/** Accuracy on a split with test-time compute (thinking.ts), and the supervision steps that it took. */

import { testBatches } from '../data/batches.ts';
import { datasetFamily, type PuzzleDataset } from '../data/dataset.ts';
import { alone } from '../train/communicator.ts';
import { type EvaluateOptions, type Evaluation, shareOfRows } from './evaluate.ts';
import { Tally } from './tally.ts';
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
  { examples, communicator = alone, onProgress, onPuzzle }: Omit<EvaluateOptions, 'supervisionSteps'>,
): Promise<Evaluation> {
  const start = performance.now();
  const total = examples ? Math.min(examples, dataset.count) : dataset.count;
  const own = shareOfRows(dataset, total, communicator);
  /** Questions and labels [S] that are being thought about. */
  const open = new Map<number, Open>();
  const tally = new Tally(own.count, datasetFamily(dataset.metadata).fault);
  let [done, ownSteps] = [0, 0];
  for await (const { index, answer, halting, steps } of think(
    thinker,
    from(questions(own, open)),
    settings,
  )) {
    const puzzle = { ...open.get(index)!, answer };
    open.delete(index);
    ownSteps += steps;
    const judged = tally.add(index, puzzle, halting >= 0.5);
    onPuzzle?.({ row: own.first + index, ...judged, ...puzzle, halting, steps });
    onProgress?.(Math.min(++done * communicator.size, total), total);
  }
  const whole = await tally.ofAllRanks(communicator);
  const steps = await communicator.allGather(Int32Array.of(ownSteps));
  const seconds = (performance.now() - start) / 1000;
  return {
    examples: total,
    ...whole.accuracy(),
    ...whole.intervals(),
    steps: [],
    meanSteps: steps.reduce((sum, one) => sum + one, 0) / total,
    seconds,
    examplesPerSecond: total / seconds,
  };
}

interface Open {
  readonly question: Int32Array;
  readonly labels: Int32Array;
}

function* questions(
  { first, count, dataset }: ReturnType<typeof shareOfRows>,
  open: Map<number, Open>,
): Generator<Question> {
  let index = 0;
  for (const { inputs, labels, puzzleIdentifiers } of testBatches(dataset, 1)) {
    if (index === count) return;
    open.set(index, { question: inputs, labels });
    yield { tokens: inputs, puzzleIdentifier: puzzleIdentifiers[0]!, draw: first + index++ };
  }
}
