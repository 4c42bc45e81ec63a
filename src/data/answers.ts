/**
 * Questions with several answers: a dataset may keep all of them beside its labels, which are the first. Where it does not, the
 * labels are the only answer.
 *
 * N rows, A answers of all rows, S cells.
 */
import { type Answers, intervalOf, type PuzzleDataset } from './dataset.ts';
import type { Tokens } from './family.ts';

/** @param tokens [A, S] */
export function answersIn(indices: Int32Array, tokens: Tokens, S: number): Answers {
  return {
    count: tokens.length / S,
    indices,
    read: (index, labels) => labels.set(tokens.subarray(index * S, (index + 1) * S)),
  };
}

/** The answers of every row, those of a dataset that keeps none its labels. */
export function answersOf(dataset: PuzzleDataset): Answers {
  const inputs = new Int32Array(dataset.metadata.seq_len);
  return (
    dataset.answers ?? {
      count: dataset.count,
      indices: Int32Array.from({ length: dataset.count + 1 }, (_, i) => i),
      read: (index, labels) => dataset.read(index, inputs, labels),
    }
  );
}

/** The answers of some rows. */
export function selectAnswers({ indices, read }: Answers, rows: Int32Array): Answers {
  const selected = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    selected[i + 1] = selected[i]! + indices[row + 1]! - indices[row]!;
  });
  return {
    count: selected.at(-1)!,
    indices: selected,
    read(index, labels) {
      const row = intervalOf(selected, index);
      read(indices[rows[row]!]! + index - selected[row]!, labels);
    },
  };
}

/** The answers of datasets one behind the other; undefined where none keeps any. */
export function joinAnswers(datasets: readonly PuzzleDataset[]): Answers | undefined {
  if (datasets.every(({ answers }) => !answers)) return undefined;
  const parts = datasets.map(answersOf);
  const indices = [0];
  const firsts = [0]; // answers before each part
  for (const part of parts) {
    const first = firsts.at(-1)!;
    for (const end of part.indices.subarray(1)) indices.push(first + end);
    firsts.push(first + part.indices.at(-1)!);
  }
  const borders = Int32Array.from(firsts);
  return {
    count: firsts.at(-1)!,
    indices: Int32Array.from(indices),
    read(index, labels) {
      const part = intervalOf(borders, index);
      parts[part]!.read(index - borders[part]!, labels);
    },
  };
}
