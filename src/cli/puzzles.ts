/** Puzzles in the terminal, and as a batch for the model. */

import { type Batch, IGNORED } from '../data/batches.ts';
import { gridOn } from '../data/grids/canvas.ts';
import { type PuzzleKind, puzzleKind } from '../data/puzzle-kind.ts';
import type { Checkpoint } from '../train/checkpoint.ts';
import { renderGrid } from './terminal/grid.ts';

/** The kind of puzzles a checkpoint solves. */
export function kindOf({ puzzle, model }: Checkpoint): PuzzleKind {
  return puzzleKind({ puzzle, ...model.shape });
}

/** A picture of an answer for the terminal, with the cells that changed since `before` marked. */
export function showPuzzle(
  kind: PuzzleKind,
  question: ArrayLike<number>,
  answer: ArrayLike<number>,
  before: ArrayLike<number> | undefined,
  color: boolean,
): string {
  const { canvas, box } = kind;
  const [q, a] = [gridOn(question, canvas), gridOn(answer, canvas)];
  const rows = Math.max(q.rows, a.rows, 1);
  const columns = Math.max(q.columns, a.columns, 1);
  const cellsOf = <T>(of: (cell: number) => T) =>
    Array.from({ length: rows * columns }, (_, i) =>
      of(Math.floor(i / columns) * canvas.columns + (i % columns)),
    );
  const broken = kind.conflicts?.(answer);
  return renderGrid({
    cells: cellsOf((cell) => kind.symbol(answer[cell]!)),
    rows,
    cols: columns,
    ...(box && { boxRows: box.rows, boxCols: box.columns }),
    given: cellsOf((cell) => kind.symbol(question[cell]!) !== '' && question[cell] === answer[cell]),
    changed: cellsOf((cell) => before !== undefined && answer[cell] !== before[cell]),
    conflict: cellsOf((cell) => broken?.has(cell) ?? false),
    color,
  });
}

/** Questions as a batch of `rows` rows, the rest blank; puzzle identifier 0. */
export function questionBatch(questions: readonly Int32Array[], rows: number): Batch {
  const cells = questions[0]!.length;
  const inputs = new Int32Array(rows * cells);
  questions.forEach((question, row) => {
    inputs.set(question, row * cells);
  });
  return {
    inputs,
    labels: new Int32Array(rows * cells).fill(IGNORED),
    puzzleIdentifiers: new Int32Array(rows),
    count: questions.length,
    size: rows,
  };
}
