/**
 * Futoshiki as people write it, a character for each place of the canvas: `.` is a blank cell, a space no sign. A line without
 * signs may be left out, rows may stand on one line between slashes.
 *
 *     . .<. 3
 *       v
 *     . 1 . .
 */
import { TrmError } from '../../errors.ts';
import type { TokenRow } from '../family.ts';
import type { FutoshikiShape } from './rules.ts';

/** Every puzzle in a text, as tokens. @throws TrmError `data` with the line. */
export function parseFutoshiki(text: string, file: string, shape: FutoshikiShape): Int32Array[] {
  const { side, none, symbols, takes } = shape;
  const tokenOf = new Map(symbols.map(({ text, key = '' }, token) => [text || key, token]));
  const puzzles: Int32Array[] = [];
  let row = side + 1; // of the next cells
  const lines = text.replace(/\r/g, '').split(/\n|\//);
  const fail = (message: string, line: number): never => {
    throw new TrmError('data', message, { file, line });
  };
  lines.forEach((line, l) => {
    if (line.trim() === '') return;
    const isSigns = /^[\s^v]+$/.test(line);
    if (!isSigns && row > side) {
      puzzles.push(new Int32Array(side * side).fill(none));
      row = 0;
    }
    const start = (isSigns ? row - 1 : row) * side;
    if (isSigns && (row === 0 || row > side)) fail('signs without a row below them', l + 1);
    const characters = [...line.replace(/[0_]/g, '.').trimEnd().padEnd(side)];
    if (characters.length > side) fail(`expected ${side} characters, got ${characters.length}`, l + 1);
    characters.forEach((character, column) => {
      const token = tokenOf.get(character);
      if (token === undefined || !takes(start + column).includes(token))
        fail(`'${character}' cannot stand in column ${column + 1} of ${side}`, l + 1);
      puzzles.at(-1)![start + column] = token!;
    });
    if (!isSigns) row += 2;
  });
  if (row <= side) fail(`the puzzle ends after ${row / 2} of ${shape.size} rows`, lines.length);
  return puzzles;
}

/** A line for each row of the canvas. */
export function formatFutoshiki(tokens: TokenRow, { side, symbols }: FutoshikiShape): string[] {
  const text = Array.from(tokens, (token) => symbols[token]!.text || '.').join('');
  return Array.from({ length: side }, (_, row) => text.slice(row * side, (row + 1) * side).trimEnd());
}
