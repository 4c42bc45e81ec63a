/** Puzzles in the terminal, and as a batch for the model. */

import { stripVTControlCharacters } from 'node:util';
import type { Family } from '../data/family.ts';
import { gridOn } from '../data/grids/canvas.ts';
import { gap } from '../data/reading/tables/rows-shown.ts';
import { renderGrid } from './terminal/grid.ts';

/** Pictures of several lines beside each other. */
export function sideBySide(pictures: readonly string[]): string {
  const columns = pictures.map((picture) => picture.split('\n'));
  const widths = columns.map((lines) =>
    Math.max(...lines.map((line) => stripVTControlCharacters(line).length)),
  );
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, i) =>
    columns
      .map((lines, c) => {
        const line = lines[i] ?? '';
        return line + ' '.repeat(widths[c]! - stripVTControlCharacters(line).length);
      })
      .join(gap)
      .trimEnd(),
  ).join('\n');
}

/** A picture of an answer for the terminal, with the cells that changed since `before` marked. */
export function showPuzzle(
  family: Family,
  question: ArrayLike<number>,
  answer: ArrayLike<number>,
  before: ArrayLike<number> | undefined,
  color: boolean,
): string {
  const { canvas, box, symbols } = family;
  const [q, a] = [gridOn(question, canvas), gridOn(answer, canvas)];
  const rows = Math.max(q.rows, a.rows, 1);
  const columns = Math.max(q.columns, a.columns, 1);
  const cellsOf = <T>(of: (cell: number) => T) =>
    Array.from({ length: rows * columns }, (_, i) =>
      of(Math.floor(i / columns) * canvas.columns + (i % columns)),
    );
  const changed = (cell: number) => before !== undefined && answer[cell] !== before[cell];
  const text = (token: number) => symbols[token]?.text ?? '';
  if (color && symbols.some(({ colour }) => colour)) {
    const blocks = cellsOf((cell) =>
      block(text(answer[cell]!) + (changed(cell) ? '*' : ''), symbols[answer[cell]!]?.colour),
    );
    return Array.from({ length: rows }, (_, row) =>
      blocks.slice(row * columns, (row + 1) * columns).join(''),
    ).join('\n');
  }
  const broken = family.conflicts?.(question, answer);
  return renderGrid({
    cells: cellsOf((cell) => text(answer[cell]!)),
    rows,
    cols: columns,
    ...(box && { boxRows: box.rows, boxCols: box.columns }),
    given: cellsOf((cell) => text(question[cell]!) !== '' && question[cell] === answer[cell]),
    ...((before || broken) && {
      changed: cellsOf(changed),
      conflict: cellsOf((cell) => broken?.has(cell) ?? false),
    }),
    color,
  });
}

/** Two columns in a colour, with the symbol in black or white on it. */
function block(symbol: string, colour: string | undefined): string {
  if (!colour) return symbol.padEnd(2);
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const ink = r! * 0.3 + g! * 0.59 + b! * 0.11 > 128 ? '30' : '97';
  return `\u001b[48;2;${r};${g};${b};${ink}m${symbol.padEnd(2)}\u001b[0m`;
}
