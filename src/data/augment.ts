/** Examples transformed anew whenever they are drawn, by the symmetries of their family. */
import { TrmError } from '../errors.ts';
import { type DatasetMetadata, datasetFamily } from './dataset.ts';
import type { Random } from './random.ts';

/** Writes a random transform of a row of inputs `[S]` and labels `[S]` in place of it. */
export type Augment = (inputs: Int32Array, labels: Int32Array, random: Random) => void;

/** @throws TrmError `data` where no symmetry is known of these puzzles. */
export function augmentOf(metadata: DatasetMetadata): Augment {
  const { puzzle } = metadata;
  const family = datasetFamily(metadata);
  if (!family.symmetry) {
    const found = puzzle ? `of kind '${puzzle.kind}'` : 'of unknown kind: dataset.json has no key "puzzle"';
    throw new TrmError('data', `no symmetry is known of these puzzles: this dataset is ${found}`, {
      fix: 'turn augmentation off; for a Sudoku folder add "puzzle": { "kind": "sudoku", "size": 9 } to dataset.json',
    });
  }
  return (inputs, labels, random) => {
    const { apply } = family.symmetry!(random);
    inputs.set(apply(inputs));
    const found = family.answersByRule && family.answer!(inputs);
    labels.set(found ? found.answer : apply(labels));
  };
}
