/** Accuracy on a split with test-time compute (thinking.ts), and the supervision steps that it took. */

import { testBatches } from '../data/batches.ts';
import type { PuzzleDataset } from '../data/dataset.ts';
import { alone } from '../train/communicator.ts';
import { countRight, type EvaluateOptions, type Evaluation, shareOfRows } from './evaluate.ts';
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
  { examples, communicator = alone, onProgress, onPuzzle }: Omit<EvaluateOptions, 'supervisionSteps'>,
): Promise<Evaluation> {
  const start = performance.now();
  const total = examples ? Math.min(examples, dataset.count) : dataset.count;
  const own = shareOfRows(dataset, total, communicator);
  /** Questions and labels [S] that are being thought about. */
  const open = new Map<number, Open>();
  /** [own rows, 4]: right cells, scored cells, whether the halting head judged rightly, supervision steps. */
  const counts = new Int32Array(own.count * 4);
  let done = 0;
  for await (const { index, answer, halting, steps } of think(
    thinker,
    from(questions(own, open)),
    settings,
  )) {
    const { question, labels } = open.get(index)!;
    open.delete(index);
    const { right, scored } = countRight(labels, answer);
    const solved = right === scored;
    counts.set([right, scored, halting >= 0.5 === solved ? 1 : 0, steps], index * 4);
    onPuzzle?.({ row: own.first + index, solved, question, labels, answer, halting, steps });
    onProgress?.(Math.min(++done * communicator.size, total), total);
  }
  const sum = sumOf(await communicator.allGather(counts));
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

/** Over the puzzles in their order, whoever has counted them. */
function sumOf(counts: Int32Array) {
  const sum = { exact: 0, cell: 0, halting: 0, steps: 0 };
  for (let at = 0; at < counts.length; at += 4) {
    const [right, scored, halting, steps] = counts.subarray(at, at + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    sum.exact += right === scored ? 1 : 0;
    sum.cell += right / Math.max(1, scored);
    sum.halting += halting;
    sum.steps += steps;
  }
  return sum;
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
