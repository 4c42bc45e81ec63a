/** Accuracy on a split with test-time compute (thinking.ts), and the supervision steps that it took. */

import { testBatches } from '../data/batches.ts';
import { datasetFamily, type PuzzleDataset } from '../data/dataset.ts';
import { answerFlops } from '../inference/answer-step.ts';
import { alone } from '../train/communicator.ts';
import { CoverageTally } from './coverage.ts';
import { type EvaluateOptions, type Evaluation, shareOfRows } from './evaluate.ts';
import { nearestAnswer } from './right-answers.ts';
import { ofAllRanks, Tally } from './tally.ts';
import { from, type Question, type Thinker, think } from './thinking.ts';
import { mostCandidates, type Plan } from './thinking-settings.ts';

/** Evaluates the first `examples` rows of a split. `steps` of the result is empty: questions take different numbers of them. */
export async function evaluateThinking(
  thinker: Thinker,
  dataset: PuzzleDataset,
  plan: Plan,
  { examples, communicator = alone, onProgress, onPuzzle }: Omit<EvaluateOptions, 'supervisionSteps'>,
): Promise<Evaluation> {
  const start = performance.now();
  const total = examples ? Math.min(examples, dataset.count) : dataset.count;
  const own = shareOfRows(dataset, total, communicator);
  /** Questions and labels [S] that are being thought about. */
  const open = new Map<number, Open>();
  const { fault } = datasetFamily(dataset.metadata);
  const nearest = nearestAnswer(own.dataset);
  const coverage = plan.tellsAll
    ? new CoverageTally(own.count, own.dataset, mostCandidates(plan))
    : undefined;
  /** After each stage of the plan: what is right, and supervision steps. */
  const tallies = plan.stages.map(() => new Tally(own.count, fault));
  const ownSteps = new Int32Array(tallies.length);
  let done = 0;
  for await (const { index, stages, all } of think(thinker, from(questions(own, open)), plan)) {
    const asked = open.get(index)!;
    open.delete(index);
    if (all) coverage?.add(index, asked.labels, all);
    for (const [i, tally] of tallies.entries()) {
      const { answer, halting, steps } = stages[Math.min(i, stages.length - 1)]!;
      const puzzle = { ...asked, labels: nearest(index, asked.labels, answer), answer };
      const judged = tally.add(index, puzzle, halting >= 0.5);
      ownSteps[i]! += steps;
      if (i === tallies.length - 1)
        onPuzzle?.({ row: own.first + index, ...judged, ...puzzle, halting, steps });
    }
    onProgress?.(Math.min(++done * communicator.size, total), total);
  }
  const whole = await ofAllRanks(tallies, communicator);
  const allSteps = await communicator.allGather(ownSteps); // [ranks * stages]
  const seconds = (performance.now() - start) / 1000;
  const flops = answerFlops(thinker.answerer.model);
  const efforts = whole.map((tally, stage) => {
    const steps = allSteps.reduce((sum, one, i) => (i % whole.length === stage ? sum + one : sum), 0);
    return { ...tally.accuracy(), meanSteps: steps / total, meanFlops: (steps / total) * flops };
  });
  return {
    examples: total,
    ...efforts.at(-1)!,
    ...whole.at(-1)!.intervals(),
    steps: [],
    ...(coverage && { coverage: await coverage.ofAllRanks(communicator) }),
    ...(efforts.length > 1 && { efforts }),
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
