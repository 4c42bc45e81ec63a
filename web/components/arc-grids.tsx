/** Grids of ARC tasks: pictures, and an answer that the visitor paints. */

import { useState } from 'preact/hooks';
import { type Grid as Cells, MAX_SIDE } from '../../src/data/arc/grid.ts';
import { FIRST_COLOUR } from '../../src/data/arc/sequence.ts';
import { familyFrom } from '../../src/data/families.ts';
import { Grid } from './grid.tsx';
import { NumberField } from './number-field.tsx';

export const arc = familyFrom({ kind: 'arc' })!;
const symbols = arc.symbols.slice(FIRST_COLOUR).map(({ text, name }) => ({
  glyph: text,
  key: text,
  name,
  look: `colour c${text}`,
}));
export const colours = symbols.map((_, colour) => colour);

/** What is needed to draw a grid of colours. */
export const kindOfGrid = ({ rows, columns }: Pick<Cells, 'rows' | 'columns'>) => ({
  rows,
  columns,
  symbols,
  isPicture: true as const,
  typed: () => colours,
});

interface PictureProps {
  readonly label: string;
  readonly grid: Cells;
  readonly onSelect?: (cell: number) => void;
  readonly onType?: (cell: number, colour: number) => void;
  readonly onPaint?: (cells: readonly number[], joins: boolean) => void;
}

export function Picture({ label, grid, ...on }: PictureProps) {
  return (
    <figure class="picture">
      <Grid label={label} kind={kindOfGrid(grid)} question={Int32Array.from(grid.cells)} {...on} />
      <figcaption class="note">{label}</figcaption>
    </figure>
  );
}

/** Not every typeface has one. */
export function Becomes() {
  return (
    <svg class="becomes" viewBox="0 0 24 14" aria-hidden="true">
      <path d="M1 7H22M16 1L22 7L16 13" />
    </svg>
  );
}

interface YourAnswerProps {
  readonly label: string;
  readonly grid: Cells;
  readonly question: Cells;
  /** What it should be; undefined where nobody says. */
  readonly solution: Cells | undefined;
  /** The colour in hand. */
  readonly colour: number;
  readonly onSelect: () => void;
  /** @param joins whether a stroke goes on. */
  readonly onChange: (grid: Cells, joins?: boolean) => void;
}

export function YourAnswer({ label, grid, question, solution, colour, onSelect, onChange }: YourAnswerProps) {
  /** What was checked: of another grid nothing is known. */
  const [checked, setChecked] = useState<Cells>();
  return (
    <div class="yours">
      <Picture
        label={label}
        grid={grid}
        onSelect={onSelect}
        onType={(cell, colour) => onChange(painted(grid, [cell], colour))}
        onPaint={(cells, joins) => onChange(painted(grid, cells, colour), joins)}
      />
      <div class="bar">
        <NumberField
          label="rows"
          value={grid.rows}
          min={1}
          max={MAX_SIDE}
          onInput={(rows) => onChange(resized(grid, rows, grid.columns))}
        />
        <NumberField
          label="columns"
          value={grid.columns}
          min={1}
          max={MAX_SIDE}
          onInput={(columns) => onChange(resized(grid, grid.rows, columns))}
        />
        <button type="button" onClick={() => onChange(question)}>
          Copy the input
        </button>
        {solution && (
          <button type="button" onClick={() => setChecked(grid)}>
            Check
          </button>
        )}
      </div>
      <p class="verdict" role="status">
        {solution && checked === grid && compared(grid, solution)}
      </p>
    </div>
  );
}

export function painted(grid: Cells, some: readonly number[], colour: number): Cells {
  const cells = grid.cells.slice();
  for (const cell of some) cells[cell] = colour;
  return { ...grid, cells };
}

/** A grid of another size with the same upper left corner; what is new is black. */
function resized(grid: Cells, rows: number, columns: number): Cells {
  const cells = Uint8Array.from({ length: rows * columns }, (_, cell) => {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    return row < grid.rows && column < grid.columns ? grid.cells[row * grid.columns + column]! : 0;
  });
  return { rows, columns, cells };
}

function compared(answer: Cells, solution: Cells): string {
  if (answer.rows !== solution.rows || answer.columns !== solution.columns)
    return 'Not yet: the answer has another size.';
  const wrong = answer.cells.filter((colour, cell) => colour !== solution.cells[cell]).length;
  if (wrong === 0) return 'Right: you found the rule.';
  return `Not yet: ${wrong} ${wrong === 1 ? 'cell is' : 'cells are'} of another colour.`;
}
