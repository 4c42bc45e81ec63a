import { describe, expect, test } from 'vitest';
import {
  augmentedName,
  NO_AUGMENTATION,
  parseName,
  randomAugmentation,
  undo,
} from '../../../src/data/arc/augmentation.ts';
import { type Grid, transformGrid } from '../../../src/data/arc/grid.ts';
import { gridToRows } from '../../../src/data/arc/task.ts';
import { DIHEDRAL_FORMS, INVERSE_FORM } from '../../../src/data/dihedral.ts';
import { NumpyRandom } from '../../../src/data/numpy-random.ts';

const grid: Grid = { rows: 2, columns: 3, cells: Uint8Array.of(1, 2, 3, 4, 5, 6) };

/** NumPy: a, rot90(a), rot90(a, 2), rot90(a, 3), fliplr(a), flipud(a), a.T, fliplr(rot90(a)) of [[1, 2, 3], [4, 5, 6]]. */
const numpy = [
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  [
    [3, 6],
    [2, 5],
    [1, 4],
  ],
  [
    [6, 5, 4],
    [3, 2, 1],
  ],
  [
    [4, 1],
    [5, 2],
    [6, 3],
  ],
  [
    [3, 2, 1],
    [6, 5, 4],
  ],
  [
    [4, 5, 6],
    [1, 2, 3],
  ],
  [
    [1, 4],
    [2, 5],
    [3, 6],
  ],
  [
    [6, 3],
    [5, 2],
    [4, 1],
  ],
];

test.each(numpy.map((rows, form) => [form, rows] as const))(
  'dihedral form %i is the official one',
  (form, rows) => {
    const turned = transformGrid(grid, form, NO_AUGMENTATION.colours);
    expect(gridToRows(turned)).toEqual(rows);
    expect(transformGrid(turned, INVERSE_FORM[form]!, NO_AUGMENTATION.colours)).toEqual(grid);
  },
);

describe('augmentations', () => {
  test('are undone, and read back from their names', () => {
    const random = new NumpyRandom(3);
    for (let i = 0; i < 50; i++) {
      const augmentation = randomAugmentation(random);
      expect(augmentation.colours[0]).toBe(0);
      expect(undo(transformGrid(grid, augmentation.form, augmentation.colours), augmentation)).toEqual(grid);
      expect(parseName(augmentedName('x', augmentation))).toEqual({ task: 'x', augmentation });
    }
    expect(parseName('x')).toEqual({ task: 'x', augmentation: NO_AUGMENTATION });
    expect(DIHEDRAL_FORMS).toBe(INVERSE_FORM.length);
  });

  test.each(['x|||t8|||0123456789', 'x|||t1|||0123', 'x|||t1', 'x|||t1|||0123456788'])(
    '%s is no name',
    (name) => {
      expect(() => parseName(name)).toThrow(/is no name of an augmented task/);
    },
  );
});
