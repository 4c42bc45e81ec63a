/**
 * The transforms under which a puzzle stays a puzzle of its family, drawn anew whenever an example is: those of Sudoku, the
 * dihedral forms of a maze, and what the owner of other grids declares.
 */
import { TrmError } from '../errors.ts';
import type { DatasetMetadata, PuzzleInfo } from './dataset.ts';
import { dihedralView, INVERSE_FORM } from './dihedral.ts';
import { type Canvas, gridOn, place, type TokenGrid } from './grids/canvas.ts';
import type { Random } from './random.ts';
import { applyTransform, inverseTransform, randomTransform, type SudokuTransform } from './sudoku/augment.ts';
import { BLANK_TOKEN } from './sudoku/dataset.ts';
import { type SudokuSize, sudokuShape } from './sudoku/rules.ts';

/** Writes a random transform of a row of inputs `[S]` and labels `[S]` in place of it. */
export type Augment = (inputs: Int32Array, labels: Int32Array, random: Random) => void;

/** Whether training can transform these puzzles. */
export function hasSymmetry({ puzzle }: DatasetMetadata): boolean {
  if (puzzle?.kind === 'grid')
    return puzzle.symmetries?.dihedral === true || puzzle.symmetries?.rename === true;
  return puzzle?.kind === 'sudoku' || puzzle?.kind === 'maze';
}

/** @throws TrmError `data` where no symmetry is known of these puzzles. */
export function augmentOf({ puzzle, seq_len, vocab_size }: DatasetMetadata): Augment {
  if (puzzle?.kind === 'sudoku') return sudoku(puzzle.size ?? Math.sqrt(seq_len), seq_len);
  const { rows, columns, symmetries } = puzzle ?? {};
  if (puzzle?.kind === 'maze' && rows && columns) return dihedral({ rows, columns });
  if (puzzle?.kind === 'grid' && rows && columns && (symmetries?.dihedral || symmetries?.rename)) {
    const end = puzzle.ends ? vocab_size - 1 : undefined;
    const turn = symmetries.dihedral ? dihedral({ rows, columns, end }) : undefined;
    const rename = symmetries.rename ? renaming(puzzle.alphabet ?? [], symmetries.fixed) : undefined;
    return (inputs, labels, random) => {
      turn?.(inputs, labels, random);
      rename?.(inputs, labels, random);
    };
  }
  const found = puzzle ? `of kind '${puzzle.kind}'` : 'of unknown kind: dataset.json has no key "puzzle"';
  throw new TrmError('data', `no symmetry is known of these puzzles: this dataset is ${found}`, {
    fix: 'turn augmentation off; for a Sudoku folder add "puzzle": { "kind": "sudoku", "size": 9 } to dataset.json',
  });
}

function sudoku(side: number, seqLen: number): Augment {
  const { size } = sudokuShape(side);
  if (seqLen !== size * size) {
    throw new TrmError(
      'data',
      `a Sudoku of size ${size} has ${size * size} positions, got seq_len ${seqLen}`,
    );
  }
  const before = new Int32Array(seqLen);
  return (inputs, labels, random) => {
    const transform = randomTransform(size, random);
    for (const row of [inputs, labels]) {
      before.set(row);
      applyTransform(transform, before, row, BLANK_TOKEN);
    }
  };
}

/** A transform of rows `[S]`, and what undoes it. */
export interface Symmetry {
  readonly apply: (tokens: Int32Array) => Int32Array;
  readonly undo: (tokens: Int32Array) => Int32Array;
}

/**
 * A random symmetry of a puzzle's family, for answers that are undone again.
 *
 * @throws TrmError `data` where none is known.
 */
export function drawSymmetry(puzzle: PuzzleInfo | undefined, cells: number, random: Random): Symmetry {
  if (puzzle?.kind === 'sudoku') {
    const transform = randomTransform((puzzle.size ?? Math.sqrt(cells)) as SudokuSize, random);
    const by = (change: SudokuTransform) => (tokens: Int32Array) => {
      const target = new Int32Array(tokens.length);
      applyTransform(change, tokens, target, BLANK_TOKEN);
      return target;
    };
    return { apply: by(transform), undo: by(inverseTransform(transform)) };
  }
  const { rows, columns } = puzzle ?? {};
  if (rows && columns && (puzzle?.kind === 'maze' || puzzle?.symmetries?.dihedral)) {
    const canvas = { rows, columns, end: puzzle.ends ? (puzzle.alphabet ?? []).length + 1 : undefined };
    const forms = formsOf(canvas);
    const form = forms[random.int(forms.length)]!;
    const by = (turn: number) => (tokens: Int32Array) => {
      const target = new Int32Array(tokens.length);
      place(turned(gridOn(tokens, canvas), turn), canvas, target);
      return target;
    };
    return { apply: by(form), undo: by(INVERSE_FORM[form]!) };
  }
  throw new TrmError('data', 'no symmetry is known of these puzzles', { key: 'symmetries' });
}

/** Forms that keep a canvas' shape: all eight of a square one. */
export function formsOf({ rows, columns }: Canvas): readonly number[] {
  return rows === columns ? [0, 1, 2, 3, 4, 5, 6, 7] : [0, 2, 4, 5];
}

function dihedral(canvas: Canvas): Augment {
  const forms = formsOf(canvas);
  return (inputs, labels, random) => {
    const form = forms[random.int(forms.length)]!;
    for (const row of [inputs, labels]) place(turned(gridOn(row, canvas), form), canvas, row);
  };
}

/** A grid in a dihedral form. */
export function turned(grid: TokenGrid, form: number): TokenGrid {
  const { rows, columns, start, rowStep, columnStep } = dihedralView(grid.rows, grid.columns, form);
  const cells = Array.from({ length: rows * columns }, (_, i) => {
    return grid.cells[start + Math.floor(i / columns) * rowStep + (i % columns) * columnStep]!;
  });
  return { rows, columns, cells };
}

/**
 * A text that two lists of grids share exactly when one of the forms and a renaming turn one into the other: the least of
 * all forms, with the symbols that may be renamed numbered in the order in which they occur.
 */
export function leastForm(
  grids: readonly TokenGrid[],
  forms: readonly number[],
  renamed: (token: number) => boolean,
): string {
  const text = (form: number) => {
    const names = new Map<number, number>();
    const name = (token: number) => {
      if (!renamed(token)) return `=${token}`;
      if (!names.has(token)) names.set(token, names.size);
      return String(names.get(token));
    };
    return grids
      .map((grid) => turned(grid, form))
      .map(({ rows, columns, cells }) => `${rows}x${columns}:${Array.from(cells, name).join()}`)
      .join(';');
  };
  return forms.map(text).sort()[0]!;
}

function renaming(alphabet: readonly string[], fixed: readonly string[]): Augment {
  const names = Int32Array.from({ length: alphabet.length + 2 }, (_, token) => token);
  const free = alphabet.flatMap((symbol, i) => (fixed.includes(symbol) ? [] : [i + 1]));
  return (inputs, labels, random) => {
    const shuffled = random.shuffle([...free]);
    free.forEach((token, i) => {
      names[token] = shuffled[i]!;
    });
    for (const row of [inputs, labels]) for (let i = 0; i < row.length; i++) row[i] = names[row[i]!]!;
  };
}
