/** The right answers of a dataset's questions: any of several counts. */

import { ignoreLabels } from '../data/batches.ts';
import type { PuzzleDataset } from '../data/dataset.ts';
import { countRight } from './tally.ts';

/** All right answers `[S]` of a row, negative in cells that do not count. @returns of a row and its own labels. */
export function rightAnswers(dataset: PuzzleDataset) {
  const { answers } = dataset;
  return (row: number, labels: Int32Array): Int32Array[] => {
    if (!answers) return [labels];
    const { indices, read } = answers;
    const [first, end] = [indices[row]!, indices[row + 1]!];
    return Array.from({ length: end - first }, (_, i) => {
      const answer = new Int32Array(labels.length); // [S]
      read(first + i, answer);
      ignoreLabels(dataset, answer);
      return answer;
    });
  };
}

/** The right answer to which an answer comes nearest: what it is judged by. */
export function nearestAnswer(dataset: PuzzleDataset) {
  const all = rightAnswers(dataset);
  return (row: number, labels: Int32Array, answer: Int32Array): Int32Array =>
    all(row, labels).reduce((best, one) =>
      countRight(one, answer).right > countRight(best, answer).right ? one : best,
    );
}
