/** Puzzles beside their answers as one SVG picture. */

import type { Family } from '../../data/family.ts';
import { type Canvas, gridOn } from '../../data/grids/canvas.ts';

export interface SheetPuzzle {
  readonly row: number;
  readonly question: ArrayLike<number>;
  readonly answer: ArrayLike<number>;
}

/** Pixels of a grid's longer side, and between grids. */
const SIDE = 220;
const GAP = 24;
const TITLE = 16;

/** Pairs side by side in a line of the sheet. */
const ACROSS = 3;

/** Question and answer of each puzzle, with the row's number above them. */
export function contactSheet(family: Family, puzzles: readonly SheetPuzzle[]): string {
  const pair = 2 * SIDE + GAP;
  const across = Math.min(ACROSS, puzzles.length);
  const width = across * (pair + 2 * GAP);
  const height = Math.ceil(puzzles.length / across) * (SIDE + TITLE + 2 * GAP);
  const parts = puzzles.map(({ row, question, answer }, i) => {
    const x = (i % across) * (pair + 2 * GAP) + GAP;
    const y = Math.floor(i / across) * (SIDE + TITLE + 2 * GAP) + GAP;
    return [
      `<text x="${x}" y="${y + 8}" font-size="11" fill="#666">row ${row}</text>`,
      drawGrid(family, question, question, x, y + TITLE),
      drawGrid(family, question, answer, x + SIDE + GAP, y + TITLE),
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function drawGrid(
  family: Family,
  question: ArrayLike<number>,
  tokens: ArrayLike<number>,
  x: number,
  y: number,
): string {
  const { rows, columns } = shownSize(family.canvas, question, tokens);
  const side = SIDE / Math.max(rows, columns);
  const at = (value: number) => value.toFixed(1);
  const cells: string[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const cell = i * family.canvas.columns + j;
      const [left, top] = [x + j * side, y + i * side];
      const { colour, text = '' } = family.symbols[tokens[cell]!] ?? {};
      const fill = colour ?? (tokens[cell] === question[cell] ? '#f2f2f0' : '#dff0e4');
      if (!family.marks?.has(cell))
        cells.push(
          `<rect x="${at(left)}" y="${at(top)}" width="${at(side)}" height="${at(side)}" fill="${fill}" stroke="#bbb" stroke-width="0.5"/>`,
        );
      if (colour || text.trim() === '') continue;
      const weight = tokens[cell] === question[cell] ? ' font-weight="bold"' : '';
      cells.push(
        `<text x="${at(left + side / 2)}" y="${at(top + side / 2)}" font-size="${at(side * 0.6)}"${weight} text-anchor="middle" dominant-baseline="central">${escaped(text)}</text>`,
      );
    }
  }
  return [...cells, ...boxLines(family, rows, columns, side, x, y)].join('\n');
}

/** The grid's size; that of the question as well, so that both are drawn alike. */
function shownSize(canvas: Canvas, question: ArrayLike<number>, tokens: ArrayLike<number>) {
  const [q, t] = [gridOn(question, canvas), gridOn(tokens, canvas)];
  return canvas.end === undefined
    ? { rows: Math.max(q.rows, t.rows), columns: Math.max(q.columns, t.columns) }
    : { rows: t.rows, columns: t.columns };
}

function boxLines(
  { box }: Family,
  rows: number,
  columns: number,
  side: number,
  x: number,
  y: number,
): string[] {
  if (!box) return [];
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#333" stroke-width="1.5"/>`;
  const lines: string[] = [];
  for (let i = 0; i <= rows; i += box.rows)
    lines.push(line(x, y + i * side, x + columns * side, y + i * side));
  for (let j = 0; j <= columns; j += box.columns)
    lines.push(line(x + j * side, y, x + j * side, y + rows * side));
  return lines;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
