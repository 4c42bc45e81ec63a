/**
 * Augmentations of an ARC task: a dihedral form and a renaming of the colours 1..9, the same for all its grids.
 *
 * Source: the official dataset/build_arc_dataset.py (`aug`, `inverse_aug`), whose names are the puzzle identifiers.
 */
import { TrmError } from '../../errors.ts';
import { DIHEDRAL_FORMS, INVERSE_FORM } from '../dihedral.ts';
import type { NumpyRandom } from '../numpy-random.ts';
import { type Grid, transformGrid } from './grid.ts';

export interface Augmentation {
  /** Dihedral form, 0..7. */
  readonly form: number;
  /** [10] colour c becomes colours[c]; 0 stays 0. */
  readonly colours: Uint8Array;
}

export const NO_AUGMENTATION: Augmentation = {
  form: 0,
  colours: Uint8Array.from({ length: 10 }, (_, c) => c),
};

const SEPARATOR = '|||';

export function randomAugmentation(random: NumpyRandom): Augmentation {
  const form = random.randint(0, DIHEDRAL_FORMS);
  const colours = NO_AUGMENTATION.colours.slice();
  random.shuffle(colours.subarray(1));
  return { form, colours };
}

/** `TASK|||t3|||0287391456`: the identifier of an augmented task. The task itself goes by its own name. */
export function augmentedName(task: string, { form, colours }: Augmentation): string {
  return `${task}${SEPARATOR}t${form}${SEPARATOR}${colours.join('')}`;
}

/**
 * Task and augmentation of an identifier.
 *
 * @throws TrmError `data` when it has separators but is no augmented name.
 */
export function parseName(name: string): { task: string; augmentation: Augmentation } {
  const parts = name.split(SEPARATOR);
  if (parts.length === 1) return { task: name, augmentation: NO_AUGMENTATION };
  const [form, colours] = [/^t([0-7])$/.exec(parts.at(-2)!)?.[1], parts.at(-1)!];
  if (parts.length < 3 || form === undefined || [...colours].sort().join('') !== '0123456789') {
    throw new TrmError('data', `"${name}" is no name of an augmented task`, {
      fix: 'expected TASK|||t0..7|||and the ten colours in some order',
    });
  }
  return { task: parts[0]!, augmentation: { form: Number(form), colours: Uint8Array.from(colours, Number) } };
}

/** Puts an augmented grid back: the dihedral form first, then the colours. */
export function undo(grid: Grid, { form, colours }: Augmentation): Grid {
  const inverse = new Uint8Array(10);
  colours.forEach((to, from) => {
    inverse[to] = from;
  });
  return transformGrid(grid, INVERSE_FORM[form]!, inverse);
}
