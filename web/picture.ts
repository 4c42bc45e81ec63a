/**
 * A run as pictures to take away: a grid with a line of words under it, two of them side by side in a comparison, drawn in the
 * worker. Colours are those of the light page, whatever the page's own, for a picture is seen elsewhere.
 */

import type { PageGrid } from './puzzles.ts';

export interface Board extends Pick<PageGrid, 'rows' | 'columns' | 'box' | 'marks' | 'symbols'> {
  /** 1 where a cell is given, `[S]`. */
  readonly given: Int32Array;
}

/** A grid of a picture. */
export interface Shot {
  readonly tokens: Int32Array;
  readonly broken: ReadonlySet<number>;
  readonly caption: string;
}

/** The sides at one moment. */
export type Picture = readonly Shot[];

const ink = {
  text: '#1c1f24',
  line: '#c9cdd4',
  strong: '#3c434e',
  given: '#eef0f3',
  broken: '#fde1de',
  bad: '#a81e12',
};
const [largest, margin, line] = [44, 12, 22];

/** That of a digit, as grid.css has it on light paper. */
function inkOf(glyph: string): string {
  const hue = /^[1-9]$/.test(glyph) ? 25 + 40 * (Number(glyph) - 1) : 260;
  return `oklch(0.44 0.13 ${hue})`;
}

export async function png(board: Board, picture: Picture): Promise<Blob> {
  return drawn(board, picture, 2).convertToBlob({ type: 'image/png' });
}

/** A picture a recursion; the last one stays. */
export async function gif(board: Board, pictures: readonly Picture[]): Promise<Blob> {
  const { encode } = await import('modern-gif');
  const [width, height] = sizeOf(board, pictures[0]!.length);
  const frames = pictures.map((picture, i) => ({
    data: drawn(board, picture, 1).getContext('2d')!.getImageData(0, 0, width, height).data,
    delay: i + 1 === pictures.length ? 2500 : 110,
  }));
  return encode({ width, height, frames, maxColors: 128, format: 'blob' });
}

function sideOf({ rows, columns }: Board): number {
  return Math.max(8, Math.min(largest, Math.floor(720 / Math.max(rows, columns))));
}

function sizeOf(board: Board, sides: number): readonly [number, number] {
  const side = sideOf(board);
  return [
    sides * (board.columns * side + margin) + margin,
    board.rows * side + 2 * margin + 2 * line, // the words of the sides, and the name
  ];
}

function drawn(board: Board, picture: Picture, scale: number): OffscreenCanvas {
  const [width, height] = sizeOf(board, picture.length);
  const canvas = new OffscreenCanvas(width * scale, height * scale);
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'middle';
  context.fillStyle = ink.text;
  context.textAlign = 'right';
  context.font = '13px sans-serif';
  context.fillText('Tiny Recursive Model', width - margin, height - line / 2 - margin / 2);
  context.translate(margin, margin);
  for (const shot of picture) {
    draw(context, board, shot);
    context.translate(board.columns * sideOf(board) + margin, 0);
  }
  return canvas;
}

function draw(context: OffscreenCanvasRenderingContext2D, board: Board, shot: Shot): void {
  const { rows, columns, box, marks, symbols, given } = board;
  const { tokens, broken, caption } = shot;
  const side = sideOf(board);
  context.textAlign = 'center';
  for (const [cell, token] of tokens.entries()) {
    const [x, y] = [(cell % columns) * side, Math.floor(cell / columns) * side];
    const { glyph, look } = symbols[token]!;
    const isBroken = broken.has(cell);
    const paper = isBroken ? ink.broken : look === 'solid' ? ink.strong : given[cell] ? ink.given : '#fff';
    context.fillStyle = paper;
    context.fillRect(x, y, side, side);
    context.fillStyle = given[cell] ? ink.text : inkOf(glyph);
    context.font = `${given[cell] ? 700 : 400} ${side * 0.55}px sans-serif`;
    context.fillText(glyph, x + side / 2, y + side * 0.54);
    if (isBroken) {
      context.fillStyle = ink.bad;
      context.font = `700 ${side * 0.28}px sans-serif`;
      context.fillText('×', x + side * 0.16, y + side * 0.18);
    }
    if (!marks?.has(cell)) {
      context.strokeStyle = ink.line;
      context.lineWidth = 1;
      context.strokeRect(x, y, side, side);
    }
  }
  context.strokeStyle = ink.strong;
  context.lineWidth = 2;
  context.strokeRect(0, 0, columns * side, rows * side);
  if (box)
    for (let row = 0; row < rows; row += box.rows)
      for (let column = 0; column < columns; column += box.columns)
        context.strokeRect(column * side, row * side, box.columns * side, box.rows * side);
  context.fillStyle = ink.text;
  context.textAlign = 'left';
  context.font = '600 15px sans-serif';
  context.fillText(caption, 0, rows * side + margin / 2 + line / 2, columns * side);
}
