/** Accuracy on a split with test-time compute (thinking.ts), and the supervision steps that it took. */

import { testBatches } from '../data/batches.ts';
import { datasetFamily, type PuzzleDataset } from '../data/dataset.ts';
import { answerFlops } from '../inference/answer-step.ts';
import { type EvaluateOptions, type Evaluation, Tally } from './evaluate.ts';
import { from, type Question, type Thinker, think } from './thinking.ts';
import type { Plan } from './thinking-settings.ts';

/** Evaluates the first `examples` rows of a split. `steps` of the result is empty: questions take different numbers of them. */
export async function evaluateThinking(
  thinker: Thinker,
  dataset: PuzzleDataset,
  plan: Plan,
  { examples, onProgress, onPuzzle }: Omit<EvaluateOptions, 'supervisionSteps'>,
): Promise<Evaluation> {
  const start = performance.now();
  const total = examples ? Math.min(examples, dataset.count) : dataset.count;
  /** Questions and labels [S] that are being thought about. */
  const open = new Map<number, Open>();
  const { fault } = datasetFamily(dataset.metadata);
  const tallies = plan.stages.map(() => ({ tally: new Tally(fault), steps: 0 }));
  const last = tallies.at(-1)!;
  let done = 0;
  for await (const { index, stages } of think(thinker, from(questions(dataset, total, open)), plan)) {
    const asked = open.get(index)!;
    open.delete(index);
    for (const [i, stage] of tallies.entries()) {
      const { answer, halting, steps } = stages[Math.min(i, stages.length - 1)]!;
      const puzzle = { ...asked, answer };
      const judged = stage.tally.add(puzzle, halting >= 0.5);
      stage.steps += steps;
      if (stage === last) onPuzzle?.({ row: index, ...judged, ...puzzle, halting, steps });
    }
    onProgress?.(++done, total);
  }
  const seconds = (performance.now() - start) / 1000;
  const flops = answerFlops(thinker.answerer.model);
  const efforts = tallies.map(({ tally, steps }) => ({
    ...tally.accuracy(total),
    meanSteps: steps / total,
    meanFlops: (steps / total) * flops,
  }));
  return {
    examples: total,
    ...efforts.at(-1)!,
    ...last.tally.intervals(total),
    steps: [],
    ...(efforts.length > 1 && { efforts }),
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
