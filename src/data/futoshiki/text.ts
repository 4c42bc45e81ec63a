/**
 * Futoshiki as people write it: a line of cells with `<` and `>` between them, `.`, `0` or `_` for a blank, and between two
 * such lines one with `^` and `v` under the cells they belong to, or an empty one, or none.
 *
 *     . <. 3
 *       v
 *     . 1 .
 *     ^
 *     . . .
 */
import { TrmError } from '../../errors.ts';
import type { TokenRow } from '../family.ts';
import { BLANK, type FutoshikiShape } from './rules.ts';

/** Every puzzle in a text, as tokens. @throws TrmError `data` with the line. */
export function parseFutoshiki(text: string, file: string, shape: FutoshikiShape): Int32Array[] {
  const { size, side, none, signs } = shape;
  const lines = text.replace(/\r/g, '').split(/\n|\//);
  const puzzles: Int32Array[] = [];
  let tokens: Int32Array | undefined;
  let row = size; // cells that have been read of it, in rows
  let above: number[] = []; // where the last row's cells stand in its line
  const fail = (message: string, line: number, fix?: string) => {
    throw new TrmError('data', message, { file, line: line + 1, ...(fix && { fix }) });
  };
  lines.forEach((line, l) => {
    const characters = [...line].flatMap((character, at) => (character === ' ' ? [] : [{ character, at }]));
    if (characters.length === 0) return;
    if (characters.every(({ character }) => '^v'.includes(character))) {
      for (const { character, at } of characters) {
        const column = row === size ? -1 : above.indexOf(at);
        if (column < 0) fail(`'${character}' stands under no cell`, l, 'put it right under the upper one');
        tokens![(2 * row - 1) * side + 2 * column] = signs[character as '^' | 'v'];
      }
      return;
    }
    if (row === size) {
      tokens = new Int32Array(side * side).fill(none);
      puzzles.push(tokens);
      row = 0;
    }
    above = [];
    for (const { character, at } of characters) {
      const column = above.length;
      if (character === '<' || character === '>') {
        tokens![2 * row * side + 2 * column - 1] = signs[character];
        continue;
      }
      const digit = '._'.includes(character) ? 0 : '0123456789'.indexOf(character);
      if (digit < 0 || digit > size) {
        fail(
          `'${character}' is no cell of a ${size}x${size} puzzle`,
          l,
          `use 1 to ${size}, and . for a blank`,
        );
      }
      if (column < size) tokens![2 * row * side + 2 * column] = digit + BLANK;
      above.push(at);
    }
    if (above.length !== size) fail(`expected ${size} cells, got ${above.length}`, l);
    row++;
  });
  if (row < size) fail(`the puzzle ends after ${row} of ${size} rows`, lines.length - 1);
  return puzzles;
}

/** A line of text for each row of the canvas, blanks as `.`. */
export function formatFutoshiki(tokens: TokenRow, { size, side, none, signs }: FutoshikiShape): string[] {
  const marks = new Map<number, string>(Object.entries(signs).map(([sign, token]) => [token, sign]));
  const text = (token: number) => {
    if (token === none) return ' ';
    if (token > BLANK && token <= size + BLANK) return String(token - BLANK);
    return marks.get(token) ?? '.';
  };
  return Array.from({ length: side }, (_, row) =>
    Array.from(tokens as ArrayLike<number>)
      .slice(row * side, (row + 1) * side)
      .map(text)
      .join('')
      .trimEnd(),
  );
}
