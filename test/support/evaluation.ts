import type { Evaluation } from '../../src/evaluate/evaluate.ts';

/** An evaluation of which only the exact accuracy matters, which the cells and the halting head share. */
export const evaluationOf = (exact: number, examples: number): Evaluation => ({
  ...{ exact, cell: exact, halting: exact, exactInterval: [0, 1], steps: [], meanSteps: 3, meanFlops: 3e9 },
  ...{ examples, seconds: 1, examplesPerSecond: 1 },
});
