import type { PuzzleArrays, PuzzleDataset } from '../../src/data/dataset.ts';

/** All that a dataset holds, its rows as unsigned bytes. */
export function arraysOf(dataset: PuzzleDataset): Omit<PuzzleArrays, 'count' | 'read'> {
  const { count, read, ...fields } = dataset;
  const S = fields.metadata.seq_len;
  const [inputs, labels] = [new Uint8Array(count * S), new Uint8Array(count * S)];
  for (let row = 0; row < count; row++) {
    read(row, inputs.subarray(row * S, (row + 1) * S), labels.subarray(row * S, (row + 1) * S));
  }
  return { ...fields, inputs, labels };
}
